"""Tables of HTML pages: which of them only place things on the page, and which cells a row shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from ragassist.formats.html.elements import Element

MOST_COLUMNS = 200  # no printed page is wide enough for more
PLACES_THINGS = frozenset({"table", "h1", "h2", "h3", "h4", "h5", "h6"})  # what no cell of a table of figures holds


@dataclass(slots=True)
class Grid:
    """One table's columns.

    reach: for each, over how many rows a cell reaches, counted from the open one. column: the next one of the open row.
    """

    reach: list[int] = field(default_factory=list)
    column: int = 0

    def row(self) -> None:
        """A row begins."""
        self.reach = [rows - 1 for rows in self.reach]
        self.column = 0

    def cell(self, cell: Element) -> int:
        """The next cell takes its place; how many bars stand before it, one more for each cell from above.

        A cell over several columns is one cell; in the rows below it each of its columns is a place of its own.
        """
        start = self.column
        while self.column < len(self.reach) and self.reach[self.column] > 0:
            self.column += 1
        bars = self.column - start + (1 if start else 0)
        wide = min(_span(cell.get("colspan")), max(1, MOST_COLUMNS - self.column))
        self.reach += [0] * (self.column + wide - len(self.reach))
        self.reach[self.column : self.column + wide] = [_span(cell.get("rowspan"))] * wide
        self.column += wide
        return bars

    def rest(self) -> int:
        """How many bars stand behind the last cell: one for each cell from above."""
        return sum(rows > 0 for rows in self.reach[self.column :])


def _span(written: str | None) -> int:
    return int(written) if written and re.fullmatch(r"[1-9]\d{0,5}", written) else 1


def boxes(root: Element) -> set[Element]:
    """Tables that only place things on the page: around one cell, around headings, around other tables."""
    found: set[Element] = set()
    cells: dict[Element, int] = {}
    around: list[Element] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            if around and around[-1] is element:
                around.pop()
            continue
        if around and element.tag in PLACES_THINGS:
            found.add(around[-1])
        if around and element.tag in {"td", "th"}:
            cells[around[-1]] = cells.get(around[-1], 0) + 1
        if element.tag == "table":
            around.append(element)
            if element.get("role") in {"presentation", "none"}:
                found.add(element)
    return found | {table for table, count in cells.items() if count == 1}
