"""Written references <-> papers: `Kamerstukken II 2023/24, 21 501-31, nr. 741, p. 10` is `kst-21501-31-741`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from ragassist.errors import UnknownReference

LONGEST = 1000  # characters of a reference or link; the longest that was seen has 180
SHOWN = 80  # characters of it that a refusal repeats
EXAMPLES = "kst-21501-31-741, Kamerstukken II 2023/24, 21 501-31, nr. 741, or its link"

FLAGS = re.IGNORECASE | re.ASCII
IDENTIFIER = re.compile(r"(?:kst|ah|h|blg|nds|kv)(?:-[a-z0-9]+){1,6}", FLAGS)
TWEEDE_KAMER = re.compile(r"(?:19|20)\d\dD\d{5}", FLAGS)  # its own document number: 2025D06779
COUNCILS = {"21501"}  # dossiers in parts by number (raadnr); elsewhere 36450-6 is paper 6 of dossier 36450
CHAPTER = "[IVX]+[A-H]?"  # of the budget
NUMBER = r"(?!nrs?\b|no\b)(?P<number>\d{1,4}[a-z]?|[A-Z]{1,3}\d?)"  # letters in the Eerste Kamer
YEAR = r"(?P<start>\d{4}) ?[/-] ?(?P<end>\d{4}|\d{2})"
CHAMBER = r"(?:\s(?P<chamber>I{1,2}|EK|TK))?"
SERIES = (
    rf"(?:(?P<whole>dossier)\s|(?:kamerst(?:uk(?:ken)?|\.)|kst\.?){CHAMBER}[,:]?\s"
    r"|(?:TK|EK|(?:Tweede|Eerste) Kamer(?: der Staten-Generaal)?),?\s)?"
    rf"(?:(?:vergaderjaar )?{YEAR},?\s)?(?:dossier\s)?"
)
DOSSIER = (
    r"(?P<dossier>\d{2}[ .]?\d{3})(?:\s?\(R\d+\))?"
    rf"(?:(?:\s?-\s?|\s|,\s(?={CHAPTER},?\s?nr))(?:hoofdstuk )?(?P<addition>{CHAPTER}|[A-Z]|\d{{1,2}}(?=[\s,-]|$)))?"
    r"(?:\s?\(R\d+\))?"
)
TAIL = r"(?:,?\s\(?herdruk\)?)?(?:,?\s(?:p|pp|pag|blz)\.?\s?\d+(?:\s?-\s?\d+)?)?\.?"
KAMERSTUK = re.compile(rf"{SERIES}{DOSSIER}(?:(?:,?\s(?:nrs?|no)\.?\s?|,\s|\s?-\s?){NUMBER})?{TAIL}", FLAGS)
AANHANGSEL = re.compile(
    rf"(?=.*aanhangsel)(?:aanhangsel(?: (?:van de|der|bij de))?(?: handelingen)?{CHAMBER}"
    r"|handelingen(?P<other>\sI{1,2})?|kamervragen),?\s(?:\(?aanhangsel\)?,?\s)?"
    rf"(?:vergaderjaar )?{YEAR},?\s(?:\(?aanhangsel\)?,?\s)?(?:nr\.?\s?)?(?P<number>\d{{1,5}}){TAIL}",
    FLAGS,
)
HANDELINGEN = re.compile(
    rf"handelingen{CHAMBER},?\s(?:vergaderjaar )?{YEAR}"
    r"(?:,?\s(?:nr\.?\s?)?(?P<meeting>\d{1,3}))?"
    r"(?:(?:,?\sitem\s?|-)(?P<item>\d{1,3})(?:,?\s(?:p|pp|blz)\.?\s?\d+(?:\s?-\s?\d+)?)?"
    r"|,?\s(?:p|pp|blz)\.?\s?(?P<first>\d{1,5})\s?-\s?(?P<last>\d{1,5}))\.?",
    FLAGS,
)
ITEMS_SINCE = 2010  # the vergaderjaar from which Handelingen are published by item, before it by pages

PARTS = re.compile(
    rf"kst-(?P<dossier>\d{{5}}(?:-(?:{CHAPTER}|[A-Z]|\d{{1,2}}))?)-(?P<number>\d{{1,4}}[a-z]?|[A-Z]{{1,3}}\d?)"
)
SESSION = re.compile(
    r"(?P<series>ah|h)-(?P<chamber>tk|ek)-(?P<start>\d{4})(?P<end>\d{4})-(?P<number>\d+)(?:-(?P<item>\d+))?"
)

OFFICIAL = (
    "zoek.officielebekendmakingen.nl",
    "officielebekendmakingen.nl",
    "repository.overheid.nl",
    "repository.officiele-overheidspublicaties.nl",
)
LINK = re.compile(r"(?:https?://|www\.|(?:zoek|repository)\.)\S+", FLAGS)
BILL = re.compile(r"\bwetsvoorstel(?::|%3A|/)(\d{5})(?!\d)", FLAGS)  # in the links of both Kamers
FOLDERS = {"dossier", "behandelddossier", "kst"}  # parts of a link after which the number of a dossier stands


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, by its id: `kst-21501-31-741`, `ah-tk-20232024-1314`, or the Tweede Kamer's number `2025D06779`."""

    id: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """All papers about one matter: `21501-31`, `36410-XVI`."""

    number: str


Reference: TypeAlias = Paper | Dossier


def read(text: str) -> Reference:
    """The paper or the dossier that a reference in any usual spelling, an id or a link names.

    Raises UnknownReference.
    """
    line = _plain(text)
    if LINK.fullmatch(line):
        return _linked(text, line)
    if TWEEDE_KAMER.fullmatch(line):
        return Paper(line.upper())
    if IDENTIFIER.fullmatch(line):
        return Paper(_identifier(line))
    for pattern, made in WRITTEN.items():
        if found := pattern.fullmatch(line):
            return made(text, found)
    raise _unknown(text, f"names no paper; write it as {EXAMPLES}.")


def read_dossier(text: str) -> Dossier:
    """The dossier that is named, by itself or by one of its papers. Raises UnknownReference."""
    found = KAMERSTUK.fullmatch(_plain(text))
    if found and not found["number"]:
        return Dossier(_dossier(found))
    named = read(text)
    if isinstance(named, Dossier):
        return named
    parts = PARTS.fullmatch(named.id)
    if parts is None:
        raise _unknown(text, "tells no dossier; write its number, such as 21501-31 or 36 410 XVI.")
    return Dossier(parts["dossier"])


def write(reference: Reference) -> str:
    """The reference as one writes it; an id that tells nothing is left as it is. `read` gives the reference back."""
    if isinstance(reference, Dossier):
        return f"dossier {reference.number}"
    if paper := PARTS.fullmatch(reference.id):
        number = paper["number"]
        return f"Kamerstuk {paper['dossier']}, {'nr. ' if number[0].isdigit() else ''}{number}"
    if paper := SESSION.fullmatch(reference.id):
        return _of_a_session(paper) or reference.id
    return reference.id


def _of_a_session(paper: re.Match[str]) -> str:
    """`Handelingen II 2017/18, nr. 70, item 6`; empty where the id does not have these parts."""
    chamber = "II" if paper["chamber"] == "tk" else "I"
    start, number, item = int(paper["start"]), paper["number"], paper["item"]
    if int(paper["end"]) != start + 1:
        return ""
    year = f"{chamber} {start}/{paper['end'][2:]}"
    if paper["series"] == "ah":
        return "" if item or len(number) > 5 else f"Aanhangsel Handelingen {year}, nr. {number}"
    if not item or max(len(number), len(item)) > (3 if start >= ITEMS_SINCE else 5):
        return ""
    place = f"nr. {number}, item {item}" if start >= ITEMS_SINCE else f"p. {number}-{item}"
    return f"Handelingen {year}, {place}"


def _plain(text: str) -> str:
    """On one line, with plain spaces and dashes. Raises UnknownReference when it is too long or empty."""
    if len(text) > LONGEST:
        raise _unknown(text, f"is too long for a reference; write it as {EXAMPLES}.")
    line = re.sub("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", "", text)
    line = re.sub(r"\s+", " ", re.sub("[\u2010-\u2015\u2212]", "-", line)).strip(" <>\"'“”„«»;,")
    if not line:
        raise _unknown(text, f"names no paper; write it as {EXAMPLES}.")
    return line


def _unknown(text: str, why: str) -> UnknownReference:
    shown = "".join(letter for letter in text.strip() if letter.isprintable())
    return UnknownReference(shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…", why)


def _identifier(text: str) -> str:
    """An id in the case that the official sites use: `kst-36410-XVI-115`, `ah-tk-20232024-1314`, `kst-29515-397-h1`."""
    series, *parts = text.lower().split("-")
    return "-".join([series, *(part.upper() if series == "kst" and part.isalpha() else part for part in parts)])


def _kamerstuk(text: str, found: re.Match[str]) -> Reference:
    """A paper when its number stands there, else the dossier."""
    addition, number = (found["addition"] or "").upper(), found["number"]
    base = re.sub(r"\D", "", found["dossier"])
    if number:
        return Paper(f"kst-{_dossier(found)}-{number.lower() if number[0].isdigit() else number.upper()}")
    part = re.fullmatch(CHAPTER, addition) or (addition.isdigit() and base in COUNCILS)
    if addition and not part and not found["whole"]:
        return Paper(f"kst-{base}-{addition}")
    return Dossier(_dossier(found))


def _dossier(found: re.Match[str]) -> str:
    base, addition = re.sub(r"\D", "", found["dossier"]), found["addition"]
    return f"{base}-{addition.upper()}" if addition else base


def _aanhangsel(text: str, found: re.Match[str]) -> Reference:
    chamber = (found["chamber"] or found["other"] or "II").strip()
    return Paper(f"ah-{_kamer(chamber)}-{_session(text, found)}-{found['number'].lstrip('0') or '0'}")


def _handelingen(text: str, found: re.Match[str]) -> Reference:
    session = f"h-{_kamer(found['chamber'] or 'II')}-{_session(text, found)}"
    if found["item"] and not found["meeting"]:
        raise _unknown(text, "names no meeting; write it as Handelingen II 2017/18, nr. 70, item 6.")
    place = (found["meeting"], found["item"]) if found["item"] else (found["first"], found["last"])
    return Paper("-".join([session, *place]))


def _kamer(chamber: str) -> str:
    return "ek" if chamber.upper() in ("I", "EK") else "tk"


def _session(text: str, found: re.Match[str]) -> str:
    """`2023/24` -> `20232024`. Raises UnknownReference when the second year is not the next one."""
    start, end = int(found["start"]), found["end"]
    if not str(start + 1).endswith(end):
        raise _unknown(text, "names no vergaderjaar; the second year follows the first, as in 2023/24.")
    return f"{start}{start + 1}"


WRITTEN: dict[re.Pattern[str], Callable[[str, re.Match[str]], Reference]] = {
    KAMERSTUK: _kamerstuk,
    AANHANGSEL: _aanhangsel,
    HANDELINGEN: _handelingen,
}


def _linked(text: str, link: str) -> Reference:
    """The paper or dossier that a link leads to. Raises UnknownReference."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError as error:
        raise _unknown(text, f"is no link; write the paper as {EXAMPLES}.") from error
    if host in OFFICIAL:
        return _official(text, [part for part in unquote(parts.path).split("/") if part])
    if bill := BILL.search(link) if host in ("tweedekamer.nl", "eerstekamer.nl") else None:
        return Dossier(bill[1])
    if host == "tweedekamer.nl":
        query = parse_qs(parts.query)
        numbers = [value for name in ("did", "id") for value in query.get(name, [])]
        if number := next((value for value in numbers if TWEEDE_KAMER.fullmatch(value)), None):
            return Paper(number.upper())
        raise _unknown(text, "names no document; a link to a paper of tweedekamer.nl has did=2025D06779 in it.")
    raise _unknown(
        text,
        "leads to no official paper; take its link on officielebekendmakingen.nl, which ends in kst-21501-31-741.html.",
    )


def _official(text: str, path: list[str]) -> Reference:
    for part in reversed(path):
        stem = re.sub(r"\.\w{2,4}$", "", part)
        if IDENTIFIER.fullmatch(stem):
            return Paper(_identifier(stem))
    for folder, part in pairwise(path):
        if folder in FOLDERS and (found := KAMERSTUK.fullmatch(part)) and not found["number"]:
            return Dossier(_dossier(found))
    raise _unknown(text, "leads to no paper; its link ends in a number such as kst-21501-31-741.html.")
