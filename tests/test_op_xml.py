"""Official XML: every genre's paragraphs and notes; no word lost, none invented, whatever the elements are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from official_papers import PAPERS, body, lines, paper, read
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.xml.op_xml import DEEPEST

HEADS: dict[str, list[str]] = {
    "kst-99501-31-12": [
        "heading: Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2023–2024",
        "heading: 99 501-31 Raad voor Bruggen, Sluizen, Veren en Waterkeringen",
        "heading: Nr. 12 VERSLAG VAN EEN SCHRIFTELIJK OVERLEG",
        "text: Vastgesteld 14 maart 2024",
    ],
    "kst-9900001": [
        "heading: Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2024–2025",
        (
            "heading: 99 600 XII Vaststelling van de begrotingsstaten van het Ministerie van Infrastructuur en "
            "Waterstaat (XII) voor het jaar 2025"
        ),
        "heading: 99 010 Bruggen en veren",
        "heading: Nr. 21 BRIEF VAN DE MINISTER VAN INFRASTRUCTUUR EN WATERSTAAT",
    ],
    "ah-tk-20232024-9902": [
        "heading: Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2023–2024 Aanhangsel van de Handelingen",
        "heading: Vragen gesteld door de leden der Kamer, met de daarop door de regering gegeven antwoorden",
        "heading: 9902",
        (
            "text: Vragen van het lid Oeverloos (D66) aan de Staatssecretaris van Economische Zaken en Klimaat over "
            "windmolens op vuurtorens (ingezonden 2 april 2024)."
        ),
        "text: Mededeling van Staatssecretaris Windhoek (Economische Zaken en Klimaat) (ontvangen 23 april 2024).",
    ],
    "kst-99009-A-5": [
        "heading: Staten-Generaal 1/2 Vergaderjaar 2023–2024",
        "heading: 99 009 Verdrag inzake de uitwisseling van molenstenen",
        "heading: A/ Nr. 5 BRIEF VAN DE MINISTER VAN BUITENLANDSE ZAKEN",
    ],
}


@pytest.mark.parametrize("id", HEADS)
def test_the_head_of_a_paper_reads_as_printed(id: str) -> None:
    assert lines(read(id))[: len(HEADS[id])] == HEADS[id]


def test_the_line_on_questions_is_a_heading_of_its_own_whatever_it_is_called() -> None:
    text = (PAPERS / "ah-tk-20232024-9902.xml").read_text("utf-8")
    other = text.replace('"documenttype"', '"soort"').replace('"vraagtype"', '"documenttype"')
    assert [p.text for p in parse("paper.xml", other.encode()).paragraphs[:3]] == [
        "Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2023–2024",
        "Aanhangsel van de Handelingen",
        "Vragen gesteld door de leden der Kamer, met de daarop door de regering gegeven antwoorden",
    ]


def test_a_documenttype_that_no_page_prints_is_furniture() -> None:
    assert read("kst-99004-8").furniture == ("Kamerstukken",)
    assert read("ah-tk-20232024-9901").furniture == ()


def test_questions_and_answers_are_headed_by_their_numbers() -> None:
    headings = [p.text for p in read("ah-tk-20232024-9901").paragraphs if p.role == "heading"]
    assert headings[3:] == [
        *("Vraag 1", "Antwoord 1", "Vraag 2", "Antwoord 2", "Vraag 3", "Vraag 4", "Vraag 5", "Antwoord 3, 4 en 5"),
        *("Vraag 6, 7 8 en 9", "Antwoord 6, 7 8 en 9", "Vraag 10", "Antwoord 10", "Toelichting:"),
    ]


def test_a_bare_number_is_a_heading() -> None:
    assert lines(read("kst-99005-6"))[6:9] == [
        "heading: 1. Inleiding",
        "heading: 1",
        "text: De leden van de NSC-fractie vragen hoeveel vlotten jaarlijks de grens passeren.",
    ]


def test_a_number_in_an_item_or_in_the_contents_is_no_heading() -> None:
    inner = (
        "<lijst><li><li.nr>–</li.nr><al>2024</al></li></lijst>"
        "<officiele-inhoudsopgave><tussenkop>Inhoud</tussenkop><al>7</al></officiele-inhoudsopgave>"
    )
    assert body(inner) == ["item: – 2024", "text: Inhoud", "text: 7"]


def test_items_carry_their_marks() -> None:
    assert lines(read("kst-9900001"))[10:18] == [
        "text: De vervanging verloopt in twee stappen:",
        "item: 1. de pontons worden gekeurd:",
        "item: a. op drijfvermogen;",
        "item: b. op roest;",
        "item: 2. wat is afgekeurd, wordt vervangen.",
        "text: Figuur 1. Ligging van de pontonbruggen",
        "text: Een pontonbrug is een brug die op drijvers rust.",
        "item: Landhoofd: het vaste einde van de brug.",
    ]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<lijst><li><al>een</al><al>twee</al></li></lijst>", ["item: een", "text: twee"]),
        ("<lijst><li><li.nr>a.</li.nr></li></lijst><al>b</al>", ["item: a.", "text: b"]),
        (
            "<lijst><li><li.nr>1.</li.nr><lijst><li><li.nr>a.</li.nr><al>x</al></li></lijst></li></lijst>",
            ["item: 1. a. x"],
        ),
        ("<lijst><li><li.nr>1.</li.nr>los<al>vast</al></li></lijst>", ["item: 1.los vast"]),
        ("<lijst><li><li.nr>1.</li.nr><tussenkop>Kop</tussenkop></li></lijst>", ["item: 1.", "heading: Kop"]),
    ],
)
def test_items_of_other_make_lose_nothing(inner: str, expected: list[str]) -> None:
    assert body(inner) == expected


def test_a_law_is_read_article_by_article() -> None:
    assert lines(read("kst-99008-2"))[13:22] == [
        "heading: Artikel 2 Bescherming",
        "item: 1. Een wegwijzer die ouder is dan vijftig jaar, wordt niet verwijderd.",
        "item: 2. Onze Minister kan ontheffing verlenen:",
        "item: a. als de plaats waarheen wordt gewezen niet meer bestaat, of",
        "item: b. als de wegwijzer gevaar oplevert.",
        "heading: Artikel 3",
        "text: De Wegenwet wordt als volgt gewijzigd:",
        "heading: A",
        "text: In artikel 16 wordt «borden» vervangen door «borden en wegwijzers».",
    ]


def test_signatures_are_a_paragraph_each() -> None:
    assert lines(read("kst-99003-D"))[-2:] == [
        "text: De Staatssecretaris van Onderwijs, Cultuur en Wetenschap,",
        "text: B. Galmhout",
    ]


def test_speakers_head_what_they_say() -> None:
    speakers = [p.text for p in read("h-tk-20232024-99-3").paragraphs if p.text.endswith(":")]
    assert speakers == [
        *("De voorzitter:", "Mevrouw Zwanenburg (SP):", "De heer Oeverloos (D66):"),
        *("Mevrouw Zwanenburg (SP):", "Minister Waterman:"),
    ]


def test_tables_are_read_row_by_row() -> None:
    rows = [p for p in read("kst-99008-3").paragraphs if p.role == "row"]
    assert [row.text for row in rows] == [
        "Beheerder | Kosten in euro | Toelichting",
        "| eenmalig | jaarlijks |",
        "Gemeente | 1.200 | 310 | verven en snoeien",
        "Provincie | 800 | 95 |",
    ]
    assert [row.notes for row in rows] == [(), (), (3,), ()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<row><entry colname='c3'><al>x</al></entry></row>", ["| | x"]),
        ("<row><entry morerows='many'>a</entry><entry>b</entry></row>", ["a | b"]),
        ("<row><entry namest='c1' nameend='c9'>a</entry><entry>b</entry></row>", ["a | b"]),
        (
            "<row><entry morerows='1'>a</entry><entry morerows='1'>b</entry></row><row/><row><entry>c</entry></row>",
            ["a | b", "c"],
        ),
        ("<row><entry>a</entry><entry morerows='1'>b</entry></row><row><entry>c</entry></row>", ["a | b", "c |"]),
        ("<row>los<entry><lijst><li><li.nr>–</li.nr><al>x</al></li></lijst></entry></row>", ["los – x"]),
        (
            "<row><entry><table><tgroup><row><entry>a</entry><entry>b</entry></row></tgroup></table></entry></row>",
            ["a | b"],
        ),
    ],
)
def test_cells_keep_their_places(rows: str, expected: list[str]) -> None:
    columns = "".join(f"<colspec colname='c{number}'/>" for number in (1, 2, 3))
    assert body(f"<table><tgroup>{columns}<tbody>{rows}</tbody></tgroup></table>") == [
        f"row: {row}" for row in expected
    ]


def test_notes_leave_the_text() -> None:
    document = read("kst-99501-31-12")
    marked = next(p for p in document.paragraphs if p.notes == (1,))
    assert "ouder dan tachtig jaar. België" in marked.text
    assert document.footnotes[0].text == "Europees Waterbouwbureau, Telling van beweegbare bruggen 2023, blz. 14."


def test_a_mark_that_is_no_number_or_is_taken_is_numbered_on() -> None:
    note = "<noot id='{0}'><noot.nr>{1}</noot.nr><noot.al>{2}</noot.al></noot>"
    notes = [note.format(id, mark, text) for id, mark, text in ("a4x", "b*y", "c4z")]
    document = paper(f"<al>Een{notes[0]} twee{notes[1]} drie{notes[2]}.</al>")
    assert document.paragraphs[2].notes == (4, 5, 6)
    assert [(note.number, note.text) for note in document.footnotes] == [(4, "x"), (5, "y"), (6, "z")]


def test_a_note_may_be_referred_to_from_elsewhere() -> None:
    document = paper(
        "<al>Zie<nootref refid='n1'>1</nootref> en <nootref refid='zoek'>9</nootref>.</al>"
        "<noot id='n1'><noot.nr>1</noot.nr><noot.al>Bron.</noot.al></noot>"
    )
    assert [(p.text, p.notes) for p in document.paragraphs[2:]] == [("Zie en 9.", (1,))]
    assert [note.text for note in document.footnotes] == ["Bron."]


def test_settings_tell_bold_and_italic() -> None:
    advice = {p.text[:20]: p.setting for p in read("kst-99008-4").paragraphs}
    assert advice["De Afdeling merkt op"].italic
    assert not advice["Naar aanleiding van "].italic
    assert next(p for p in read("kst-99004-8").paragraphs if p.text == "Vraag 1").setting.bold


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<al>een regen<?xpp afbreek?>boog</al>", ["text: een regenboog"]),
        ("<al>CO<inf>2</inf> en 10<sup>4</sup></al>", ["text: CO2 en 104"]),
        (
            "<al>\n de stemmingen\n <nadruk>over moties</nadruk>\n , te weten (\n <extref>21</extref>\n );</al>",
            ["text: de stemmingen over moties, te weten (21);"],
        ),
        ("<nieuw>Los</nieuw><al>vast</al>", ["text: Los", "text: vast"]),
        ("<nieuw><deel>Een</deel><deel>Twee</deel></nieuw>", ["text: Een", "text: Twee"]),
        ("<nieuw>voor <al>in</al> na</nieuw>", ["text: voor", "text: in", "text: na"]),
        ("<al>een <nieuw>nieuw <vreemd>vreemd</vreemd></nieuw> woord</al>", ["text: een nieuw vreemd woord"]),
        ("los <nieuw>blijft</nieuw> bijeen<al>vast</al>", ["text: los blijft bijeen", "text: vast"]),
        (
            "<al>voor<lijst><li><li.nr>–</li.nr><al>in</al></li></lijst>na</al>",
            ["text: voor", "item: – in", "text: na"],
        ),
        ("<al>een<br/>woord</al>", ["text: een woord"]),
        ("<plaatje><titel>Een brug</titel></plaatje>", ["text: Een brug"]),
        ("<al>een\u200bwoord\u00ad</al>", ["text: eenwoord"]),
    ],
)
def test_elements_of_any_name_keep_their_text_in_place(inner: str, expected: list[str]) -> None:
    assert body(inner) == expected


def test_a_file_without_text_says_so() -> None:
    with pytest.raises(UnreadablePaper, match=r"^paper\.xml: it holds no text\. Nothing of it was indexed\.$"):
        parse("paper.xml", b"<officiele-publicatie><metadata/><kamerstuk/></officiele-publicatie>")


def test_elements_may_lie_deep() -> None:
    depth = DEEPEST + 100
    assert body(f"<al>{'<x>' * depth}diep{'</x>' * depth}</al>") == ["text: diep"]
    assert body(f"{'<row><entry>' * (depth // 2)}diep{'</entry></row>' * (depth // 2)}") == ["row: diep"]


NAMES = st.sampled_from(
    "al al-groep nadruk tussenkop lijst li li.nr kop titel nr label divisie tekst extref sup table tgroup tbody row "
    "entry noot noot noot.nr noot.al lid lidnr naam functie ondertekening spreker vraag antwoord stuknr dossier wat "
    "officiele-inhoudsopgave definitie-item term definitie plaatje kamervraagomschrijving agendapunt datumtekst nieuw "
    "vreemd box".split()
)
TEXTS = st.text("abcé1 \n–", max_size=6).map(lambda text: f" {text} ")
TREES = st.recursive(
    TEXTS,
    lambda inner: st.tuples(NAMES, st.lists(inner, max_size=5)).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
    ),
    max_leaves=40,
)


def words(texts: Iterable[str]) -> list[str]:
    return " ".join(texts).replace("|", " ").split()


def written(element: etree._Element, notes: list[str]) -> Iterator[str]:
    """The text of an element in order; that of each note goes to `notes`, without the note's mark."""
    yield element.text or ""
    for child in element:
        if child.tag == "noot":
            note = list(written(child, notes))
            notes += note
        elif (element.tag, child.tag) != ("noot", "noot.nr"):
            yield from written(child, notes)
        yield child.tail or ""


@settings(max_examples=300)
@given(TREES)
def test_no_word_is_lost_and_none_invented(inner: str) -> None:
    inner = f"<al>begin</al>{inner}<al>einde</al>"
    document = paper(inner)
    notes: list[str] = []
    text = list(written(etree.fromstring(f"<tekst>{inner}</tekst>"), notes))
    assert words(paragraph.text for paragraph in document.paragraphs[2:]) == words(text)
    assert words(note.text for note in document.footnotes) == words(notes)
    assert {number for p in document.paragraphs for number in p.notes} == {n.number for n in document.footnotes}
