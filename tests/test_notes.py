"""Footnotes: their texts leave the page's flow, their marks leave the words that they are glued to."""

from __future__ import annotations

from pathlib import Path

import pytest

from printed_papers import FOOTER, INVENTED, letters, paragraph_with, read, truth
from ragassist.document import Document
from ragassist.formats import parse

# number: page, the note's beginning, and what stands before its mark in the text.
NOTES = {
    1: (4, "Bron: SZW", "14.751 meldingen ingediend door zelfstandigen"),
    2: (5, "Bron: het Europese meldloket voor", "die mogelijk in Nederland waren."),
    3: (5, "Bron Staat van Migratie 2021", "betrof 315.230 inclusief de wegvervoersector."),
    4: (5, "Bron: SZW", "en 40.801 een EU-nationaliteit."),
    5: (5, "Bron Staat van Migratie 2021", "hebben 6.896 zelfstandigen een of meerdere meldingen gedaan."),
    6: (5, "Bron: Staat van Migratie 2022", "in 2021 betrof 365.510 inclusief de wegvervoersector."),
    7: (5, "Bron: SZW", "en 58.921 een EU-nationaliteit."),
    8: (5, "Bron: Staat van Migratie 2022", "In 2021 hebben 7.070 zelfstandigen een of meerdere meldingen gedaan."),
    9: (5, "Bron: Staat van Migratie 2023. Het aantal", "hebben 5.500 zelfstandigen een of meerdere meldingen gedaan."),
    10: (6, "Bron: het Europese meldloket voor", "kan gaan om slechts enkele uren."),
    11: (7, "Geannoteerde Agenda Informele Raad WSBVC", "richting de in 2024 inkomende Commissie."),
    12: (8, "COM(2023) 715.", "in haar Mededeling Talentmobiliteitspakket"),
    13: (9, "https://www.rijksoverheid.nl/", "langer dan vijf jaar achtereen bijstand."),
    14: (9, "SCP (2023) Een brede blik op bijstand", "De doelgroep kampt vaak met multiproblematiek"),
    15: (9, "Kamerstukken II, 34 352, nr. 283", "In haar visiebrief Participatiewet in Balans"),
    16: (9, "https://www.nlarbeidsinspectie.nl/", "makkelijk overbrugbare afstand tot de arbeidsmarkt heeft."),
    17: (9, "De brede baten van werk (cpb.nl)", "onder kinderen en besparingen op de zorg."),
    18: (10, "Employment database – Employment indicators", "zelfs de hoogste ter wereld),"),
    19: (10, "Beschouwing Centraal Economisch Plan 2024", "naar een vermindering van de arbeidsvraag."),
    20: (10, "https://www.staatscommissie2050.nl/", "Ook de Staatscommissie Demografische Ontwikkelingen 2050"),
    21: (11, "Kamerstukken II 2021/22, 29 544, nr. 1115.", "vraag naar en aanbod van arbeid."),
    22: (12, "SCP (2023). Een brede blik op bijstand.", "en heeft te maken met multiproblematiek."),
    23: (15, "Kamerstukken II, 2023/24, 22 112, nr. 3857", "middels separate BNC-fiches."),
}
CONTINUED = {
    9: "in het Nederlandse meldloket is lager dan in 2021 omdat detacheringen in het wegtransport sinds februari 2022",
    11: "Kamerstukken II, 2023/24, 21 501-31, nr. 732.",
    13: "https://www.rijksoverheid.nl/ministeries/ministerie-van-sociale-zaken-en-werkgelegenheid/documenten/"
    "publicaties/2024/01/31/factsheet-participatiewet-cijfermatig-beeld",
    16: "https://www.nlarbeidsinspectie.nl/publicaties/rapporten/2023/02/20/spiegel-bestaanszekerheid-2022",
}


def test_every_note_is_found_once_and_in_order(seed: Document) -> None:
    assert [note.number for note in seed.footnotes] == list(NOTES)
    assert [number for paragraph in seed.paragraphs for number in paragraph.notes] == list(NOTES)


@pytest.mark.parametrize("number", NOTES)
def test_each_note_has_its_text_and_page_and_the_paragraph_that_refers_to_it(seed: Document, number: int) -> None:
    page, beginning, before = NOTES[number]
    note = seed.footnotes[number - 1]
    assert note.page == page
    assert note.text.startswith(beginning)
    (paragraph,) = [paragraph for paragraph in seed.paragraphs if number in paragraph.notes]
    end = paragraph.text.index(before) + len(before)
    assert not paragraph.text[end : end + 1].isdigit()
    assert paragraph.page_at(end) == page


def test_footnote_marks_leave_the_text(seed: Document) -> None:
    noted, plain = [paragraph for paragraph in seed.paragraphs if "Ontwikkelingen 2050 adviseert" in paragraph.text]
    assert 20 in noted.notes  # printed as 2050 with note 20
    assert not plain.notes  # three pages on the same words stand without a note


@pytest.mark.parametrize("number", CONTINUED)
def test_notes_of_several_lines_are_whole(seed: Document, number: int) -> None:
    assert CONTINUED[number] in seed.footnotes[number - 1].text


def test_no_notes_text_is_left_among_the_paragraphs(seed: Document) -> None:
    for left in ("Bron", "cpb.nl", "https://", "COM(2023)", "OECD"):
        assert not any(left in paragraph.text for paragraph in seed.paragraphs)


def test_figures_that_look_like_marks_stay(seed: Document) -> None:
    for phrase in (
        "in Q3 2023",
        "10-12 januari jl.",
        "(2014/67)",
        "(1) verhogen",
        "€ 5.331",
        "jonger zijn dan 30 jaar",
    ):
        paragraph_with(seed, phrase)


@pytest.mark.parametrize("path", INVENTED, ids=lambda path: path.stem)
def test_the_notes_of_invented_papers_are_found(path: Path) -> None:
    notes = {str(note.number): letters(note.text) for note in read(path).footnotes}
    assert notes == {number: letters(text) for number, text in truth(path)["footnotes"].items()}


def test_marks_of_invented_papers_are_found_in_their_paragraphs() -> None:
    wanted = [(path, number, phrase) for path in INVENTED for number, phrase in truth(path)["marks"].items()]
    papers = {path: read(path) for path in INVENTED}
    missed = [
        (path.stem, number)
        for path, number, phrase in wanted
        if not any(int(number) in p.notes and letters(phrase) in letters(p.text) for p in papers[path].paragraphs)
    ]
    assert missed == [("kst-21501-07-2341", "1")]  # printed as COFOG 021: category 02 with note 1


@pytest.mark.parametrize(
    ("body", "note", "text", "notes"),
    [
        ("Dit geldt voor zelfstandigen1 en anderen.", "1 Bron: SZW", "Dit geldt voor zelfstandigen en anderen.", (1,)),
        ("Zij waren er in 2023.1 Later niet.", "1 Bron: SZW", "Zij waren er in 2023. Later niet.", (1,)),
        ("In het jaar 20501 is dit anders.", "1 Bron: SZW", "In het jaar 2050 is dit anders.", (1,)),
        ("De organisatie Platform311 meldt dit.", "1 Bron: SZW", "De organisatie Platform31 meldt dit.", (1,)),
        ("Zij zei «dat klopt»1 en ging.", "1 Bron: SZW", "Zij zei «dat klopt» en ging.", (1,)),
        (
            "Dit geldt voor zelfstandigen¹ op 12 m² grond.",
            "¹ Bron: SZW",
            "Dit geldt voor zelfstandigen op 12 m² grond.",
            (1,),
        ),
        ("Er waren 21 leden, en ook 1 gast.", "1 Bron: SZW", None, ()),  # no mark: then it is no note
        ("De fracties stelden vragen.1", "2 Tweede noot", None, ()),
    ],
)
def test_marks(body: str, note: str, text: str | None, notes: tuple[int, ...]) -> None:
    document = parse("paper.txt", f"{body}\n\n{note}\n\n{FOOTER} 1\n".encode())
    assert document.paragraphs[0].text == (text or body)
    assert document.paragraphs[0].notes == notes
    assert len(document.footnotes) == len(notes)


def test_notes_in_the_middle_of_text_without_pages_do_not_swallow_what_follows() -> None:
    after = [f"Dit is regel {number} van de tekst die na de noot gewoon doorgaat en" for number in range(6)]
    text = "\n".join(["Dit geldt voor zelfstandigen.1", "", "1 Bron: SZW.", "", "Het vervolg begint hier.", *after])
    document = parse("paper.txt", f"{text}\n\n{FOOTER} 1\n".encode())
    assert [note.text for note in document.footnotes] == ["Bron: SZW."]
    assert any("Het vervolg begint hier." in paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize("note", ["1\n\nBron: SZW, de uitkomsten.", "1 Bron: SZW, de uitkomsten."])
def test_a_notes_number_may_stand_above_it_and_white_space_may_lack(note: str) -> None:
    text = f"Dit geldt voor zelfstandigen.1\n\n{note}" if "\n" in note else f"Dit geldt voor zelfstandigen.1\n{note}"
    document = parse("paper.txt", f"{text}\n\n{FOOTER} 1\n".encode())
    assert [(note.number, note.text) for note in document.footnotes] == [(1, "Bron: SZW, de uitkomsten.")]
    assert document.paragraphs[0].notes == (1,)
