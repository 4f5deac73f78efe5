"""Which paper a file holds: its running footer, its margin, its opening, or its file's name tell."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from printed_papers import FOOTER, INVENTED, read
from ragassist.document import Document, Metadata, Paragraph
from ragassist.errors import UnreadablePaper
from ragassist.formats import parse
from ragassist.formats.identity import footer_page, fractie_heading, is_furniture, of_paper

SEED = Metadata(
    id="kst-21501-31-741",
    title="Geannoteerde Agenda Formele Raad WSB van 11–12 maart 2024",
    kind="Verslag van een schriftelijk overleg",
    dossier="21501-31",
    number="741",
    year="2023-2024",
    date="2024-03-12",
    chamber="Tweede Kamer",
    committee="vaste commissie voor Sociale Zaken en Werkgelegenheid",
    respondent="Minister van Sociale Zaken en Werkgelegenheid",
)


@pytest.mark.parametrize("name", [field.name for field in fields(Metadata)])
def test_the_seed_says_what_it_is(seed: Document, name: str) -> None:
    assert getattr(seed.metadata, name) == getattr(SEED, name)


# Who asks and who answers, in openings that each put it another way.
INVOLVED = {
    "kst-21501-07-2341": ("Financiën", "Minister van Financiën"),
    "kst-21501-32-1898": ("Landbouw, Natuur en Voedselkwaliteit", "Minister van Landbouw, Natuur en Voedselkwaliteit"),
    "kst-21501-33-1352": ("Economische Zaken en Klimaat", "Minister voor Klimaat en Energie"),
    "kst-29477-1061": ("Volksgezondheid, Welzijn en Sport", "Minister voor Medische Zorg"),
    "kst-29984-1463": ("Infrastructuur en Waterstaat", "Staatssecretaris van Infrastructuur en Waterstaat"),
    "kst-31293-1042": ("Onderwijs, Cultuur en Wetenschap", "Staatssecretaris van Onderwijs, Cultuur en Wetenschap"),
    "kst-32317-1126": ("Justitie en Veiligheid", "Staatssecretaris van Justitie en Veiligheid"),
    "kst-32847-1677": ("Binnenlandse Zaken", "Minister voor Volkshuisvesting en Ruimtelijke Ordening"),
}


@pytest.mark.parametrize("path", INVENTED, ids=lambda path: path.stem)
def test_invented_papers_say_what_they_are(path: Path) -> None:
    metadata = read(path).metadata
    assert metadata.id == path.stem
    assert f"kst-{metadata.dossier}-{metadata.number}" == path.stem
    committee, respondent = INVOLVED[path.stem]
    assert metadata.committee == f"vaste commissie voor {committee}"
    assert metadata.respondent == respondent
    assert len(metadata.title) < 100  # and no sentence more


# Footer, without the page's number: id, dossier, number, chamber.
FOOTERS = {
    FOOTER: ("kst-21501-31-741", "21501-31", "741", "Tweede Kamer"),
    FOOTER.replace("–", "-"): ("kst-21501-31-741", "21501-31", "741", "Tweede Kamer"),
    "’s-Gravenhage 2024 " + FOOTER: ("kst-21501-31-741", "21501-31", "741", "Tweede Kamer"),
    FOOTER.replace("21 501-31", "29 544"): ("kst-29544-741", "29544", "741", "Tweede Kamer"),
    FOOTER.replace("21 501-31", "36 200 XV"): ("kst-36200-XV-741", "36200-XV", "741", "Tweede Kamer"),
    FOOTER.replace("21 501-31", "36 200-XV"): ("kst-36200-XV-741", "36200-XV", "741", "Tweede Kamer"),
    FOOTER.replace("21 501-31", "35 925 (R2160)"): ("kst-35925-741", "35925", "741", "Tweede Kamer"),
    "Eerste Kamer, vergaderjaar 2023–2024, 35 335, C": ("kst-35335-C", "35335", "C", "Eerste Kamer"),
}


@pytest.mark.parametrize("footer", FOOTERS)
def test_footers_tell_which_paper_it_is(footer: str) -> None:
    document = parse("paper.txt", f"De brief.\n\n{footer} 2\n".encode())
    metadata = document.metadata
    assert (metadata.id, metadata.dossier, metadata.number, metadata.chamber) == FOOTERS[footer]
    assert (metadata.year, document.pages) == ("2023-2024", 2)


def test_lines_that_only_resemble_a_footer_are_text() -> None:
    for line in (
        "De Tweede Kamer, vergaderjaar 2022–2023, sprak erover",
        f"Zie {FOOTER}",
        "ISSN",
        "kst-1.txt",
        "12-3-2024",
    ):
        assert not is_furniture(line)


def test_the_page_that_a_footer_prints() -> None:
    assert footer_page(f"{FOOTER} 6") == 6
    assert footer_page(FOOTER) == 0
    assert footer_page(f"Zie ook {FOOTER} 6") is None


def test_without_a_footer_the_name_tells() -> None:
    for name in ("kst-21501-31-741.txt", "2024/kst-21501-31-741.txt", r"C:\papers\kst-21501-31-741.txt"):
        assert parse(name, b"De Minister antwoordt.").id == "kst-21501-31-741"


def test_a_margin_goes_before_the_name() -> None:
    document = parse("kst-1-2.txt", b"De Minister antwoordt.\n\nkst-29477-1061\nISSN 0921 - 7371\n")
    assert document.id == "kst-29477-1061"
    assert document.furniture == ("kst-29477-1061", "ISSN 0921 - 7371")


def test_a_margin_goes_before_the_footer() -> None:
    document = parse("kst-1-2.txt", f"De Minister antwoordt.\n\nkst-21501-31-741-h1\n{FOOTER} 1\n".encode())
    assert (document.id, document.metadata.number) == ("kst-21501-31-741-h1", "741")


def test_an_id_tells_where_the_paper_does_not() -> None:
    metadata = parse("h-tk-20232024-99-3.txt", b"Aan de orde is de stemming.").metadata
    assert (metadata.kind, metadata.chamber, metadata.year, metadata.number) == (
        "Handelingen", "Tweede Kamer", "2023-2024", "99-3",
    )  # fmt: skip


def test_a_footer_goes_before_the_name() -> None:
    assert parse("kst-1-2.txt", f"De Minister antwoordt.\n\n{FOOTER} 1\n".encode()).id == "kst-21501-31-741"


@pytest.mark.parametrize("name", ["paper.txt", "kst.txt", "kst-.txt", "kst-1 2.txt", "kst-<b>.txt", ".txt"])
def test_text_that_is_no_paper_is_refused(name: str) -> None:
    with pytest.raises(UnreadablePaper) as refused:
        parse(name, b"Lieve moeder, het gaat goed met mij.")
    assert str(refused.value) == (
        f"{name}: it holds no Kamerstuk number (a footer such as “Tweede Kamer, vergaderjaar 2023–2024, 21 501-31, nr. "
        "741”); to read it all the same, name the file by its number: kst-21501-31-741. Nothing of it was indexed."
    )


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Vragen en opmerkingen van de leden van de fractie van GroenLinks/PvdA", True),
        ("Vragen en opmerkingen van de leden van de VVD-fractie en reactie van de Minister", True),
        ("Inbreng van de leden van de D66-fractie", True),
        ("Vragen en opmerkingen van het lid Omtzigt", True),
        ("GroenLinks-PvdA-fractie", True),
        ("De leden van de VVD-fractie lezen dat het kabinet bezwaren heeft", False),
        ("Fiche: Verordening EU-talentenpool", False),
        ("Vragen van de leden van de VVD-fractie waren er niet.", False),
    ],
)
def test_headings_of_a_fracties_part(line: str, heading: bool) -> None:
    assert fractie_heading(line) is heading


@pytest.mark.parametrize(
    ("number", "id"), [("A/5", "kst-99009-A-5"), ("9" * 200, "kst-1-2"), ("../../../x", "kst-99009--x")]
)
def test_an_id_holds_nothing_that_a_folder_could_not(number: str, id: str) -> None:
    told = {"dossier": "99009", "number": number, "id": f"../{number}"}
    assert of_paper("kst-1-2.xml", [Paragraph(1, "Brief")], (), told).id == id
