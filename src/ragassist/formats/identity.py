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
from ragassist.formats import masthead
from ragassist.formats.masthead import CHAPTER, DASH, DOSSIER
from ragassist.fracties import is_name

FOOTER = re.compile(
    rf"(?:’s-Gravenhage \d{{4}}\s+)?(?P<chamber>Eerste|Tweede) Kamer, vergaderjaar (?P<year>\d{{4}}{DASH}\d{{4}}), "
    rf"(?P<dossier>{DOSSIER}), (?:nr\. )?(?P<number>[\w.-]+?)(?: (?P<page>\d{{1,4}}))?"
)
# Footers that print no paper's number, or several: of the Aanhangsel, of both chambers, of Handelingen.
RUNNING = re.compile(
    rf"(?:’s-Gravenhage \d{{4}}\s+)?(?:(?:Eerste|Tweede) Kamer|Staten-Generaal), vergaderjaar \d{{4}}{DASH}\d{{4}}, "
    r"(?:Aanhangsel(?: van de Handelingen)?|Handelingen|"
    r"[\d(][^?!]{1,80}?,? (?:nrs?\. ?)?[\w./-]+(?:(?: en |/ ?)(?:nrs?\. )?[\w./-]+)*)"
    r"(?: (?P<page>\d{1,4}))?"
    r"|(?:Eerste|Tweede) Kamer\b.{0,120}? \d{1,3}-\d{1,3}-(?P<sheet>\d{1,4})"
)
MARGIN = re.compile(
    r"(?:kst|ah|h|blg|nds)-[\w-]+|ISSN \d{4}\s?[-–]\s?\d{3}[\dX]|’s-Gravenhage \d{4}"
    r"|(?:KST|KVR|HAN|BLG)\d{3,8}|\d{4}[te]k[a-z]{2,4}[\w-]+|Sdu Uitgevers"  # before 2010
)
# Of a publication, or of a document of the Tweede Kamer that is none: 2025D06779.
IDENTIFIER = re.compile(r"(?:kst|ah|h|blg|nds)-[A-Za-z0-9][\w-]{0,100}|\d{4}D\d{5}")
OF_ID = re.compile(r"(ah|h)-(tk|ek)-(\d{4})(\d{4})-([\w-]+)")
ODD = re.compile(r"[^\w-]+")  # in a number, what an id does not hold
SPEAKING = r"(?:vragen|opmerkingen|inbreng|reacties?|antwoord(?:en)?|vraag|bijdrage)"
FRACTIE_HEADING = re.compile(
    rf"(?:[IVX]+\.? |\d+\.? |[a-z]\. )?{SPEAKING}(?:,? (?:en(?:/of)? )?{SPEAKING})* (?:van|vanuit|namens|door) .*"
    r"\b(?:leden|lid|fracties?)\b.*",
    re.IGNORECASE,
)

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
DEBATE = "Handelingen"  # dates in its opening are of other meetings
BY_OWN_TITLE = {masthead.QUESTIONS, "Motie", "Amendement"}  # the others are called by what they are about
ASKED_BY_COMMITTEE = {WRITTEN, "Lijst van vragen en antwoorden", "Lijst van vragen", "Verslag", ""}
SIGNED = re.compile(
    rf"(?:^|[.?!;] )De ((?:Minister|Staatssecretaris)(?:-President)?,?(?: (?:van|voor) {PORTFOLIO})?),(?: |$)"
)
SIGNATURES = 8  # paragraphs at the end of a paper in which it is signed
SIGNER = re.compile(r"(?:[^\W\d_]|[-’'. ()/]){2,60}(?<![.,;:])")
OPENING = 6  # paragraphs in which a paper says what it is …
OPENING_LENGTH = 5000  # … and characters: the seed takes 800


def footer_page(text: str) -> int | None:
    """The page number that a running footer prints; None when this is no footer, 0 when it prints no page."""
    found = FOOTER.fullmatch(text)
    if found is None and (running := RUNNING.fullmatch(text)):
        return int(running["page"] or running["sheet"] or 0)
    return int(found["page"] or 0) if found else None


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page and not to the paper: footers, ISSN, the paper's id in the margin."""
    return footer_page(text) is not None or MARGIN.fullmatch(text) is not None


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
    head = masthead.read(paragraphs)
    before = takewhile(lambda p: not fractie_heading(p.text), paragraphs[:OPENING])
    opening = " ".join(p.text for p in before if p.role != "heading")[:OPENING_LENGTH]
    dossier = _dossier(footer["dossier"] if footer else head.get("dossier", ""))
    number = footer["number"] if footer else head.get("number", "")
    kind = (told or {}).get("kind") or head["kind"] or _kind(paragraphs)
    read = Metadata(
        id="",
        title=_title(kind, head, opening) or kind or PurePath(name).stem,
        kind=kind,
        dossier=dossier,
        number=number,
        year=re.sub(DASH, "-", footer["year"]) if footer else head.get("year", ""),
        date=head.get("date") or ("" if kind == DEBATE else _answered_on(opening)) or head.get("asked", ""),
        chamber=f"{footer['chamber']} Kamer" if footer else head.get("chamber", ""),
        committee=found[1] if kind in ASKED_BY_COMMITTEE and (found := COMMITTEE.search(opening)) else "",
        respondent=head.get("respondent") or _respondent(opening, paragraphs),
        members=head.get("members") or _signers(kind, paragraphs),
        reprint=head["reprint"],
    )
    read = replace(read, **{field: value for field, value in (told or {}).items() if value})
    read = replace(read, id=read.id if IDENTIFIER.fullmatch(read.id) else _id(name, read, furniture))
    return replace(read, **{field: value for field, value in _of_id(read.id).items() if not getattr(read, field)})


def _id(name: str, read: Metadata, furniture: Sequence[str]) -> str:
    """The paper's id: from its margin, else from what it says of itself, else from the file's name."""
    margin = next((text for text in furniture if IDENTIFIER.fullmatch(text)), "")
    if margin:
        return margin
    number = ODD.sub("-", read.number)  # A/5, a letter in one Kamer and a number in the other
    numbered = f"kst-{read.dossier}-{number}"
    if read.dossier and number and IDENTIFIER.fullmatch(numbered):
        return numbered
    asked = f"ah-{'ek' if read.chamber.startswith('Eerste') else 'tk'}-{read.year.replace('-', '')}-{number}"
    if read.kind == masthead.QUESTIONS and number and read.year and IDENTIFIER.fullmatch(asked):
        return asked
    stem = PurePath(name.replace("\\", "/")).stem
    if IDENTIFIER.fullmatch(stem):
        return stem
    raise UnreadablePaper(
        name,
        "it holds no Kamerstuk number (a footer such as “Tweede Kamer, vergaderjaar 2023–2024, 21 501-31, nr. 741”); "
        "to read it all the same, name the file by its number: kst-21501-31-741.",
    )


def _of_id(id: str) -> dict[str, Any]:
    """What the id of an Aanhangsel or of Handelingen tells: `h-tk-20232024-99-3`."""
    found = OF_ID.fullmatch(id)
    if not found:
        return {}
    kind, chamber, start, end, number = found.groups()
    return {
        "kind": masthead.QUESTIONS if kind == "ah" else DEBATE,
        "chamber": "Eerste Kamer" if chamber == "ek" else "Tweede Kamer",
        "year": f"{start}-{end}",
        "number": number,
    }


def _dossier(printed: str) -> str:
    """`21 501–31` -> `21501-31`, `36 200 XV` -> `36200-XV`, `35 925 (R2160)` -> `35925`."""
    plain = re.sub(r"\s?\(.*?\)", "", printed)
    return re.sub(r"\s", "", re.sub(rf"\s(?={CHAPTER}$)|{DASH}\s?", "-", plain))


def _kind(paragraphs: Sequence[Paragraph]) -> str:
    """The kind of a paper that has lost its head, told by what is in it."""
    if any(p.role == "heading" and fractie_heading(p.text) for p in paragraphs):
        return WRITTEN
    if paragraphs[0].text.startswith("De Kamer,"):
        return "Motie"
    return ""


def _respondent(opening: str, paragraphs: Sequence[Paragraph]) -> str:
    """Who answers, as the opening tells, else whoever signs first: `De Minister van Sloten, C. Vlotman`."""
    named = RESPONDENT.search(opening)
    signed = (SIGNED.search(paragraph.text) for paragraph in paragraphs[-SIGNATURES:])
    return named[1] if named else next((found[1] for found in signed if found), "")


def _signers(kind: str, paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
    """Who signed a motie or an amendement: the names below its text."""
    if kind not in {"Motie", "Amendement"}:
        return ()
    names = takewhile(lambda p: p.role == "text" and SIGNER.fullmatch(p.text), reversed(paragraphs))
    return tuple(p.text for p in names)[::-1]


def _title(kind: str, head: Mapping[str, Any], opening: str) -> str:
    """What the paper is about, as one would call it."""
    own, subject = head.get("title", ""), head.get("subject", "")
    if kind in BY_OWN_TITLE and own:
        return str(own)
    found = (SUBJECT.search(opening) or OVER.search(opening)) if kind == WRITTEN or not own else None
    if found:
        return f"{found[1][0].upper()}{found[1][1:]}"
    return str(own if kind == "Brief" and not subject else subject or own)


def _answered_on(opening: str) -> str:
    """The last date in the sentences that tell of the answers; the others may speak of meetings to come."""
    told = [opening[start:end] for start, end in sentences(opening) if ANSWERED.search(opening[start:end])]
    return max(masthead.dates_in(" ".join(told)) or masthead.dates_in(opening), default="")
