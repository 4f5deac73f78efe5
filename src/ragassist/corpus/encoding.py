"""Drafts -> papers ready to store, the passages of several encoded in one go."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence

from ragassist.corpus.changes import Progress, Step
from ragassist.corpus.reading import Draft
from ragassist.encoder import Encoded, Encoder
from ragassist.index import Stored

TOGETHER = 512  # passages encoded in one go: enough to sort by length, some 60 MB of tokens


def encode(drafts: Sequence[Draft], encoder: Encoder, tell: Progress) -> Iterator[Stored]:
    """Every draft ready to store, in order."""
    total = sum(len(draft.passages) for draft in drafts)
    done = 0
    for group in _groups(drafts):
        texts = [passage.text for draft in group for passage in draft.passages]
        last = group[-1].document.id
        tell(Step("encoding", done, total, last))
        yield from _stored(group, encoder.passages(texts, functools.partial(_tell_sum, tell, done, total, last)))
        done += len(texts)


def _groups(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    group: list[Draft] = []
    size = 0
    for draft in drafts:
        group.append(draft)
        size += len(draft.passages)
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
