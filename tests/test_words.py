"""Every word of a paper is in exactly one place: a paragraph, a footnote, or what is printed around the text."""

from __future__ import annotations

import contextlib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printed_papers import FOOTER, INVENTED, SEED, figures, letters, printed, read, within
from ragassist.document import Document
from ragassist.errors import PaperError
from ragassist.formats import parse
from ragassist.formats.opening import text_of

PAPERS = pytest.mark.parametrize("path", [SEED, *INVENTED], ids=lambda path: path.stem)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=400)


def assert_words_are_kept(document: Document, text: str) -> None:
    places = [
        letters("".join(place))
        for place in (
            (paragraph.text for paragraph in document.paragraphs),
            (note.text for note in document.footnotes),
            document.furniture,
        )
    ]
    assert Counter("".join(places)) == Counter(letters(text))
    assert all(within(place, letters(text)) for place in places)  # each in the order in which it was printed


def assert_figures_are_kept(document: Document, text: str) -> None:
    """Only the notes' own numbers go: at the foot, and as marks."""
    parts = [*(paragraph.text for paragraph in document.paragraphs), *(note.text for note in document.footnotes)]
    numbers = [*(note.number for note in document.footnotes), *(n for p in document.paragraphs for n in p.notes)]
    kept = figures("".join([*parts, *document.furniture, *map(str, numbers)]))
    assert kept == figures(text)


def assert_in_order(document: Document) -> None:
    paragraphs = document.paragraphs
    assert [paragraph.number for paragraph in paragraphs] == list(range(1, len(paragraphs) + 1))
    assert document.pages is not None
    pages = [page for paragraph in paragraphs for page in paragraph.pages]
    assert pages == sorted(pages)
    assert all(1 <= page <= document.pages for page in pages)
    for paragraph in paragraphs:
        assert paragraph.text == " ".join(paragraph.text.split()) != ""
        assert all(start < after for (start, _), (after, _) in pairwise(paragraph.turns))
        assert all(0 < start <= len(paragraph.text) for start, _ in paragraph.turns)
        at = [paragraph.page_at(offset) or 0 for offset in range(len(paragraph.text) + 1)]
        assert at == sorted(at)
        assert at[0] == paragraph.page
        assert at[-1] == paragraph.pages[-1]


@PAPERS
def test_papers_keep_their_words(path: Path) -> None:
    document, text = read(path), path.read_text("utf-8")
    assert_words_are_kept(document, text)
    assert_figures_are_kept(document, text)
    assert_in_order(document)


@settings(max_examples=200)
@given(printed())
def test_printed_pages_keep_their_words(text: str) -> None:
    document = parse("kst-1-2.txt", text.encode())
    assert_words_are_kept(document, text)
    assert_figures_are_kept(document, text)
    assert_in_order(document)


@settings(max_examples=200)
@given(TEXTS)
def test_any_text_keeps_its_letters(text: str) -> None:
    data = f"Het begin.\n{text}\n\n{FOOTER} 1\n".encode()
    document = parse("paper.txt", data)
    assert_words_are_kept(document, text_of(data))
    assert_in_order(document)


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=400), TEXTS.map(str.encode), st.binary().map(lambda data: b"\xff\xfe" + data)))
def test_any_bytes_are_a_paper_or_refused(data: bytes) -> None:
    with contextlib.suppress(PaperError):
        document = parse("kst-1-2.txt", data)
        assert document.paragraphs
        assert_words_are_kept(document, text_of(data))
