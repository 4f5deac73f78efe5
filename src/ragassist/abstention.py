"""Evidence -> found or not, and how sure: fitted rules over several signals, for no single score tells.

Two rules look at the same signals. The rule *subject* tells questions on other matters; the rule *answer* tells near
misses, whose subject is in the papers while the fact is not. So there are three bands: *found*; *nearest*, when the
papers come close but probably do not answer; *absent*, when they are about something else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ragassist.dutch import GRAM, content_words, fold, grams, holds
from ragassist.encoder import Floats
from ragassist.fusion import FEATURES, NUMBER, Evidence

Bools: TypeAlias = NDArray[np.bool_]
Verdict = Literal["found", "nearest", "absent"]

# What each signal says of a question and the best paragraph, in the order in which `signals` gives them, and whether it
# speaks for the subject being there (1) or against it (-1).
SIGNALS: dict[str, int] = {
    "question": 1,  # cosine of the question with the one that was put to the government
    "question apart": 1,  # … over that of the middle paragraph
    "meaning": 1,  # cosine with the nearest passage
    "apart": 1,  # score of the best answer over the next
    "anywhere": 1,  # how well the question's tokens are matched, each wherever in the candidates it is matched best
    "weakest": 1,  # … of its two rare tokens that are matched worst
    "elsewhere": -1,  # how much better other answers match some of its tokens than this one
    "words": 1,  # share of its content words that stand in the paragraph, told by characters
    "unheard": -1,  # share of them that stand in no candidate
    "longest unheard": -1,  # length of the longest of these
    "named": 1,  # it names who asked or who answered
    "exact": -1,  # it asks for a number, an amount, a share or a date
    "no such": -1,  # … and the paragraph holds none
    "other numbers": -1,  # it names a number that does not stand in the paragraph
    "other names": -1,  # share of the names in it that do not stand in the exchange
}

MONTHS = r"januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
COUNTED = r"\d|\b(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|beide)\b"
# What is asked for (folded question) -> what a paragraph must hold to give it (folded text).
EXACT: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(given))
    for asked, given in (
        (
            r"\bhoe ?veel (?:geld|euro|kost)|\bbedrag|\bhoe hoog|\bkosten?\b|\bloon\b|\bprijs|\bhow much\b|\bcost",
            r"€|\beuro\b|\bmln\b|\bmiljard|\bmiljoen",
        ),
        (
            r"\bprocent|\bpercentage|%|\bwelk deel|\baandeel|\bhoe groot deel|\bper cent|\bshare\b",
            r"%|\bprocent|\bhelft|\bderde|\bkwart|\bmeerderheid|\bdeel\b",
        ),
        (
            r"\bwanneer|\bdatum|\bwelk jaar|\bop welke dag|\bhoe laat|\bwhen\b|\b(?:what|which) (?:year|date)",
            rf"\b(?:19|20)\d\d\b|{MONTHS}",
        ),
        (r"\bhoe ?vee?l|\baantal|\bhoe vaak|\btotaal|\bhow many|\bhow often|\bnumber of", COUNTED),
    )
)
NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w’'-]+")
STEM = 6  # characters of a name that must be the same: Oekraïne, Oekraïners
HEARD = 0.6  # share of a word's stretches of four characters that must stand in a text for the word to be heard in it


def signals(question: str, evidence: Evidence, scores: Floats) -> Floats:
    """What speaks for and against an answer being there: float32 [len(SIGNALS)]."""
    best = int(np.argmax(scores))
    inside = evidence.owner == evidence.owner[best]
    return np.array(
        (*_of_ranking(evidence, scores, best, inside), *_of_words(question, evidence, best, inside)), np.float32
    )


def confidence(found: Floats, fitted: Mapping[str, Mapping[str, float]]) -> tuple[float, Verdict]:
    """How likely it is that the best answer answers, from 0 to 1, and the band that this falls into.

    fitted: the rules and thresholds that `python tools/fit.py` found.
    """
    subject, answer = (probability(found, fitted[name]) for name in ("subject", "answer"))
    about, found_from = fitted["bands"]["subject from"], fitted["bands"]["found from"]
    sure = answer * min(1.0, subject / about)
    if subject < about:
        return sure, "absent"
    return sure, "found" if sure >= found_from else "nearest"


def probability(found: Floats, rule: Mapping[str, float]) -> float:
    """What a logistic rule makes of the signals."""
    log_odds = rule["intercept"] + sum(rule[name] * float(value) for name, value in zip(SIGNALS, found, strict=True))
    return (1.0 + math.tanh(log_odds / 2.0)) / 2.0  # the logistic function, without its overflow


def _of_ranking(evidence: Evidence, scores: Floats, best: int, inside: Bools) -> tuple[float, ...]:
    theirs, meaning = (evidence.features[:, FEATURES.index(name)] for name in ("question", "meaning"))
    anywhere = evidence.similarity.max(axis=0)
    rare = np.sort(anywhere[evidence.rarity >= np.median(evidence.rarity)])
    outside = scores[~inside]
    return (
        theirs[best],
        theirs[best] - np.median(theirs),
        meaning[best],
        scores[best] - outside.max() if len(outside) else 0.0,
        anywhere @ evidence.rarity,
        rare[:2].mean(),
        (anywhere - evidence.similarity[inside].max(axis=0)) @ evidence.rarity,
    )


def _of_words(question: str, evidence: Evidence, best: int, inside: Bools) -> tuple[float, ...]:
    texts = [fold(text) for text in evidence.texts]
    words = content_words(question)
    here, anywhere = _heard(words, texts[best]), _heard(words, "\n".join(texts))
    unheard = [word for word, share in zip(words, anywhere, strict=True) if share < HEARD]
    lengths = np.array([min(len(word), 12) for word in words])
    exchange = evidence.exchanges[evidence.owner[best]]
    around = " ".join([*compress(texts, inside), *map(fold, exchange.fractie)])
    wanted = [given for asked, given in EXACT if asked.search(fold(question))]
    names = [fold(name)[:STEM] for name in NAME.findall(question)]
    return (
        here @ lengths / max(lengths.sum(), 1),
        len(unheard) / max(len(words), 1),
        max(map(len, unheard), default=0),
        evidence.features[best, FEATURES.index("named")],
        bool(wanted),
        any(not given.search(texts[best]) for given in wanted),
        not set(NUMBER.findall(question)) <= set(NUMBER.findall(evidence.texts[best])),
        sum(name not in around for name in names) / max(len(names), 1),
    )


def _heard(words: Sequence[str], text: str) -> Floats:
    """For each word the share of its stretches of characters that a folded text holds."""
    return np.array([_share(word, text) for word in words], np.float32)


def _share(word: str, text: str) -> float:
    if len(word) >= GRAM and word in text:  # as most do, and then so do all its stretches
        return 1.0
    return float(np.mean([holds(text, gram) for gram in grams(word)]))
