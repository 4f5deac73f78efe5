"""What reading one file may cost; SECURITY.md lists the same figures."""

from __future__ import annotations

from dataclasses import dataclass

MEMORY = 2**30  # bytes of address space; the largest of the real papers that were tried takes a tenth
PROCESSOR = 20  # seconds; a paper takes .05
WALL = 30  # seconds from asking to answer, waiting for a busy machine included
FILES = 32  # open at once
OUTPUT = 64 * 2**20  # bytes that the child may say
TEXT = 20 * 2**20  # characters of text in one paper; the budget's explanations, the longest, hold a tenth
PARAGRAPHS = 200_000  # in one paper, footnotes and furniture counted with them


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: bytes, seconds, bytes, characters, paragraphs."""

    memory: int = MEMORY
    processor: int = PROCESSOR
    wall: float = WALL
    output: int = OUTPUT
    text: int = TEXT
    paragraphs: int = PARAGRAPHS
