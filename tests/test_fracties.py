"""Names of parliamentary groups: every spelling names its party, ordinary words name none."""

from __future__ import annotations

import pytest

from ragassist.fracties import PARTIES, is_name, parties


@pytest.mark.parametrize(
    ("party", "name"), [(party, name) for party, names in PARTIES.items() for name in (party, *names)]
)
def test_every_spelling_names_its_party(party: str, name: str) -> None:
    for text in (name, f"de {name}-fractie", f"de leden van de {name} fractie", f"de fractie van {name}?", f"({name})"):
        assert party in parties(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("de GroenLinks/PvdA fractie", {"GroenLinks", "PvdA"}),
        ("GroenLinks-PvdA", {"GroenLinks", "PvdA"}),
        ("GL-PvdA", {"GroenLinks", "PvdA"}),
        ("Wat vroegen vvd, d66 en de sgp?", {"VVD", "D66", "SGP"}),
        ("De leden Omtzigt (NSC) en Van Haga", {"NSC"}),
        ("wat wil de volt-fractie", {"Volt"}),
        ("wat wil de denk fractie", {"DENK"}),
        ("de fractie van denk", {"DENK"}),
        ("de Denk-fractie", {"DENK"}),
        ("de fractie van Denk", {"DENK"}),
        ("partij voor de dieren", {"PvdD"}),
        ("partij van de arbeid", {"PvdA"}),
        ("What did Volt ask?", {"Volt"}),
        ("VVD'ers en D66-Kamerleden", {"VVD", "D66"}),
    ],
)
def test_parties_are_named_in_many_ways(text: str, named: set[str]) -> None:
    assert parties(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "ik denk dat dit klopt",
        "Denk aan de gevolgen",
        "een spanning van 230 volt",
        "groene energie en links verkeer",
        "de spoorwegen",
        "Hoe zit het met de cd en de dvd?",
        "een wet van 1950",
        "",
    ],
)
def test_ordinary_words_name_no_party(text: str) -> None:
    assert parties(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("VVD", True),
        ("de VVD-fractie", True),
        ("De fractie van GroenLinks-PvdA", True),
        ("A. D66", True),
        ("II. Volt", True),
        ("3. SP", True),
        ("GroenLinks-PvdA en D66", True),
        ("het lid Omtzigt", True),
        ("VVD vraagt", False),
        ("De fractie", False),
        ("", False),
        ("De leden van de VVD-fractie vragen", False),
        ("Verordening EU-talentenpool", False),
    ],
)
def test_a_name_and_nothing_else(text: str, name: bool) -> None:
    assert is_name(text) is name
