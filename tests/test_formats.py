"""The same paper in every format: one table of what is true of each, and every twin held against the official XML.

The papers are made from those in tests/papers/xml: ODT, DOCX, PDF and TXT by tools/make_fixtures.py, HTML by
tools/make_pages.py.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from printed_papers import letters
from ragassist.document import Document
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse
from ragassist.formats.masthead import DASH

PAPERS_AT = Path(__file__).resolve().parent / "papers"
SUFFIXES = {"txt-raw": "txt"}
STRUCTURED = ("odt", "docx", "html")  # the file tells its paragraphs, as XML does
PRINTED = ("pdf", "txt", "txt-raw")  # the file tells lines
FORMATS = ("xml", *STRUCTURED, *PRINTED)


class Facts(NamedTuple):
    """What is true of a paper in every format.

    holds: in one of its paragraphs. lacks: in none of them. pages: as printed. questions: exchanges that have any.
    """

    paper: str
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
    pages: int
    questions: int


PAPERS = (
    Facts(
        "kst-99501-31-12",
        ("ouder dan tachtig jaar. België, Finland", "ton CO2 per jaar", "104 overtochten per pont."),
        ("jaar.1", "Europees Waterbouwbureau, Telling", "ISSN", "vergaderjaar 2023–2024, 99 501-31"),
        2,
        3,
    ),
    Facts(
        "kst-99011-4",
        ("volgens plan onderhanden genomen. Voor de overige", "Zuiderveer en Ommelanden | 11 | 10 | 13"),
        ("genomen.1", "Stcrt. 2024", "ISSN", "vergaderjaar 2023–2024, 99 011"),
        3,
        6,
    ),
    Facts(
        "kst-99012-3",
        ("zo vaak geïnspecteerd door de kustwacht.", "Er zijn 2.030 peilschalen. Het beheer"),
        ("verf.1", "Jaarrapportage", "ISSN", "vergaderjaar 2023–2024, 99 012"),
        5,
        24,
    ),
    Facts(
        "kst-99013-6",
        ("zo vaak geïnspecteerd door de kustwacht.", "Er zijn 29 vuurtorens. Het beheer"),
        ("verf.1", "Jaarrapportage", "ISSN", "vergaderjaar 2023–2024, 99 013"),
        5,
        19,
    ),
    Facts(
        "kst-99002-7",
        ("herstelprogramma dorpspompen", "waarvan € 900 voor de zwengel."),
        ("herstel programma", "herstel-", "ISSN"),
        1,
        3,
    ),
    Facts("kst-99003-C", ("Onderwijs, Cultuur en Wetenschap hebben kennisgenomen",), ("Uurwerk (SGP)",), 2, 2),
    Facts("kst-99003-D", ("een uur na middernacht.",), ("ISSN", "’s-Gravenhage 2024"), 1, 0),
    Facts("kst-99004-8", ("18.250 kilometer sloot", "Brakkerveen | 4.310 | 220"), ("ISSN",), 2, 3),
    Facts(
        "kst-99005-6", ("ongeacht de dag.", "Nr. 6 NOTA NAAR AANLEIDING VAN HET VERSLAG"), ("dag.1", "Trb. 2022"), 1, 3
    ),
    Facts("ah-tk-20232024-9901", ("sluis bij Wierkolk»?", "Vraag 6, 7 8 en 9"), ("?1", "Courant, 1 maart"), 2, 5),
    Facts("ah-tk-20232024-9902", ("omdat de kustwacht nog telt.",), ("ah-tk-20232024-9902",), 1, 2),
    Facts("kst-9900001", ("a. op drijfvermogen;", "Figuur 1. Ligging van de pontonbruggen"), ("kst-9900001",), 1, 0),
    Facts("kst-99600-XII-14", ("99 600 XII Vaststelling van", "Inge Oeverloos"), ("ISSN",), 1, 0),
    Facts("kst-99600-XII-15", ("de motie 99 600-XII, nr. 14 ook sluizen noemt",), ("ISSN",), 1, 0),
    Facts("kst-99007-17-h1", ("Nr. 17 HERDRUK BRIEF VAN DE MINISTER",), ("HERDRUK1", "I.v.m."), 1, 0),
    Facts("kst-99008-2", ("Artikel 2 Bescherming", "b. als de wegwijzer gevaar oplevert."), ("ISSN",), 2, 0),
    Facts("kst-99008-3", ("1,2 m2 verf", "Gemeente | 1.200 | 310 | verven en snoeien"), ("jaar.1", "onkruid"), 1, 0),
    Facts("kst-99008-4", ("RAAD VAN STATE EN NADER RAPPORT",), ("RAPPORT1", "Centraal Informatiepunt"), 2, 4),
    Facts("kst-99008-11", ("Artikel 4a Verlichting", "Handwijzer"), ("ISSN",), 1, 0),
    Facts("kst-99009-A-5", ("A/ Nr. 5 BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN",), ("ISSN",), 1, 0),
    Facts("h-tk-20232024-99-3", ("Mevrouw Zwanenburg (SP):", "nr. 14 (99600-XII)."), ("ISSN",), 1, 1),
)
NAMES = tuple(facts.paper for facts in PAPERS)

# What only the XML's metadata tells: print has the title in capitals, and no fractie there.
TOLD_APART = {
    "kst-9900001": {"title"},
    "kst-99003-C": {"title"},
    "kst-99600-XII-15": {"title", "members"},
}


@cache
def read(paper: str, kind: str) -> Document:
    path = PAPERS_AT / kind / f"{paper}.{SUFFIXES.get(kind, kind)}"
    return parse(path.name, path.read_bytes())


def folded(text: str) -> str:
    return re.sub(DASH, "-", text)


def paragraphs(document: Document) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(paragraph.role, folded(paragraph.text), paragraph.notes) for paragraph in document.paragraphs]


def notes(document: Document) -> list[tuple[int, str]]:
    return [(note.number, folded(note.text)) for note in document.footnotes]


def metadata(paper: str, kind: str) -> dict[str, Any]:
    apart = TOLD_APART.get(paper, set())
    return {field: value for field, value in asdict(read(paper, kind).metadata).items() if field not in apart}


def exchanges(paper: str, kind: str) -> list[dict[str, Any]]:
    found = [asdict(exchange) for exchange in find_exchanges(read(paper, kind))]
    return [{field: value for field, value in exchange.items() if field != "document"} for exchange in found]


def words(document: Document) -> list[str]:
    """Every word of the paper, wherever it stands; figures left out, for a mark may be glued to a word."""
    texts = [*(paragraph.text for paragraph in document.paragraphs), *(note.text for note in document.footnotes)]
    return sorted(re.findall(r"[^\W\d_]+", " ".join(texts)))


class Difference(NamedTuple):
    """Where a format is known to differ: in what, for which papers (names parted by spaces), and why."""

    aspect: str
    kind: str
    papers: str
    why: str


LINES_ONLY = "plain lines tell no type, and white space now and then: where a paragraph ends is guessed"
KNOWN: tuple[Difference, ...] = (
    Difference("exchanges", "txt", "kst-99011-4 kst-99004-8 kst-99008-3 kst-99008-4 h-tk-20232024-99-3", LINES_ONLY),
    Difference(
        "exchanges",
        "txt-raw",
        "kst-99011-4 kst-99012-3 kst-99004-8 kst-99008-3 kst-99008-4 h-tk-20232024-99-3",
        LINES_ONLY,
    ),
    Difference("facts", "txt", "kst-99004-8 kst-99008-3", LINES_ONLY),
    Difference("facts", "txt-raw", "kst-99011-4 kst-99004-8 kst-99008-3", LINES_ONLY),
    Difference("paragraphs", "pdf", "kst-9900001", "a definition is printed as a paragraph, not as an item"),
    Difference(
        "paragraphs",
        "txt",
        "kst-99011-4 kst-99004-8 kst-9900001 kst-99008-3 kst-99008-4 h-tk-20232024-99-3",
        LINES_ONLY,
    ),
    Difference(
        "paragraphs",
        "txt-raw",
        "kst-99011-4 kst-99012-3 kst-99004-8 kst-9900001 kst-99008-3 kst-99008-4 h-tk-20232024-99-3",
        LINES_ONLY,
    ),
)


def twins(aspect: str, kinds: tuple[str, ...]) -> list[Any]:
    """Every paper in each of these formats; what is known to differ must differ."""
    known = {(d.kind, paper): d.why for d in KNOWN if d.aspect == aspect for paper in d.papers.split()}
    return [
        pytest.param(
            name, kind, marks=[pytest.mark.xfail(strict=True, reason=why)] if (why := known.get((kind, name))) else []
        )
        for name in NAMES
        for kind in kinds
    ]


@pytest.mark.parametrize(("paper", "kind"), twins("facts", FORMATS))
def test_what_is_true_of_a_paper_is_true_in_every_format(paper: str, kind: str) -> None:
    facts = PAPERS[NAMES.index(paper)]
    document = read(paper, kind)
    texts = [folded(paragraph.text) for paragraph in document.paragraphs]
    assert [phrase for phrase in facts.holds if not any(folded(phrase) in text for text in texts)] == []
    assert [phrase for phrase in facts.lacks if any(folded(phrase) in text for text in texts)] == []
    assert document.pages == (facts.pages if kind in PRINTED else None)
    assert sum(bool(exchange.question) for exchange in find_exchanges(document)) == facts.questions


@pytest.mark.parametrize(("paper", "kind"), twins("paragraphs", (*STRUCTURED, *PRINTED)))
def test_the_paragraphs_and_notes_are_those_of_the_xml(paper: str, kind: str) -> None:
    official, twin = read(paper, "xml"), read(paper, kind)
    assert paragraphs(twin) == paragraphs(official)
    assert notes(twin) == notes(official)


@pytest.mark.parametrize("paper", NAMES)
def test_paragraphs_stand_on_the_page_on_which_they_are_printed(paper: str) -> None:
    """Each page's text as pdftotext takes it from the same PDF tells where a paragraph begins and where it turns."""
    pages = [letters(page) for page in (PAPERS_AT / "txt" / f"{paper}.txt").read_text("utf-8").split("\f")]
    for paragraph in read(paper, "pdf").paragraphs:
        for start, page in ((0, paragraph.page or 0), *paragraph.turns):
            assert letters(paragraph.text[start:])[:8] in pages[page - 1], paragraph
        if not paragraph.turns and paragraph.role != "row":
            assert letters(paragraph.text)[-8:] in pages[(paragraph.page or 0) - 1], paragraph


@pytest.mark.parametrize(("paper", "kind"), twins("metadata", (*STRUCTURED, *PRINTED)))
def test_the_paper_says_the_same_of_itself(paper: str, kind: str) -> None:
    assert metadata(paper, kind) == metadata(paper, "xml")


@pytest.mark.parametrize(("paper", "kind"), twins("exchanges", (*STRUCTURED, *PRINTED)))
def test_the_exchanges_are_those_of_the_xml(paper: str, kind: str) -> None:
    assert exchanges(paper, kind) == exchanges(paper, "xml")


@pytest.mark.parametrize(("paper", "kind"), twins("settings", STRUCTURED))
def test_bold_and_italics_are_those_of_the_xml(paper: str, kind: str) -> None:
    def settings(document: Document) -> list[tuple[bool | None, bool | None]]:
        return [(p.setting.bold, p.setting.italic) for p in document.paragraphs if p.role != "heading"]

    assert settings(read(paper, kind)) == settings(read(paper, "xml"))


@pytest.mark.parametrize(("paper", "kind"), twins("words", PRINTED))
def test_no_word_of_the_print_is_lost_and_none_invented(paper: str, kind: str) -> None:
    assert words(read(paper, kind)) == words(read(paper, "xml"))


def test_every_paper_is_there_in_every_format() -> None:
    for kind in FORMATS:
        assert {path.stem for path in (PAPERS_AT / kind).iterdir()} == set(NAMES), kind
