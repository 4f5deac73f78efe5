"""Tables in text that gives each cell a line between white lines, as pdftotext does: cells -> rows.

Only where all rows are whole, in their order, and have figures behind a name: other cells do not tell their rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ragassist.formats import identity
from ragassist.formats.prints.lines import Line
from ragassist.formats.prints.titlepage import CHAMBER, COLLECTION, YEAR

FIGURE = re.compile(r"(?:[€$] ?)?[-–+]?\d[\d.,]*(?: ?%)?\*{0,2}|[-–]")
HEAD = re.compile(rf"{CHAMBER.pattern}|{YEAR.pattern}|Aanhangsel.*|{COLLECTION.pattern}.*|(?:[A-Z]/ ?)?Nrs?\. .*")
NARROW = 35.0  # average characters, half a column: no cell is wider
CELL_LINES = 2
FEWEST_ROWS = 2  # below the row of headings
MOST_COLUMNS = 12
MOST_CELLS = 2000  # of one table


def gathered(lines: Sequence[Line]) -> list[Line]:
    """The lines, those of a table's cells made rows."""
    found: list[Line] = []
    cells: list[list[Line]] = []
    for line in lines:
        if cells and not line.gap and not line.turn and _is_cell(line) and len(cells[-1]) < CELL_LINES:
            cells[-1].append(line)
        elif line.gap and not line.turn and _is_cell(line) and len(cells) < MOST_CELLS:
            cells.append([line])
        else:
            found += _rows(cells)
            cells = [[line]] if _is_cell(line) else []
            found += [] if cells else [line]
    return found + _rows(cells)


def _is_cell(line: Line) -> bool:
    outside = identity.is_furniture(line.text) or HEAD.fullmatch(line.text) is not None
    return line.width < NARROW and not line.cells and not outside and not line.text.endswith((".", "?", ":", ";", ","))


def _rows(cells: Sequence[Sequence[Line]]) -> list[Line]:
    """The rows of these cells; their lines as they are when they are no table's."""
    figures = [len(cell) == 1 and FIGURE.fullmatch(cell[0].text) is not None for cell in cells]
    columns = next((count for count in range(2, MOST_COLUMNS + 1) if _fits(figures, count)), 0)
    if not columns:
        return [line for cell in cells for line in cell]
    return [_row(cells[start : start + columns]) for start in range(0, len(cells), columns)]


def _fits(figures: Sequence[bool], columns: int) -> bool:
    """Whether all rows but the first have a name and then figures, in so many columns."""
    rows = [figures[start : start + columns] for start in range(columns, len(figures), columns)]
    whole = len(figures) % columns == 0 and len(rows) >= FEWEST_ROWS and not figures[0]
    return whole and all(not row[0] and all(row[1:]) for row in rows)


def _row(cells: Sequence[Sequence[Line]]) -> Line:
    return replace(cells[0][0], cells=tuple(tuple(replace(line, gap=False) for line in cell) for cell in cells))
