"""Papers made of real sentences: lists of questions and answers, as XML files and as what the parser makes of them.

A form is a list of questions and answers that was written as official XML and parsed, once; every paper is a form
filled with other sentences, so that papers by the million cost no parsing, and yet are what parsing would give: a test
compares the two. The same number and seed give the same paper, always.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ragassist.document import Document, Exchange, Paragraph, Passage
from ragassist.dutch import sentences
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse
from ragassist.passages import LONGEST, split

Longs: TypeAlias = NDArray[np.int64]

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("corpus/*.txt", "eval/papers/*.txt", "eval/genres/*.xml", "tests/papers/xml/*.xml")
SEED = 20260000
FORMS = 40
BLOCK = 500  # papers whose sentences are drawn in one go
MOST = 6  # sentences in a passage
PASSAGES = 20  # in a paper, on average; four of them are its opening
ANSWERED_IN = 2.2  # passages, on average
FRACTIES = ("VVD", "D66", "CDA", "SP", "PvdD", "ChristenUnie", "SGP", "Volt", "BBB", "GroenLinks-PvdA")
MINISTRIES = (
    "Sociale Zaken en Werkgelegenheid", "Infrastructuur en Waterstaat", "Onderwijs, Cultuur en Wetenschap",
    "Economische Zaken", "Financiën", "Buitenlandse Zaken", "Justitie en Veiligheid", "Defensie",
)  # fmt: skip
YEARS = range(2015, 2026)
LIKE = ("98 765", "432")  # dossier and number of a form; each paper has its own

# What would be taken for a label, or for the one who asks.
_MARKED = re.compile(r"(?:Vra|Antwoord|Reactie|Mededeling|Toelichting|Bijlage|De (?:Minister|Staatssecretaris))")
_ASKER = re.compile(r"fractie|\b(?:leden|lid)\b", re.IGNORECASE)
_LIKE = re.compile("|".join(LIKE))
_PLAIN = re.compile(r"[A-ZÀ-Þ][a-zà-þ]+(?: [^\s{}]+)+[.?]")


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences of the papers in this repository, and how many of them stand in a passage.

    sentences: first the questions, up to `asked`; then those that name no one who asks, up to `neutral`; then the rest.
    counts: of sentences, one for each real passage.
    """

    sentences: tuple[str, ...]
    asked: int
    neutral: int
    counts: Longs


@dataclass(frozen=True, slots=True)
class Form:
    """A paper to fill: its XML, with the slots `{0}`, `{1}`, …, and what is made of it.

    slots: paragraph number and whether it asks, for each slot. Paragraphs and passages that are no slot stay.
    """

    xml: str
    document: Document
    exchanges: tuple[Exchange, ...]
    passages: tuple[Passage, ...]
    slots: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A paper. picks: for each passage the sentences that it is made of, as numbers in `Material.sentences`; a passage
    of the opening, which is the same in all papers of a form, is its own only sentence and has none.
    """

    document: Document
    exchanges: tuple[Exchange, ...]
    passages: tuple[Passage, ...]
    picks: tuple[tuple[int, ...], ...]
    xml: str


@functools.cache
def material() -> Material:
    """What the repository's papers hold: every sentence that stands by itself, once."""
    asked: dict[str, None] = {}
    neutral: dict[str, None] = {}
    naming: dict[str, None] = {}
    counts = []
    for text in real_passages():
        parts = [text[start:end] for start, end in sentences(text)]
        counts.append(min(len(parts), MOST))
        for part in parts:
            if _PLAIN.fullmatch(part) and not _MARKED.match(part) and len(part) <= LONGEST:
                names, asks = bool(_ASKER.search(part)), part.endswith("?")
                {(False, True): asked, (False, False): neutral}.get((names, asks), naming).setdefault(part)
    return Material((*asked, *neutral, *naming), len(asked), len(asked) + len(neutral), np.array(counts))


@functools.cache
def real_passages() -> tuple[str, ...]:
    """Every passage of the repository's papers."""
    return tuple(
        passage.text
        for pattern in SOURCES
        for path in sorted(ROOT.glob(pattern))
        for document in [parse(path.name, path.read_bytes())]
        for passage in split(document, find_exchanges(document))
    )


def papers(first: int, end: int) -> Iterator[Made]:
    """The papers with these numbers, in order. first, end: from 0, half-open."""
    for block in range(first // BLOCK, -(-end // BLOCK)):
        numbers = range(max(first, block * BLOCK), min(end, (block + 1) * BLOCK))
        yield from _block(block, numbers)


def _block(block: int, numbers: range) -> Iterator[Made]:
    source = material()
    forms = _forms()
    rng = np.random.default_rng((SEED, block))
    chosen = rng.integers(len(forms), size=BLOCK)
    slots = [forms[form].slots for form in chosen]
    asks = np.array([asks for each in slots for _, asks in each])
    picks = iter(_drawn(rng, source, asks))
    for number, form, own in zip(range(block * BLOCK, (block + 1) * BLOCK), chosen, slots, strict=True):
        filled = [next(picks) for _ in own]
        if number in numbers:
            yield _filled(forms[form], number, filled, source.sentences)


def _drawn(rng: np.random.Generator, source: Material, asks: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """Sentences for each slot, as many as a real passage has, in at most LONGEST characters; a question comes last."""
    lengths = np.array([len(sentence) + 1 for sentence in source.sentences])
    counts = rng.choice(source.counts, size=len(asks))
    drawn = rng.integers(source.asked, len(source.sentences), size=(len(asks), MOST))
    drawn[asks] = rng.integers(source.asked, source.neutral, size=(int(asks.sum()), MOST))
    drawn[asks, 0] = rng.integers(source.asked, size=int(asks.sum()))
    fits = (np.cumsum(lengths[drawn], axis=1) <= LONGEST + 1).sum(axis=1)
    kept = np.minimum(counts, np.maximum(fits, 1)).tolist()
    rows = drawn.tolist()
    return [
        tuple([*row[1:count], row[0]] if ask else row[:count])
        for row, count, ask in zip(rows, kept, asks.tolist(), strict=True)
    ]


def _filled(form: Form, number: int, picks: Sequence[tuple[int, ...]], source: Sequence[str]) -> Made:
    texts = [" ".join([source[pick] for pick in own]) for own in picks]
    at = {paragraph: slot for slot, (paragraph, _) in enumerate(form.slots)}
    dossier, own_number = f"{90_000 + number // 100}", f"{number % 100 + 1}"
    id = f"kst-{dossier}-{own_number}"
    names = (f"{dossier[:2]} {dossier[2:]}", own_number)
    return Made(
        document=replace(
            form.document,
            metadata=replace(form.document.metadata, id=id, dossier=dossier, number=own_number),
            paragraphs=tuple(
                Paragraph(p.number, texts[at[p.number]] if p.number in at else _named(p.text, names), p.role)
                for p in form.document.paragraphs
            ),
        ),
        exchanges=tuple(
            Exchange(id, e.number, e.fractie, e.question, e.answer, e.heading, e.respondent, e.member)
            for e in form.exchanges
        ),
        passages=tuple(
            Passage(id, p.exchange, p.side, p.paragraph, 0, len(text), text)
            for p in form.passages
            for text in [texts[at[p.paragraph]] if p.paragraph in at else p.text]
        ),
        picks=tuple(picks[at[p.paragraph]] if p.paragraph in at else () for p in form.passages),
        xml=_named(form.xml, names).format(*(escape(text, quote=False) for text in texts)),
    )


def _named(text: str, names: tuple[str, str]) -> str:
    return _LIKE.sub(lambda found: names[LIKE.index(found[0])], text)


@functools.cache
def _forms() -> tuple[Form, ...]:
    rng = np.random.default_rng(SEED)
    return tuple(_form(rng, year) for year in rng.choice(YEARS, FORMS).tolist())


def _form(rng: np.random.Generator, year: int) -> Form:
    """One list of questions and answers, written and parsed."""
    ministry = MINISTRIES[rng.integers(len(MINISTRIES))]
    body: list[str] = []
    asks: list[bool] = []
    for nth in range(1, int(rng.poisson((PASSAGES - 4) / (1 + ANSWERED_IN) - 1)) + 2):
        if nth % 2:
            fractie = FRACTIES[rng.integers(len(FRACTIES))]
            body.append(f"<tussenkop>Vragen en opmerkingen van de leden van de {fractie}-fractie</tussenkop>")
        answers = 1 + int(rng.poisson(ANSWERED_IN - 1))
        body += [f"<al>Vraag {nth}</al>", _slot(len(asks)), "<al>Antwoord</al>"]
        body += [_slot(len(asks) + at) for at in range(1, answers + 1)]
        asks += [True] + [False] * answers
    xml = _XML.format(
        dossier=LIKE[0], number=LIKE[1], year=year, year_after=year + 1, ministry=ministry, body="\n".join(body)
    )
    document = parse("form.xml", xml.encode())
    exchanges = find_exchanges(document)
    slots = [p.number for p in document.paragraphs if re.fullmatch(r"\{\d+\}", p.text)]
    return Form(xml, document, exchanges, split(document, exchanges), tuple(zip(slots, asks, strict=True)))


def _slot(nth: int) -> str:
    return f"<al>{{{nth}}}</al>"


_XML = """<?xml version="1.0" encoding="UTF-8"?>
<officiele-publicatie><metadata/><kamerstuk>
<kamerstukkop>
<tekstregel inhoud="vergaderjaar">Vergaderjaar {year}-{year_after}</tekstregel>
<tekstregel inhoud="kameraanduiding">Tweede Kamer der Staten-Generaal</tekstregel>
<tekstregel inhoud="kamernummer">2</tekstregel>
<tekstregel inhoud="documenttype">Kamerstukken</tekstregel>
</kamerstukkop>
<dossier><dossiernummer><dossiernr>{dossier}</dossiernr></dossiernummer>
<titel>Vaststelling van de begrotingsstaten van het Ministerie van {ministry} voor het jaar {year_after}</titel>
</dossier>
<stuk><stuknr>Nr. <ondernummer kamer="2">{number}</ondernummer></stuknr>
<titel>LIJST VAN VRAGEN EN ANTWOORDEN</titel>
<datumtekst>Vastgesteld <datum isodatum="{year_after}-06-19">19 juni {year_after}</datum></datumtekst>
<algemeen><vrije-tekst><tekst status="goed">
<al>De vaste commissie voor {ministry} heeft een aantal vragen voorgelegd aan de Minister van {ministry}.</al>
<al>De Minister heeft deze vragen beantwoord. Vragen en antwoorden zijn hierna afgedrukt.</al>
<al-groep><al>De voorzitter van de commissie,</al><al>Veerman-Dijkgraaf</al></al-groep>
{body}
</tekst></vrije-tekst></algemeen></stuk></kamerstuk></officiele-publicatie>
"""
