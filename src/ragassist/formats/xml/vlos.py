"""VLOS XML: the Tweede Kamer's own report of a meeting (`vlosCoreDocument`), as its open data give it.

Most of it tells of the recording: times, ids, who may speak. What was said stands in `tekst`, whose first line names
the speaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from lxml.etree import _Element as Element

from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats.blocks import document_of
from ragassist.formats.gathering import PLAIN, Gathering, Style
from ragassist.formats.opening import xml_root
from ragassist.formats.xml.op_told import local, words, words_at

# What is told about the recording; every other element keeps its text.
DATA = frozenset(
    "zaal vergaderjaar vergaderingnummer datum aanvangstijd eindtijd sluiting markeertijdbegin markeertijdeind "
    "parlisid voortzetting activiteitenindex draadboekfragment isvoorzitter isdraad spreker sprekers".split()
)
LABELS = frozenset({"activiteitdeel", "activiteititem"})  # their title only names them: `Spreekbeurt - De voorzitter`
STYLES = {"vet": (True, False), "cursief": (False, True)}
LONGEST = 150  # characters of a line that names a speaker
KINDS = {"Plenair": "Handelingen", "Commissie": "Verslag van een commissiedebat"}
UNCORRECTED = "The Kamer has not corrected this report yet."
DEEPEST = 100


def parse(name: str, data: bytes) -> Document:
    """A report of a meeting from VLOS XML. Raises UnreadablePaper."""
    root = xml_root(name, data)
    if not any(words(text) for text in root.iter("{*}tekst")):
        raise UnreadablePaper(name, "it tells who spoke, but not what was said.")
    reader = Reader()
    reader.walk(root)
    reader.paper.close()
    document = document_of(name, reader.paper.blocks, told=told_by(root))
    return replace(document, remarks=(UNCORRECTED,)) if root.get("status") == "Ongecorrigeerd" else document


class Reader:
    """Walks through a report; its methods are what the table of elements chooses from."""

    def __init__(self) -> None:
        self.paper = Gathering()
        self._titles: set[str] = set()  # of the activity that is being read
        self._label: Element | None = None  # the line that names the speaker
        self._depth = 0

    def walk(self, element: Element, style: Style = PLAIN) -> None:
        """Everything in this element."""
        self._depth += 1
        if self._depth > DEEPEST:
            self.paper.add(f" {' '.join(map(str, element.itertext()))} ", style)
        else:
            HANDLERS.get(local(element), Reader.other)(self, element, style)
        self._depth -= 1

    def other(self, element: Element, style: Style) -> None:
        """Elements in elements, or a line of its own."""
        self.paper.close()
        self.content(element, style)
        self.paper.close()

    def content(self, element: Element, style: Style) -> None:
        """The text of an element and of all that is in it."""
        self.paper.add(element.text or "", style)
        for child in element:
            if local(child) not in DATA:
                self.walk(child, style)
            self.paper.add(child.tail or "", style)

    def activity(self, element: Element, style: Style) -> None:
        """What is on the agenda, under its title."""
        self._titles = set()
        self.other(element, style)

    def title(self, element: Element, style: Style) -> None:
        """A title once, where it is no more than a part of the next one not at all."""
        above, text = element.getparent(), words(element)
        following = element.getnext()
        longer = words(following) if following is not None and local(following) == "onderwerp" else ""
        if (
            text in self._titles
            or (above is not None and local(above) in LABELS)
            or (text in longer and text != longer)
        ):
            return
        self._titles.add(text)
        with self.paper.joined("heading"):
            self.content(element, style)

    def speech(self, element: Element, style: Style) -> None:
        """What one person says, under the person's name."""
        text = element.find("{*}tekst")
        self._label = next(text.iter("{*}alineaitem"), None) if text is not None else None
        if self._label is not None and not names_speaker(words(self._label), element):
            self._label = None
        if self._label is None and text is not None and words(text):
            with self.paper.joined("heading"):
                self.paper.add(speaker(element))
        self.other(element, style)

    def line(self, element: Element, style: Style) -> None:
        """A part of a paragraph; one that names the speaker is a heading."""
        if element is self._label:
            self.paper.close()
            with self.paper.joined("heading"):
                self.content(element, style)
            return
        self.paper.add(" ")
        self.content(element, style)
        self.paper.add(" ")

    def vote(self, element: Element, style: Style) -> None:
        """How one fractie voted: a row."""
        with self.paper.joined("row"):
            self.paper.add(element.text or "", style)
            for number, child in enumerate(element):
                if number:
                    self.paper.bar()
                self.content(child, style)
                self.paper.add(child.tail or "", style)

    def emphasis(self, element: Element, style: Style) -> None:
        """Text that is set otherwise."""
        self.content(element, style.with_more(*STYLES.get((element.get("type") or "").lower(), PLAIN)))


Handler: TypeAlias = Callable[[Reader, Element, Style], None]
HANDLERS: dict[str, Handler] = {
    "activiteit": Reader.activity,
    "alineaitem": Reader.line,
    "interrumpant": Reader.speech,
    "nadruk": Reader.emphasis,
    "onderwerp": Reader.title,
    "stemming": Reader.vote,
    "titel": Reader.title,
    "woordvoerder": Reader.speech,
}


def names_speaker(line: str, speech: Element) -> bool:
    """Whether the line says who speaks: `De heer Vervuurt (D66):`."""
    name = words_at(speech, "{*}spreker/{*}verslagnaam")
    return line.endswith(":") and len(line) <= LONGEST and ("voorzitter" in line or (bool(name) and name in line))


def speaker(speech: Element) -> str:
    """Who speaks, as reports print it, from what is told of the recording."""
    if words_at(speech, "{*}isvoorzitter") == "true":
        return "De voorzitter:"
    office = re.match(
        r"(?:minister|staatssecretaris)(?:-president)?\b", words_at(speech, "{*}spreker/{*}functie"), re.I
    )
    called = office[0].capitalize() if office else words_at(speech, "{*}spreker/{*}aanhef")
    fractie = words_at(speech, "{*}spreker/{*}fractie")
    named = f"{called} {words_at(speech, '{*}spreker/{*}verslagnaam')}".strip()
    return f"{named} ({fractie}):" if fractie else f"{named}:"


def told_by(root: Element) -> dict[str, Any]:
    """The fields of Metadata that a report tells."""
    meeting = root.find("{*}vergadering")
    if meeting is None:
        return {}
    chamber = meeting.get("kamer") or "Tweede Kamer"
    year, number = words_at(meeting, "{*}vergaderjaar"), words_at(meeting, "{*}vergaderingnummer")
    plenary = meeting.get("soort") != "Commissie" and number.strip("0").isdecimal()
    own = number if plenary else (meeting.get("objectid") or "").partition("-")[0]
    series = f"h-{'ek' if chamber.startswith('Eerste') else 'tk'}-{year.replace('-', '')}"
    return {
        "id": f"{series}-{own}" if re.fullmatch(r"\d{4}-\d{4}", year) and re.fullmatch(r"\w+", own) else "",
        "title": words_at(meeting, "{*}titel"),
        "kind": KINDS.get(meeting.get("soort") or "", "Handelingen"),
        "number": own if plenary else "",
        "year": year,
        "date": date if re.fullmatch(r"\d{4}-\d\d-\d\d", date := words_at(meeting, "{*}datum")[:10]) else "",
        "chamber": chamber,
    }
