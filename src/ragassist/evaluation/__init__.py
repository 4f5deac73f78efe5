"""How good the answers are: questions with gold + replies -> Report.

    report = evaluate(assistant, read_questions(Path("eval/questions.jsonl"), "test"))
    print(report)

The words are trec's: qrels, run, R@k, RR@10, nDCG@10; `METRICS` names every metric, each higher when better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ragassist.evaluation.intervals import Difference, Estimate, differences, estimates
from ragassist.evaluation.measures import METRICS, TELLING_APART, sample
from ragassist.evaluation.outcomes import Asked, Outcome, ask_all
from ragassist.evaluation.questions import Gold, Question, Split, read_questions
from ragassist.evaluation.report import Comparison, Report
from ragassist.evaluation.saved import read_run

__all__ = [
    "METRICS", "Asked", "Comparison", "Difference", "Estimate", "Gold", "Outcome", "Question", "Report",
    "Split", "compare", "evaluate", "read_questions", "read_run", "summarise",
]  # fmt: skip


def evaluate(assistant: Asked, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> Report:
    """Ask every question and measure the replies; `progress` is told how many are done.

    Raises QuestionError when the gold of a question points at what the index does not hold.
    """
    return summarise(ask_all(assistant, questions, progress))


def summarise(outcomes: Sequence[Outcome]) -> Report:
    """Measure outcomes, all together and kind by kind."""
    rows = sample(outcomes)
    kinds: dict[str, list[int]] = {}
    for row, outcome in enumerate(outcomes):
        kinds.setdefault(outcome.question.kind, []).append(row)
    return Report(
        outcomes=tuple(outcomes),
        overall=estimates(rows),
        kinds={
            kind: estimates(rows.rows(chosen)) | estimates(rows.with_opposites(chosen), TELLING_APART)
            for kind, chosen in kinds.items()
        },
    )


def compare(report: Report, saved: Sequence[Outcome]) -> Comparison:
    """Set a report beside an earlier run, over the questions that both were asked with the same words and gold."""
    before = {outcome.question.id: outcome for outcome in saved}
    pairs = [
        (outcome, old)
        for outcome in report.outcomes
        if (old := before.get(outcome.question.id)) and _same(outcome.question, old.question)
    ]
    now, then = sample([new for new, _ in pairs]), sample([old for _, old in pairs])
    return Comparison(
        asked=len(pairs),
        left_out=len(report.outcomes) - len(pairs),
        differences=differences(now, then) if pairs else {},
        mended=tuple(new.question.id for new, old in pairs if old.miss and not new.miss),
        broken=tuple(new.question.id for new, old in pairs if new.miss and not old.miss),
    )


def _same(one: Question, other: Question) -> bool:
    return (one.question, one.gold) == (other.question, other.gold)
