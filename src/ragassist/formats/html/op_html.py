"""Pages of zoek.officielebekendmakingen.nl: Kamerstukken, Kamervragen, Handelingen as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats.blocks import Block, document_of
from ragassist.formats.html import notes as html_notes
from ragassist.formats.html import pages as html_pages
from ragassist.formats.html.blocks import Furniture, read
from ragassist.formats.html.elements import Element, found, outermost, words
from ragassist.formats.masthead import MASTHEAD, QUESTIONS, date_in, kind_of, members_in
from ragassist.formats.opening import html_root
from ragassist.formats.xml.op_told import ORDERS, squeezed

Names = Mapping[str, Sequence[str]]

TEXT = "#broodtekst"
HEADS = (".kamerstukkop", ".kamervraagkop", ".dossiertitel", ".stuktitel")  # of a paper, sometimes above its text
PARTS = (".stuk", ".stuktitel", ".kamervraagomschrijving")  # of a paper in an article
PLACES = (("#main-column",), ("main",), ("@main",), ("body",))  # the surest first; a body gives all that it holds
FURNITURE = Furniture(
    tags=frozenset({"nav", "footer", "aside"}),
    classes=frozenset("breadcrumb disclaimer sidebar pageactions to-top modal skiplinks cookie-notice".split()),
    ids=frozenset("header footer nav sidebar extrainfo gerelateerd delenModal".split()),
    roles=frozenset({"navigation", "banner", "contentinfo", "search", "complementary"}),
)
RESULTS = (".result--title", ".result--subtitle", "#Publicaties")

# Who publishes, as the page writes it, and the number that is printed beside it.
CHAMBERS = {"Eerste Kamer der Staten-Generaal": "1", "Tweede Kamer der Staten-Generaal": "2", "Staten-Generaal": "1/2"}
APPENDIX = "Aanhangsel van de Handelingen"
ASKED = "Vragen gesteld door de leden der Kamer, met de daarop door de regering gegeven antwoorden"
KINDS = {"ah": QUESTIONS, "h": "Handelingen"}
SESSION = re.compile(r"(?P<series>ah|h)-[et]k-(?P<from>\d{4})(?P<to>\d{4})-(?P<number>.+)")


def parse(name: str, data: bytes) -> Document:
    """The paper on a page of the official site. Raises UnreadablePaper."""
    root = html_root(name, data)
    places, furniture = _places(root), Furniture()
    if not places:
        html_pages.refuse_others(name, root, RESULTS)
        places, furniture = html_pages.places(root, PLACES), FURNITURE
    if not places:
        raise UnreadablePaper(name, "the page holds no text.")
    blocks, notes = read(places, html_notes.find(root), furniture)
    blocks = html_pages.canonical(blocks)
    names = html_pages.metadata(root)
    told = _told(root, names, blocks)
    return document_of(name, [*_masthead(blocks, _facts(root, places) | names, told["id"]), *blocks], notes, told=told)


def _places(root: Element) -> list[Element]:
    """Where pages of this site have a paper and nothing else; empty on pages of an older make."""
    if found(root, TEXT):
        return outermost(found(root, TEXT, *HEADS))
    parts = found(root, *PARTS)
    return outermost([article for part in parts for article in islice(part.iterancestors("article"), 1)])


def _told(root: Element, names: Names, blocks: Sequence[Block]) -> dict[str, Any]:
    """What the page says of its paper beside its text."""
    id = html_pages.identifier(root, names) or html_pages.offered(root)
    session = SESSION.fullmatch(id)
    dossiers = [squeezed(dossier) for dossier in names.get("OVERHEIDop.dossiernummer", ())]
    written = [date_in(words(line)) for line in found(root, ".kamerstukdatum")]
    issued = "" if session and session["series"] == "ah" else _first(names, "DCTERMS.issued")
    titles = [words(title) for title in found(root, ".stuktitel")[:1]]
    kind = KINDS.get(session["series"] if session else "") or next(
        (kind for text in (*titles, *names.get("DC.type", ())) if (kind := kind_of(text))), ""
    )
    item = re.sub(r"^\d+ ", "", next(map(words, found(root, ".item-titel")), ""))
    return {
        "id": id,
        "title": _first(names, "OVERHEIDop.documenttitel") or item,
        "number": session["number"] if session else "/".join(_first(names, "OVERHEIDop.ondernummer").split(";")),
        "dossier": next((dossier for dossier in dossiers if f"kst-{dossier}-" in id), (*dossiers, "")[0]),
        "year": f"{session['from']}-{session['to']}" if session else _first(names, "OVERHEIDop.vergaderjaar"),
        "kind": kind,
        "date": next((date for date in (*written, *re.findall(r"^\d{4}-\d{2}-\d{2}", issued)) if date), ""),
        "members": _signers(blocks, names) if kind == "Motie" else (),
        "reprint": "herdruk" in _first(names, "OVERHEIDop.versieInformatie").lower(),
    }


def _signers(blocks: Sequence[Block], names: Names) -> tuple[str, ...]:
    """Who signed a motie, with the fractie where the title tells it: the names below its last line."""
    last = max((at for at, block in enumerate(blocks) if ORDERS.fullmatch(block.text)), default=len(blocks))
    titled = members_in(_first(names, "OVERHEIDop.documenttitel"))
    fracties = {member.partition(" (")[0]: member for member in titled}
    return tuple(fracties.get(block.text, block.text) for block in blocks[last + 1 :])


def _facts(root: Element, places: Sequence[Element]) -> dict[str, list[str]]:
    """What the page's table of the publication tells, by the heads of its columns."""
    inside = {element for place in places for element in place.iter()}
    facts: dict[str, list[str]] = {}
    for heads, values in pairwise(row for row in root.iter("tr") if row not in inside):
        facts |= {_short(head): [_short(value)] for head, value in zip(heads, values, strict=False) if head.tag == "th"}
    for term in root.iter("dt"):
        value = term.getnext()
        if term not in inside and value is not None:
            facts[_short(term)] = [_short(value)]
    return facts


def _short(element: Element) -> str:
    """The first words in an element: what tells of a publication is a word or five."""
    return " ".join("".join(map(str, islice(element.itertext(), 10))).split())


def _masthead(blocks: Sequence[Block], facts: Names, id: str) -> list[Block]:
    """The head that every print has and the page replaced by a table of its own; empty when the page kept it."""
    if not blocks or MASTHEAD.match(blocks[0].text):
        return []
    chamber, year = _first(facts, "DC.creator", "Organisatie"), _first(facts, "OVERHEIDop.vergaderjaar", "Vergaderjaar")
    if chamber not in CHAMBERS or not re.fullmatch(r"\d{4}-\d{4}", year):
        return []
    session = SESSION.fullmatch(id)
    series, number = (session["series"], session["number"]) if session else ("kst", "")
    first = [chamber, *([CHAMBERS[chamber]] if series != "h" else []), f"Vergaderjaar {year.replace('-', '–')}"]
    lines = [" ".join([*first, *([APPENDIX] if series == "ah" else [])])]
    if series == "ah":
        lines += [ASKED, *([number] if blocks[0].text != number else [])]
    return [Block(line, "heading", bold=False, italic=False) for line in lines]


def _first(facts: Names, *names: str) -> str:
    return next((facts[name][0] for name in names if facts.get(name)), "")
