"""References: as lawyers write them, down to the page, with a link that stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printed_papers import paragraph_with
from ragassist.citation import cite, ranges, reference
from ragassist.document import Document, Metadata, Paragraph

METADATA = Metadata("kst-21501-31-741", "", dossier="21501-31", number="741", year="2023-2024", chamber="Tweede Kamer")


def test_a_paragraph_is_cited_by_its_page(seed: Document) -> None:
    paragraph = paragraph_with(seed, "In welke sectoren")
    citation = cite(seed.metadata, [paragraph])
    assert citation.text == "Kamerstukken II 2023/24, 21501-31, nr. 741, p. 6"
    assert citation.url == "https://zoek.officielebekendmakingen.nl/kst-21501-31-741.html"
    assert (citation.paragraphs, citation.pages) == ((paragraph.number,), (6,))


def test_a_paragraph_that_runs_overleaf_is_cited_by_both_pages(seed: Document) -> None:
    citation = cite(seed.metadata, [paragraph_with(seed, "de randen van de wet opzoeken")])
    assert citation.text.endswith(", p. 6-7")
    assert citation.pages == (6, 7)


def test_pages_are_given_once_and_in_order_whatever_the_order_of_paragraphs(seed: Document) -> None:
    late, early = (paragraph_with(seed, phrase) for phrase in ("de randen van de wet", "Laat ik vooropstellen"))
    citation = cite(seed.metadata, [late, early, late])
    assert citation.text.endswith(", p. 3, 6-7")
    assert (citation.paragraphs, citation.pages) == ((late.number, early.number, late.number), (3, 6, 7))


def test_a_paper_without_pages_is_cited_as_a_whole() -> None:
    citation = cite(METADATA, [Paragraph(1, "Tekst.")])
    assert citation.text == "Kamerstukken II 2023/24, 21501-31, nr. 741"
    assert citation.pages == ()


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        (METADATA, "Kamerstukken II 2023/24, 21501-31, nr. 741"),
        (replace(METADATA, chamber="Eerste Kamer", number="C"), "Kamerstukken I 2023/24, 21501-31, C"),
        (replace(METADATA, chamber=""), "Kamerstukken 2023/24, 21501-31, nr. 741"),
        (replace(METADATA, year=""), "Kamerstukken II, 21501-31, nr. 741"),
        (replace(METADATA, year="1999-2000"), "Kamerstukken II 1999/00, 21501-31, nr. 741"),
        (replace(METADATA, dossier="36200-XV"), "Kamerstukken II 2023/24, 36200-XV, nr. 741"),
        (replace(METADATA, dossier=""), "kst-21501-31-741"),
    ],
)
def test_a_paper_is_referred_to_by_what_is_known_of_it(metadata: Metadata, text: str) -> None:
    assert reference(metadata) == text


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([], ""), ([3], "3"), ([10, 11], "10-11"), ([3, 10, 11, 12], "3, 10-12"), ([1, 3, 5], "1, 3, 5")],
)
def test_ranges(numbers: list[int], text: str) -> None:
    assert ranges(numbers) == text


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("ah-tk-20232024-1314", "Aanhangsel Handelingen II 2023/24, nr. 1314"),
        ("h-tk-20172018-70-6", "Handelingen II 2017/18, nr. 70, item 6"),
        ("kst-1027638", "kst-1027638"),
    ],
)
def test_papers_without_a_dossier_have_a_reference_of_their_own(id: str, told: str) -> None:
    assert reference(Metadata(id, "")) == told
