"""Every way in which a paper or a dossier is written names the same one, and nonsense names none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.citation import cite
from ragassist.document import Metadata, Paragraph
from ragassist.errors import UnknownReference
from ragassist.references import Dossier, Paper, Reference, read, read_dossier, write

PAPERS = {
    "kst-21501-31-741": [
        "kst-21501-31-741",
        "KST-21501-31-741",
        "21501-31-741",
        "21501-31, nr. 741",
        "21 501-31, nr. 741",
        "21 501–31, nr. 741",
        "21\u00a0501\u201131, nr.\u00a0741",
        "21 501-31 nr 741",
        "21.501-31, 741",
        "Kamerstuk 21501-31, nr. 741",
        "kamerstuk 21501-31 nr. 741",
        "Kamerstukken II 2023/24, 21 501-31, nr. 741",
        "Kamerstukken II 2023/24, 21 501-31, nr. 741, p. 10",
        "Kamerstukken II 2023-2024, 21 501-31, nr. 741, p. 10-11.",
        "Kamerstukken II, 21 501-31, nr. 741",
        "(Kamerstuk 21 501-31, nr. 741)".strip("()"),
        "  «Kamerstukken II 2023/2024, 21501-31, nr. 741»  ",
        "Tweede Kamer, vergaderjaar 2023–2024, 21 501-31, nr. 741",
        "TK 2023–2024, 21 501-31, nr. 741",
        "https://zoek.officielebekendmakingen.nl/kst-21501-31-741",
        "https://zoek.officielebekendmakingen.nl/kst-21501-31-741.html",
        "https://zoek.officielebekendmakingen.nl/kst-21501-31-741.html#page=3",
        "https://zoek.officielebekendmakingen.nl/kst-21501-31-741.pdf?x=1",
        "http://zoek.officielebekendmakingen.nl/kst-21501-31-741.xml",
        "https://zoek.officielebekendmakingen.nl/kst-21501-31-741/metadata.xml",
        "https://zoek.officielebekendmakingen.nl/dossier/21501-31/kst-21501-31-741",
        "zoek.officielebekendmakingen.nl/kst-21501-31-741.html",
        "https://repository.overheid.nl/frbr/officielepublicaties/kst/21501-31/kst-21501-31-741/1/xml/kst-21501-31-741.xml",
        "https://repository.officiele-overheidspublicaties.nl/officielepublicaties/kst-21501-31-741/kst-21501-31-741.odt",
    ],
    "kst-36410-XVI-115": [
        "36410-XVI-115",
        "36410-xvi-115",
        "kst-36410-xvi-115",
        "36 410 XVI, nr. 115",
        "36 410-XVI, nr. 115",
        "36 410, XVI, nr. 115",
        "36 410 hoofdstuk XVI, nr. 115",
        "Kamerstukken II 2023/24, 36 410 XVI, nr. 115",
    ],
    "kst-36600-J-12": ["36600-J-12", "36 600 J, nr. 12", "Kamerstukken II 2024/25, 36 600-J, nr. 12"],
    "kst-36450-6": ["36450-6", "36 450, nr. 6", "36 450 nr. 6", "Kamerstukken II 2023/24, 36 450, nr. 6"],
    "kst-36027-3": ["36 027 (R2160), nr. 3", "Kamerstukken II 2021/22, 36 027 (R2160), nr. 3"],
    "kst-35261-B": ["Kamerstukken I 2019/20, 35 261, B", "35 261, nr. B", "35261-B", "35 261, B, p. 4", "kst-35261-b"],
    "kst-33328-AI": ["Kamerstukken I 2013/14, 33 328, AI", "33328-AI"],
    "kst-23700-188b": ["Kamerstukken I 1995/96, 23 700, nr. 188b, p. 3."],
    "kst-29515-397-h1": ["kst-29515-397-h1", "https://zoek.officielebekendmakingen.nl/kst-29515-397-h1.html"],
    "kst-1027638": ["kst-1027638"],
    "blg-1184123": ["blg-1184123", "https://zoek.officielebekendmakingen.nl/blg-1184123.pdf"],
    "ah-tk-20232024-1314": [
        "ah-tk-20232024-1314",
        "AH-TK-20232024-1314",
        "Aanhangsel Handelingen II 2023/24, nr. 1314",
        "Aanhangsel van de Handelingen II 2023/24, nr. 1314",
        "Aanhangsel Handelingen, vergaderjaar 2023–2024, nr. 1314",
        "Handelingen II 2023/24, Aanhangsel, nr. 1314",
        "Kamervragen (Aanhangsel) 2023-2024, nr. 1314",
    ],
    "ah-ek-20122013-7": ["Aanhangsel Handelingen I 2012/13, nr. 7"],
    "h-tk-20172018-70-6": [
        "h-tk-20172018-70-6",
        "Handelingen II 2017/18, nr. 70, item 6",
        "Handelingen II 2017/18, nr. 70, item 6, p. 12",
        "Handelingen II 2017/18, nr. 70 item 6",
        "Handelingen II 2017/18, 70, item 6",
        "Handelingen TK 2017/18, 70-6",
    ],
    "h-tk-20062007-3564-3568": ["Handelingen II 2006/07, nr. 62, p. 3564-3568", "Handelingen II 2006/07, p. 3564–3568"],
    "h-tk-19992000-70-6": ["Handelingen II 1999/2000, nr. 70, item 6"],
    "2025D06779": [
        "2025D06779",
        "2025d06779",
        "https://www.tweedekamer.nl/kamerstukken/moties/detail?id=2025Z02986&did=2025D06779",
        "https://www.tweedekamer.nl/downloads/document?id=2025D06779",
        "www.tweedekamer.nl/kamerstukken/brieven_regering/detail?did=2025D06779&id=2025Z02986#top",
    ],
}
DOSSIERS = {
    "21501-31": [
        "21501-31",
        "21 501-31",
        "dossier 21501-31",
        "Kamerstuk 21 501-31",
        "https://zoek.officielebekendmakingen.nl/dossier/21501-31",
    ],
    "36450": [
        "36450",
        "36 450",
        "dossier 36 450",
        "https://www.tweedekamer.nl/kamerstukken/wetsvoorstellen/detail?cfg=wetsvoorsteldetails&qry=wetsvoorstel%3A36450",
        "https://www.eerstekamer.nl/wetsvoorstel/36450_tijdelijke_wet_fietsen",
    ],
    "36410-XVI": ["36410-XVI", "36 410 XVI", "dossier 36410-xvi"],
    "36600-J": ["dossier 36600-J", "dossier 36 600 J"],
    "36027": ["36 027 (R2160)"],
}


@pytest.mark.parametrize(("written", "id"), [(w, id) for id, many in PAPERS.items() for w in many])
def test_a_paper_is_known_in_every_spelling(written: str, id: str) -> None:
    assert read(written) == Paper(id)


@pytest.mark.parametrize(("written", "number"), [(w, number) for number, many in DOSSIERS.items() for w in many])
def test_a_dossier_is_known_in_every_spelling(written: str, number: str) -> None:
    assert read(written) == Dossier(number)


@pytest.mark.parametrize(
    ("id", "dossier", "number", "chamber"),
    [
        ("kst-21501-31-741", "21501-31", "741", "Tweede Kamer"),
        ("kst-36410-XVI-115", "36410-XVI", "115", "Tweede Kamer"),
        ("kst-35261-B", "35261", "B", "Eerste Kamer"),
        ("kst-1027638", "", "", ""),
    ],
)
def test_what_a_citation_says_is_understood(id: str, dossier: str, number: str, chamber: str) -> None:
    paragraphs = (Paragraph(1, "Het kabinet antwoordt.", page=3),)
    metadata = Metadata(id, "Verslag", dossier=dossier, number=number, year="2023-2024", chamber=chamber)
    citation = cite(metadata, paragraphs)
    assert read(citation.text.removesuffix(", p. 3") if not dossier else citation.text) == Paper(id)
    assert read(citation.url) == Paper(id)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("36600-J", "36600-J"),
        ("21 501-31", "21501-31"),
        ("21 501-31, nr. 741", "21501-31"),
        ("kst-36410-XVI-115", "36410-XVI"),
        ("https://zoek.officielebekendmakingen.nl/kst-35261-B.html", "35261"),
    ],
)
def test_where_a_dossier_is_asked_for_a_paper_of_it_will_do(written: str, number: str) -> None:
    assert read_dossier(written) == Dossier(number)


@pytest.mark.parametrize(
    ("reference", "written"),
    [
        (Paper("kst-21501-31-741"), "Kamerstuk 21501-31, nr. 741"),
        (Paper("kst-36410-XVI-115"), "Kamerstuk 36410-XVI, nr. 115"),
        (Paper("kst-35261-B"), "Kamerstuk 35261, B"),
        (Paper("kst-1027638"), "kst-1027638"),
        (Paper("ah-tk-20232024-1314"), "Aanhangsel Handelingen II 2023/24, nr. 1314"),
        (Paper("h-ek-20172018-70-6"), "Handelingen I 2017/18, nr. 70, item 6"),
        (Paper("h-tk-20062007-3564-3568"), "Handelingen II 2006/07, p. 3564-3568"),
        (Paper("2025D06779"), "2025D06779"),
        (Dossier("21501-31"), "dossier 21501-31"),
    ],
)
def test_a_reference_is_written_as_one_writes_it(reference: Reference, written: str) -> None:
    assert write(reference) == written


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "\u200b", "Talentenpool", "741", "2024", "nr. 741", "kst-", "kst-/../../etc/passwd", "21501-31, nr.",
        "Aanhangsel Handelingen II 2023/25, nr. 3", "Handelingen II 2017/18",
        "Handelingen II 2017/18, nr. 70", "2025Z02986", "stb-2024-12", "https://example.org/kst-21501-31-741.html",
        "https://zoek.officielebekendmakingen.nl/", "https://zoek.officielebekendmakingen.nl/stcrt-2024-1.html",
        "https://zoek.officielebekendmakingen.nl.example.org/kst-1.html", "https://user@[::1/kst-1.html",
        "https://www.tweedekamer.nl/kamerstukken/detail?id=2025Z02986", "file:///etc/passwd", "kst-1 OR 1==1",
        'kst-1" OR "1', "21 501-31, nr. 741" * 100, "k\u017ft-1-2", "٢١٥٠١-31, nr. 741",
    ],
)  # fmt: skip
def test_what_names_no_paper_is_refused_in_one_sentence_with_an_example(text: str) -> None:
    with pytest.raises(UnknownReference) as refused:
        read(text)
    sentence = str(refused.value)
    assert sentence.isprintable()
    assert len(sentence) < 300
    assert re.search(r"(?:write|take|link|as in|has) .*\d", sentence)


number = st.integers(1, 9999).map(str)
letters = st.text("ABCDEFGH", min_size=1, max_size=2)
base = st.integers(19637, 37999).map(str)
addition = st.sampled_from(["", "", "-XVI", "-IIB", "-J", "-31", "-2"])
dossier = st.builds(lambda base, addition: ("21501" if addition[1:].isdigit() else base) + addition, base, addition)
year = st.integers(1995, 2040).map(lambda start: f"{start}{start + 1}")
references = st.one_of(
    st.builds("kst-{}-{}".format, dossier, st.one_of(number, letters)).map(Paper),
    st.builds("ah-{}-{}-{}".format, st.sampled_from(["tk", "ek"]), year, number).map(Paper),
    st.builds("h-{}-{}-{}-{}".format, st.sampled_from(["tk", "ek"]), year, number, number).map(Paper),
    st.builds("{}-{}".format, st.sampled_from(["kst", "blg", "ah", "nds"]), st.integers(10**5, 10**7)).map(Paper),
    st.builds("{}D{:05}".format, st.integers(2008, 2040), st.integers(0, 99999)).map(Paper),
    dossier.map(Dossier),
)


@given(references)
def test_what_is_written_is_read_back(reference: Reference) -> None:
    assert read(write(reference)) == reference
    assert isinstance(reference, Dossier) or read(reference.id) == reference


@given(
    st.one_of(st.text(max_size=60), st.from_regex(r"\A(?:Kamerstukken|kst-|https://|Handelingen)[ 0-9,.IVX/-]{0,30}"))
)
def test_whatever_is_typed_names_something_well_formed_or_is_refused(text: str) -> None:
    try:
        named = read(text)
    except UnknownReference:
        return
    assert re.fullmatch(r"[\w-]{4,60}", named.id if isinstance(named, Paper) else named.number, re.ASCII)
    assert read(write(named)) == named
