"""Which sentences of a cited paragraph speak to the question: a help to the eye, the paragraph is what is cited."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ragassist.encoder import Floats, Ints

ADDS = 0.05  # share of the question's meaning that a further sentence must add to be marked as well
MOST = 3  # sentences


def highlight(
    parted: Sequence[tuple[int, int]], spans: Ints, similarity: Floats, rarity: Floats
) -> tuple[tuple[int, int], ...]:
    """The sentences that together match most of the question: (start, end) in characters, in reading order.

    parted: the sentences of the text. spans: int32 [t, 2], the characters of each of its tokens, in reading order.
    similarity: float32 [q, t], how near each token of the question is to each of them. rarity: float32 [q], what each
    token of the question weighs, summing to 1.
    The best sentence is always marked; another only when it matches what the marked ones do not.
    """
    ends = np.array([end for _, end in parted])
    owner = np.minimum(np.searchsorted(ends, spans[:, 0], side="right"), len(parted) - 1)
    matches = np.full((len(parted), len(rarity)), -1.0, np.float32)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    matches[owner[starts]] = np.maximum.reduceat(similarity, starts, axis=1).T
    marked: list[int] = []
    covered = np.full(len(rarity), -1.0, np.float32)
    while len(marked) < min(MOST, len(parted)):
        gains = np.maximum(matches, covered) @ rarity - covered @ rarity
        best = int(np.argmax(gains))
        if marked and gains[best] < ADDS:
            break
        marked.append(best)
        covered = np.maximum(covered, matches[best])
    return tuple(parted[place] for place in sorted(marked))
