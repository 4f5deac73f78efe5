"""What stands at the head of a paper: chamber, year, dossier, number, title, date, who asks and who answers.

The same in every format: it is read from the first paragraphs, which every dialect gives alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ragassist.document import Paragraph

DASH = "[-–—‑]"
CHAPTER = "[IVXLC]+[A-H]?"  # of the budget, which alone may stand apart: 36 200 XV
DOSSIER = rf"\d{{2}}\s?\d{{3}}(?:\s?\(R\d+\))?(?:{DASH}\s?(?:{CHAPTER}|[A-Z]|\d+)\b|\s{CHAPTER}\b)?"
HEAD = 14  # paragraphs in which all of it stands; eight dossiers were seen at once

MASTHEAD = re.compile(
    rf"(?:(?P<chamber>Eerste|Tweede) Kamer der )?Staten-Generaal\b(?:.*?(?P<year>\d{{4}}{DASH}\d{{4}}))?"
)
MASTHEAD_LINE = re.compile(
    r"(?:(?:(?:Eerste|Tweede) Kamer der )?Staten-Generaal\b|Vragen gesteld door de leden der Kamer).*"
)
NUMBER_LINE = re.compile(r"(?:Nrs?\. \S+|[A-Z]{1,3}(?= [A-Z]{4,})|\d{3,5}|[A-Z]{1,3} ?/ ?Nr\. \S+)(?: [^a-z]*)?")
YEAR = re.compile(rf"Vergaderjaar (\d{{4}}{DASH}\d{{4}})")
DOSSIER_LINE = re.compile(rf"(?P<dossier>{DOSSIER})\s+(?P<title>\S.*)")
# `Nr. 741 VERSLAG …`, in the Eerste Kamer `C VERSLAG …`, for both at once `A/ Nr. 5 BRIEF …`
STUK = re.compile(
    r"(?=Nrs?\. |[A-Z]{1,3}\b)(?:(?P<letter>[A-Z]{1,3})(?: ?/)?(?= |$) ?)?(?:Nrs?\. (?P<number>[\w.-]+))?"
    r"(?: ?(?P<title>[^\W\d].*))?"
)
ASKED = re.compile(r"(?:Vraag|Vragen) van (?:de|het) (?:leden|lid) .+", re.DOTALL)
MEMBER = re.compile(r"((?:[A-ZÀ-Þ]|van\b|de\b|den\b|der\b|ten\b|ter\b|’t\b|'t\b)[^,()]*?) \(([^)]+)\)")
ABOUT = re.compile(r"\b(?:over|inzake|betreffende) (.+?)\s*\((?:ingezonden|ontvangen)")
REPLIES = "(?:Nader antwoord|Herzien antwoord|Antwoord|Mededeling|Uitstelbericht)"
REPLIED = re.compile(rf"{REPLIES}\b.*?\bvan (?:de )?(?P<who>.+?)(?: \(ontvangen|,? mede namens|$)")
RECEIVED = re.compile(r"\(ontvangen (?:\(ontvangen )?([^)]*)")
SENT = re.compile(r"\(ingezonden ([^)]*)")
MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b")
DATE_LINE = re.compile(
    r"(?:Voorgesteld|Vastgesteld|Ontvangen|Herdruk|Gewijzigd|Ter [Gg]riffie)\b|(?:[’'‘]s-Gravenhage|Den Haag),"
    r"|(?:[Mm]aan|[Dd]ins|[Ww]oens|[Dd]onder|[Vv]rij|[Zz]ater|[Zz]on)dag \d"
)
OFFICE = re.compile(
    r"\b((?:minister|staatssecretaris)(?:-president)?(?:, minister)? (?:van|voor) .+?)"
    r"(?=$|,? mede namens| en de (?:minister|staatssecretaris)|, (?:houdende|ter)\b| inzake | over )",
    re.IGNORECASE,
)
LOWER = frozenset(
    "van voor de het en een over inzake op aan met door der in tot ter bij naar aanleiding lid leden c.s. verslag "
    "schriftelijk overleg lijst vragen antwoorden brief motie amendement gewijzigde gewijzigd nader tweede memorie "
    "toelichting voorstel wet advies afdeling advisering rapport nota houdende wijziging verbetering boodschap "
    "vervanging gedrukt onder nr. nr die dat is antwoord commissiedebat algemeen wetgevingsoverleg notaoverleg".split()
)

# What a paper's title says of its kind; the word that comes first in the title decides.
KINDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})", re.IGNORECASE), kind)
    for pattern, kind in (
        (
            r"verslag (?:(?:van|houdende) een )?(?:nader )?schriftelijk overleg",
            "Verslag van een schriftelijk overleg",
        ),
        (r"lijst van (?:feitelijke )?vragen (?:en|met) antwoorden", "Lijst van vragen en antwoorden"),
        (r"lijst van (?:feitelijke )?vragen", "Lijst van vragen"),
        (
            r"(?:nadere |tweede )*nota naar aanleiding van het (?:tweede |nader )*verslag",
            "Nota naar aanleiding van het verslag",
        ),
        (r"(?:nadere )?memorie van antwoord", "Memorie van antwoord"),
        (r"memorie van toelichting", "Memorie van toelichting"),
        (r"(?:ontwerp van|voorstel van) (?:rijks)?wet", "Voorstel van wet"),
        (r"advies (?:van de )?(?:afdeling advisering )?(?:van de )?raad van state", "Advies Raad van State"),
        (r"koninklijke boodschap", "Koninklijke boodschap"),
        (r"nota van (?:wijziging|verbetering)", "Nota van wijziging"),
        (r"motie", "Motie"),
        (r"(?:sub)?amendement", "Amendement"),
        (r"brief", "Brief"),
        (
            r"verslag van (?:een|het) (?:\w*overleg|algemeen overleg|\w*debat|\w*gesprek|hoorzitting)|stenogram",
            "Verslag van een commissiedebat",
        ),
        (r"(?:voorlopig |nader |eind)?verslag(?! houdende een lijst)", "Verslag"),
        (r"initiatiefnota", "Initiatiefnota"),
        (r"jaarverslag", "Jaarverslag"),
        (r"bijlage", "Bijlage"),
    )
)
QUESTIONS = "Kamervragen"


def read(paragraphs: Sequence[Paragraph]) -> dict[str, Any]:
    """The fields of Metadata that the head of a paper tells; those that it does not are left out.

    dossier, number: as printed. title: the paper's own. subject: what its dossier is about.
    """
    told: dict[str, Any] = {}
    for paragraph in paragraphs[:HEAD]:
        found = next((fields for reader in READERS if (fields := reader(paragraph, told))), {})
        told |= {field: value for field, value in found.items() if value and not told.get(field)}
        if paragraph.role != "heading" and told.get("date") and "title" in told:
            break
    if not told.get("date"):  # a letter may be dated at its end
        told |= next((fields for paragraph in paragraphs[HEAD:] if (fields := _dated(paragraph, told))), {})
    title = told.get("title", "")
    return told | {
        "kind": told.get("kind") or kind_of(title),
        "reprint": bool(re.search("herdruk", title, re.IGNORECASE)),
    }


def is_head(paragraph: Paragraph) -> bool:
    """Whether a heading belongs to the head of a paper, and so says nothing of what stands below it."""
    return any(
        pattern.fullmatch(paragraph.text)
        for pattern in (MASTHEAD_LINE, DOSSIER_LINE, NUMBER_LINE)
    )  # fmt: skip


def is_title(paragraph: Paragraph) -> bool:
    """Whether a paragraph of Kamervragen only tells who asks whom about what, and who answers when."""
    text = paragraph.text
    return (ASKED.match(text) is not None and "(ingezonden" in text) or (
        re.match(rf"{REPLIES}\b.* van ", text) is not None and "(ontvangen" in text
    )


def kind_of(title: str) -> str:
    """What kind of paper a title names, empty when it names none."""
    found = [
        (match.start(), row, kind) for row, (pattern, kind) in enumerate(KINDS) if (match := pattern.search(title))
    ]
    return min(found)[2] if found else ""


def cased(title: str) -> str:
    """A title in capitals as one writes it: `MOTIE VAN HET LID VAN NISPEN` -> `Motie van het lid Van Nispen`."""
    if title != title.upper():
        return title
    words = title.lower().split()
    members = "leden" in words  # of whom the second follows upon "en"
    for at, word in enumerate(words):
        named = at > 0 and (words[at - 1] in {"lid", "leden"} or (members and words[at - 1] == "en"))
        if at == 0 or named or word not in LOWER:
            words[at] = re.sub(r"(?:^|(?<=[-’/(]))\w", lambda letter: letter[0].upper(), word)
    return " ".join(words)


def date_in(text: str) -> str:
    """The first date in a text, ISO; empty when there is none."""
    found = DATE.search(text)
    return _iso(*found.groups()) if found else ""


def dates_in(text: str) -> list[str]:
    """Every date in a text, ISO, in order."""
    return [_iso(*found) for found in DATE.findall(text)]


def _iso(day: str, month: str, year: str) -> str:
    return f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}"


def _masthead(paragraph: Paragraph, told: Mapping[str, Any]) -> dict[str, Any]:
    found = MASTHEAD.match(paragraph.text)
    if not found:
        found_year = YEAR.match(paragraph.text)
        return {"year": _years(found_year[1])} if found_year else {}
    fields = {"chamber": found["chamber"] and f"{found['chamber']} Kamer", "year": _years(found["year"] or "")}
    if "Aanhangsel" in paragraph.text:
        fields["kind"] = QUESTIONS
    return fields


def _years(printed: str) -> str:
    return re.sub(DASH, "-", printed)


def _dossier(paragraph: Paragraph, told: Mapping[str, Any]) -> dict[str, Any]:
    found = DOSSIER_LINE.fullmatch(paragraph.text) if _may_head(paragraph, told) else None
    return {"dossier": found["dossier"], "subject": found["title"]} if found else {}


def _may_head(paragraph: Paragraph, told: Mapping[str, Any]) -> bool:
    return paragraph.role == "heading" or bool(told.get("chamber"))


def _stuk(paragraph: Paragraph, told: Mapping[str, Any]) -> dict[str, Any]:
    found = STUK.fullmatch(paragraph.text) if "dossier" in told and "number" not in told else None
    if not found or not (found["number"] or kind_of(found["title"] or "")):
        return {}
    title = cased(re.sub(r"(?<=[A-Z])\d{1,2}$", "", found["title"] or ""))
    office = OFFICE.search(title)
    return {
        "number": "/".join(filter(None, (found["letter"], found["number"]))),
        "title": title,
        "respondent": f"{office[1][0].upper()}{office[1][1:]}" if office else "",
    }


def _question_number(paragraph: Paragraph, told: Mapping[str, Any]) -> dict[str, Any]:
    numbered = re.fullmatch(r"\d{1,5}", paragraph.text)
    return {"number": paragraph.text} if numbered and told.get("kind") == QUESTIONS else {}


def _asked(paragraph: Paragraph, told: Mapping[str, Any]) -> dict[str, Any]:
    if not ASKED.match(paragraph.text) or not (told.get("kind") == QUESTIONS or "(ingezonden" in paragraph.text):
        return {}
    to, about, sent = (
        re.search(r" aan (?:de|het) ", paragraph.text),
        ABOUT.search(paragraph.text),
        SENT.search(paragraph.text),
    )
    fields = {
        "kind": QUESTIONS,
        "members": tuple(members_in(paragraph.text[: to.start() if to else None])),
        "title": about[1][0].upper() + about[1][1:] if about else "",
        "asked": date_in(sent[1]) if sent else "",
    }
    answered = re.search(rf"\b{REPLIES} van", paragraph.text)
    return fields | (_replied_in(paragraph.text[answered.start() :]) if answered else {})


def members_in(text: str) -> Iterator[str]:
    """`de leden Mutluer (GroenLinks-PvdA) en Kostić (PvdD)` -> each member with the fractie, as printed."""
    for name, fractie in MEMBER.findall(re.sub(r"^.*?\b(?:leden|lid) ", "", text, count=1)):
        yield f"{re.sub(r'^(?:en|het lid|de leden) ', '', name)} ({fractie})"


def _replied(paragraph: Paragraph, told: Mapping[str, Any]) -> dict[str, Any]:
    starts = re.match(
        r"(?:Nader antwoord|Herzien antwoord|Antwoord|Mededeling|Uitstelbericht)\b.* van ", paragraph.text
    )
    return _replied_in(paragraph.text) if starts and told.get("kind") == QUESTIONS else {}


def _replied_in(text: str) -> dict[str, Any]:
    who, received = REPLIED.match(text), RECEIVED.search(text)
    return {"respondent": who["who"] if who else "", "date": date_in(received[1]) if received else ""}


def _dated(paragraph: Paragraph, told: Mapping[str, Any]) -> dict[str, Any]:
    short = len(paragraph.text) < 150 and DATE_LINE.match(paragraph.text)
    return {"date": max(dates_in(paragraph.text), default="")} if short else {}


READERS = (_masthead, _dossier, _stuk, _question_number, _asked, _replied, _dated)
