"""Running headers and footers: lines that belong to the page, told by what they say or by standing on most pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ragassist.formats import identity
from ragassist.formats.prints.typeset import Row

OUTERMOST = 4  # rows at a page's top or foot that may be furniture
SAME_PLACE = 6.0  # points
FEWEST = 3  # pages on which a line stands before it is taken for furniture …
SHARE = 0.4  # … and of all pages; left and right pages may have headers of their own
CLEAR = 1.6  # sizes of type: furniture stands further from the text than its lines do from each other
SAME_SIZE = 0.05  # of the size
LONGEST = 150  # characters
FOLIO = re.compile(r"(?:(?:pagina|blad) )?[-–]? ?\d{1,4} ?[-–]?(?: ?(?:van|/) ?\d{1,4})?", re.IGNORECASE)


def text_of(row: Row) -> str:
    """What a row says, from left to right."""
    return " ".join(piece.text for piece in row)


def parted(pages: Sequence[list[Row]]) -> list[tuple[list[Row], tuple[str, ...]]]:
    """Each page's rows without its furniture, and the furniture's text."""
    ends = [_ends(rows) for rows in pages]
    seen = Counter(key for rows, page in zip(pages, ends, strict=True) for key in {_key(rows[i]) for i in page})
    least = max(FEWEST, SHARE * len(pages))
    found = []
    for rows, page in zip(pages, ends, strict=True):
        repeated = {index for index in page if _count(seen, rows[index]) >= least or _is_folio(rows, index)}
        running = _outer(rows, repeated)
        running |= {index for index, row in enumerate(rows) if _is_told(row) and not _is_reference(rows, index)}
        running |= _with_footer(rows, running)
        body = [row for index, row in enumerate(rows) if index not in running]
        found.append((body, tuple(text for index in sorted(running) for text in _texts(rows[index]))))
    return found


def _ends(rows: Sequence[Row]) -> list[int]:
    return [i for i in range(len(rows)) if i < OUTERMOST or i >= len(rows) - OUTERMOST]


def _key(row: Row) -> tuple[str, int]:
    return re.sub(r"\d+", "#", text_of(row)), round(row[0].base / SAME_PLACE)


def _count(seen: Counter[tuple[str, int]], row: Row) -> int:
    text, place = _key(row)
    return 0 if len(text) > LONGEST else sum(seen[text, near] for near in (place - 1, place, place + 1))


def _is_folio(rows: Sequence[Row], index: int) -> bool:
    """Whether this is a page's number, alone in its last row and clear of the text."""
    last = index == len(rows) - 1 and index > 0
    return last and FOLIO.fullmatch(text_of(rows[index])) is not None and _clear(rows, index - 1, index, 2 * CLEAR)


def _outer(rows: Sequence[Row], repeated: set[int]) -> set[int]:
    """The rows of a page's top and foot that are furniture: without a gap among them, clear of the text."""
    top = 0
    while top in repeated:
        top += 1
    foot = len(rows)
    while foot - 1 in repeated:
        foot -= 1
    if foot <= top:
        return set()
    running: set[int] = set()
    if top and _clear(rows, top - 1, top, CLEAR):
        running |= set(range(top))
    if foot < len(rows) and _clear(rows, foot - 1, foot, CLEAR):
        running |= set(range(foot, len(rows)))
    return running


def _clear(rows: Sequence[Row], above: int, below: int, sizes: float) -> bool:
    upper, lower = rows[above][0], rows[below][0]
    return upper.base - lower.base > sizes * max(upper.size, lower.size)


def _is_told(row: Row) -> bool:
    """Whether a row says that it is furniture, all of it or each of its pieces."""
    return identity.is_furniture(text_of(row)) or all(identity.is_furniture(piece.text) for piece in row)


def _with_footer(rows: Sequence[Row], running: set[int]) -> set[int]:
    """The rows that belong to a running footer of several: all below it, and one close above, clear of the text."""
    footers = [index for index in running if identity.footer_page(text_of(rows[index])) is not None]
    if not footers or min(footers) < len(rows) - OUTERMOST:
        return set()
    first = min(footers)
    found = set(range(first + 1, len(rows)))
    above = first - 1
    if above > 0 and not _clear(rows, above, first, CLEAR) and _clear(rows, above - 1, above, CLEAR):
        found.add(above)
    return found


def _is_reference(rows: Sequence[Row], index: int) -> bool:
    """Whether what reads as a footer goes on with the line above, as a reference to another paper does."""
    row = rows[index]
    above = next((at for at in range(index - 1, -1, -1) if not _is_told(rows[at])), None)
    if above is None or identity.footer_page(text_of(row)) is None:
        return False
    same = abs(rows[above][0].size - row[0].size) < SAME_SIZE * row[0].size
    return same and len(row) == 1 and not _clear(rows, above, index, CLEAR)


def _texts(row: Row) -> list[str]:
    whole = text_of(row)
    return [whole] if identity.is_furniture(whole) else [piece.text for piece in row]
