"""Tables of the official XML (the CALS model): which cells a row prints, empty ones too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

MOST_COLUMNS = 200  # no printed page is wide enough for more
MOST_ROWS = 500  # over which one cell reaches


@dataclass(slots=True)
class Grid:
    """One table's columns.

    names: column number by colname. below: by column, over how many rows to come a cell from above reaches.
    """

    names: dict[str, int] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)

    def cells(self, row: etree._Element) -> Iterator[etree._Element | None]:
        """A row's cells from left to right, None for a place that is empty or that a cell from above covers.

        A cell over several columns is one cell; in the rows below it each of its columns is a place of its own.
        """
        covered = {column for column, rows in self.below.items() if rows}
        self.below = {column: self.below[column] - 1 for column in covered}
        column = 0
        for entry in row:
            start = self.names.get(entry.get("namest") or entry.get("colname") or "", column)
            while column < start or column in covered:
                yield None
                column += 1
            yield entry
            last = max(column, self.names.get(entry.get("nameend") or "", column))
            if column < MOST_COLUMNS:
                self.below |= dict.fromkeys(range(column, last + 1), rows_below(entry))
            column = last + 1
        for _ in (place for place in covered if place >= column):
            yield None


def grid_of(group: etree._Element) -> Grid:
    """The columns that a `tgroup` declares."""
    names: dict[str, int] = {}
    for number, column in enumerate(group.iterchildren("{*}colspec")):
        if number == MOST_COLUMNS:
            break
        names.setdefault(column.get("colname") or f"col{number + 1}", number)
    return Grid(names)


def rows_below(entry: etree._Element) -> int:
    """Over how many more rows a cell reaches."""
    more = entry.get("morerows") or ""
    return min(int(more), MOST_ROWS) if more.isascii() and more.isdigit() and len(more) < 10 else 0
