"""Drafts -> papers ready to store, the passages of several encoded in one go."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from ragassist.corpus.changes import Progress, Step
from ragassist.corpus.reading import Draft, Papers
from ragassist.encoder import Encoded, Encoder
from ragassist.index import Index, Source, Stored

TOGETHER = 512  # passages encoded in one go: enough to sort by length, some 60 MB of tokens


def encode(papers: Papers, old: Index | None, encoder: Encoder, tell: Progress) -> Iterator[Stored]:
    """Every paper ready to store, in order: what is new is encoded, the rest is taken from the old index."""
    total = sum(len(paper.passages) for paper in papers.values() if isinstance(paper, Draft))
    done = 0
    for group in _groups(papers.values()):
        drafts = [paper for paper in group if isinstance(paper, Draft)]
        texts = [passage.text for draft in drafts for passage in draft.passages]
        last = drafts[-1].document.id if drafts else ""
        if drafts:
            tell(Step("encoding", done, total, last))
        encoded = encoder.passages(texts, functools.partial(_tell_sum, tell, done, total, last))
        at = 0
        for paper in group:
            if isinstance(paper, Draft):
                yield _stored(paper, encoded, at)
                at += len(paper.passages)
            elif old:
                yield old.stored(paper.document)
        done += len(texts)


def _groups(papers: Iterable[Draft | Source]) -> Iterator[list[Draft | Source]]:
    group: list[Draft | Source] = []
    size = 0
    for paper in papers:
        group.append(paper)
        size += len(paper.passages) if isinstance(paper, Draft) else 0
        if size >= TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group


def _stored(draft: Draft, encoded: Encoded, at: int) -> Stored:
    """The draft with its stretch of the vectors."""
    end = at + len(draft.passages)
    return Stored(
        draft.document,
        draft.exchanges,
        draft.passages,
        vectors=encoded.vectors[at:end],
        tokens=encoded.tokens[at:end],
        source=draft.source,
    )


def _tell_sum(tell: Progress, before: int, total: int, name: str, done: int) -> None:
    tell(Step("encoding", before + done, total, name))
