"""VLOS XML: who said what in a meeting, and nothing of the recording."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse

FILE = Path(__file__).parent / "papers" / "vlos" / "h-tk-20232024-98.xml"
REPORT = FILE.read_text("utf-8")


def read(text: str) -> Document:
    return parse("verslag.xml", text.encode())


def test_a_report_is_read_speaker_by_speaker() -> None:
    assert [f"{p.role}: {p.text}" for p in read(REPORT).paragraphs] == [
        "heading: 98e vergadering, donderdag 27 juni 2024",
        "heading: Opening",
        "text: Aanwezig zijn 3 leden der Kamer, te weten:",
        "text: Van der Kade, Oeverloos en Zwanenburg.",
        "heading: Vuurtorens (CD d.d. 05/06)",
        "heading: De voorzitter:",
        "text: Aan de orde is het debat over vuurtorens.",
        "heading: De heer Van der Kade (GroenLinks-PvdA):",
        "text: Voorzitter. Ik lees in de krant De Wierkolkse Courant het volgende:",
        "text: er brandt geen licht.",
        "text: De Kamer,",
        "text: verzoekt de regering de lamp te vervangen.",
        "heading: Mevrouw Zwanenburg (SP):",
        "text: Welke lamp bedoelt de heer Van der Kade?",
        "heading: Minister Waterman:",
        "text: De lamp wordt in augustus vervangen.",
        "row: SP | Voor",
    ]


def test_a_report_says_which_meeting_it_is_of() -> None:
    document = read(REPORT)
    metadata = document.metadata
    assert (metadata.id, metadata.date, metadata.year, metadata.number) == (
        *("h-tk-20232024-98", "2024-06-27", "2023-2024", "98"),
    )
    assert (metadata.title, metadata.kind, metadata.chamber) == (
        *("98e vergadering, donderdag 27 juni 2024", "Handelingen", "Tweede Kamer"),
    )
    assert document.remarks == ("The Kamer has not corrected this report yet.",)


def test_a_committee_is_told_by_its_own_id() -> None:
    document = read(REPORT.replace('soort="Plenair"', 'soort="Commissie"').replace("Ongecorrigeerd", "Gecorrigeerd"))
    assert (document.id, document.metadata.kind) == ("h-tk-20232024-00000000", "Verslag van een commissiedebat")
    assert document.remarks == ()


@pytest.mark.parametrize(
    ("told", "heading"),
    [
        ("<isvoorzitter>true</isvoorzitter>", "De voorzitter:"),
        ("<spreker><aanhef>De heer</aanhef><verslagnaam>Dijk</verslagnaam></spreker>", "De heer Dijk:"),
        (
            "<spreker><verslagnaam>Dijk</verslagnaam><functie>staatssecretaris van Iets</functie></spreker>",
            "Staatssecretaris Dijk:",
        ),
    ],
)
def test_a_speaker_whom_the_text_does_not_name_is_named_by_the_recording(told: str, heading: str) -> None:
    text = f"<woordvoerder>{told}<tekst><alinea><alineaitem>Ja: nee.</alineaitem></alinea></tekst></woordvoerder>"
    document = read(f"<vlosCoreDocument><vergadering>{MEETING}{text}</vergadering></vlosCoreDocument>")
    assert [p.text for p in document.paragraphs] == [heading, "Ja: nee."]


MEETING = "<vergaderjaar>2023-2024</vergaderjaar><vergaderingnummer>7</vergaderingnummer>"


def test_a_report_of_names_only_is_refused() -> None:
    with pytest.raises(UnreadablePaper, match="it tells who spoke, but not what was said"):
        read("<vlosCoreDocument><vergadering><titel>Debat</titel><tekst/></vergadering></vlosCoreDocument>")


NAMES = st.sampled_from("alinea alineaitem alineagroep nadruk nieuw vreemd stemming stem".split())
TREES = st.recursive(
    st.text("abc1 \n", max_size=5).map(lambda text: f" {text} "),
    lambda inner: st.tuples(NAMES, st.lists(inner, max_size=4)).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
    ),
    max_leaves=25,
)


@given(TREES)
def test_no_word_is_lost_and_none_invented(inner: str) -> None:
    text = f"<tekst>begin {inner} einde</tekst>"
    document = parse(
        "h-tk-20232024-7.xml", f"<vlosCoreDocument><vergadering>{text}</vergadering></vlosCoreDocument>".encode()
    )
    plain = "".join(part.rpartition(">")[2] for part in text.split("<"))
    assert " ".join(p.text for p in document.paragraphs).replace("|", " ").split() == plain.split()
