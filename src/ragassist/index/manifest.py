"""What a generation says of itself: the model, the segments, and the size and hash of each file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ragassist.encoder import Encoder

# Raise it when a file of a generation is added, dropped or written otherwise, and when tantivy's stemmer changes: the
# stored words are stems.
LAYOUT = 4
NAME = "manifest.json"
COUNTED = ("documents", "exchanges", "passages", "tokens")


@dataclass(frozen=True, slots=True)
class ModelId:
    """Which model made the vectors.

    fingerprint: hash of all that the vectors depend on. dimension: numbers in a passage's vector. width: numbers in a
    token's.
    """

    name: str
    fingerprint: str
    dimension: int
    width: int

    @classmethod
    def of(cls, encoder: Encoder) -> ModelId:
        """The model that this encoder runs."""
        return cls(encoder.name, encoder.fingerprint, encoder.dimension, encoder.width)


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the corpus and what was made of it.

    document: id of the paper in it, empty where it is none. name: the file's path within the corpus. sha256: of the
    file's bytes, in hexadecimal. key: names all that the stored records and vectors depend on; the same key means that
    they can be used again. kind: its format, a key of PARSERS. reprint: whether the paper says that it replaces an
    earlier print. refusal: the sentence that says why it is no paper. stamp: size, times and inode of the file when it
    was read; with the same stamp it need not be read again. Empty where it was too fresh to be trusted.
    """

    document: str
    name: str
    sha256: str
    key: str
    kind: str = ""
    reprint: bool = False
    refusal: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class FileSum:
    """Size in bytes and SHA-256, in hexadecimal, of one file."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileSum:
        """Read the whole file. Raises OSError."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return cls(file.tell(), digest)


@dataclass(frozen=True, slots=True)
class Portion:
    """What the manifest says of one segment.

    counts: how many documents, exchanges, passages and tokens. vectors: how they can be searched, as their writer told.
    files: by path within the segment, every file of it.
    """

    name: str
    counts: Mapping[str, int]
    vectors: Mapping[str, object]
    files: Mapping[str, FileSum]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The table of contents of one generation.

    segments: largest first. versions: of the libraries that wrote the files. aside: files of the corpus that were read
    and of which nothing is stored: they are no papers, or another file of the paper was taken.
    """

    generation: int
    model: ModelId
    segments: tuple[Portion, ...]
    versions: Mapping[str, str]
    aside: tuple[Source, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many documents, exchanges, passages and tokens there are."""
        return {what: sum(portion.counts[what] for portion in self.segments) for what in COUNTED}

    def to_json(self) -> bytes:
        """The manifest as it stands on disk."""
        return json.dumps({"layout": LAYOUT, **asdict(self)}, ensure_ascii=False, indent=1).encode() + b"\n"


def layout_of(data: bytes) -> object:
    """The layout number that a manifest names, whatever else it holds. Raises ValueError when it is no manifest."""
    raw = json.loads(data)
    if not isinstance(raw, dict) or "layout" not in raw:
        raise ValueError("no layout is named")
    return raw["layout"]


def from_json(data: bytes) -> Manifest:
    """Read what `Manifest.to_json` wrote. Raises ValueError, KeyError or TypeError on anything else."""
    raw = json.loads(data)
    return Manifest(
        generation=int(raw["generation"]),
        model=ModelId(**raw["model"]),
        segments=tuple(
            Portion(**portion | {"files": {name: FileSum(**known) for name, known in portion["files"].items()}})
            for portion in raw["segments"]
        ),
        versions=dict(raw["versions"]),
        aside=tuple(Source(**source) for source in raw["aside"]),
    )
