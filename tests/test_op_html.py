from __future__ import annotations

import re

import pytest

from pages import PAPERS, folded, page_of, read_official, roles, texts
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.html import op_html
from ragassist.formats.opening import kind_of
from ragassist.formats.xml import op_xml

TWINS = sorted(path.stem for path in (PAPERS / "html").glob("*.html"))
TOLD = '<meta name="DC.identifier" content="kst-99010-77"/>'
YEAR = (
    '<meta name="DC.creator" content="Tweede Kamer der Staten-Generaal"/>'
    '<meta name="OVERHEIDop.vergaderjaar" content="2024-2025"/>'
)


@pytest.mark.parametrize("paper", TWINS)
def test_a_paper_is_the_same_as_page_and_as_xml(paper: str) -> None:
    page = op_html.parse("page.html", (PAPERS / "html" / f"{paper}.html").read_bytes())
    xml = op_xml.parse(f"{paper}.xml", (PAPERS / "xml" / f"{paper}.xml").read_bytes())
    assert [folded(paragraph) for paragraph in page.paragraphs] == [folded(paragraph) for paragraph in xml.paragraphs]
    assert page.footnotes == xml.footnotes
    assert page.metadata == xml.metadata
    set_in = [[(p.setting.bold, p.setting.italic) for p in document.paragraphs] for document in (page, xml)]
    assert set_in[0] == set_in[1]


def test_there_are_pages_of_every_genre() -> None:
    assert {path.stem for path in (PAPERS / "xml").glob("*.xml")} <= set(TWINS)


def test_pages_are_known_by_what_they_hold() -> None:
    for paper in TWINS:
        data = (PAPERS / "html" / f"{paper}.html").read_bytes()
        assert kind_of(data) == "official HTML"
        assert parse("x.html", data).id == paper


def test_the_page_around_the_paper_is_no_part_of_it() -> None:
    around = (
        "<header>Overheid.nl</header><nav>Home</nav><main><h1>Kamerstuk</h1><table><tr><th>Organisatie</th></tr><tr>"
        "<td>Tweede Kamer der Staten-Generaal</td></tr></table>{}<aside>Acties</aside></main><footer>Contact</footer>"
    )
    document = read_official("<h1 class=stuktitel>Nr. 77 BRIEF</h1><aside>in het stuk</aside>", around, TOLD)
    assert texts(document) == ["Nr. 77 BRIEF", "in het stuk"]


HEADED = "<h1 class=dossiertitel>99 010 Bruggen</h1>"
STUK = "<h1 class=stuktitel>Nr. 77 BRIEF</h1><p>een</p>"


@pytest.mark.parametrize(
    "page",
    [
        f"<article>{HEADED}<div class=stuk>{STUK}</div></article>",
        f"<div id=main-column>{HEADED}{STUK}</div>",
        f"<main>{HEADED}{STUK}</main>",
        f"{HEADED}{STUK}",
        f"{HEADED}<div id=broodtekst>{STUK}</div>",
    ],
)
def test_the_paper_is_found_on_pages_of_every_age(page: str) -> None:
    document = op_html.parse("x.html", page_of(f"<nav>Home</nav>{page}<footer>Contact</footer>", TOLD))
    assert texts(document) == ["99 010 Bruggen", "Nr. 77 BRIEF", "een"]


def test_the_head_that_the_page_left_out_is_put_back() -> None:
    document = read_official("<h1 class=dossiertitel>99 010 Bruggen</h1>", head=TOLD + YEAR)
    assert roles(document)[0] == ("heading", "Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2024–2025")
    kept = "<div class=kamerstukkop><p>Tweede Kamer der Staten-Generaal</p><p>2</p><p>Vergaderjaar 2024-2025</p></div>"
    document = read_official(f"{kept}<p>een</p>", head=TOLD + YEAR)
    assert roles(document) == [
        ("heading", "Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2024-2025"),
        ("text", "een"),
    ]


def test_a_page_that_does_not_tell_chamber_and_year_gets_no_head() -> None:
    assert texts(read_official("<p>een</p>", head=TOLD)) == ["een"]


@pytest.mark.parametrize(
    ("head", "body", "id"),
    [
        ('<meta name="DC.identifier" content="kst-99010-77"/>', "", "kst-99010-77"),
        ('<meta name="dcterms.identifier" content="kst-99010-XVI-7"/>', "", "kst-99010-XVI-7"),
        (
            '<link rel="canonical" href="https://zoek.officielebekendmakingen.nl/kst-99010-B.html?x=1"/>',
            "",
            "kst-99010-B",
        ),
        (
            '<meta property="og:url" content="https://zoek.officielebekendmakingen.nl/ah-tk-20232024-9/"/>',
            "",
            "ah-tk-20232024-9",
        ),
        ("", '<a href="/kst-1027638.pdf">Download PDF</a>', "kst-1027638"),
    ],
)
def test_the_id_comes_from_what_the_page_says_of_itself(head: str, body: str, id: str) -> None:
    assert read_official("<p>een</p>", f"{{}}{body}", head).id == id


def test_metadata_of_the_page() -> None:
    head = (
        '<meta name="DC.identifier" content="kst-99600-XII-15"/><meta name="DC.type" content="Motie"/>'
        '<meta name="OVERHEIDop.dossiernummer" content="99010"/>'
        '<meta name="OVERHEIDop.dossiernummer" content="99600-XII"/>'
        '<meta name="OVERHEIDop.ondernummer" content="15"/><meta name="DCTERMS.issued" content="2024-10-02"/>'
        '<meta name="OVERHEIDop.documenttitel" content="Motie van het lid Zwanenburg (SP) over zwanen"/>'
        '<meta name="OVERHEIDop.versieInformatie" content="Herdruk"/>'
    )
    body = "<p>De Kamer,</p><p>en gaat over tot de orde van de dag.</p><p>Zwanenburg</p>"
    metadata = read_official(body, head=head + YEAR).metadata
    assert (metadata.dossier, metadata.number, metadata.year) == ("99600-XII", "15", "2024-2025")
    assert (metadata.kind, metadata.date, metadata.reprint) == ("Motie", "2024-10-02", True)
    assert metadata.title == "Motie van het lid Zwanenburg (SP) over zwanen"
    assert metadata.members == ("Zwanenburg (SP)",)


def test_the_paper_dates_itself_before_the_metadata_does() -> None:
    head = f'{TOLD}<meta name="DCTERMS.issued" content="2024-10-09"/>'
    body = "<h1 class=stuktitel>Nr. 77 BRIEF</h1><p class=kamerstukdatum>Ontvangen 1 oktober 2024</p><p>een</p>"
    assert read_official(body, head=head).metadata.date == "2024-10-01"


def test_who_asks_and_who_answers_are_paragraphs_not_headings() -> None:
    asked = (
        "Vragen van het lid Oeverloos (D66) aan de Minister over zwanen (ingezonden 2 april 2024). "
        "Antwoord van Minister Waterman (Waterstaat) (ontvangen 23 april 2024). Zie ook Aanhangsel 12."
    )
    document = read_official(f'<h1 class="kamervraagomschrijving_kop no-toc">{asked}</h1>', head=TOLD)
    first, second = roles(document)
    assert first == ("text", asked[: asked.index(" Antwoord")])
    assert second == ("text", asked[asked.index("Antwoord") :])


def test_signatures_are_a_paragraph_a_name() -> None:
    signed = (
        "<p class=ondertekening><span class=functie>De Minister,</span><span class=naam><span class=voornaam>D.</span> "
        "<span class=achternaam>Waterman</span></span></p><p class=ondertekening>De griffier,<br>Kolkman</p>"
    )
    assert texts(read_official(signed, head=TOLD)) == ["De Minister,", "D. Waterman", "De griffier,", "Kolkman"]


def test_a_speakers_line_heads_what_is_said() -> None:
    speech = (
        "<div class=spreekbeurt><div class=alineagroep><p>De heer <strong class=vet>Oeverloos</strong> (D66):</p></div>"
        "<div class=alineagroep><p>Voorzitter:</p><p>drie punten.</p></div></div>"
    )
    assert roles(read_official(speech, head=TOLD)) == [
        ("heading", "De heer Oeverloos (D66):"),
        ("text", "Voorzitter:"),
        ("text", "drie punten."),
    ]


REFUSED = (
    ("<title>Zoekresultaten | Overheid.nl</title><h1>1 - 10 van 21.501 resultaten</h1><li>kst-1-2</li>", "search"),
    ("<main><div id=Publicaties><h2 class=result--title><a>Kamerstuk</a></h2></div></main>", "search"),
    ("<title>Pagina niet gevonden</title><main><p>Deze pagina bestaat niet.</p></main>", "went wrong"),
    ("<main><h1>502 Bad Gateway</h1></main>", "went wrong"),
    ("<main></main>", "no text"),
)


@pytest.mark.parametrize(("page", "why"), REFUSED)
def test_pages_without_a_paper_are_refused_in_a_sentence(page: str, why: str) -> None:
    with pytest.raises(UnreadablePaper, match=why) as refusal:
        op_html.parse("kst-99010-77.html", page_of(page))
    assert re.fullmatch(r"kst-99010-77\.html: .+\. Nothing of it was indexed\.", str(refusal.value))
