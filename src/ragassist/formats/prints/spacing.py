"""White space within a row: between words of a line that was set to fill its column, or between columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ragassist.formats.prints.typeset import Piece, Row

NEAR = 2  # words on either side tell whether a line was set to fill its column …
WIDEST = 3.0  # em, that white space between words takes at most …
SAME_EDGE = 1.5  # points
EVEN = 0.1  # … when it differs by no more from word to word


def evened(row: Row, gutter: float | None) -> Row:
    """The row with pieces made one where the white space between them is as wide as that between the words beside it.

    gutter: where a second column begins; what stands before it and what stands behind it are never one.
    """
    if len(row) == 1:
        return row
    before, behind = (
        [piece.gaps for piece in row],
        [piece.left - one.right for one, piece in pairwise(row)],
    )
    made = [row[0]]
    for index, piece in enumerate(row[1:]):
        gap = behind[index]
        left = [*(behind[index - 1 : index] if index else ()), *before[index]][-NEAR:]
        right = [*before[index + 1], *behind[index + 1 : index + 2]][:NEAR]
        parted = gutter is not None and row[index].right < gutter <= piece.left + 1.0
        if not parted and gap <= WIDEST * piece.size and _is_even(gap, [*left, *right]):
            made[-1] = merged([made[-1], piece])
        else:
            made.append(piece)
    return made


def _is_even(gap: float, near: Sequence[float]) -> bool:
    return len([width for width in near if abs(width - gap) <= EVEN * gap]) >= NEAR


def filled(rows: Sequence[Row]) -> list[Row]:
    """The rows, those made one piece that reach from edge to edge with even white space between few, long words."""
    edges = Counter((round(row[0].left), round(row[-1].right)) for row in rows if len(row) == 1)
    if not edges:
        return list(rows)
    left, right = edges.most_common(1)[0][0]
    return [[merged(row)] if len(row) > 1 and _fills(row, left, right) else row for row in rows]


def _fills(row: Row, left: float, right: float) -> bool:
    gaps = [*(gap for piece in row for gap in piece.gaps), *(piece.left - one.right for one, piece in pairwise(row))]
    return (
        abs(row[0].left - left) < SAME_EDGE
        and abs(row[-1].right - right) < SAME_EDGE
        and len(gaps) >= NEAR
        and max(gaps) - min(gaps) <= EVEN * max(gaps)
        and any(letter.isalpha() for letter in row[-1].text)
    )


def merged(row: Row) -> Piece:
    """All of a row as one piece."""
    first, *others = row
    for piece in others:
        if first.tab == 0.0:
            first.tab = piece.left - first.right
        first = Piece(
            f"{first.text} {piece.text}",
            first.left,
            piece.right,
            first.base,
            first.size if first.letters >= piece.letters else piece.size,
            min(first.first, piece.first),
            max(first.last, piece.last),
            first.letters + piece.letters,
            first.bold + piece.bold,
            first.italic + piece.italic,
            (*first.marks, *(mark._replace(offset=mark.offset + len(first.text) + 1) for mark in piece.marks)),
            first.head,
            first.tab,
            (*first.gaps, piece.left - first.right, *piece.gaps),
        )
    return first
