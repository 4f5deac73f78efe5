"""What is measured: ranking by ir-measures, *not found* by a few lines each.

A statistic is a function of weighted questions, so that one definition gives the value (every weight one), its
bootstrap interval (a weight is how often a question was drawn) and the randomisation test (whose outcome counts).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import ir_measures
import numpy as np
import numpy.typing as npt

from ragassist.evaluation.outcomes import UNITS, Outcome, Unit

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

REFUSED = 0.10  # answerable questions that we may say "not found" to, where its recall is read off
RANKED = {  # our name -> the field's, as ir-measures computes it
    "hit@1": "Success@1",
    "hit@3": "Success@3",
    "R@3": "R@3",
    "R@10": "R@10",
    "RR@10": "RR@10",
    "nDCG@10": "nDCG@10",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Outcomes as columns of length n, one row a question.

    answerable: the papers answer it. found: the reply says so. right: the first hit answers it. confidence: 0 to 1.
    ranked: `exchanges hit@1` and its kin, 0 to 1; nan for a question that the papers do not answer.
    """

    answerable: Flags
    found: Flags
    right: Flags
    confidence: Floats
    ranked: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.answerable)

    def __add__(self, other: Sample) -> Sample:
        """The rows of both, one after the other."""
        return Sample(
            np.concatenate([self.answerable, other.answerable]),
            np.concatenate([self.found, other.found]),
            np.concatenate([self.right, other.right]),
            np.concatenate([self.confidence, other.confidence]),
            {name: np.concatenate([column, other.ranked[name]]) for name, column in self.ranked.items()},
        )

    def rows(self, chosen: Sequence[int]) -> Sample:
        """The chosen rows only."""
        kept = np.array(chosen, dtype=np.intp)
        return Sample(
            self.answerable[kept],
            self.found[kept],
            self.right[kept],
            self.confidence[kept],
            {name: column[kept] for name, column in self.ranked.items()},
        )

    def with_opposites(self, chosen: Sequence[int]) -> Sample:
        """The chosen rows; where all are answerable, or none is, every row of the other class too."""
        classes = {bool(self.answerable[row]) for row in chosen}
        others = [
            row for row, answerable in enumerate(self.answerable) if len(classes) == 1 and answerable not in classes
        ]
        return self.rows([*chosen, *others])


Statistic = Callable[[Sample, Floats], Floats]
"""(rows, weights [r, n]) -> values [r]; nan where nothing with weight is there to measure."""


def sample(outcomes: Sequence[Outcome]) -> Sample:
    """Outcomes as columns, the ranking metrics of each question with them."""
    return Sample(
        answerable=np.array([outcome.question.answerable for outcome in outcomes], dtype=np.bool_),
        found=np.array([outcome.found for outcome in outcomes], dtype=np.bool_),
        right=np.array([outcome.right for outcome in outcomes], dtype=np.bool_),
        confidence=np.array([outcome.confidence for outcome in outcomes], dtype=np.float64),
        ranked={name: column for unit in UNITS for name, column in _ranked(outcomes, unit).items()},
    )


def _ranked(outcomes: Sequence[Outcome], unit: Unit) -> dict[str, Floats]:
    names = {ir_measures.parse_measure(measure): f"{unit} {name}" for name, measure in RANKED.items()}
    columns = {name: np.full(len(outcomes), np.nan) for name in names.values()}
    qrels = {str(row): dict.fromkeys(o.qrels[unit], 1) for row, o in enumerate(outcomes) if o.question.answerable}
    run = {row: {name: 1.0 / rank for rank, name in enumerate(outcomes[int(row)].run[unit], 1)} for row in qrels}
    for metric in ir_measures.iter_calc(list(names), qrels, run):
        columns[names[metric.measure]][int(metric.query_id)] = metric.value
    return columns


def _share(part: Flags | Floats, whole: Flags, weights: Floats) -> Floats:
    """The weighted mean of `part` over the rows of `whole`."""
    total = weights @ whole.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((weights @ np.where(whole, part, 0.0)) / total)


def _mean(name: str, rows: Sample, weights: Floats) -> Floats:
    return _share(rows.ranked[name], rows.answerable, weights)


def precision(rows: Sample, weights: Floats) -> Floats:
    """Of the replies that say not found, the share that is right to."""
    return _share(~rows.answerable, ~rows.found, weights)


def recall(rows: Sample, weights: Floats) -> Floats:
    """Of the questions that the papers do not answer, the share that is told so."""
    return _share(~rows.found, ~rows.answerable, weights)


def f1(rows: Sample, weights: Floats) -> Floats:
    """F1 of the class not found: 2 x said and true / (said + true)."""
    said, true = ~rows.found, ~rows.answerable
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * (weights @ (said & true)) / (weights @ (said.astype(np.float64) + true)))


def auroc(rows: Sample, weights: Floats) -> Floats:
    """How often an answerable question gets more confidence than one that is not; a tie counts half."""
    good, bad = rows.confidence[rows.answerable], rows.confidence[~rows.answerable]
    wins = (good[:, None] > bad) + 0.5 * (good[:, None] == bad)
    good_weights, bad_weights = weights[:, rows.answerable], weights[:, ~rows.answerable]
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = good_weights.sum(axis=1) * bad_weights.sum(axis=1)
        return np.asarray(((good_weights @ wins) * bad_weights).sum(axis=1) / pairs)


def recall_at_refused(rows: Sample, weights: Floats) -> Floats:
    """The best recall of not found that any threshold gives while at most REFUSED of the answerable are refused."""
    order = np.argsort(rows.confidence, kind="stable")
    ends = np.append(np.diff(rows.confidence[order]) > 0, True)  # a threshold cannot part equal confidences
    refused = _refused(weights[:, order], rows.answerable[order])[:, ends]
    caught = _refused(weights[:, order], ~rows.answerable[order])[:, ends]
    allowed = np.where(refused <= REFUSED + 1e-9, caught, 0.0)
    undefined = np.isnan(refused).any(axis=1) | np.isnan(caught).any(axis=1)
    return np.where(undefined, np.nan, allowed.max(axis=1, initial=0.0))


def _refused(weights: Floats, among: Flags) -> Floats:
    """[r, n]: what share of the rows in `among` stands at or before each row."""
    passed = np.cumsum(weights * among, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(passed / passed[:, -1:])


def found_recall(rows: Sample, weights: Floats) -> Floats:
    """Of the questions that the papers answer, the share that is told so: the rest is refused for nothing."""
    return _share(rows.found, rows.answerable, weights)


def found_right(rows: Sample, weights: Floats) -> Floats:
    """Of the replies that say found, the share whose first hit answers the question."""
    return _share(rows.right, rows.found, weights)


METRICS: dict[str, Statistic] = {
    **{f"{unit} {name}": partial(_mean, f"{unit} {name}") for unit in UNITS for name in RANKED},
    "not found precision": precision,
    "not found recall": recall,
    "not found F1": f1,
    "not found AUROC": auroc,
    "not found recall@10% refused": recall_at_refused,
    "found recall": found_recall,
    "found precision": found_right,
}
"""Every metric: `exchanges hit@1`, `paragraphs nDCG@10`, `not found AUROC`, …; higher is better in each."""

TELLING_APART = ("not found AUROC", "not found recall@10% refused")
"""Metrics that need questions of both classes."""
