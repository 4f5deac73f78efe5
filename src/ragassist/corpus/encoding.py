"""Drafts -> papers ready to store, the passages of several encoded in one go."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator

from ragassist.corpus.changes import Progress, Step
from ragassist.corpus.reading import Draft, Papers
from ragassist.encoder import Encoded, Encoder
from ragassist.index import Index, Kept, Source, Stored

TOGETHER = 512  # passages encoded in one go: enough to sort by length, some 60 MB of tokens


def encode(papers: Papers, old: Index | None, encoder: Encoder, tell: Progress) -> Iterator[Stored | Kept]:
    """Every paper ready to store, in order: what is new is encoded, the rest is copied from the old index."""
    total = sum(len(paper.passages) for paper in papers.values() if isinstance(paper, Draft))
    done = 0
    for group in _groups(papers.values()):
        drafts = [paper for paper in group if isinstance(paper, Draft)]
        texts = [passage.text for draft in drafts for passage in draft.passages]
        last = drafts[-1].document.id if drafts else ""
        if drafts:
            tell(Step("encoding", done, total, last))
        encoded = encoder.passages(texts, functools.partial(_tell_sum, tell, done, total, last))
        ready = _stored(drafts, encoded)
        for is_new, run in itertools.groupby(group, lambda paper: isinstance(paper, Draft)):
            ids = [paper.document.id if isinstance(paper, Draft) else paper.document for paper in run]
            if is_new:
                yield from itertools.islice(ready, len(ids))
            elif old:
                yield from old.kept(ids)
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


def _stored(drafts: Iterable[Draft], encoded: Encoded) -> Iterator[Stored]:
    """The drafts, each with its stretch of the vectors."""
    start = 0
    for draft in drafts:
        end = start + len(draft.passages)
        vectors, tokens = encoded.vectors[start:end], encoded.tokens[start:end]
        yield Stored(draft.document, draft.exchanges, draft.passages, vectors, tokens, draft.source)
        start = end


def _tell_sum(tell: Progress, before: int, total: int, name: str, done: int) -> None:
    tell(Step("encoding", before + done, total, name))
