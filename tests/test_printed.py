"""What is read from the first paper's printed pages: pages, paragraphs, headings, items, the quotation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printed_papers import FOOTER, LINES, letters, paragraph_with
from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.prints.lines import Line, Mark, Place, Sheet
from ragassist.formats.prints.printed import read_sheets

# Each printed page and the words that it begins with.
PAGES = {
    1: "De vaste commissie voor Sociale Zaken en Werkgelegenheid heeft",
    2: "Vragen en opmerkingen van de leden van de fractie van GroenLinks/PvdA",
    3: "gevestigd is. Het kabinet zet zich er daarom",
    4: "Derdelanders die rechtmatig werken en verblijven in een andere lidstaat kunnen ook",
    5: "Het gaat om chauffeurs die tijdelijk werkzaam zijn",
    6: "van zeer significante overmelding",
    7: "werkgevers de randen van de wet opzoeken",
    8: "aan de EU-talentenpool gebruik kunnen maken van het online portaal. In de praktijk is gebleken dat rekrutering",
    9: "erkenning van kwalificaties en de validatie van vaardigheden",
    10: "niet-uitkeringsgerechtigden (nuggers)",
    11: "gastdocenten, wetenschappelijk onderzoekers",
    12: "als voor de samenleving van groot belang",
    13: "Tegelijkertijd is het relevant om te benadrukken",
    14: "vreemdelingen (Wav) en kunnen aantonen",
    15: "onderhandelingen over de EU-Talentenpool zet het kabinet zich ervoor in dat alle",
    16: "Ook kan het een positieve invloed hebben",
    17: "Het kabinet is van mening dat er nog aanzienlijk binnenlands en EU-potentieel bestaat om aan te boren bij het "
    "oplossen van de arbeidsmarktkrapte. De hoge prevalentie",
}
# Sentences that a page's end or a footnote interrupts, and lines that white space does.
WHOLE = (
    "in een andere EU-lidstaat dan waarin de werkgever gevestigd is.",
    "Vanaf 1 juni 2023 is dit verplicht. Het gaat om chauffeurs",
    "naar het IMI-loket) sprake is van zeer significante overmelding",
    "waarmee deze werkgevers de randen van de wet opzoeken",
    "lidstaten die deelnemen aan de EU-talentenpool gebruik kunnen maken",
    "zoals initiatieven om de erkenning van kwalificaties",
    "biedt de groep niet-uitkeringsgerechtigden (nuggers) ook onbenut",
    "Daarnaast kunnen ook gastdocenten, wetenschappelijk",
    "voor zowel het individu als voor de samenleving van groot belang",
    "de voorwaarden van de Wet arbeid vreemdelingen (Wav)",
    "In de onderhandelingen over de EU-Talentenpool zet",
    "– Hoeveel A1-gedetacheerden zijn er op dit moment actief in Nederland en uit welke landen worden zij uitgeleend?",
    "– Welk deel van de A1-gedetacheerden is afkomstig uit een land buiten de EU? Om welke nationaliteiten gaat het",
)
HEADINGS = [
    "Vragen en opmerkingen van de leden van de fractie van GroenLinks/PvdA",
    "Vragen en opmerkingen van de leden van de fractie van VVD",
    "Meldingen in de wegvervoersector",
    "Vragen en opmerkingen van de leden van de fractie van D66",
    "Vragen en opmerkingen van de leden van de fractie van BBB",
    "Vragen en opmerkingen van de leden van de fractie van Volt",
    "Fiche: Verordening EU-talentenpool",
    "Fiche: Mededeling Talent Mobility Package",
]


def test_the_paper_has_seventeen_pages(seed: Document) -> None:
    assert seed.pages == 17
    assert {page for paragraph in seed.paragraphs for page in paragraph.pages} == set(range(1, 18))


@pytest.mark.parametrize("page", PAGES)
def test_each_page_begins_where_it_does_in_print(seed: Document, page: int) -> None:
    paragraph = paragraph_with(seed, PAGES[page])
    start = paragraph.text.index(PAGES[page])
    assert paragraph.page_at(start) == page
    before = paragraph if start else seed.paragraphs[paragraph.number - 2] if page > 1 else None
    assert before is None or before.page_at(start - 1 if start else len(before.text)) == page - 1


@pytest.mark.parametrize("sentence", WHOLE)
def test_sentences_that_were_interrupted_are_whole(seed: Document, sentence: str) -> None:
    paragraph_with(seed, sentence)


def test_headings_are_the_papers(seed: Document) -> None:
    assert [paragraph.text for paragraph in seed.paragraphs if paragraph.role == "heading"] == HEADINGS


def test_items_and_the_quotation_stand_by_themselves(seed: Document) -> None:
    items = [paragraph.text for paragraph in seed.paragraphs if paragraph.role == "item"]
    assert [item[:20] for item in items] == ["– Hoeveel A1-gedetac", "– Welk deel van de A", "– Hoe heeft dit aant"]
    (quote,) = [paragraph.text for paragraph in seed.paragraphs if paragraph.role == "quote"]
    assert quote.startswith("«Het kabinet is, anders dan de Commissie, van mening")
    assert quote.endswith("bij het oplossen van de arbeidsmarktkrapte.»")


def test_footers_are_kept_apart(seed: Document) -> None:
    assert seed.furniture == tuple(f"{FOOTER} {page}" for page in (6, 11, 12, 17))
    assert not any("vergaderjaar" in paragraph.text for paragraph in seed.paragraphs)


def test_what_is_printed_wrong_stays_wrong(seed: Document) -> None:
    for printed in ("dienstontvangers zlf hebben verstrekt", "De leden van de Volt-fractie merkt op", "daarom on een"):
        paragraph_with(seed, printed)


def test_an_answer_below_a_questions_full_last_line_is_a_paragraph_of_its_own(seed: Document) -> None:
    """No white space parts these two; the column only gets wider."""
    question, answer = (
        paragraph_with(seed, phrase)
        for phrase in ("Is zij het eens met deze inperking?", "In het voorstel van de Europese Commissie is toegang")
    )
    assert question.text.endswith("inperking?")
    assert answer.number == question.number + 1


def test_a_footer_without_a_page_number_ends_a_page_all_the_same() -> None:
    document = parse("paper.txt", f"Dit is de eerste\n\n{FOOTER}\n\nen dit de tweede.\n\n{FOOTER}\n".encode())
    assert document.pages == 2
    assert [(p.text, p.turns) for p in document.paragraphs] == [("Dit is de eerste en dit de tweede.", ((17, 2),))]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (0, 2, 1)])
def test_the_head_of_a_paper_is_headings_however_its_lines_were_taken_out(order: tuple[int, ...]) -> None:
    masthead = ("Tweede Kamer der Staten-Generaal", "2", "Vergaderjaar 2023–2024")
    head = [*(masthead[at] for at in order), "21 501-31", "Raad voor Sociale Zaken en", "Werkgelegenheid"]
    head += [
        "Nr. 741",
        "VERSLAG VAN EEN SCHRIFTELIJK",
        "OVERLEG",
        "Vastgesteld 24 april 2024",
        "",
        "De commissie vraagt.",
    ]
    document = parse("paper.txt", "\n".join([*head, "", f"{FOOTER} 1"]).encode())
    assert [(paragraph.role, paragraph.text) for paragraph in document.paragraphs] == [
        ("heading", "Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2023–2024"),
        ("heading", "21 501-31 Raad voor Sociale Zaken en Werkgelegenheid"),
        ("heading", "Nr. 741 VERSLAG VAN EEN SCHRIFTELIJK OVERLEG"),
        ("text", "Vastgesteld 24 april 2024"),
        ("text", "De commissie vraagt."),
    ]


@pytest.mark.parametrize(
    "label",
    [
        "Vraag 1",
        "Vraag 3, 4 en 5",
        "Vraag 7, 8 9 en 10",
        "Antwoord",
        "Mededeling",
        "De voorzitter:",
        "Minister Van der Brug:",
    ],
)
def test_labels_of_questions_and_answers_stand_by_themselves(label: str) -> None:
    document = parse("paper.txt", f"Dat is zo.\n{label}\nKlopt dit bericht?\n\n{FOOTER} 1\n".encode())
    assert [(p.role, p.text) for p in document.paragraphs][1:] == [("heading", label), ("text", "Klopt dit bericht?")]


@pytest.mark.parametrize(
    "line", ["Minister heeft daarop gezegd:", "Het lid vraagt om een reactie:", "Antwoord op de brief"]
)
def test_lines_that_only_begin_as_labels_do_are_text(line: str) -> None:
    document = parse(
        "paper.txt", f"In het debat van gisteren over de veren en de bruggen zei de\n{line}\n\n{FOOTER} 1\n".encode()
    )
    assert len(document.paragraphs) == 1


def test_a_page_number_below_its_footer_ends_no_page_of_its_own() -> None:
    document = parse("paper.txt", f"Het begin.\n\n{FOOTER}\n\n7\n\n\fHet slot.\n\n{FOOTER}\n\n8\n".encode())
    assert [(paragraph.text, paragraph.page) for paragraph in document.paragraphs] == [
        ("Het begin.", 7),
        ("Het slot.", 8),
    ]
    assert document.furniture == (f"{FOOTER} 7", f"{FOOTER} 8")


PLACES = st.builds(
    Place,
    indent=st.floats(-15, 5),
    room=st.floats(0, 40),
    head=st.floats(0.5, 6),
    tab=st.floats(0, 2),
    drop=st.sampled_from([0.0, 1.0, 1.0, 1.0, 1.9]),
    size=st.sampled_from([7.0, 8.5, 8.5, 8.5, 11.0]),
)


def test_rows_of_text_that_keeps_the_pages_layout_are_a_tables() -> None:
    table = "      Veer          Dagen   Reden\n      Wierkolk         11   zwanen\n      Brakkerveen       9   ijs"
    text = f"Dit zijn de dagen.\n\n{table}\n\n      –   geen lijst\n      –   geen tabel\n\n{FOOTER}      1\n"
    document = parse("paper.txt", text.encode())
    assert [(paragraph.role, paragraph.text) for paragraph in document.paragraphs] == [
        ("text", "Dit zijn de dagen."),
        ("row", "Veer | Dagen | Reden"),
        ("row", "Wierkolk | 11 | zwanen"),
        ("row", "Brakkerveen | 9 | ijs"),
        ("item", "– geen lijst"),
        ("item", "– geen tabel"),
    ]


FLAGS = st.sampled_from([True, False, None])


@st.composite
def placed(draw: st.DrawFn) -> Line:
    place = draw(PLACES)
    text = draw(LINES)
    marks = (Mark(len(text) - 1, text[-1]),) if draw(st.booleans()) and text[-1].isdigit() else ()
    return Line(
        text, draw(st.floats(5, 80)), place.drop > 1.25, False, draw(FLAGS), place.size < 8, draw(FLAGS), place, marks
    )


@given(st.lists(st.lists(placed(), max_size=20), min_size=1, max_size=4))
def test_lines_in_any_place_lose_no_letter_and_gain_none(sheets: list[list[Line]]) -> None:
    try:
        document = read_sheets("kst-36450-9.pdf", [Sheet(tuple(sheet)) for sheet in sheets])
    except UnreadablePaper:
        return
    told = [*(paragraph.text for paragraph in document.paragraphs), *(note.text for note in document.footnotes)]
    wanted = [line.text for sheet in sheets for line in sheet]
    assert sorted(letters("".join(told))) == sorted(letters("".join(wanted)))
    for paragraph in document.paragraphs:
        assert all(0 < start < len(paragraph.text) for start, _ in paragraph.turns)
        assert list(paragraph.pages) == sorted(set(paragraph.pages))


def test_printed_page_numbers_go_before_counted_ones() -> None:
    document = parse("paper.txt", f"Het begin.\n\n{FOOTER} 7\n\nHet vervolg.\n\n{FOOTER} 8\n\nHet slot.\n".encode())
    assert [(paragraph.text, paragraph.page) for paragraph in document.paragraphs] == [
        ("Het begin.", 7), ("Het vervolg.", 8), ("Het slot.", 9)
    ]  # fmt: skip


def body_of(*lines: str) -> list[tuple[str, str]]:
    document = parse("paper.txt", "\n".join([*lines, "", FOOTER, ""]).encode())
    return [(paragraph.role, paragraph.text) for paragraph in document.paragraphs]


def test_every_part_of_a_motie_is_a_paragraph_and_so_is_who_signed() -> None:
    assert body_of(
        "De Kamer,",
        "gehoord de beraadslaging,",
        "constaterende dat de kade sinds het voorjaar verzakt en dat",
        "niemand haar herstelt;",
        "verzoekt de regering de kade te herstellen,",
        "en gaat over tot de orde van de dag.",
        "Kademan",
        "Van der Wal",
    ) == [
        ("text", "De Kamer,"),
        ("text", "gehoord de beraadslaging,"),
        ("text", "constaterende dat de kade sinds het voorjaar verzakt en dat niemand haar herstelt;"),
        ("text", "verzoekt de regering de kade te herstellen,"),
        ("text", "en gaat over tot de orde van de dag."),
        ("text", "Kademan"),
        ("text", "Van der Wal"),
    ]


@pytest.mark.parametrize(("numbers", "role"), [(5, "heading"), (4, "text")])
def test_numbers_that_count_on_above_lines_of_text_are_those_of_questions(numbers: int, role: str) -> None:
    rows = [line for n in range(1, numbers + 1) for line in (str(n), f"Volgens wie telt kade {n} mee?")]
    roles = {text: kind for kind, text in body_of(*rows)}
    assert [roles.get(str(n), "text") for n in range(1, numbers + 1)] == [role] * numbers


def test_a_full_line_that_ends_a_sentence_ends_no_paragraph() -> None:
    full = ["De kade is in het voorjaar over een lengte van tien meter verzakt.", "Niemand weet hoe dat zo is gekomen."]
    more = ["Het herstel van de kade bij het oude gemaal is nu aan de provincie,", "die het werk nog moet aanbesteden."]
    texts = [text for _, text in body_of(*full, *more, *more, *more)]
    assert texts == [" ".join(full), *[" ".join(more)] * 3]


def test_a_line_that_a_raised_mark_parted_goes_on() -> None:
    line = "Het herstel van de kade bij het oude gemaal is nu aan de provincie,"
    parted = [
        "De kade bij het gemaal is verzakt.1",
        "Niemand weet hoe dat zo kwam",
        "en wie dat weet, die zwijgt erover.",
    ]
    texts = [text for _, text in body_of(line, "die het werk nog moet aanbesteden.", *parted, line, line, line)]
    assert " ".join(parted) in texts


def test_what_a_broken_word_was_glued_to_stands_apart_again() -> None:
    first = ["De wal is sinds 1950 niet meer hersteld.1", "Toch acht de beheerder van deze wa1 De Wal, blz. 2."]
    pages = "\n".join([*first, "", f"{FOOTER} 1", "", "\fterkering haar veilig, en wijst op de inTweede Kamer, "])
    document = parse("paper.txt", (pages + FOOTER.removeprefix("Tweede Kamer, ") + " 2\n\n\fspectie.\n").encode())
    assert " ".join(paragraph.text for paragraph in document.paragraphs) == (
        "De wal is sinds 1950 niet meer hersteld. Toch acht de beheerder van deze waterkering haar veilig, en wijst op "
        "de inspectie."
    )
    assert [(note.number, note.text) for note in document.footnotes] == [(1, "De Wal, blz. 2.")]
    assert document.furniture == (f"{FOOTER} 1", f"{FOOTER} 2")


def test_a_compound_keeps_the_hyphen_that_it_has_elsewhere() -> None:
    text = "De Staten-Generaal en de NoordHollandse kade; de StatenGeneraal en McDonald."
    assert body_of(text) == [("text", "De Staten-Generaal en de NoordHollandse kade; de Staten-Generaal en McDonald.")]


def test_an_answer_below_a_bare_number_begins_below_the_question() -> None:
    question = ["Hoe lang is de kade bij het oude gemaal en wie heeft haar gemaakt,", "of weet niemand dat nog zeker?"]
    answer = ["Vroeger was de kade langer.", "Nu niet."]
    full = ["Hoe lang is de kade die bij het oude gemaal is gelegd en wat kost?", "Die is lang."]
    rows = [line for n in range(1, 6) for line in (str(n), *(full if n == 3 else question + answer))]
    texts = [text for _, text in body_of(*rows)]
    assert texts[texts.index("3") + 1 : texts.index("4")] == full


@pytest.mark.parametrize("gap", ["", "\n"])
def test_notes_may_stand_below_their_numbers_and_name_other_papers(gap: str) -> None:
    """As pdftotext prints raised numbers, now and then one of them elsewhere."""
    other = "Tweede Kamer, vergaderjaar 2021–2022, 21 501-08, nr. 7"
    body = ["De wal is in het voorjaar hersteld.1 Dat is gemeld,2 en geteld.3", f"De dijk niet.4{gap}"]
    notes = ["1", other, "2", "Stcrt. 2020, 12.", "De Wal, blz.", "9.", "4", "Zie de bijlage.", "3"]
    document = parse(
        "paper.txt",
        "\n".join([*body, *notes, f"{gap}’s-Gravenhage 2024 {FOOTER} 1", "\fHet slot.", f"{FOOTER} 2"]).encode(),
    )
    assert [(note.number, note.text) for note in document.footnotes] == [
        (1, other),
        (2, "Stcrt. 2020, 12."),
        (3, "De Wal, blz. 9."),
        (4, "Zie de bijlage."),
    ]
    assert document.pages == 2
    assert [number for paragraph in document.paragraphs for number in paragraph.notes] == [1, 2, 3, 4]
    assert document.furniture == (f"’s-Gravenhage 2024 {FOOTER} 1", f"{FOOTER} 2")


def test_numbers_of_questions_are_no_notes() -> None:
    rows = [line for n in range(1, 7) for line in (str(n), f"Hoe lang is kade {n} bij het gemaal?{n}", "Heel lang.")]
    document = parse("paper.txt", "\n".join([*rows, "", f"{FOOTER} 1"]).encode())
    assert document.footnotes == ()


COLUMN_LINES = [
    "De kade bij het oude gemaal is dit voorjaar over tien meter verzakt en",
    "wordt nog niet hersteld.",
] * 3


@pytest.mark.parametrize(
    "heading",
    ["2. Gevolgen voor de waterkering: de stand van het onderzoek", "b. Procesrecht", "Artikel 3 Bescherming"],
)
def test_a_numbered_line_that_had_room_for_the_next_word_is_a_heading(heading: str) -> None:
    assert ("heading", heading) in body_of(*COLUMN_LINES, heading, *COLUMN_LINES)


@pytest.mark.parametrize(
    "line", ["1. Wie heeft de kade bij het oude gemaal laten maken en waarom is de", "a. Het herstel van kaden;"]
)
def test_a_numbered_line_that_is_full_or_ends_an_item_is_no_heading(line: str) -> None:
    assert ("heading", line) not in body_of(*COLUMN_LINES, line, "Waalse kade daarbij nooit hersteld?", *COLUMN_LINES)


def test_a_reference_at_a_lines_end_ends_no_sentence() -> None:
    line = "Wat er met de kade moet gebeuren volgt bij gelegenheid uit artikel 1:7"
    assert ("text", f"{line} Awb, dat nog geldt.") in body_of(*COLUMN_LINES, line, "Awb, dat nog geldt.", *COLUMN_LINES)


def test_what_stands_above_who_signs_is_no_heading() -> None:
    signed = ["Gegeven", "De Minister van Kaden,", "D. Kademan"]
    assert body_of(*COLUMN_LINES, *signed)[-3:] == [("text", text) for text in signed]


def test_cells_between_white_lines_are_rows_where_they_tell_them() -> None:
    cells = ["Gemaal", "2021", "2022", "De Oude\nMolen", "3", "4,5", "Wierkolk", "–", "12"]
    table = ["Tabel 1. Gemalen die in het jaar waarin zij zijn geteld ook hebben gedraaid", "\n\n".join(cells), ""]
    rows = [("row", "Gemaal | 2021 | 2022"), ("row", "De Oude Molen | 3 | 4,5"), ("row", "Wierkolk | – | 12")]
    assert [pair for pair in body_of(*COLUMN_LINES, *table, *COLUMN_LINES) if pair[0] == "row"] == rows


def test_cells_of_which_one_is_missing_are_no_rows() -> None:
    cells = ["Gemaal", "2021", "2022", "De Oude Molen", "3", "Wierkolk", "2", "12"]
    assert not [pair for pair in body_of(*COLUMN_LINES, "\n\n".join(cells), "", *COLUMN_LINES) if pair[0] == "row"]
