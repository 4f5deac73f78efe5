"""Dutch text: where sentences end, and which words say what a question is about."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printed_papers import LINES
from ragassist.document import Document
from ragassist.dutch import content_words, fold, grams, holds, sentences


@pytest.mark.parametrize(
    "parts",
    [
        ["Deelt de Minister deze mening?", "Zo nee, waarom niet?"],
        ["De werkgroep vond op 8 maart jl. plaats.", "De meeste lidstaten waren positief."],
        ["Zie Kamerstuk 21 501-31, nr. 739.", "Daarin staat meer."],
        ["Dit is € 5.331.", "€ 2.801 geldt voor anderen."],
        ["Het amendement Van der Lee c.s. Het doel hiervan is helder."],  # c.s. ends sentences too: told apart by none
        ["Zij zei: «Dat klopt.»", "Daarna ging zij."],
        ["Het heet «Fair mobility in the EU?»", "Nee."],
        ["De heer A. Jansen vraagt dit.", "Hij wacht."],
        ["Het gaat om o.a. Polen, m.b.t. Litouwen en bijv. Spanje."],
        ["Wat nu?!", "Niets…", "Toch wel."],
        ["In 2023.", "– Hoeveel zijn er?"],
        ["De maximumuurprijs is met € 508 mln. Verhoogd is ook het loon."],
        ["zonder punt"],
        ["Een bezoek aan www.rijk.nl is genoeg.", "(Zie ook hieronder.)", "“Dat zei hij.”"],
    ],
)
def test_sentences_end_where_they_do(parts: list[str]) -> None:
    text = " ".join(parts)
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_sentences_of_the_seed_are_told_apart(seed: Document) -> None:
    text = seed.paragraph(45).text
    assert [text[start:end][:22] for start, end in sentences(text)] == [
        "Sinds de publicatie va", "De laatste Raadswerkgr", "De meeste lidstaten he", "Naarmate meer in detai",
        "Dit betreft onder meer", "Nederland staat daarme", "Het Europees parlement",
    ]  # fmt: skip


def assert_spans_hold_all(text: str) -> None:
    spans = sentences(text)
    end = 0
    for start, stop in spans:
        assert end <= start < stop
        assert not text[end:start].strip()
        assert text[start:stop].strip()
        end = stop
    assert not text[end:].strip()


@settings(max_examples=300)
@given(st.text(st.sampled_from("aB1 .?!…»”)(«–€\n\u00a0c.s")).filter(str.strip))
def test_sentences_hold_all_but_white_space(text: str) -> None:
    assert_spans_hold_all(text)


@given(st.lists(LINES, min_size=1).map(" ".join))
def test_sentences_of_lines_hold_all_but_white_space(text: str) -> None:
    assert_spans_hold_all(text)


def test_an_empty_text_is_one_empty_sentence() -> None:
    assert sentences("") == [(0, 0)]


def test_folding_takes_accents_and_capitals_off() -> None:
    assert fold("Coördinatie van de Oekraïense CAFÉ’s") == "coordinatie van de oekraiense cafe’s"
    assert fold("ﬁnanciën Ⅻ") == "financien xii"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_content_words_say_what_a_question_is_about() -> None:
    assert content_words("Hoeveel verdient een kennismigrant volgens de Minister?") == [
        "verdient", "kennismigrant", "minister"
    ]  # fmt: skip
    assert content_words("How many migrants are there in the EU?") == ["migrants", "eu"]
    assert content_words("wat is dat? 5% …") == []


def test_compounds_share_the_stretches_of_their_parts() -> None:
    assert grams("markt") == {"mark", "arkt"}
    assert grams("markt") < grams("arbeidsmarktkrapte")
    assert grams("eu") == {"eu"}


@pytest.mark.parametrize(
    ("gram", "held"),
    [("mark", True), ("tkra", True), ("krap", True), ("eu", True), ("ai", False), ("wet", False), ("kten", False)],
)
def test_a_stretch_is_held_by_a_word_and_a_short_word_by_itself(gram: str, held: bool) -> None:
    assert holds("de arbeidsmarktkrapte in de eu, zei wetten", gram) is held


@given(st.text(st.sampled_from("abé1_ ’-")), st.text(st.sampled_from("abé1_"), min_size=1))
def test_a_text_holds_the_stretches_of_its_words_and_no_others(text: str, word: str) -> None:
    held = frozenset().union(*map(grams, re.findall(r"\w+", fold(text))))
    assert {gram for gram in grams(fold(word)) if holds(fold(text), gram)} == grams(fold(word)) & held


@given(st.text(min_size=1))
def test_every_word_has_a_stretch(word: str) -> None:
    assert grams(word)
    assert all(gram in word for gram in grams(word))
