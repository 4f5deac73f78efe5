"""How a printed page is read: furniture, footnotes, the head of the paper, paragraphs. Lines -> Document.

What a reader gives (`txt`, `pdf`) and how a page is read are two jobs: this module and what it calls do the second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

from ragassist.document import Document, Paragraph, Role, Setting
from ragassist.errors import UnreadablePaper
from ragassist.formats import identity
from ragassist.formats.masthead import DATE_LINE
from ragassist.formats.prints.breaks import (
    ASKED,
    ASKING,
    BARE_NUMBER,
    HEADING_LINES,
    SENTENCE,
    Block,
    breaks,
    first_word,
    heads_fractie,
    is_heading,
    is_item,
    is_titled,
    narrowed,
    stands_alone,
)
from ragassist.formats.prints.combined import parted
from ragassist.formats.prints.hyphens import Hyphens
from ragassist.formats.prints.lines import Line, Sheet, joined, row_of
from ragassist.formats.prints.notes import Noted, foot_of, place_marks, resolved
from ragassist.formats.prints.titlepage import head_of
from ragassist.formats.prints.unplaced import asked_at, column_of, in_column, measured, names_at

QUOTATION = re.compile(r"«[^»]*»[.,;]?|“[^”]*”[.,;]?")
NUMBERED = re.compile(r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.?|[A-Z]\.|[a-z]\.|§ ?\d+\.?|Artikel \S+|Hoofdstuk \S+) ?[^\W\d].*")
LABEL = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[IVX]+\.?|[A-Za-z][.)]|§ ?\d+\.?) (?=\S)")
TITLED = re.compile(r"(?:ARTIKEL|Artikel|HOOFDSTUK|Hoofdstuk|BIJLAGE|Bijlage|Paragraaf|Afdeling|Titel)(?: [\dIVXLC]|$)")
NAME = re.compile(r"(?:[A-Z]\.){1,5} ?(?:[a-z’']+ )*[A-Z][\w’'-]*(?: [\w’'-]+){0,2}")  # A. Klepel: who signs
NO_HEADING = re.compile(
    r"(?:(?:De|Het|Namens) .{0,80}|Adjunct-)(?:[Mm]inister|[Ss]taatssecretaris|voorzitter|griffier|president)\b"
    r"|Aan (?:de|het) |(?:Tabel|Figuur|Grafiek) \d"
)
FOLIO = re.compile(r"\d{1,4}")  # a page's number, which may stand on a line below its footer
AROUND = re.compile(r"^’s-Gravenhage \d{4}\s+| \d{1,4}$")  # what stands around a footer's own text
OFTEN = 3  # times as often as another does a paper's own footer stand in it
CONTENTS = re.compile(r"inhoud(?:sopgave)?:?", re.IGNORECASE)
MOST_ENTRIES = 300  # of a table of contents
MOST_LINES = 1000  # twenty pages; no paragraph is as long
LARGER = 1.08  # than the body's type: a heading


@dataclass(frozen=True, slots=True)
class Page:
    """One printed page: its number, body lines, footnotes and running footers."""

    number: int
    body: tuple[Line, ...]
    notes: tuple[Noted, ...]
    furniture: tuple[str, ...]


def read(name: str, lines: Sequence[Line]) -> Document:
    """The paper that these lines print. Raises UnreadablePaper when it holds no text or tells not which."""
    return read_sheets(name, _sheets(lines))


def read_sheets(name: str, sheets: Sequence[Sheet], remarks: tuple[str, ...] = ()) -> Document:
    """The paper that these sheets print. Raises UnreadablePaper when it holds no text or tells not which."""
    hyphens = Hyphens(part.text for sheet in sheets for line in sheet.lines for part in _parts(line))
    sheets = [replace(sheet, lines=tuple(_whole(line, hyphens) for line in sheet.lines)) for sheet in sheets]
    pages = _pages(sheets, hyphens)
    paragraphs = _paragraphs(pages, hyphens)
    if not paragraphs:
        raise UnreadablePaper(name, "it holds running footers but no text.")
    notes = tuple(noted.note for page in pages for noted in page.notes)
    if not any(paragraph.notes for paragraph in paragraphs):
        paragraphs = place_marks(paragraphs, notes)
    furniture = tuple(text for page in pages for text in page.furniture)
    metadata = identity.of_paper(name, paragraphs, furniture)
    return Document(metadata, paragraphs, notes, pages[-1].number, furniture, remarks)


def _parts(line: Line) -> Iterable[Line]:
    return (part for cell in line.cells for part in cell) if line.cells else (line,)


def _whole(line: Line, hyphens: Hyphens) -> Line:
    return row_of(line.cells, hyphens) if line.cells else line


def _sheets(lines: Sequence[Line]) -> list[Sheet]:
    """Lines parted where pages turn: at every footer, and wherever a line says so."""
    sheets: list[list[Line]] = []
    cited = _cited(lines)
    ended = True
    for line in lines:
        if ended and sheets and identity.footer_page(sheets[-1][-1].text) == 0 and FOLIO.fullmatch(line.text):
            sheets[-1][-1] = replace(sheets[-1][-1], text=f"{sheets[-1][-1].text} {line.text}")
            continue
        if ended or (line.turn and sheets[-1]):
            sheets.append([])
        sheets[-1].append(line)
        ended = identity.footer_page(line.text) is not None and line.text not in cited
    return [
        Sheet(
            tuple(line for line in sheet if line.text in cited or not identity.is_furniture(line.text)),
            tuple(line.text for line in sheet if line.text not in cited and identity.is_furniture(line.text)),
        )
        for sheet in sheets
    ]


def _cited(lines: Sequence[Line]) -> frozenset[str]:
    """What reads as a footer but is a note that names another paper: below its number, or seldom."""
    footers = Counter(AROUND.sub("", line.text) for line in lines if identity.footer_page(line.text) is not None)
    own, often = footers.most_common(1)[0] if footers else ("", 0)
    found: set[str] = set()
    for above, line in pairwise(lines):
        footer = AROUND.sub("", line.text)
        if footers[footer] and footer != own:
            found |= {line.text} if FOLIO.fullmatch(above.text) or often >= OFTEN * footers[footer] else set()
    return frozenset(found)


def _pages(sheets: Sequence[Sheet], hyphens: Hyphens) -> list[Page]:
    """Pages with their numbers: counted, and set right by every footer that prints one."""
    pages: list[Page] = []
    noted: list[Noted] = []
    for sheet in sheets:
        told = (identity.footer_page(text) for text in sheet.furniture)
        printed = next((page for page in told if page is not None), None)
        number = max(printed or 0, pages[-1].number + 1 if pages else 1)
        body, noted = foot_of(sheet.lines, noted, number, hyphens)
        pages.append(Page(number, tuple(body), (), sheet.furniture))
    return [replace(page, notes=tuple(one for one in noted if one.note.page == page.number)) for page in pages]


def _paragraphs(pages: Sequence[Page], hyphens: Hyphens) -> tuple[Paragraph, ...]:
    flow = [
        (replace(line, turn=index == 0), page.number)
        for page in pages
        for index, line in enumerate(narrowed(page.body))
    ]
    blocks = _headed(flow)
    flow = _unplaced(flow[sum(len(block.lines) for block in blocks) :])
    column = column_of([line for line, _ in flow])
    for position, (line, page) in enumerate(flow):
        if (
            not blocks
            or len(blocks[-1].lines) >= MOST_LINES
            or breaks(blocks[-1], [ahead for ahead, _ in flow[position : position + HEADING_LINES + 1]], column)
        ):
            blocks.append(Block())
        blocks[-1].add(line, page)
    return tuple(_without_contents(list(_made(parted(blocks), pages, hyphens))))


def _unplaced(flow: Sequence[tuple[Line, int]]) -> list[tuple[Line, int]]:
    """The lines, with what their neighbours tell of those whose place is not known."""
    if not flow or flow[0][0].place is not None:
        return list(flow)
    lines = measured([line for line, _ in flow])
    asked, names = asked_at(lines), names_at(lines)
    answers = {at for at, line in enumerate(lines) if stands_alone(line.text)}
    told: list[Line] = []
    for at, line in enumerate(in_column(lines, asked, answers)):
        told.append(replace(line, alone="number" if at in asked else "name" if at in names else ""))
    return [(line, page) for line, (_, page) in zip(told, flow, strict=True)]


def _headed(flow: Sequence[tuple[Line, int]]) -> list[Block]:
    """The blocks of the paper's head."""
    return [Block(group, [flow[0][1]] * len(group), head=True) for group in head_of([line for line, _ in flow])]


def _made(blocks: Sequence[Block], pages: Sequence[Page], hyphens: Hyphens) -> Iterable[Paragraph]:
    notes = {page.number: page.notes for page in pages}
    body = _body_size(blocks)
    around = zip([None, *blocks], blocks, [*blocks[1:], None], strict=False)
    for number, (before, block, after) in enumerate(around, start=1):
        text = joined(block.lines, hyphens)
        turned = [
            (start, page)
            for start, page, last in zip(text.starts[1:], block.pages[1:], block.pages[:-1], strict=True)
            if page != last
        ]
        role = _role(block, before, after, body, text.text)
        paragraph = Paragraph(number, text.text, role, block.pages[0], turns=tuple(turned), setting=_setting(block))
        yield resolved(paragraph, text.marks, notes)


def _without_contents(paragraphs: Sequence[Paragraph]) -> Iterable[Paragraph]:
    """The paragraphs, those of a table of contents being items and no headings."""
    listed, entries = False, 0
    for index, paragraph in enumerate(paragraphs):
        if CONTENTS.fullmatch(paragraph.text):
            listed = True
            yield replace(paragraph, role="text")
            continue
        entry = re.sub(r"[ .…]*\d*$", "", paragraph.text)
        entries += listed
        later = paragraphs[index + 1 :] if listed and entries <= MOST_ENTRIES else ()
        listed = any(paragraph.text.startswith(entry) for paragraph in later)
        yield replace(paragraph, role="item") if listed and paragraph.role != "row" else paragraph


def _body_size(blocks: Sequence[Block]) -> float:
    sizes = sorted(line.place.size for block in blocks for line in block.lines if line.place)
    return sizes[len(sizes) // 2] if sizes else inf


def _role(block: Block, before: Block | None, after: Block | None, body: float, text: str) -> Role:
    if block.lines[0].cells:
        return "row"
    alone = block.lines[0].alone
    if block.head or alone == "number" or stands_alone(text) or heads_fractie(text):
        return "heading"
    if alone == "name":
        return "text"
    place = block.lines[0].place
    if _is_set_as_heading(block, after, body, text) if place else _reads_as_heading(block, before, after, text):
        return "heading"
    if QUOTATION.fullmatch(text):
        return "quote"
    return "item" if is_item(block) else "text"


def _reads_as_heading(block: Block, before: Block | None, after: Block | None, text: str) -> bool:
    """Whether a block that tells nothing of its type is a heading: short, no sentence, no date, no signature."""
    if after is None or DATE_LINE.match(text) or NO_HEADING.match(text) or ASKED.search(text):
        return False
    if after.last.text.endswith(",") and NO_HEADING.match(after.plain):
        return False  # Gegeven, above who signs
    if before is not None and before.last.text.endswith(",") and NO_HEADING.match(before.plain):
        return False  # who signed
    if len(block.lines) == 1 and BARE_NUMBER.fullmatch(text):
        return ASKING.match(after.lines[0].text) is not None
    return is_titled(block) or is_heading(block)


def _is_set_as_heading(block: Block, after: Block | None, body: float, text: str) -> bool:
    """Whether type, numbering and white space make a heading of it."""
    first = block.lines[0]
    words = LABEL.sub("", text)
    if len(block.lines) > HEADING_LINES or SENTENCE.search(words) or text.endswith(",") or words[:1].islower():
        return False
    if DATE_LINE.match(text) or after is None or not any(letter.isalnum() for letter in text):
        return False
    if _all(block, "bold") or (first.place and first.place.size > LARGER * body):
        return True
    if TITLED.match(text) or BARE_NUMBER.fullmatch(text):
        return True
    stands_clear = (first.gap or first.turn) and (after.lines[0].gap or after.lines[0].turn)
    if NUMBERED.fullmatch(text) and stands_clear and not NAME.fullmatch(text):
        return True
    return _all(block, "italic") and not _all(after, "italic") and not after.lines[0].cells


def _all(block: Block, kind: str) -> bool:
    return all(getattr(line, kind) is True for line in block.lines)


def _setting(block: Block) -> Setting:
    width = max((line.width for line in block.lines[:-1]), default=0.0)
    room = min((line.width + first_word(after) for line, after in pairwise(block.lines)), default=inf)
    first = block.lines[0]
    return Setting(width, room, first.gap, _most(block, "bold"), _most(block, "italic"))


def _most(block: Block, kind: str) -> bool | None:
    """Whether most of its lines are set so; None where none of them tells."""
    if block.lines[0].place is None:
        told = [value for line in block.lines if (value := getattr(line, kind)) is not None]
        return sum(told) * 2 > len(told) if told else None
    return sum(getattr(line, kind) is True for line in block.lines) * 2 > len(block.lines)
