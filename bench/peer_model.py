"""The shipped model as any sentence-transformers program loads it: float32, in a folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Transformer

from ragassist.encoder.pytorch import load_shipped
from ragassist.encoder.shipped import PROMPTS, TABLE, Shipped


def save(folder: Path) -> None:
    """Write the model, its table of words unpacked too, with modules of sentence-transformers only."""
    shipped = Shipped.open()
    packed = load_shipped(shipped)
    own, pooling, normal = list[Any](packed)
    own.auto_model.set_input_embeddings(torch.nn.Embedding.from_pretrained(torch.from_numpy(shipped.weight(TABLE))))
    with tempfile.TemporaryDirectory() as plain:
        own.auto_model.save_pretrained(plain)
        own.tokenizer.save_pretrained(plain)
        model = SentenceTransformer(modules=[Transformer(plain), pooling, normal], prompts=dict(PROMPTS.items()))
        model.save(str(folder))
