"""How a printed page is read: footers, footnotes, hyphens and paragraphs. Lines with geometry -> Document.

What a reader gives (`txt`, later `pdf`) and how a page is read are two jobs: this module alone does the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

from ragassist.document import Document, Footnote, Paragraph, Role, Setting
from ragassist.errors import UnreadablePaper
from ragassist.formats import identity
from ragassist.formats.hyphens import Hyphens
from ragassist.formats.notes import foot_of, place_marks

TERMINAL = re.compile(r"[.?!:;…][»”’\"')\]]*\d{0,3}$|[»”]\d{0,3}$")  # ends a sentence, note mark or not
SENTENCE = re.compile(rf"{TERMINAL.pattern}|[^\W\d]{{2}}[.?!] [A-Z]")  # holds the end of one
ITEM = re.compile(r"(?:[–—•▪·*-]|\(?[a-z]\)|[a-z]\.|\(?\d{1,2}\)|\d{1,2}\.)\s+\S")
LIST_DASH = re.compile(r"[–—•▪·*-]\s")
QUOTATION = re.compile(r"«[^»]*»[.,;]?|“[^”]*”[.,;]?")
UNFINISHED = re.compile(r"(?:\b(?:van|de|het|der|en)|[-–/,])$", re.IGNORECASE)  # a heading that runs on
MEASURE_LINES = 6  # how many lines above a line are looked at to tell how wide its column is
MOST_LINES = 1000  # twenty pages; no paragraph is as long
HEADING_LINES = 3  # no heading of a Kamerstuk was seen to take more
COLUMN = 0.9  # the quantile of line widths that stands for a full line
SHORT = 0.75  # of a full line
WIDER = 3.0  # average characters; lines of one column were seen to differ by less
SLACK = 0.5  # average characters by which an estimated width may be off


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line.

    width: in average characters. gap: white space stands above it. turn: a new page begins with it.
    bold, small: as set, None where the source cannot tell.
    """

    text: str
    width: float
    gap: bool = False
    turn: bool = False
    bold: bool | None = None
    small: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One printed page: its number, body lines, footnotes and running footers."""

    number: int
    body: tuple[Line, ...]
    notes: tuple[Footnote, ...]
    furniture: tuple[str, ...]


def read(name: str, lines: Sequence[Line]) -> Document:
    """The paper that these lines print. Raises UnreadablePaper when it holds no text or tells not which."""
    hyphens = Hyphens(line.text for line in lines)
    pages = _pages(lines, hyphens)
    paragraphs = _paragraphs(pages, hyphens)
    if not paragraphs:
        raise UnreadablePaper(name, "it holds running footers but no text.")
    notes = tuple(note for page in pages for note in page.notes)
    paragraphs = place_marks(paragraphs, notes)
    furniture = tuple(text for page in pages for text in page.furniture)
    metadata = identity.of_paper(name, paragraphs, furniture)
    return Document(metadata, paragraphs, notes, pages[-1].number, furniture)


def _pages(lines: Sequence[Line], hyphens: Hyphens) -> list[Page]:
    """Pages with their numbers: counted, and set right by every footer that prints one."""
    sheets: list[list[Line]] = []
    ended = True
    for line in lines:
        if ended or (line.turn and sheets[-1]):
            sheets.append([])
        sheets[-1].append(line)
        ended = identity.footer_page(line.text) is not None
    pages: list[Page] = []
    last_note = 0
    for sheet in sheets:
        furniture = tuple(line.text for line in sheet if identity.is_furniture(line.text))
        body = [line for line in sheet if not identity.is_furniture(line.text)]
        printed = next((page for text in furniture if (page := identity.footer_page(text)) is not None), None)
        number = max(printed or 0, pages[-1].number + 1 if pages else 1)
        body, notes = foot_of(body, last_note, number, hyphens)
        last_note = notes[-1].number if notes else last_note
        pages.append(Page(number, tuple(body), notes, furniture))
    return pages


@dataclass(slots=True)
class _Block:
    """Lines that were found to belong together, being joined into one paragraph."""

    lines: list[Line]
    pages: list[int]
    widest: float = 0.0

    @property
    def last(self) -> Line:
        return self.lines[-1]

    def add(self, line: Line, page: int) -> None:
        self.lines.append(line)
        self.pages.append(page)
        self.widest = max(self.widest, line.width)


def _paragraphs(pages: Iterable[Page], hyphens: Hyphens) -> tuple[Paragraph, ...]:
    flow = [(replace(line, turn=index == 0), page.number) for page in pages for index, line in enumerate(page.body)]
    widths = sorted(line.width for line, _ in flow)
    short = SHORT * widths[int(len(widths) * COLUMN)] if widths else 0.0
    blocks: list[_Block] = []
    for position, (line, page) in enumerate(flow):
        if (
            not blocks
            or len(blocks[-1].lines) >= MOST_LINES
            or _breaks(blocks[-1], [ahead for ahead, _ in flow[position : position + HEADING_LINES + 1]], short)
        ):
            blocks.append(_Block([], []))
        blocks[-1].add(line, page)
    return tuple(_paragraph(number, block, hyphens) for number, block in enumerate(blocks, start=1))


def _breaks(block: _Block, ahead: Sequence[Line], short: float) -> bool:
    """Whether a new paragraph begins with the first of the lines ahead, given the block so far.

    short: the width under which a line that ends no sentence can only be a heading's last.
    """
    line, last = ahead[0], block.last
    starts_new = not line.text[0].islower()
    if len(block.lines) <= HEADING_LINES and identity.fractie_heading(_plain(block)):
        return line.gap or not (UNFINISHED.search(last.text) or line.text[0].islower())
    if identity.fractie_heading(line.text):
        return True
    if (line.bold is not None) and last.bold is not None and line.bold != last.bold:
        return True
    ends = TERMINAL.search(last.text) is not None
    if line.gap or line.turn:
        item = LIST_DASH.match(block.lines[0].text) is not None
        if ends:
            return starts_new and ((line.gap and not line.turn) or _fits(block, line) or bool(ITEM.match(line.text)))
        return starts_new and not item and (_is_heading(block) or (line.gap and _heading_ahead(ahead)))
    if ITEM.match(line.text) and (ends or _is_item(block)):
        return True
    if ends and starts_new and line.width > block.widest + WIDER:
        return True  # the column widens: an answer begins below a question's full last line
    heading = line.text[0].isupper() and not ends and last.width + _first_word(line) < short and _is_heading(block)
    return starts_new and (heading or (ends and _fits(block, line)))


def _plain(block: _Block) -> str:
    return " ".join(line.text for line in block.lines)


def _is_item(block: _Block) -> bool:
    return ITEM.match(block.lines[0].text) is not None


def _fits(block: _Block, line: Line) -> bool:
    """Whether the line's first word would have fitted on the line above: if so, the break was meant."""
    column = max(above.width for above in block.lines[-MEASURE_LINES:])
    return len(block.lines) == 1 or block.last.width + _first_word(line) + SLACK < column


def _first_word(line: Line) -> float:
    """The width that a line's first word and the space before it would take."""
    return line.width * (len(line.text.split(" ", 1)[0]) + 1) / len(line.text)


def _is_heading(block: _Block) -> bool:
    if len(block.lines) > HEADING_LINES:
        return False
    text = _plain(block)
    return text[0].isupper() and not text.endswith(",") and not SENTENCE.search(text)


def _heading_ahead(ahead: Sequence[Line]) -> bool:
    """Whether the lines ahead, up to the next white space, form a heading."""
    title = [ahead[0]]
    for line in ahead[1:]:
        if line.gap:
            return not TERMINAL.search(title[-1].text)
        title.append(line)
    return False


def _paragraph(number: int, block: _Block, hyphens: Hyphens) -> Paragraph:
    text = block.lines[0].text
    turns: list[tuple[int, int]] = []
    for line, before, page in zip(block.lines[1:], block.pages[:-1], block.pages[1:], strict=True):
        text = hyphens.join(text, line.text)
        if page != before:
            turns.append((len(text) - len(line.text), page))
    return Paragraph(number, text, _role(block, text), block.pages[0], turns=tuple(turns), setting=_setting(block))


def _role(block: _Block, text: str) -> Role:
    if identity.fractie_heading(text) or _is_heading(block):
        return "heading"
    if QUOTATION.fullmatch(text):
        return "quote"
    return "item" if _is_item(block) else "text"


def _setting(block: _Block) -> Setting:
    width = max((line.width for line in block.lines[:-1]), default=0.0)
    room = min((line.width + _first_word(after) for line, after in pairwise(block.lines)), default=inf)
    bold = [line.bold for line in block.lines if line.bold is not None]
    first = block.lines[0]
    return Setting(width, room, first.gap, sum(bold) * 2 > len(bold) if bold else None)
