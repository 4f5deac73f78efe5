"""Which sentences of a paragraph are marked for a question."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.dutch import sentences
from ragassist.encoder import Floats, Ints
from ragassist.highlighting import ADDS, MOST, highlight

TEXT = "Het kabinet wacht af. Een kennismigrant verdient € 5.331. Dit geldt vanaf 2024. Meer is er niet."
PARTS = ["Het kabinet wacht af.", "Een kennismigrant verdient € 5.331.", "Dit geldt vanaf 2024.", "Meer is er niet."]


def spans_of(text: str) -> Ints:
    """Every word a token."""
    found, end = [], 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        found.append((start, end))
    return np.array(found, np.int32).reshape(-1, 2)


def marked(text: str, matches: list[dict[str, float]], rarity: list[float]) -> list[str]:
    """What is marked when the question's tokens match the words of the text as `matches` says."""
    similarity = np.array([[match.get(word, 0.0) for word in text.split()] for match in matches], np.float32)
    return [
        text[start:end]
        for start, end in highlight(sentences(text), spans_of(text), similarity, np.array(rarity, np.float32))
    ]


def test_the_sentence_that_matches_is_marked() -> None:
    assert marked(TEXT, [{"kennismigrant": 1.0}, {"verdient": 0.9}], [0.5, 0.5]) == PARTS[1:2]


def test_another_is_marked_when_it_matches_what_the_first_does_not() -> None:
    assert marked(TEXT, [{"kennismigrant": 1.0}, {"2024.": 0.9}], [0.5, 0.5]) == PARTS[1:3]


def test_sentences_are_marked_in_reading_order() -> None:
    assert marked(TEXT, [{"niet.": 1.0}, {"kabinet": 0.5}], [0.7, 0.3]) == [PARTS[0], PARTS[3]]


def test_a_sentence_that_adds_little_is_not_marked() -> None:
    little = 0.9 * ADDS
    assert marked(TEXT, [{"kennismigrant": 1.0, "2024.": 1.0}, {"2024.": little}], [0.5, 0.5]) == PARTS[2:3]
    assert marked(TEXT, [{"kennismigrant": 1.0}, {"2024.": 1.0}], [1 - little, little]) == PARTS[1:2]


def test_no_more_than_so_many_are_marked() -> None:
    matches = [{"kabinet": 1.0}, {"kennismigrant": 1.0}, {"2024.": 1.0}, {"niet.": 1.0}]
    assert len(marked(TEXT, matches, [0.25] * 4)) == MOST < len(PARTS)


def test_a_token_belongs_to_the_sentence_in_which_it_stands() -> None:
    assert marked("Een. Twee. Drie.", [{"Twee.": 1.0}], [1.0]) == ["Twee."]


@pytest.mark.parametrize("text", ["Ja.", "zonder punt", "Eén zin die niet eindigt"])
def test_one_sentence_is_marked_whole(text: str) -> None:
    assert marked(text, [{}], [1.0]) == [text]


@given(
    st.lists(
        st.lists(st.sampled_from("Een kennismigrant EU 2024 – € niet".split()), min_size=1), min_size=1, max_size=8
    ),
    st.data(),
)
def test_marks_are_sentences_of_the_text_in_order(words: list[list[str]], data: st.DataObject) -> None:
    text = " ".join(" ".join(sentence) + "." for sentence in words)
    spans = spans_of(text)
    size = data.draw(st.integers(1, 4))
    cosines = st.floats(-1, 1, width=32)
    rows = data.draw(
        st.lists(st.lists(cosines, min_size=len(spans), max_size=len(spans)), min_size=size, max_size=size)
    )
    similarity: Floats = np.array(rows, np.float32)
    rarity = np.full(size, 1 / size, np.float32)
    marks = highlight(sentences(text), spans, similarity, rarity)
    assert 1 <= len(marks) <= MOST
    assert list(marks) == sorted(set(marks))
    assert set(marks) <= set(sentences(text))
    best = _best(text, spans, similarity, rarity)
    assert any(abs(_value(text, spans, similarity, rarity, mark) - best) < 1e-5 for mark in marks)


def _value(text: str, spans: Ints, similarity: Floats, rarity: Floats, mark: tuple[int, int]) -> float:
    inside = (spans[:, 0] >= mark[0]) & (spans[:, 1] <= mark[1])
    return float(similarity[:, inside].max(axis=1) @ rarity) if inside.any() else -1.0


def _best(text: str, spans: Ints, similarity: Floats, rarity: Floats) -> float:
    return max(_value(text, spans, similarity, rarity, mark) for mark in sentences(text))
