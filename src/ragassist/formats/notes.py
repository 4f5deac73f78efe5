"""Footnotes of printed pages: the notes at a page's foot, and their marks, glued to words, in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragassist.document import Footnote, Paragraph
from ragassist.formats.hyphens import Hyphens

if TYPE_CHECKING:
    from ragassist.formats.printed import Line

NOTE = re.compile(r"(\d{1,3})\s+(\S.*)")
END = re.compile(r"[.?!:;…»”’)]$")
SKIPPED = 5  # notes may have been missed on the pages before
ENDING = re.compile(r"\d+(?=$|[\s.,;:?!)\]»”’–])")
NEAR = 12  # characters before a mark that tell whether it is one

# What stands before a mark, and how much it speaks for one: the kinds are tried together, the best position wins.
BEFORE: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"[^\W\d_]{3}$"), 4),  # zelfstandigen1
    (re.compile(r"(?:^|\D)[.,;:?!)\]»”’\"]$"), 4),  # waren.2
    (re.compile(r"(?:19|20)\d\d$"), 2),  # 2050 and note 20, printed 205020
    (re.compile(r"\d[.,;:?!)\]»”’%]+$"), 2),  # in 2023.2
    (re.compile(r"[^\W\d_]{3}\d{1,3}$"), 1),  # Platform31 and note 3, printed Platform313
    (re.compile(r"[^\W\d_]{1,2}$"), 1),  # EU3, but also Q3 and CO2
)


def foot_of(body: Sequence[Line], last: int, page: int, hyphens: Hyphens) -> tuple[list[Line], tuple[Footnote, ...]]:
    """A page's lines parted into body and footnotes, which count on from note `last`.

    The notes are the end of the page. They begin below white space (or in small type) with a number that is next, or
    nearly so, and either that number's mark stands in the text above or the text breaks off inside a sentence. A paper
    may begin anew at 1 on a later page.
    """
    marked: set[int] = set()
    for start, line in enumerate(body):
        number = _number(line)
        apart = line.small if line.small is not None else (line.gap and start > 0)
        if apart and (number == 1 or last < number <= last + SKIPPED):
            broken = number == last + 1 and not END.search(body[start - 1].text)
            if broken or number in marked:
                return list(body[:start]), _notes(body[start:], number, page, hyphens)
        marked.update(mark for mark, _, _ in _marks(line.text))
    return list(body), ()


def _number(line: Line) -> int:
    found = NOTE.match(line.text)
    return int(found[1]) if found else 0


def _notes(lines: Sequence[Line], first: int, page: int, hyphens: Hyphens) -> tuple[Footnote, ...]:
    notes: list[Footnote] = []
    for line in lines:
        found = NOTE.match(line.text)
        if found and int(found[1]) == first + len(notes):
            notes.append(Footnote(int(found[1]), found[2], page))
        else:
            notes[-1] = replace(notes[-1], text=hyphens.join(notes[-1].text, line.text))
    return tuple(notes)


def _marks(text: str) -> Iterator[tuple[int, int, int]]:
    """(number, offset, weight) of all that may be marks: digits glued to what stands before them, and ending there."""
    for digits in ENDING.finditer(text):
        for offset in range(digits.end() - 1, max(digits.start(), digits.end() - 3, 1) - 1, -1):
            if text[offset] != "0":
                before = text[max(0, offset - NEAR) : offset]
                weight = max((weight for pattern, weight in BEFORE if pattern.search(before)), default=0)
                if weight:
                    yield int(text[offset : digits.end()]), offset, weight


def place_marks(paragraphs: tuple[Paragraph, ...], notes: Sequence[Footnote]) -> tuple[Paragraph, ...]:
    """The paragraphs with every note's mark taken out of the text and its number put in `notes`."""
    options: dict[tuple[int, int | None], list[tuple[int, int, int]]] = {}
    for index, paragraph in enumerate(paragraphs):
        for number, offset, weight in _marks(paragraph.text):
            options.setdefault((number, paragraph.page_at(offset)), []).append((weight, -index, -offset))
    placed: dict[int, list[tuple[int, int]]] = {}
    after = (0, 0)  # marks come in the order of their notes
    for note in notes:
        later = [mark for mark in options.get((note.number, note.page), ()) if (-mark[1], -mark[2]) >= after]
        if later:
            _, index, offset = max(later)
            after = (-index, -offset + 1)
            placed.setdefault(-index, []).append((-offset, note.number))
    return tuple(_without(paragraph, placed.get(index, [])) for index, paragraph in enumerate(paragraphs))


def _without(paragraph: Paragraph, marks: Sequence[tuple[int, int]]) -> Paragraph:
    text, turns = paragraph.text, paragraph.turns
    for offset, number in reversed(marks):
        length = len(str(number))
        text = text[:offset] + text[offset + length :]
        turns = tuple((start - length if start > offset else start, page) for start, page in turns)
    return replace(paragraph, text=text, turns=turns, notes=tuple(number for _, number in marks))
