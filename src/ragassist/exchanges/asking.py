"""Who asks: fracties and members, as headings and questions name them; and what an exchange is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from string import ascii_lowercase
from typing import NamedTuple

from ragassist.document import Document, Exchange, Paragraph

SPOKEN_FOR = re.compile(
    r"\b[Ll]eden van de (?:fracties? van (?:de |het )?)?((?:(?!leden|vra[ag]|hebben|van ).){2,60}?)(?:[- ]fracties?)\b"
    r"|\b[Ll]eden van de fracties? van (?:de |het )?([^,.]{2,60}?)"
    r"(?= (?:heb|heeft|vra|lez|dank|mer|vin|con|zij|wil|ond|is)|[,.])"
    r"|\b[Hh]et lid ((?:Van |De |Den |Der |Ten )*[A-Z][\w-]+)"
)


class Asker(NamedTuple):
    """fractie: as the paper writes it. member: by name."""

    fractie: tuple[str, ...] = ()
    member: tuple[str, ...] = ()


class Pair(NamedTuple):
    """An exchange before it is numbered: paragraph numbers of both sides.

    number: as printed, empty where the paper numbers nothing. heading: the path above it.
    """

    question: tuple[int, ...]
    answer: tuple[int, ...]
    asker: Asker = Asker()
    number: str = ""
    heading: tuple[str, ...] = ()
    respondent: str = ""


def fracties_of(heading: str) -> tuple[str, ...]:
    """The fracties that a heading names, as it writes them: `GroenLinks/PvdA`, `VVD`."""
    named = re.search(r"fracties? van (?:de |het )?(.+)$", heading) or re.search(
        r"(?:leden|lid|van|vanuit|namens|door) (?:van )?(?:de |het )?((?:(?!leden|van ).)+?)[- ]fracties?\b", heading
    )
    return names_in(re.sub(r"\s+(?:en|met) (?:de )?(?:reactie|antwoord).*$", "", named[1])) if named else (heading,)


def names_in(text: str) -> tuple[str, ...]:
    """`de VVD-, D66- en CDA` -> each name."""
    parts = re.split(r",\s*|\s+en\s+", re.sub(r"\s+gezamenlijk$", "", text))
    return tuple(
        name for part in parts if (name := re.sub(r"^(?:de|het|van|leden)\s+|-?fracties?$", "", part).strip(" -"))
    )


def asker_in(paragraphs: Sequence[Paragraph]) -> Asker:
    """Whoever the first of these paragraphs that names a fractie or a member speaks for."""
    for paragraph in paragraphs:
        found = SPOKEN_FOR.search(paragraph.text)
        if found and found[3]:
            return Asker(member=(found[3],))
        if found:
            return Asker(names_in(found[1] or found[2]))
    return Asker()


def exchanges_of(document: Document, pairs: Sequence[Pair]) -> tuple[Exchange, ...]:
    """The pairs as exchanges with numbers that are unique in the paper: as printed, else counted from 1.

    What asks nothing and is not numbered is a section: `0`, `0a`, `0b`.
    """
    found: list[Exchange] = []
    used: set[str] = set()
    asked = 0
    for pair in pairs:
        asked += bool(pair.question)
        wanted = pair.number or (str(asked) if pair.question else "0")
        number = next(name for name in _names(wanted) if name not in used)
        used.add(number)
        found.append(
            Exchange(
                document.id,
                number,
                pair.asker.fractie,
                pair.question,
                pair.answer,
                pair.heading,
                pair.respondent or (document.metadata.respondent if pair.question else ""),
                pair.asker.member,
            )
        )
    return tuple(found)


def _names(wanted: str) -> Iterator[str]:
    """`2`, `2a`, `2b`, …, `2z`, `2-27`, …"""
    yield wanted
    yield from (f"{wanted}{letter}" for letter in ascii_lowercase)
    yield from (f"{wanted}-{nth}" for nth in count(len(ascii_lowercase) + 1))
