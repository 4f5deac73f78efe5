"""A segment: some papers in all engines, in a folder that never changes once it is written."""

from __future__ import annotations

import contextlib
import copy
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import Query

from ragassist.document import Document, Exchange, Passage
from ragassist.encoder import Floats
from ragassist.index.filters import ANY, Filter
from ragassist.index.lexical import Lexical, LexicalWriter, passing
from ragassist.index.manifest import ModelId, Portion, Source
from ragassist.index.records import Records, RecordWriter
from ragassist.index.tokens import Tokens, TokenWriter
from ragassist.index.vectors import Vectors, VectorWriter

_COPIED = 256  # papers copied in one go: some 10 MB of rows
_FILTERS_KEPT = 16  # masks of rows: a byte a passage each


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """One paper, ready to store.

    vectors: float32 [n, dim] of unit length, one row a passage. tokens: n arrays, float32 [t, width] of unit length, or
    None where a passage keeps none. source: where it came from.
    """

    document: Document
    exchanges: tuple[Exchange, ...]
    passages: tuple[Passage, ...]
    vectors: Floats
    tokens: tuple[Floats | None, ...]
    source: Source

    def __post_init__(self) -> None:
        lengths = len(self.passages), len(self.vectors), len(self.tokens)
        if len(set(lengths)) > 1:
            raise ValueError(f"{self.document.id}: passages, vectors and tokens differ in number: {lengths}")


class Segment:
    """A segment, open for reading; safe to use from several threads. Raises IndexDamaged where an engine cannot read.

    portion: what the manifest says of it. width: of a token.
    """

    def __init__(self, folder: Path, portion: Portion, width: int) -> None:
        self.folder = folder
        self.portion = portion
        self.records = Records(folder)
        self.vectors = Vectors(folder, portion.vectors)
        self.lexical = Lexical(folder)
        self.tokens = Tokens(folder, width)
        self.passing = functools.lru_cache(_FILTERS_KEPT)(self._passing)

    def at(self, folder: Path) -> Segment:
        """The same, in the folder of another generation; what is open is shared."""
        same = copy.copy(self)
        same.folder = folder
        return same

    @functools.cached_property
    def sources(self) -> Mapping[str, Source]:
        """Where every paper came from, by id, in the order written."""
        return {source.document: source for source in self.records.sources()}

    def _passing(self, among: Filter) -> tuple[NDArray[np.bool_] | None, Query | None]:
        """What a filter lets pass, for either engine: bool [passages] and a query; None where that is all."""
        if among == ANY:
            return None, None
        mask = np.zeros(len(self.vectors), bool)
        for first, end in self.records.passing(among):
            mask[first:end] = True
        return mask, passing(among, list(self.records.places(among.documents).values()))

    def stored(self, id: str) -> Stored:
        """One paper with all that was stored of it, to store again. Raises KeyError when it is not here."""
        blocks = self.records.blocks(self.records.ordinals(id))
        rows = [row for block in blocks for row in block.rows]
        return Stored(
            document=self.records.document(id),
            exchanges=tuple(block.exchange for block in blocks),
            passages=tuple(passage for block in blocks for passage in block.passages),
            vectors=self.vectors.rows(rows),
            tokens=tuple(self.tokens.row(row) for row in rows),
            source=self.sources[id],
        )


class SegmentWriter:
    """Fills a new folder with papers, until `finish` or `abandon`. Raises OSError when the disk refuses."""

    def __init__(self, folder: Path, model: ModelId) -> None:
        folder.mkdir()
        self._folder = folder
        self._held: set[str] = set()
        with contextlib.ExitStack() as stack:
            self._records = stack.enter_context(RecordWriter(folder))
            self._tokens = stack.enter_context(TokenWriter(folder, model.width))
            self._vectors = VectorWriter(folder, model.dimension)
            self._words = stack.enter_context(LexicalWriter(folder))
            self._open = stack.pop_all()

    @property
    def passages(self) -> int:
        """How many it holds so far."""
        return self._records.passages

    def __contains__(self, id: str) -> bool:
        """Whether a paper with this id was added."""
        return id in self._held

    def add(self, paper: Stored) -> None:
        """Append a paper. Raises ValueError for one whose parts do not fit, IndexDimensionError."""
        for entry in self._records.add(paper.document, paper.exchanges, paper.passages, paper.source):
            self._words.add(entry)
        self._vectors.add(paper.vectors)
        for tokens in paper.tokens:
            self._tokens.add(tokens)
        self._held.add(paper.document.id)

    def copy(self, old: Segment, ids: Collection[str]) -> None:
        """Append these papers of another segment as they are, many at a time."""
        places = old.records.places(ids)
        for first, end in _runs(places.values()):
            run = old.records.run(first, end)
            for entry in self._records.copy(old.records, run):
                self._words.add(entry)
            self._vectors.copy(old.vectors, *run.passages)
            self._tokens.copy(old.tokens, *run.passages)
        self._held.update(places)

    def finish(self) -> Portion:
        """Write out what is still in memory; returns what the manifest says of the segment, but for its files."""
        with self._open:
            self._records.finish()
            facts = self._vectors.finish()
            self._words.finish()
            self._tokens.finish()
        counts = {
            "documents": self._records.documents,
            "exchanges": self._records.exchanges,
            "passages": self._records.passages,
            "tokens": self._tokens.count,
        }
        return Portion(self._folder.name, counts, facts, files={})

    def abandon(self) -> None:
        """Let go of the files, which are of no use."""
        self._open.close()


def _runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other as half-open ranges, none too long to be copied in one go."""
    first = end = -1
    for place in places:
        if place != end or end - first == _COPIED:
            if end > first:
                yield first, end
            first = place
        end = place + 1
    if end > first:
        yield first, end
