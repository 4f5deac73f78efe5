"""HTML pages: elements in reading order -> Blocks and footnotes. One walk for every dialect.

What is no text of a paper is told by tables: elements that never are, those that are hidden, those that a dialect calls
page furniture. Every other element keeps its text, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from lxml import etree

from ragassist.document import Footnote, Role
from ragassist.formats.blocks import CELLS, Block, Inline, clean
from ragassist.formats.html.classes import NEVER, Traits, traits
from ragassist.formats.html.elements import Element, attribute, classes, hidden
from ragassist.formats.html.lists import DASHES, Counter, counter
from ragassist.formats.html.notes import Notes
from ragassist.formats.html.tables import Grid, boxes

STARTS_ANEW = re.compile("h[1-6]|table|tr|ul|ol")  # no item's text goes on in these
APART = re.compile(r"[A-Z]{1,4}")  # a lidnr that is printed on a line of its own: A, IV
CLOSES = tuple(",.;:?!)»”")  # no space stands before these, also where a mark stood between
LONGEST_SPEAKER = 150  # characters of the line that says who speaks


@dataclass(frozen=True, slots=True)
class Furniture:
    """What a dialect's pages call that is no part of the paper: elements by tag, by class, by id, by role of ARIA."""

    tags: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def holds(self, element: Element) -> bool:
        """Whether nothing in this element belongs to the paper."""
        return (
            element.tag in self.tags
            or element.get("id") in self.ids
            or element.get("role") in self.roles
            or bool(self.classes & classes(element))
        )


@dataclass(frozen=True, slots=True)
class _Frame:
    """What an open element means for the text in it.

    flat: paragraphs in it are one. gathers: the role of the one block that it is. silent: its text is none. signed:
    within a signature. marks: it is the mark of an item, lid: of a lid. pre: blank lines part its paragraphs. box: its
    table only places things. contents: within a table of contents.
    """

    role: Role = "text"
    bold: bool = False
    italic: bool = False
    block: bool = False
    flat: bool = False
    silent: bool = False
    signed: bool = False
    marks: bool = False
    lid: bool = False
    pre: bool = False
    box: bool = False
    contents: bool = False
    gathers: Role | None = None
    counter: Counter | None = None


def read(
    containers: Iterable[Element], notes: Notes, furniture: Furniture = Furniture()
) -> tuple[list[Block], list[Footnote]]:
    """The blocks of these elements, in order, and all footnotes of the page."""
    blocks = [block for container in containers for block in _Walk(notes, furniture).blocks_of(container)]
    footnotes = []
    for body in notes.unread():
        text = " ".join(block.text for block in _Walk(notes, furniture, body).blocks_of(body))
        footnotes.append(Footnote(notes.numbers[body], text))
    return blocks, footnotes


class _Walk:
    """The walk through one element, event by event: nothing recurs, so that no depth is too deep."""

    def __init__(self, notes: Notes, furniture: Furniture, body: Element | None = None) -> None:
        self.notes, self.furniture, self.body = notes, furniture, body
        self.blocks: list[Block] = []
        self.inline = Inline()
        self.frames = [_Frame(block=True)]
        self.breaks = 0  # line ends one after another
        self.grid = Grid()  # of the open table
        self.held = False  # only an item's mark stands in the open paragraph, its text is still to come
        self.noted = False  # a note's mark was the last thing read
        self.speech = False  # the next paragraph says who speaks
        self.mark: str | None = None  # of the item whose first paragraph is still to come
        self.role: Role | None = None  # of the open paragraph, told by something in it
        self.boxes: Collection[Element] = ()
        self.starts: dict[str, Callable[[Element, _Frame], _Frame]] = {
            "ul": self._list,
            "ol": self._list,
            "li": self._item,
            "table": self._table,
            "tr": self._row,
            "td": self._cell,
            "th": self._cell,
        }

    def blocks_of(self, container: Element) -> list[Block]:
        """All of its text as blocks."""
        self.boxes = boxes(container)
        events = etree.iterwalk(container, events=("start", "end"))
        for event, element in events:
            if event == "end":
                self._end(element)
                if element is not container:
                    self._text(element.tail)
            elif self._start(element):
                self._text(element.text)
            else:
                events.skip_subtree()
        self.held = False
        self._flush()
        return self.blocks

    def _start(self, element: Element) -> bool:
        """Takes note of an element that begins; false when nothing in it is read."""
        above = self.frames[-1]
        meant = traits(element.tag, attribute(element, "class"), attribute(element, "style"))
        block = meant.block or (above.signed and meant.signer)
        if block:
            self.held = self.held and not STARTS_ANEW.fullmatch(element.tag)
            self._flush()
        if self._unread(element):
            self.frames.append(_Frame(above.role, block=block, flat=above.flat))
            return False
        if not block and not self.inline.letters and (meant.heading or meant.item):
            self.role = "heading" if meant.heading else "item"
        self.speech = self.speech or meant.speech
        frame = self._frame(element, above, meant)
        if element.tag == "br":
            self._line_end()
        if handler := self.starts.get(element.tag):
            frame = handler(element, frame)
        self.frames.append(frame)
        return True

    def _unread(self, element: Element) -> bool:
        if element in self.notes.marks:
            number = self.notes.number(element)
            if number is not None:
                self.inline.note(number)
                self.noted = True
            return True
        if element in self.notes.bodies and element is not self.body:
            return True
        if self.body is not None and element in self.notes.hushed:
            return True
        return element.tag in NEVER or hidden(element) or self.furniture.holds(element)

    def _frame(self, element: Element, above: _Frame, meant: Traits) -> _Frame:
        tag = element.tag
        block = meant.block or (above.signed and meant.signer)
        contents = above.contents or meant.contents
        role = meant.role(tag, above.role) if block else above.role
        return _Frame(
            role="text" if contents and role == "heading" else role,
            bold=above.bold or meant.bold,
            italic=above.italic or meant.italic,
            block=block,
            flat=above.flat or meant.gathered,
            silent=above.silent or element in self.notes.hushed,
            signed=above.signed or meant.signed,
            marks=tag == "dt" or (meant.mark and not block and not self.inline.letters),
            lid=meant.lid,
            pre=above.pre or tag == "pre",
            box=element in self.boxes if tag == "table" else above.box,
            contents=contents,
            gathers="heading" if meant.gathered and not above.flat else None,
            counter=above.counter,
        )

    def _end(self, element: Element) -> None:
        frame = self.frames[-1]
        if frame.marks and not frame.flat and frame.role in {"text", "item", "quote"}:
            self._hold(frame.lid)
        elif frame.gathers:
            self.inline.pieces += [CELLS] * (self.grid.rest() if frame.gathers == "row" else 0)
            self._emit(frame.gathers)
        elif frame.block:
            self._flush()
        elif frame.marks:
            self.inline.add(" ")
        if element.tag in {"li", "dd"} and not frame.flat:
            self.mark, self.held = None, False
            self._flush()
        self.frames.pop()

    def _hold(self, lid: bool) -> None:
        """A mark ends: its paragraph goes on with the text that follows, in whatever element that stands."""
        if not self.inline.letters:
            return
        if lid and APART.fullmatch(clean("".join(self.inline.pieces))):
            self._emit("heading")
            return
        self.inline.add(" ")
        self.held, self.role = True, "item"
        if self.mark is not None:
            self.mark = ""

    def _text(self, text: str | None) -> None:
        frame = self.frames[-1]
        if not text or frame.silent:
            return
        if self.noted and text.startswith(CLOSES):
            self.inline.pieces = ["".join(self.inline.pieces).rstrip()]
        self.noted = False
        pieces = re.split(r"\n\s*\n", text) if frame.pre else [text]
        for at, piece in enumerate(pieces):
            if at:
                self._flush()
            self.inline.add(piece, bold=frame.bold, italic=frame.italic)
        if not text.isspace():
            self.breaks = 0
            self.held = False

    def _line_end(self) -> None:
        frame = self.frames[-1]
        self.inline.add(" ")
        self.breaks += 1
        if frame.signed or (self.breaks > 1 and frame.role != "heading"):
            self._flush()

    def _flush(self) -> None:
        """The open paragraph ends; within a row or a masthead its text goes on."""
        if self.frames[-1].flat or self.held:
            self.inline.add(" ")
        else:
            self._emit(self.frames[-1].role)

    def _emit(self, role: Role) -> None:
        inline, self.inline, told, self.role = self.inline, Inline(), self.role, None
        self.breaks, self.held = 0, False
        if not inline.letters:
            if inline.notes and self.blocks:
                self.blocks[-1] = replace(self.blocks[-1], notes=(*self.blocks[-1].notes, *inline.notes))
            return
        block = inline.block(told or role)
        if self.speech and block.text.endswith(":") and len(block.text) < LONGEST_SPEAKER:
            block = replace(block, role="heading")
        self.speech = False
        if self.mark is not None and role != "row":
            own = not self.mark or block.text.startswith(self.mark) or DASHES.match(block.text)
            text = block.text if own else f"{self.mark} {block.text}"
            block = replace(block, text=text, role="item" if block.role == "text" else block.role)
            self.mark = None
        self.blocks.append(block)

    def _list(self, element: Element, frame: _Frame) -> _Frame:
        return replace(frame, counter=counter(element))

    def _item(self, element: Element, frame: _Frame) -> _Frame:
        if not frame.flat:
            self.mark = frame.counter.mark(element) if frame.counter else ""
        return replace(frame, counter=None)

    def _table(self, element: Element, frame: _Frame) -> _Frame:
        self.grid = Grid()
        return frame

    def _row(self, element: Element, frame: _Frame) -> _Frame:
        if frame.flat or frame.box:
            return frame
        self.grid.row()
        return replace(frame, flat=True, gathers="row")

    def _cell(self, element: Element, frame: _Frame) -> _Frame:
        if frame.flat:
            self.inline.pieces += [CELLS] * self.grid.cell(element)
        return frame
