"""Rows of pages -> lines in reading order, with how each stands: columns of text beside each other, and tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ragassist.formats.prints.furniture import parted
from ragassist.formats.prints.lines import Line, Place, Sheet
from ragassist.formats.prints.reading_order import bands
from ragassist.formats.prints.spacing import filled, merged
from ragassist.formats.prints.tables import HEAD_LABEL, LABEL, stretches
from ragassist.formats.prints.typeset import Glyph, Piece, Row, rows_of

AVERAGE = 0.5  # em: the mean width of a character in running Dutch
FULL_LETTERS = 25  # a line with fewer tells little of its column
FEW_LINES = 8  # on a page, that tell less of its column than the paper as a whole does
EDGE = 0.97  # the quantile of right edges that stands for a column's
SAME_LEFT = 2.0  # points
USUAL_LEADING = 1.2  # sizes of type, where no lines tell
UNTOLD = 30.0  # em, that a column is taken to be wide when it holds short lines only
KIND_LINES = 10  # lines set in one way that tell how wide they are …
NARROWER = 2.0  # … em, when they are narrower than their column by more
USUAL = 0.15  # the share of a size's lines that stand so far from the line above, for that to be its leading
GAP = 1.25  # usual leadings; a line further below the one above has white space between
COMMON = 0.2  # of all letters: the largest type of which there is so much is the body's
SMALL = 0.92  # of the size of the body text


@dataclass(frozen=True, slots=True)
class _Set:
    """A line as it stands on a page. column: as in reading_order. cells: of a table's row. loose: its pieces."""

    piece: Piece
    sheet: int
    column: int
    cells: tuple[tuple[Piece, ...], ...] = ()
    loose: tuple[Piece, ...] = ()


def sheets_of(pages: Iterable[Iterable[Glyph]]) -> list[Sheet]:
    """The lines of each page, in reading order."""
    rows = [_upright(page) for page in pages]
    kept = parted(rows)
    lines = [list(_ordered(rows, sheet)) for sheet, (rows, _) in enumerate(kept)]
    _continue_tables(lines)
    measure = _Measure([line for sheet in lines for line in sheet])
    return [
        Sheet(tuple(measure.lines(sheet)), furniture) for sheet, (_, furniture) in zip(lines, kept, strict=True)
    ]  # fmt: skip


def _upright(glyphs: Iterable[Glyph]) -> list[Row]:
    """The rows of a page: of the direction that most of its text has, then of the others."""
    directions: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        directions[glyph.style.angle].append(glyph)
    return [row for turned in sorted(directions.values(), key=len, reverse=True) for row in rows_of(turned)]


def _ordered(rows: Sequence[Row], sheet: int) -> Iterator[_Set]:
    """A page's lines in reading order."""
    for column, band in bands(rows):
        for part in stretches(filled(band), HEAD_LABEL if sheet == 0 else LABEL):
            if part.cells is None:
                for row in part.rows:
                    yield _Set(merged(row), sheet, column, loose=tuple(row))
            else:
                for cells in part.cells:
                    first = next(piece for cell in cells for piece in cell)
                    yield _Set(first, sheet, column, tuple(tuple(cell) for cell in cells))


def _continue_tables(pages: Sequence[list[_Set]]) -> None:
    """Makes a row of what stands alone at a page's end or beginning, where the table is on the page beside it."""
    for before, after in pairwise(page for page in pages if page):
        for page, at, beside in ((before, -1, after[0]), (after, 0, before[-1])):
            if len(page[at].loose) > 1 and len(page[at].loose) == len(beside.cells):
                page[at] = replace(page[at], cells=tuple((piece,) for piece in page[at].loose))


class _Measure:
    """What the paper's lines tell about its columns, leading and type."""

    def __init__(self, lines: Sequence[_Set]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.piece.size, 1)] += line.piece.letters
        common = [size for size, letters in sizes.items() if letters >= COMMON * sum(sizes.values())]
        self.body = max(common, default=10.0)
        self.lefts = self._lefts(lines)
        self.rights = self._rights(lines)
        self.leading = self._leading(lines)

    @staticmethod
    def _lefts(lines: Sequence[_Set]) -> dict[tuple[int, int], float]:
        """The left edge of each column: by sheet, and for the paper as a whole (sheet -1)."""
        counts: dict[tuple[int, int], Counter[float]] = defaultdict(Counter)
        for line in lines:
            if not line.cells and line.piece.letters >= FULL_LETTERS:
                for sheet in (line.sheet, -1):
                    counts[sheet, line.column][round(line.piece.left)] += line.piece.letters
        most = {key: float(count.most_common(1)[0][0]) for key, count in counts.items()}
        lines_at = {key: sum(count.values()) for key, count in counts.items()}
        few = FULL_LETTERS * FEW_LINES
        return {key: most[-1, key[1]] if lines_at[key] < few and key[0] >= 0 else left for key, left in most.items()}

    def left(self, line: _Set) -> float:
        """The left edge of a line's column."""
        return self.lefts.get((line.sheet, line.column), self.lefts.get((-1, line.column), line.piece.left))

    def _rights(self, lines: Sequence[_Set]) -> dict[tuple[object, ...], float]:
        """The right edge of each column, over all pages on which it begins at the same place; and of type in it."""
        ends: dict[tuple[object, ...], list[float]] = defaultdict(list)
        for line in lines:
            if not line.cells and line.piece.letters >= FULL_LETTERS:
                ends[line.column, self.left(line)].append(line.piece.right)
                ends[self._kind(line)].append(line.piece.right)
        return {
            key: sorted(rights)[int((len(rights) - 1) * EDGE)] for key, rights in ends.items() if _many(key, rights)
        }

    def _kind(self, line: _Set) -> tuple[object, ...]:
        """Where a line begins and how it is set: questions may be set narrower than answers."""
        piece, left = line.piece, self.left(line)
        heavy, slanted = piece.bold * 2 > piece.letters, piece.italic * 2 > piece.letters
        return line.column, left, round((piece.left - left) / SAME_LEFT), heavy, slanted

    def right(self, line: _Set) -> float:
        """The right edge of a line's column, or of its kind of lines where these are narrower."""
        kind = self._kind(line)
        whole = self.rights.get(kind[:2], max(line.piece.right, self.left(line) + UNTOLD * line.piece.size))
        own = self.rights.get(kind, whole)
        return own if own < whole - NARROWER * line.piece.size else whole

    @staticmethod
    def _leading(lines: Sequence[_Set]) -> dict[float, float]:
        """The usual distance between baselines, for each size of type."""
        drops: dict[float, Counter[float]] = defaultdict(Counter)
        for above, below in pairwise(lines):
            drop = above.piece.base - below.piece.base
            size = round(below.piece.size, 1)
            if size == round(above.piece.size, 1) and 0.9 * size < drop < 2.2 * size:
                drops[size][round(drop, 1)] += below.piece.letters
        return {size: _least_usual(count) for size, count in drops.items()}

    def lines(self, sheet: Sequence[_Set]) -> Iterator[Line]:
        """The lines of one sheet."""
        above: _Set | None = None
        for line in sheet:
            yield self._line(line, above)
            above = line

    def _line(self, line: _Set, above: _Set | None) -> Line:
        cells = tuple(tuple(self._made(piece, line, 0.0) for piece in cell) for cell in line.cells)
        return self._made(line.piece, line, self._drop(line, above), cells)

    def _drop(self, line: _Set, above: _Set | None) -> float:
        if above is None:
            return 0.0
        lowest = min((piece.base for cell in above.cells for piece in cell), default=above.piece.base)
        size = max(line.piece.size, above.piece.size)
        leading = self.leading.get(round(size, 1), USUAL_LEADING * size)
        return max((lowest - line.piece.base) / leading, 0.0)

    def _made(self, piece: Piece, line: _Set, drop: float, cells: tuple[tuple[Line, ...], ...] = ()) -> Line:
        left, em = self.left(line), piece.size
        room = (self.right(line) - piece.right) / em
        return Line(
            piece.text,
            (piece.right - piece.left) / (AVERAGE * em),
            gap=drop > GAP,
            bold=_all(piece.bold, piece.letters),
            italic=_all(piece.italic, piece.letters),
            small=em < SMALL * self.body,
            place=Place((piece.left - left) / em, room, piece.head / em, piece.tab / em, drop, em),
            marks=piece.marks,
            cells=cells,
        )


def _many(key: tuple[object, ...], rights: Sequence[float]) -> bool:
    return len(key) == 2 or len(rights) >= KIND_LINES


def _least_usual(drops: Counter[float]) -> float:
    """The smallest of the distances that are common: the others part paragraphs."""
    least = USUAL * sum(drops.values())
    near = {drop: sum(count for other, count in drops.items() if abs(other - drop) <= 0.2) for drop in drops}
    return min(drop for drop, count in near.items() if count >= min(least, max(near.values())))


def _all(count: int, letters: int) -> bool | None:
    """Whether all letters are set so, or none; None when it is only some."""
    return True if count >= letters else False if count == 0 else None
