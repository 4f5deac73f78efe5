from __future__ import annotations

import re

import pytest
from hypothesis import given

from pages import NAME, PAPERS, WORD, page_of, read, read_official, roles, texts, trees
from ragassist.errors import UnreadablePaper
from ragassist.formats.html import any_html as html
from ragassist.formats.html.elements import found, words
from ragassist.formats.opening import html_root
from ragassist.formats.xml import op_xml


@given(trees())
def test_no_word_of_a_page_is_lost_moved_or_invented(markup: str) -> None:
    markup = f"w0 {markup}"
    page = html_root(NAME, page_of(f'<div id="broodtekst">{markup}</div>'))
    (paper,) = found(page, "#broodtekst")
    document = read_official(markup)
    assert WORD.findall(" ".join(texts(document))) == WORD.findall(words(paper))
    assert re.fullmatch(r"[–|\d.\s]*", WORD.sub("", " ".join(texts(document))))  # marks of lists, bars of rows


@given(trees(), trees())
def test_a_note_is_kept_apart_and_its_mark_leaves_the_text(before: str, after: str) -> None:
    mark = '<p>w1<sup><a class="nootnum" href="#N1">1</a></sup> w2</p>'
    note = '<div class="voet noot"><sup><span class="nootnum" id="N1">1</span></sup><p>n1 <b>n2</b></p><p>n3</p></div>'
    document = read_official(f"<div>{before}</div>{mark}<div>{after}</div><div id='noten'>{note}</div>")
    (noted,) = [paragraph for paragraph in document.paragraphs if paragraph.notes]
    assert "w1 w2" in noted.text
    assert [(footnote.number, footnote.text) for footnote in document.footnotes] == [(1, "n1 n2 n3")]
    assert not re.search(r"\bn\d", " ".join(texts(document)))


def test_one_line_end_is_a_space_two_part_paragraphs() -> None:
    assert texts(read("<p>een<br>twee<br><br>drie<br/> <br/>vier</p>")) == ["een twee", "drie", "vier"]
    assert roles(read("<h2>Nr. 4<br/>LIJST<br/><br/>VAN</h2>")) == [("heading", "Nr. 4 LIJST VAN")]


def test_text_between_paragraphs_is_a_paragraph() -> None:
    assert texts(read("<div>los<p>een</p>los <b>hier</b><p>twee</p>daar</div>")) == [
        "los",
        "een",
        "los hier",
        "twee",
        "daar",
    ]


@pytest.mark.parametrize(
    ("markup", "items"),
    [
        ("<ol><li>x<li>y</ol>", ["1. x", "2. y"]),
        ("<ol start=9 type=a><li>x<li value=1>y</ol>", ["i. x", "a. y"]),
        ("<ol type=I reversed><li>x<li>y</ol>", ["II. x", "I. y"]),
        ("<ol style='list-style-type: upper-alpha'><li>x</ol>", ["A. x"]),
        ("<ol class='list-style-parenthesis'><li>x</ol>", ["1) x"]),
        ("<ol style='list-style: none'><li>3. x</ol>", ["3. x"]),
        ("<ul><li>x<li>– y<li>•z</ul>", ["– x", "– y", "•z"]),
        ("<ul class=expliciet><li><p class=labeled><span class=ol>1°</span>x</p></ul>", ["1° x"]),
        ("<ul class=expliciet><li><p class='lid labeled'><span class='lidnr ol'>2. </span>x</p></ul>", ["2. x"]),
        ("<dl><dt>Brug:<dd>weg over water</dl>", ["Brug: weg over water"]),
    ],
)
def test_items_have_the_mark_that_the_page_shows(markup: str, items: list[str]) -> None:
    assert roles(read(markup)) == [("item", text) for text in items]


def test_further_paragraphs_of_an_item_are_text_and_lists_in_it_follow() -> None:
    markup = "<ol><li><p>x<p>y<ul><li>z</ul><li>u</ol>na"
    assert roles(read(markup)) == [
        ("item", "1. x"),
        ("text", "y"),
        ("item", "– z"),
        ("item", "2. u"),
        ("text", "na"),
    ]


def test_each_row_is_a_paragraph_with_its_empty_cells() -> None:
    rows = "<tr><th>a<th>b<th>c<tr><td><td>1<td><tr><td><td><td><tr><td><p>x<p>y<td>2<td>3"
    table = f"<table><caption>T</caption>{rows}</table>"
    assert roles(read(table)) == [("text", "T"), ("row", "a | b | c"), ("row", "| 1 |"), ("row", "x y | 2 | 3")]


def test_cells_that_reach_over_rows_leave_their_places_empty() -> None:
    table = "<table><tr><th rowspan=2>a<th colspan=2>b<th>c<tr><td>d<td>e<td><tr><td>f<td>g<td>h<td>i</table>"
    assert texts(read(table)) == ["a | b | c", "| d | e |", "f | g | h | i"]


def test_tables_that_only_place_things_are_no_rows() -> None:
    layout = "<table><tr><td>links</td><td><h2>Kop</h2><p>tekst</p><table><tr><td>a<td>b</table></td></tr></table>"
    assert roles(read(layout)) == [("text", "links"), ("heading", "Kop"), ("text", "tekst"), ("row", "a | b")]
    assert texts(read("<table><tr><td><p>kader<p>twee</table>")) == ["kader", "twee"]


def test_raised_and_lowered_text_is_glued() -> None:
    assert texts(read("<p>CO<sub>2</sub> per m<sup>2</sup>, 10<sup>4</sup></p>")) == ["CO2 per m2, 104"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>x</p>",
        "<p style='color: red; DISPLAY:none'>x</p>",
        "<span aria-hidden=true>x</span>",
        "<script>x</script>",
        "<style>x</style>",
        "<template><p>x</p></template>",
        "<noscript>x</noscript>",
        "<svg><title>x</title><text>x</text></svg>",
        "<button>x</button>",
        "<select><option>x</option></select>",
        "<!-- x -->",
        "<nav>x</nav>",
        "<header>x</header>",
        "<footer>x</footer>",
        "<div role=search>x</div>",
    ],
)
def test_what_a_page_does_not_show_as_text_is_left_out(hidden: str) -> None:
    assert texts(read(f"<p>voor</p>{hidden}<p>na</p>")) == ["voor", "na"]


def test_bold_and_italic_paragraphs_say_so() -> None:
    markup = "<p><b>heel vet</b>.</p><p>half <i>cursief</i></p><p><span style='font-style: italic'>cursief</span></p>"
    assert [(p.setting.bold, p.setting.italic) for p in read(markup).paragraphs] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_a_page_is_not_the_paper_that_it_links_to() -> None:
    page = page_of('<p>een</p><a href="https://zoek.officielebekendmakingen.nl/kst-1-2.pdf">PDF</a>')
    with pytest.raises(UnreadablePaper, match="no Kamerstuk number"):
        html.parse("pagina.html", page)


def test_numbers_of_questions_are_headings() -> None:
    markup = (
        "<p>Vraag 1, 2 en 3</p><p>Hoe?</p><p><b>Antwoord op vraag 1:</b></p><p>Zo.</p><p>12</p><p>Vraag 1 blijft.</p>"
    )
    assert [role for role, _ in roles(read(markup))] == ["heading", "text", "heading", "text", "heading", "text"]


NOTES = {
    "LibreOffice": (
        '<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>',
        '<div id="sdfootnote1"><p><a name="sdfootnote1sym" href="#sdfootnote1anc">1</a>n1</p><p>n2</p></div>',
    ),
    "Word": (
        '<a href="#_ftn1" name="_ftnref1"><span>[1]</span></a>',
        '<div id=ftn1><p><a href="#_ftnref1" name="_ftn1">[1]</a> n1</p><p>n2</p></div>',
    ),
    "Google": (
        '<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>',
        '<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a> n1 n2</p></div>',
    ),
    "pandoc": (
        '<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a>',
        '<section><ol><li id="fn1"><p>n1 n2<a href="#fnref1" class="footnote-back">↩︎</a></p></li></ol></section>',
    ),
    "EPUB": (
        '<a epub:type="noteref" href="#a1">1</a>',
        '<div epub:type="footnote" id="a1"><p>n1 n2</p></div>',
    ),
}


@pytest.mark.parametrize("writer", NOTES)
def test_notes_of_every_writer_of_html(writer: str) -> None:
    mark, note = NOTES[writer]
    document = read(f"<p>voor{mark} na</p><p>tot slot</p>{note}")
    assert texts(document) == ["voor na", "tot slot"]
    assert document.paragraphs[0].notes == (1,)
    assert [(n.number, n.text) for n in document.footnotes] == [(1, "n1 n2")]


def test_no_space_is_left_where_a_mark_stood_before_punctuation() -> None:
    mark, note = NOTES["Word"]
    assert texts(read(f"<p>voor {mark}, na {mark} en {mark}.</p>{note}")) == [
        "voor, na en."
    ]  # and all three are marks of one note


def test_links_that_are_no_notes_keep_their_text() -> None:
    contents = '<p><a href="#h1" id="t1">1</a> Inleiding</p><h2 id="h1"><a href="#t1">1</a> Inleiding</h2>'
    assert texts(read(f'{contents}<p>zie <a href="#h1">hoofdstuk</a> en <a href="https://a.example/#2">2</a></p>')) == [
        "1 Inleiding",
        "1 Inleiding",
        "zie hoofdstuk en 2",
    ]


def test_a_note_whose_mark_is_no_number_is_numbered_on() -> None:
    body = (
        '<p>a<sup>[<a class=nootnum href="#x">*</a>, <a class=nootnum href="#y">1</a>]</sup> '
        'b<a class=nootnum href="#z">1</a></p>'
    )
    notes = "".join(
        f'<div class="noot"><span class=nootnum id={key}>{mark}</span><p>noot {key}</p></div>'
        for key, mark in (("x", "*"), ("y", "1"), ("z", "1"))
    )
    document = read(body + notes)
    assert texts(document) == ["a b"]
    assert document.paragraphs[0].notes == (1, 2, 3)
    assert [note.text for note in document.footnotes] == ["noot x", "noot y", "noot z"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "utf-8"), ("latin-1", "iso-8859-1"), ("cp1252", "windows-1252"), ("cp1252", ""), ("utf-16", "")],
)
def test_encodings_declared_or_not(encoding: str, declared: str) -> None:
    meta = f"<meta charset={declared}>" if declared else ""
    page = f"<html><head>{meta}</head><body><p>caf\xe9 &nbsp;financi\xebn &euro; &#8211;</p></body></html>"
    assert texts(html.parse(NAME, page.encode(encoding))) == ["café financiën € –"]


def test_xhtml_is_read_as_html() -> None:
    page = (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title>'
        '<script src="a.js"/></head><body><a id="x"/><p>een</p><br/><p>twee é</p></body></html>'
    )
    assert texts(html.parse(NAME, page.encode())) == ["een", "twee é"]


def test_deep_pages_keep_their_last_word_and_too_deep_ones_are_refused() -> None:
    assert texts(read(f"{'<div>' * 400}<p>laatste woord{'</div>' * 400}")) == ["laatste woord"]
    for markup in ("<div>", "<span>", "<table><tr><td>", "<ul><li>"):
        with pytest.raises(UnreadablePaper, match="deep in one another"):
            read(f"{markup * 100_000}<p>laatste woord")


def test_a_word_processors_page_has_its_footer_beside_the_text() -> None:
    document = html.parse("brief.html", (PAPERS / "pages" / "word.html").read_bytes())
    assert document.id == "kst-99010-77"
    assert document.furniture == ("Tweede Kamer, vergaderjaar 2024–2025, 99 010, nr. 77 1",)
    assert ("item", "a. de eerste dreef naar zee;") in roles(document)
    assert ("row", "Noord | € 41.000") in roles(document)
    assert [note.text for note in document.footnotes] == ["Opgave van de beheerder. Stand van gisteren."]


def test_a_head_laid_out_in_tables_is_the_head_of_the_paper() -> None:
    page = html.parse("x.html", (PAPERS / "pages" / "libreoffice.html").read_bytes())
    xml = op_xml.parse("x.xml", (PAPERS / "xml" / "kst-99501-31-12.xml").read_bytes())
    assert page.metadata.id == xml.metadata.id
    assert [paragraph.role for paragraph in page.paragraphs] == [paragraph.role for paragraph in xml.paragraphs]
    assert [re.sub("[–—]", "-", text) for text in texts(page)] == [re.sub("[–—]", "-", text) for text in texts(xml)]
    assert page.footnotes == xml.footnotes


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "holds no text"),
        ("<nav>Home</nav>", "holds no text"),
        ("<script>x</script>", "holds no text"),
    ],
)
def test_a_page_without_text_is_refused(body: str, why: str) -> None:
    with pytest.raises(UnreadablePaper, match=why):
        read(body)
