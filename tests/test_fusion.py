"""Evidence for each paragraph, and the order of answers that follows from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from ragassist.abstention import SIGNALS
from ragassist.document import Metadata
from ragassist.fusion import BORROWED, COMMON, FEATURES, LEAST, Evidence, fitted, gather, score, vote
from ragassist.index import Candidates
from small_candidates import EAST, NORTH, Row, candidates, rare

NOTHING = dict.fromkeys(FEATURES, 0.0)


def gathered(found: Candidates, question: str = "Wat?") -> Evidence:
    return gather(question, rare(12.0), found)


def column(evidence: Evidence, name: str) -> list[float]:
    return [round(float(value), 4) for value in evidence.features[:, FEATURES.index(name)]]


def test_a_paragraph_has_what_its_best_passage_has() -> None:
    evidence = gathered(
        candidates(
            Row("1", 3, "Eerste deel.", cosine=0.2, bm25=4.0, tokens=(NORTH,)),
            Row("1", 3, "Tweede deel.", cosine=0.7, bm25=1.0, tokens=(NORTH, EAST)),
            Row("1", 4, "Derde.", cosine=0.5, bm25=8.0, tokens=(NORTH,)),
            Row("2", 9, "Vierde.", cosine=0.1),
        )
    )
    assert evidence.paragraphs.tolist() == [3, 4, 9]
    assert evidence.owner.tolist() == [0, 0, 1]
    assert evidence.starts.tolist() == [0, 2, 3]
    assert evidence.texts == ("Eerste deel. Tweede deel.", "Derde.", "Vierde.")
    assert column(evidence, "meaning") == [0.7, 0.5, 0.1]
    assert column(evidence, "words") == [0.5, 1.0, 0.0]
    assert column(evidence, "tokens") == [1.0, 0.0, 0.0]


def test_neighbours_with_the_same_number_in_other_exchanges_stay_apart() -> None:
    evidence = gathered(candidates(Row("1", 3, "Hier.", cosine=0.2), Row("2", 3, "Daar.", cosine=0.7)))
    assert column(evidence, "meaning") == [0.2, 0.7]


def test_rare_tokens_weigh_more_and_common_ones_something() -> None:
    rows = Row("1", 1, "Ja.", tokens=(EAST,)), Row("2", 2, "Nee.", tokens=(NORTH,))
    evidence = gather("Wat?", rare(COMMON + 4.5, 1.0), candidates(*rows, asked=(EAST, NORTH)))
    assert_allclose(evidence.rarity, [4.5 / (4.5 + LEAST), LEAST / (4.5 + LEAST)])
    assert column(evidence, "tokens") == [0.9, 0.1]


def test_an_answer_borrows_the_tokens_of_its_question_a_little_cheaper() -> None:
    evidence = gathered(
        candidates(
            Row("1", 1, "Wat verdient een kennismigrant?", tokens=(EAST,), side="question"),
            Row("1", 2, "Dat is € 5.331.", tokens=(NORTH,)),
            Row("2", 3, "Een kennismigrant.", tokens=(EAST,)),
            Row("2", 4, "Iets anders.", tokens=(NORTH,)),
        )
    )
    assert column(evidence, "tokens") == [1.0, round(BORROWED, 4), 1.0, 0.0]
    assert column(evidence, "answer") == [0.0, 1.0, 1.0, 1.0]


def test_a_passage_without_tokens_matches_none() -> None:
    bare, other = Row("1", 1, "Ja.", tokens=None), Row("2", 2, "Nee.", tokens=(-EAST,))
    assert column(gathered(candidates(bare, other)), "tokens") == [-BORROWED, -BORROWED]
    assert column(gathered(candidates(bare)), "tokens") == [-BORROWED]
    between = Row("1", 3, "Wel.", tokens=(0.5 * EAST,)), bare, Row("1", 4, "Niet.", tokens=None), other
    assert gathered(candidates(*between)).similarity.tolist() == [[0.5], [-1.0], [-1.0], [-1.0]]


def test_a_question_is_near_by_the_one_that_was_asked_before() -> None:
    evidence = gathered(
        candidates(
            Row("1", 1, "Kan dit?", cosine=0.8, side="question"),
            Row("1", 2, "Ja.", cosine=0.1),
            Row("2", 3, "En dit?", cosine=0.4, side="question"),
            Row("2", 4, "Nee.", cosine=0.9),
            Row("3", 5, "Een paragraaf zonder vraag.", cosine=0.2),
        )
    )
    assert column(evidence, "question") == [0.8, 0.8, 0.4, 0.4, 0.6]  # a section gets the middle


def test_without_any_question_that_says_nothing() -> None:
    assert column(gathered(candidates(Row("1", 1, "Ja."), Row("2", 2, "Nee."))), "question") == [0.0, 0.0]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Wat vroeg de VVD?", [1.0, 0.0, 0.0]),
        ("Wat vroeg GroenLinks?", [0.0, 1.0, 0.0]),
        ("Wat vroegen pvda en vvd?", [1.0, 1.0, 0.0]),
        ("Wat denk ik?", [0.0, 0.0, 0.0]),
        ("Wat zei de minister van sociale zaken en werkgelegenheid?", [1.0, 1.0, 1.0]),
        ("Wat doet SZW?", [1.0, 1.0, 1.0]),
        ("Wat is szwart?", [0.0, 0.0, 0.0]),
    ],
)
def test_who_is_named_in_the_question_counts(question: str, named: list[float]) -> None:
    found = candidates(
        Row("1", 1, "Ja."),
        Row("2", 2, "Nee."),
        Row("3", 3, "Wel."),
        fracties={"1": ("VVD",), "2": ("GroenLinks/PvdA",)},
    )
    assert column(gathered(found, question), "named") == named


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Wat vroeg Van der Veer?", 1.0),
        ("Wat vroeg mevrouw van der veer over sluizen?", 1.0),
        ("Wat is een veerpont?", 0.0),
        ("Wat wil het lid Sluis?", 1.0),
        ("Wat wil de SP?", 0.0),  # the exchange says itself for which fractie it was asked
    ],
)
def test_members_are_named_by_their_surname(question: str, named: float) -> None:
    about = Metadata(id="kst-1-2", title="", members=("Sluis (SP)", "Inge van der Veer (D66)"))
    assert column(gathered(candidates(Row("1", 1, "Ja."), about=about), question), "named") == [named]


@pytest.mark.parametrize(
    ("question", "shares"),
    [
        ("Wat kostte 508 mln in 2024?", [0.5, 1.0, 0.0]),
        ("Is het 96.290?", [0.0, 0.0, 1.0]),
        ("Is het 96?", [0.0, 0.0, 0.0]),
        ("Hoeveel?", [0.0, 0.0, 0.0]),
    ],
)
def test_numbers_count_when_they_are_the_same(question: str, shares: list[float]) -> None:
    found = candidates(Row("1", 1, "In 2024 niets."), Row("2", 2, "In 2024 € 508 mln."), Row("3", 3, "Dat is 96.290."))
    assert column(gathered(found, question), "numbers") == shares


def test_scores_are_the_features_times_their_weights() -> None:
    evidence = gathered(candidates(Row("1", 1, "Ja.", cosine=0.5, bm25=3.0)))
    assert_allclose(score(evidence, {**NOTHING, "meaning": 2.0, "words": 10.0}), [11.0], rtol=1e-6)


def test_an_exchange_counts_as_much_as_its_best_paragraph() -> None:
    evidence = gathered(
        candidates(
            Row("1", 1, "a", cosine=0.3),
            Row("1", 2, "b", cosine=0.4),
            Row("2", 3, "c", cosine=0.1),
            Row("2", 4, "d", cosine=0.9),
            Row("3", 5, "e", cosine=0.3),
        )
    )
    assert vote(evidence, score(evidence, {**NOTHING, "meaning": 1.0})) == [[3, 2], [1, 0], [4]]


def test_equals_stay_in_the_order_of_the_paper() -> None:
    evidence = gathered(candidates(Row("1", 1, "a"), Row("2", 2, "b"), Row("3", 3, "c")))
    assert vote(evidence, score(evidence, NOTHING)) == [[0], [1], [2]]


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-1, 1, width=32)), min_size=1, max_size=12))
def test_every_paragraph_is_ranked_once_and_none_before_a_better(rows: list[tuple[int, float]]) -> None:
    ordered = sorted(rows, key=lambda row: row[0])
    found = candidates(*(Row(str(owner), number, "x", cosine=cosine) for number, (owner, cosine) in enumerate(ordered)))
    evidence = gathered(found)
    scores = score(evidence, {**NOTHING, "meaning": 1.0})
    order = vote(evidence, scores)
    assert sorted(row for rows in order for row in rows) == list(range(len(ordered)))
    assert all(len({int(evidence.owner[row]) for row in rows}) == 1 for rows in order)
    best = [float(scores[rows[0]]) for rows in order]
    assert best == sorted(best, reverse=True)
    assert all(float(scores[rows[0]]) == max(float(scores[row]) for row in rows) for rows in order)


def test_what_was_fitted_weighs_every_feature_and_signal() -> None:
    assert set(fitted()["ranking"]) == set(FEATURES)
    assert set(fitted()["subject"]) == set(fitted()["answer"]) == {"intercept", *SIGNALS}
    assert set(fitted()["bands"]) == {"subject from", "found from"}
    assert all(0 < band < 1 for band in fitted()["bands"].values())
