"""How sure a figure is: bootstrap intervals, and whether two runs differ by more than chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ragassist.evaluation.measures import METRICS, Floats, Sample, Statistic

RESAMPLES = 2_000  # Efron & Tibshirani, An Introduction to the Bootstrap, 1993: a thousand and more for percentiles
SEED = 741


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its 95% percentile bootstrap interval over the questions; nan where there was nothing to measure."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in two runs over the same questions.

    low, high: 95% bootstrap interval of now - before, the same questions drawn from both.
    p: chance of a difference at least as large if the two runs were alike (paired randomisation, two-sided).
    """

    now: float
    before: float
    low: float
    high: float
    p: float


def estimates(rows: Sample, names: Iterable[str] = tuple(METRICS)) -> dict[str, Estimate]:
    """The named metrics over these questions."""
    draws = _draws(len(rows))
    return {name: Estimate(_value(METRICS[name], rows), *_interval(METRICS[name](rows, draws))) for name in names}


def differences(now: Sample, before: Sample) -> dict[str, Difference]:
    """Every metric in two runs; row i of both is the same question."""
    draws, both = _draws(len(now)), now + before
    mine = np.random.default_rng(SEED).integers(0, 2, (RESAMPLES, len(now))).astype(np.float64)
    kept, swapped = np.hstack([mine, 1 - mine]), np.hstack([1 - mine, mine])  # each question's two outcomes, shuffled
    found = {}
    for name, metric in METRICS.items():
        new, old = _value(metric, now), _value(metric, before)
        by_chance = np.abs(metric(both, kept) - metric(both, swapped))
        as_large = np.count_nonzero(by_chance >= abs(new - old) - 1e-12)
        p = (1 + as_large) / (1 + RESAMPLES) if np.isfinite(new - old) else np.nan
        found[name] = Difference(new, old, *_interval(metric(now, draws) - metric(before, draws)), p)
    return found


def _value(metric: Statistic, rows: Sample) -> float:
    return float(metric(rows, np.ones((1, len(rows))))[0])


def _draws(n: int) -> Floats:
    """[RESAMPLES, n]: how often each of n questions is drawn when n are drawn with replacement."""
    return np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / max(n, 1)), RESAMPLES).astype(np.float64)


def _interval(values: Floats) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not known.size:
        return np.nan, np.nan
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
