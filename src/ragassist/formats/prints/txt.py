"""Plain text taken from a printed paper -> lines with the geometry that can still be told from them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats import identity
from ragassist.formats.opening import LARGEST_TEXT, text_of
from ragassist.formats.prints.gridless import gathered
from ragassist.formats.prints.lines import Line, raised_in
from ragassist.formats.prints.printed import read
from ragassist.formats.prints.tables import HEAD_LABEL

# Widths in thousandths of an em: Adobe's font metrics for Helvetica, which the Kamerstukken's sans serif is close to.
# Characters in no row take 556, as most small letters and all digits do.
HELVETICA: dict[str, int] = {
    "ijl'‘’": 222,
    " .,:;/!|ftI\\": 278,
    "r()-“”": 333,
    "cksvxyzJ": 500,
    "–«»": 556,
    "FTZ": 611,
    "AEBKPSXYV&": 667,
    "CDHNRUw": 722,
    "GOQ": 778,
    "mM": 833,
    "W": 944,
    "—…%@": 1000,
}
WIDTHS: dict[str, int] = {character: width for row, width in HELVETICA.items() for character in row}
MOST_LINES = 100_000  # two thousand printed pages
AVERAGE = 500  # the mean width of a character in running Dutch, so that a width reads as a number of characters
APART = re.compile(r"\s{3,}")  # parts the cells of a table, in text that keeps how the page was laid out
LONG = 30  # characters; where all cells have more, they are columns of text
GLUED = re.compile(r"(.*[^\W\d_]{2})((?:Eerste Kamer|Tweede Kamer|Staten-Generaal), .+)")  # a page ended inside a word
COMPOUND = re.compile(r"\b[^\W\d_]+-[^\W\d_a-z][^\W\d_]+")  # Staten-Generaal
RUN_TOGETHER = re.compile(r"\b([^\W\d_]*[a-zà-ÿ])([A-Z][^\W\d_]+)")
PAGE_MARKS_AT_MOST = 0.1  # share of lines with a leading space beyond which that space is indentation, not a page mark


def width_of(text: str) -> float:
    """How wide a line of text prints, in average characters."""
    return sum(WIDTHS.get(character, 556) for character in text) / AVERAGE


def parse(name: str, data: bytes) -> Document:
    """A paper from text taken out of its printed pages. Raises UnreadablePaper when there is none in it."""
    if len(data) > LARGEST_TEXT:
        raise UnreadablePaper(name, f"it holds more than {LARGEST_TEXT // 2**20} MB of text.")
    text = text_of(data)
    if not text.strip():
        raise UnreadablePaper(name, "the file holds no text.")
    if sum(1 for row in text.splitlines() if row.strip()) > MOST_LINES:
        raise UnreadablePaper(name, f"it has more than {MOST_LINES:,} lines of text.")
    return read(name, lines_of(text))


def lines_of(text: str) -> list[Line]:
    """Every line that holds text, in order.

    A new page is told by a form feed or, where few lines have one, by a leading space.
    """
    rows = _unglued(text.replace("\f", "\n\f"))
    filled = [row for row in rows if row.strip()]
    indented = sum(_is_marked(row) for row in filled)
    marks = 0 < indented <= max(2, PAGE_MARKS_AT_MOST * len(filled))
    lines: list[Line] = []
    tabular = _tabular(rows)
    gap = turned = False
    for at, row in enumerate(rows):
        turned = turned or row.startswith("\f") or (marks and _is_marked(row))
        content = " ".join(row.split())
        if content:
            lines.append(Line(content, width_of(content), gap=gap, turn=turned, marks=raised_in(content)))
            if at in tabular:
                cells = tuple((Line(cell, width_of(cell), marks=raised_in(cell)),) for cell in tabular[at])
                lines[-1] = replace(lines[-1], cells=cells)
            gap = turned = False
        else:
            gap = True
    return gathered(lines)


def _unglued(text: str) -> list[str]:
    """The rows of a text, where the taking of it made whole what only seemed to be a broken word.

    A compound written with its hyphen elsewhere gets that back; a footer that follows a broken word stands apart.
    """
    compounds = set(COMPOUND.findall(text))

    def parted(found: re.Match[str]) -> str:
        compound = f"{found[1]}-{found[2]}"
        return compound if compound in compounds else found[0]

    rows: list[str] = []
    for row in RUN_TOGETHER.sub(parted, text).split("\n"):
        glued = GLUED.fullmatch(row)
        rows += [f"{glued[1]}-", glued[2]] if glued and identity.footer_page(glued[2]) is not None else [row]
    return rows


def _tabular(rows: list[str]) -> dict[int, list[str]]:
    """The cells of rows that are a table's: wide white space parts them, and the row above or below too."""
    filled = [(at, row) for at, row in enumerate(rows) if row.strip()]
    parted = [(at, _cells(row)) for at, row in filled]
    found: dict[int, list[str]] = {}
    for (above, cells), (below, others) in pairwise(parted):
        if below - above <= 2 and cells and others:
            found |= {above: cells, below: others}
    return found


def _cells(row: str) -> list[str]:
    """What wide white space parts in a row; nothing when that is a list's mark, a paper's number or a footer."""
    cells = APART.split(row.strip())
    alone = len(cells) < 2 or (len(cells) == 2 and HEAD_LABEL.fullmatch(cells[0]))
    running = identity.is_furniture(" ".join(row.split())) or min(map(len, cells)) > LONG
    return [] if alone or running else [" ".join(cell.split()) for cell in cells]


def _is_marked(row: str) -> bool:
    """Whether a line begins with one space; more than one is indentation."""
    return row.startswith(" ") and not row.startswith("  ")
