"""What is stored about papers and how it is searched: five verbs over FAISS, tantivy and SQLite.

    open        the current generation, after its checksums were compared
    write       a new generation, made current by one rename
    remove      a new generation without some documents
    candidates  the exchanges that may answer a question, with all that ranking needs
    document    one paper, as it was parsed

An `Index` is one generation and never changes: a call is answered from it alone. `latest` looks for a newer one.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from ragassist.document import Document, Exchange, Metadata, Passage
from ragassist.encoder import Encoded, Floats
from ragassist.errors import IndexDamaged, IndexModelMismatch
from ragassist.index.audit import CHECKS, Parts
from ragassist.index.build import Kept, Stored, write
from ragassist.index.filters import ANY, Filter
from ragassist.index.generation import current_seal, others, unreadable, verified
from ragassist.index.lexical import SIDES, Lexical
from ragassist.index.manifest import Manifest, ModelId, Source
from ragassist.index.records import Listed, Records
from ragassist.index.tokens import Tokens
from ragassist.index.vectors import Longs, Vectors

__all__ = ["ANY", "Candidates", "Filter", "Index", "Kept", "Listed", "Manifest", "ModelId", "Source", "Stored"]

_COPIED = 256  # papers copied in one go: some 10 MB of rows
_EXCHANGES_KEPT = 1024  # in memory once read: about 20 kB each
_TOKENS_KEPT = 1024  # passages whose tokens are kept as float32 once read: about 120 kB each
_BLAS = ThreadpoolController().select(user_api="blas")  # on products this small, more threads only wait for each other


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The exchanges that may answer a question, and every passage of them; aligned by passage.

    documents: what their papers say of themselves, by id. owner: int64 [n], the place in `exchanges` of each passage's
    exchange. cosine: float32 [n], exact. bm25: float32 [n], 0 where no word matched. similarity: float32 [T, t], dot
    products of the passages' stored tokens, in order, with each token of the question. token_starts: int64 [n + 1]; the
    tokens of passage i are rows token_starts[i]:token_starts[i + 1], none where none are stored.
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

    manifest: model, sources, counts, versions.
    """

    write = staticmethod(write)

    def __init__(self, folder: Path, seal: str) -> None:
        """Open the generation that this seal names; use `Index.open`."""
        generation, self.manifest = verified(folder, seal)
        self.folder = folder
        self._generation = generation
        self._seal = seal
        self._sources = {source.document: source for source in self.manifest.sources}
        self._records = Records(generation)
        self._vectors = Vectors(generation)
        self._lexical = Lexical(generation)
        self._tokens = Tokens(generation)
        self._block = functools.lru_cache(_EXCHANGES_KEPT)(self._records.block)
        self._metadata = functools.lru_cache(_EXCHANGES_KEPT)(self._records.metadata)
        self._listed = functools.lru_cache(1)(self._list)
        self._token_row = functools.lru_cache(_TOKENS_KEPT)(self._tokens.centred)

    @classmethod
    def open(cls, folder: Path) -> Index:
        """The current generation. Raises IndexMissing, IndexDamaged, IndexOutdated, SystemFault."""
        seal = current_seal(folder)
        while True:
            try:
                return cls(folder, seal)
            except IndexDamaged:
                # A generation that was switched away and removed while we were opening it looks damaged.
                seal, before = current_seal(folder), seal
                if seal == before:
                    raise
            except OSError as error:  # no room for links to the files, or too many files open
                raise unreadable(folder, error) from error

    def latest(self) -> Index:
        """This index while it is the current one, else the one that is. Raises as `open` does."""
        return self if current_seal(self.folder) == self._seal else Index.open(self.folder)

    def check(self, model: ModelId) -> None:
        """Raises IndexModelMismatch when another model made the vectors."""
        indexed = self.manifest.model
        if indexed.fingerprint != model.fingerprint:
            changed = " as it was before" if indexed.name == model.name else ""
            raise IndexModelMismatch(self.folder, indexed.name + changed, model.name)

    def remove(self, documents: Collection[str]) -> None:
        """Write a generation without these documents, which `latest` opens; those that held them go.

        Raises KeyError for a document that is not there, and as `write` does.
        """

        def kept() -> Iterator[Kept]:
            index = self.latest()  # read under the writer's lock: nothing that another process added is lost
            index.check(self.manifest.model)
            there = dict.fromkeys(source.document for source in index.manifest.sources)
            for id in documents:
                if id not in there:
                    raise KeyError(id)
            yield from index.kept([id for id in there if id not in documents])

        def aside() -> Iterator[Source]:
            yield from (file for file in self.latest().manifest.aside if file.document not in documents)

        write(self.folder, kept(), self.manifest.model, aside(), forget=True)

    def candidates(self, question: Encoded, terms: str, k: int) -> Candidates:
        """The exchanges of the k passages nearest to the question and of the k best by words, on each side.

        question: one text, encoded. terms: words to look for; any text will do. k: at least 1.
        Raises IndexDimensionError when the question was encoded by another model.
        """
        found, _ = self._vectors.search(question.vectors, max(1, min(k, len(self._vectors))))
        near = {int(row) for row in found[0] if row >= 0}
        near.update(row for side in SIDES for row in self._lexical.search(terms, side, k))
        ordinals = self._records.owners(near)
        blocks = [self._block(ordinal) for ordinal in ordinals]
        rows = [row for block in blocks for row in block.rows]
        bm25 = self._lexical.scores(terms, ordinals)
        similarity, token_starts = self._similarities(question.tokens[0], rows)
        return Candidates(
            documents={id: self._metadata(id) for id in dict.fromkeys(block.exchange.document for block in blocks)},
            exchanges=tuple(block.exchange for block in blocks),
            passages=tuple(passage for block in blocks for passage in block.passages),
            owner=np.repeat(np.arange(len(blocks)), [len(block.rows) for block in blocks]),
            cosine=self._vectors.cosines(question.vectors, rows)[0],
            bm25=np.array([bm25.get(row, 0.0) for row in rows], dtype=np.float32),
            similarity=similarity,
            token_starts=token_starts,
        )

    def document(self, id: str) -> Document:
        """One paper, as it was parsed. Raises KeyError when it is not in the index."""
        return self._records.document(id)

    def documents(self) -> tuple[Metadata, ...]:
        """What every paper says of itself."""
        return self._records.documents()

    def listed(self) -> tuple[Listed, ...]:
        """A line of a list for every paper, made once: it takes a fifth of a second for 5,000 papers."""
        return self._listed()

    def exchanges(self, id: str) -> tuple[Exchange, ...]:
        """The exchanges of one paper, in reading order. Raises KeyError when it is not in the index."""
        return self._records.exchanges(id)

    def stored(self, id: str) -> Stored:
        """One paper with all that was stored of it, to store again. Raises KeyError when it is not in the index."""
        blocks = self._records.blocks(self._records.ordinals(id))
        placed = sorted(
            ((row, passage) for block in blocks for row, passage in zip(block.rows, block.passages, strict=True)),
            key=lambda pair: pair[0],
        )
        rows = [row for row, _ in placed]
        return Stored(
            document=self._records.document(id),
            exchanges=tuple(block.exchange for block in blocks),
            passages=tuple(passage for _, passage in placed),
            vectors=self._vectors.rows(rows),
            tokens=tuple(self._tokens.row(row) for row in rows),
            source=self._sources[id],
        )

    def audit(self) -> Mapping[str, tuple[str, ...]]:
        """Whether all parts agree: by what was checked, a sentence for each thing that is wrong. Takes seconds."""
        parts = Parts(self._generation, self.manifest, self._records, self._vectors, self._tokens, self._lexical)
        return {name: tuple(check(parts)) for name, check in CHECKS.items()}

    def others(self) -> Mapping[str, tuple[Source, ...] | None]:
        """What else lies in the folder of the index, by name: for an older generation the sources of what it read, None
        for what is none or cannot be read.
        """
        return others(self.folder, self.manifest.generation)

    def kept(self, documents: Iterable[str]) -> Iterator[Kept]:
        """These papers with all that was stored of them, to store again as they are, many at a time.

        Raises KeyError for a document that is not in the index.
        """
        places = {source.document: place for place, source in enumerate(self.manifest.sources)}
        for first, end in _runs(places[id] for id in documents):
            run = self._records.run(first, end)
            yield Kept(self._records, self._vectors, self._tokens, run, self.manifest.sources[first:end])

    def _similarities(self, question: Floats, rows: Sequence[int]) -> tuple[Floats, Longs]:
        """What `Candidates` says of tokens, for these passages and the tokens of a question, float32 [t, dim]."""
        stored = [self._token_row(row) for row in rows]
        lengths = [0 if tokens is None else len(tokens) for tokens in stored]
        directions = question - self._tokens.mean
        directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-6)
        held = [np.empty((0, directions.shape[1]), np.float32), *(tokens for tokens in stored if tokens is not None)]
        with _BLAS.limit(limits=1):
            similarity: Floats = np.concatenate(held) @ directions.T
        return similarity, np.cumsum([0, *lengths])

    def _list(self) -> tuple[Listed, ...]:
        lines = self._records.listed()
        return tuple(replace(line, file=self._sources[line.metadata.id].name) for line in lines)


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
