"""Words: Dutch ones are stemmed and folded, scores are BM25, and no text that a user types can break the search."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragassist.document import Side
from ragassist.index.lexical import SIDES, Lexical, LexicalWriter, Weighted, _analyser, terms, weighted
from ragassist.index.manifest import LAYOUT
from ragassist.index.records import Entry

PASSAGES: tuple[tuple[Side, str], ...] = (
    ("answer", "De ministers werken samen aan betere huisvesting."),
    ("answer", "Eén coördinator voor de EU-Talentenpool, met 2.050 plaatsen."),
    ("question", "Wat doet de minister aan huisvesting van arbeidsmigranten?"),
    ("answer", "Huisvesting, huisvesting en nog eens huisvesting."),
    ("answer", "de het een van en"),
)


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> Lexical:
    return written(tmp_path_factory.mktemp("segment"), PASSAGES)


def written(folder: Path, passages: Sequence[tuple[Side, str]]) -> Lexical:
    """These passages, two to an exchange."""
    folder.mkdir(exist_ok=True)
    with LexicalWriter(folder) as writer:
        for row, (side, text) in enumerate(passages):
            writer.add(Entry(row, row // 2, 0, side, text, "2023-2024", "verslag", ("VVD",)))
        writer.finish()
    return Lexical(folder)


def looked_for(text: str) -> Weighted:
    """The words of a text, each counting once."""
    return {side: dict.fromkeys(terms(text), 1.0) for side in SIDES}


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
    assert (LAYOUT, terms(words)) == (4, stems.split()), "a new stemmer? then raise LAYOUT"


@pytest.mark.parametrize("text", ["", " \t\n\0", "de het een van", "?!«»–", "\u200b", "a" * 101])
def test_text_without_words_has_no_terms(text: str) -> None:
    assert terms(text) == []


def test_numbers_and_long_compounds_are_terms() -> None:
    assert terms("21501-31") == ["21501", "31"]
    assert len(terms("arbeidsongeschiktheidsverzekeringsmaatschappijmedewerkers")) == 1


def test_best_passage_comes_first_on_each_side(lexical: Lexical) -> None:
    assert list(lexical.search(looked_for("huisvesting"), "answer", 9)) == [3, 0]
    assert list(lexical.search(looked_for("huisvesting"), "answer", 1)) == [3]
    assert list(lexical.search(looked_for("huisvesting"), "question", 9)) == [2]


def test_stem_of_the_question_finds_another_form(lexical: Lexical) -> None:
    assert 0 in lexical.search(looked_for("Welke minister?"), "answer", 9)
    assert 1 in lexical.search(looked_for("EEN COORDINATOR"), "answer", 9)


def test_scores_cover_the_exchanges_asked_for_and_equal_those_of_search(lexical: Lexical) -> None:
    scores = lexical.scores(looked_for("huisvesting minister"), [0, 1])
    assert set(scores) == {0, 2, 3}
    assert set(lexical.scores(looked_for("huisvesting minister"), [1])) == {2, 3}
    assert lexical.scores(looked_for("huisvesting"), []) == {}
    words = looked_for("huisvesting minister")
    everything = lexical.search(words, "answer", 9) | lexical.search(words, "question", 9)
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
    assert lexical.search(looked_for("huisvesting"), "answer", 9) == pytest.approx(expected)


def test_words_count_in_every_segment_what_they_count_in_all(tmp_path: Path, lexical: Lexical) -> None:
    """Twice the same passages are two segments, or one: a word stands in the same share, so it scores nearly alike."""
    texts = [("Water en wind.", "Wind."), ("Water en zon.", "Zon.", "Zon en zon.")]
    parts = [written(tmp_path / str(n), [("answer", text) for text in some]) for n, some in enumerate(texts)]
    whole = written(tmp_path / "whole", [("answer", text) for some in texts for text in some])
    words = weighted(terms("water zon"), parts)
    apart = [part.search(mine, "answer", 9) for part, mine in zip(parts, words, strict=True)]
    together = whole.search(looked_for("water zon"), "answer", 9)
    for row, score in {0: apart[0][0], 2: apart[1][0], 3: apart[1][1]}.items():
        assert together[row] == pytest.approx(score, rel=0.1)  # segments differ in how long their passages are
    assert weighted(terms("water zon"), [whole]) == [{"answer": {"water": 1.0, "zon": 1.0}, "question": {}}]


@pytest.mark.parametrize(
    "text",
    ["answer:minister", "row:1", '"huisvesting', "(((", "minister AND NOT huisvesting", "*", "huis* ~2 ^3", "[a TO b]"],
)
def test_query_syntax_is_only_text(lexical: Lexical, text: str) -> None:
    assert set(lexical.search(looked_for(text), "answer", 9)) <= {0, 1, 3, 4}
    assert terms(text) == terms(" ".join(terms(text)))


def test_no_words_find_nothing(lexical: Lexical) -> None:
    assert lexical.search(looked_for("de het een"), "answer", 9) == {}
    assert lexical.scores(looked_for(""), [0, 1, 2]) == {}


def test_very_long_text_is_searched_too(lexical: Lexical) -> None:
    assert 0 in lexical.search(looked_for("minister " + " ".join(f"woord{n}" for n in range(20_000))), "answer", 9)


def test_half_a_character_is_no_word(lexical: Lexical) -> None:
    assert lexical.search(looked_for("minister \ud800"), "answer", 9) == lexical.search(
        looked_for("minister"), "answer", 9
    )


def test_twenty_thousand_random_texts_do_not_break_the_search(lexical: Lexical) -> None:
    draw = np.random.default_rng(741)
    alphabets = ("+-&|!(){}[]^\"~*?:\\/ 'abANDORNOTrow:answer<>=", "".join(map(chr, range(0x250))))
    for n in range(20_000):
        letters = draw.integers(len(alphabets[n % 2]), size=n % 60)
        lexical.search(looked_for("".join(alphabets[n % 2][letter] for letter in letters)), "question", 3)


@settings(max_examples=1_000, deadline=None)
@given(text=st.text(st.characters(), max_size=60))
def test_no_text_breaks_the_search(lexical: Lexical, text: str) -> None:
    lexical.search(looked_for(text), "question", 3)
    lexical.scores(looked_for(text), [0, 1])
