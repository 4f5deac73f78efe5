"""PDF: what geometry tells. Pages are drawn by the tests; whole papers in PDF are held against their XML elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_pdf import LOCKED, RESTRICTED, At, beside, lines, pdf, width
from printed_papers import FOOTER
from ragassist.document import Document, Paragraph
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.prints import pdf as room

NAME = "kst-36450-9.pdf"
COLUMN = (  # a full column; every first word of a line would not have fitted on the line above
    "De leden van de fractie van de waterkant vragen of het kabinet kan",
    "toelichten waarom de overzetveren bij lage waterstand niet varen, en",
    "welke gevolgen dat heeft voor wie aan de andere oever werkt of leert.",
)
ANSWER = (
    "Het kabinet heeft in het najaar van vorig jaar onderzocht hoe vaak",
    "veren stilliggen. De uitkomst is dat dit per jaar elf dagen gebeurt,",
    "meestal in september.",
)


def read(*pages: list[At]) -> Document:
    return parse(NAME, pdf(*pages))


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def only(document: Document) -> Paragraph:
    (paragraph,) = document.paragraphs
    return paragraph


def test_lines_of_one_column_make_a_paragraph() -> None:
    assert texts(read(lines(100, 700, COLUMN))) == [" ".join(COLUMN)]


def test_white_space_wider_than_the_leading_parts_paragraphs() -> None:
    page = [*lines(100, 700, COLUMN), *lines(100, 652, ANSWER)]
    assert texts(read(page)) == [" ".join(COLUMN), " ".join(ANSWER)]


def test_a_line_that_ends_before_it_had_to_ends_its_paragraph() -> None:
    """Not told by white space: the next line's first word would have fitted."""
    page = lines(100, 700, [*ANSWER, *COLUMN])
    assert texts(read(page)) == [" ".join(ANSWER), " ".join(COLUMN)]


def test_an_indented_first_line_begins_a_paragraph() -> None:
    full = "welke gevolgen dat heeft voor wie aan de andere oever werkt en leert."
    page = [
        *lines(100, 700, COLUMN[:2]),
        At(100, 676, full),
        At(112, 664, "Ook willen zij weten wie de veren betaalt."),
    ]
    assert texts(read(page)) == [f"{' '.join(COLUMN[:2])} {full}", "Ook willen zij weten wie de veren betaalt."]


@pytest.mark.parametrize("font", ["b", "i"])
def test_a_change_of_type_begins_a_paragraph_and_is_told(font: str) -> None:
    question, answer = read([*lines(100, 700, COLUMN, font=font), *lines(100, 664, ANSWER)]).paragraphs
    assert (question.text, answer.text) == (" ".join(COLUMN), " ".join(ANSWER))
    assert (question.setting.bold, question.setting.italic) == (font == "b", font == "i")
    assert (answer.setting.bold, answer.setting.italic) == (False, False)


def test_bold_questions_that_are_set_narrower_are_whole() -> None:
    question = ("Deze leden vragen of de Minister ook", "weet hoeveel pontons er zijn, en waar", "die pontons liggen?")
    page = []
    for index in range(6):
        page += [*lines(100, 780 - 110 * index, question, font="b"), *lines(100, 738 - 110 * index, ANSWER)]
    assert texts(read(page)) == [" ".join(question), " ".join(ANSWER)] * 6


@pytest.mark.parametrize(("label", "count"), [("Vraag 3 en 4", 2), ("Vraag 3", 1), ("Vraag 3, 4 en 5", 1)])
def test_questions_below_one_label_are_as_many_as_it_says(label: str, count: int) -> None:
    """The first question's last line is full, so that only the label tells; and only when it tells just enough."""
    first = [*COLUMN[:2], "welke gevolgen dat heeft voor wie aan de andere oever werkt en leert?"]
    page = [
        At(100, 730, "Vraag 2"),
        At(100, 718, "Klopt dat?"),
        At(100, 694, label),
        *lines(100, 682, [*first, *COLUMN[:2], "nee?"]),
    ]
    assert len(texts(read(page))) == 3 + count


def test_hanging_list_items_are_whole_and_apart() -> None:
    page = lines(100, 700, ["Het gaat om:"])
    page += [
        At(100, 688, "–"),
        *lines(112, 688, ["veren die langer dan elf dagen per jaar stilliggen door het lage water, of", "die lekken;"]),
    ]
    page += [At(100, 664, "–"), At(112, 664, "bruggen.")]
    found = read([*page, *lines(100, 652, COLUMN)])
    assert texts(found) == [
        "Het gaat om:",
        "– veren die langer dan elf dagen per jaar stilliggen door het lage water, of die lekken;",
        "– bruggen.",
        " ".join(COLUMN),
    ]
    assert [paragraph.role for paragraph in found.paragraphs] == ["text", "item", "item", "text"]


def test_a_paragraph_goes_on_over_a_page_and_around_notes_and_footers() -> None:
    first = [*lines(100, 200, COLUMN[:1]), *beside(100, 188, (COLUMN[1], 10, 0), ("1", 6, 4))]
    first += [At(100, 120, "1 Veerdienst, p. 4.", 7), At(100, 60, f"{FOOTER} 4")]
    second = [At(100, 760, COLUMN[2]), At(100, 60, f"{FOOTER} 5")]
    document = read(first, second)
    assert only(document).text == " ".join(COLUMN)
    assert only(document).pages == (4, 5)
    assert only(document).page_at(only(document).text.index("welke")) == 5
    assert document.furniture == (f"{FOOTER} 4", f"{FOOTER} 5")


SENTENCE = "De veren liggen elf dagen stil"


@pytest.mark.parametrize(
    ("mark", "noted", "text", "notes"),
    [
        ("1", "1", f"{SENTENCE}.", (1,)),
        ("2", "1", f"{SENTENCE}2.", ()),  # no note 2 stands on the page: it is something else
        ("*", "*", f"{SENTENCE}.", (1,)),
    ],
)
def test_raised_marks_are_those_of_notes(mark: str, noted: str, text: str, notes: tuple[int, ...]) -> None:
    page = beside(100, 700, (SENTENCE, 10, 0), (mark, 6, 4), (".", 10, 0))
    page += [
        At(100, 123, noted, 5),
        At(106, 120, "Opgave van de veerdienst, die ook de", 7),
        At(106, 112, "brug telt.", 7),
    ]
    document = read(page)
    assert only(document).text == text
    assert only(document).notes == notes
    assert [(note.number, note.text) for note in document.footnotes] == [
        (1, "Opgave van de veerdienst, die ook de brug telt.")
    ]


def test_several_marks_at_one_place_are_all_of_their_notes() -> None:
    page = beside(100, 700, (SENTENCE, 10, 0), ("1, 2", 6, 4), ("?", 10, 0))
    page += [At(100, 123, "1", 5), At(106, 120, "Opgave.", 7), At(100, 113, "2", 5), At(106, 110, "Telling.", 7)]
    assert only(read(page)).text == f"{SENTENCE}?"
    assert only(read(page)).notes == (1, 2)


def test_marks_glued_to_a_year_are_told_by_their_size() -> None:
    page = beside(100, 700, ("Advies voor 2050", 10, 0), ("20", 6, 4), (" adviseert.", 10, 0))
    page += [At(100, 123, "20", 5), At(108, 120, "Advies, p. 3.", 7)]
    assert only(read(page)).text == "Advies voor 2050 adviseert."
    assert only(read(page)).notes == (20,)


def test_exponents_and_lowered_figures_stay() -> None:
    page = beside(
        100, 700, ("Het bord meet 12 m", 10, 0), ("2", 6, 4), (" en stoot CO", 10, 0), ("2", 6, -2), (" uit", 10, 0)
    )
    page += beside(page[-1].x + width(" uit"), 700, ("2", 6, 4))
    page += [At(100, 123, "2", 5), At(106, 120, "Opgave van de fabriek.", 7)]
    assert only(read(page)).text == "Het bord meet 12 m2 en stoot CO2 uit"
    assert only(read(page)).notes == (2,)


def test_notes_that_run_over_a_page_are_whole() -> None:
    first = [*lines(100, 724, COLUMN), *beside(100, 688, (SENTENCE, 10, 0), ("1", 6, 4), (".", 10, 0))]
    first += [At(100, 123, "1", 5), At(106, 120, "Opgave van de veerdienst, die met ingang van", 7)]
    second = [At(100, 700, "Er zijn meer veren."), At(106, 120, "dit jaar ook de bruggen telt.", 7)]
    document = read(first, second)
    assert [note.text for note in document.footnotes] == [
        "Opgave van de veerdienst, die met ingang van dit jaar ook de bruggen telt."
    ]
    assert texts(document) == [f"{' '.join(COLUMN)} {SENTENCE}.", "Er zijn meer veren."]


def test_the_margin_and_the_title_beside_it_are_one_heading() -> None:
    page = [
        At(50, 780, "Tweede Kamer der Staten-Generaal", 14, "b"),
        At(500, 760, "2", 30, "b"),
        At(50, 730, "Vergaderjaar 2023–2024"),
    ]
    page += [
        At(50, 700, "36 450", 11, "b"),
        *lines(200, 700, ["Regels over de veren en over de bruggen in", "het rivierengebied"], size=11, font="b"),
    ]
    page += [
        At(50, 640, "Nr. 9", 9, "b"),
        *lines(200, 640, ["NOTA NAAR AANLEIDING", "VAN HET VERSLAG"], size=9, font="b"),
    ]
    page += [At(200, 600, "Ontvangen 3 juli 2024"), *lines(200, 570, ANSWER)]
    document = read(page)
    assert [(paragraph.role, paragraph.text) for paragraph in document.paragraphs] == [
        ("heading", "Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2023–2024"),
        ("heading", "36 450 Regels over de veren en over de bruggen in het rivierengebied"),
        ("heading", "Nr. 9 NOTA NAAR AANLEIDING VAN HET VERSLAG"),
        ("text", "Ontvangen 3 juli 2024"),
        ("text", " ".join(ANSWER)),
    ]
    assert document.id == "kst-36450-9"


def test_two_columns_are_read_one_after_the_other_below_a_heading_over_both() -> None:
    left = [f"De heer Bever vraagt voor de {n}e maal het woord" for n in range(12)]
    right = [f"Mevrouw Zwaan wijst er {n} keer op dat het kan" for n in range(12)]
    page = [At(60, 760, "Aan de orde is het debat over de veren, de bruggen en over de sluizen in het land", 12, "b")]
    page += [*lines(60, 730, left), *lines(310, 730, right)]
    found = " ".join(texts(read(page)))
    assert found.index(left[-1]) < found.index(right[0])
    assert found.index("Aan de orde") < found.index(left[0])


def test_three_columns_are_read_one_after_the_other() -> None:
    columns = [[f"{name} zegt voor de {n}e keer ja" for n in range(12)] for name in ("Anna", "Bea", "Corrie")]
    page = [at for index, column in enumerate(columns) for at in lines(50 + 170 * index, 730, column)]
    found = " ".join(texts(read(page)))
    places = [found.index(column[at]) for column in columns for at in (0, -1)]
    assert places == sorted(places)


@pytest.mark.parametrize("above", [3, 7])
def test_notes_in_the_margin_are_notes_and_do_not_part_the_text(above: int) -> None:
    page = [At(200, 700, COLUMN[0]), *beside(200, 688, (COLUMN[1], 10, 0), ("1", 6, 4)), At(200, 676, COLUMN[2])]
    page += [
        At(50, 694 + above, "1", 5),
        *lines(54, 694, ["Opgave van de", "veerdienst, die ook", "de bruggen telt."], size=7),
    ]
    document = read(page)
    assert only(document).text == " ".join(COLUMN)
    assert only(document).notes == (1,)
    assert [note.text for note in document.footnotes] == ["Opgave van de veerdienst, die ook de bruggen telt."]


TABLE = [At(100, 700, "Veer", font="b"), At(250, 700, "Reden", font="b"), At(400, 700, "Dagen", font="b")]
TABLE += [At(100, 680, "Wierkolk"), At(250, 680, "de zwanen die daar"), At(250, 668, "broeden"), At(400, 680, "11")]
TABLE += [At(100, 650, "Brakkerveen"), At(400, 650, "9")]


def test_rows_of_a_table_are_paragraphs_with_their_cells() -> None:
    document = read([At(100, 730, "Tabel 1. Dagen dat veren stillagen"), *TABLE, *lines(100, 610, COLUMN)])
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.role == "row"] == [
        "Veer | Reden | Dagen",
        "Wierkolk | de zwanen die daar broeden | 11",
        "Brakkerveen | | 9",
    ]
    assert [paragraph.role for paragraph in document.paragraphs] == ["text", "row", "row", "row", "text"]


def test_a_table_of_contents_is_a_list_and_no_table() -> None:
    titles = (("1.", "Inleiding", "2"), ("2.", "De veren in het rivierengebied", "3"), ("3.", "Gevolgen", "11"))
    page = [At(100, 730, "Inhoudsopgave", font="b")]
    for index, (number, title, at) in enumerate(titles):
        y = 710 - 12 * index
        page += [At(100, y, number), At(130, y, title), At(450, y, at)]
    page += [At(100, 640, "1. Inleiding", font="b"), *lines(100, 610, COLUMN)]
    assert [(paragraph.role, paragraph.text) for paragraph in read(page).paragraphs][:2] == [
        ("text", "Inhoudsopgave"), ("item", "1. Inleiding 2"),
    ]  # fmt: skip


def test_words_that_fill_their_line_are_no_table() -> None:
    def filled(y: float, words: str) -> list[At]:
        letters = [width(word) for word in words.split()]
        gap = (width(COLUMN[0]) - sum(letters)) / (len(letters) - 1)
        starts = [100 + sum(letters[:at]) + at * gap for at in range(len(letters))]
        return [At(x, y, word) for x, word in zip(starts, words.split(), strict=True)]

    narrow = ("milieueffectrapportage waterschapsbestuur", "overzetverenstremmingen brugwachtershuisje")
    page = [*lines(100, 724, COLUMN[:1]), *filled(712, f"{narrow[0]} aan"), *filled(700, f"{narrow[1]} vaart")]
    assert texts(read(page)) == [f"{COLUMN[0]} {narrow[0]} aan {narrow[1]} vaart"]


def test_text_that_lies_on_its_side_keeps_its_words() -> None:
    page = [*lines(100, 700, COLUMN), At(520, 300, "Bijlage met cijfers over veren", turned=True)]
    assert texts(read(page)) == [" ".join(COLUMN), "Bijlage met cijfers over veren"]


def test_a_line_on_most_pages_is_furniture_whatever_it_says() -> None:
    pages = [
        [At(100, 800, "Veren en bruggen, jaargang 2024"), At(100, 760, f"{name} vaart."), At(300, 40, f"- {number} -")]
        for number, name in enumerate(("Anna", "Bea", "Corrie", "Dora"), start=1)
    ]
    document = read(*pages)
    assert texts(document) == ["Anna vaart.", "Bea vaart.", "Corrie vaart.", "Dora vaart."]
    assert document.furniture[:2] == ("Veren en bruggen, jaargang 2024", "- 1 -")


def test_a_reference_that_reads_as_a_footer_is_text() -> None:
    reference = FOOTER.removesuffix("741") + "732"
    page = [
        *lines(100, 700, COLUMN),
        *lines(100, 652, ["Dat staat in eerdere antwoorden aan de Kamer, zie", reference]),
    ]
    document = read([*page, At(100, 60, FOOTER), At(480, 60, "1")])
    assert texts(document)[-1].endswith(reference)
    assert document.furniture == (f"{FOOTER} 1",)


FURNITURE = (
    "Tweede Kamer, vergaderjaar 2023–2024, Aanhangsel 1",
    "Eerste Kamer, vergaderjaar 2023–2024, 35 261, B 1",
    "Tweede Kamer, vergaderjaar 2023–2024, 36 410 XVI, nr. 12 1",
    "Staten-Generaal, vergaderjaar 2023–2024, 36 410, A/ nr. 5 1",
    "’s-Gravenhage 2006 Tweede Kamer, vergaderjaar 2005–2006, 30 300 XVI, nr. 12 1",
    "KST94345",
    "0506tkkst30300XVI-12",
    "ISSN 0921 - 7371",
    "ah-tk-20232024-1314",
)


@pytest.mark.parametrize("line", FURNITURE)
def test_what_stands_at_the_foot_of_official_pages_is_furniture(line: str) -> None:
    document = read([*lines(100, 700, COLUMN), At(60, 60, line, 8)])
    assert texts(document) == [" ".join(COLUMN)]
    assert document.furniture == (line,)


def test_a_footer_of_handelingen_takes_two_rows_and_counts_its_pages() -> None:
    def foot(page: int) -> list[At]:
        return [At(100, 60, "Tweede Kamer"), At(250, 60, "Veren"), At(450, 60, f"70-6-{page}"), At(250, 49, "TK 70")]

    document = parse(
        "h-tk-20232024-70-6.pdf", pdf([*lines(100, 700, ANSWER), *foot(3)], [*lines(100, 700, ANSWER), *foot(4)])
    )
    assert [(paragraph.text, paragraph.page) for paragraph in document.paragraphs] == [
        (" ".join(ANSWER), 3),
        (" ".join(ANSWER), 4),
    ]
    assert document.furniture[:2] == ("Tweede Kamer Veren 70-6-3", "TK 70")


def test_accents_drawn_over_a_letter_belong_to_it() -> None:
    assert only(read([At(100, 700, "Kostic"), At(122.6, 700, "´")])).text == "Kostić"


def test_spread_letters_are_words() -> None:
    spread = [At(100 + 9 * index, 700, letter) for index, letter in enumerate("VERSLAG")]
    assert only(read([*spread, At(185, 700, "over veren")])).text == "VERSLAG over veren"


def test_a_page_without_text_is_told_and_the_paper_read() -> None:
    document = read(lines(100, 700, ANSWER), [], lines(100, 700, COLUMN))
    assert "Page 2 holds no text (a scan?)." in document.remarks
    assert [paragraph.page for paragraph in document.paragraphs] == [1, 3]
    assert document.pages == 3


def test_scans_are_refused() -> None:
    with pytest.raises(UnreadablePaper, match="only pictures"):
        read([], [])


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%%EOF", b"%PDF-", pdf(lines(100, 700, COLUMN))[:300]])
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePaper, match="damaged"):
        parse(NAME, data)


def test_a_paper_locked_with_a_password_is_refused() -> None:
    with pytest.raises(UnreadablePaper, match="locked with a password"):
        parse(NAME, LOCKED)


def test_a_paper_that_may_be_read_without_its_password_is() -> None:
    assert texts(parse(NAME, RESTRICTED)) == ["De leden vragen het."]


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_PAGES", 2)
    with pytest.raises(UnreadablePaper, match="more than 2 pages"):
        read([], [], [])


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LARGEST_TEXT", 100)
    with pytest.raises(UnreadablePaper, match="of text"):
        read(lines(100, 700, COLUMN))


WORDS = st.sampled_from("veer brug sluis kade Kamer Minister 2024 11 a b. – EU-lidstaten water, dagen. stil? 1".split())
PIECES = st.builds(
    At,
    st.floats(20, 500),
    st.floats(30, 800),
    st.lists(WORDS, min_size=1, max_size=6).map(" ".join),
    st.sampled_from([6.0, 8.0, 10.0, 14.0]),
    st.sampled_from(["", "b", "i"]),
    st.sampled_from([False, False, False, True]),
)


@settings(max_examples=60)
@given(st.lists(st.lists(PIECES, max_size=14), min_size=1, max_size=3))
def test_whatever_stands_where_no_letter_is_lost_or_told_twice(pages: list[list[At]]) -> None:
    """Pieces may lie over each other, so that words run into one another; their letters are all there."""
    drawn = {(round(piece.x, 2), round(piece.y, 2)): piece for page in pages for piece in page}
    try:
        document = read(*pages)
    except UnreadablePaper:
        return
    told = "".join([*texts(document), *(note.text for note in document.footnotes), *document.furniture])
    wanted = sorted(letter for page in pages for piece in page for letter in piece.text if letter.isalpha())
    assert sorted(letter for letter in told if letter.isalpha()) == wanted or len(drawn) < sum(map(len, pages))
