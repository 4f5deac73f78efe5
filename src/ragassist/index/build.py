"""Papers that are ready to store, and those that stay -> the segments of a new generation.

New papers are written to segments of their own, which are then merged with others so that there are never many: as in a
log-structured merge tree (O'Neil et al., Acta Informatica 1996) a segment is written again only when what it is merged
with is about as large, so that in the long run a paper costs what it holds, not what the index holds.
"""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from types import TracebackType

from ragassist.index import lexical, records, vectors
from ragassist.index.generation import link
from ragassist.index.manifest import Manifest, ModelId, Portion, Source
from ragassist.index.segment import Segment, SegmentWriter, Stored

LARGEST = 262_144  # passages of a segment: to take a paper out is to write its segment again, some 20 seconds' work
SMALL = 4_096  # passages of what is always written again, half a second's work: there are few small segments, and a
# small index shares no file with the generation before it, which can stand in for it when one is damaged
_TOGETHER = 256  # papers looked at in one go
GROWTH = 2  # a larger segment is merged with the rest when it is less than so many times as large

_VERSIONS = {"faiss": vectors.VERSION, "sqlite": records.VERSION, "tantivy": lexical.VERSION}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a new generation shall hold.

    sources: of every paper, told by document and key. aside: files that were read and of which nothing is stored.
    """

    sources: tuple[Source, ...]
    aside: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The papers of a segment that stay, by id."""

    segment: Segment
    ids: tuple[str, ...]

    @property
    def passages(self) -> int:
        """About how many they have."""
        counts = self.segment.portion.counts
        return counts["passages"] * len(self.ids) // counts["documents"]

    @property
    def as_it_is(self) -> bool:
        """Whether the segment can be taken over: all of it stays, and it is new or large enough to be shared."""
        whole = len(self.ids) == self.segment.portion.counts["documents"]
        return whole and (not self.segment.portion.files or self.passages >= SMALL)


def written(series: Series, papers: Iterable[Stored]) -> tuple[list[Segment], tuple[Source, ...]]:
    """New papers in segments of their own, open for reading, and the sources of these papers."""
    given = []
    for paper in papers:
        series.add(paper)
        given.append(paper.source)
    width = series.model.width
    return [Segment(series.draft / portion.name, portion, width) for portion in series.finish()], tuple(given)


def merged(series: Series, fresh: Sequence[Segment], old: Sequence[Segment], wanted: Contents) -> Manifest:
    """The generation that holds exactly what is wanted, of new segments and old ones.

    Raises ValueError for two papers with one id, and for a paper that no segment holds.
    """
    portions: list[Portion] = []
    for group in grouped(list(_pieces([*reversed(fresh), *old], wanted.sources))):
        portions += _brought(group, series)
    for segment in fresh:
        if segment.portion not in portions:
            shutil.rmtree(segment.folder)
    portions.sort(key=lambda portion: -portion.counts["passages"])
    return Manifest(series.generation, series.model, tuple(portions), _VERSIONS, wanted.aside)


class Series:
    """Writes segments of one generation, one after the other, each up to LARGEST passages.

    Raises OSError when the disk refuses.
    """

    def __init__(self, draft: Path, generation: int, model: ModelId) -> None:
        self.draft = draft
        self.generation = generation
        self.model = model
        self._names = (f"seg-{generation:06d}-{n:03d}" for n in itertools.count())
        self._writer: SegmentWriter | None = None
        self._done: list[Portion] = []

    def add(self, paper: Stored) -> None:
        """Append a paper. Raises ValueError for one whose parts do not fit, IndexDimensionError."""
        self._with_room([paper.document.id]).add(paper)

    def copy(self, segment: Segment, ids: Sequence[str]) -> None:
        """Append papers as another segment holds them."""
        for start in range(0, len(ids), _TOGETHER):
            some = ids[start : start + _TOGETHER]
            self._with_room(some).copy(segment, some)

    def finish(self) -> list[Portion]:
        """What the manifest says of the segments since the last call, but for their files."""
        self._close()
        done, self._done = self._done, []
        return done

    def _with_room(self, ids: Iterable[str]) -> SegmentWriter:
        """The segment in hand, or a new one where that is full or holds a paper of this name."""
        if self._writer and (self._writer.passages >= LARGEST or any(id in self._writer for id in ids)):
            self._close()
        if not self._writer:
            self._writer = SegmentWriter(self.draft / next(self._names), self.model)
        return self._writer

    def _close(self) -> None:
        if self._writer:
            self._done.append(self._writer.finish())
            self._writer = None

    def __enter__(self) -> Series:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._writer:
            self._writer.abandon()


def _pieces(segments: Iterable[Segment], sources: Sequence[Source]) -> Iterator[Piece]:
    """What stays of each segment; a paper that several hold is taken from the first."""
    twice = [id for id, times in Counter(source.document for source in sources).items() if times > 1]
    if twice:
        raise ValueError(f"{twice[0]} is there twice")
    missing = {(source.document, source.key) for source in sources}
    for segment in segments:
        held = [(id, source.key) for id, source in segment.sources.items()]
        ids = tuple(id for id, key in held if (id, key) in missing)
        missing.difference_update(held)
        if ids:
            yield Piece(segment, ids)
    if missing:
        raise ValueError(f"{min(missing)[0]} was not given and is not in the index")


def grouped(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Which pieces become one segment: the small ones, and then what is not much larger than what comes after it."""
    small = [piece for piece in pieces if piece.passages < SMALL]
    groups = [[piece] for piece in pieces if piece.passages >= SMALL] + ([small] if small else [])
    while True:
        groups.sort(key=_passages, reverse=True)
        last = [_passages(group) for group in groups[-2:]]
        if len(last) < 2 or last[0] >= GROWTH * last[1] or sum(last) > LARGEST:
            return groups
        groups[-2:] = [[*groups[-2], *groups[-1]]]


def _passages(group: Iterable[Piece]) -> int:
    return sum(piece.passages for piece in group)


def _brought(group: Sequence[Piece], series: Series) -> list[Portion]:
    """The segments that hold a group: one that stays as it is, or new ones."""
    if len(group) == 1 and group[0].as_it_is:
        segment = group[0].segment
        if segment.portion.files:
            link(segment.folder, series.draft)
        return [segment.portion]
    in_order = sorted((piece.segment.sources[id].name, nth, id) for nth, piece in enumerate(group) for id in piece.ids)
    for nth, run in itertools.groupby(in_order, key=itemgetter(1)):
        series.copy(group[nth].segment, [id for *_, id in run])
    return series.finish()
