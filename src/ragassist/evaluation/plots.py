"""Three pictures of a run, as SVG that stands alone: calibration, risk against coverage, rank histogram.

Each is made of numbers and of words that stand here; nothing of a question or a paper gets into it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ragassist.evaluation.outcomes import DEPTH, Outcome
from ragassist.rendering.markup import Html, tag

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 360, 300, 48, 44, 16, 12  # in SVG units
Z = 1.96  # of a 95% interval


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence. share: of them, with a first hit that answers, and its 95% Wilson interval."""

    confidence: float
    share: float
    low: float
    high: float
    asked: int


def bins(outcomes: Sequence[Outcome], per_bin: int = 10) -> list[Bin]:
    """The questions in order of confidence, about `per_bin` to a bin."""
    ordered = sorted(outcomes, key=lambda outcome: outcome.confidence)
    count = max(1, len(ordered) // per_bin)
    edges = [round(i * len(ordered) / count) for i in range(count + 1)]
    return [_bin(ordered[start:end]) for start, end in pairwise(edges) if end > start]


def _bin(outcomes: Sequence[Outcome]) -> Bin:
    n = len(outcomes)
    share = sum(outcome.right for outcome in outcomes) / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)  # Wilson, JASA 1927
    reach = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return Bin(sum(outcome.confidence for outcome in outcomes) / n, share, centre - reach, centre + reach, n)


def risks(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """(coverage, risk) when only the surest are answered: the share answered, and of those the share answered wrongly.

    A wrong answer is one whose first hit does not answer the question. Equal confidences are answered together.
    """
    surest = sorted(outcomes, key=lambda outcome: -outcome.confidence)
    points, answered, wrong = [], 0, 0
    for _, alike in groupby(surest, key=lambda outcome: outcome.confidence):
        group = list(alike)
        answered += len(group)
        wrong += sum(not outcome.right for outcome in group)
        points.append((answered / len(surest), wrong / answered))
    return points


def ranks(outcomes: Sequence[Outcome]) -> list[tuple[str, int]]:
    """(rank, answerable questions whose first right exchange stands there); the last is for those not found at all."""
    counted = Counter(outcome.rank for outcome in outcomes if outcome.question.answerable)
    return [(str(rank), counted[rank]) for rank in range(1, DEPTH + 1)] + [("–", counted[None])]


def calibration_plot(outcomes: Sequence[Outcome]) -> Html:
    """Confidence against what came true; on the dashed line they are equal."""
    marks = [_line("dashed", [(0, 0), (1, 1)])]
    for one in bins(outcomes):
        marks.append(_line("line", [(one.confidence, one.low), (one.confidence, one.high)]))
        marks.append(_dot(one.confidence, one.share, f"{one.asked} questions"))
    return _picture("Calibration", "confidence", "share answered by the first hit", [*_scales(), *marks])


def risk_plot(outcomes: Sequence[Outcome]) -> Html:
    """Risk against coverage; the dot is where the replies themselves say found or not."""
    marks = [_line("line", risks(outcomes))] if outcomes else []
    answered = [outcome for outcome in outcomes if outcome.found]
    if answered:
        risk = sum(not outcome.right for outcome in answered) / len(answered)
        marks.append(_dot(len(answered) / len(outcomes), risk, f"{len(answered)} answered"))
    return _picture("Risk against coverage", "share answered", "of those, share answered wrongly", [*_scales(), *marks])


def rank_plot(outcomes: Sequence[Outcome]) -> Html:
    """How many questions have their first right exchange at each rank."""
    counted = ranks(outcomes)
    most, step = max(1, *(count for _, count in counted)), 1 / len(counted)
    marks = []
    for place, (rank, count) in enumerate(counted):
        middle, top = (place + 0.5) * step, count / most
        marks.append(_line("bar", [(middle, 0), (middle, top)]))
        marks += [_text(_x(middle), _y(0) + 14, rank), _text(_x(middle), _y(top) - 4, str(count or ""))]
    return _picture("Rank of the first right exchange", "rank (– is not among them)", "questions", marks)


def _picture(title: str, across: str, up: str, marks: Sequence[Html]) -> Html:
    turned = {"transform": f"translate(12 {_y(0.5)}) rotate(-90)", "text-anchor": "middle"}
    words = [_text(_x(0.5), HEIGHT - 6, across), tag("text", turned, up)]
    frame = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "aria-label": title}
    return tag("svg", frame, _line("axis", [(0, 1), (0, 0), (1, 0)]), *words, *marks)


def _scales() -> list[Html]:
    ticks = [0, 0.25, 0.5, 0.75, 1]
    return [
        *(_text(_x(tick), _y(0) + 14, f"{tick:g}") for tick in ticks),
        *(_text(LEFT - 6, _y(tick) + 4, f"{tick:g}", "end") for tick in ticks),
        *(_line("grid", [(0, tick), (1, tick)]) for tick in ticks[1:]),
    ]


def _line(kind: str, points: Sequence[tuple[float, float]]) -> Html:
    return tag("path", {"class": kind, "d": "M" + "L".join(f"{_x(x)} {_y(y)}" for x, y in points)})


def _dot(x: float, y: float, words: str) -> Html:
    return tag("circle", {"class": "mark", "cx": str(_x(x)), "cy": str(_y(y)), "r": "4"}, tag("title", {}, words))


def _text(x: float, y: float, words: str, anchor: str = "middle") -> Html:
    return tag("text", {"x": str(x), "y": str(y), "text-anchor": anchor}, words)


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)
