"""Rows of a page that stand in columns -> a table's rows, with the lines of each cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ragassist.formats.prints.spacing import merged
from ragassist.formats.prints.typeset import Piece, Row

ALIGNED = 3.0  # points by which the edges of a column's cells may differ
FAR = 4.0  # sizes of type between two rows of one table at most
BAND = 7  # rows from which a stretch of white between columns may be crossed by a heading
CROSSED = 0.15  # of the rows: a heading that spans columns crosses the white between them
CELL_LINES = 25  # of one cell; what is longer is a column of text
WOVEN = 0.15  # of a row's lines, at least, stand in another column than most do
LABEL = re.compile(
    r"[–—•▪·*-]|\(?(?:[a-z]{1,2}|\d{1,3}|[ivx]{1,6})(?:[.)]|°|º|\.\))|\d+(?:\.\d+)+\.?|[A-Z]\.|[IVX]{1,5}\.?"
    r"|Artikel \w+\.?",
)
PAGE = re.compile(r"[ .…]*\d{1,3}")
# Of a paper's first page: dossiers, the paper's own number, the year.
HEAD_LABEL = re.compile(
    rf"{LABEL.pattern}|\d{{2}}\s?\d{{3}}\b.{{0,12}}|Nrs?\. [\w.-]+|[A-Z]{{1,3}}|Vergaderjaar .*|\(R\d+\)"
    r"|[IVXLC]+[A-H]?",
)
FIGURES = re.compile(r"[-–+€$%<>()\d\s.,/*]+|[Nn]\.?[Bb]\.?|PM|p\.m\.")


@dataclass(slots=True)
class Stretch:
    """Rows that belong together. cells: of each row of a table, its columns, each with its pieces."""

    rows: list[Row]
    cells: list[list[list[Piece]]] | None = None


def stretches(rows: Sequence[Row], label: re.Pattern[str] = LABEL) -> Iterator[Stretch]:
    """Rows parted into those of tables and the others, in order.

    label: what may stand before a text without being a cell.
    """
    woven = _interwoven([_unlabelled(row, label) for row in rows])
    logical = [part for group in woven for part in ([[row] for row in group] if _of_figures(group) else [group])]
    start = 0
    while start < len(logical):
        end = _table_end(logical, start)
        if end > start:
            yield from _table(logical[start:end])
            start = end
        else:
            yield Stretch(logical[start])
            start += 1


def _table(groups: Sequence[list[Row]]) -> Iterator[Stretch]:
    """A table; cells of many lines are no cells but columns of text, which are read one after the other."""
    rows = [row for rows in groups for row in rows]
    if _is_contents(rows):
        yield Stretch(rows)
        return
    cells = _cells(groups)
    if max(len(cell) for row in cells for cell in row) <= CELL_LINES:
        yield Stretch(rows, cells)
        return
    for row in cells:
        yield Stretch([[piece] for cell in row for piece in cell])


def _is_contents(rows: Sequence[Row]) -> bool:
    """Whether rows are a table of contents: titles, and at the right the numbers of their pages, which go up."""
    last = [row[-1] for row in rows if len(row) > 1]
    if len(last) < 3 or not all(PAGE.fullmatch(piece.text) for piece in last):
        return False
    pages = [int(piece.text.strip(" .…")) for piece in last]
    titles = [piece.text for row in rows for piece in row if piece is not row[-1] or len(row) == 1]
    numbers = sum(FIGURES.fullmatch(title) is not None and LABEL.fullmatch(title) is None for title in titles)
    return pages == sorted(pages) and numbers <= len(titles) / 4 and max(len(row) for row in rows) <= 3


def _unlabelled(row: Row, label: re.Pattern[str]) -> Row:
    """A list's mark, or the paper's number in the margin, and what stands behind it are one piece, not two cells."""
    if len(row) == 2 and label.fullmatch(row[0].text):
        return [merged(row)]
    return row


def _interwoven(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows grouped where a cell of several lines was drawn before the cell beside it was begun."""
    groups: list[list[Row]] = []
    for row in rows:
        group = [row]
        while groups and _woven(groups[-1], group):
            group = [*groups.pop(), *group]
        groups.append(group)
    return [part for group in groups for part in ([group] if _is_woven(group) else [[row] for row in group])]


def _woven(above: list[Row], below: list[Row]) -> bool:
    """Whether something below was drawn before something above."""
    drawn = max(piece.last for row in above for piece in row)
    return min(piece.first for row in below for piece in row) < drawn and _near(above[-1], below[0])


def _is_woven(group: list[Row]) -> bool:
    """Whether what was drawn in another order than from the top down stands in columns, and not at a page's margin."""
    if len(group) == 1:
        return True
    bounds = _columns([[piece for row in group for piece in row]])
    fullest = max(
        sum(_column(piece, bounds) == column for row in group for piece in row) for column in range(len(bounds))
    )
    return len(bounds) > 1 and sum(len(row) for row in group) - fullest >= WOVEN * len(group)


def _of_figures(group: list[Row]) -> bool:
    """Whether rows were drawn column by column: each has its own figures, so that they are rows of their own."""
    behind = [piece.text for row in group[1:] for piece in row[1:]]
    return len(group) > 1 and all(len(row) > 1 for row in group) and all(FIGURES.fullmatch(text) for text in behind)


def _near(above: Row, below: Row) -> bool:
    return 0 <= above[0].base - below[0].base <= FAR * max(above[0].size, below[0].size)


def _table_end(logical: Sequence[list[Row]], start: int) -> int:
    """Where the table that starts here ends; `start` itself when none does."""
    if not _is_parted(logical[start]):
        return start
    end = at = last_parted = start
    while at < len(logical):
        if at > start and not _near(logical[at - 1][-1], logical[at][0]):
            break
        if _is_parted(logical[at]):
            if at > start and not _aligned(logical, last_parted, at):
                break
            last_parted = at
            end = at + 1
        elif at - last_parted > 2:
            break
        at += 1
    parted = sum(_is_parted(group) for group in logical[start:end])
    woven = any(len(group) > 1 for group in logical[start:end])
    if parted < 2 and not woven:
        return start
    while end < len(logical) and _continues(logical[start:end], logical[end]):
        end += 1
    return end


def _aligned(logical: Sequence[list[Row]], above: int, at: int) -> bool:
    """Whether a row has a column in common with one above it, or both with the row below: headings span columns."""
    if _align(logical[above], logical[at]):
        return True
    below = logical[at + 1] if at + 1 < len(logical) else []
    return _is_parted(below) and _align(logical[above], below) and _align(logical[at], below)


def _is_parted(group: list[Row]) -> bool:
    return any(len(row) > 1 for row in group)


def _align(above: list[Row], below: list[Row]) -> bool:
    """Whether two rows have a column in common behind the first, or cell stands above cell."""
    if len(above[-1]) == len(below[0]) > 1 and all(
        one.left < other.right and other.left < one.right for one, other in zip(above[-1], below[0], strict=True)
    ):
        return True
    return any(
        abs(one.left - other.left) <= ALIGNED
        or abs(one.right - other.right) <= ALIGNED
        or abs(one.left + one.right - other.left - other.right) <= 2 * ALIGNED
        for row in above
        for one in row[1:]
        for beside in below
        for other in beside[1:]
    )


def _continues(table: Sequence[list[Row]], group: list[Row]) -> bool:
    """Whether a single piece below a table's last row goes on with one of its cells behind the first."""
    (row,) = group if len(group) == 1 else (None,)
    if row is None or len(row) != 1:
        return False
    above = table[-1][-1]
    starts = [piece.left for rows in table for other in rows if len(other) > 1 for piece in other[1:]]
    return _leads(above, row) and any(abs(row[0].left - left) <= ALIGNED for left in starts)


def _leads(above: Row, row: Row) -> bool:
    return above[0].base - row[0].base <= 1.5 * max(above[0].size, row[0].size)


def _cells(groups: Sequence[list[Row]]) -> list[list[list[Piece]]]:
    """A table's rows, each a list of columns, each a list of pieces."""
    bounds = _columns([row for group in groups for row in group])
    table: list[list[list[Piece]]] = []
    for group in groups:
        for index, row in enumerate(group):
            columns = [_column(piece, bounds) for piece in row]
            if table and (index > 0 or (len(group) == 1 and _goes_on(table[-1], row, columns, bounds))):
                _add(table[-1], row, columns)
            else:
                table.append([[] for _ in bounds])
                _add(table[-1], row, columns)
    return [_unspanned(cells, below, bounds) for cells, below in zip(table, [*table[1:], []], strict=True)]


def _unspanned(
    cells: list[list[Piece]], below: list[list[Piece]], bounds: Sequence[tuple[float, float]]
) -> list[list[Piece]]:
    """A row without the empty cells over which the cell before them reaches.

    That is seen, or told by the row below: it only has headings for the columns under the one heading over them.
    """
    kept: list[list[Piece]] = []
    reach = float("-inf")
    told = bool(below) and bool(cells[0]) and not below[0]
    for at, (cell, (left, _)) in enumerate(zip(cells, bounds, strict=True)):
        under = told and at > 1 and bool(cells[at - 1]) and bool(below[at - 1]) and bool(below[at])
        if cell or (reach <= left and not under):
            kept.append(cell)
        reach = max([reach, *(piece.right for piece in cell)]) if cell else reach
    return kept


def _goes_on(above: list[list[Piece]], row: Row, columns: Sequence[int], bounds: Sequence[tuple[float, float]]) -> bool:
    """Whether a row only goes on with the last filled cell of the row above: what it says stays behind that."""
    lowest = min((piece for cell in above for piece in cell), key=lambda piece: piece.base)
    last = max(index for index, cell in enumerate(above) if cell)
    alone = len(row) == 1 and 0 < columns[0] == last and row[0].text[0] not in "–-•"
    return alone and len(bounds) > 1 and _leads([lowest], row)


def _add(cells: list[list[Piece]], row: Row, columns: Sequence[int]) -> None:
    for piece, column in zip(row, columns, strict=True):
        cells[column].append(piece)


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Left and right of each column: the stretches that rows fill, parted by white that hardly any row crosses."""
    parted = [row for row in rows if len(row) > 1] or list(rows)
    allowed = CROSSED * len(parted) if len(parted) >= BAND else 0.0
    edges = sorted(
        [(piece.left, 1) for row in parted for piece in row] + [(piece.right, -1) for row in parted for piece in row],
        key=lambda edge: (edge[0], edge[1]),
    )
    bounds: list[tuple[float, float]] = []
    depth, start = 0, 0.0
    for at, step in edges:
        before = depth
        depth += step
        if before <= allowed < depth:
            start = at
        elif depth <= allowed < before:
            bounds.append((start, at))
    return _without_headings(bounds, parted) or [(parted[0][0].left, parted[0][-1].right)]


def _without_headings(bounds: list[tuple[float, float]], rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The columns, those of headings that stand at the other side of their cells made one with these."""
    used: list[set[int]] = [set() for _ in bounds]
    for index, row in enumerate(rows):
        for piece in row:
            used[_column(piece, bounds)].add(index)
    found: list[tuple[float, float]] = []
    filled: set[int] = set()
    for bound, here in zip(bounds, used, strict=True):
        if found and not filled & here and (filled <= {0} or here <= {0}):
            found[-1] = (found[-1][0], bound[1])
            filled = filled | here
        else:
            found.append(bound)
            filled = here
    return found


def _column(piece: Piece, bounds: Sequence[tuple[float, float]]) -> int:
    """The column that a piece fills most of, the first of them where it fills several."""
    overlaps = [min(piece.right, right) - max(piece.left, left) for left, right in bounds]
    best = max(overlaps)
    return next(i for i, overlap in enumerate(overlaps) if overlap >= min(best, 1.0))
