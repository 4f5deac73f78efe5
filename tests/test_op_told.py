"""Official XML: which paper it is, of when and by whom, from its metadata, elements and words."""

from __future__ import annotations

import pytest

from official_papers import PAPERS, paper, read
from ragassist.document import Metadata
from ragassist.formats import parse

METADATA: dict[str, dict[str, object]] = {
    "kst-99501-31-12": {
        "kind": "Verslag van een schriftelijk overleg",
        "dossier": "99501-31",
        "number": "12",
        "year": "2023-2024",
        "date": "2024-03-14",
        "chamber": "Tweede Kamer",
    },
    "kst-99003-C": {
        "kind": "Verslag van een schriftelijk overleg",
        "title": "Verslag van een schriftelijk overleg over de Aanvullingswet kerktorenklokken",
        "number": "C",
        "date": "2024-01-23",
        "chamber": "Eerste Kamer",
    },
    "kst-99003-D": {"kind": "Brief", "number": "D", "date": "2024-02-03", "chamber": "Eerste Kamer"},
    "kst-99004-8": {"kind": "Lijst van vragen en antwoorden", "date": "2024-06-12"},
    "kst-99005-6": {"kind": "Nota naar aanleiding van het verslag", "dossier": "99005", "date": "2024-11-05"},
    "ah-tk-20232024-9901": {
        "kind": "Kamervragen",
        "number": "9901",
        "year": "2023-2024",
        "date": "2024-03-25",
        "members": ("Zwanenburg (SP)", "Van der Kade (GroenLinks-PvdA)"),
    },
    "ah-tk-20232024-9902": {"kind": "Kamervragen", "date": "2024-04-23", "members": ("Oeverloos (D66)",)},
    "kst-9900001": {
        "kind": "Brief",
        "title": "Brief regering; Stand van zaken pontonbruggen",
        "dossier": "99600-XII",
        "number": "21",
        "date": "2024-10-01",
    },
    "kst-99600-XII-14": {
        "kind": "Motie",
        "dossier": "99600-XII",
        "date": "2024-09-26",
        "members": ("Zwanenburg", "Van der Kade", "Inge Oeverloos"),
    },
    "kst-99600-XII-15": {
        "kind": "Motie",
        "title": "Gewijzigde motie van het lid Zwanenburg (SP) over nestvlotten bij rijkssluizen (t.v.v. 99600-XII-14)",
        "members": ("Zwanenburg (SP)",),
    },
    "kst-99007-17-h1": {"number": "17", "dossier": "99007", "date": "2023-11-17", "reprint": True},
    "kst-99008-2": {"kind": "Voorstel van wet", "date": "2024-09-30"},
    "kst-99008-3": {"kind": "Memorie van toelichting", "date": "2024-09-30"},
    "kst-99008-4": {"kind": "Advies Raad van State"},
    "kst-99008-11": {"kind": "Amendement", "date": "2025-02-18", "members": ("Handwijzer", "Paalman")},
    "kst-99009-A-5": {"kind": "Brief", "dossier": "99009", "number": "A/5", "date": "2024-01-19", "chamber": ""},
    "h-tk-20232024-99-3": {
        "kind": "Handelingen",
        "title": "Zwanen bij sluizen",
        "year": "2023-2024",
        "date": "2024-07-03",
        "chamber": "Tweede Kamer",
    },
}


@pytest.mark.parametrize("id", METADATA)
def test_a_paper_says_which_one_it_is(id: str) -> None:
    metadata = read(id).metadata
    assert metadata.id == id
    assert {field: getattr(metadata, field) for field in METADATA[id]} == METADATA[id]


def test_only_a_reprint_says_that_it_is_one() -> None:
    assert [id for id in METADATA if read(id).metadata.reprint] == ["kst-99007-17-h1"]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("", Metadata("kst-99001-5", "Motie", dossier="99001", number="5")),
        ("<meta name='DC.identifier' content=' kst-99 001-5 '/>", Metadata("kst-99001-5", "Motie", number="5")),
        ("<meta name='DC.identifier' content='kst-99 001 XVI - 5'/>", Metadata("kst-99001-XVI-5", "Motie")),
        ("<meta name='DC.identifier' content='kst-99001-(R2160)-5'/>", Metadata("kst-99001-5", "Motie")),
        ("<meta name='DC.identifier' content='kst-99001-R2160-5'/>", Metadata("kst-99001-R2160-5", "Motie")),
        ("<meta name='DC.identifier' content='onzin'/>", Metadata("kst-99001-5", "Motie")),
        (
            "<meta name='OVERHEIDop.externMetadataRecord' content='https://x.example/kst-99001-VI-5/metadata_owms.xml'/>",
            Metadata("kst-99001-VI-5", "Motie"),
        ),
        ("<meta name='DCTERMS.issued' content='2024-02-30'/>", Metadata("kst-99001-5", "Motie", date="")),
        (
            "<meta name='DCTERMS.available' content='2024-02-29'/>",
            Metadata("kst-99001-5", "Motie", date="2024-02-29"),
        ),
    ],
)
def test_metadata_of_either_style_tell_the_paper(metadata: str, expected: Metadata) -> None:
    found = paper("<al>De Kamer,</al>", metadata).metadata
    assert (found.id, found.date, found.number) == (expected.id, expected.date, "5")


DATED = (PAPERS / "kst-99600-XII-14.xml").read_text("utf-8")
ISSUED = '<metadata><meta name="DCTERMS.issued" content="2024-10-01"/>'


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (DATED.replace("<metadata>", ISSUED), "2024-09-26"),
        (DATED.replace("<metadata>", ISSUED).replace("2024-09-26", "2024-09-31"), "2024-10-01"),
        (DATED.replace(' isodatum="2024-09-26"', ""), "2024-09-26"),
        (DATED.replace('<datum isodatum="2024-09-26">26 september 2024</datum>', "3 september 2024"), "2024-09-03"),
    ],
)
def test_a_date_is_taken_from_its_element_then_from_metadata_then_from_words(text: str, date: str) -> None:
    assert parse("paper.xml", text.encode()).metadata.date == date


def test_the_dossier_is_the_one_that_the_id_names() -> None:
    bruggen = "<dossier><dossiernummer><dossiernr>99 600</dossiernr></dossiernummer><titel>Begroting</titel></dossier>"
    metadata = parse("paper.xml", DATED.replace("<dossier>", f"{bruggen}<dossier>").encode()).metadata
    assert (metadata.id, metadata.dossier) == ("kst-99600-XII-14", "99600-XII")


def test_signers_are_named_without_what_follows_their_name() -> None:
    text = DATED.replace("<al>Zwanenburg</al>", "<al>Zwanenburg,</al>")
    assert parse("paper.xml", text.encode()).metadata.members == ("Zwanenburg", "Van der Kade", "Inge Oeverloos")
