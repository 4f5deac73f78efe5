"""Papers that are ready to store -> a new generation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ragassist.document import Document, Exchange, Passage
from ragassist.encoder import Floats
from ragassist.index import lexical, records, vectors
from ragassist.index.generation import publish
from ragassist.index.lexical import LexicalWriter
from ragassist.index.manifest import Manifest, ModelId, Source
from ragassist.index.records import Records, RecordWriter, Run
from ragassist.index.tokens import Tokens, TokenWriter
from ragassist.index.vectors import Vectors, VectorWriter

_VERSIONS = {"faiss": vectors.VERSION, "sqlite": records.VERSION, "tantivy": lexical.VERSION}


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """One paper, ready to store.

    vectors: float32 [n, dim] of unit length, one row a passage. tokens: n arrays, float32 [t, dim] of unit length, or
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


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Papers that stay as an older generation holds them: a run of its documents."""

    records: Records
    vectors: Vectors
    tokens: Tokens
    run: Run
    sources: tuple[Source, ...]


def write(
    folder: Path,
    papers: Iterable[Stored | Kept],
    model: ModelId,
    aside: Iterable[Source] = (),
    *,
    forget: bool = False,
) -> None:
    """Write these papers, and only these, as a new generation and make it current.

    papers: may be lazy; they are asked for while the writer's lock is held, one at a time. If it raises, nothing has
    changed. aside: files that were read and of which nothing is stored; asked for after the papers, under the lock too.
    forget: keep no older generation, for what it holds shall be gone.
    Raises IndexBusy, SystemFault, IndexDimensionError; ValueError for two papers with one id.
    """

    def fill(draft: Path, generation: int) -> Manifest:
        return replace(_fill(draft, generation, papers, model), aside=tuple(aside))

    publish(folder, fill, forget=forget)


def _fill(draft: Path, generation: int, papers: Iterable[Stored | Kept], model: ModelId) -> Manifest:
    sources: list[Source] = []
    with contextlib.ExitStack() as stack:
        texts = stack.enter_context(RecordWriter(draft))
        embeddings = stack.enter_context(TokenWriter(draft, model.dimension))
        rows = VectorWriter(draft, model.dimension)
        words = stack.enter_context(LexicalWriter(draft))
        for paper in papers:
            if isinstance(paper, Kept):
                for row, owner, side, text in texts.copy(paper.records, paper.run):
                    words.add(row, owner, side, text)
                rows.copy(paper.vectors, *paper.run.passages)
                embeddings.copy(paper.tokens, *paper.run.passages)
                sources += paper.sources
                continue
            first = texts.passages
            owners = texts.add(paper.document, paper.exchanges, paper.passages)
            rows.add(paper.vectors)
            for row, (owner, passage) in enumerate(zip(owners, paper.passages, strict=True), first):
                words.add(row, owner, passage.side, passage.text)
            for tokens in paper.tokens:
                embeddings.add(tokens)
            sources.append(paper.source)
        for engine in (texts, rows, words, embeddings):
            engine.finish()
    counts = {
        "documents": texts.documents,
        "exchanges": texts.exchanges,
        "passages": texts.passages,
        "tokens": embeddings.count,
    }
    return Manifest(generation, model, tuple(sources), counts, _VERSIONS, files={})
