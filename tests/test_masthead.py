"""The head of a paper: what kind it is, which number and date it has, who asks and who answers."""

from __future__ import annotations

import pytest

from ragassist.document import Metadata, Paragraph
from ragassist.formats.identity import of_paper
from ragassist.formats.masthead import cased, is_head, kind_of, members_in

TWEEDE = "# Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2023–2024"
EERSTE = "# Eerste Kamer der Staten-Generaal 1 Vergaderjaar 2019–2020"
ASKED = [
    "# Tweede Kamer der Staten-Generaal 2 Vergaderjaar 2023–2024 Aanhangsel van de Handelingen",
    "# Vragen gesteld door de leden der Kamer, met de daarop door de regering gegeven antwoorden",
    "# 1314",
    (
        "Vragen van de leden Sluis (SP) en Van der Veer (D66) aan de Minister van Sloten over «water» "
        "(ingezonden 6 maart 2024)."
    ),
    "Antwoord van Minister Greppel (Sloten), mede namens de Minister van Plassen (ontvangen 25 maart 2024).",
    "# Vraag 1",
    "Kent u het bericht van 1 januari 2023?",
]


def head(*lines: str, name: str = "paper.pdf") -> Metadata:
    paragraphs = [
        Paragraph(number, line.removeprefix("# "), "heading" if line.startswith("# ") else "text")
        for number, line in enumerate(lines, start=1)
    ]
    return of_paper(name, paragraphs, ())


def kamerstuk(stuk: str, *body: str, dossier: str = "# 99 001 Regels over sloten", masthead: str = TWEEDE) -> Metadata:
    return head(masthead, dossier, stuk, *body)


def test_kamervragen_tell_who_asks_and_who_answers() -> None:
    assert head(*ASKED) == Metadata(
        id="ah-tk-20232024-1314",
        title="«water»",
        kind="Kamervragen",
        number="1314",
        year="2023-2024",
        date="2024-03-25",
        chamber="Tweede Kamer",
        respondent="Minister Greppel (Sloten)",
        members=("Sluis (SP)", "Van der Veer (D66)"),
    )


def test_without_an_answer_the_questions_date_stands() -> None:
    assert head(*ASKED[:4], *ASKED[5:]).date == "2024-03-06"


@pytest.mark.parametrize(
    ("dossier", "stuk", "id", "shown"),
    [
        ("# 99 001 Regels over sloten", "# Nr. 5 BRIEF", "kst-99001-5", "99001"),
        ("# 21 501-31 Raad voor Sloten", "# Nr. 741 BRIEF", "kst-21501-31-741", "21501-31"),
        ("# 36 410 XVI Begroting", "# Nr. 115 BRIEF", "kst-36410-XVI-115", "36410-XVI"),
        ("# 36 600-J Fonds", "# Nr. 12 BRIEF", "kst-36600-J-12", "36600-J"),
        ("# 36 027 (R2160) Rijkswet", "# Nr. 6 BRIEF", "kst-36027-6", "36027"),
    ],
)
def test_dossiers_are_written_in_many_ways(dossier: str, stuk: str, id: str, shown: str) -> None:
    metadata = kamerstuk(stuk, "Vastgesteld 24 april 2024", dossier=dossier)
    assert (metadata.id, metadata.dossier, metadata.date) == (id, shown, "2024-04-24")


def test_the_eerste_kamer_counts_in_letters() -> None:
    metadata = kamerstuk("# AI VERSLAG VAN EEN SCHRIFTELIJK OVERLEG", masthead=EERSTE, dossier="# 35 261 Wet")
    assert (metadata.id, metadata.number, metadata.chamber, metadata.year) == (
        "kst-35261-AI", "AI", "Eerste Kamer", "2019-2020",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("VERSLAG VAN EEN SCHRIFTELIJK OVERLEG", "Verslag van een schriftelijk overleg"),
        ("VERSLAG HOUDENDE EEN LIJST VAN VRAGEN EN ANTWOORDEN", "Lijst van vragen en antwoorden"),
        ("LIJST VAN VRAGEN", "Lijst van vragen"),
        ("NADERE NOTA NAAR AANLEIDING VAN HET NADER VERSLAG", "Nota naar aanleiding van het verslag"),
        ("VERSLAG", "Verslag"),
        ("VERSLAG VAN EEN COMMISSIEDEBAT", "Verslag van een commissiedebat"),
        ("GEWIJZIGDE MOTIE VAN HET LID SLUIS", "Motie"),
        ("GEWIJZIGIDE MOTIE VAN HET LID SLUIS", "Motie"),
        ("BRIEF VAN DE MINISTER OVER DE MOTIE VAN HET LID SLUIS", "Brief"),
        ("NADER GEWIJZIGD AMENDEMENT VAN HET LID SLUIS", "Amendement"),
        ("ADVIES AFDELING ADVISERING RAAD VAN STATE EN NADER RAPPORT", "Advies Raad van State"),
        ("GEWIJZIGD VOORSTEL VAN WET", "Voorstel van wet"),
        ("MEMORIE VAN TOELICHTING", "Memorie van toelichting"),
        ("DERDE NOTA VAN WIJZIGING", "Nota van wijziging"),
        ("WAT DAN OOK", ""),
    ],
)
def test_the_title_tells_the_kind(title: str, kind: str) -> None:
    assert kind_of(title) == kind
    assert kamerstuk(f"# Nr. 5 {title}").kind == kind


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("MOTIE VAN HET LID VAN DER VEER C.S.", "Motie van het lid Van der Veer c.s."),
        ("MOTIE VAN DE LEDEN SLUIS EN VAN VEER", "Motie van de leden Sluis en Van Veer"),
        ("BRIEF VAN DE MINISTER VAN ECONOMISCHE ZAKEN", "Brief van de Minister van Economische Zaken"),
        ("Motie van het lid Sluis", "Motie van het lid Sluis"),
    ],
)
def test_capitals_are_written_small(printed: str, written: str) -> None:
    assert cased(printed) == written


def test_whoever_signs_a_motie_moves_it() -> None:
    metadata = kamerstuk(
        "# Nr. 14 MOTIE VAN HET LID SLUIS C.S.",
        "Voorgesteld 26 september 2024",
        "De Kamer,",
        "verzoekt de regering, de zwanen te verplaatsen,",
        "en gaat over tot de orde van de dag.",
        "Sluis",
        "Inge van der Veer",
    )
    assert (metadata.members, metadata.title) == (("Sluis", "Inge van der Veer"), "Motie van het lid Sluis c.s.")


def test_a_letter_is_answered_for_by_whoever_signs_its_title() -> None:
    metadata = kamerstuk("# Nr. 9 BRIEF VAN DE STAATSSECRETARIS VAN SLOTEN", "Den Haag, 28 januari 2025")
    assert (metadata.respondent, metadata.date) == ("Staatssecretaris van Sloten", "2025-01-28")


def test_whoever_signs_a_nota_answers() -> None:
    nota = "# Nr. 6 NOTA NAAR AANLEIDING VAN HET VERSLAG"
    body = ("De leden vragen iets.", "Antwoord.", "De Minister van Sloten en Greppels,", "C. Vlotman")
    assert kamerstuk(nota, *body).respondent == "Minister van Sloten en Greppels"
    assert (
        kamerstuk(nota, *body[:2], "De Staatssecretaris van Sloten, C. Vlotman").respondent
        == "Staatssecretaris van Sloten"
    )


def test_a_committee_asks_in_no_letter() -> None:
    sentence = "Op verzoek van de vaste commissie voor Sloten informeer ik u."
    assert kamerstuk("# Nr. 9 BRIEF VAN DE MINISTER VAN SLOTEN", sentence).committee == ""
    assert kamerstuk("# Nr. 9 LIJST VAN VRAGEN EN ANTWOORDEN", sentence).committee == "vaste commissie voor Sloten"


def test_a_letter_may_be_dated_at_its_end() -> None:
    body = [f"Artikel {number} luidt anders." for number in range(20)]
    assert (
        kamerstuk("# Nr. 1 KONINKLIJKE BOODSCHAP", *body, "’s-Gravenhage, 16 oktober 2023 Willem").date == "2023-10-16"
    )


def test_a_herdruk_says_so() -> None:
    assert kamerstuk("# Nr. 17 HERDRUK BRIEF VAN DE MINISTER").reprint
    assert not kamerstuk("# Nr. 17 BRIEF VAN DE MINISTER").reprint


def test_members_of_several_fracties() -> None:
    text = "de leden Van Dijk (GroenLinks-PvdA), ’t Hart (VVD) en Kostić (PvdD)"
    assert list(members_in(text)) == ["Van Dijk (GroenLinks-PvdA)", "’t Hart (VVD)", "Kostić (PvdD)"]


@pytest.mark.parametrize(
    "line", [*(line[2:] for line in ASKED[:3]), "99 001 Regels over sloten", "Nr. 5 BRIEF", "AI VERSLAG"]
)
def test_lines_of_the_head(line: str) -> None:
    assert is_head(Paragraph(1, line, "heading"))


@pytest.mark.parametrize(
    "line", ["I. ALGEMEEN DEEL", "1. Inleiding", "Artikel 2", "II", "A", "2", "Vraag 1", "Nr. 5 is goed"]
)
def test_headings_of_the_text(line: str) -> None:
    assert not is_head(Paragraph(1, line, "heading"))
