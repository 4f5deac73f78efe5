"""Questions and answers that lines alone do not part, but labels do: they tell how much stands below them.

`Vraag 3, 4 en 5` has three questions; below the bare number of a question, and above the next, stands its answer too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ragassist.formats.prints.breaks import NUMBERS, Block, stands_alone

LABEL = re.compile(rf"(?:Vraag|Vragen) (?P<numbers>{NUMBERS}):?")
ASKED_LAST = re.compile(r"\?\d{0,3}$")
RANGE = re.compile(r"t/m|tot en met|[-–]")


def parted(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, questions below one label parted where the label tells how many there are and lines tell where."""
    found: list[Block] = []
    asked: list[Block] = []
    wanted, numbered = 0, False
    for block in blocks:
        number = block.lines[0].alone == "number"
        if stands_alone(block.plain) or block.head or number:
            found += _answered(asked) if numbered and number else _counted(asked, wanted)
            numbered = number
            label = LABEL.fullmatch(block.plain)
            wanted, asked = _count(label["numbers"]) if label else 0, []
            found.append(block)
        else:
            asked.append(block)
    return found + (_answered(asked) if numbered else _counted(asked, wanted))


def _answered(asked: Sequence[Block]) -> list[Block]:
    """What stands between two bare numbers, its first block parted where a question ends and no other part tells it.

    A block that does not end in a question holds, below the last line that ends one, mostly the answer's beginning.
    """
    if not asked or ASKED_LAST.search(asked[0].last.text):
        return list(asked)
    return [*_parts(asked[0], _ends(asked[0])[-1:]), *asked[1:]]


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
    return [at for at in range(1, len(lines)) if ASKED_LAST.search(lines[at - 1].text) and lines[at].text[0].isupper()]


def _parts(block: Block, starts: Sequence[int]) -> Iterator[Block]:
    for start, end in zip([0, *starts], [*starts, len(block.lines)], strict=True):
        yield replace(block, lines=block.lines[start:end], pages=block.pages[start:end])
