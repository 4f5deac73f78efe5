"""XML of officielebekendmakingen.nl (`officiele-publicatie`): kamerstuk, kamervragen, handelingen.

A walk through all elements in the order of the text. The tables below say which elements are paragraphs, headings,
marks of list items and so on; an element that they do not name keeps its text where it stands: as a paragraph of its
own between paragraphs, else as part of the paragraph it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice, takewhile
from typing import TypeAlias

from lxml.etree import _Element as Element

from ragassist.document import Document, Role
from ragassist.formats.blocks import document_of
from ragassist.formats.gathering import PLAIN, Gathering, Style
from ragassist.formats.opening import xml_root
from ragassist.formats.xml.op_tables import Grid, grid_of
from ragassist.formats.xml.op_told import local, told_by, words

PARAGRAPHS: dict[str, Role] = {
    "al": "text",
    "considerans.al": "text",
    "datumtekst": "text",
    "functie": "text",
    "kamervraagomschrijving": "text",
    "tekstregel": "heading",
    "tussenkop": "heading",
    "kamervraagnummer": "heading",
    "ondertitel": "heading",
    "item-titel": "heading",
    "title": "text",  # of a table
    "wat": "text",
    "wie": "text",
    "wij": "text",
}
TITLED = frozenset({"figuur", "plaatje", "table"})  # elements whose titel heads nothing
GATHERED = frozenset({"dossier", "kop", "spreker"})  # one heading, whatever stands in it
# Elements whose first children are one heading: the number and the title.
HEADS: dict[str, frozenset[str]] = {
    "agendapunt": frozenset({"nr", "item-titel", "titel"}),
    "stuk": frozenset({"stuknr", "titel"}),
}
MASTHEADS = frozenset({"kamerstukkop", "kamervraagkop", "handelingenkop"})
FIRST_LINE = tuple("kameraanduiding kamernummer vergaderjaar documenttype".split())  # in the order of print
SECOND_LINE = "Vragen gesteld"  # … door de leden der Kamer, with whatever name it comes
SERIES = {"Kamerstukken"}  # documenttypes that no page prints
MARKS = frozenset({"li.nr", "lidnr", "nr", "term"})  # what stands before the paragraph that follows
NUMBERED = frozenset({"vraag", "antwoord"})  # elements whose nr is a heading
APART = re.compile(r"[A-Z]{1,4}")  # a lidnr that is printed on a line of its own: A, IV
PARTED = frozenset({"naam", "dossiernummer", "stuknr"}) | GATHERED  # their children are words apart

# Set within a line; every other element that stands between paragraphs is one itself.
INLINE = frozenset(
    "nadruk extref intref dossierref sup inf sub datum noot nootref nootref.nr ondernummer herdruk br unl ovl".split()
)
STYLES = {"vet": (True, False), "cur": (False, True), "vetcur": (True, True)}

DEEPEST = 100  # elements within elements; the memories of toelichting that were seen take 20
YEARS = re.compile(r"(?<=\b\d{4})-(?=\d{4}\b)")


def parse(name: str, data: bytes) -> Document:
    """A paper from the official XML. Raises UnreadablePaper."""
    root = xml_root(name, data)
    reader = Reader(root)
    reader.walk(root)
    paper = reader.paper
    paper.close()
    return document_of(name, paper.blocks, paper.notes, reader.furniture, told_by(root))


class Reader:
    """Walks through a paper; its methods are what the tables of elements choose from."""

    def __init__(self, root: Element) -> None:
        self.paper = Gathering()
        self.furniture: list[str] = []
        self._depth = 0
        self._grids: list[Grid] = []
        self._numbers, self._referred = note_numbers(root)
        self._holders = holders(root)

    def walk(self, element: Element, style: Style = PLAIN) -> None:
        """Everything in this element."""
        tag = local(element)
        self._depth += 1
        if self._depth > DEEPEST:
            self.paper.add(f" {' '.join(map(str, element.itertext()))} ", style)
        elif handler := HANDLERS.get(tag):
            handler(self, element, style)
        elif tag in INLINE:
            self.content(element, style)
        elif tag not in PARTED and self._is_container(element):
            self.container(element, style)
        elif self.paper.loose and not (element.tail or "").strip():
            self.paragraph(element, style)
        else:
            self.content(element, style)
        self._depth -= 1

    def _is_container(self, element: Element) -> bool:
        """Whether an element holds paragraphs, or only elements that stand for some."""
        if element in self._holders:
            return True
        if not self.paper.loose or (element.text or "").strip():
            return False
        structured = any(local(child) not in INLINE for child in element)
        return structured and not any((child.tail or "").strip() for child in element)

    def content(self, element: Element, style: Style) -> None:
        """The text of an element and of all that is in it, within the paragraph that is open."""
        self.paper.add(element.text or "", style)
        parted = local(element) in PARTED
        for child in element:
            self.walk(child, style)
            self.paper.add(child.tail or "", style)
            if parted and not child.tail and child.getnext() is not None:
                self.paper.add(" ", style)

    def container(self, element: Element, style: Style) -> None:
        """Paragraphs, one after the other."""
        if not self.paper.marked:
            self.paper.close()
        self.content(element, style)
        self.paper.close()

    def paragraph(self, element: Element, style: Style) -> None:
        """One paragraph, or several where it has others in it."""
        self.paper.start(PARAGRAPHS.get(local(element), "text"))
        self.content(element, style)
        self.paper.close()

    def gathered(self, element: Element, style: Style) -> None:
        """One heading, whatever stands in it."""
        with self.paper.joined("heading"):
            self.content(element, style)

    def headed(self, element: Element, style: Style) -> None:
        """A heading of its first children, then the others."""
        names = HEADS[local(element)]
        head = list(takewhile(lambda child: local(child) in names, element))
        with self.paper.joined("heading"):
            self.paper.add(element.text or "", style)
            for child in head:
                self.walk(child, style)
                self.paper.add(child.tail or " ", style)
        for child in islice(element, len(head), None):
            self.walk(child, style)
            self.paper.add(child.tail or "", style)
        self.paper.close()

    def masthead(self, element: Element, style: Style) -> None:
        """The lines above a paper: chamber and year are one heading in the order of print, the others one each."""
        lines = {child.get("inhoud") or "": child for child in reversed(element.findall("{*}tekstregel"))}
        first = [lines[inhoud] for inhoud in FIRST_LINE if inhoud in lines]
        first = [line for line in first if not words(line).startswith(SECOND_LINE)]
        series = [line for line in first if words(line) in SERIES]
        self.furniture += map(words, series)
        with self.paper.joined("heading"):
            self.paper.add(YEARS.sub("–", " ".join(words(line) for line in first if line not in series)))
        self.paper.add(element.text or "", style)
        for child in element:
            if child not in first:
                self.walk(child, style)
            self.paper.add(child.tail or "", style)
        self.paper.close()

    def title(self, element: Element, style: Style) -> None:
        """A heading, or what a picture or a table is called."""
        parent = element.getparent()
        self.paper.start("text" if parent is not None and local(parent) in TITLED else "heading")
        self.content(element, style)
        self.paper.close()

    def line_end(self, element: Element, style: Style) -> None:
        """Words on either side of it are words apart."""
        self.paper.add(" ")
        self.content(element, style)

    def subheading(self, element: Element, style: Style) -> None:
        """A tussenkop, which tells how it is set."""
        self.paragraph(element, style.with_more(*STYLES.get(element.get("kopopmaak") or "", PLAIN)))

    def emphasis(self, element: Element, style: Style) -> None:
        """Text that is set otherwise."""
        self.content(element, style.with_more(*STYLES.get(element.get("type") or "", PLAIN)))

    def item(self, element: Element, style: Style) -> None:
        """An item of a list, with or without a mark."""
        if not any(local(child) in MARKS for child in element):
            self.paper.start("item")
            self.paper.mark()
        self.container(element, style)

    def mark(self, element: Element, style: Style) -> None:
        """What stands before an item's text, or the heading of a question."""
        parent = element.getparent()
        above = local(parent) if parent is not None else ""
        if above in NUMBERED or (local(element) == "lidnr" and APART.fullmatch(words(element))):
            self.gathered(element, style)
            return
        self.paper.start("item")
        self.content(element, style)
        self.paper.mark()

    def table_of_contents(self, element: Element, style: Style) -> None:
        """The paper's contents, whose headings head nothing."""
        with self.paper.listed():
            self.container(element, style)

    def group(self, element: Element, style: Style) -> None:
        """A table's rows, with the columns that they share."""
        self._grids.append(grid_of(element))
        self.container(element, style)
        self._grids.pop()

    def row(self, element: Element, style: Style) -> None:
        """A table's row: one paragraph, cell by cell."""
        grid = self._grids[-1] if self._grids else Grid()
        with self.paper.joined("row"):
            self.paper.add(element.text or "", style)
            for number, cell in enumerate(grid.cells(element)):
                if number:
                    self.paper.bar()
                if cell is not None:
                    self.walk(cell, style)
                    self.paper.add(cell.tail or "", style)

    def note(self, element: Element, style: Style) -> None:
        """A note: its text is kept apart, its number put where it stands."""
        marked = element.get("id") not in self._referred
        with self.paper.note(self._numbers[element], marked=marked):
            self.paper.add(element.text or "")
            for child in element:
                if local(child) != "noot.nr":
                    self.walk(child)
                self.paper.add(child.tail or " ")

    def reference(self, element: Element, style: Style) -> None:
        """A mark that refers to a note printed elsewhere."""
        number = self._referred.get(element.get("refid"))
        if number is None:
            self.content(element, style)
        else:
            self.paper.refer(number)

    def metadata(self, element: Element, style: Style) -> None:
        """No text: op_told reads it."""


Handler: TypeAlias = Callable[[Reader, Element, Style], None]
HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(PARAGRAPHS, Reader.paragraph),
    **dict.fromkeys(GATHERED, Reader.gathered),
    **dict.fromkeys(HEADS, Reader.headed),
    **dict.fromkeys(MASTHEADS, Reader.masthead),
    **dict.fromkeys(MARKS, Reader.mark),
    "br": Reader.line_end,
    "definitie-item": Reader.item,
    "li": Reader.item,
    "metadata": Reader.metadata,
    "nadruk": Reader.emphasis,
    "noot": Reader.note,
    "nootref": Reader.reference,
    "officiele-inhoudsopgave": Reader.table_of_contents,
    "row": Reader.row,
    "tgroup": Reader.group,
    "titel": Reader.title,
    "tussenkop": Reader.subheading,
}
BLOCKS = HANDLERS.keys() - INLINE - {"metadata"}


def holders(root: Element) -> set[Element]:
    """Every element with a paragraph somewhere in it; those around a note do not hold the note's."""
    found: set[Element] = set()
    for element in root.iter("{*}*"):
        if local(element) in BLOCKS:
            for above in element.iterancestors():
                if above in found or local(above) == "noot":
                    break
                found.add(above)
    return found


def note_numbers(root: Element) -> tuple[dict[Element, int], dict[str | None, int]]:
    """The number of every note, and by its id of every note that the text refers to from elsewhere.

    A note whose mark is no number, or one that is taken, is numbered on from the highest so far.
    """
    numbers: dict[Element, int] = {}
    taken: set[int] = set()
    highest = 0
    for note in root.iter("{*}noot"):
        mark = note.find("{*}noot.nr")
        printed = re.fullmatch(r"\W?(\d{1,4})\W?", words(mark)) if mark is not None else None
        number = int(printed[1]) if printed and int(printed[1]) not in taken else highest + 1
        numbers[note] = number
        taken.add(number)
        highest = max(highest, number)
    by_id = {note.get("id"): number for note, number in numbers.items() if note.get("id")}
    referred = {reference.get("refid") for reference in root.iter("{*}nootref")}
    return numbers, {id: number for id, number in by_id.items() if id in referred}
