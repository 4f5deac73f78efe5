"""Pages of tweedekamer.nl: a paper's text, which the page shows on demand, and what it tells of the paper."""

from __future__ import annotations

import re
from typing import Any

from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats.blocks import document_of
from ragassist.formats.html import notes as html_notes
from ragassist.formats.html import pages as html_pages
from ragassist.formats.html.blocks import Furniture, read
from ragassist.formats.html.elements import Element, found, hidden, outermost, words
from ragassist.formats.masthead import date_in
from ragassist.formats.opening import html_root

SHOWN = "#document-html-modal"  # what the page shows on demand
TITLE, CONTENT = ".m-modal__title", ".m-modal__content"
ELSEWHERE = (("main",),)  # pages of debates have their text here
FURNITURE = Furniture(
    tags=frozenset({"nav", "aside", "header", "footer", "form"}),
    classes=frozenset(
        "o-hero m-share m-breadcrumb m-list m-card m-slider m-vote-result m-toggler h-visually-hidden".split()
    ),
    roles=frozenset({"navigation", "search"}),
)
NUMBER = re.compile(r"\b(\d{4}D\d{5})\b")
STUK = re.compile(r"(\d{5}(?:-[A-Z\d]+)?)-([\dA-Z]+)")
SHORTEST = 400  # characters; less than this is what a page says of a paper, not the paper


def parse(name: str, data: bytes) -> Document:
    """The paper on a page of tweedekamer.nl. Raises UnreadablePaper, also when the page only offers it as a file."""
    root = html_root(name, data)
    shown = next(iter(found(root, SHOWN)), None)
    places = html_pages.places(shown, [(TITLE, CONTENT)]) if shown is not None else []
    furniture = Furniture()
    if not places:
        html_pages.refuse_others(name, root, ())
        places, furniture = html_pages.places(root, ELSEWHERE), FURNITURE
    blocks, notes = read(places, html_notes.find(root), furniture)
    if furniture.tags and sum(len(block.text) for block in blocks if block.role == "text") < SHORTEST:
        raise UnreadablePaper(
            name, "the page does not show a paper's text: download the paper from it and read that file."
        )
    return document_of(name, html_pages.headed(html_pages.canonical(blocks)), notes, told=_told(root))


def _told(root: Element) -> dict[str, Any]:
    """What the page says of its paper beside its text."""
    facts = _facts(root)
    kind, _, title = _heading(root).partition(" : ")
    stuk = STUK.fullmatch(facts.get("Nummer", ""))
    return {
        "id": f"kst-{stuk[1]}-{stuk[2]}" if stuk else _document_number(root, facts),
        "title": title or kind,
        "dossier": stuk[1] if stuk else "",
        "number": stuk[2] if stuk else "",
        "date": date_in(facts.get("Datum", "")),
        "chamber": "Tweede Kamer",
        "members": tuple(_members(root)),
    }


def _heading(root: Element) -> str:
    """The page's heading: `Motie : Motie van het lid …`."""
    heading = next((head for head in root.iter("h1") if not hidden(head)), None)
    return re.sub(r"\s*:\s+", " : ", words(heading), count=1) if heading is not None else ""


def _facts(root: Element) -> dict[str, str]:
    """What stands beside the paper, by what the page calls it: `Datum`, `Nummer`."""
    facts: dict[str, str] = {}
    labels = (label for aside in outermost(found(root, "aside")) for label in found(aside, ".h-visually-hidden"))
    for label in labels:
        text = words(label)
        if text.endswith(":"):
            facts.setdefault(text[:-1], " ".join((label.tail or "").split()))
    return facts


def _document_number(root: Element, facts: dict[str, str]) -> str:
    """`2025D06779`, from the page or from what it offers to download; empty when neither names it."""
    downloads = [link.get("href") or "" for link in root.iter("a") if "/downloads/document" in (link.get("href") or "")]
    places = (facts.get("Nummer", ""), *downloads, *(link.get("href") or "" for link in root.iter("link")))
    return next((seen[1] for place in places if (seen := NUMBER.search(place))), "")


def _members(root: Element) -> list[str]:
    """Who the page says handed the paper in, when they are members."""
    members = []
    items = outermost(found(root, ".m-list__item--variant-member"))
    for label in (label for item in items for label in found(item, ".m-list__label")):
        who, _, office = re.sub(r"^(?:Mede-?)?[Ii]ndiener ", "", words(label)).partition(", ")
        if "kamerlid" in office.lower():
            members.append(who)
    return members
