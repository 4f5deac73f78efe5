"""What cards and papers say around the quoted text, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; what stands in braces is filled in."""

    found: str
    strong: str
    fair: str
    weak: str
    missing: str
    nearest: str
    absent: str
    still: str
    searched: str
    more: str
    asked: str
    answered: str
    in_question: str
    paper: str
    place: str
    unpaged: str
    copy: str
    quote: str
    reference: str
    link: str
    copy_quote: str
    copy_reference: str
    copy_link: str
    page: str
    contents: str
    notes: str
    back: str
    official: str
    asks: str
    answers: str


WORDS: dict[Lang, Words] = {
    "nl": Words(
        found="Antwoord gevonden",
        strong="sterk bewijs",
        fair="redelijk bewijs",
        weak="zwak bewijs",
        missing="Niet gevonden",
        nearest="Geen direct antwoord gevonden; dit komt het dichtst in de buurt.",
        absent="Deze stukken geven hier geen antwoord op.",
        still="Toch zien wat het dichtst in de buurt komt",
        searched="Gezocht als",
        more="Meer antwoorden ({count})",
        asked="{who} vroeg",
        answered="{who} antwoordde",
        in_question="Uit de vraag van {who}",
        paper="Het stuk zelf",
        place="p. {page}, alinea {number}",
        unpaged="alinea {number}",
        copy="Kopieer",
        quote="citaat",
        reference="verwijzing",
        link="link",
        copy_quote="Kopieer het citaat met verwijzing",
        copy_reference="Kopieer alleen de verwijzing",
        copy_link="Kopieer een link naar deze vraag en vindplaats",
        page="pagina {page}",
        contents="Inhoud",
        notes="Noten",
        back="Terug naar alinea {number}",
        official="Officiële publicatie",
        asks="{who} vraagt",
        answers="{who} antwoordt",
    ),
    "en": Words(
        found="Answer found",
        strong="strong evidence",
        fair="fair evidence",
        weak="weak evidence",
        missing="Not found",
        nearest="No direct answer found; this comes closest.",
        absent="These papers do not answer this.",
        still="Show what comes closest anyway",
        searched="Searched as",
        more="More answers ({count})",
        asked="{who} asked",
        answered="{who} answered",
        in_question="From the question by {who}",
        paper="The paper itself",
        place="p. {page}, paragraph {number}",
        unpaged="paragraph {number}",
        copy="Copy",
        quote="quote",
        reference="reference",
        link="link",
        copy_quote="Copy the quote with its reference",
        copy_reference="Copy the reference only",
        copy_link="Copy a link to this question and place",
        page="page {page}",
        contents="Contents",
        notes="Notes",
        back="Back to paragraph {number}",
        official="Official publication",
        asks="{who} asks",
        answers="{who} answers",
    ),
}
