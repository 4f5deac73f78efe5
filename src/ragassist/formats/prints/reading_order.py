"""In which order a page's rows are read: columns from left to right, headings over them, notes in the margin last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from ragassist.formats.prints.spacing import evened
from ragassist.formats.prints.typeset import Piece, Row

MIDDLE = (0.2, 0.75)  # of a page's width: where a second column may begin
COLUMN_LINES = 8  # on either side, at least, for text to stand in two columns …
COLUMN_LETTERS = 18  # … of running text: the median of letters on their lines
SPANNING = 0.2  # of all lines at most cross the white between two columns
SWITCHES = 0.25  # how often, of all lines, the drawing goes from one column to the other at most
SAME_LEFT = 2.0  # points
SMALLER = 0.92  # of the size of a page's text: that of notes in its margin
TEXT_LETTERS = 25  # a line with fewer tells little of where the text stands
MARGIN = -1  # the column of notes beside the text


def bands(rows: Sequence[Row], column: int = 0) -> Iterator[tuple[int, list[Row]]]:
    """Stretches of rows that are read one after the other, and the column in which each stands.

    Columns are counted as halves of halves: 0 is the page, 1 and 2 are its left and right part, 3 and 4 those of 1.
    """
    text, margin = _beside(rows) if column == 0 else (list(rows), [])
    start = _column_start([piece for row in text for piece in row])
    apart = [evened(row, start) for row in text]
    if start is None or not _in_columns([piece for row in apart for piece in row], start):
        yield column, [evened(row, None) for row in text]
    else:
        yield from _halves(apart, start, column)
    if margin:
        yield MARGIN, margin


def _halves(rows: Sequence[Row], start: float, column: int) -> Iterator[tuple[int, list[Row]]]:
    left: list[Row] = []
    right: list[Row] = []
    over: list[Row] = []
    for row in rows:
        if any(_spans(piece, start) for piece in row):
            yield from _read(left, right, column)
            left, right = [], []
            over.append(row)
        else:
            if over:
                yield column, over
                over = []
            left += [part] if (part := [piece for piece in row if piece.left < start - SAME_LEFT]) else []
            right += [part] if (part := [piece for piece in row if piece.left >= start - SAME_LEFT]) else []
    if over:
        yield column, over
    yield from _read(left, right, column)


def _read(left: list[Row], right: list[Row], column: int) -> Iterator[tuple[int, list[Row]]]:
    for number, rows in ((2 * column + 1, left), (2 * column + 2, right)):
        if rows:
            yield from bands(rows, number)


def _beside(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """A page's rows parted into its text and notes in small type that stand in the margin left of it."""
    lefts: Counter[int] = Counter()
    sizes: Counter[float] = Counter()
    for piece in (piece for row in rows for piece in row if piece.letters >= TEXT_LETTERS):
        lefts[round(piece.left)] += piece.letters
        sizes[piece.size] += piece.letters
    if not lefts:
        return list(rows), []
    left, size = lefts.most_common(1)[0][0], SMALLER * sizes.most_common(1)[0][0]
    margin = [[piece for piece in row if piece.size < size and piece.right < left] for row in rows]
    text = [[piece for piece in row if piece.size >= size or piece.right >= left] for row in rows]
    if any(beside and piece.size < size for row, beside in zip(text, margin, strict=True) for piece in row):
        return list(rows), []  # a table in small type
    return [row for row in text if row], [row for row in margin if row]


def _spans(piece: Piece, start: float) -> bool:
    return piece.left < start - SAME_LEFT < start + SAME_LEFT < piece.right


def _column_start(pieces: Sequence[Piece]) -> float | None:
    """Where a second column of text would begin: where most pieces away from its sides do."""
    left, right = (edge(pieces) for edge in (_leftmost, _rightmost))
    behind = Counter(
        round(piece.left) for piece in pieces if MIDDLE[0] < (piece.left - left) / (right - left + 1) < MIDDLE[1]
    )
    return float(behind.most_common(1)[0][0]) if behind else None


def _leftmost(pieces: Sequence[Piece]) -> float:
    return min((piece.left for piece in pieces), default=0.0)


def _rightmost(pieces: Sequence[Piece]) -> float:
    return max((piece.right for piece in pieces), default=0.0)


def _in_columns(pieces: Sequence[Piece], start: float) -> bool:
    """Whether text stands in two columns, the second of which begins at `start`.

    Both hold running text, hardly anything reaches over the white between them, and one was drawn after the other.
    """
    second = [piece for piece in pieces if piece.left >= start - SAME_LEFT]
    first = [piece for piece in pieces if piece.right < start]
    enough = min(len(first), len(second)) >= COLUMN_LINES
    if not enough or sum(_spans(piece, start) for piece in pieces) > SPANNING * len(pieces):
        return False
    if min(median(piece.letters for piece in column) for column in (first, second)) < COLUMN_LETTERS:
        return False
    drawn = sorted(pieces, key=lambda piece: piece.first)
    switches = sum((one.left < start - SAME_LEFT) != (two.left < start - SAME_LEFT) for one, two in pairwise(drawn))
    return switches <= max(4.0, SWITCHES * len(pieces))
