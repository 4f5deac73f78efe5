"""Characters with their boxes -> words and rows: what stands on one baseline, and what is raised above it."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ragassist.formats.opening import INVISIBLE
from ragassist.formats.prints.lines import Mark, raised_in

# All in em, the size of the type.
SAME_BASE = 0.12  # baselines of one piece of text differ by no more …
SAME_ROW = 0.25  # … and those of pieces beside each other by no more
SPACE = 0.16  # a gap between characters that is a space …
SPACE_TOLD = 0.25  # … where the file draws its spaces, and what is left are loose letters
SPACED = 0.08  # letters that are all set wider apart than this are letterspaced
APART = 1.1  # what stands further apart belongs to two columns, cells, or a mark and its text
APART_OTHERWISE = 0.5  # … or what does, and was not drawn right after it
DRAWN_ON = 6  # characters, spaces among them, between what was drawn right after each other
BACK = 0.6  # how far a character may stand back over the one before it: kerning, accents
SMALLER = 0.85  # of the type beside it: a raised or lowered figure is smaller …
RAISED = (0.12, 0.8)  # … and stands so much higher …
LOWERED = (-0.4, -0.05)  # … or lower
BESIDE = 0.5  # how near it stands to what it belongs to
MARK_BEFORE = 3.0  # how far before its text a note's own mark may stand
MARK_LENGTH = 12  # characters; `12, 13, 14`
ENOUGH = 5  # gaps that tell how letters are spaced

# Accents that were drawn over a letter, and what they are when they belong to it.
ACCENTS: dict[str, str] = {
    "`": "\u0300",
    "´": "\u0301",
    "^": "\u0302",
    "\u02c6": "\u0302",
    "~": "\u0303",
    "\u02dc": "\u0303",
    "¯": "\u0304",
    "\u02d8": "\u0306",
    "\u02d9": "\u0307",
    "¨": "\u0308",
    "\u02da": "\u030a",
    "\u02dd": "\u030b",
    "\u02c7": "\u030c",
    "\u00b8": "\u0327",
    "\u02db": "\u0328",
}


class Style(NamedTuple):
    """How text was drawn. size: in points. angle: degrees, counted against the clock; 0 is upright."""

    size: float
    bold: bool
    italic: bool
    angle: int = 0


class Glyph(NamedTuple):
    """One printed character. left, right: its box on the line. base: its baseline, in points from the page's foot."""

    text: str
    left: float
    right: float
    base: float
    style: Style


@dataclass(slots=True)
class Piece:
    """Text without a break on one baseline: a line, a cell, a margin's number.

    left, right, base, size: in points. first, last: its place in the order in which the page was drawn. letters, bold,
    italic: how many characters there are, and are set so. marks: what is raised in it. head: how wide its first word
    is, tab: the white space behind that. gaps: all white space between its words.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    first: int
    last: int
    letters: int
    bold: int
    italic: int
    marks: tuple[Mark, ...]
    head: float
    tab: float
    gaps: tuple[float, ...] = ()


Row = list[Piece]  # what stands on one baseline, from left to right


@dataclass(slots=True)
class _Run:
    """Characters drawn one after the other. spaces: whether a space was drawn before each. base: of its row."""

    first: int
    glyphs: list[Glyph] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)
    right: float = 0.0
    base: float = 0.0
    raised: bool = False
    moved: bool = False

    @property
    def left(self) -> float:
        return self.glyphs[0].left

    @property
    def size(self) -> float:
        return self.glyphs[0].style.size

    def takes(self, glyph: Glyph) -> bool:
        """Whether a character goes on where this run ends."""
        last = self.glyphs[-1]
        em = last.style.size
        return (
            last.style.size == glyph.style.size
            and last.base - SAME_BASE * em <= glyph.base <= last.base + SAME_BASE * em
            and -BACK * em <= glyph.left - self.right <= APART * em
        )

    def add(self, glyph: Glyph, space: bool) -> None:
        if not self.glyphs:
            self.base = glyph.base
        self.glyphs.append(glyph)
        self.spaces.append(space)
        self.right = max(self.right, glyph.right) if len(self.glyphs) > 1 else glyph.right


def rows_of(glyphs: Iterable[Glyph]) -> list[Row]:
    """The rows of a page, from its top down; a raised or lowered figure is on the row of what it stands beside."""
    runs: list[_Run] = []
    space = False
    for index, glyph in enumerate(glyphs):
        if glyph.text.isspace():
            space = True
            continue
        if runs and (accent := _accent(runs[-1].glyphs[-1], glyph)):
            runs[-1].glyphs[-1] = accent
            continue
        if not runs or not runs[-1].takes(glyph):
            runs.append(_Run(index))
        runs[-1].add(glyph, space)
        space = False
    _settle(runs)
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: -run.base):
        if rows and rows[-1][0].base - run.base <= SAME_ROW * min(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [row for runs in rows if (row := _row(runs))]


def _accent(letter: Glyph, glyph: Glyph) -> Glyph | None:
    """A letter with the accent that was drawn over it; None when the character is no accent, or stands elsewhere."""
    combining = ACCENTS.get(glyph.text)
    middle = (glyph.left + glyph.right) / 2
    if not combining or not letter.text.isalpha() or not letter.left <= middle <= letter.right:
        return None
    same = abs(letter.base - glyph.base) < letter.style.size
    return letter._replace(text=unicodedata.normalize("NFC", letter.text + combining)) if same else None


def _settle(runs: Sequence[_Run]) -> None:
    """Sets raised and lowered figures on the row of the larger type beside them."""
    by_base = sorted(runs, key=_base)
    largest = max((run.size for run in runs), default=0.0)
    larger: dict[float, list[_Run]] = {}  # a page may hold thousands of small runs: they are no hosts of each other
    settled: list[tuple[_Run, _Run]] = []
    for run in runs:
        if len(run.glyphs) <= MARK_LENGTH and run.size <= SMALLER * largest:
            if run.size not in larger:
                larger[run.size] = [host for host in by_base if run.size <= SMALLER * host.size]
            hosts = larger[run.size]
            start = bisect_left(hosts, run.base - RAISED[1] * largest, key=_base)
            end = bisect_left(hosts, run.base - LOWERED[0] * largest, key=_base)
            beside = [(_distance(run, host), index) for index, host in enumerate(hosts[start:end], start)]
            near = min((found for found in beside if found[0] is not None), default=None)
            if near is not None:
                settled.append((run, hosts[near[1]]))
    for run, host in settled:
        run.raised = run.base > host.base
        run.moved = True
    for run, host in settled:
        run.base = host.base


def _base(run: _Run) -> float:
    return run.base


def _distance(run: _Run, host: _Run) -> float | None:
    """How far a small run stands from a larger one that it is raised above or lowered below; None when it is not."""
    em = host.size
    height = (run.base - host.base) / em
    if run.size > SMALLER * em or not (RAISED[0] <= height <= RAISED[1] or LOWERED[0] <= height <= LOWERED[1]):
        return None
    behind, before = (run.left - host.right) / em, (host.left - run.right) / em
    if -BESIDE <= behind <= BESIDE:
        return abs(behind)
    return before if -BESIDE / 2 <= before <= MARK_BEFORE else None


def _row(runs: list[_Run]) -> Row:
    """The runs of one baseline, from left to right, those that stand close to each other made one piece."""
    pieces: list[list[_Run]] = []
    edge = 0.0  # of the last piece
    for run in sorted(runs, key=lambda run: run.left):
        before = pieces[-1][-1] if pieces else None
        if before and _same(before, run):
            continue  # drawn twice, to look bold
        em = max(run.size, before.size) if before else 0.0
        note = before is not None and before.raised and len(pieces[-1]) == 1
        near = MARK_BEFORE if note else APART if before and _drawn_on(before, run) else APART_OTHERWISE
        if before and run.left - edge <= near * em:
            pieces[-1].append(run)
            edge = max(edge, run.right)
        else:
            pieces.append([run])
            edge = run.right
    return [piece for parts in pieces if (piece := _piece(parts)).text]


def _drawn_on(before: _Run, run: _Run) -> bool:
    """Whether a run was drawn right after the one before it, as words of one line are and cells of a table are not."""
    return before.moved or run.moved or 0 <= run.first - before.first - len(before.glyphs) <= DRAWN_ON


def _same(before: _Run, run: _Run) -> bool:
    return (
        abs(before.left - run.left) < SAME_BASE * run.size
        and len(before.glyphs) == len(run.glyphs)
        and all(one.text == other.text for one, other in zip(before.glyphs, run.glyphs, strict=True))
    )


def _piece(runs: list[_Run]) -> Piece:
    text, marks, before = "", [], None
    for run in runs:
        part = _text(run)
        if before is not None and text and part and _parted(before, run):
            text += " "
        if run.raised and part:
            marks.append(Mark(len(text), part))
        text += part
        before = run
    plain = [run for run in runs if not run.moved] or runs
    letters = [glyph.style for run in plain for glyph in run.glyphs if glyph.text.isalnum()]
    letters = letters or [glyph.style for glyph in plain[0].glyphs]
    head, tab = _head(runs)
    return Piece(
        text,
        min(run.left for run in runs),
        max(run.right for run in runs),
        plain[0].base,
        max(plain, key=lambda run: len(run.glyphs)).size,
        min(run.first for run in plain),
        max(run.first + len(run.glyphs) for run in plain),
        len(letters),
        sum(style.bold for style in letters),
        sum(style.italic for style in letters),
        tuple(sorted({*marks, *raised_in(text)})),
        head,
        tab,
        _gaps(runs),
    )


def _gaps(runs: Sequence[_Run]) -> tuple[float, ...]:
    """How wide each stretch of white space between the words of a piece is."""
    glyphs = [glyph for run in runs for glyph in run.glyphs]
    between = (after.left - before.right for before, after in pairwise(glyphs))
    return tuple(gap for gap in between if gap > SPACE * runs[0].size)


def _parted(before: _Run, run: _Run) -> bool:
    """Whether a space stands between two runs."""
    gap, em = run.left - before.right, max(before.size, run.size) if before.raised else min(before.size, run.size)
    drawn = run.spaces[0] and 0 <= run.first - before.first - len(before.glyphs) <= 3
    if run.raised and not drawn:
        return gap > SPACE_TOLD * max(before.size, run.size)
    return drawn or gap > SPACE * em or (before.raised and before.first == run.first)


def _text(run: _Run) -> str:
    """What a run says, spaces put where they were drawn or where the letters stand apart."""
    gaps = [after.left - before.right for before, after in pairwise(run.glyphs)]
    inside = [gap for gap, space in zip(gaps, run.spaces[1:], strict=True) if not space]
    spacing = median(inside) if len(inside) >= ENOUGH else 0.0
    least = (SPACE_TOLD if any(run.spaces[1:]) else SPACE) * run.size
    if spacing > SPACED * run.size:
        least += spacing
    parts = [run.glyphs[0].text]
    for glyph, gap, space in zip(run.glyphs[1:], gaps, run.spaces[1:], strict=True):
        parts.append(f" {glyph.text}" if space or gap > least else glyph.text)
    written = "".join(parts).replace("\u00ad", "-")
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", written)).split())


def _head(runs: Sequence[_Run]) -> tuple[float, float]:
    """How wide the first word is, and the white space behind it."""
    left = right = runs[0].left
    for run in runs:
        for glyph, space in zip(run.glyphs, run.spaces, strict=True):
            if right > left and (space or glyph.left - right > SPACE_TOLD * run.size):
                return right - left, max(glyph.left - right, 0.0)
            right = max(right, glyph.right)
    return right - left, 0.0
