"""What the official XML tells of a paper apart from its text: its metadata, and the attributes of a few elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lxml import etree

from ragassist.formats import masthead
from ragassist.formats.identity import IDENTIFIER

RECORD = re.compile(r"/([^/]+)/metadata(?:_owms)?\.xml")  # in the address of a paper's metadata
SESSION = re.compile(r"(ah|h)-(tk|ek)-(\d{4})(\d{4})-(.+)")
CHAMBERS = {"tk": "Tweede Kamer", "ek": "Eerste Kamer", "2": "Tweede Kamer", "1": "Eerste Kamer"}
CHAMBER = re.compile(r"(Tweede|Eerste) Kamer")
YEARS = re.compile(rf"(\d{{4}})\s?{masthead.DASH}\s?(\d{{4}})")
KINDS = {"kamervragen": masthead.QUESTIONS, "handelingen": "Handelingen"}
REPRINT = re.compile("herdruk", re.IGNORECASE)
LETTER = re.compile(r"(?:Den Haag|[’'‘]s-Gravenhage), ")  # the line that dates a letter
ORDERS = re.compile(r"en gaat over tot de orde van de dag\W*")  # the last line of a motie
MOST_LINES = 10  # paragraphs in which a letter gives its date

Names = Mapping[str, Sequence[str]]


def told_by(root: etree._Element) -> dict[str, Any]:
    """The fields of Metadata that a paper's file tells; what it does not tell is empty."""
    names = _metadata(root)
    paper = next((child for child in root.iterchildren("{*}*") if local(child) != "metadata"), root)
    dossiers = [_dossier(dossier) for dossier in paper.iterfind("{*}dossier/{*}dossiernummer")]
    dossiers += [squeezed(dossier) for dossier in names.get("OVERHEIDop.dossiernummer", ())]
    number = _number(paper) or "/".join(re.split(r"\s*;\s*", _first(names, "OVERHEIDop.ondernummer")))
    title = next((words(found) for found in paper.iterfind("{*}stuk/{*}titel")), "")
    told: dict[str, Any] = {
        "id": _identifier(names),
        "number": number,
        "title": _first(names, "OVERHEIDop.documenttitel") or words_at(paper, "{*}agendapunt/{*}item-titel"),
        "year": _years(words_at(paper, "*/{*}tekstregel[@inhoud='vergaderjaar']"))
        or _years(_first(names, "OVERHEIDop.vergaderjaar")),
        "chamber": _chamber(paper, names),
        "date": _date(paper, names),
        "kind": KINDS.get(local(paper)) or masthead.kind_of(title) or _kind(names),
        "reprint": _is_reprint(paper, names),
    }
    told["members"] = _signers(paper, names) if told["kind"] == "Motie" else ()
    told["id"] = told["id"] or _built(told, dossiers)
    own = [dossier for dossier in dossiers if told["id"].startswith(f"kst-{dossier}-")]
    told["dossier"] = max(own, key=len, default=(*dossiers, "")[0])
    return _session(told)


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def words(element: etree._Element | None) -> str:
    """All text in an element but its notes, on one line."""
    return " ".join("".join(_texts(element)).split()) if element is not None else ""


def words_at(element: etree._Element, path: str) -> str:
    """The text of the first element on a path, empty when there is none."""
    return words(element.find(path))


def squeezed(number: str) -> str:
    """A dossier's number as ids write it: `36 410 XVI` -> `36410-XVI`, `36 027 (R2160)` -> `36027`."""
    bare = re.sub(r"\(R\d+\)|(?<=\s)R\d+\b", "", number)
    joined = re.sub(r"^(\d\d)[\s.](?=\d{3}\b)", r"\1", " ".join(bare.split()))
    return re.sub(rf"(?:\s|{masthead.DASH})+", "-", joined).strip("-")


def _texts(element: etree._Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        if local(child) != "noot":
            yield from _texts(child)
        if child.tail:
            yield child.tail


def _metadata(root: etree._Element) -> dict[str, list[str]]:
    """By name, and by name and scheme where there are several schemes, everything the metadata says."""
    names: dict[str, list[str]] = {}
    for meta in root.iterfind("{*}metadata//{*}meta"):
        name, content = meta.get("name") or "", " ".join((meta.get("content") or "").split())
        if content:
            names.setdefault(name, []).append(content)
            names.setdefault(f"{name} {meta.get('scheme') or ''}", []).append(content)
    return names


def _first(names: Names, name: str) -> str:
    return next(iter(names.get(name, ())), "")


def _identifier(names: Names) -> str:
    record = _first(names, "OVERHEIDop.externMetadataRecord")
    told = (*names.get("DC.identifier", ()), *RECORD.findall(record), *record.split("/"))
    return next((id for written in told if IDENTIFIER.fullmatch(id := _tidied(written))), "")


def _tidied(written: str) -> str:
    """An id without spaces: `kst-36 410 XVI - 115` -> `kst-36410-XVI-115`."""
    kind, dash, rest = re.sub(r"\s*-\s*", "-", written.strip()).partition("-")
    return f"{kind}{dash}{squeezed(rest)}"


def _built(told: Mapping[str, Any], dossiers: Sequence[str]) -> str:
    number = re.sub(r"\W+", "-", told["number"])
    if told["kind"] == masthead.QUESTIONS and told["year"] and number:
        chamber = "ek" if told["chamber"] == CHAMBERS["ek"] else "tk"
        return f"ah-{chamber}-{told['year'].replace('-', '')}-{number}"
    id = f"kst-{dossiers[0]}-{number}" if dossiers and number else ""
    return id if IDENTIFIER.fullmatch(id) else ""


def _dossier(element: etree._Element) -> str:
    parts = (words_at(element, f"{{*}}{part}") for part in ("dossiernr", "raadnr", "begrotingshoofdstuk"))
    return squeezed(" ".join(part for part in parts if part) or words(element))


def _number(paper: etree._Element) -> str:
    numbers = (words(found) for found in paper.iterfind("{*}stuk/{*}stuknr/{*}ondernummer"))
    return "/".join(number for number in numbers if number) or words_at(paper, "{*}kamervraagnummer")


def _years(text: str) -> str:
    found = YEARS.search(text)
    return f"{found[1]}-{found[2]}" if found else ""


def _chamber(paper: etree._Element, names: Names) -> str:
    """The chamber whose paper it is; empty when it is a paper of both."""
    named = words_at(paper, "*/{*}tekstregel[@inhoud='kameraanduiding']") or _first(names, "DC.creator")
    if found := CHAMBER.search(named):
        return f"{found[1]} Kamer"
    numbers = {number.get("kamer") or "" for number in paper.iterfind("{*}stuk/{*}stuknr/{*}ondernummer")}
    return CHAMBERS.get(numbers.pop(), "") if len(numbers) == 1 else ""


def _kind(names: Names) -> str:
    kind = _first(names, "DC.type OVERHEIDop.KamerstukTypen")
    return masthead.kind_of(kind) or kind


def _signers(paper: etree._Element, names: Names) -> tuple[str, ...]:
    """Who signed a motie, with the fractie where the title tells it: the names below its last line."""
    lines = [text for paragraph in paper.iterfind("{*}stuk//{*}al") if (text := words(paragraph))]
    last = max((at for at, text in enumerate(lines) if ORDERS.fullmatch(text)), default=len(lines))
    titled = masthead.members_in(_first(names, "OVERHEIDop.documenttitel"))
    fracties = {member.partition(" (")[0]: member for member in titled}
    signed = tuple(name.rstrip(",.; ") for name in lines[last + 1 :])
    return tuple(fracties.get(name, name) for name in signed or names.get("OVERHEIDop.indiener", ()))


def _is_reprint(paper: etree._Element, names: Names) -> bool:
    head = [words(found) for path in ("{*}stuk/{*}stuknr", "{*}stuk/{*}titel") for found in paper.iterfind(path)]
    return any(REPRINT.search(text) for text in (*head, *names.get("OVERHEIDop.versieInformatie", ())))


def _date(paper: etree._Element, names: Names) -> str:
    """The paper's own date: as its elements write it, then its metadata, then its words, then when it appeared."""
    lines = [*paper.iterfind("{*}stuk/{*}datumtekst"), *reversed(paper.findall("{*}kamervraagomschrijving"))]
    lines += paper.iterfind("{*}vergadering/{*}vergaderdatum")
    for line in lines:
        if found := next((iso for date_ in line.iter("{*}datum") if (iso := _iso(date_.get("isodatum")))), ""):
            return found
    if issued := _iso(_first(names, "DCTERMS.issued")):
        return issued
    written = (masthead.date_in(words(line)) for line in lines)
    return (
        next((found for found in written if found), "")
        or _letter_date(paper)
        or _iso(_first(names, "DCTERMS.available"))
    )


def _letter_date(paper: etree._Element) -> str:
    """The date of a letter, which stands in its first lines."""
    for _, paragraph in zip(range(MOST_LINES), paper.iterfind("{*}stuk//{*}al"), strict=False):
        text = words(paragraph)
        if LETTER.match(text) and (found := masthead.date_in(text)):
            return found
    return ""


def _iso(written: str | None) -> str:
    """`2024-02-12` from `2024-02-12` or `2024-02-12T10:00`; empty when that is no date."""
    try:
        return date.fromisoformat((written or "").strip()[:10]).isoformat()
    except ValueError:
        return ""


def _session(told: dict[str, Any]) -> dict[str, Any]:
    """Aanhangsels and Handelingen tell chamber, year and number in their id."""
    found = SESSION.fullmatch(told["id"])
    if not found:
        return told
    _, chamber, start, end, number = found.groups()
    inferred = {"chamber": CHAMBERS[chamber], "year": f"{start}-{end}", "number": number}
    return told | {field: value for field, value in inferred.items() if not told[field]}
