"""Drafts -> papers ready to store, the passages of several encoded in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ragassist.corpus.changes import Progress, Step
from ragassist.corpus.reading import Group
from ragassist.encoder import Encoder
from ragassist.index import Stored


def encode(groups: Iterable[Group], encoder: Encoder, tell: Progress) -> Iterator[Stored]:
    """Every paper ready to store, in order."""
    done = 0
    try:
        for group in groups:
            tell(Step("encoding", done, group.total, group.name))
            if group.drafts:
                yield from _stored(group, done, encoder, tell)
            done = group.done
    finally:
        encoder.rest()
    if done:
        tell(Step("encoding", done, group.total, ""))


def _stored(group: Group, before: int, encoder: Encoder, tell: Progress) -> Iterator[Stored]:
    """The drafts of a group, each with its stretch of the vectors; before: files that were done before them."""
    texts = [passage.text for draft in group.drafts for passage in draft.passages]

    def tell_part(encoded: int) -> None:
        done = before + (group.done - before) * encoded // max(len(texts), 1)
        tell(Step("encoding", done, group.total, group.name))

    encoded = encoder.passages(texts, tell_part)
    start = 0
    for draft in group.drafts:
        end = start + len(draft.passages)
        vectors, tokens = encoded.vectors[start:end], encoded.tokens[start:end]
        yield Stored(draft.document, draft.exchanges, draft.passages, vectors, tokens, draft.source)
        start = end
