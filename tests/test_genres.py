"""Who asked what in each genre of paper: how it is numbered, headed, set, and spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.document import Document, Exchange, Metadata, Paragraph, Role, Setting
from ragassist.exchanges import find_exchanges, layout_of

VSO = "Verslag van een schriftelijk overleg"
LIST = "Lijst van vragen en antwoorden"
NOTA = "Nota naar aanleiding van het verslag"


def paper(text: str, kind: str = "", members: tuple[str, ...] = ()) -> Document:
    """A paper with a paragraph a line: `# ` heads, `~ ` is set in italics, `– ` is an item."""
    paragraphs = []
    for number, line in enumerate((line.strip() for line in text.strip().splitlines() if line.strip()), start=1):
        role: Role = "heading" if line.startswith("# ") else "item" if line.startswith("– ") else "text"
        setting = Setting(italic=line.startswith("~ ") if "~ " in text else None)
        paragraphs.append(Paragraph(number, line.removeprefix("# ").removeprefix("~ "), role, setting=setting))
    metadata = Metadata(id="kst-99001-1", title="", kind=kind, respondent="Minister van Sloten", members=members)
    return Document(metadata, tuple(paragraphs))


def told(document: Document) -> list[tuple[str, str, str]]:
    """(number, first words of the question, first words of the answer) of each exchange that asks something."""

    def words(numbers: tuple[int, ...]) -> str:
        return " / ".join(document.paragraph(number).text for number in numbers)

    return [
        (exchange.number, words(exchange.question), words(exchange.answer))
        for exchange in find_exchanges(document)
        if exchange.question
    ]


def asked(document: Document) -> list[Exchange]:
    return [exchange for exchange in find_exchanges(document) if exchange.question]


def written(asked: dict[str, bool | None], answered: dict[str, bool | None], exchanges: int = 6) -> Document:
    """A paper in which one fractie asks, with questions and answers in such type; the wording tells only some of it."""
    lines = ["Vragen en opmerkingen van de leden van de fractie van VVD"]
    for number in range(exchanges):
        lines += [f"Deze leden lezen over sluis {number}. Waarom is sluis {number} dicht?", "Sluizen gaan soms dicht."]
        lines += [f"Ik heb sluis {number} laten herstellen.", "Dat is gelukt."]
    paragraphs = [Paragraph(1, lines[0], "heading")]
    for number, line in enumerate(lines[1:], start=2):
        setting = Setting(**(asked if (number - 2) % 4 < 2 else answered))  # type: ignore[arg-type]
        paragraphs.append(Paragraph(number, line, setting=setting))
    return Document(Metadata(id="kst-99001-1", title="", kind=VSO), tuple(paragraphs))


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({"bold": True}, {"bold": False}),
        ({"bold": False}, {"bold": True}),
        ({"bold": False, "italic": True}, {"bold": False, "italic": False}),
        ({"bold": False, "italic": False}, {"bold": False, "italic": True}),
    ],
)
def test_type_tells_questions_from_answers(asked: dict[str, bool | None], answered: dict[str, bool | None]) -> None:
    found = [exchange for exchange in find_exchanges(written(asked, answered)) if exchange.question]
    assert [(len(exchange.question), len(exchange.answer)) for exchange in found] == [(2, 2)] * 6


def test_where_all_is_set_alike_type_tells_nothing() -> None:
    plain, roman = written({}, {}), written({"bold": False, "italic": False}, {"bold": False, "italic": False})
    assert find_exchanges(roman) == find_exchanges(plain)
    assert any(exchange.question for exchange in find_exchanges(roman))


QUESTIONS = """
    # 1314
    Vragen van de leden Sluis (SP) en Van Veer (D66) aan de Minister (ingezonden 6 maart 2024).
    # Vraag 1
    Kent u het bericht?
    # Antwoord 1
    Ja.
    # {label}
    Is dat veilig?
    Bent u bereid te meten?
    # {reply}
    Wij meten.
    Dat blijft zo.
"""


@pytest.mark.parametrize(
    ("label", "printed"),
    [
        ("Vraag 2", "2"),
        ("Vraag 2 en 3", "2 en 3"),
        ("Vraag 3, 4 en 5", "3, 4 en 5"),
        ("Vraag 7, 8, 9 10 en 11", "7, 8, 9 10 en 11"),  # a comma is missing
        ("Vragen 2 t/m 4", "2 t/m 4"),
        ("Vraag 2.", "2"),
    ],
)
@pytest.mark.parametrize("reply", ["Antwoord {}", "Antwoord op vraag {}:", "Antwoord", "Antwoord op de vragen {}"])
def test_labelled_questions_keep_their_number_as_printed(label: str, printed: str, reply: str) -> None:
    document = paper(QUESTIONS.format(label=label, reply=reply.format(printed)), "Kamervragen")
    assert layout_of(document) == "numbered"
    assert told(document) == [
        ("1", "Kent u het bericht?", "Ja."),
        (printed, "Is dat veilig? / Bent u bereid te meten?", "Wij meten. / Dat blijft zo."),
    ]


def test_the_title_of_kamervragen_answers_nothing() -> None:
    document = paper(
        """
        # 1314
        Vragen van het lid Sluis (SP) aan de Minister over water (ingezonden 6 maart 2024).
        Antwoord van Minister Greppel (Sloten) (ontvangen 25 maart 2024).
        Een woord vooraf.
        # Vraag 1
        Kent u het bericht?
        # Antwoord 1
        Ja.
        """,
        "Kamervragen",
    )
    assert [(exchange.question, exchange.answer) for exchange in find_exchanges(document)] == [((), (4,)), ((6,), (8,))]


def test_members_ask_and_a_minister_answers() -> None:
    text = QUESTIONS.format(label="Vraag 2", reply="Antwoord 2")
    exchange = asked(paper(text, "Kamervragen", ("Sluis (SP)", "Van Veer (D66)")))[1]
    assert (exchange.fractie, exchange.member) == (("SP", "D66"), ("Sluis", "Van Veer"))
    assert exchange.respondent == "Minister van Sloten"


def test_questions_printed_apart_are_answered_together() -> None:
    document = paper("""
        # Vraag 3
        Is dat veilig?
        # Vraag 4
        Zo nee, waarom niet?
        # Vraag 5
        En morgen?
        # Antwoord 3 en 4
        Wij meten.
        # Antwoord 5
        Ook.
    """)
    assert told(document) == [
        ("3 en 4", "Is dat veilig? / Zo nee, waarom niet?", "Wij meten."),
        ("5", "En morgen?", "Ook."),
    ]


def test_a_notice_answers_nothing() -> None:
    document = paper(
        """
        # Vraag 1
        Klopt het bericht?
        # Vraag 2
        Wanneer komt de brief?
        # Mededeling
        De vragen kunnen niet binnen de termijn worden beantwoord.
        """,
        "Kamervragen",
    )
    assert told(document) == [("1", "Klopt het bericht?", ""), ("2", "Wanneer komt de brief?", "")]
    notice = find_exchanges(document)[-1]
    assert (notice.question, notice.answer, notice.heading) == ((), (6,), ("Mededeling",))


def test_labels_may_stand_before_the_text() -> None:
    document = paper("""
        Vraag 1: Hoeveel sluizen zijn er?
        Antwoord: Er zijn 18 sluizen.
        Vraag 2: Hoeveel bruggen?
        Antwoord: Er zijn er 37.
    """)
    assert told(document) == [
        ("1", "Vraag 1: Hoeveel sluizen zijn er?", "Antwoord: Er zijn 18 sluizen."),
        ("2", "Vraag 2: Hoeveel bruggen?", "Antwoord: Er zijn er 37."),
    ]


def test_a_list_with_bare_numbers_and_answers_without_labels() -> None:
    document = paper(
        """
        # 1
        Hoeveel kilometer sloot is er uitgebaggerd?
        In 2023 is 18.250 kilometer sloot uitgebaggerd.
        # 2
        Waarom is dat minder dan begroot?
        Dat heeft twee oorzaken:
        1. de regen, en
        2. de rekening.
        Beide zijn weggenomen.
        # 3
        Welke waterschappen gaven het meeste uit?
        Het waterschap Hoge Dijken gaf het meeste uit.
        """,
        LIST,
    )
    assert [(number, answer[:12]) for number, _, answer in told(document)] == [
        ("1", "In 2023 is 1"), ("2", "Dat heeft tw"), ("3", "Het watersch"),
    ]  # fmt: skip


def test_a_list_whose_numbers_stand_before_the_question() -> None:
    document = paper(
        """
        1. Hoeveel kilometer sloot is er uitgebaggerd?
        In 2023 is 18.250 kilometer sloot uitgebaggerd.
        2. Waarom is dat minder dan begroot?
        De onderuitputting heeft twee oorzaken.
        3. Welke waterschappen gaven het meeste uit?
        Het waterschap Hoge Dijken gaf het meeste uit.
        """,
        LIST,
    )
    assert [(number, question[:8], answer[:12]) for number, question, answer in told(document)] == [
        ("1", "1. Hoeve", "In 2023 is 1"), ("2", "2. Waaro", "De onderuitp"), ("3", "3. Welke", "Het watersch"),
    ]  # fmt: skip


NUMBERED_NOTA = """
    # I. Algemeen deel
    De regering heeft kennisgenomen van het verslag.
    # 1. Inleiding
    # 1
    De leden van de NSC-fractie vragen hoeveel vlotten de grens passeren.
    # Antwoord
    In 2023 passeerden 212 vlotten de grens.
    {second}
    De leden van de SGP-fractie vragen of een vlot dat afdrijft als varend wordt aangemerkt.
    # Antwoord
    Een vlot dat afdrijft, vaart in de zin van artikel 1.
    # 2. Koninkrijkspositie
    # 3
    Deze leden vragen waarom het verdrag niet voor Bonaire zal gelden.
    # Antwoord
    Op Bonaire zijn geen vlotten geregistreerd.
"""


def test_a_part_without_questions_ends_the_last_answer() -> None:
    closing = "# II. Artikelsgewijs deel\nArtikel 3 wordt aangepast.\nDe Minister van Sloten,\nC. Vlotman"
    *_, last, rest = find_exchanges(paper(NUMBERED_NOTA.format(second="# 2") + closing, NOTA))
    assert (last.number, len(last.answer)) == ("3", 1)
    assert (rest.question, len(rest.answer), rest.heading) == ((), 3, ("II. Artikelsgewijs deel",))


@pytest.mark.parametrize("second", ["# 2", "2", ""], ids=["as a heading", "at a page's edge", "missing"])
def test_a_nota_numbers_its_questions_more_or_less(second: str) -> None:
    exchanges = asked(paper(NUMBERED_NOTA.format(second=second), NOTA))
    assert [exchange.fractie for exchange in exchanges] == [("NSC",), ("SGP",), ("SGP",)]
    assert [exchange.heading for exchange in exchanges][1:] == [
        ("I. Algemeen deel", "1. Inleiding"), ("I. Algemeen deel", "2. Koninkrijkspositie"),
    ]  # fmt: skip
    assert [len(exchange.question) for exchange in exchanges] == [1, 1, 1]
    assert [len(exchange.answer) for exchange in exchanges] == [1, 1, 1]
    assert [exchange.number for exchange in exchanges][0::2] == ["1", "3"]


def test_a_nota_without_numbers_is_read_by_how_it_speaks() -> None:
    document = paper(
        """
        # 1. Inleiding
        De leden van de NSC-fractie vragen hoeveel vlotten de grens passeren.
        In 2023 passeerden 212 vlotten de grens. De regering verwacht er dit jaar meer.
        De leden van de SGP-fractie vragen of de regering kan toelichten hoe er wordt gecontroleerd.
        Ik laat ieder vlot meten bij de sluis.
        """,
        NOTA,
    )
    assert [(exchange.fractie, exchange.question, exchange.answer) for exchange in asked(document)] == [
        (("NSC",), (2,), (3,)), (("SGP",), (4,), (5,)),
    ]  # fmt: skip


PARTED = """
    # I Vragen en opmerkingen vanuit de fracties
    # Vragen en opmerkingen van de leden van de CDA-fractie
    De leden van de CDA-fractie hebben kennisgenomen van het herstelprogramma. Hoeveel dorpspompen geven nog water?
    Kan de Minister aangeven wat het herstel van één pomp kost?
    # Vragen en opmerkingen van de leden van de SP-fractie
    De leden van de SP-fractie vragen of pompen op particuliere erven voor herstel in aanmerking komen.
    # II Reactie van de Minister
    {cda}
    Van de 1.870 geregistreerde dorpspompen geven er 644 nog water.
    Het herstel van een pomp kost gemiddeld € 2.300.
    {sp}
    Pompen op particuliere erven komen in aanmerking als zij van de openbare weg te zien zijn.
"""
ANSWERED = [(("CDA",), (3,)), (("CDA",), (4,)), (("SP",), (6,))]


def test_answers_in_a_part_of_their_own_are_matched_by_fractie_and_order() -> None:
    cda, sp = (f"# Vragen en opmerkingen van de leden van de {name}-fractie" for name in ("CDA", "SP"))
    exchanges = asked(paper(PARTED.format(cda=cda, sp=sp), VSO))
    assert [(exchange.fractie, exchange.question) for exchange in exchanges] == ANSWERED
    assert [exchange.answer for exchange in exchanges] == [(9,), (10,), (12,)]


def test_answers_in_a_part_without_headings_are_matched_in_order() -> None:
    exchanges = asked(paper(PARTED.format(cda="", sp=""), VSO))
    assert [(exchange.fractie, exchange.question) for exchange in exchanges] == ANSWERED
    assert [exchange.answer for exchange in exchanges] == [(8,), (9,), (10,)]


def test_each_fractie_may_have_its_reply_below_its_questions() -> None:
    document = paper(
        """
        # Vragen en opmerkingen van de leden van de CDA-fractie
        De leden van de CDA-fractie vragen hoeveel dorpspompen nog water geven.
        # Reactie van de Minister
        Er geven 644 pompen nog water.
        # Vragen en opmerkingen van de leden van de SP-fractie
        De leden van de SP-fractie vragen wat het herstel kost.
        # Reactie van de Minister
        Het herstel kost € 2.300.
        """,
        VSO,
    )
    assert [(exchange.fractie, exchange.question, exchange.answer) for exchange in asked(document)] == [
        (("CDA",), (2,), (4,)), (("SP",), (6,), (8,)),
    ]  # fmt: skip


def test_a_letter_of_questions_and_a_letter_of_answers() -> None:
    document = paper(
        """
        Vastgesteld 23 januari 2024
        De commissie heeft schriftelijk overleg gevoerd met de Minister.
        # BRIEF VAN DE VOORZITTER VAN DE VASTE COMMISSIE VOOR WATERSTAAT
        Aan de Minister van Sloten
        Den Haag, 19 december 2023
        De leden van de fractie van de ChristenUnie vragen of een klok die voorloopt, onder de wet valt.
        De leden van de PVV-fractie vragen wie de tijd van de torenklok vaststelt.
        De voorzitter van de vaste commissie voor Waterstaat,
        A. Klepel
        # BRIEF VAN DE MINISTER VAN SLOTEN
        Aan de Voorzitter van de Eerste Kamer der Staten-Generaal
        Den Haag, 22 januari 2024
        Een klok die voorloopt, valt onder de wet zodra zij luidt.
        De tijd van de torenklok wordt vastgesteld door de koster.
        De Minister van Sloten,
        B. Galmhout
        """,
        VSO,
    )
    assert [(exchange.fractie, exchange.question, exchange.answer) for exchange in asked(document)] == [
        (("ChristenUnie",), (6,), (13,)), (("PVV",), (7,), (14,)),
    ]  # fmt: skip


def test_questions_that_the_answers_repeat_are_asked_once() -> None:
    document = paper(
        """
        # I Vragen van de fracties
        # Vragen van de leden van de CDA-fractie
        Hoeveel dorpspompen geven nog water?
        Wat kost het herstel van een pomp?
        # II Antwoord van de Minister
        # Vragen van de leden van de CDA-fractie
        Hoeveel dorpspompen geven nog water?
        Dat zijn er 644.
        Wat kost het herstel van een pomp?
        Gemiddeld € 2.300.
        """,
        VSO,
    )
    assert [(exchange.question, exchange.answer) for exchange in asked(document)] == [
        ((3, 7), (8,)), ((4, 9), (10,)),
    ]  # fmt: skip


def test_the_council_of_state_speaks_in_italics() -> None:
    document = paper(
        """
        Hieronder zijn opgenomen het advies en het nader rapport.
        # 1. Nut en noodzaak
        ~ Niet is toegelicht waarom dit bij wet moet.
        ~ De Afdeling adviseert hierop in te gaan.
        Paragraaf 1 van de toelichting is aangevuld.
        # 2. Ontheffing
        ~ Onduidelijk is wie dit vaststelt.
        De Minister stelt dit vast.
        """,
        "Advies Raad van State",
    )
    assert [
        (exchange.member, exchange.question, exchange.answer, exchange.heading) for exchange in asked(document)
    ] == [
        (("Afdeling advisering van de Raad van State",), (3, 4), (5,), ("1. Nut en noodzaak",)),
        (("Afdeling advisering van de Raad van State",), (7,), (8,), ("2. Ontheffing",)),
    ]


def test_in_a_debate_the_government_replies_to_whoever_spoke_last() -> None:
    document = paper("""
        # Zwanen bij sluizen
        # De voorzitter:
        Ik geef het woord aan mevrouw Zwanenburg.
        # Mevrouw Zwanenburg (SP):
        Voorzitter. De sluis lag elf dagen stil.
        # De heer Oeverloos (D66):
        Is er aan de bevers gedacht?
        # Mevrouw Zwanenburg (SP):
        Bevers hebben geen vlot nodig.
        # De heer Van Veer (VVD):
        Wat kost dat?
        # Minister Waterman:
        Ik laat de motie aan het oordeel van de Kamer.
        # De voorzitter:
        Mevrouw Zwanenburg nog.
        # Mevrouw Zwanenburg (SP):
        Ik houd de motie aan.
        # De voorzitter:
        Dank u wel.
    """)
    turns = find_exchanges(document)
    assert [(turn.fractie, turn.member, turn.question, turn.answer) for turn in turns] == [
        ((), (), (), (3,)),
        (("SP",), ("Zwanenburg",), (), (5,)),
        (("D66",), ("Oeverloos",), (7,), (9,)),  # an interruption, and the reply of whoever was interrupted
        (("VVD",), ("Van Veer",), (11,), (13,)),
        ((), (), (), (15,)),
        (("SP",), ("Zwanenburg",), (), (17,)),
        ((), (), (), (19,)),  # the chair answers nobody
    ]
    assert [turn.respondent for turn in turns[2:4]] == ["Mevrouw Zwanenburg (SP)", "Minister Waterman"]
    assert turns[3].heading == ("Zwanen bij sluizen",)


def test_papers_without_questions_have_sections_with_their_path() -> None:
    document = paper(
        """
        # 99 008 Regels over het bewaren van oude wegwijzers
        # Nr. 3 MEMORIE VAN TOELICHTING
        # I. ALGEMEEN DEEL
        # 1. Inleiding
        Nederland telt 61.000 wegwijzers.
        # 1.1 Aanleiding
        In 2022 verdween een handwijzer.
        # 2. Gevolgen
        Verf kost geld.
        # II. ARTIKELEN
        # Artikel 2
        De leeftijd is vijftig jaar.
        """,
        "Memorie van toelichting",
    )
    assert [(section.number, section.heading) for section in find_exchanges(document)] == [
        ("1", ("I. ALGEMEEN DEEL", "1. Inleiding")),
        ("2", ("I. ALGEMEEN DEEL", "1. Inleiding", "1.1 Aanleiding")),
        ("3", ("I. ALGEMEEN DEEL", "2. Gevolgen")),
        ("4", ("II. ARTIKELEN", "Artikel 2")),
    ]


KINDS = (
    "",
    VSO,
    LIST,
    NOTA,
    "Kamervragen",
    "Advies Raad van State",
    "Lijst van vragen",
    "Memorie van antwoord",
    "Brief",
)
LINES = st.sampled_from(
    """
    # Vraag 1|# Vraag 2 en 3|Vraag 4: Is het zo?|# Antwoord 1|# Antwoord|Antwoord: Ja.|# Antwoord op vraag 2 en 3:|# 5|6
    # Mededeling|# Toelichting|# I Vragen van de fracties|# Vragen van de leden van de VVD-fractie|# Artikel 3
    # II Reactie van de Minister|# De heer Oeverloos (D66):|# Minister Waterman:|# 1. Inleiding|Kunt u dat toelichten?
    De regering meent van niet.|De leden van de SP-fractie vragen hoe het staat.|Aan de Voorzitter|– een ding
    7. Hoe dan?|# Nr. 5 BRIEF|# BRIEF VAN DE MINISTER VAN SLOTEN|Ik zal dat doen.|~ De Afdeling adviseert dit.
    """.strip()
    .replace("\n", "|")
    .split("|")
)


@given(st.lists(LINES, min_size=1, max_size=25), st.sampled_from(KINDS))
def test_every_paragraph_has_one_place_in_any_genre(lines: list[str], kind: str) -> None:
    document = paper("\n".join(lines), kind)
    exchanges = find_exchanges(document)
    places = [number for exchange in exchanges for number in (*exchange.question, *exchange.answer)]
    assert len(places) == len(set(places))
    left = {paragraph.number for paragraph in document.paragraphs} - set(places)
    unplaced = [document.paragraph(number) for number in left]
    assert all(p.role == "heading" or p.text.isdigit() for p in unplaced), unplaced
    assert len({exchange.number for exchange in exchanges}) == len(exchanges)
    assert all(exchange.question or exchange.answer for exchange in exchanges)
