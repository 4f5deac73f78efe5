"""Candidates -> evidence for each paragraph -> ranked answers: several scores, added with fitted weights.

A paragraph is what is cited, so it is what is scored; an exchange counts as much as its best paragraph does.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ragassist.document import Exchange
from ragassist.dutch import content_words
from ragassist.encoder import Floats
from ragassist.fracties import parties

if TYPE_CHECKING:
    from ragassist.index import Candidates

# What each column of the evidence says about a paragraph and a question.
FEATURES = (
    "tokens",  # MaxSim of the question's tokens with the paragraph's, or nearly as well with its exchange's question
    "meaning",  # the cosine of its nearest passage
    "words",  # BM25 of its best passage, as a share of the best of all
    "question",  # the cosine of the nearest passage of its exchange's question
    "named",  # the question names the fractie or a member that asked, or who answered
    "numbers",  # share of the question's numbers that stand in it
    "answer",  # it is part of the answer, not of the question
    "support",  # MaxSim of the question's tokens with its whole exchange: what one paragraph lacks another may hold
    "paper",  # the same with all candidates of its paper
)
BORROWED = 0.9  # what a token of the exchange's question counts for, beside the paragraph's own: python tools/fit.py
COMMON = 7.0  # tokens that are less rare than this weigh least …
LEAST = 0.5  # … namely this: "de", "het", "?"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PORTFOLIO = re.compile(r"\b(?:van|voor) ([A-Z].*)")

Longs: TypeAlias = NDArray[np.int64]


@functools.cache
def fitted() -> Mapping[str, Mapping[str, float]]:
    """What `python tools/fit.py` found: weights for ranking by feature, rules by signal and bands for abstention."""
    found: dict[str, dict[str, float]] = json.loads(files("ragassist").joinpath("fitted.json").read_text("utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each paragraph of the candidates.

    exchanges: the candidates. owner: int64 [n], the place in `exchanges` of each paragraph's exchange.
    paragraphs: int64 [n], their numbers. starts: int64 [n], where the passages of each begin among the candidates'.
    texts: what stands in them. features: float32 [n, len(FEATURES)]. similarity: float32 [n, t], how near each token of
    the question comes to the paragraph. rarity: float32 [t], the weight of each of these tokens, summing to 1.
    """

    exchanges: tuple[Exchange, ...]
    owner: Longs
    paragraphs: Longs
    starts: Longs
    texts: tuple[str, ...]
    features: Floats
    similarity: Floats
    rarity: Floats


def gather(question: str, rarity: Floats, found: Candidates) -> Evidence:
    """Everything that ranking needs to know, one row for each paragraph of each candidate exchange.

    rarity: float32 [t], how rare each token of the question is.
    """
    numbers = np.array([passage.paragraph for passage in found.passages])
    # Passages stand in the order of the paper: those of a paragraph, and those of an exchange, are neighbours.
    starts = np.flatnonzero(np.diff(numbers, prepend=-1) | np.diff(found.owner, prepend=-1))
    own, theirs = _maximum(starts), _maximum(np.flatnonzero(np.diff(found.owner, prepend=-1)))
    owner, paragraphs = found.owner[starts], numbers[starts]
    asked = np.array([passage.side == "question" for passage in found.passages])

    weights = np.maximum(LEAST, rarity - COMMON)
    weights /= weights.sum()
    nearest = _nearest(found.similarity, found.token_starts)
    similarity = own(nearest)
    borrowed = BORROWED * theirs(np.where(asked[:, None], nearest, -1.0))[owner]

    whole = _maximum(np.flatnonzero(np.diff(owner, prepend=-1)))(similarity)
    papers, paper = _runs([exchange.document for exchange in found.exchanges])

    texts = tuple(
        " ".join(passage.text for passage in found.passages[start:end])
        for start, end in pairwise([*starts.tolist(), len(asked)])
    )
    names = _named(question, found)[owner]
    features = (
        np.maximum(similarity, borrowed) @ weights,
        own(found.cosine),
        own(found.bm25) / max(float(found.bm25.max(initial=0.0)), 1e-6),
        _filled(theirs(np.where(asked, found.cosine, -1.0)))[owner],
        names,
        _numbers(question, texts),
        1.0 - own(asked.astype(np.float32)),
        (whole @ weights)[owner],
        (_maximum(papers)(whole) @ weights)[paper][owner],
    )
    columns = np.stack(features, axis=1).astype(np.float32)
    return Evidence(found.exchanges, owner, paragraphs, starts, texts, columns, similarity, weights)


def score(evidence: Evidence, weights: Mapping[str, float]) -> Floats:
    """A linear combination of the features, after Bruch et al. (TOIS 2023): float32 [n], higher is better."""
    scores: Floats = evidence.features @ np.array([weights[name] for name in FEATURES], np.float32)
    return scores


def vote(evidence: Evidence, scores: Floats) -> list[list[int]]:
    """Exchanges, best first: for each the rows of its paragraphs, best first."""
    rows: dict[int, list[int]] = {}
    order = np.argsort(-scores, kind="stable")
    for row, owner in zip(order.tolist(), evidence.owner[order].tolist(), strict=True):
        rows.setdefault(owner, []).append(row)
    return list(rows.values())


def _maximum(starts: Longs) -> Callable[[Floats], Floats]:
    """A function that takes the maximum of each group of neighbouring rows, given where the groups start."""

    def maximum(values: Floats) -> Floats:
        found: Floats = np.maximum.reduceat(values, starts, axis=0)
        return found

    return maximum


def _runs(names: Sequence[str]) -> tuple[Longs, Longs]:
    """Where each run of equal names starts, and for each name the run that it stands in."""
    changes = np.array([before != after for before, after in pairwise(names)], bool)
    return np.concatenate([[0], np.flatnonzero(changes) + 1]), np.concatenate([[0], np.cumsum(changes)])


def _nearest(similarity: Floats, starts: Longs) -> Floats:
    """For each passage and token of the question the cosine of the passage's nearest token: MaxSim (Khattab & Zaharia,
    SIGIR 2020). A passage without tokens comes nearest to none.
    """
    held = np.diff(starts) > 0
    nearest = np.full((len(held), similarity.shape[1]), -1.0, np.float32)
    nearest[held] = np.maximum.reduceat(similarity, starts[:-1][held], axis=0)
    return nearest


def _filled(cosines: Floats) -> Floats:
    """A section without questions gets what the middle exchange has, so that it neither gains nor loses by it."""
    known = cosines[cosines > -1.0]
    return np.where(cosines > -1.0, cosines, np.median(known) if len(known) else 0.0)


def _numbers(question: str, texts: tuple[str, ...]) -> Floats:
    """For each text the share of the question's numbers that stand in it."""
    asked = set(NUMBER.findall(question))
    if not asked:
        return np.zeros(len(texts), np.float32)

    def share(text: str) -> float:
        if not any(number in text for number in asked):  # most texts need no closer look
            return 0.0
        return len(asked & set(NUMBER.findall(text))) / len(asked)

    return np.array([share(text) for text in texts], np.float32)


def _named(question: str, found: Candidates) -> Floats:
    """1 for each exchange whose fractie or member, or whose minister by portfolio, the question names."""
    asked = parties(question)
    folded = question.casefold()
    words = set(content_words(question))

    def named(fractie: tuple[str, ...], members: tuple[str, ...], respondent: str) -> bool:
        return (
            (bool(asked) and not asked.isdisjoint(parties(", ".join(fractie))))
            or _portfolio(respondent, folded, question)
            or any(_is_called(member, words) for member in members)
        )

    people = [
        (exchange.fractie, exchange.member or found.documents[exchange.document].members, exchange.respondent)
        for exchange in found.exchanges
    ]
    told = {who: named(*who) for who in set(people)}
    return np.array([told[who] for who in people], np.float32)


def _is_called(member: str, words: set[str]) -> bool:
    """Whether these words hold a member's name: `Van der Lee (GroenLinks-PvdA)` is called Lee."""
    name = content_words(member.partition("(")[0])
    return bool(name) and name[-1] in words


def _portfolio(respondent: str, folded: str, question: str) -> bool:
    """Whether a question names a ministry: `Sociale Zaken en Werkgelegenheid`, or `SZW`."""
    found = PORTFOLIO.search(respondent)
    if not found:
        return False
    initials = "".join(word[0] for word in found[1].split() if word[0].isupper())
    return found[1].casefold() in folded or (len(initials) > 1 and re.search(rf"\b{initials}\b", question) is not None)
