"""What was measured, as the finished table and as plain values for JSON."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass

from ragassist.evaluation.intervals import Difference, Estimate
from ragassist.evaluation.outcomes import Outcome
from ragassist.evaluation.tables import as_text, difference_rows, kind_rows, ranking_rows, verdict_rows


@dataclass(frozen=True, slots=True)
class Report:
    """Outcomes and what they come to; prints as the finished table.

    overall: metric -> estimate. kinds: kind of question -> the same; there, the metrics that tell answerable questions
    from others set a kind of one class against all questions of the other.
    """

    outcomes: tuple[Outcome, ...]
    overall: dict[str, Estimate]
    kinds: dict[str, dict[str, Estimate]]

    @property
    def answerable(self) -> int:
        """How many of the questions the papers answer."""
        return sum(outcome.question.answerable for outcome in self.outcomes)

    @property
    def misses(self) -> tuple[Outcome, ...]:
        """The outcomes that are not as they should be."""
        return tuple(outcome for outcome in self.outcomes if outcome.miss)

    def took_ms(self, share: float) -> float:
        """The time within which this share of the replies came; .5 is the median."""
        times = sorted(outcome.took_ms for outcome in self.outcomes)
        return times[min(int(share * len(times)), len(times) - 1)] if times else math.nan

    @property
    def head(self) -> str:
        """How many questions were asked, and how long the replies took."""
        asked = len(self.outcomes)
        return (
            f"{asked} questions: {self.answerable} answerable, {asked - self.answerable} not; half of the replies came "
            f"within {self.took_ms(0.5):.0f} ms, 95% within {self.took_ms(0.95):.0f} ms."
        )

    @property
    def asked(self) -> Counter[str]:
        """How many questions of each kind were asked."""
        return Counter(outcome.question.kind for outcome in self.outcomes)

    def __str__(self) -> str:
        misses = [f"Misses: {len(self.misses)}", *map(_miss, self.misses)]
        tables = [ranking_rows(self.overall), verdict_rows(self.overall), kind_rows(self.kinds, self.asked)]
        return "\n\n".join([self.head, *map(as_text, tables), "\n".join(misses)])

    def json(self) -> dict[str, object]:
        """All of it as plain values; `read_run` reads the outcomes back."""
        return {
            "asked": len(self.outcomes),
            "answerable": self.answerable,
            "took_ms": {"p50": _plain(self.took_ms(0.5)), "p95": _plain(self.took_ms(0.95))},
            "metrics": {name: _plain_fields(estimate) for name, estimate in self.overall.items()},
            "kinds": {
                kind: {name: _plain_fields(estimate) for name, estimate in metrics.items()}
                for kind, metrics in self.kinds.items()
            },
            "misses": [{"id": outcome.question.id, "miss": outcome.miss} for outcome in self.misses],
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside an earlier one; prints as the finished table.

    asked: questions in both. left_out: questions that the earlier run lacks, or had with other words or gold.
    differences: metric -> now, before, and how sure. mended, broken: ids of questions that went right, that went wrong.
    """

    asked: int
    left_out: int
    differences: dict[str, Difference]
    mended: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def head(self) -> str:
        """What was compared."""
        left = f"; {self.left_out} more are not in it, or had other words or gold" if self.left_out else ""
        return f"Compared with the saved run over {self.asked} questions{left}."

    @property
    def changed(self) -> str:
        """Which questions went right, and which went wrong."""
        return f"Mended: {', '.join(self.mended) or 'none'}. Broken: {', '.join(self.broken) or 'none'}."

    def __str__(self) -> str:
        return "\n\n".join([self.head, as_text(difference_rows(self.differences)), self.changed])

    def json(self) -> dict[str, object]:
        """All of it as plain values."""
        return {
            "asked": self.asked,
            "left_out": self.left_out,
            "differences": {name: _plain_fields(difference) for name, difference in self.differences.items()},
            "mended": list(self.mended),
            "broken": list(self.broken),
        }


def _miss(outcome: Outcome) -> str:
    asked = outcome.question
    return "\n".join([
        f"  {asked.id} ({asked.kind}; {outcome.verdict}, {outcome.confidence:.2f}): {outcome.miss}",
        f"      asked  {asked.question}",
        *(f"      gold   {start}" for start in outcome.gold),
        f"      first  {outcome.first or 'nothing'}",
    ])  # fmt: skip


def _plain_fields(values: Estimate | Difference) -> dict[str, float | None]:
    return {name: _plain(value) for name, value in asdict(values).items()}


def _plain(value: float) -> float | None:
    """JSON knows no nan: a figure over nothing is null."""
    return None if math.isnan(value) else value
