"""Papers, or parts of them, without questions: sections with the path of headings above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ragassist.document import Document, Exchange, Paragraph
from ragassist.formats.masthead import is_head

# How deep a heading stands, by how it begins; unnumbered ones stand below all numbered.
LEVELS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"(?i:deel|boek|bijlage)\b|[IVX]+\.? (?=[A-Z])"), 1),
    (re.compile(r"(?i:hoofdstuk)\b"), 2),
    (re.compile(r"(?i:titel|afdeling)\b"), 3),
    (re.compile(r"§|(?i:paragraaf)\b"), 4),
    (re.compile(r"[A-Za-z][.)] "), 8),
    (re.compile(r"(?i:artikel\b|art\. )"), 9),
)
NUMBERED = re.compile(r"(?:§ ?)?(\d{1,2}(?:\.\d{1,2})*)\.?\s+\S")
UNNUMBERED = 10


def sections(document: Document, paragraphs: Sequence[Paragraph]) -> list[Exchange]:
    """One exchange without a question for each run of text under its headings; numbered from 1."""
    found: list[Exchange] = []
    path: list[tuple[int, str]] = []
    for is_heading, run in groupby(paragraphs, key=lambda p: p.role == "heading"):
        group = list(run)
        if is_heading:
            path = path_below(path, group)
        else:
            numbers = tuple(p.number for p in group)
            heading = tuple(text for _, text in path)
            found.append(
                Exchange(document.id, str(len(found) + 1), (), (), numbers, heading, document.metadata.respondent)
            )
    return found


def path_below(path: Sequence[tuple[int, str]], headings: Sequence[Paragraph]) -> list[tuple[int, str]]:
    """The path of (level, heading) after these headings, outermost first; the head of the paper is no part of it."""
    below = list(path)
    for at, heading in enumerate(h for h in headings if not is_head(h)):
        level = _level(heading.text)
        # Unnumbered headings that follow each other at once stand one below the other.
        keep = level - 1 if not at or level < UNNUMBERED else level
        below = [(above, text) for above, text in below if above <= keep]
        below.append((level, heading.text))
    return below


def ends_part(path: Sequence[tuple[int, str]], heading: Paragraph) -> bool:
    """Whether a numbered heading ends the part that the path leads to: it stands no deeper than a heading of it."""
    level = _level(heading.text)
    return level < UNNUMBERED and any(level <= above for above, _ in path)


def _level(text: str) -> int:
    numbered = NUMBERED.match(text)
    if numbered:
        return 4 + len(numbered[1].split("."))
    return next((level for pattern, level in LEVELS if pattern.match(text)), UNNUMBERED)
