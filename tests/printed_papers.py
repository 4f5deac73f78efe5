"""The papers that tests read: the seed, and the invented ones with what is true of them; and pages made at random."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ragassist.document import Document, Paragraph
from ragassist.formats import parse

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
SEED = CORPUS / "kst-21501-31-741.txt"
INVENTED = tuple(sorted((ROOT / "eval" / "papers").glob("kst-*.txt")))
FOOTER = "Tweede Kamer, vergaderjaar 2023–2024, 21 501-31, nr. 741"


def read(path: Path) -> Document:
    return parse(path.name, path.read_bytes())


def truth(path: Path) -> dict[str, Any]:
    """What must be found in an invented paper: pages, headings, footnotes, marks, exchanges."""
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return found


def paragraph_with(document: Document, phrase: str) -> Paragraph:
    """The only paragraph that holds a phrase."""
    (found,) = [paragraph for paragraph in document.paragraphs if phrase in paragraph.text]
    return found


def letters(text: str) -> str:
    """What is left when hyphens, spaces, punctuation and figures are taken out."""
    return "".join(character for character in text if character.isalpha())


def figures(text: str) -> Counter[str]:
    return Counter(character for character in text if character in "0123456789")


def within(part: str, whole: str) -> bool:
    """Whether `part` can be had by leaving characters of `whole` out."""
    rest = iter(whole)
    return all(character in rest for character in part)


WORDS = st.sampled_from(
    "de het een van kabinet Minister leden vragen arbeids- markt EU- EU-lidstaten lidstaten Raad Ja Nee Kan Hoe Ik "
    "zelfstandigen 2050 6.364 2023 jl. nr. €5 95% – • a) 1. 12 «Talent Pool» Q3 CO2 https://www.rijk.nl/a- "
    "migranten? beantwoord. gesteld: worden; (CompetentNL) vraagt. D66 Volt-fractie hé coördinatie".split()
)
LINES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
HEADINGS = st.sampled_from(
    ["Vragen en opmerkingen van de leden van de fractie van VVD", "D66", "Fiche: Mededeling", "II Reactie"]
)
GAPS = st.sampled_from(["", "", "\n", "\n\n"])


@st.composite
def printed(draw: st.DrawFn) -> str:
    """Text as it is taken out of printed pages: lines, headings, glued note marks, notes at the foot, footers."""
    pages: list[str] = []
    note = 0
    for number in range(1, draw(st.integers(1, 5)) + 1):
        lines, notes = [], []
        for _ in range(draw(st.integers(1, 12))):
            line = draw(st.one_of(LINES, LINES, LINES, HEADINGS))
            if draw(st.integers(0, 9)) == 0:
                note += 1
                line += str(note)
                notes.append(f"{note} {draw(LINES)}")
            lines.append(draw(GAPS) + line)
        foot = ["", *notes] if notes else []
        footer = ["", f"{FOOTER} {number}", ""] if draw(st.booleans()) else []
        pages.append("\n".join([*lines, *foot, *footer]))
    return draw(st.sampled_from(["\n ", "\f", "\n\f"])).join(pages) + f"\n\n{FOOTER} {len(pages)}\n"
