"""Hyphens at line ends: the typesetter's go, the writer's stay, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printed_papers import LINES, letters
from ragassist.document import Document
from ragassist.formats.prints.hyphens import Hyphens

JOINED = (
    "oplossen van arbeidsmarktkrapte in Europa",
    "nationale arbeidsmarktbehoefte verschilt",
    "private intermediairs en",
    "transnationale dienst",
    "zelfstandige ondernemers",
    "sociale zekerheidswetgeving",
    "de grensoverschrijdende handhaving",
    "In de Geannoteerde Agenda",
    "sterke afname van de bevolking en tekorten",
    "Talentmobiliteitspakket, waaronder",
    "Demografische Ontwikkelingen 2050 adviseert",
    "alle vaardigheidsniveaus naar",
    "het minimumuurloon ingevoerd",
    "via de Seniorenkansenvisie in op een hogere participatie",
    "het sollicitatieproces nog",
)
KEPT = (
    "werven via de EU-talentenpool. Wat betreft",
    "uit de EU-Handhavingsrichtlijn (2014/67)",
    "181.476 een EU-nationaliteit",
    "de groep A1-uitgeleenden onderscheid",
    "het versterken van de loopbaanoriëntatie- en begeleiding (LOB)",
    "technologie- en procesinnovatie",
    "korte- en langetermijneffecten",
    "re- en upskilling",
    "kennis- en vakmigranten",
    "arbeids- en leefomstandigheden",
    "164.350 een IVA-uitkering, 5.490",
    "de ELA-evaluatie, als onderdeel",
    "personen met een niet-EU nationaliteit",
    "binnenlands en EU-potentieel bestaat",
)


@pytest.mark.parametrize("phrase", JOINED)
def test_broken_words_are_whole(seed: Document, phrase: str) -> None:
    assert any(phrase in paragraph.text for paragraph in seed.paragraphs)


@pytest.mark.parametrize("phrase", KEPT)
def test_real_hyphens_stay(seed: Document, phrase: str) -> None:
    assert any(phrase in paragraph.text for paragraph in seed.paragraphs)


def test_no_hyphen_is_left_before_a_space_but_that_of_a_shared_word(seed: Document) -> None:
    left = {
        " ".join(pair)
        for paragraph in seed.paragraphs
        for pair in zip(paragraph.text.split(), paragraph.text.split()[1:], strict=False)
        if pair[0].endswith("-")
    }
    assert all(after.split()[1] == "en" for after in left), left


@pytest.mark.parametrize(
    ("text", "line", "joined"),
    [
        ("op de arbeids-", "markt is", "op de arbeidsmarkt is"),
        ("de EU-", "lidstaten", "de EU-lidstaten"),
        ("de EU-", "Talentenpool", "de EU-Talentenpool"),
        ("arbeids-", "en leefomstandigheden", "arbeids- en leefomstandigheden"),
        ("de niet-", "uitkeringsgerechtigden", "de niet-uitkeringsgerechtigden"),
        ("van 2023-", "2024 af", "van 2023-2024 af"),
        ("de A1-", "verklaring", "de A1-verklaring"),
        ("(arbeids-", "markt)", "(arbeidsmarkt)"),
        ("«arbeids\u2010", "markt»", "«arbeidsmarkt»"),
        ("op korte", "termijn", "op korte termijn"),
        ("zorg –", "zoals hier", "zorg – zoals hier"),
        ("zorg -", "zoals hier", "zorg - zoals hier"),
        ("zie https://www.rijk.nl/a-", "b/c en", "zie https://www.rijk.nl/a-b/c en"),
        ("zie https://www.rijk.nl/", "documenten", "zie https://www.rijk.nl/documenten"),
        ("zie www.rijk.nl/", "https://cpb.nl", "zie www.rijk.nl/ https://cpb.nl"),
        ("zie https://", "www.rijk.nl/x", "zie https://www.rijk.nl/x"),
        ("het jaar 2023–", "2024", "het jaar 2023–2024"),
        ("de ouder en/", "of voogd", "de ouder en/of voogd"),
        ("zie https://www.rijk.nl", "en verder", "zie https://www.rijk.nl en verder"),
    ],
)
def test_lines_are_joined(text: str, line: str, joined: str) -> None:
    assert Hyphens([text, line]).join(text, line) == joined


def test_the_paper_itself_tells_which_compounds_it_hyphenates() -> None:
    assert Hyphens(["een anti-misbruikbepaling en een anti-", "misbruikbepaling"]).join(
        "een anti-", "misbruikbepaling"
    ) == ("een anti-misbruikbepaling")
    assert Hyphens(["een antimisbruikbepaling"]).join("een anti-", "misbruikbepaling") == "een antimisbruikbepaling"


@given(LINES, LINES, st.lists(LINES, max_size=3))
def test_joining_loses_nothing_but_one_hyphen(text: str, line: str, others: list[str]) -> None:
    joined = Hyphens([text, line, *others]).join(text, line)
    assert joined.endswith(line)  # so that a page turn is known by its offset
    between = joined[: -len(line)]
    assert between in (text, f"{text} ", text[:-1])
    assert letters(joined) == letters(text + line)
    assert between != text[:-1] or text.endswith("-")
