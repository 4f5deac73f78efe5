"""The papers of tests/papers in the official XML, and papers made around a piece of it."""

from __future__ import annotations

from pathlib import Path

from ragassist.document import Document
from ragassist.formats import parse

PAPERS = Path(__file__).parent / "papers" / "xml"


def read(id: str) -> Document:
    return parse("paper.xml", (PAPERS / f"{id}.xml").read_bytes())


def lines(document: Document) -> list[str]:
    return [f"{paragraph.role}: {paragraph.text}" for paragraph in document.paragraphs]


def paper(inner: str, metadata: str = "") -> Document:
    """The motie 99 001, nr. 5 with this text."""
    return parse(
        "paper.xml",
        f"""<?xml version="1.0" encoding="UTF-8"?><officiele-publicatie><metadata>{metadata}</metadata><kamerstuk>
        <dossier><dossiernummer><dossiernr>99 001</dossiernr></dossiernummer><titel>Bruggen</titel></dossier>
        <stuk><stuknr>Nr. <ondernummer kamer="2">5</ondernummer></stuknr><titel>MOTIE</titel>
        <algemeen><vrije-tekst><tekst>{inner}</tekst></vrije-tekst></algemeen></stuk></kamerstuk>
        </officiele-publicatie>""".encode(),
    )


def body(inner: str) -> list[str]:
    return lines(paper(inner))[2:]
