"""Word processors' papers (ODT, DOCX): a walk through elements -> blocks in reading order.

A paragraph may hold a frame with paragraphs of its own, a cell a table, a note's mark its text: whatever stands inside
another is kept apart and follows it. The walk is a loop, so that no depth of nesting is too deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lxml import etree

from ragassist.document import Footnote, Role
from ragassist.formats.blocks import CELLS, Block, Inline, clean
from ragassist.formats.office.raised import marked, plain, resolve

Handler = Callable[[Any], bool | None]  # takes an element; False: nothing inside it is text
Ending = Callable[[Any], object]

LONGEST_CHAIN = 50  # styles that a style builds upon; one that builds upon itself ends here
# Names of styles that headings have.
HEADING = re.compile(
    r"(?:(?:sub)?heading|kop|tussenkop|divisiekop|(?:sub)?title|(?:dossier|stuk)?titel)(?:[ \d].*)?", re.IGNORECASE
)
REPEATABLE = 100  # characters of a cell that may stand there several times; more, or a table in it, is an attack
LAYOUT = 2  # columns of a table that may stand there to indent text: paragraphs in one, nothing in the other
BULLETS = "•▪◦○●·➢✓□o"  # signs of lists that an item's own mark, written before its text, takes the place of
OWN_MARK = re.compile(r"(?:[–—•▪·*-]|[(]?(?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5})[.)°])\s")
PIECES_OF_A_MARK = 5  # runs into which a word processor may have cut it


class Row(NamedTuple):
    """A table's row: the blocks of each cell."""

    cells: tuple[tuple[Block, ...], ...]


Entry = Block | Row


class Face(NamedTuple):
    """How text is set; hidden text is not printed."""

    bold: bool = False
    italic: bool = False
    hidden: bool = False
    raised: bool = False


def walk(
    root: etree._Element,
    starts: Mapping[str, Handler],
    ends: Mapping[str, Ending],
    text: Callable[[etree._Element, str], None],
) -> None:
    """Every element below `root` and every text between, in order.

    starts, ends: by tag, what to do where an element begins and ends. text: takes all that stands between tags, with
    the element in which it stands.
    """
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "start":
            handler = starts.get(str(element.tag))
            if handler and handler(element) is False:
                events.skip_subtree()
            elif element.text:
                text(element, element.text)
        else:
            if ending := ends.get(str(element.tag)):
                ending(element)
            parent = element.getparent()
            if element.tail and element is not root and parent is not None:
                text(parent, element.tail)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that takes text, and where in its place it will stand."""

    inline: Inline
    role: Role
    place: list[Entry | None]
    index: int
    mark: str = ""


@dataclass(slots=True)
class _Table:
    rows: list[list[tuple[Block, ...]]] = field(default_factory=list)


class Flow:
    """Takes paragraphs, cells, frames and notes as a reader meets them; gives blocks and footnotes."""

    def __init__(self) -> None:
        self.notes: list[Footnote] = []
        self._taken: set[int] = set()
        self._highest = 0
        self._places: list[list[Entry | None]] = [[]]
        self._open: list[_Paragraph | None] = [None]  # None: the paragraphs below belong to another place
        self._tables: list[_Table] = []

    def begin(self, role: Role = "text", mark: str = "") -> None:
        """A paragraph begins, with the mark of its list."""
        place = self._places[-1]
        place.append(None)
        self._open.append(_Paragraph(Inline(), role, place, len(place) - 1, mark))

    def end(self) -> None:
        """The innermost paragraph ends; one that holds nothing but its mark is none."""
        paragraph = self._open.pop()
        if paragraph is not None and (paragraph.inline.letters or paragraph.inline.notes):
            block = paragraph.inline.block(paragraph.role)
            own = not paragraph.mark or (paragraph.mark in BULLETS and OWN_MARK.match(block.text))
            marked = block if own else replace(block, text=clean(f"{paragraph.mark} {block.text}"))
            paragraph.place[paragraph.index] = marked

    def text(self, text: str, face: Face) -> None:
        """Running text; outside any paragraph it is one of its own."""
        if face.hidden:
            return
        text = marked(text) if face.raised else text
        paragraph = self._open[-1]
        if paragraph is not None:
            paragraph.inline.add(text, bold=face.bold, italic=face.italic)
        elif clean(text):
            self._places[-1].append(Block(clean(text)))

    def tab(self, face: Face) -> None:
        """White space; behind a mark at the start of a paragraph it makes that an item."""
        paragraph = self._open[-1]
        if paragraph is not None and paragraph.role == "text" and len(paragraph.inline.pieces) <= PIECES_OF_A_MARK:
            written = clean("".join(paragraph.inline.pieces))
            paragraph.role = "item" if OWN_MARK.fullmatch(f"{written} ") else "text"
        self.text(" ", face)

    def note(self, mark: str, text: str) -> None:
        """A note's mark stands here."""
        number = self.number(mark, text)
        if (paragraph := self._open[-1]) is not None:
            paragraph.inline.note(number)

    def number(self, mark: str, text: str) -> int:
        """The number of one more note; a mark that is none, or stood before, is numbered on from the highest."""
        printed = int(mark) if mark.isdecimal() and len(mark) <= 5 else 0
        number = printed if printed and printed not in self._taken else self._highest + 1
        self._taken.add(number)
        self._highest = max(self._highest, number)
        self.notes.append(Footnote(number, plain(text)))
        return number

    def enter(self) -> None:
        """Something begins whose paragraphs stand apart: a cell, a note."""
        self._places.append([])
        self._open.append(None)

    def leave(self) -> list[Entry]:
        """What stood in it."""
        while self._open[-1] is not None:
            self.end()
        self._open.pop()
        return _filled(self._places.pop())

    def add(self, entries: Sequence[Entry]) -> None:
        """What stood apart, and belongs here."""
        self._places[-1].extend(entries)

    def begin_table(self) -> None:
        """A table begins."""
        self._tables.append(_Table())

    def begin_row(self) -> None:
        """A row of the innermost table begins."""
        if self._tables:
            self._tables[-1].rows.append([])

    def end_cell(self, times: int = 1) -> None:
        """The cell that was entered ends; it stands there `times` times. One in no row is no cell but paragraphs."""
        entries = self.leave()
        if self._tables and self._tables[-1].rows:
            cell = tuple(as_block(entry) for entry in entries)
            repeatable = len(self._tables) == 1 and sum(len(block.text) for block in cell) <= REPEATABLE
            self._tables[-1].rows[-1].extend([cell] * (times if repeatable or not cell else 1))
        else:
            self.add(entries)

    def end_table(self) -> None:
        """The table ends: its rows, or the paragraphs in cells that only lay them out."""
        rows = [row for row in self._tables.pop().rows if any(row)]
        place = self._places[-1]
        boxed = len(rows) == 1 and len(rows[0]) == 1
        for row in rows:
            filled = [cell for cell in row if cell]
            if boxed or (len(row) <= LAYOUT and len(filled) == 1 and len(filled[0]) > 1):
                place.extend(filled[0])
            else:
                place.append(Row(tuple(row)))

    def entries(self) -> list[Entry]:
        """All that stands in the paper's body, notes that were written as paragraphs taken out."""
        while self._open[-1] is not None:
            self.end()
        entries = _filled(self._places[0])
        resolved = iter(resolve([block for entry in entries for block in blocks_in(entry)], self.number))
        return [entry for old in entries if (entry := _resolved(old, resolved)) is not None]


def blocks_in(entry: Entry) -> Iterator[Block]:
    """The paragraph itself, or those in all of the row's cells."""
    if isinstance(entry, Block):
        yield entry
    else:
        for cell in entry.cells:
            yield from cell


def _resolved(entry: Entry, blocks: Iterator[Block | None]) -> Entry | None:
    if isinstance(entry, Block):
        return next(blocks)
    cells = [tuple(block for _ in cell if (block := next(blocks)) is not None) for cell in entry.cells]
    return Row(tuple(cells))


def as_block(entry: Entry) -> Block:
    """A row as one block: its cells parted by bars."""
    if isinstance(entry, Block):
        return entry
    blocks = [block for cell in entry.cells for block in cell]
    return Block(
        clean(CELLS.join(" ".join(block.text for block in cell) for cell in entry.cells)),
        "row",
        tuple(note for block in blocks for note in block.notes),
        bool(blocks) and all(block.bold for block in blocks),
        bool(blocks) and all(block.italic for block in blocks),
    )


def running(entries: Sequence[Entry]) -> str:
    """What stands in a note or a footer, as one line."""
    return plain(" ".join(as_block(entry).text for entry in entries))


def _filled(place: Sequence[Entry | None]) -> list[Entry]:
    """What is there; notes that stand in a paragraph without text belong to the one before."""
    filled: list[Entry] = []
    for entry in place:
        before = filled[-1] if filled else None
        if isinstance(entry, Block) and not entry.text and isinstance(before, Block):
            filled[-1] = replace(before, notes=(*before.notes, *entry.notes))
        elif entry is not None and (isinstance(entry, Row) or entry.text or entry.notes):
            filled.append(entry)
    return filled
