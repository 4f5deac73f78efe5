"""Figures as rows of cells, for text and HTML alike: the first row is the head, the first cell names its row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from ragassist.evaluation.intervals import Difference, Estimate
from ragassist.evaluation.measures import RANKED
from ragassist.evaluation.outcomes import UNITS

Rows = list[list[str]]

NOT_FOUND = ("precision", "recall", "F1", "AUROC", "recall@10% refused")
BY_KIND = {  # column -> metric
    "hit@1": "exchanges hit@1",
    "hit@3": "exchanges hit@3",
    "cited first": "paragraphs hit@1",
    "RR@10": "exchanges RR@10",
    "nDCG@10": "exchanges nDCG@10",
    "AUROC": "not found AUROC",
    "told found": "found recall",
    "told not found": "not found recall",
}


def ranking_rows(overall: Mapping[str, Estimate]) -> Rows:
    """Exchanges and paragraphs, as ranked."""
    return [["", *RANKED], *([unit, *(_sure(overall[f"{unit} {name}"]) for name in RANKED)] for unit in UNITS)]


def verdict_rows(overall: Mapping[str, Estimate]) -> Rows:
    """The classes not found and found, as told."""
    return [
        ["", *NOT_FOUND],
        ["not found", *(_sure(overall[f"not found {name}"]) for name in NOT_FOUND)],
        ["found", *(_sure(overall[f"found {name}"]) for name in ("precision", "recall")), "", "", ""],
    ]


def kind_rows(kinds: Mapping[str, Mapping[str, Estimate]], asked: Mapping[str, int]) -> Rows:
    """Each kind of question, with how many were asked."""
    figures = {kind: [_number(metrics[name].value) for name in BY_KIND.values()] for kind, metrics in kinds.items()}
    return [["kind", "asked", *BY_KIND], *([kind or "(none)", str(asked[kind]), *figures[kind]] for kind in kinds)]


def difference_rows(differences: Mapping[str, Difference]) -> Rows:
    """Two runs, metric by metric."""
    rows = [
        [
            name,
            _number(one.now),
            _number(one.before),
            _number(one.now - one.before, "+z.2f"),
            _span(one, "+z.2f"),
            _number(one.p, ".3f"),
        ]
        for name, one in differences.items()
    ]
    return [["", "now", "before", "difference", "95% interval", "p"], *rows]


def as_text(rows: Rows) -> str:
    """Columns parted by two spaces: the first flush left, the others flush right."""
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    return "\n".join(_line(row, widths).rstrip() for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
    return "  ".join([row[0].ljust(widths[0]), *cells[1:]])


def _sure(estimate: Estimate) -> str:
    return "–" if math.isnan(estimate.value) else f"{estimate.value:.2f} {_span(estimate)}"


def _span(of: Estimate | Difference, form: str = ".2f") -> str:
    return "–" if math.isnan(of.low) else f"[{of.low:{form}} {of.high:{form}}]"


def _number(value: float, form: str = ".2f") -> str:
    return "–" if math.isnan(value) else f"{value:{form}}"
