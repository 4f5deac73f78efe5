"""What the child says of a file: the same paper on the other side, and nothing believed that no parser says."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.document import Document, Footnote, Metadata, Paragraph, Role, Setting
from ragassist.errors import UnreadablePaper, UnsupportedFormat
from ragassist.sandbox import Limits, wire

NAME = "kst-1-2.txt"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(0, 9999)
PAGES = st.none() | NUMBERS
WIDTHS = st.floats(0, allow_nan=False)
FLAGS = st.none() | st.booleans()
ROLES: st.SearchStrategy[Role] = st.sampled_from(["heading", "text", "item", "quote", "row"])
SETTINGS = st.builds(Setting, WIDTHS, WIDTHS, st.booleans(), FLAGS, FLAGS)
IDS = st.from_regex(r"kst-\d{5}(-[A-Z]+)?-\d+", fullmatch=True)
METADATA = st.builds(Metadata, IDS, *[TEXTS] * 9, members=st.lists(TEXTS, max_size=3).map(tuple), reprint=st.booleans())


@st.composite
def paragraphs(draw: st.DrawFn, number: int) -> Paragraph:
    text = draw(TEXTS)
    turns = draw(st.lists(st.tuples(st.integers(0, len(text)), NUMBERS), max_size=2))
    role = draw(ROLES)
    notes = tuple(draw(st.lists(NUMBERS, max_size=3)))
    return Paragraph(number, text, role, draw(PAGES), notes, tuple(turns), draw(SETTINGS))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    count = draw(st.integers(0, 5))
    return Document(
        draw(METADATA),
        tuple(draw(paragraphs(number)) for number in range(1, count + 1)),
        tuple(draw(st.lists(st.builds(Footnote, NUMBERS, TEXTS, PAGES), max_size=3))),
        draw(PAGES),
        tuple(draw(st.lists(TEXTS, max_size=3))),
        tuple(draw(st.lists(TEXTS, max_size=3))),
    )


def settings_of(document: Document) -> list[Setting]:
    return [paragraph.setting for paragraph in document.paragraphs]  # which comparing documents leaves out


@given(documents())
def test_a_paper_comes_over_as_it_is(document: Document) -> None:
    line = wire.paper_line(document)
    assert line.count(b"\n") == 1
    heard = wire.heard(NAME, line, Limits())
    assert heard == document
    assert settings_of(heard) == settings_of(document)


@pytest.mark.parametrize("error", [UnreadablePaper(NAME, "why."), UnsupportedFormat(NAME, "RTF", "TXT")])
def test_a_refusal_comes_over_as_it_is(error: UnreadablePaper) -> None:
    with pytest.raises(type(error)) as refused:
        wire.heard(NAME, wire.refusal_line(error), Limits())
    assert str(refused.value) == str(error)


def test_a_refusal_stays_one_short_line_whatever_it_quotes() -> None:
    with pytest.raises(UnreadablePaper) as refused:
        wire.heard(NAME, wire.refusal_line(UnreadablePaper(NAME, "<a\n\x1b[31m\u202eb" * 9999)), Limits())
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 1100


def said(change: Callable[[list[list[object]]], object]) -> bytes:
    """What a child would say that lies about the second of two paragraphs."""
    metadata = Metadata("kst-1-2", "Titel")
    document = Document(metadata, (Paragraph(1, "Een", page=1), Paragraph(2, "Twee", page=1, turns=((2, 2),))))
    paper = json.loads(wire.paper_line(document))
    change(paper["paper"])
    return json.dumps(paper).encode() + b"\n"


def put(value: object, *path: int | str) -> Callable[[object], None]:
    """Puts a value where the path leads."""

    def change(part: object) -> None:
        for step in path[:-1]:
            part = part[step]  # type: ignore[index]
        part[path[-1]] = value  # type: ignore[index]

    return change


@pytest.mark.parametrize(
    "change",
    [
        put(3, 1, 1, 0),
        put(1, 1, 1, 0),
        put(True, 1, 1, 0),
        put(7, 1, 1, 1),
        put("\ud800", 1, 1, 1),
        put("footer", 1, 1, 2),
        put([], 1, 1, 2),
        put("1", 1, 1, 3),
        put(-1, 1, 1, 3),
        put(2**70, 1, 1, 3),
        put(1.5, 1, 1, 3),
        put(["1"], 1, 1, 4),
        put("12", 1, 1, 4),
        put([[99, 2]], 1, 1, 5),
        put([[1]], 1, 1, 5),
        put(["x", None, True, None, None], 1, 1, 6),
        put([float("nan"), None, True, None, None], 1, 1, 6),
        put([1.0, None, None, None, None], 1, 1, 6),
        put("../../kst", 0, "id"),
        put("", 0, "id"),
        put("a" * 300, 0, "id"),
        put(None, 0, "title"),
        put("x", 0, "members"),
        put(1, 0, "reprint"),
        put("x", 0, "path"),
        put({}, 1),
        put("x", 2),
        put("9", 3),
        put([None], 4),
    ],
)
def test_what_no_parser_says_is_not_believed(change: Callable[[object], None]) -> None:
    wire.heard(NAME, said(lambda paper: None), Limits())
    with pytest.raises(UnreadablePaper, match="its reader said what cannot be so"):
        wire.heard(NAME, said(change), Limits())


@pytest.mark.parametrize("line", [b"", b"\n", b"[]", b"7", b"null", b"{}", b'{"refused":"SystemExit","sentence":"x"}'])
def test_what_is_no_answer_is_not_believed(line: bytes) -> None:
    with pytest.raises(UnreadablePaper, match="its reader said what cannot be so"):
        wire.heard(NAME, line, Limits())


def test_a_paper_with_more_text_than_was_allowed_is_not_believed() -> None:
    line = said(lambda paper: None)
    for limits in (Limits(text=6), Limits(paragraphs=1)):
        with pytest.raises(UnreadablePaper, match="cannot be so"):
            wire.heard(NAME, line, limits)
