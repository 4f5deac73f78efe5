from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office_files import Scrap, docx_file, hidden, joined, plain, read_docx, told, wrapped
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.office import docx

BEGIN, GIVES, END = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end"))


def p(*runs: str, style: str = "", more: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def style(name: str, inner: str, kind: str = "paragraph", more: str = "") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}" {more}><w:name w:val="{name}"/>{inner}</w:style>'


def in_list(list_id: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def numbering(*levels: str, more: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}'
    )


def level(number: int, form: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{number}"><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'


def cell(*paragraphs: str, more: str = "") -> str:
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{''.join(p(r(text)) for text in paragraphs) or '<w:p/>'}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def test_tabs_breaks_and_runs_make_one_line() -> None:
    body = p(r("Nr."), "<w:r><w:tab/></w:r>", r("5 VER"), r("SLAG"), "<w:r><w:br/><w:t>VAN</w:t></w:r>")
    assert told(read_docx(f"\n  {body}\n")) == ["Nr. 5 VERSLAG VAN"]


def test_white_space_between_elements_is_no_space_in_a_word() -> None:
    body = "<w:p>\n <w:r>\n  <w:t>arbeids</w:t>\n </w:r>\n <w:r>\n  <w:t>migratie</w:t>\n </w:r>\n</w:p>"
    assert told(read_docx(body)) == ["arbeidsmigratie"]


def test_hyphens_that_the_writer_set() -> None:
    body = p(r("EU"), "<w:r><w:noBreakHyphen/></w:r>", r("lid"), "<w:r><w:softHyphen/></w:r>", r("staten"))
    assert told(read_docx(body)) == ["EU-lidstaten"]


def test_bold_and_italics_come_from_runs_styles_and_those_they_build_upon() -> None:
    styles = (
        "<w:docDefaults><w:rPrDefault><w:rPr><w:i/></w:rPr></w:rPrDefault></w:docDefaults>"
        + style("Plain", '<w:rPr><w:i w:val="0"/></w:rPr>', more='w:default="1"')
        + style("Strong", "<w:rPr><w:b/></w:rPr>", "character")
        + style("Question", '<w:basedOn w:val="Firm"/><w:rPr><w:i/></w:rPr>')
        + style("Firm", '<w:basedOn w:val="Question"/><w:rPr><w:b/></w:rPr>')
    )
    body = (
        p(r("gewoon"))
        + p(r("allebei"), style="Question")
        + p(r("toch niet", '<w:b w:val="false"/>'), style="Question")
        + p(r("vet", '<w:rStyle w:val="Strong"/>'))
    )
    document = read_docx(body, styles=styles)
    settings_of = [(q.setting.bold, q.setting.italic) for q in document.paragraphs]
    assert settings_of == [(False, False), (True, True), (False, True), (True, False)]


def test_headings_are_told_by_their_level_or_their_style() -> None:
    styles = (
        style("Level", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>')
        + style("Below", '<w:basedOn w:val="Level"/>')
        + style("Kop 1", "")
        + style("Body", '<w:pPr><w:outlineLvl w:val="9"/></w:pPr>')
    )
    body = "".join(p(r(name), style=name) for name in ("Level", "Below", "Kop 1", "Body"))
    body += p(r("eigen"), more='<w:outlineLvl w:val="0"/>') + p(r("tekst"), style="Koptekst")
    found = read_docx(body, styles=styles)
    assert told(found) == ["heading: Level", "heading: Below", "heading: Kop 1", "Body", "heading: eigen", "tekst"]


@pytest.mark.parametrize(
    ("kind", "marks"),
    [
        (level(0, "decimal", "%1."), ["1.", "2."]),
        (level(0, "lowerLetter", "%1)", '<w:start w:val="26"/>'), ["z)", "aa)"]),
        (level(0, "upperRoman", "%1", '<w:start w:val="4"/>'), ["IV", "V"]),
        (level(0, "decimal", "%1°"), ["1°", "2°"]),
        (level(0, "decimalZero", "%1"), ["01", "02"]),
        (level(0, "bullet", "–"), ["–", "–"]),
        (level(0, "bullet", "\uf02d"), ["–", "–"]),
        (level(0, "bullet", "\uf0b7"), ["•", "•"]),
        (level(0, "bullet", "o"), ["o", "o"]),
    ],
)
def test_items_carry_the_mark_that_is_printed(kind: str, marks: list[str]) -> None:
    body = p(r("een"), more=in_list(1)) + p(r("twee"), more=in_list(1))
    assert told(read_docx(body, numbering=numbering(kind))) == [f"item: {marks[0]} een", f"item: {marks[1]} twee"]


def test_deeper_levels_begin_anew_and_show_those_above() -> None:
    levels = numbering(level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    body = "".join(p(r("x"), more=in_list(1, depth)) for depth in (0, 1, 1, 0, 1))
    assert [q.text for q in read_docx(body, numbering=levels).paragraphs] == [
        "I. x",
        "1.1 x",
        "1.2 x",
        "II. x",
        "2.1 x",
    ]


def test_lists_go_on_and_begin_anew_where_they_say_so() -> None:
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    levels = numbering(level(0, "decimal", "%1"), more=more)
    body = "".join(p(r("x"), more=in_list(list_id)) for list_id in (1, 1, 2, 3, 3))
    assert [q.text for q in read_docx(body, numbering=levels).paragraphs] == ["1 x", "2 x", "3 x", "5 x", "6 x"]


def test_a_style_may_hold_the_list_and_a_paragraph_leave_it() -> None:
    styles = style("Item", f"<w:pPr>{in_list(1)}</w:pPr>")
    body = p(r("een"), style="Item") + p(r("los"), style="Item", more='<w:numPr><w:numId w:val="0"/></w:numPr>')
    body += p(r("twee"), style="Item")
    found = read_docx(body, styles=styles, numbering=numbering(level(0, "decimal", "%1.")))
    assert told(found) == ["item: 1. een", "los", "item: 2. twee"]


def test_a_row_is_one_paragraph_and_keeps_its_empty_cells() -> None:
    restart, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = table(
        cell("Beheerder", more=restart) + cell("Kosten", more='<w:gridSpan w:val="2"/>'),
        cell("gedekt", more=goes_on) + cell("eenmalig") + cell("jaarlijks"),
        cell("Gemeente") + cell() + cell("310", "en meer"),
        cell() + cell() + cell(),
        "<w:trPr><w:del/></w:trPr>" + cell("geschrapt"),
    )
    assert told(read_docx(body)) == [
        "row: Beheerder | Kosten",
        "row: | eenmalig | jaarlijks",
        "row: Gemeente | | 310 en meer",
    ]


def test_a_table_of_one_cell_is_a_box_around_paragraphs() -> None:
    assert told(read_docx(table(cell("een", "twee")))) == ["een", "twee"]


def note(number: int, text: str, kind: str = "footnote", more: str = "") -> str:
    mark = f"<w:r><w:{kind}Ref/></w:r><w:r><w:tab/></w:r>" if not more else ""
    return f'<w:{kind} w:id="{number}" {more}><w:p>{mark}{r(text)}</w:p></w:{kind}>'


def mark(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def test_notes_leave_the_text_and_are_numbered_as_they_are_printed() -> None:
    notes = note(0, "", more='w:type="separator"') + note(8, "eerste") + note(3, "* tabel") + note(5, "laatste")
    own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="3"/><w:t>*</w:t></w:r>'
    body = p(r("Een"), mark(8), r(" twee"), own, r(".")) + p(r("Slot"), mark(5), mark(1, "endnote"))
    document = read_docx(body, footnotes=notes, endnotes=note(1, "einde", "endnote"))
    assert told(document) == ["Een twee.", "Slot"]
    assert [q.notes for q in document.paragraphs] == [(1, 2), (3, 4)]
    assert [(n.number, n.text) for n in document.footnotes] == [
        (1, "eerste"),
        (2, "tabel"),
        (3, "laatste"),
        (4, "einde"),
    ]


def test_notes_that_are_written_as_paragraphs_are_notes() -> None:
    one = r("1", '<w:vertAlign w:val="superscript"/>')
    document = read_docx(p(r("Een"), one, r(" twee.")) + p(one, r(" eerste")))
    assert told(document) == ["Een twee."]
    assert [(n.number, n.text) for n in document.footnotes] == [(1, "eerste")]


def test_a_note_that_is_not_there_is_none() -> None:
    assert read_docx(p(r("a"), mark(9))).footnotes == ()


@pytest.mark.parametrize(
    "unseen",
    [
        "<w:del><w:r><w:delText>weg</w:delText></w:r></w:del>",
        "<w:moveFrom><w:r><w:t>weg</w:t></w:r></w:moveFrom>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>weg</w:t></w:r>",
        f"<w:r>{BEGIN}<w:instrText>HYPERLINK weg</w:instrText></w:r><w:r>{GIVES}{END}</w:r>",
        f"<w:r>{BEGIN}<w:t>weg</w:t>{END}</w:r>",
        "<w:r><w:drawing><wp:posOffset xmlns:wp='x'>914400</wp:posOffset></w:drawing></w:r>",
    ],
)
def test_what_is_not_printed_is_no_text(unseen: str) -> None:
    assert told(read_docx(p(r("voor "), unseen, r("na")))) == ["voor na"]


@pytest.mark.parametrize(
    "around",
    [
        "<w:ins>{}</w:ins>",
        "<w:moveTo>{}</w:moveTo>",
        "<w:hyperlink>{}</w:hyperlink>",
        "<w:smartTag><w:smartTagPr>geen</w:smartTagPr>{}</w:smartTag>",
        "<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
        '<w:fldSimple w:instr="REF x">{}</w:fldSimple>',
        f"<w:r>{BEGIN}<w:instrText>REF x</w:instrText></w:r><w:r>{GIVES}</w:r>{{}}<w:r>{END}</w:r>",
        "<w:geheelNieuw>{}</w:geheelNieuw>",
    ],
)
def test_what_is_printed_is_text_whatever_stands_around_it(around: str) -> None:
    assert told(read_docx(p(r("voor "), around.format(r("midden")), r(" na")))) == ["voor midden na"]


def test_a_field_that_never_ends_takes_no_paragraph_along() -> None:
    open_field = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>TOC</w:instrText></w:r>'
    assert told(read_docx(p(r("een"), open_field) + p(r("twee")))) == ["een", "twee"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    body = p(r("arbeids"), more="<w:rPr><w:del/></w:rPr>") + p(r("migratie")) + p(r("los"))
    assert told(read_docx(body)) == ["arbeidsmigratie", "los"]
    assert told(read_docx(p(r("einde"), more="<w:rPr><w:del/></w:rPr>"))) == ["einde"]


def test_text_in_boxes_is_read_once_and_follows_its_paragraph() -> None:
    box = f"<w:txbxContent>{p(r('kader'))}</w:txbxContent>"
    drawn = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    only = f"<w:r><mc:AlternateContent><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    assert told(read_docx(p(r("voor "), drawn, r("na")) + p(only))) == ["voor na", "kader", "kader"]


def test_symbols_are_characters() -> None:
    assert told(read_docx(p(r("a"), '<w:r><w:sym w:font="Symbol" w:char="F02D"/><w:sym w:char="20AC"/></w:r>'))) == [
        "a–€"
    ]


def test_footers_are_furniture_without_the_number_of_the_page() -> None:
    footer = p(
        r("Tweede Kamer, vergaderjaar 2023–2024, 99 001, nr. 6"),
        '<w:r><w:tab/><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText>'
        '<w:fldChar w:fldCharType="separate"/><w:t>3</w:t><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>9</w:t></w:r></w:fldSimple>',
    )
    document = read_docx(p(r("tekst")), footer1=footer)
    assert document.furniture == ("Tweede Kamer, vergaderjaar 2023–2024, 99 001, nr. 6",)
    assert document.id == "kst-99001-6"


def test_the_strict_dialect_is_read_alike() -> None:
    strict = docx_file(p(r("tekst"), more=in_list(1)), numbering=numbering(level(0, "decimal", "%1.")))
    assert told(docx.parse("kst-99001-5.docx", strict)) == ["item: 1. tekst"]


def test_a_file_without_text_says_so() -> None:
    with pytest.raises(UnreadablePaper, match="it holds no text"):
        read_docx("<w:p/>")
    with pytest.raises(UnreadablePaper):
        docx.parse("kst-1-2.docx", b"PK\x03\x04 no zip")


RUNS = st.recursive(
    plain("<w:r><w:t>{} </w:t></w:r>") | plain("<w:r><w:t>{}</w:t><w:tab/></w:r>"),
    lambda inner: (
        wrapped(inner, "w:ins", "w:hyperlink", "w:smartTag", "w:iets")
        | hidden(inner, "w:del", "w:moveFrom")
        | wrapped(wrapped(inner, "w:p"), "w:txbxContent").map(
            lambda scrap: Scrap(f"<w:r>{scrap.markup}</w:r>", [], scrap.words + scrap.notes)
        )
    ),
    max_leaves=6,
)
BLOCKS = st.recursive(
    wrapped(RUNS, "w:p"),
    lambda inner: (
        wrapped(inner, "w:sdtContent", "w:customXml", "w:blok")
        | hidden(inner, "w:del")
        | wrapped(wrapped(inner, "w:tc"), "w:tr").map(lambda scrap: joined([scrap], "<w:tbl>", "</w:tbl>"))
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.lists(BLOCKS, min_size=1, max_size=5).map(joined), plain("<w:p><w:r><w:t>{}</w:t></w:r></w:p>"))
def test_every_word_is_read_once_and_those_outside_boxes_in_order(random: Scrap, last: Scrap) -> None:
    read = " ".join(q.text for q in read_docx(random.markup + last.markup).paragraphs).replace("|", " ").split()
    assert sorted(read) == sorted(random.words + random.notes + last.words)
    if not random.notes:
        assert read == random.words + last.words


TAGS = st.sampled_from(
    "w:p w:r w:t w:tbl w:tr w:tc w:txbxContent w:hyperlink w:fldSimple mc:Choice mc:Fallback".split()
)
TREES = st.recursive(
    plain("{}") | st.sampled_from([BEGIN, GIVES, END]).map(lambda mark: Scrap(mark, [])),
    lambda inner: st.builds(
        lambda tag, parts: joined(parts, f"<{tag}>", f"</{tag}>"), TAGS, st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=40)
@given(TREES)
def test_elements_in_places_where_they_do_not_belong_are_read_too(tree: Scrap) -> None:
    assert parse("kst-99001-5.docx", docx_file(f"{tree.markup}{p(r('slot'))}")).paragraphs
