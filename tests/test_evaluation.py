"""Metrics against cases worked out by hand, and what holds for all runs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragassist.errors import QuestionError
from ragassist.evaluation import METRICS, Gold, Outcome, Question, Report, compare, read_run, summarise
from ragassist.evaluation.baseline import Baseline, digest, read_baseline, write_baseline
from ragassist.evaluation.page import report_html
from ragassist.evaluation.plots import bins, ranks, risks

PAPER = "kst-21501-31-741"


def outcome(
    key: str = "q",
    run: Sequence[str] = (),
    *,
    gold: str = "",
    found: bool = True,
    confidence: float = 0.5,
    kind: str = "",
) -> Outcome:
    """One letter is an exchange; its first paragraph is cited. An empty gold: the papers do not answer."""
    return Outcome(
        question=Question(key, f"What is {key}?", kind=kind, gold=(Gold(PAPER, (1,)),) if gold else ()),
        verdict="found" if found else "nearest",
        confidence=confidence,
        took_ms=10.0,
        qrels={"exchanges": tuple(gold), "paragraphs": tuple(f"{g}1" for g in gold)},
        run={"exchanges": tuple(run), "paragraphs": tuple(f"{r}1" for r in run)},
        gold=("what it says",) if gold else (),
        first=run[0] if run else "",
    )


def value(report: Report, metric: str) -> float:
    return report.overall[metric].value


THREE = (outcome("1", "ab", gold="a"), outcome("2", "bac", gold="ac"), outcome("3", "bdef", gold="a"))


def test_ranking_metrics_are_means_over_the_answerable_questions() -> None:
    report = summarise([*THREE, outcome("none", "abc", found=False)])
    assert value(report, "exchanges hit@1") == pytest.approx(1 / 3)
    assert value(report, "exchanges hit@3") == pytest.approx(2 / 3)
    assert value(report, "exchanges R@3") == pytest.approx((1 + 1 + 0) / 3)
    assert value(report, "exchanges RR@10") == pytest.approx((1 + 1 / 2 + 0) / 3)
    ndcg = (1 / math.log2(3) + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert value(report, "exchanges nDCG@10") == pytest.approx((1 + ndcg + 0) / 3)


def test_an_empty_run_counts_as_a_miss() -> None:
    report = summarise([outcome("1", "", gold="a"), outcome("2", "a", gold="a")])
    assert value(report, "exchanges hit@1") == 0.5
    assert value(report, "paragraphs R@10") == 0.5


def test_not_found_is_measured_as_a_class_of_its_own() -> None:
    report = summarise([
        outcome("1", "a", gold="a", confidence=0.9),
        outcome("2", "a", gold="a", confidence=0.4, found=False),
        outcome("3", "b", gold="a", confidence=0.8),
        outcome("4", "b", confidence=0.4, found=False),
        outcome("5", "b", confidence=0.7),
        outcome("6", "b", confidence=0.1, found=False),
    ])  # fmt: skip
    assert value(report, "not found precision") == pytest.approx(2 / 3)
    assert value(report, "not found recall") == pytest.approx(2 / 3)
    assert value(report, "not found F1") == pytest.approx(2 / 3)
    assert value(report, "not found AUROC") == pytest.approx((3 + 1.5 + 3) / 9)  # 2 ties with 4, loses to 5
    assert value(report, "not found recall@10% refused") == pytest.approx(1 / 3)  # at .4 a third would be refused
    assert value(report, "found recall") == pytest.approx(2 / 3)
    assert value(report, "found precision") == pytest.approx(1 / 3)


def test_what_was_not_asked_is_not_a_number_and_null_in_json() -> None:
    report = summarise(THREE)
    assert math.isnan(value(report, "not found AUROC"))
    assert math.isnan(value(report, "not found recall"))
    assert '"not found AUROC": {"value": null' in json.dumps(report.json(), allow_nan=False)
    assert "–" in str(report)


def test_a_kind_is_told_apart_from_all_questions_of_the_other_class() -> None:
    report = summarise([
        outcome("1", "a", gold="a", confidence=0.5, kind="figure"),
        outcome("2", "a", gold="a", confidence=0.3, kind="why"),
        outcome("3", "b", confidence=0.4, kind="near miss"),
    ])  # fmt: skip
    auroc = {kind: metrics["not found AUROC"].value for kind, metrics in report.kinds.items()}
    assert auroc == {"figure": 1.0, "why": 0.0, "near miss": 0.5}
    assert report.kinds["near miss"]["not found recall"].value == 0.0
    assert math.isnan(report.kinds["near miss"]["exchanges hit@1"].value)


def test_a_bootstrap_interval_is_about_that_of_a_proportion() -> None:
    half = summarise([outcome(str(i), "a" if i % 2 else "b", gold="a") for i in range(100)]).overall["exchanges hit@1"]
    assert half.low == pytest.approx(0.4, abs=0.02)  # .5 ± 1.96 x sqrt(.25 / 100)
    assert half.high == pytest.approx(0.6, abs=0.02)


runs = st.lists(
    st.builds(
        lambda run, gold, found, confidence: (run, gold, found, confidence),
        st.permutations("abcd"),
        st.sampled_from(["", "a", "ab"]),
        st.booleans(),
        st.sampled_from([0.0, 0.2, 0.5, 0.5, 0.9, 1.0]),
    ),
    min_size=1,
    max_size=12,
)


@given(runs)
@settings(max_examples=25, deadline=None)
def test_every_figure_is_a_share_inside_its_interval(rows: list[tuple[list[str], str, bool, float]]) -> None:
    report = summarise(
        [
            outcome(str(i), run, gold=gold, found=found, confidence=sure)
            for i, (run, gold, found, sure) in enumerate(rows)
        ]
    )
    for name, estimate in report.overall.items():
        if not math.isnan(estimate.value):
            assert 0 <= estimate.value <= 1 + 1e-9, name
            assert 0 <= estimate.low <= estimate.high <= 1 + 1e-9, name
    shuffled = summarise(tuple(reversed(report.outcomes)))
    for name in METRICS:
        assert value(shuffled, name) == pytest.approx(value(report, name), nan_ok=True), name
    assert "</html>" in report_html(report, compare(report, report.outcomes))


def test_a_run_that_is_compared_with_itself_does_not_differ() -> None:
    report = summarise([*THREE, outcome("none", "abc", found=False)])
    comparison = compare(report, report.outcomes)
    assert comparison.asked == 4
    assert all(d.p == 1 and d.low == d.high == 0 for d in comparison.differences.values())
    assert comparison.mended == comparison.broken == ()


def test_a_large_difference_is_significant_and_a_single_question_is_not() -> None:
    good = [outcome(str(i), "a", gold="a") for i in range(20)]
    bad = [outcome(str(i), "b", gold="a") for i in range(20)]
    one = [*good[:19], bad[19]]
    assert compare(summarise(good), bad).differences["exchanges hit@1"].p < 0.01
    assert compare(summarise(good), one).differences["exchanges hit@1"].p == pytest.approx(1.0)
    assert compare(summarise(good), one).mended == ("19",)
    assert compare(summarise(one), good).broken == ("19",)


def test_questions_that_were_changed_are_left_out_of_a_comparison() -> None:
    before = outcome("1", "b", gold="a")
    asked_otherwise = replace(before, question=replace(before.question, question="Other words?"))
    comparison = compare(summarise([outcome("1", "a", gold="a"), outcome("2", "a", gold="a")]), [asked_otherwise])
    assert (comparison.asked, comparison.left_out, comparison.differences) == (0, 2, {})
    assert "Mended: none" in str(comparison)


def test_the_json_of_a_report_is_a_run_to_compare_with(tmp_path: Path) -> None:
    report = summarise([*THREE, outcome("none", "abc", found=False)])
    saved = tmp_path / "run.json"
    saved.write_text(json.dumps(report.json()), "utf-8")
    assert summarise(read_run(saved)).overall == report.overall


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"outcomes": [1]}', b'{"outcomes": [{"question": {}}]}', b"\xff"]
)
def test_a_file_that_is_no_saved_run_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    saved = tmp_path / "run.json"
    saved.write_bytes(content)
    with pytest.raises(QuestionError, match=r"run\.json is not a saved run; make one with: ragassist eval --json"):
        read_run(saved)
    with pytest.raises(QuestionError, match="cannot be read: No such file"):
        read_run(tmp_path / "gone.json")


def test_each_miss_says_what_went_wrong() -> None:
    wrong_paragraph = replace(THREE[0], run={"exchanges": ("a",), "paragraphs": ("a9", "a1")})
    cases = {
        "": [THREE[0], outcome("x", "b", found=False)],
        "right exchange at rank 2": [THREE[1]],
        "right exchange not in the first 10": [THREE[2], outcome("x", "", gold="a")],
        "right exchange, wrong paragraph cited first": [wrong_paragraph],
        "right, but said to be not found": [outcome("x", "a", gold="a", found=False)],
        "answered, though the papers do not": [outcome("x", "a")],
    }
    for said, outcomes in cases.items():
        assert [one.miss for one in outcomes] == [said] * len(outcomes)


def test_the_text_of_a_report_shows_each_miss_with_what_won() -> None:
    text = str(summarise(THREE))
    assert "3 questions: 3 answerable, 0 not; half of the replies came within 10 ms" in text
    assert re.search(r"exchanges +0\.33 \[0\.00 1\.00\]", text)
    miss = text[text.index("  3 (") :].splitlines()
    assert [line.split()[0] for line in miss[1:4]] == ["asked", "gold", "first"]
    assert "right exchange not in the first 10" in miss[0]


def test_the_html_report_stands_alone_and_escapes() -> None:
    hostile = '<script>alert("1")</script>'
    asked = replace(THREE[2].question, id="<q>", question=hostile, kind="<b>")
    report = summarise([replace(THREE[2], question=asked, gold=(hostile,), first=hostile)])
    page = report_html(report)
    assert "<script" not in page
    assert "<q>" not in page
    assert "<b>" not in page
    assert page.count("<svg ") == 3
    assert not re.search(r"(?:src|href)=|url\(|@import|https?:", page)


def test_plots_are_made_of_these_points() -> None:
    outcomes = [
        outcome("1", "a", gold="a", confidence=0.9),
        outcome("2", "ba", gold="a", confidence=0.8),
        outcome("3", "b", confidence=0.8),
        outcome("4", "b", gold="a", confidence=0.2),
    ]
    assert risks(outcomes) == [(0.25, 0.0), (0.75, pytest.approx(2 / 3)), (1.0, 0.75)]
    counted = dict(ranks(outcomes))
    assert (counted["1"], counted["2"], counted["–"], sum(counted.values())) == (1, 1, 1, 3)
    low, high = bins([*outcomes[:2], outcome("3", "a", gold="a", confidence=0.7), outcomes[3]], per_bin=2)
    assert (low.share, high.share) == (0.5, 0.5)
    assert low.confidence == pytest.approx(0.45)
    assert 0 < low.low < 0.5 < low.high < 1


def test_a_baseline_names_what_is_under_its_floor_and_what_was_changed(tmp_path: Path) -> None:
    corpus, questions = tmp_path / "corpus", tmp_path / "questions.jsonl"
    corpus.mkdir()
    (corpus / "paper.txt").write_text("one")
    questions.write_text("{}")
    report = summarise(THREE)
    gate = Baseline("test", {}, {}).moved(report, digest(corpus, questions), lower=False)
    assert gate.floors["exchanges hit@3"] == pytest.approx(2 / 3 * 0.75, abs=0.001)
    assert gate.failures(report, digest(corpus, questions)) == []

    worse = summarise([*THREE[1:], outcome("4", "b", gold="a")])
    assert "exchanges hit@1 is 0.000, under its floor of 0.250." in gate.failures(worse, digest(corpus, questions))
    assert gate.moved(worse, gate.digest, lower=False).floors["exchanges hit@1"] == gate.floors["exchanges hit@1"]
    assert gate.moved(worse, gate.digest, lower=True).floors["exchanges hit@1"] == -0.01

    (corpus / "paper.txt").write_text("another")
    assert gate.failures(report, digest(corpus, questions)) == [
        "The corpus changed since the floors were measured; measure again with: python tools/baseline.py"
    ]
    write_baseline(gate, tmp_path / "baseline.json")
    assert read_baseline(tmp_path / "baseline.json") == gate


def test_a_metric_without_a_value_is_under_its_floor() -> None:
    assert Baseline("test", {}, {"not found AUROC": 0.5}).failures(summarise(THREE), {})
