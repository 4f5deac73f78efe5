from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office_files import Scrap, hidden, joined, odt_file, plain, read_odt, told, wrapped
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.office import odt


def style(name: str, properties: str, family: str = "text", more: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" {more}>'
        f"<style:text-properties {properties}/></style:style>"
    )


def list_style(name: str, *levels: str) -> str:
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


def numbered(level: int, form: str, more: str = "") -> str:
    return f'<text:list-level-style-number text:level="{level}" style:num-format="{form}" {more}/>'


def signed(level: int, sign: str) -> str:
    return f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="{sign}"/>'


def item(text: str, more: str = "", inner: str = "") -> str:
    return f"<text:list-item {more}><text:p>{text}</text:p>{inner}</text:list-item>"


def items(style_name: str, *parts: str, more: str = "") -> str:
    return f'<text:list text:style-name="{style_name}" {more}>{"".join(parts)}</text:list>'


def cell(*paragraphs: str, more: str = "") -> str:
    return f"<table:table-cell {more}>{''.join(f'<text:p>{text}</text:p>' for text in paragraphs)}</table:table-cell>"


def table(*rows: str) -> str:
    return f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"


def test_spaces_tabs_and_line_breaks_are_spaces() -> None:
    body = "<text:p>Nr.<text:s text:c='3'/>5<text:tab/>VERSLAG\n  VAN<text:line-break/>EEN OVERLEG</text:p>"
    assert told(read_odt(body)) == ["Nr. 5 VERSLAG VAN EEN OVERLEG"]


def test_spans_and_links_break_no_word() -> None:
    words = "arbeids<text:span>mi</text:span><text:a>gra<text:bookmark/></text:a>tie CO<text:span>2</text:span>"
    assert told(read_odt(f"<text:p>{words}</text:p>")) == ["arbeidsmigratie CO2"]


def test_bold_and_italics_come_from_styles_and_those_they_build_upon() -> None:
    styles = style("Strong", 'fo:font-weight="bold"') + style("Body", 'fo:font-style="italic"', "paragraph")
    automatic = style("T1", "", more='style:parent-style-name="Strong"') + style(
        "P1", 'fo:font-weight="700"', "paragraph", 'style:parent-style-name="Body"'
    )
    body = (
        '<text:p>gewoon</text:p><text:p text:style-name="P1">allebei</text:p>'
        '<text:p><text:span text:style-name="T1">vet</text:span> a</text:p>'
        '<text:p>meer gewoon <text:span text:style-name="T1">vet</text:span></text:p>'
    )
    settings = [(p.setting.bold, p.setting.italic) for p in read_odt(body, automatic, styles).paragraphs]
    assert settings == [(False, False), (True, True), (True, False), (False, False)]


def test_a_style_that_builds_upon_itself_ends() -> None:
    loop = style("A", "", "paragraph", 'style:parent-style-name="A"')
    assert told(read_odt('<text:p text:style-name="A">tekst</text:p>', loop)) == ["tekst"]


@pytest.mark.parametrize("name", ["Heading_20_2", "Kop", "Tussenkop vet", "stuktitel"])
def test_a_paragraph_in_a_style_of_headings_is_one(name: str) -> None:
    automatic = style("P1", "", "paragraph", f'style:parent-style-name="{name}"')
    styles = style(name, "", "paragraph")
    body = '<text:p text:style-name="P1">Inleiding</text:p><text:h>Gevolgen</text:h><text:p>tekst</text:p>'
    assert told(read_odt(body, automatic, styles)) == ["heading: Inleiding", "heading: Gevolgen", "tekst"]


def test_headings_carry_the_numbers_of_the_outline() -> None:
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
    )
    body = "".join(
        f'<text:h text:outline-level="{level}" {more}>{text}</text:h>'
        for level, text, more in (
            (1, "Algemeen", ""),
            (2, "Inleiding", ""),
            (2, "Gevolgen", ""),
            (1, "Bijlage", 'text:is-list-header="true"'),
            (1, "Artikelen", ""),
            (2, "Artikel", ""),
        )
    )
    assert told(read_odt(body, styles=outline)) == [
        "heading: I. Algemeen",
        "heading: I.1 Inleiding",
        "heading: I.2 Gevolgen",
        "heading: Bijlage",
        "heading: II. Artikelen",
        "heading: II.1 Artikel",
    ]


@pytest.mark.parametrize(
    ("level", "marks"),
    [
        (numbered(1, "1", 'style:num-suffix="."'), ["1.", "2."]),
        (numbered(1, "a", 'style:num-prefix="(" style:num-suffix=")"'), ["(a)", "(b)"]),
        (numbered(1, "i", 'text:start-value="4"'), ["iv", "v"]),
        (numbered(1, "A", 'text:start-value="26" style:num-suffix="."'), ["Z.", "AA."]),
        (numbered(1, "1", 'style:num-suffix="°"'), ["1°", "2°"]),
        (signed(1, "–"), ["–", "–"]),
        (signed(1, "\uf02d"), ["–", "–"]),
        (signed(1, "\uf0b7"), ["•", "•"]),
        (signed(1, "\uf123"), ["•", "•"]),
    ],
)
def test_items_carry_the_mark_that_is_printed(level: str, marks: list[str]) -> None:
    body = items("L", item("een"), item("twee"))
    assert told(read_odt(body, list_style("L", level))) == [f"item: {marks[0]} een", f"item: {marks[1]} twee"]


def test_lists_within_lists_begin_anew_and_count_by_themselves() -> None:
    levels = list_style("L", numbered(1, "1", 'style:num-suffix="."'), numbered(2, "a", 'style:num-suffix=")"'))
    inner = "<text:list>" + item("in") + item("ook in") + "</text:list><text:p>slot</text:p>"
    body = items("L", item("een", inner=inner), item("twee", inner=inner))
    assert told(read_odt(body, levels)) == [
        *("item: 1. een", "item: a) in", "item: b) ook in", "slot"),
        *("item: 2. twee", "item: a) in", "item: b) ook in", "slot"),
    ]


def test_lists_go_on_where_they_say_so() -> None:
    levels = list_style("L", numbered(1, "1"))
    body = (
        items("L", item("a"), item("b"), more='xml:id="one"')
        + items("L", item("opnieuw"))
        + items("L", item("c"), more='text:continue-list="one"')
        + items("L", item("d"), more='text:continue-numbering="true"')
        + items("L", item("e", 'text:start-value="9"'), item("f"))
    )
    assert [p.text for p in read_odt(body, levels).paragraphs] == [
        "1 a",
        "2 b",
        "1 opnieuw",
        "3 c",
        "4 d",
        "9 e",
        "10 f",
    ]


def test_a_list_within_a_list_may_come_without_an_item_of_its_own() -> None:
    levels = list_style("L", numbered(1, "1"), numbered(2, "a"))
    body = items("L", "<text:list-item><text:list>" + item("dieper") + "</text:list></text:list-item>", item("een"))
    assert [p.text for p in read_odt(body, levels).paragraphs] == ["a dieper", "1 een"]


def test_paragraphs_and_headers_of_a_list_have_no_mark() -> None:
    body = items(
        "L",
        "<text:list-header><text:p>kop</text:p></text:list-header>",
        "<text:list-item><text:p>een</text:p><text:p>vervolg</text:p></text:list-item>",
        "<text:list-item><text:p/></text:list-item>",
    )
    assert told(read_odt(body, list_style("L", numbered(1, "1")))) == ["kop", "item: 1 een", "vervolg"]


def test_the_number_that_was_written_down_counts_where_no_style_tells_one() -> None:
    body = items("L", "<text:list-item><text:number>§ 3</text:number><text:p>een</text:p></text:list-item>")
    assert told(read_odt(body)) == ["item: § 3 een"]


@pytest.mark.parametrize("mark", ["–", "a.", "1°", "(b)", "12.", "iv)"])
def test_a_mark_that_is_written_before_a_tab_makes_an_item(mark: str) -> None:
    body = f"<text:p>{mark}<text:tab/>tekst</text:p><text:p>{mark} tekst</text:p><text:p>dus<text:tab/>tekst</text:p>"
    assert told(read_odt(body)) == [f"item: {mark} tekst", f"{mark} tekst", "dus tekst"]


def test_a_mark_that_is_written_takes_the_place_of_a_bullet() -> None:
    body = items("L", item("– een"), item("1° twee"), item("drie"))
    assert told(read_odt(body, list_style("L", signed(1, "•")))) == ["item: – een", "item: 1° twee", "item: • drie"]


def test_paragraphs_may_be_items_without_a_list() -> None:
    body = "".join(
        f'<text:numbered-paragraph text:list-id="x" text:style-name="L" text:level="{level}"><text:p>tekst</text:p>'
        "</text:numbered-paragraph>"
        for level in (1, 2, 1)
    )
    levels = list_style("L", numbered(1, "1", 'style:num-suffix="."'), numbered(2, "a"))
    assert told(read_odt(body, levels)) == ["item: 1. tekst", "item: a tekst", "item: 2. tekst"]


def test_a_row_is_one_paragraph_and_keeps_its_empty_cells() -> None:
    body = table(
        cell("Beheerder", more='table:number-rows-spanned="2"')
        + cell("Kosten", more='table:number-columns-spanned="2"')
        + "<table:covered-table-cell/>",
        "<table:covered-table-cell/>" + cell("eenmalig") + cell("jaarlijks"),
        cell("Gemeente") + cell("1.200") + cell("310", "en meer"),
        cell("", more='table:number-columns-repeated="3"'),
        cell("Provincie") + cell("", more='table:number-columns-repeated="2"'),
    )
    assert told(read_odt(body)) == [
        "row: Beheerder | Kosten",
        "row: | eenmalig | jaarlijks",
        "row: Gemeente | 1.200 | 310 en meer",
        "row: Provincie | |",
    ]


def test_a_table_of_one_cell_is_a_box_around_paragraphs() -> None:
    assert told(read_odt(table(cell("een", "twee")))) == ["een", "twee"]


def test_a_table_that_indents_text_is_none() -> None:
    body = table(cell("") + cell("een", "twee"), cell("Nr.") + cell("drie", "vier"))
    assert told(read_odt(body)) == ["een", "twee", "row: Nr. | drie vier"]


def test_a_table_in_a_cell_is_part_of_the_cell() -> None:
    inner = table(cell("a") + cell("b"))
    assert told(read_odt(table(f"<table:table-cell>{inner}</table:table-cell>" + cell("c")))) == ["row: a | b | c"]


def note(citation: str, text: str, kind: str = "footnote") -> str:
    return (
        f'<text:note text:note-class="{kind}"><text:note-citation>{citation}</text:note-citation><text:note-body>'
        f"<text:p>{text}</text:p></text:note-body></text:note>"
    )


def test_notes_leave_the_text_and_keep_their_numbers() -> None:
    body = (
        f"<text:p>Een{note('1', 'eerste')} twee{note('*', 'tabel')}.</text:p>"
        f"<text:h>Kop{note('i', 'slot', 'endnote')}</text:h>"
    )
    document = read_odt(body)
    assert told(document) == ["Een twee.", "heading: Kop"]
    assert [p.notes for p in document.paragraphs] == [(1, 2), (3,)]
    assert [(n.number, n.text) for n in document.footnotes] == [(1, "eerste"), (2, "tabel"), (3, "slot")]


def test_a_note_without_text_around_it_belongs_to_the_paragraph_before() -> None:
    document = read_odt(f"<text:p>a</text:p><text:p>{note('1', 'een')}</text:p><text:p>b</text:p>")
    assert [(p.text, p.notes) for p in document.paragraphs] == [("a", (1,)), ("b", ())]


def test_a_number_that_stood_before_is_numbered_on() -> None:
    document = read_odt(
        f"<text:p>a{note('1', 'een')} b{note('2', 'twee')}</text:p><text:p>c{note('1', 'weer')}</text:p>"
    )
    assert [n.number for n in document.footnotes] == [1, 2, 3]


RAISED = style("S", 'style:text-position="super 58%"')


def raised(figure: str) -> str:
    return f'<text:span text:style-name="S">{figure}</text:span>'


@pytest.mark.parametrize(
    "below",
    [
        f"<text:p>{raised('1')} eerste</text:p><text:p>{raised('2')}tweede</text:p>",
        (
            "<text:h>X Noot</text:h><text:p>1</text:p><text:p>eerste</text:p>"
            "<text:h>X Noot</text:h><text:p>2</text:p><text:p>tweede</text:p>"
        ),
    ],
)
def test_notes_that_are_written_as_paragraphs_are_notes(below: str) -> None:
    text = f"<text:p>Een{raised('1')} van 4 m{raised('2')}.</text:p>" + table(cell("a") + cell(f"b {raised('2')}"))
    document = read_odt(text + below, RAISED)
    assert told(document) == ["Een van 4 m2.", "row: a | b"]
    assert [p.notes for p in document.paragraphs] == [(1,), (2,)]
    assert [(n.number, n.text) for n in document.footnotes] == [(1, "eerste"), (2, "tweede")]


def test_raised_figures_that_no_note_begins_with_stay() -> None:
    body = f"<text:p>10{raised('4')} en 5{raised('e')}{raised('3')}</text:p><text:p>3 bruggen</text:p>"
    assert told(read_odt(body, RAISED)) == ["104 en 5e3", "3 bruggen"]


@pytest.mark.parametrize(
    "unseen",
    [
        "<text:tracked-changes><text:changed-region><text:p>weg</text:p></text:changed-region></text:tracked-changes>",
        "<office:annotation><dc:creator>X</dc:creator><text:p>weg</text:p></office:annotation>",
        '<text:section text:display="none"><text:p>weg</text:p></text:section>',
        "<text:hidden-text>weg</text:hidden-text>",
        '<text:p text:style-name="H">weg</text:p>',
        "<draw:frame><draw:image/><svg:title>weg</svg:title><svg:desc>weg</svg:desc></draw:frame>",
        "<text:sequence-decls>weg</text:sequence-decls>",
    ],
)
def test_what_is_not_printed_is_no_text(unseen: str) -> None:
    hide = style("H", 'text:display="none"', "paragraph")
    assert told(read_odt(f"<text:p>voor</text:p>{unseen}<text:p>na</text:p>", hide)) == ["voor", "na"]


def test_text_in_frames_follows_the_paragraph_that_holds_it() -> None:
    frame = "<draw:frame><draw:text-box><text:p>kader</text:p><text:p>tweede</text:p></draw:text-box></draw:frame>"
    assert told(read_odt(f"<text:p>voor {frame}na</text:p>")) == ["voor na", "kader", "tweede"]


def test_text_of_elements_that_nobody_knows_is_kept() -> None:
    inside = "<text:p>a <text:nieuwer>b<text:nog>c</text:nog></text:nieuwer></text:p>"
    assert told(read_odt(f"<text:nieuw>los <text:p>een</text:p></text:nieuw>{inside}")) == ["los", "een", "a bc"]


def test_footers_are_furniture_without_the_number_of_the_page() -> None:
    master = (
        "<style:master-page><style:footer><text:p>Tweede Kamer, vergaderjaar 2023–2024, 99 001, nr. 6<text:tab/>"
        "<text:page-number>3</text:page-number></text:p></style:footer></style:master-page>"
    )
    document = read_odt("<text:p>tekst</text:p>", master=master)
    assert document.furniture == ("Tweede Kamer, vergaderjaar 2023–2024, 99 001, nr. 6",)
    assert (document.id, document.metadata.year) == ("kst-99001-6", "2023-2024")


def test_the_files_properties_tell_the_paper_where_it_does_not() -> None:
    title, field = "<dc:title>Brief over sluizen</dc:title>", 'meta:user-defined meta:name="DC.identifier"'
    document = read_odt("<text:p>tekst</text:p>", meta=f"{title}<{field}>kst-99001-8</meta:user-defined>")
    assert (document.id, document.metadata.title) == ("kst-99001-8", "Brief over sluizen")


@pytest.mark.parametrize("title", ["Microsoft Word - brief.docx", "Naamloos 1", "20240501 brief v3.odt"])
def test_a_title_that_nobody_gave_is_none(title: str) -> None:
    document = read_odt("<text:p>tekst</text:p>", meta=f"<dc:title>{title}</dc:title>")
    assert document.metadata.title == "kst-99001-5"


HEADS = {
    "tables": table(cell("Tweede Kamer der Staten-Generaal") + cell("2"))
    + table(cell("Vergaderjaar 2023-2024") + cell(""))
    + table(cell("99 001-31") + cell("Bruggen"), cell("99 002") + cell("Sluizen"))
    + table(cell("Nr. 5") + cell("BRIEF VAN DE MINISTER", "Den Haag, 1 mei 2024")),
    "tabs": "<text:p>Tweede Kamer der Staten-Generaal<text:tab/>2</text:p><text:p>Vergaderjaar 2023-2024</text:p>"
    "<text:p>99 001-31<text:tab/>Bruggen</text:p><text:p>99 002<text:tab/>Sluizen</text:p>"
    "<text:p>Nr. 5<text:tab/>BRIEF VAN DE MINISTER</text:p><text:p>Den Haag, 1 mei 2024</text:p>",
    "paragraphs": "".join(
        f"<text:p>{line}</text:p>"
        for line in (
            *("Vergaderjaar 2023-2024", "Tweede Kamer der Staten-Generaal", "2", "Kamerstukken"),
            *("99 001-31", "Bruggen", "99 002", "Sluizen", "Nr. 5", "BRIEF VAN DE MINISTER", "Den Haag, 1 mei 2024"),
        )
    ),
}


@pytest.mark.parametrize("head", HEADS)
def test_the_head_is_the_same_however_it_is_laid_out(head: str) -> None:
    document = read_odt(HEADS[head] + "<text:p>Vraag 1</text:p><text:p>2</text:p><text:p>2 bruggen</text:p>")
    assert told(document) == [
        "heading: Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2023-2024",
        "heading: 99 001-31 Bruggen",
        "heading: 99 002 Sluizen",
        "heading: Nr. 5 BRIEF VAN DE MINISTER",
        "Den Haag, 1 mei 2024",
        "heading: Vraag 1",
        "heading: 2",
        "2 bruggen",
    ]


def test_a_file_without_text_says_so() -> None:
    with pytest.raises(UnreadablePaper, match="it holds no text"):
        read_odt("<text:p/>")
    with pytest.raises(UnreadablePaper):
        odt.parse("kst-1-2.odt", b"PK\x03\x04 no zip")


RUNS = st.recursive(
    plain("{} ") | plain("<text:span>{}</text:span><text:s/>") | plain("{}<text:tab/>") | plain("{}<text:line-break/>"),
    lambda inner: (
        wrapped(inner, "text:span", "text:a", "text:meta", "text:iets-nieuws")
        | hidden(inner, "office:annotation", "text:hidden-text")
        | wrapped(inner, "text:p").map(
            lambda scrap: Scrap(
                f"<text:note><text:note-citation>1</text:note-citation><text:note-body>{scrap.markup}</text:note-body>"
                "</text:note>",
                [],
                scrap.words + scrap.notes,
            )
        )
    ),
    max_leaves=6,
)
PARAGRAPHS = wrapped(RUNS, "text:p", "text:h")
BLOCKS = st.recursive(
    PARAGRAPHS | plain(" {} "),
    lambda inner: (
        wrapped(inner, "text:section", "text:index-body", "text:soort-van-nieuw")
        | hidden(inner, "text:tracked-changes", 'text:section text:display="none"')
        | wrapped(inner, "text:list-item").map(lambda scrap: joined([scrap], "<text:list>", "</text:list>"))
        | wrapped(wrapped(inner, "table:table-cell"), "table:table-row").map(
            lambda scrap: joined([scrap], "<table:table>", "</table:table>")
        )
        | wrapped(inner, "draw:text-box").map(
            lambda scrap: joined([scrap], "<text:p><draw:frame>", "</draw:frame></text:p>")
        )
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.lists(BLOCKS, min_size=1, max_size=5).map(joined), plain("<text:p>{}</text:p>"))
def test_every_word_is_read_once_and_in_order(random: Scrap, last: Scrap) -> None:
    document = read_odt(random.markup + last.markup)
    assert " ".join(p.text for p in document.paragraphs).replace("|", " ").split() == random.words + last.words
    assert sorted(" ".join(n.text for n in document.footnotes).split()) == sorted(random.notes)  # notes may hold notes


TAGS = st.sampled_from(
    "text:p text:h text:span text:list text:list-item text:note text:note-body text:note-citation text:number "
    "text:s text:section draw:text-box draw:frame table:table table:table-row table:table-cell "
    "table:covered-table-cell".split()
)
TREES = st.recursive(
    plain("{}"),
    lambda inner: st.builds(
        lambda tag, parts: joined(parts, f"<{tag}>", f"</{tag}>"), TAGS, st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=40)
@given(TREES)
def test_elements_in_places_where_they_do_not_belong_are_read_too(tree: Scrap) -> None:
    assert parse("kst-99001-5.odt", odt_file(f"{tree.markup}<text:p>slot</text:p>")).paragraphs
