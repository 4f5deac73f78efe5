"""DOCX: the paper in document.xml, its notes, styles, lists and footers in parts beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from ragassist.document import Document
from ragassist.formats.office import front
from ragassist.formats.office.docx_styles import Numbering, Styles, attribute, child, local, value
from ragassist.formats.office.flow import Face, Flow, running, walk
from ragassist.formats.office.list_marks import bullet
from ragassist.formats.opening import xml_root, zip_parts

MOST_FOOTERS = 20  # a section may have three of each
RUNNING = tuple(f"word/{kind}{n}.xml" for kind in ("header", "footer") for n in ("", *range(1, MOST_FOOTERS + 1)))
PARTS = ("document", "styles", "numbering", "footnotes", "endnotes")
TITLE = "docProps/core.xml"

# Neither read nor printed: properties, what was deleted or moved away, what fields are made of, places of drawings.
UNPRINTED = (
    "del moveFrom delText instrText delInstrText posOffset align pctWidth pctHeight pctPosHOffset pctPosVOffset "
    "sizeRelH sizeRelV numPicBullet"
).split()
SPACES = ("br", "cr", "ptab")
PAGE_FIELD = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b")


@dataclass(slots=True)
class _Field:
    """A field that is open: what it is made of comes first and is not printed, then what it gives."""

    instruction: str = ""
    given: bool = False


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the text needs to be read."""

    styles: Styles
    numbering: Numbering
    notes: Mapping[tuple[str, str], etree._Element]


def parse(name: str, data: bytes) -> Document:
    """A paper from a Word document. Raises UnreadablePaper."""
    members = zip_parts(name, data, [*(f"word/{part}.xml" for part in PARTS), *RUNNING, TITLE])
    roots = {member: xml_root(name, content) for member, content in members.items()}
    kinds: tuple[str, ...] = ("footnote", "endnote")
    notes = {
        (kind, attribute(note, "id")): note
        for kind in kinds
        for note in roots.get(f"word/{kind}s.xml", ())
        if local(note) == kind and attribute(note, "type", "normal") == "normal"
    }
    parts = _Parts(Styles(roots.get("word/styles.xml")), Numbering(roots.get("word/numbering.xml")), notes)
    reader = _Reader(parts)
    reader.read(roots["word/document.xml"])
    furniture = [line for member in RUNNING if member in roots for line in _lines(parts, roots[member])]
    title = child(roots.get(TITLE), "title")
    told = {"title": (title.text or "").strip()} if title is not None else {}
    return front.document_of(name, reader.flow, furniture, told)


def _lines(parts: _Parts, root: etree._Element) -> list[str]:
    reader = _Reader(_Parts(parts.styles, Numbering(None), {}), pages=False)
    reader.read(root)
    return front.lines(reader.flow)


class _Reader:
    """Walks through a DOCX's elements and tells a Flow what they are.

    pages: the numbers of pages that fields give are text.
    """

    def __init__(self, parts: _Parts, *, pages: bool = True) -> None:
        self.flow = Flow()
        self.parts = parts
        self.pages = pages
        self.faces: list[Face] = [Face()]
        self.fields: list[_Field] = []
        self.footnotes = 0
        self.custom: tuple[list[str], str] | None = None  # the mark of a note that brings its own, and the note's text
        self.runs_on = False  # the mark that ended a paragraph was deleted: the next one continues it
        self.starts = {
            "p": self._begin_paragraph,
            "r": self._begin_run,
            "fldChar": self._field,
            "fldSimple": lambda field: self.pages or not PAGE_FIELD.match(attribute(field, "instr")),
            "instrText": self._instruction,
            "sym": self._symbol,
            "noBreakHyphen": lambda hyphen: self._text("-"),
            "footnoteReference": self._note,
            "endnoteReference": self._note,
            "Choice": self._choice,
            "Fallback": self._choice,
            "txbxContent": self._enter,
            "tbl": lambda table: self.flow.begin_table(),
            "tr": self._begin_row,
            "tc": self._begin_cell,
            "tab": self._tab,
            **dict.fromkeys(SPACES, lambda space: self._text(" ")),
        }
        self.ends = {
            "p": self._end_paragraph,
            "r": self._end_run,
            "txbxContent": self._end_box,
            "tbl": lambda table: self.flow.end_table(),
            "tc": self._end_cell,
        }

    def read(self, root: etree._Element) -> None:
        """All that is printed below this element."""
        tags = {str(element.tag) for element in root.iter(etree.Element)}
        names = {tag: tag.rpartition("}")[2] for tag in tags}
        unprinted = {tag for tag, name in names.items() if name.endswith("Pr") or name in UNPRINTED}
        starts = {tag: self.starts[name] for tag, name in names.items() if name in self.starts}
        ends = {tag: self.ends[name] for tag, name in names.items() if name in self.ends}
        skipped = dict.fromkeys(unprinted - starts.keys(), lambda element: False)
        walk(root, {**starts, **skipped}, ends, self._read_text)

    def _read_text(self, element: etree._Element, text: str) -> None:
        """White space between elements is none of the text's; all else is, in elements that are not known too."""
        if local(element) == "t" or not text.isspace():
            self._text(text)

    def _tab(self, tab: etree._Element) -> None:
        if self.custom is None and self._prints():
            self.flow.tab(self.faces[-1])

    def _prints(self) -> bool:
        """Whether text is printed here: not what a field is made of, nor, in a footer, the number of the page."""
        numbers = not self.pages and any(PAGE_FIELD.match(field.instruction) for field in self.fields)
        return not numbers and all(field.given for field in self.fields)

    def _text(self, text: str) -> None:
        if not self._prints():
            return
        if self.custom is not None:
            self.custom[0].append(text)
        else:
            self.flow.text(text, self.faces[-1])

    def _begin_paragraph(self, paragraph: etree._Element) -> None:
        properties = child(paragraph, "pPr")
        self._end_empty_fields()
        self.faces.append(self.parts.styles.paragraph(properties).face)
        if self.runs_on:
            self.runs_on = False
            return
        list_id, level = self.parts.styles.numbering(properties)
        mark = self.parts.numbering.next_mark(list_id, level) if list_id else ""
        heading = self.parts.styles.is_heading(properties)
        self.flow.begin("heading" if heading else "item" if list_id else "text", mark)

    def _end_paragraph(self, paragraph: etree._Element) -> None:
        self.faces.pop()
        self._end_empty_fields()
        self.runs_on = child(paragraph, "pPr", "rPr", "del") is not None
        if not self.runs_on:
            self.flow.end()

    def _end_empty_fields(self) -> None:
        """A field that gives nothing ends with its paragraph, or it would take what follows along."""
        self.fields = [field for field in self.fields if field.given]

    def _begin_run(self, run: etree._Element) -> None:
        self.faces.append(self.parts.styles.run_face(child(run, "rPr"), self.faces[-1]))

    def _end_run(self, run: etree._Element) -> None:
        self.faces.pop()
        if self.custom is not None:
            marks, text = self.custom
            self.custom = None
            mark = "".join(marks).strip()
            self.flow.note(mark, text.removeprefix(mark).strip())

    def _field(self, mark: etree._Element) -> None:
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            self.fields.append(_Field())
        elif self.fields and kind == "separate":
            self.fields[-1].given = True
        elif self.fields and kind == "end":
            self.fields.pop()

    def _instruction(self, instruction: etree._Element) -> bool:
        if self.fields:
            self.fields[-1].instruction += instruction.text or ""
        return False

    def _symbol(self, symbol: etree._Element) -> None:
        code = attribute(symbol, "char")
        if re.fullmatch("[0-9A-Fa-f]{2,5}", code):
            self._text(bullet(chr(int(code, 16))))

    def _note(self, reference: etree._Element) -> None:
        kind = local(reference).removesuffix("Reference")
        note = self.parts.notes.get((kind, attribute(reference, "id")))
        if note is None:
            return
        text = self._note_text(note)
        if attribute(reference, "customMarkFollows") in {"1", "true", "on"}:
            self.custom = ([], text)
            return
        self.footnotes += kind == "footnote"
        self.flow.note(str(self.footnotes) if kind == "footnote" else "", text)  # endnotes have Roman numerals

    def _note_text(self, note: etree._Element) -> str:
        reader = _Reader(_Parts(self.parts.styles, self.parts.numbering, {}))
        reader.read(note)
        return running(reader.flow.entries())

    def _choice(self, way: etree._Element) -> bool:
        """Of several ways to draw the same, the first is read."""
        return way.getprevious() is None

    def _enter(self, part: etree._Element) -> None:
        self.faces.append(Face(hidden=self.faces[-1].hidden))
        self.flow.enter()

    def _end_box(self, box: etree._Element) -> None:
        self.faces.pop()
        self.flow.add(self.flow.leave())

    def _begin_row(self, row: etree._Element) -> bool:
        self.flow.begin_row()
        return child(row, "trPr", "del") is None and child(row, "trPr", "hidden") is None

    def _begin_cell(self, cell: etree._Element) -> bool:
        """A cell that one above it covers is empty."""
        self._enter(cell)
        merged = child(cell, "tcPr", "vMerge")
        return merged is None or value(cell, "tcPr", "vMerge") == "restart"

    def _end_cell(self, cell: etree._Element) -> None:
        self.faces.pop()
        self.flow.end_cell()
