"""The model that ships with ragassist, as numbers: `model/`, read with numpy alone.

The folder holds multilingual-e5-small at 4 bits a weight; its README.md says where it comes from. A matrix is two
tensors in `weights.safetensors`, `.nibbles` and `.scales`, which `unpack` turns into numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragassist.encoder.backend import Floats, Projection, Task
from ragassist.errors import ModelError

FOLDER = Path(__file__).parent.parent / "model"
WEIGHTS = "weights.safetensors"
PROJECTION = "projection.safetensors"  # may be absent
SUMS = "SHA256SUMS"
SUMMED = ("config.json", "tokenizer.json", "tokenizer_config.json", WEIGHTS)
PROMPTS: dict[Task, str] = {"query": "query: ", "document": "passage: "}  # Wang et al., arXiv 2402.05672, section 2
TABLE = "embeddings.word_embeddings"
KINDS = {"F32": "<f4", "F16": "<f2", "U8": "u1"}

Tensors = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Shipped:
    """The shipped model.

    fingerprint: SHA-256 of all that its vectors depend on. config: as transformers writes it. tokenizer: the text of
    tokenizer.json. tensors: by BertModel's names, parts of a mapped file, so that what is not read takes no memory.
    """

    folder: Path
    fingerprint: str
    config: Mapping[str, Any]
    tokenizer: str
    tensors: Tensors
    projection: Projection | None

    @classmethod
    def open(cls, folder: Path = FOLDER) -> Shipped:
        """Raises ModelError when a file is missing or is not the one that was shipped."""
        sums = checksums(folder)
        projection = tensors(folder / PROJECTION) if (folder / PROJECTION).exists() else None
        return cls(
            folder=folder,
            fingerprint=hashlib.sha256(f"{sums}{PROMPTS}".encode()).hexdigest(),
            config=json.loads((folder / "config.json").read_text("utf-8")),
            tokenizer=(folder / "tokenizer.json").read_text("utf-8"),
            tensors=tensors(folder / WEIGHTS),
            projection=Projection(projection["mean"], projection["matrix"]) if projection else None,
        )

    def weight(self, name: str) -> Floats:
        """A tensor, unpacked where it is packed."""
        if name in self.tensors:
            return self.tensors[name]
        return unpack(self.tensors[f"{name}.nibbles"], self.tensors[f"{name}.scales"])

    def words(self, ids: NDArray[np.int64]) -> Floats:
        """The words' vectors, float32 [..., hidden]: of the table, 178 MB in numbers, only what a text needs.

        ids: int64 [...].
        """
        return unpack(self.tensors[f"{TABLE}.nibbles"][ids], self.tensors[f"{TABLE}.scales"][ids])


def checksums(folder: Path) -> str:
    """The folder's files as `sha256sum` lists them, after finding them equal to the list that was shipped."""
    names = [*SUMMED, PROJECTION] if (folder / PROJECTION).exists() else SUMMED
    try:
        found = "".join(f"{_digest(folder / name)}  {name}\n" for name in names)
        intact = found.encode() == (folder / SUMS).read_bytes()
    except OSError as error:
        raise ModelError(f"The model in {folder} cannot be read ({error}). Install ragassist again.") from error
    if not intact:
        raise ModelError(f"The model in {folder} is damaged ({SUMS} tells). Install ragassist again.")
    return found


def unpack(nibbles: NDArray[np.uint8], scales: NDArray[np.float16]) -> Floats:
    """Weights of 4 bits as numbers: each less 8, times the scale of its block.

    nibbles: uint8 [..., blocks, 16]; the low half of byte i is weight i of its block, the high half weight 16 + i.
    scales: float16 [..., blocks]. Returns float32 [..., 32 * blocks].
    """
    *rows, blocks, half = nibbles.shape
    weights = np.empty((*rows, blocks, 2 * half), np.float32)
    weights[..., :half] = nibbles & 15
    weights[..., half:] = nibbles >> 4
    weights -= 8
    weights *= scales[..., None].astype(np.float32)
    return weights.reshape(*rows, -1)


def tensors(path: Path) -> Tensors:
    """The tensors of a safetensors file, read-only views of the mapped file.

    The library's own reader copies what it reads; the table of words is never wanted whole. The layout of the file:
    the length of a header, the header in JSON, the numbers.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    numbers = np.asarray(np.memmap(path, np.uint8, "r", 8 + length))
    found = {}
    for name, about in header.items():
        if name != "__metadata__":
            first, end = about["data_offsets"]
            found[name] = numbers[first:end].view(KINDS[about["dtype"]]).reshape(about["shape"])
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
