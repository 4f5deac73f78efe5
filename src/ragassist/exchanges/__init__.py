"""Document -> Exchanges: who asked what, and who answered. One file for each way in which papers set them out."""

from __future__ import annotations

from collections.abc import Callable

from ragassist.document import Document, Exchange
from ragassist.exchanges.advice import advice
from ragassist.exchanges.asking import fracties_of
from ragassist.exchanges.debate import SPEAKERS, debate, speaker
from ragassist.exchanges.numbered import labels, numbered
from ragassist.exchanges.sections import sections
from ragassist.exchanges.written import unheaded, written
from ragassist.formats.identity import fractie_heading

__all__ = ["EXCHANGES_VERSION", "LAYOUTS", "find_exchanges", "fracties_of", "layout_of"]

EXCHANGES_VERSION = 4  # part of the key under which parsed work is reused


def _in_sections(document: Document) -> tuple[Exchange, ...]:
    return tuple(sections(document, document.paragraphs))


LAYOUTS: dict[str, Callable[[Document], tuple[Exchange, ...]]] = {
    "numbered": numbered,
    "written": written,
    "unheaded": unheaded,
    "advice": advice,
    "debate": debate,
    "sections": _in_sections,
}
# How papers of a kind are set out when they neither number their questions nor head them with a fractie's name.
OF_KIND = {
    "Advies Raad van State": "advice",
    "Nota naar aanleiding van het verslag": "unheaded",
    "Memorie van antwoord": "unheaded",
    "Verslag van een schriftelijk overleg": "written",
}
ASKING = {
    "Verslag van een schriftelijk overleg",
    "Nota naar aanleiding van het verslag",
    "Memorie van antwoord",
    "Verslag",
    "",
}


def find_exchanges(document: Document) -> tuple[Exchange, ...]:
    """Who asked what and who answered; a paper without questions gives its sections instead.

    Every paragraph is on one side of one exchange, except headings, which stand above one, and the lines of Kamervragen
    that tell who asks and who answers. What comes before the first question (the opening) is a section numbered `0`.
    """
    return LAYOUTS[layout_of(document)](document)


def layout_of(document: Document) -> str:
    """The row of LAYOUTS by which the paper is read, told by its kind and by what marks its questions."""
    kind = document.metadata.kind
    if OF_KIND.get(kind) == "advice":
        return "advice"
    if sum(speaker(paragraph) is not None for paragraph in document.paragraphs) >= SPEAKERS:
        return "debate"
    if any(label.mark == "question" or (label.mark == "answer") for label in labels(document)):
        return "numbered"
    if kind in ASKING and any(p.role == "heading" and fractie_heading(p.text) for p in document.paragraphs):
        return "written"
    return OF_KIND.get(kind, "sections")
