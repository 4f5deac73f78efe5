"""The gate: what is measured on the test split stays above the floors of eval/baseline.json."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragassist import Assistant, Report, evaluate, read_questions
from ragassist.evaluation import METRICS
from ragassist.evaluation.baseline import Baseline, digest, read_baseline

ROOT = Path(__file__).resolve().parent.parent
CORPUS, QUESTIONS = ROOT / "corpus", ROOT / "eval" / "questions.jsonl"


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return read_baseline(ROOT / "eval" / "baseline.json")


@pytest.fixture(scope="module")
def report(baseline: Baseline, seed_index: Path) -> Report:
    return evaluate(Assistant.open(seed_index), read_questions(QUESTIONS, baseline.split))


def test_no_metric_is_under_its_floor(report: Report, baseline: Baseline) -> None:
    failures = baseline.failures(report, digest(CORPUS, QUESTIONS))
    assert not failures, "\n".join([*failures, "", str(report)])


def test_every_metric_has_a_floor(baseline: Baseline) -> None:
    assert set(baseline.floors) == set(METRICS)


def test_subjects_are_not_shared_between_the_splits() -> None:
    subjects = {split: {q.subject for q in read_questions(QUESTIONS, split)} for split in ("dev", "test")}
    assert not subjects["dev"] & subjects["test"]


def test_the_questions_are_as_many_as_promised() -> None:
    questions = read_questions(QUESTIONS)
    assert len(questions) >= 160
    assert sum(not question.answerable for question in questions) >= 40
    assert len({question.question for question in questions}) == len(questions)
