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
    """Each turn of the government, and of a member who was interrupted, with the member's turn that it replies to.

    Every other turn is a section, headed by who speaks, who is its respondent too.
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
    waiting: list[re.Match[str] | None] = []  # who spoke before, None where nobody was announced
    for announced, paragraphs, heading in turns:
        numbers = _text(paragraphs)
        if not numbers:
            continue
        asked = waiting[-1] if waiting else None
        if announced and asked and asked["name"] and _replies(announced, waiting):
            question = pairs.pop().answer
            pairs.append(Pair(question, numbers, _asker(asked), heading=heading, respondent=announced["who"]))
        else:
            who = announced["who"] if announced else ""
            above = (*heading, who) if who else heading
            pairs.append(Pair((), numbers, _asker(announced) if announced else Asker(), heading=above, respondent=who))
        waiting.append(announced)
    return exchanges_of(document, [pair._replace(number=str(nth)) for nth, pair in enumerate(pairs)])


def _replies(announced: re.Match[str], before: Sequence[re.Match[str] | None]) -> bool:
    """Whether this turn answers the one before it: the government's does, and that of whoever was interrupted."""
    if before[-1] is None or before[-1]["who"] == announced["who"]:
        return False
    if not announced["name"]:  # the chair gives the word, and answers nobody
        return bool(announced["office"])
    interrupted = before[-2] if len(before) > 1 else None
    return interrupted is not None and interrupted["who"] == announced["who"]


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
