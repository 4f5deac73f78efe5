from __future__ import annotations

import pytest

from pages import PAPERS, folded, page_of, roles, texts
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.html import tk_html
from ragassist.formats.xml import op_xml

ADDRESS = '<link rel="canonical" href="https://www.tweedekamer.nl/kamerstukken/detail" />'


def test_the_text_that_the_page_shows_on_demand_is_the_paper() -> None:
    page = parse("x.html", (PAPERS / "pages" / "2024D99014.html").read_bytes())
    xml = op_xml.parse("x.xml", (PAPERS / "xml" / "kst-99600-XII-14.xml").read_bytes())
    assert [folded(p) for p in page.paragraphs] == [folded(p) for p in xml.paragraphs[1:]]  # the page has no masthead


def test_what_the_page_tells_beside_the_text() -> None:
    metadata = tk_html.parse("x.html", (PAPERS / "pages" / "2024D99014.html").read_bytes()).metadata
    assert (metadata.id, metadata.dossier, metadata.number) == ("kst-99600-XII-14", "99600-XII", "14")
    assert metadata.title == "Motie van het lid Zwanenburg c.s. over nestvlotten bij rijkssluizen"
    assert (metadata.kind, metadata.date, metadata.chamber) == ("Motie", "2024-09-26", "Tweede Kamer")
    assert metadata.members == ("L. Zwanenburg", "P. van der Kade")


def test_a_paper_without_a_kamerstuk_number_is_known_by_its_document_number() -> None:
    document = tk_html.parse("x.html", (PAPERS / "pages" / "2024D99901.html").read_bytes())
    assert document.id == "2024D99901"
    assert document.metadata.members == ("Zwanenburg (SP)", "Van der Kade (GroenLinks-PvdA)")
    assert [role for role, _ in roles(document)] == ["text", "text", *["heading", "text"] * 4]
    assert document.paragraphs[3].notes == (1,)
    assert [note.text for note in document.footnotes] == ["De Wierkolkse Courant, 1 maart 2024."]


def test_a_page_that_only_offers_the_paper_as_a_file_says_what_to_do() -> None:
    body = '<main><h1>Brief : Zwanen</h1><p>Datum</p><a href="/downloads/document?id=2024D99014">Download</a></main>'
    with pytest.raises(UnreadablePaper, match="download the paper from it and read that file"):
        tk_html.parse("x.html", page_of(body, ADDRESS))


def test_lists_and_errors_are_refused() -> None:
    cards = "<div class='m-card'><h3>Motie over zwanen</h3></div>" * 20
    with pytest.raises(UnreadablePaper, match="search results"):
        tk_html.parse("x.html", page_of(f"<main><h1>Zoekresultaten</h1>{cards}</main>", ADDRESS))
    with pytest.raises(UnreadablePaper, match="went wrong"):
        tk_html.parse("x.html", page_of("<main><h1>Pagina niet gevonden</h1></main>", ADDRESS))


def test_a_page_with_its_text_in_the_open_is_read_without_its_furniture() -> None:
    said = "<p>De voorzitter opent de vergadering.</p>" * 20
    beside = "<aside>Datum</aside><ul class=m-list><li>x</ul>"
    body = f"<main><article><nav>Home</nav><h1>Verslag</h1>{said}{beside}</article></main>"
    document = tk_html.parse("h-tk-20232024-99-3.html", page_of(body, ADDRESS))
    assert texts(document) == ["Verslag", *["De voorzitter opent de vergadering."] * 20]
