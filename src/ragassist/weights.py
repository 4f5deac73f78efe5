"""The model that ships with ragassist, unpacked: `model/` -> an ordinary SentenceTransformer.

The folder holds multilingual-e5-small at 4 bits a weight; its README.md says where it comes from. A matrix is two
tensors in `weights.safetensors`, `.nibbles` and `.scales`, which `unpack` turns into numbers. Importing this module
imports sentence-transformers, which takes seconds; only `encoder.py` does, and only when a model is asked for.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from torch import Tensor
from transformers import BertModel, PreTrainedModel
from transformers.initialization import no_init_weights

from ragassist.errors import ModelError

FOLDER = Path(__file__).parent / "model"
WEIGHTS = "weights.safetensors"
SUMS = "SHA256SUMS"
SUMMED = ("config.json", "tokenizer.json", "tokenizer_config.json", WEIGHTS)
PROMPTS = {"query": "query: ", "document": "passage: "}  # Wang et al., arXiv 2402.05672, section 2
TABLE = "embeddings.word_embeddings"


def load_shipped(folder: Path = FOLDER) -> tuple[SentenceTransformer, str]:
    """The shipped model and the SHA-256 of all that its vectors depend on.

    Raises ModelError when a file is missing or is not the one that was shipped.
    """
    sums = checksums(folder)
    transformer = ShippedTransformer(str(folder))
    pooling = Pooling(transformer.get_embedding_dimension(), "mean")
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS)
    return model.eval(), hashlib.sha256(f"{sums}{PROMPTS}".encode()).hexdigest()


def checksums(folder: Path) -> str:
    """The folder's files as `sha256sum` lists them, after finding them equal to the list that was shipped."""
    try:
        found = "".join(f"{_digest(folder / name)}  {name}\n" for name in SUMMED)
        intact = found.encode() == (folder / SUMS).read_bytes()
    except OSError as error:
        raise ModelError(f"The model in {folder} cannot be read ({error}). Install ragassist again.") from error
    if not intact:
        raise ModelError(f"The model in {folder} is damaged ({SUMS} tells). Install ragassist again.")
    return found


def unpack(nibbles: Tensor, scales: Tensor) -> Tensor:
    """Weights of 4 bits as numbers: each less 8, times the scale of its block.

    nibbles: uint8 [..., blocks, 16]; the low half of byte i is weight i of its block, the high half weight 16 + i.
    scales: float16 [..., blocks]. Returns float32 [..., 32 * blocks].
    """
    halves = torch.cat((nibbles & 15, nibbles >> 4), dim=-1).float()
    return halves.sub_(8).mul_(scales.float().unsqueeze(-1)).flatten(-2)


class PackedEmbedding(torch.nn.Module):
    """The table of word vectors, kept at 4 bits, which saves 150 MB: a row is unpacked when its word is met."""

    nibbles: Tensor
    scales: Tensor

    def __init__(self, nibbles: Tensor, scales: Tensor) -> None:
        super().__init__()
        self.register_buffer("nibbles", nibbles)
        self.register_buffer("scales", scales)

    def forward(self, ids: Tensor) -> Tensor:
        """The words' vectors, float32 [..., hidden]. ids: int64 [...]."""
        return unpack(self.nibbles[ids], self.scales[ids])


class HalfLinear(torch.nn.Linear):
    """A linear layer with weights of bfloat16 between layers of float32."""

    def forward(self, rows: Tensor) -> Tensor:
        """rows: float32 [..., inputs]; returns float32 [..., outputs]."""
        return torch.nn.functional.linear(rows.bfloat16(), self.weight, self.bias).float()


class ShippedTransformer(Transformer):
    """sentence-transformers' own Transformer; only where its weights come from is ours."""

    def _load_model(
        self, model_name_or_path: str, transformer_task: str, config: Any, *_: Any, **__: Any
    ) -> PreTrainedModel:
        state = _read_state(Path(model_name_or_path) / WEIGHTS)
        with no_init_weights():
            model = BertModel(config, add_pooling_layer=False)
        model.set_input_embeddings(PackedEmbedding(state[f"{TABLE}.nibbles"], state[f"{TABLE}.scales"]))
        model.load_state_dict(state, assign=True)
        if multiplies_bfloat16():
            multiply_in_bfloat16(model)
        return model


def multiplies_bfloat16() -> bool:
    """This processor has instructions for matrices of bfloat16; without them such products are slower, not faster."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def multiply_in_bfloat16(model: torch.nn.Module) -> None:
    """Let linear layers compute in bfloat16, all else in float32: twice as fast, cosines to float32 above .9999."""
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            module.bfloat16()
            module.__class__ = HalfLinear


def _read_state(path: Path) -> dict[str, Tensor]:
    """Tensors under BertModel's names; unpacked one by one, so that only one matrix is in memory twice."""
    state = {}
    with safe_open(path, "pt") as file:
        for name in file.offset_keys():
            stem, _, kind = name.rpartition(".")
            if stem == TABLE or kind not in ("nibbles", "scales"):
                state[name] = file.get_tensor(name).clone()  # a copy, or the whole file would stay mapped
            elif kind == "nibbles":
                state[stem] = unpack(file.get_tensor(name), file.get_tensor(f"{stem}.scales"))
    return state


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
