"""Any sentence-transformers model on PyTorch; and the shipped one, where OpenVINO cannot run it.

Importing this module imports both libraries, which takes seconds: only a model that needs them does.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

# Read when PyTorch is imported and when a tokenizer first starts threads, so they are set before either can be. A
# forked child must not need a tokenizer's threads. oneDNN makes code for each length of text, and would keep it for
# 1,024 of them: a megabyte for every few.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")

import numpy as np
import torch
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from sentence_transformers.util import batch_to_device
from torch import Tensor
from transformers import BertModel, PreTrainedModel
from transformers.initialization import no_init_weights

from ragassist.encoder.backend import Backend, Pieces, Projection, Read, Task, Window, unit
from ragassist.encoder.shipped import PROMPTS, TABLE, Shipped
from ragassist.encoder.tokenizer import Pieced
from ragassist.errors import ModelError

PROMPT_NAMES: dict[Task, tuple[str, ...]] = {"query": ("query",), "document": ("document", "passage", "corpus")}
QUESTION_THREADS = 1  # for so few tokens, handing work to a second thread takes longer than doing it
CORES = torch.get_num_threads()  # what PyTorch takes by itself


class Pipeline(Backend):
    """A sentence-transformers model that shows its tokens."""

    engine = "PyTorch"

    def __init__(self, model: SentenceTransformer, projection: Projection | None = None) -> None:
        tokenizer = Pieced(model.tokenizer.backend_tokenizer.to_str())
        self.pieces = tokenizer.pieces
        self.rarity = tokenizer.rarity
        self.dimension = _dimension(model)
        self.window = model.max_seq_length
        self.prompts = _prompts(model)
        self.projection = projection
        self._model = model
        self._tokenizing = threading.Lock()  # its tokenizer holds settings (truncation, padding) that a call sets anew

    def read(self, batches: Iterable[Sequence[Window]], task: Task) -> Iterator[list[Read]]:
        """One batch after the other, questions on one thread; one forward pass gives vectors and tokens."""
        prompt = self.prompts[task] or None
        want = {"text": {"return_offsets_mapping": True}}
        for batch in batches:
            texts = [window.text for window in batch]
            with self._tokenizing:
                features = self._model.preprocess(texts, prompt=prompt, task=task, processing_kwargs=want)
            _share_out(task)
            with torch.inference_mode():
                seen = self._model(batch_to_device(features, self._model.device), task=task)
            vectors, states = (seen[key].float().cpu().numpy() for key in ("sentence_embedding", "token_embeddings"))
            spans = features["offset_mapping"].tolist()  # of padding (0, 0), as of special tokens
            yield [Read(unit(vector), *rest) for vector, *rest in zip(vectors, states, spans, strict=True)]


class Opaque(Backend):
    """A sentence-transformers model that shows no tokens: each text is its own only token."""

    engine = "PyTorch"
    window = rarity = projection = None

    def __init__(self, model: SentenceTransformer) -> None:
        self.dimension = _dimension(model)
        self.prompts = _prompts(model)
        self.pieces = _whole
        self._model = model

    def read(self, batches: Iterable[Sequence[Window]], task: Task) -> Iterator[list[Read]]:
        """One batch after the other, with sentence-transformers' own prompts."""
        encode = {"query": self._model.encode_query, "document": self._model.encode_document}[task]
        for batch in batches:
            _share_out(task)
            rows = np.asarray(encode([window.text for window in batch], show_progress_bar=False), np.float32)
            yield [
                Read(vector, vector[None], window.pieces.spans)
                for window, vector in zip(batch, unit(rows), strict=True)
            ]


def _whole(text: str) -> Pieces:
    return Pieces((0,), ((0, len(text)),))


def _share_out(task: Task) -> None:
    torch.set_num_threads(QUESTION_THREADS if task == "query" else CORES)


def _dimension(model: SentenceTransformer) -> int:
    return len(model.encode("a", show_progress_bar=False))  # and the first pass, a slow one, is made


def _prompts(model: SentenceTransformer) -> dict[Task, str]:
    """For each task the first prompt of its names that the model has, else its default prompt, else none."""
    names = {task: (*own, model.default_prompt_name or "") for task, own in PROMPT_NAMES.items()}
    found = {task: [model.prompts.get(name) for name in own] for task, own in names.items()}
    return {task: next((prompt for prompt in prompts if prompt), "") for task, prompts in found.items()}


# Other models


def load_other(name: str) -> tuple[Pipeline | Opaque, str]:
    """A model by folder or by name and its fingerprint; one that was fetched before is not asked for again.

    Raises ModelError when it cannot be had.
    """
    folder = False
    try:
        folder = Path(name).is_dir()
        model = _fetched(name, folder)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
        reason = "there is no such folder, and huggingface.co gave no such model"
        if folder:
            reason = f"the folder holds none that works ({' '.join(str(error).split('. ')[0].split())})"
        raise ModelError(f"The embedding model {name} cannot be loaded: {reason}.") from error
    fast = getattr(getattr(model[0], "tokenizer", None), "is_fast", False)
    shows = fast and getattr(model[0], "modalities", None) == ["text"]
    return Pipeline(model) if shows else Opaque(model), _fingerprint(model)


def _fetched(name: str, folder: bool) -> SentenceTransformer:
    try:
        return SentenceTransformer(name, local_files_only=True)
    except OSError:
        if folder:
            raise
        return SentenceTransformer(name)


def _fingerprint(model: SentenceTransformer) -> str:
    """SHA-256 of the model's layout, prompts, tokenizer and weights."""
    digest = hashlib.sha256(repr(model).encode())
    digest.update(json.dumps([model.prompts, model.default_prompt_name, model.max_seq_length], sort_keys=True).encode())
    backend = getattr(getattr(model[0], "tokenizer", None), "backend_tokenizer", None)
    digest.update(backend.to_str().encode() if backend else b"")
    for name, tensor in model.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()


# The shipped model


def load_shipped(shipped: Shipped) -> SentenceTransformer:
    """The shipped model as an ordinary SentenceTransformer."""
    transformer = ShippedTransformer(shipped)
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    prompts: dict[str, str] = dict(PROMPTS.items())
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=prompts, device="cpu")
    return model.eval()


class ShippedTransformer(Transformer):
    """sentence-transformers' own Transformer; only where its weights come from is ours."""

    def __init__(self, shipped: Shipped) -> None:
        self._shipped = shipped  # before the rest, which loads the weights
        super().__init__(str(shipped.folder))

    def _load_model(
        self, model_name_or_path: str, transformer_task: str, config: Any, *_: Any, **__: Any
    ) -> PreTrainedModel:
        shipped = self._shipped
        names = {name.removesuffix(".nibbles") for name in shipped.tensors if not name.endswith(".scales")}
        state = {name: torch.tensor(shipped.weight(name)) for name in names - {TABLE}}
        with no_init_weights():
            model = BertModel(config, add_pooling_layer=False)
        model.set_input_embeddings(PackedEmbedding(shipped))
        model.load_state_dict(state, assign=True)
        return model


class PackedEmbedding(torch.nn.Module):
    """The table of word vectors, kept at 4 bits, which saves 150 MB: a row is unpacked when its word is met."""

    def __init__(self, shipped: Shipped) -> None:
        super().__init__()
        self._words = shipped.words

    def forward(self, ids: Tensor) -> Tensor:
        """The words' vectors, float32 [..., hidden]. ids: int64 [...]."""
        return torch.from_numpy(self._words(ids.numpy()))
