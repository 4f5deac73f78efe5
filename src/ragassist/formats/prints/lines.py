"""Printed lines and pages: what a reader of PDF or TXT gives, and how lines are joined to a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from ragassist.formats.prints.hyphens import Hyphens

RAISED = re.compile(r"[¹²³⁰⁴-⁹]+(?:, ?[¹²³⁰⁴-⁹]+)*")
CELLS = " | "  # between the cells of a table's row


class Mark(NamedTuple):
    """Raised characters in a text, such as a note's number: where they stand, and what they are."""

    offset: int
    text: str


def raised_in(text: str) -> tuple[Mark, ...]:
    """The figures of a text that are raised by themselves: `¹`, `¹²`."""
    return tuple(Mark(found.start(), found[0]) for found in RAISED.finditer(text))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands in its column, in em.

    indent: from the column's left edge. room: left to its right edge. head: how wide its first word is, tab: the white
    space behind that. drop: how far below the line above, in usual leadings; 0 at the top of a column.
    size: of its type, in points.
    """

    indent: float
    room: float
    head: float
    tab: float
    drop: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line.

    width: in average characters. gap: white space stands above it. turn: a new page begins with it.
    bold, italic, small: all of it is set so, None where the source cannot tell or where it is only in part.
    place: its geometry, where that is known. marks: what is raised in it. cells: of a table's row, each its lines.
    alone: what it is, where other lines tell that it is a paragraph by itself: a question's number, who signed.
    """

    text: str
    width: float
    gap: bool = False
    turn: bool = False
    bold: bool | None = None
    small: bool | None = None
    italic: bool | None = None
    place: Place | None = None
    marks: tuple[Mark, ...] = ()
    cells: tuple[tuple[Line, ...], ...] = ()
    alone: Literal["", "number", "name"] = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of paper: its lines in reading order, and its running headers and footers."""

    lines: tuple[Line, ...]
    furniture: tuple[str, ...] = ()


@dataclass(slots=True)
class Text:
    """Lines joined to one text. starts: where in it each line begins. marks: what is raised in it."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def add(self, line: Line, hyphens: Hyphens) -> None:
        """The text goes on with this line."""
        self.text = hyphens.join(self.text, line.text) if self.text else line.text
        start = len(self.text) - len(line.text)
        self.starts.append(start)
        self.marks += [Mark(start + offset, text) for offset, text in line.marks]


def joined(lines: Sequence[Line], hyphens: Hyphens) -> Text:
    """The text that these lines print."""
    text = Text()
    for line in lines:
        text.add(line, hyphens)
    return text


def row_of(cells: Sequence[Sequence[Line]], hyphens: Hyphens) -> Line:
    """A table's row as one line, its cells parted by bars."""
    text, marks = "", []
    for index, cell in enumerate(cells):
        part = joined(cell, hyphens)
        text += CELLS.lstrip() if text.endswith(" ") else CELLS if index else ""
        marks += [Mark(len(text) + offset, mark) for offset, mark in part.marks]
        text += part.text
    lines = [line for cell in cells for line in cell]
    lead = len(text) - len(text.lstrip())
    marks = [mark._replace(offset=mark.offset - lead) for mark in marks]
    return replace(lines[0], text=text.strip(), marks=tuple(marks), cells=tuple(tuple(cell) for cell in cells))
