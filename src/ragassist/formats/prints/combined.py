"""Questions that were printed together: `Vraag 3, 4 en 5` has three of them, which tells where one ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ragassist.formats.prints.breaks import NUMBERS, Block, stands_alone

LABEL = re.compile(rf"(?:Vraag|Vragen) (?P<numbers>{NUMBERS}):?")
RANGE = re.compile(r"t/m|tot en met|[-–]")


def parted(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, questions below one label parted where the label tells how many there are and lines tell where."""
    found: list[Block] = []
    asked: list[Block] = []
    wanted = 0
    for block in blocks:
        if stands_alone(block.plain) or block.head:
            found += _counted(asked, wanted)
            label = LABEL.fullmatch(block.plain)
            wanted, asked = _count(label["numbers"]) if label else 0, []
            found.append(block)
        else:
            asked.append(block)
    return found + _counted(asked, wanted)


def _count(numbers: str) -> int:
    return 0 if RANGE.search(numbers) else len(re.findall(r"\d+", numbers))


def _counted(asked: Sequence[Block], wanted: int) -> list[Block]:
    """The blocks below a label, parted where lines end a question, when as many do as questions are missing."""
    missing = wanted - len(asked)
    if missing <= 0 or sum(len(_ends(block)) for block in asked) != missing:
        return list(asked)
    return [part for block in asked for part in _parts(block, _ends(block))]


def _ends(block: Block) -> list[int]:
    """The places of lines that begin a question, the line above them having ended one."""
    lines = block.lines
    return [
        at
        for at in range(1, len(lines))
        if re.search(r"\?\d{0,3}$", lines[at - 1].text) and lines[at].text[0].isupper()
    ]


def _parts(block: Block, starts: Sequence[int]) -> Iterator[Block]:
    for start, end in zip([0, *starts], [*starts, len(block.lines)], strict=True):
        yield replace(block, lines=block.lines[start:end], pages=block.pages[start:end])
