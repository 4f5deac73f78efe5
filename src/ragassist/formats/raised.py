"""Notes that a word processor's file keeps as paragraphs, as pages of the web do: raised figures refer to them.

A raised figure is a note's mark only when a paragraph further on begins with the same one; m² and 10⁴ stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import replace

from ragassist.formats.blocks import Block, clean

RAISED, LOWERED = "\ue010", "\ue011"  # stand around a raised figure until it is known what it is
MARK = re.compile(r"\d{1,3}|\*{1,3}")
MARKED = re.compile(rf"\s*{RAISED}([^{LOWERED}]*){LOWERED}")
NOTE = re.compile(rf"{MARKED.pattern}[.)]?\s*(?P<text>\S.*)", re.DOTALL)
NAMED = re.compile(r"(?:X )?Noot")  # what pages of officielebekendmakingen.nl put above each note
POWER = re.compile(r"(?:\b[ckm]?m|\b10)$")  # what a raised figure makes a unit or a power of


def marked(text: str) -> str:
    """Raised text, recognisable when it may be a note's mark."""
    figure = text.strip()
    return f"{RAISED}{figure}{LOWERED}" if MARK.fullmatch(figure) else text


def plain(text: str) -> str:
    """Text in which raised figures are figures like others."""
    return text.replace(RAISED, "").replace(LOWERED, "")


def resolve(found: Sequence[Block], take: Callable[[str, str], int]) -> list[Block | None]:
    """Each block without the marks of notes in it, and None for those that are notes.

    take: mark and text of a note -> its number.
    """
    notes = _notes(found)
    texts = dict(notes.values())
    numbers: dict[str, int] = {}

    def number_of(mark: str) -> int:
        if mark not in numbers:
            numbers[mark] = take(mark, texts[mark])
        return numbers[mark]

    return [None if at in notes else _without_marks(block, texts, number_of) for at, block in enumerate(found)]


def _notes(found: Sequence[Block]) -> dict[int, tuple[str, str]]:
    """Which blocks are notes or name them: mark and text by the block's place."""
    notes: dict[int, tuple[str, str]] = {}
    seen: set[str] = set()
    for at, block in enumerate(found):
        begins = NOTE.fullmatch(block.text)
        if begins and begins[1] in seen:
            notes[at] = begins[1], clean(plain(begins["text"]))
        elif NAMED.fullmatch(block.text) and at + 2 < len(found) and plain(found[at + 1].text) in seen:
            note = plain(found[at + 1].text), plain(found[at + 2].text)
            notes |= dict.fromkeys((at, at + 1, at + 2), note)
        elif at not in notes:
            seen.update(match[1] for match in MARKED.finditer(block.text) if match.start())
    return notes


def _without_marks(block: Block, marks: Container[str], number_of: Callable[[str], int]) -> Block:
    if RAISED not in block.text:
        return block
    kept, notes, last = [], list(block.notes), 0
    for match in MARKED.finditer(block.text):
        before = block.text[last : match.start()]
        if match[1] in marks and match.start() and not POWER.search(before):
            notes.append(number_of(match[1]))
            kept.append(before)
        else:
            kept.append(before + match[0])
        last = match.end()
    return replace(block, text=clean(plain("".join([*kept, block.text[last:]]))), notes=tuple(notes))
