"""Passages: stretches of paragraphs that hold every word once and are found again by their offsets."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printed_papers import FOOTER, INVENTED, SEED, letters, paragraph_with, printed, read
from ragassist.document import Document
from ragassist.dutch import sentences
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse
from ragassist.passages import LONGEST, split


def assert_passages_hold_every_word_once(document: Document) -> None:
    exchanges = find_exchanges(document)
    passages = split(document, exchanges)
    sides = [
        (exchange.number, side, number)
        for exchange in exchanges
        for side, numbers in (("question", exchange.question), ("answer", exchange.answer))
        for number in numbers
        if document.paragraph(number).role != "heading"
    ]
    grouped = [(key, list(run)) for key, run in groupby(passages, lambda p: (p.exchange, p.side, p.paragraph))]
    assert [key for key, _ in grouped] == sides
    for (_, _, number), run in grouped:
        text = document.paragraph(number).text
        end = 0
        for passage in run:
            assert passage.document == document.id
            assert passage.text == text[passage.start : passage.end]
            assert 0 < len(passage.text) <= LONGEST
            assert not text[end : passage.start].strip()
            end = passage.end
        assert not text[end:].strip()


@pytest.mark.parametrize("path", [SEED, *INVENTED], ids=lambda path: path.stem)
def test_passages_of_the_papers_hold_every_word_once(path: Path) -> None:
    assert_passages_hold_every_word_once(read(path))


@settings(max_examples=100)
@given(printed())
def test_passages_of_printed_pages_hold_every_word_once(text: str) -> None:
    assert_passages_hold_every_word_once(parse("kst-1-2.txt", text.encode()))


@settings(max_examples=200)
@given(st.text(st.sampled_from("aB .,;?!«»\u00a0-12é(\n")).map(lambda text: text * 40))
def test_passages_of_long_texts_hold_every_word_once(text: str) -> None:
    assert_passages_hold_every_word_once(parse("paper.txt", f"Zie.\n{text}\n\n{FOOTER} 1\n".encode()))


def test_sentences_are_parted_only_where_they_are_too_long(seed: Document) -> None:
    passages = split(seed, find_exchanges(seed))
    for paragraph in seed.paragraphs:
        spans = sentences(paragraph.text)
        ends = {passage.end for passage in passages if passage.paragraph == paragraph.number}
        inside = [span for span in spans if any(span[0] < end < span[1] for end in ends)]
        assert all(end - start > LONGEST for start, end in inside)


def test_a_paragraph_that_is_short_is_one_passage(seed: Document) -> None:
    paragraph = paragraph_with(seed, "In welke sectoren zijn verhoudingsgewijs")
    (passage,) = [p for p in split(seed, find_exchanges(seed)) if p.paragraph == paragraph.number]
    assert (passage.text, passage.side, passage.exchange) == (paragraph.text, "question", "5")
    assert letters(passage.text)
