"""Official XML: every genre's paragraphs, notes and facts; no word lost, none invented, whatever the elements are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ragassist.document import Document, Metadata
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.op_xml import DEEPEST

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


METADATA: dict[str, dict[str, object]] = {
    "kst-99501-31-12": {
        "kind": "Verslag van een schriftelijk overleg",
        "dossier": "99501-31",
        "number": "12",
        "year": "2023-2024",
        "date": "2024-03-14",
        "chamber": "Tweede Kamer",
    },
    "kst-99003-C": {
        "kind": "Verslag van een schriftelijk overleg",
        "title": "Verslag van een schriftelijk overleg over de Aanvullingswet kerktorenklokken",
        "number": "C",
        "date": "2024-01-23",
        "chamber": "Eerste Kamer",
    },
    "kst-99003-D": {"kind": "Brief", "number": "D", "date": "2024-02-03", "chamber": "Eerste Kamer"},
    "kst-99004-8": {"kind": "Lijst van vragen en antwoorden", "date": "2024-06-12"},
    "kst-99005-6": {"kind": "Nota naar aanleiding van het verslag", "dossier": "99005", "date": "2024-11-05"},
    "ah-tk-20232024-9901": {
        "kind": "Kamervragen",
        "number": "9901",
        "year": "2023-2024",
        "date": "2024-03-25",
        "members": ("Zwanenburg (SP)", "Van der Kade (GroenLinks-PvdA)"),
    },
    "ah-tk-20232024-9902": {"kind": "Kamervragen", "date": "2024-04-23", "members": ("Oeverloos (D66)",)},
    "kst-9900001": {
        "kind": "Brief",
        "title": "Brief regering; Stand van zaken pontonbruggen",
        "dossier": "99600-XII",
        "number": "21",
        "date": "2024-10-01",
    },
    "kst-99600-XII-14": {
        "kind": "Motie",
        "dossier": "99600-XII",
        "date": "2024-09-26",
        "members": ("Zwanenburg", "Van der Kade", "Inge Oeverloos"),
    },
    "kst-99600-XII-15": {
        "kind": "Motie",
        "title": "Gewijzigde motie van het lid Zwanenburg (SP) over nestvlotten bij rijkssluizen (t.v.v. 99600-XII-14)",
        "members": ("Zwanenburg (SP)",),
    },
    "kst-99007-17-h1": {"number": "17", "dossier": "99007", "date": "2023-11-17", "reprint": True},
    "kst-99008-2": {"kind": "Voorstel van wet", "date": "2024-09-30"},
    "kst-99008-3": {"kind": "Memorie van toelichting", "date": "2024-09-30"},
    "kst-99008-4": {"kind": "Advies Raad van State"},
    "kst-99008-11": {"kind": "Amendement", "date": "2025-02-18", "members": ("Handwijzer", "Paalman")},
    "kst-99009-A-5": {"kind": "Brief", "dossier": "99009", "number": "A/5", "date": "2024-01-19", "chamber": ""},
    "h-tk-20232024-99-3": {
        "kind": "Handelingen",
        "title": "Zwanen bij sluizen",
        "year": "2023-2024",
        "date": "2024-07-03",
        "chamber": "Tweede Kamer",
    },
}


@pytest.mark.parametrize("id", METADATA)
def test_a_paper_says_which_one_it_is(id: str) -> None:
    metadata = read(id).metadata
    assert metadata.id == id
    assert {field: getattr(metadata, field) for field in METADATA[id]} == METADATA[id]


def test_only_a_reprint_says_that_it_is_one() -> None:
    assert [id for id in METADATA if read(id).metadata.reprint] == ["kst-99007-17-h1"]


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
        ("<al>een\u200bwoord\u00ad</al>", ["text: eenwoord"]),
    ],
)
def test_elements_of_any_name_keep_their_text_in_place(inner: str, expected: list[str]) -> None:
    assert body(inner) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("", Metadata("kst-99001-5", "Motie", dossier="99001", number="5")),
        ("<meta name='DC.identifier' content=' kst-99 001-5 '/>", Metadata("kst-99001-5", "Motie", number="5")),
        ("<meta name='DC.identifier' content='kst-99 001 XVI - 5'/>", Metadata("kst-99001-XVI-5", "Motie")),
        ("<meta name='DC.identifier' content='kst-99001-(R2160)-5'/>", Metadata("kst-99001-5", "Motie")),
        ("<meta name='DC.identifier' content='onzin'/>", Metadata("kst-99001-5", "Motie")),
        (
            "<meta name='OVERHEIDop.externMetadataRecord' content='https://x.example/kst-99001-VI-5/metadata_owms.xml'/>",
            Metadata("kst-99001-VI-5", "Motie"),
        ),
        ("<meta name='DCTERMS.issued' content='2024-02-30'/>", Metadata("kst-99001-5", "Motie", date="")),
        (
            "<meta name='DCTERMS.available' content='2024-02-29'/>",
            Metadata("kst-99001-5", "Motie", date="2024-02-29"),
        ),
    ],
)
def test_metadata_of_either_style_tell_the_paper(metadata: str, expected: Metadata) -> None:
    found = paper("<al>De Kamer,</al>", metadata).metadata
    assert (found.id, found.date, found.number) == (expected.id, expected.date, "5")


DATED = (PAPERS / "kst-99600-XII-14.xml").read_text("utf-8")
ISSUED = '<metadata><meta name="DCTERMS.issued" content="2024-10-01"/>'


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (DATED.replace("<metadata>", ISSUED), "2024-09-26"),
        (DATED.replace("<metadata>", ISSUED).replace("2024-09-26", "2024-09-31"), "2024-10-01"),
        (DATED.replace(' isodatum="2024-09-26"', ""), "2024-09-26"),
        (DATED.replace('<datum isodatum="2024-09-26">26 september 2024</datum>', "3 september 2024"), "2024-09-03"),
    ],
)
def test_a_date_is_taken_from_its_element_then_from_metadata_then_from_words(text: str, date: str) -> None:
    assert parse("paper.xml", text.encode()).metadata.date == date


def test_the_dossier_is_the_one_that_the_id_names() -> None:
    bruggen = "<dossier><dossiernummer><dossiernr>99 600</dossiernr></dossiernummer><titel>Begroting</titel></dossier>"
    metadata = parse("paper.xml", DATED.replace("<dossier>", f"{bruggen}<dossier>").encode()).metadata
    assert (metadata.id, metadata.dossier) == ("kst-99600-XII-14", "99600-XII")


def test_signers_are_named_without_what_follows_their_name() -> None:
    text = DATED.replace("<al>Zwanenburg</al>", "<al>Zwanenburg,</al>")
    assert parse("paper.xml", text.encode()).metadata.members == ("Zwanenburg", "Van der Kade", "Inge Oeverloos")


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
