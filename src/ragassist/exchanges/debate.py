"""Handelingen: who speaks, and to whom the government replies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragassist.document import Document, Exchange, Paragraph
from ragassist.exchanges.asking import Asker, Pair, exchanges_of, names_in
from ragassist.exchanges.sections import path_below
from ragassist.formats.masthead import is_head

SPEAKER = re.compile(
    r"(?P<who>(?:(?:De heer|Mevrouw|Het lid) (?P<name>[^():]{2,60}?)(?: \((?P<fractie>[^()]{1,40})\))?"
    r"|(?P<office>(?:Minister|Staatssecretaris)(?:-president)?)\b[^:.]{0,80}|De voorzitter|De griffier|Voorzitter))\s*:"
)
SPEAKERS = 2  # that make a debate


def speaker(paragraph: Paragraph) -> re.Match[str] | None:
    """Whoever is announced: a heading, or a line of its own, that ends on a colon."""
    return SPEAKER.fullmatch(paragraph.text) if paragraph.role in {"heading", "text"} else None


def debate(document: Document) -> tuple[Exchange, ...]:
    """Each turn of the government with the member's turn that it replies to; every other turn is a section.

    A section is headed by who speaks, who is its respondent too.
    """
    turns: list[tuple[re.Match[str] | None, list[Paragraph], tuple[str, ...]]] = [(None, [], ())]
    path: list[tuple[int, str]] = []
    for paragraph in document.paragraphs:
        announced = speaker(paragraph)
        if announced:
            turns.append((announced, [], tuple(text for _, text in path)))
        elif paragraph.role == "heading" and (is_head(paragraph) or not turns[-1][1]):
            path = path_below(path, [paragraph])
        else:
            turns[-1][1].append(paragraph)
    pairs: list[Pair] = []
    before: re.Match[str] | None = None
    for announced, paragraphs, heading in turns:
        numbers = _text(paragraphs)
        if not numbers:
            continue
        if announced and announced["office"] and before and before["name"]:
            asked = pairs.pop()
            pairs.append(Pair(asked.answer, numbers, _asker(before), heading=heading, respondent=announced["who"]))
            before = None
            continue
        who = announced["who"] if announced else ""
        above = (*heading, who) if who else heading
        asker = _asker(announced) if announced else Asker()
        pairs.append(Pair((), numbers, asker, heading=above, respondent=who))
        before = announced
    return exchanges_of(document, [pair._replace(number=str(nth)) for nth, pair in enumerate(pairs)])


def _text(paragraphs: Sequence[Paragraph]) -> tuple[int, ...]:
    """A heading inside a turn, such as that of a motie, is part of it; one at its end heads what follows."""
    kept = list(paragraphs)
    while kept and kept[-1].role == "heading":
        kept.pop()
    return tuple(p.number for p in kept)


def _asker(announced: re.Match[str]) -> Asker:
    return Asker(
        names_in(announced["fractie"]) if announced["fractie"] else (),
        (announced["name"],) if announced["name"] else (),
    )
