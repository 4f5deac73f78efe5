"""Notes that a word processor's file keeps as paragraphs, as pages of the web do: raised figures refer to them.

A raised figure is a note's mark only when a paragraph further on begins with the same one; m² and 10⁴ stay as they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ragassist.formats.blocks import Block, clean

RAISED, LOWERED = "\ue010", "\ue011"  # stand around a raised figure until it is known what it is
MARK = re.compile(r"\d{1,3}|\*{1,3}")
MARKED = re.compile(rf"\s*{RAISED}([^{LOWERED}]*){LOWERED}")
NOTE = re.compile(rf"{MARKED.pattern}[.)]?\s*(?P<text>\S.*)", re.DOTALL)
NAMED = re.compile(r"(?:X )?Noot")  # what pages of officielebekendmakingen.nl put above each note
LONGEST_POWER = 4
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
    numbers: dict[int, int] = {}
    places: dict[str, list[int]] = {}
    for at, (mark, _) in notes.items():
        places.setdefault(mark, []).append(at)

    def number_of(mark: str, here: int) -> int | None:
        """The number of the next note with this mark."""
        those = places.get(mark, [])
        index = bisect_right(those, here)
        if index == len(those):
            return None
        at = those[index]
        if at not in numbers:
            numbers[at] = take(*notes[at])
        return numbers[at]

    within = {place for at in notes for place in range(at, at + _size(found[at]))}
    return [
        None if at in within else _without_marks(block, partial(number_of, here=at)) for at, block in enumerate(found)
    ]


def _notes(found: Sequence[Block]) -> dict[int, tuple[str, str]]:
    """Mark and text of each note that the text refers to, by the place of its first block."""
    notes: dict[int, tuple[str, str]] = {}
    waiting: set[str] = set()
    at = 0
    while at < len(found):
        note = _note_at(found, at)
        if note is not None and note[0] in waiting:
            notes[at] = note
            waiting.discard(note[0])
            at += _size(found[at])
        else:
            waiting.update(match[1] for match in _marks(found[at].text))
            at += 1
    return notes


def _note_at(found: Sequence[Block], at: int) -> tuple[str, str] | None:
    begins = NOTE.fullmatch(found[at].text)
    if begins:
        return begins[1], clean(plain(begins["text"]))
    if NAMED.fullmatch(found[at].text) and at + 2 < len(found):
        return plain(found[at + 1].text), clean(plain(found[at + 2].text))
    return None


def _size(first: Block) -> int:
    """How many blocks a note takes: a name, its mark and its text, or one."""
    return 3 if NAMED.fullmatch(first.text) else 1


def _marks(text: str) -> Iterator[re.Match[str]]:
    """Raised figures that may be marks: none at the start of a paragraph, no power."""
    for match in MARKED.finditer(text):
        if match.start() and not POWER.search(text, max(0, match.start() - LONGEST_POWER), match.start()):
            yield match


def _without_marks(block: Block, number_of: Callable[[str], int | None]) -> Block:
    if RAISED not in block.text:
        return block
    kept, notes, last = [], list(block.notes), 0
    for match in _marks(block.text):
        if (number := number_of(match[1])) is not None:
            notes.append(number)
            kept.append(block.text[last : match.start()])
            last = match.end()
    return replace(block, text=clean(plain("".join([*kept, block.text[last:]]))), notes=tuple(notes))
