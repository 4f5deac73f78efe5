"""The search of the official publications (SRU 2.0): what is asked -> CQL -> an address; an answer -> Records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from lxml import etree

from ragassist.errors import FetchError, PaperError
from ragassist.formats.opening import INVISIBLE, xml_root
from ragassist.references import IDENTIFIER, Dossier, Paper, Reference

PAGE = 100  # records of one answer; the service gives up to 1,000
LARGEST = 20 * 2**20  # bytes of one answer; a record has some 10,000
SHOWN = 200  # characters of the service's own words that an error repeats
OFFICIAL = "c.product-area==officielepublicaties"
SERIES = ("Kamerstuk", "Kamervragen (Aanhangsel)", "Handelingen")  # the publications of parliament
ANNEX = "dt.type==Bijlage"


@dataclass(frozen=True, slots=True)
class Record:
    """A paper that the service knows.

    date: ISO, of the paper. modified: of the record; another one says that the paper may have changed.
    files: addresses by manifestation (`xml`, `html`, `odt`, `pdf`), as the service gives them.
    """

    id: str
    title: str = ""
    date: str = ""
    modified: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: how many records there are in all, and those that it brings."""

    total: int
    records: tuple[Record, ...]


def query(reference: Reference | None, text: str = "", since: str = "") -> str:
    """The CQL for a paper, a dossier or words, newest first where there may be several.

    since: ISO date from which on the papers are dated, empty for all.
    """
    if isinstance(reference, Paper):
        return f"{OFFICIAL} AND dt.identifier=={_quoted(reference.id)}"
    clauses = [OFFICIAL]
    if isinstance(reference, Dossier):
        clauses += [f"w.publicatienaam=={SERIES[0]}", f"w.dossiernummer=={_quoted(reference.number)}"]
    else:
        clauses.append(f"({' OR '.join(f'w.publicatienaam=={_quoted(name)}' for name in SERIES)})")
    if text:
        clauses.append(f"cql.textAndIndexes={_quoted(text)}")
    if since:
        clauses.append(f"dt.date>={_quoted(since)}")
    return f"{' AND '.join(clauses)} NOT {ANNEX} sortBy dt.date/sort.descending"


def address(service: str, cql: str, start: int, count: int) -> str:
    """Where these records of the answer are: `count` of them from `start` on, which counts from 1."""
    asked = {
        "operation": "searchRetrieve",
        "version": "2.0",
        "recordSchema": "gzd",
        "startRecord": start,
        "maximumRecords": count,
        "query": cql,
    }
    return f"{service}?{urlencode(asked)}"


def read(data: bytes) -> Page:
    """What an answer of the service holds, of SRU 2.0 or 1.2. Raises FetchError when it is none, or a refusal."""
    try:
        root = xml_root("The answer of the search", data)
    except PaperError as error:
        raise FetchError("The search gives an answer that cannot be read. Try again later.") from error
    if _name(root) != "searchRetrieveResponse":
        raise FetchError("The search gives an answer of another kind. Try again later.")
    records = tuple(record for element in _all(root, "record") if (record := _record(element)))
    told = _first(root, "numberOfRecords")
    if not records and (refusal := _first(root, "message") or _first(root, "details")):
        raise FetchError(f"The search refuses what it was asked: {refusal[:SHOWN]}")
    return Page(int(told) if told.isdecimal() and len(told) < 10 else len(records), records)


def _record(element: etree._Element) -> Record | None:
    """The paper that a record tells of; None for a publication that is no paper of parliament."""
    id = _first(element, "identifier")
    if not IDENTIFIER.fullmatch(id):
        return None
    return Record(
        id=id,
        title=_first(element, "documenttitel") or _first(element, "title"),
        date=_first(element, "date"),
        modified=_first(element, "modified"),
        files={
            part.get("manifestation", ""): "".join(map(str, part.itertext())).strip()
            for part in _all(element, "itemUrl")
        },
    )


def _quoted(value: str) -> str:
    """A value in CQL: in quotation marks, those inside it and backslashes escaped, on one line."""
    plain = " ".join(INVISIBLE.sub(" ", value).split())
    escaped = re.sub(r'(["\\])', r"\\\1", plain)
    return f'"{escaped}"'


def _first(element: etree._Element, name: str) -> str:
    """The text of the first element within that has this name and a text; on one line, nothing invisible in it."""
    texts = ("".join(map(str, part.itertext())) for part in _all(element, name))
    return next((line for text in texts if (line := " ".join(INVISIBLE.sub("", text).split()))), "")


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (part for part in element.iter("*") if _name(part) == name)


def _name(element: etree._Element) -> str:
    """Without the namespace, which differs between the versions of the service."""
    return etree.QName(element).localname
