"""Whether the papers answer: what speaks for it, how sure that makes, and the three bands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.abstention import SIGNALS, confidence, probability, signals
from ragassist.encoder import Floats
from ragassist.fusion import FEATURES, Evidence, gather, score
from small_candidates import EAST, NORTH, UP, Row, candidates, rare

FOUND = candidates(
    Row("1", 1, "Welk bruto maandinkomen heeft een kennismigrant?", cosine=0.9, side="question", tokens=(EAST,)),
    Row("1", 2, "Een kennismigrant verdient ten minste € 5.331.", cosine=0.8, bm25=3.0, tokens=(EAST, NORTH)),
    Row("2", 3, "Hoe gaat het in Polen?", cosine=0.5, side="question", tokens=(UP,)),
    Row("2", 4, "In Polen gaat het goed.", cosine=0.4, tokens=(UP,)),
    asked=(EAST, NORTH, UP),
    fracties={"1": ("Volt",), "2": ("VVD",)},
)
WEIGHTS = {**dict.fromkeys(FEATURES, 0.0), "meaning": 1.0, "answer": 1.0}


def evidence_for(question: str) -> tuple[Evidence, Floats]:
    evidence = gather(question, rare(12.0, 12.0, 8.0), FOUND)
    return evidence, score(evidence, WEIGHTS)


def told(question: str) -> dict[str, float]:
    found = signals(question, *evidence_for(question))
    assert found.shape == (len(SIGNALS),)
    assert np.isfinite(found).all()
    return dict(zip(SIGNALS, map(float, found), strict=True))


def test_each_signal_has_its_name_and_its_sign() -> None:
    assert len(told("Wat verdient een kennismigrant?")) == len(SIGNALS)
    assert set(SIGNALS.values()) == {1, -1}


def test_signals_of_the_ranking() -> None:
    found = told("Wat verdient een kennismigrant?")
    assert found["question"] == pytest.approx(0.9)
    assert found["question apart"] == pytest.approx(0.9 - 0.7)
    assert found["meaning"] == pytest.approx(0.8)
    assert found["apart"] == pytest.approx(0.8 - 0.4)
    assert found["anywhere"] == pytest.approx(1.0)
    assert found["weakest"] == pytest.approx(1.0)
    assert found["elsewhere"] == pytest.approx(float(evidence_for("x")[0].rarity[2]))  # UP, which points to Poland


def test_words_are_told_by_their_characters() -> None:
    assert told("kennismigranten")["words"] > 0.8  # the plural does not stand there
    assert told("Polen")["words"] == 0.0  # in the other answer
    assert told("Polen")["unheard"] == 0.0
    nowhere = told("Een appeltaart of kennismigrant?")
    assert nowhere["unheard"] == 0.5
    assert nowhere["longest unheard"] == len("appeltaart")


@pytest.mark.parametrize(
    ("question", "exact", "missing"),
    [
        ("Hoeveel euro verdient een kennismigrant?", 1, 0),
        ("Hoe hoog is het loon?", 1, 0),
        ("Hoeveel kennismigranten zijn er?", 1, 0),
        ("Welk percentage is dat?", 1, 1),
        ("Wanneer begon dit?", 1, 1),
        ("When did this start?", 1, 1),
        ("Waarom verdient een kennismigrant meer?", 0, 0),
    ],
)
def test_what_is_asked_for_must_be_there(question: str, exact: int, missing: int) -> None:
    found = told(question)
    assert (found["exact"], found["no such"]) == (exact, missing)


def test_numbers_and_names_that_are_not_there_are_noticed() -> None:
    assert told("Is het € 5.331?")["other numbers"] == 0
    assert told("Is het € 6.000?")["other numbers"] == 1
    assert told("Geldt dit in Litouwen en in Bulgarije?")["other names"] == 1.0
    assert told("Vroeg de fractie Volt dit?")["other names"] == 0.0
    assert told("Vroeg Volt dit?")["named"] == 1
    assert told("Vroeg de VVD dit?")["named"] == 0


@pytest.mark.parametrize("question", ["", "?", "12", "€ 5", "…!", "de het een", "中文", "a", "VVD", "\u0301"])
def test_questions_of_hardly_a_word_have_signals_too(question: str) -> None:
    told(question)


@given(st.text())
def test_any_question_has_signals(question: str) -> None:
    told(question)


def test_a_single_candidate_stands_apart_from_none() -> None:
    only = candidates(Row("1", 1, "Ja."))
    evidence = gather("Wat?", rare(9.0), only)
    assert dict(zip(SIGNALS, signals("Wat?", evidence, score(evidence, WEIGHTS)), strict=True))["apart"] == 0


def rule(**weights: float) -> dict[str, float]:
    return {"intercept": 0.0, **dict.fromkeys(SIGNALS, 0.0), **weights}


def only(name: str, value: float) -> Floats:
    return np.array([value if signal == name else 0.0 for signal in SIGNALS], np.float32)


def test_a_rule_is_a_logistic_one() -> None:
    assert probability(only("meaning", 0.0), rule()) == 0.5
    assert probability(only("meaning", 1.0), rule(meaning=2.0, intercept=-1.0)) == pytest.approx(1 / (1 + np.exp(-1)))
    assert probability(only("longest unheard", 2000.0), rule(**{"longest unheard": -1.0})) == 0.0  # one endless word


@given(
    st.sampled_from(list(SIGNALS)),
    st.floats(0, 8),
    st.floats(-2, 2, width=32),
    st.floats(-2, 2, width=32),
    st.floats(-3, 3),
)
def test_more_of_a_signal_that_speaks_for_it_never_makes_it_less_likely(
    name: str, weight: float, one: float, other: float, intercept: float
) -> None:
    made = rule(**{name: weight, "intercept": intercept})
    less, more = (probability(only(name, value), made) for value in sorted((one, other)))
    assert 0 < less <= more < 1


@pytest.mark.parametrize(
    ("subject", "answer", "verdict"),
    [(5.0, 5.0, "found"), (5.0, -5.0, "nearest"), (-5.0, 5.0, "absent"), (-5.0, -5.0, "absent")],
)
def test_the_three_bands(subject: float, answer: float, verdict: str) -> None:
    fitted = {
        "subject": rule(intercept=subject),
        "answer": rule(intercept=answer),
        "bands": {"subject from": 0.3, "found from": 0.5},
    }
    sure, told = confidence(np.zeros(len(SIGNALS), np.float32), fitted)
    assert told == verdict
    assert 0 <= sure <= 1
    assert (sure >= 0.5) == (verdict == "found")


@given(st.floats(-6, 6), st.floats(-6, 6), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_what_is_found_is_always_surer_than_what_is_not(
    subject: float, answer: float, about: float, found_from: float
) -> None:
    bands = {"subject from": about, "found from": found_from}
    fitted = {"subject": rule(intercept=subject), "answer": rule(intercept=answer), "bands": bands}
    sure, verdict = confidence(np.zeros(len(SIGNALS), np.float32), fitted)
    assert 0 <= sure <= 1
    assert verdict != "found" or sure >= found_from
    assert verdict != "nearest" or sure < found_from
