"""ODT: the paper in content.xml, how it is set in styles.xml, its footers there too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ragassist.document import Document
from ragassist.formats.identity import IDENTIFIER
from ragassist.formats.office import front
from ragassist.formats.office.flow import Ending, Face, Flow, running, walk
from ragassist.formats.office.list_marks import Counter
from ragassist.formats.office.odt_styles import LEVELS, Styles, attribute, count, qualified, words
from ragassist.formats.opening import xml_root, zip_parts

PARTS = ("content.xml", "styles.xml", "meta.xml")
WIDEST = 64  # columns; more equal cells than these are a sheet's empty margin

# Neither read nor printed: what was deleted, remarks in the margin, what only the word processor needs.
UNPRINTED = (
    "text:tracked-changes office:annotation text:hidden-text office:forms office:scripts office:event-listeners "
    "text:sequence-decls text:variable-decls text:user-field-decls svg:title svg:desc table:title table:desc "
    "text:table-of-content-source text:illustration-index-source text:table-index-source text:object-index-source "
    "text:user-index-source text:alphabetical-index-source text:bibliography-source math:annotation"
)
SPACES = ("text:s", "text:line-break")
SET_APART = ("draw:text-box", "text:note-body")


@dataclass(slots=True)
class _List:
    """A list that is open. pending: the item's first paragraph, which carries its mark, is still to come."""

    style: str
    level: int
    counter: Counter
    item: etree._Element | None = None
    pending: bool = False
    number: str = ""


@dataclass(slots=True)
class _Numbering:
    """What lists that continue another need to know of it."""

    by_style: dict[str, Counter] = field(default_factory=dict)
    by_id: dict[str, Counter] = field(default_factory=dict)
    outline: Counter = field(default_factory=Counter)


def parse(name: str, data: bytes) -> Document:
    """A paper from an OpenDocument text. Raises UnreadablePaper."""
    parts = {part: xml_root(name, content) for part, content in zip_parts(name, data, PARTS).items()}
    styles = Styles(parts[part] for part in ("styles.xml", "content.xml") if part in parts)
    reader = _Reader(styles)
    for body in parts["content.xml"].iter(qualified("office:body")):
        reader.read(body)
    told = _told(parts["meta.xml"]) if "meta.xml" in parts else {}
    furniture = _furniture(styles, parts["styles.xml"]) if "styles.xml" in parts else []
    return front.document_of(name, reader.flow, furniture, told)


def _furniture(styles: Styles, root: etree._Element) -> list[str]:
    """The lines of headers and footers, without the numbers of pages."""
    furniture: list[str] = []
    for page in root.iter(qualified("style:master-page")):
        for part in page:
            reader = _Reader(styles, unprinted=("text:page-number", "text:page-count"))
            reader.read(part)
            furniture += front.lines(reader.flow)
    return furniture


def _told(meta: etree._Element) -> dict[str, Any]:
    """The paper's id, where the file's properties hold it, and the title."""
    fields = {attribute(field, "meta:name"): field.text or "" for field in meta.iter(qualified("meta:user-defined"))}
    identifier = fields.get("DC.identifier", "").strip()
    title = next((title.text or "" for title in meta.iter(qualified("dc:title"))), "")
    return {"id": identifier if IDENTIFIER.fullmatch(identifier) else "", "title": title.strip()}


class _Reader:
    """Walks through an ODT's elements and tells a Flow what they are."""

    def __init__(self, styles: Styles, unprinted: tuple[str, ...] = ()) -> None:
        self.flow = Flow()
        self.styles = styles
        self.faces: list[Face] = [Face()]
        self.lists: list[_List | None] = [None]  # None: what follows stands apart from the lists around it
        self.numbering = _Numbering()
        self.notes: list[list[str]] = []  # mark and text of the notes that are open
        self.spans: list[int] = [0]  # how many columns the last cell still covers, in each open row
        self.starts = {
            "text:p": self._begin_paragraph,
            "text:h": self._begin_heading,
            "text:span": self._begin_span,
            "text:a": self._begin_span,
            "text:section": lambda section: attribute(section, "text:display") != "none",
            "text:list": self._begin_list,
            "text:numbered-paragraph": self._begin_numbered,
            "text:list-item": self._begin_item,
            "text:number": self._number,
            "text:note": lambda note: self.notes.append(["", ""]),
            "text:note-citation": self._cite,
            "table:table": lambda table: self.flow.begin_table(),
            "table:table-row": self._begin_row,
            "table:table-cell": self._enter,
            "table:covered-table-cell": self._cover,
            "text:tab": lambda tab: self.flow.tab(self.faces[-1]),
            **dict.fromkeys(SPACES, self._space),
            **dict.fromkeys(SET_APART, self._enter),
            **dict.fromkeys((*UNPRINTED.split(), *unprinted), lambda element: False),
        }
        self.ends: dict[str, Ending] = {
            "text:p": self._end_paragraph,
            "text:h": self._end_paragraph,
            "text:span": lambda span: self.faces.pop(),
            "text:a": lambda link: self.faces.pop(),
            "text:list": lambda list_: self.lists.pop(),
            "text:numbered-paragraph": lambda paragraph: self.lists.pop(),
            "text:note-body": self._end_note_body,
            "text:note": lambda note: self.flow.note(*self.notes.pop()),
            "draw:text-box": self._end_box,
            "table:table": lambda table: self.flow.end_table(),
            "table:table-row": self._end_row,
            "table:table-cell": self._end_cell,
        }

    def read(self, root: etree._Element) -> None:
        """All that is printed below this element."""
        starts = {qualified(name): handler for name, handler in self.starts.items()}
        ends = {qualified(name): handler for name, handler in self.ends.items()}
        walk(root, starts, ends, lambda element, text: self.flow.text(text, self.faces[-1]))

    def _begin_paragraph(self, paragraph: etree._Element) -> None:
        style = attribute(paragraph, "text:style-name")
        item = self.lists[-1] is not None and self.lists[-1].pending
        self.faces.append(self.styles.face("paragraph", style, Face(hidden=self.faces[-1].hidden)))
        self.flow.begin("heading" if self.styles.is_heading(style) else "item" if item else "text", self._mark())

    def _begin_heading(self, heading: etree._Element) -> None:
        style = attribute(heading, "text:style-name")
        mark = self._mark() if self.lists[-1] else self._outline(heading)
        self.faces.append(self.styles.face("paragraph", style, Face(hidden=self.faces[-1].hidden)))
        self.flow.begin("heading", mark)

    def _end_paragraph(self, paragraph: etree._Element) -> None:
        self.faces.pop()
        self.flow.end()

    def _begin_span(self, span: etree._Element) -> None:
        self.faces.append(self.styles.face("text", attribute(span, "text:style-name"), self.faces[-1]))

    def _space(self, space: etree._Element) -> None:
        self.flow.text(" ", self.faces[-1])

    def _outline(self, heading: etree._Element) -> str:
        """The number of a heading that stands in no list."""
        level = min(count(heading, "text:outline-level", 1), LEVELS)
        if attribute(heading, "text:is-list-header") == "true":
            return ""
        if attribute(heading, "text:restart-numbering") == "true":
            self.numbering.outline.numbers.pop(level, None)
        start = count(heading, "text:start-value", self.styles.start("", level))
        self.numbering.outline.step(level, start)
        return self.styles.mark("", level, self.numbering.outline)

    def _begin_list(self, list_: etree._Element) -> None:
        around = self.lists[-1]
        style = attribute(list_, "text:style-name") or (around.style if around else "")
        level = min(around.level + 1 if around else 1, LEVELS)
        goes_on = attribute(list_, "text:continue-numbering") == "true"
        known = self.numbering.by_id.get(attribute(list_, "text:continue-list") or "none")
        counter = around.counter if around else known or (self.numbering.by_style.get(style) if goes_on else None)
        counter = counter or Counter()
        if around and not goes_on and around.item is not None:
            counter.numbers.pop(level, None)
        self.numbering.by_style[style] = counter
        self.numbering.by_id[attribute(list_, "xml:id") or "nameless"] = counter
        self.lists.append(_List(style, level, counter))

    def _begin_numbered(self, paragraph: etree._Element) -> None:
        """A paragraph that is an item without a list around it; the list's name holds such items together."""
        name = attribute(paragraph, "text:list-id") or attribute(paragraph, "text:style-name")
        counter = self.numbering.by_id.setdefault(name or "numbered", Counter())
        level = min(count(paragraph, "text:level", 1), LEVELS)
        self.lists.append(_List(attribute(paragraph, "text:style-name"), level, counter, paragraph, pending=True))

    def _begin_item(self, item: etree._Element) -> None:
        if (open_list := self.lists[-1]) is not None:
            open_list.item, open_list.pending, open_list.number = item, True, ""

    def _number(self, number: etree._Element) -> bool:
        """What a word processor wrote down as the number; it counts where no style tells one."""
        if (open_list := self.lists[-1]) is not None and open_list.pending:
            open_list.number = words(number)
        return False

    def _mark(self) -> str:
        """The mark that an item's first paragraph carries; the others, and those in no list, carry none."""
        open_list = self.lists[-1]
        if open_list is None or open_list.item is None or not open_list.pending:
            return ""
        open_list.pending = False
        start = self.styles.start(open_list.style, open_list.level)
        if attribute(open_list.item, "text:start-value"):
            start = count(open_list.item, "text:start-value", 1)
            open_list.counter.numbers.pop(open_list.level, None)
        open_list.counter.step(open_list.level, start)
        return self.styles.mark(open_list.style, open_list.level, open_list.counter) or open_list.number

    def _enter(self, part: etree._Element) -> None:
        self.lists.append(None)
        self.faces.append(Face(hidden=self.faces[-1].hidden))
        self.flow.enter()

    def _leave(self) -> None:
        self.lists.pop()
        self.faces.pop()

    def _cite(self, citation: etree._Element) -> bool:
        if self.notes:
            self.notes[-1][0] = words(citation)
        return False

    def _end_note_body(self, body: etree._Element) -> None:
        self._leave()
        text = running(self.flow.leave())
        if self.notes:
            self.notes[-1][1] = text

    def _end_box(self, box: etree._Element) -> None:
        self._leave()
        self.flow.add(self.flow.leave())

    def _begin_row(self, row: etree._Element) -> None:
        self.spans.append(0)
        self.flow.begin_row()

    def _end_row(self, row: etree._Element) -> None:
        self.spans.pop()

    def _end_cell(self, cell: etree._Element) -> None:
        self._leave()
        self.spans[-1] = count(cell, "table:number-columns-spanned", 1) - 1
        self.flow.end_cell(min(count(cell, "table:number-columns-repeated", 1), WIDEST))

    def _cover(self, cell: etree._Element) -> bool:
        """A place that another cell covers: nothing beside the cell itself, empty in the rows below it."""
        repeated = min(count(cell, "table:number-columns-repeated", 1), WIDEST)
        below = max(0, repeated - self.spans[-1])
        self.spans[-1] = max(0, self.spans[-1] - repeated)
        self.flow.enter()
        self.flow.end_cell(below)
        return False
