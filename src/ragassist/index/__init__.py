"""What is stored about papers and how it is searched: five verbs over FAISS, tantivy and SQLite.

    open        the current generation, after its checksums were compared
    write       a new generation, made current by one rename
    remove      a new generation without some documents
    candidates  the exchanges that may answer a question, with all that ranking needs
    document    one paper, as it was parsed

An `Index` is one generation and never changes: a call is answered from it alone. `latest` looks for a newer one.
"""

from __future__ import annotations

import contextlib
import functools
import heapq
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ragassist.document import Document, Exchange, Metadata, Paragraph, Passage, Side
from ragassist.encoder import Encoded, Floats
from ragassist.errors import IndexBusy, IndexDamaged, IndexModelMismatch, IndexOutdated, index_command
from ragassist.index import cores, generation, lexical
from ragassist.index.audit import CHECKS
from ragassist.index.build import Contents, Series, merged, written
from ragassist.index.filters import ANY, Filter
from ragassist.index.lexical import SIDES, Weighted
from ragassist.index.manifest import Manifest, ModelId, Source
from ragassist.index.records import Block, Listed, Records
from ragassist.index.segment import Segment, Stored
from ragassist.index.tokens import Tokens, affordable, similarities
from ragassist.index.vectors import Longs

__all__ = ["ANY", "Candidates", "Contents", "Filter", "Index", "Listed", "Manifest", "ModelId", "Source", "Stored"]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The exchanges that may answer a question, and every passage of them; aligned by passage.

    documents: what their papers say of themselves, by id. owner: int64 [n], the place in `exchanges` of each passage's
    exchange. cosine: float32 [n], exact. bm25: float32 [n], 0 where no word matched. similarity: float32 [T, t], the
    dot product of each token of the passages, in their order, with each token of the question. token_starts: int64
    [n + 1]: the tokens of passage i are the rows from token_starts[i] up to token_starts[i + 1]; there may be none.
    """

    documents: Mapping[str, Metadata]
    exchanges: tuple[Exchange, ...]
    passages: tuple[Passage, ...]
    owner: Longs
    cosine: Floats
    bm25: Floats
    similarity: Floats
    token_starts: Longs


class Index:
    """One generation, open for reading; safe to use from several threads.

    manifest: model, counts, versions. place: the generation's folder. segments: what it consists of. current: what
    CURRENT held when it was opened. damage: why this is not the generation that it should be, or not all of it; None
    when all is well. salvaged: whether segments of it that are damaged were left out.
    """

    def __init__(self, place: Path, manifest: Manifest, segments: Sequence[Segment], current: bytes) -> None:
        """Use `Index.open`."""
        self.place = place
        self.manifest = manifest
        self.folder = place.parent
        self.damage: IndexDamaged | None = None
        self.salvaged = False
        self.current = current
        self.segments = tuple(segments)
        self.sources = functools.lru_cache(1)(self._sources)
        self.listed = functools.lru_cache(1)(self._listed)

    @classmethod
    def open(cls, folder: Path, before: Index | None = None, *, thorough: bool = False) -> Index:
        """The current generation; while that is damaged the newest that is whole, whose `trouble` says so.

        before: an index of this folder that was opened earlier; what both share is not compared again. thorough:
        compare the tokens of large segments too, which else are compared as they are read: a second for 15,000 papers.
        Raises IndexMissing, IndexDamaged, IndexOutdated, SystemFault.
        """
        try:
            while True:
                current = generation.current(folder)
                try:
                    return cls._sealed(folder, current, generation.seal_of(folder, current), before, thorough)
                except IndexDamaged as error:
                    # A generation that was switched away and removed while we were opening it looks damaged.
                    if generation.current(folder) == current:
                        return cls._newest_whole(folder, current, error, before, thorough)
        except OSError as error:  # no room for links to the files, or too many files open
            raise generation.unreadable(folder, error) from error

    @classmethod
    def _sealed(cls, folder: Path, current: bytes, seal: str, before: Index | None, thorough: bool) -> Index:
        """The generation that this seal names. current: what CURRENT held."""
        opened = {segment.portion.name: segment for segment in before.segments} if before else {}
        known = [segment.portion for segment in opened.values()]
        place, manifest = generation.verified(folder, seal, known)
        segments = [
            opened[portion.name].at(place / portion.name)
            if portion in known
            else Segment(place / portion.name, portion, manifest.model.width)
            for portion in manifest.segments
        ]
        if thorough:
            for segment in segments:
                segment.tokens.compare()
        return cls(place, manifest, segments, current)

    @classmethod
    def _newest_whole(
        cls, folder: Path, current: bytes, damage: IndexDamaged, before: Index | None, thorough: bool
    ) -> Index:
        for seal in generation.seals(folder):
            with contextlib.suppress(IndexDamaged, IndexOutdated):
                index = cls._sealed(folder, current, seal, before, thorough)
                index.damage = damage
                return index
        raise damage

    @classmethod
    def salvage(cls, folder: Path, damage: IndexDamaged) -> Index | None:
        """What can be used again of an index that is damaged: the segments of its newest generation that are whole,
        down to every byte, to write from. None where there are none. Raises SystemFault.
        """
        for seal in generation.seals(folder):
            segments = []
            with contextlib.suppress(IndexDamaged, IndexOutdated):
                place, manifest = generation.listed(folder, seal)
                for portion in manifest.segments:
                    with contextlib.suppress(IndexDamaged):
                        generation.compare(folder, place, portion)
                        segment = Segment(place / portion.name, portion, manifest.model.width)
                        segment.tokens.compare()
                        segments.append(segment)
            if segments:
                index = cls(place, manifest, segments, generation.current(folder))
                index.damage, index.salvaged = damage, True
                return index
        return None

    @property
    def trouble(self) -> str:
        """The damage as a sentence for the user, who is answered all the same; empty when all is well."""
        if not self.damage:
            return ""
        return (
            f"{self.damage.why} What {self.place.name} holds, the newest generation that is whole, stands in for it. "
            f"Bring the index up to date with: {index_command(self.folder)}"
        )

    def latest(self) -> Index:
        """This index while it is the current one, else the one that is. Raises as `open` does."""
        return self if generation.current(self.folder) == self.current else Index.open(self.folder, self)

    def check(self, model: ModelId) -> None:
        """Raises IndexModelMismatch when another model made the vectors."""
        indexed = self.manifest.model
        if indexed.fingerprint != model.fingerprint:
            changed = " as it was before" if indexed.name == model.name else ""
            raise IndexModelMismatch(self.folder, indexed.name + changed, model.name)

    @staticmethod
    def write(
        folder: Path,
        papers: Iterable[Stored],
        model: ModelId,
        contents: Callable[[], Contents] | None = None,
        before: Index | None = None,
    ) -> None:
        """Write a new generation and make it current.

        papers: what is new; may be lazy: asked for while the writer's lock is held, one at a time. contents: asked
        after the last of them; the generation then holds exactly what it names, each paper either new or in `before`,
        and without it exactly what is new. before: the current generation, or what `salvage` found of it, of which
        papers stay. It is kept beside the new one, unless one of its papers was to go or it is damaged; what is older
        goes. Whatever is raised, nothing has changed.
        Raises IndexBusy, also when `before` is not current any more; SystemFault, IndexDimensionError; ValueError for
        two papers with one id, or one that is neither new nor in `before`.
        """
        wanted = Contents(())

        def filled(draft: Path, number: int) -> Manifest:
            nonlocal wanted
            with Series(draft, number, model) as series:
                fresh, given = written(series, papers)
                wanted = contents() if contents else Contents(given)
                return merged(series, fresh, before.segments if before else (), wanted)

        with generation.writing(folder):
            if before and generation.current(folder) != before.current:
                raise IndexBusy(folder)
            number = generation.clean(folder, before.place.name if before else "") + 1
            generation.publish(folder, number, filled)
            if before and (before.salvaged or not _named(before.sources().values()) <= _named(wanted.sources)):
                generation.clean(folder, "")

    @staticmethod
    def sweep(folder: Path) -> None:
        """Remove what a writer left that was killed, unless another is writing. Raises SystemFault."""
        generation.sweep(folder)

    def remove(self, documents: Collection[str]) -> None:
        """Write a generation without these documents, which `latest` opens; those that held them go.

        Raises KeyError for a document that is not there, and as `write` does.
        """
        index = self.latest()
        sources = index.sources()
        for id in documents:
            if id not in sources:
                raise KeyError(id)
        left = Contents(
            tuple(source for id, source in sources.items() if id not in documents),
            tuple(file for file in index.manifest.aside if file.document not in documents),
        )
        Index.write(index.folder, (), index.manifest.model, lambda: left, index)

    def candidates(self, question: Encoded, terms: str, k: int, among: Filter = ANY) -> Candidates:
        """The exchanges of the k passages nearest to the question and of the k best by words, on each side.

        question: one text, encoded. terms: words to look for; any text will do. k: at least 1. among: which papers and
        exchanges to look at. Raises IndexDimensionError when the question was encoded by another model.
        """
        words = lexical.weighted(lexical.terms(terms), [segment.lexical for segment in self.segments])
        near = self._near(question.vectors, words, k, among)
        owners = list(cores.each(lambda segment, rows: segment.records.owners(rows), self.segments, near))
        bm25 = cores.each(lambda segment, mine, own: segment.lexical.scores(mine, own), self.segments, words, owners)
        parts = cores.each(functools.partial(_part, question.vectors), self.segments, owners)
        return _together(list(parts), list(bm25), question.tokens[0])

    def _near(self, vectors: Floats, words: Sequence[Weighted], k: int, among: Filter) -> list[set[int]]:
        """The rows in each segment that one of the searches brings among its k best of all segments."""
        filters = [segment.passing(among) for segment in self.segments]

        def best(search: Side | None, nth: int) -> list[tuple[float, int, int]]:
            segment, (mask, query) = self.segments[nth], filters[nth]
            if search:
                scores = segment.lexical.search(words[nth], search, k, query)
                return [(score, nth, row) for row, score in scores.items()]
            rows, cosines = segment.vectors.search(vectors, max(1, min(k, len(segment.vectors))), mask)
            return [(c, nth, r) for c, r in zip(cosines[0].tolist(), rows[0].tolist(), strict=True) if r >= 0]

        places = range(len(self.segments))
        searches = (None, *SIDES)  # the vectors take longest, so they come first
        found = cores.each(best, *zip(*itertools.product(searches, places), strict=True))
        near: list[set[int]] = [set() for _ in places]
        for _ in searches:
            for _, nth, row in heapq.nlargest(k, itertools.chain.from_iterable(itertools.islice(found, len(places)))):
                near[nth].add(row)
        return near

    def document(self, id: str) -> Document:
        """One paper, as it was parsed. Raises KeyError when it is not in the index."""
        return self._holding(id).records.document(id)

    def paragraphs(self, id: str, numbers: Iterable[int]) -> Mapping[int, Paragraph]:
        """These paragraphs of one paper, by number, without reading all of it. Raises KeyError as `document` does."""
        return self._holding(id).records.paragraphs(id, numbers)

    def documents(self) -> tuple[Metadata, ...]:
        """What every paper says of itself, in the order of their files."""
        about = {metadata.id: metadata for segment in self.segments for metadata in segment.records.documents()}
        return tuple(about[id] for id in self.sources())

    def _sources(self) -> Mapping[str, Source]:
        """Where every paper came from, by its id, in the order of their files."""
        together = {id: source for segment in self.segments for id, source in segment.sources.items()}
        return dict(sorted(together.items(), key=lambda item: item[1].name))

    def _listed(self) -> tuple[Listed, ...]:
        """A line of a list for every paper, in the order of their files; made once, a fifth of a second for 5,000."""
        lines = [line for segment in self.segments for line in segment.records.listed()]
        return tuple(sorted(lines, key=lambda line: line.file))

    def exchanges(self, id: str) -> tuple[Exchange, ...]:
        """The exchanges of one paper, in reading order. Raises KeyError when it is not in the index."""
        records = self._holding(id).records
        return tuple(block.exchange for block in records.blocks(records.ordinals(id)))

    def stored(self, id: str) -> Stored:
        """One paper with all that was stored of it, to store again. Raises KeyError when it is not in the index."""
        return self._holding(id).stored(id)

    def audit(self) -> Mapping[str, tuple[str, ...]]:
        """Whether all parts agree: by what was checked, a sentence for each thing that is wrong. Takes seconds."""
        return {
            name: tuple(sentence for segment in self.segments for sentence in check(segment))
            for name, check in CHECKS.items()
        }

    def others(self) -> Mapping[str, tuple[Source, ...] | None]:
        """What else lies in the folder of the index, by name: for an older generation the sources of what it read, None
        for what is none or cannot be read.
        """
        return {
            name: _read_from(self.folder / name, manifest) if manifest else None
            for name, manifest in generation.others(self.folder, self.manifest.generation).items()
        }

    def _holding(self, id: str) -> Segment:
        found = next((segment for segment in self.segments if segment.records.places([id])), None)
        if found is None:
            raise KeyError(id)
        return found


def _named(sources: Iterable[Source]) -> set[tuple[str, str]]:
    return {(source.document, source.key) for source in sources}


def _read_from(generation_: Path, manifest: Manifest) -> tuple[Source, ...] | None:
    """All that an older generation was made from; None when its records cannot be read."""
    try:
        held = [Records(generation_ / portion.name).sources() for portion in manifest.segments]
    except IndexDamaged:
        return None
    return (*itertools.chain.from_iterable(held), *manifest.aside)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """What one segment has to say to a question: `Candidates`, in parts. rows: of its passages in the segment."""

    tokens: Tokens
    rows: list[int]
    blocks: list[Block]
    cosine: Floats
    documents: Mapping[str, Metadata]


def _part(vectors: Floats, segment: Segment, exchanges: Iterable[int]) -> _Part:
    blocks = segment.records.blocks(exchanges)
    rows = [row for block in blocks for row in block.rows]
    return _Part(
        tokens=segment.tokens,
        rows=rows,
        blocks=blocks,
        cosine=segment.vectors.cosines(vectors, rows)[0],
        documents=segment.records.about({block.exchange.document for block in blocks}),
    )


def _together(parts: Sequence[_Part], bm25: Sequence[Mapping[int, float]], question: Floats) -> Candidates:
    """The candidates of all segments. bm25: in each, by row. question: its tokens."""
    scores = [found.get(row, 0.0) for part, found in zip(parts, bm25, strict=True) for row in part.rows]
    blocks = [block for part in parts for block in part.blocks]
    cosine = np.concatenate([np.empty(0, np.float32), *(part.cosine for part in parts)])
    sizes = np.concatenate([np.empty(0, np.int64), *(part.tokens.sizes(part.rows) for part in parts)])
    read = np.split(affordable(sizes, cosine), np.cumsum([len(part.rows) for part in parts])[:-1])
    stored = list(cores.each(lambda part, mine: part.tokens.read(part.rows, mine), parts, read))
    return Candidates(
        documents={id: metadata for part in parts for id, metadata in part.documents.items()},
        exchanges=tuple(block.exchange for block in blocks),
        passages=tuple(passage for block in blocks for passage in block.passages),
        owner=np.repeat(np.arange(len(blocks)), [len(block.rows) for block in blocks]),
        cosine=cosine,
        bm25=np.array(scores, np.float32),
        similarity=similarities([packed for packed, _ in stored], question),
        token_starts=np.concatenate([np.zeros(1, np.int64), *(counts for _, counts in stored)]).cumsum(),
    )
