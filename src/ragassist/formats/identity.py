"""Which paper this is: what running footers, opening lines and fractie headings of Kamerstukken tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import PurePath
from typing import Any

from ragassist.document import Metadata, Paragraph
from ragassist.dutch import sentences
from ragassist.errors import UnreadablePaper
from ragassist.fracties import is_name

DASH = "[-–—‑]"
CHAPTER = "[IVXLC]+[A-H]?"  # of the budget, which alone may stand apart: 36 200 XV
DOSSIER = rf"\d{{2}}\s?\d{{3}}(?:\s?\(R\d+\))?(?:{DASH}\s?(?:{CHAPTER}|[A-Z]|\d+)\b|\s{CHAPTER}\b)?"
FOOTER = re.compile(
    rf"(?:’s-Gravenhage \d{{4}}\s+)?(?P<chamber>Eerste|Tweede) Kamer, vergaderjaar (?P<year>\d{{4}}{DASH}\d{{4}}), "
    rf"(?P<dossier>{DOSSIER}), (?:nr\. )?(?P<number>[\w.-]+?)(?: (?P<page>\d{{1,4}}))?"
)
MARGIN = re.compile(r"(?:kst|ah|h|blg|nds)-[\w-]+|ISSN \d{4}\s?[-–]\s?\d{3}[\dX]|’s-Gravenhage \d{4}")
IDENTIFIER = re.compile(r"(?:kst|ah|h|blg|nds)-[A-Za-z0-9][\w-]*")
SPEAKING = r"(?:vragen|opmerkingen|inbreng|reacties?|antwoord(?:en)?|vraag|bijdrage)"
FRACTIE_HEADING = re.compile(
    rf"(?:[IVX]+\.? |\d+\.? |[a-z]\. )?{SPEAKING}(?:,? (?:en(?:/of)? )?{SPEAKING})* (?:van|vanuit|namens|door) .*"
    r"\b(?:leden|lid|fracties?)\b.*",
    re.IGNORECASE,
)

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b")
# Onderwijs, Cultuur en Wetenschap
PORTFOLIO = r"[A-Z][\w’-]*(?:(?:, | en | )[A-Z][\w’-]*)*"
COMMITTEE = re.compile(
    rf"\b((?:vaste|algemene|tijdelijke|bijzondere) commissies? voor {PORTFOLIO}(?: en voor {PORTFOLIO})*)"
)
RESPONDENT = re.compile(
    r"\b(?:aan|door|van|met|dat|heeft|hebben) de "
    rf"((?:Minister|Staatssecretaris)(?:-President)? (?:van|voor) {PORTFOLIO})"
)
UNTIL = r"(.+?)(?: \(Kamerstuk|\.(?= [A-Z]|$)|$)"
SUBJECT = re.compile(rf"\b(?:over|inzake) (?:de|het) (?:brief|brieven) .*?\b(?:over|inzake) (?:de |het )?{UNTIL}")
OVER = re.compile(rf"\b(?:over|inzake) (?:de |het )?{UNTIL}")
ANSWERED = re.compile(r"\b(?:be|ge)?antwoord|\breactie voorzien|\b[Vv]astgesteld\b|\b[Oo]ntvangen\b")
WRITTEN = "Verslag van een schriftelijk overleg"
OPENING = 6  # paragraphs in which a paper says what it is …
OPENING_LENGTH = 5000  # … and characters: the seed takes 800


def footer_page(text: str) -> int | None:
    """The page number that a running footer prints; None when this is no footer, 0 when it prints no page."""
    found = FOOTER.fullmatch(text)
    return int(found["page"] or 0) if found else None


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page and not to the paper: footers, ISSN, the paper's id in the margin."""
    return FOOTER.fullmatch(text) is not None or MARGIN.fullmatch(text) is not None


def fractie_heading(text: str) -> bool:
    """Whether a line is the heading of one fractie's part."""
    return is_name(text) or (FRACTIE_HEADING.fullmatch(text) is not None and not text.endswith((".", "?", ":", ";")))


def of_paper(
    name: str, paragraphs: Sequence[Paragraph], furniture: Sequence[str], told: Mapping[str, Any] | None = None
) -> Metadata:
    """Metadata from the paper's text, and from what its file tells besides.

    told: fields of Metadata that the file gives apart from its text; they count for more than the text does.
    Raises UnreadablePaper when neither text, file nor name tells which paper it is.
    """
    footer = next((found for text in furniture if (found := FOOTER.fullmatch(text))), None)
    dossier = _dossier(footer["dossier"]) if footer else ""
    number = footer["number"] if footer else ""
    before = takewhile(lambda p: not fractie_heading(p.text), paragraphs[:OPENING])
    opening = " ".join(p.text for p in before if p.role != "heading")[:OPENING_LENGTH]
    read = Metadata(
        id=told["id"]
        if told and told.get("id")
        else f"kst-{re.sub(r'[(].*?[)]', '', dossier)}-{number}"
        if footer
        else _named(name, furniture),
        title=_title(opening) or (WRITTEN if _is_written(paragraphs) else PurePath(name).stem),
        kind=WRITTEN if _is_written(paragraphs) else "",
        dossier=dossier,
        number=number,
        year=re.sub(DASH, "-", footer["year"]) if footer else "",
        date=_answered_on(opening),
        chamber=f"{footer['chamber']} Kamer" if footer else "",
        committee=found[1] if (found := COMMITTEE.search(opening)) else "",
        respondent=found[1] if (found := RESPONDENT.search(opening)) else "",
    )
    return replace(read, **{field: value for field, value in (told or {}).items() if value})


def _dossier(printed: str) -> str:
    """`21 501–31` -> `21501-31`, `36 200 XV` -> `36200-XV`."""
    return re.sub(r"\s", "", re.sub(rf"\s(?={CHAPTER}$)|{DASH}\s?", "-", printed))


def _named(name: str, furniture: Sequence[str]) -> str:
    margin = next((text for text in furniture if IDENTIFIER.fullmatch(text)), "")
    stem = PurePath(name.replace("\\", "/")).stem
    if margin or IDENTIFIER.fullmatch(stem):
        return margin or stem
    raise UnreadablePaper(
        name,
        "it holds no Kamerstuk number (a footer such as “Tweede Kamer, vergaderjaar 2023–2024, 21 501-31, nr. 741”); "
        "to read it all the same, name the file by its number: kst-21501-31-741.",
    )


def _is_written(paragraphs: Sequence[Paragraph]) -> bool:
    return any(p.role == "heading" and fractie_heading(p.text) for p in paragraphs)


def _title(opening: str) -> str:
    found = SUBJECT.search(opening) or OVER.search(opening)
    return f"{found[1][0].upper()}{found[1][1:]}" if found else ""


def _answered_on(opening: str) -> str:
    """The last date in the sentences that tell of the answers; the others may speak of meetings to come."""
    told = [opening[start:end] for start, end in sentences(opening) if ANSWERED.search(opening[start:end])]
    dates = DATE.findall(" ".join(told)) or DATE.findall(opening)
    return max((f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}" for day, month, year in dates), default="")
