"""Words: Dutch ones are stemmed and folded, scores are BM25, and no text that a user types can break the search."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragassist.document import Side
from ragassist.index.lexical import Lexical, LexicalWriter, _analyser, terms
from ragassist.index.manifest import LAYOUT

PASSAGES: tuple[tuple[Side, str], ...] = (
    ("answer", "De ministers werken samen aan betere huisvesting."),
    ("answer", "Eén coördinator voor de EU-Talentenpool, met 2.050 plaatsen."),
    ("question", "Wat doet de minister aan huisvesting van arbeidsmigranten?"),
    ("answer", "Huisvesting, huisvesting en nog eens huisvesting."),
    ("answer", "de het een van en"),
)


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> Lexical:
    folder = tmp_path_factory.mktemp("generation")
    writer = LexicalWriter(folder)
    for row, (side, text) in enumerate(PASSAGES):
        writer.add(row, row // 2, side, text)
    writer.finish()
    return Lexical(folder)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ministers", "minister"),
        ("arbeidsmigranten", "ARBEIDSMIGRANT"),
        ("coördinatie", "coordinatie"),
        ("co\u0308ordinatie", "cöordinatie"),
        ("werken", "werkt"),
        ("«EU-Talentenpool»", "eu talentenpool"),
        ("het kabinet van de minister", "kabinet minister minister"),
    ],
)
def test_same_words_are_found_however_written(text: str, same: str) -> None:
    assert terms(text) == terms(same) != []


def test_stems_are_those_that_the_layout_stands_for() -> None:
    """Stems are stored: with the stemmer of another tantivy, an index would miss words and nobody would notice."""
    words = "werkt ministers coördinatie arbeidsmigranten zelfstandigen huisvesting onderzoeken gemeenten vergunningen"
    stems = "werk mini coordineer arbeidsmigrant zelfstand huisvest onderzoek meen vergun"
    assert (LAYOUT, terms(words)) == (3, stems.split()), "a new stemmer? then raise LAYOUT"


@pytest.mark.parametrize("text", ["", " \t\n\0", "de het een van", "?!«»–", "\u200b", "a" * 101])
def test_text_without_words_has_no_terms(text: str) -> None:
    assert terms(text) == []


def test_numbers_and_long_compounds_are_terms() -> None:
    assert terms("21501-31") == ["21501", "31"]
    assert len(terms("arbeidsongeschiktheidsverzekeringsmaatschappijmedewerkers")) == 1


def test_best_passage_comes_first_on_each_side(lexical: Lexical) -> None:
    assert list(lexical.search("huisvesting", "answer", 9)) == [3, 0]
    assert list(lexical.search("huisvesting", "answer", 1)) == [3]
    assert list(lexical.search("huisvesting", "question", 9)) == [2]


def test_stem_of_the_question_finds_another_form(lexical: Lexical) -> None:
    assert 0 in lexical.search("Welke minister?", "answer", 9)
    assert 1 in lexical.search("EEN COORDINATOR", "answer", 9)


def test_scores_cover_the_exchanges_asked_for_and_equal_those_of_search(lexical: Lexical) -> None:
    scores = lexical.scores("huisvesting minister", [0, 1])
    assert set(scores) == {0, 2, 3}
    assert set(lexical.scores("huisvesting minister", [1])) == {2, 3}
    assert lexical.scores("huisvesting", []) == {}
    everything = lexical.search("huisvesting minister", "answer", 9) | lexical.search(
        "huisvesting minister", "question", 9
    )
    assert scores == pytest.approx(everything)


def test_score_is_bm25(lexical: Lexical) -> None:
    k1, b, passages = 1.2, 0.75, len(PASSAGES)  # tantivy's defaults; every passage counts, with or without the field
    words = {row: _analyser().analyze(text) for row, (side, text) in enumerate(PASSAGES) if side == "answer"}
    word = "huisvest"
    holding = [row for row in words if word in words[row]]
    idf = math.log(1 + (passages - len(holding) + 0.5) / (len(holding) + 0.5))
    average = sum(map(len, words.values())) / passages
    expected = {}
    for row in holding:
        count = words[row].count(word)
        expected[row] = idf * count * (k1 + 1) / (count + k1 * (1 - b + b * len(words[row]) / average))
    assert lexical.search("huisvesting", "answer", 9) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    ["answer:minister", "row:1", '"huisvesting', "(((", "minister AND NOT huisvesting", "*", "huis* ~2 ^3", "[a TO b]"],
)
def test_query_syntax_is_only_text(lexical: Lexical, text: str) -> None:
    words = [word for word in terms(text) if word not in {"and", "not", "to"}]
    assert lexical.search(text, "answer", 9) == lexical.search(" ".join(terms(text)), "answer", 9) or not words


def test_no_words_find_nothing(lexical: Lexical) -> None:
    assert lexical.search("de het een", "answer", 9) == {}
    assert lexical.scores("", [0, 1, 2]) == {}


def test_very_long_text_is_searched_too(lexical: Lexical) -> None:
    assert 0 in lexical.search("minister " + " ".join(f"woord{n}" for n in range(20_000)), "answer", 9)


def test_half_a_character_is_no_word(lexical: Lexical) -> None:
    assert lexical.search("minister \ud800", "answer", 9) == lexical.search("minister", "answer", 9)


def test_twenty_thousand_random_texts_do_not_break_the_search(lexical: Lexical) -> None:
    draw = np.random.default_rng(741)
    alphabets = ("+-&|!(){}[]^\"~*?:\\/ 'abANDORNOTrow:answer<>=", "".join(map(chr, range(0x250))))
    for n in range(20_000):
        letters = draw.integers(len(alphabets[n % 2]), size=n % 60)
        lexical.search("".join(alphabets[n % 2][letter] for letter in letters), "question", 3)


@settings(max_examples=1_000, deadline=None)
@given(text=st.text(st.characters(), max_size=60))
def test_no_text_breaks_the_search(lexical: Lexical, text: str) -> None:
    lexical.search(text, "question", 3)
    lexical.scores(text, [0, 1])
