"""Lines whose place on the page is not known, as in plain text: how wide their column is, which of them stand alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from ragassist.formats.prints.lines import Line

WINDOW = 0.06  # of the width; full lines of one column differ by less
ENOUGH_LINES = 6  # to tell by them how wide a full one is
LONGER = 1.12  # columns; a longer line is two, joined where a word was broken
RAGGED = 0.85  # of a column; one printed line that was parted is at least as wide
MARKED = re.compile(r"(?:[^\W\d_]{3}|[.,;:?!)»”])\d{1,3}$|[¹²³⁰⁴-⁹]$")  # ends in a note's mark
LONE_NUMBER = re.compile(r"\d{1,3}")
QUESTIONS_IN_ROW = 5  # numbers that count on, each above a line of text: no chance
BROKEN = re.compile(r"[^\W\d_]{2}-$")
WORDS = re.compile(r"(?:\S+ ){2,}\S+")
NAME = re.compile(
    r"(?:(?:[A-Z]\.){1,5} ?)?(?:(?:van|de|der|den|ten|ter|het|[’']t|el|al) |[^\W\d_a-z][\w’'-]+ )*[^\W\d_a-z][\w’'-]+"
    r"(?: c\.s\.)?"
)
NAME_LENGTH = 40  # characters
MOST_NAMES = 40  # below a motie
ENDED = re.compile(r"[.,;:»”]$")
DAY_ORDER = "orde van de dag."  # with which a motie ends
# The parts of a motie: each is a paragraph of its own, though it only ends in a comma.
MOTION = re.compile(r"De Kamer,")
PART = re.compile(
    r"(?:gehoord|gelezen|gezien|constaterende?|overwegende?|vaststellende|herinnerende|van (?:mening|oordeel)|verzoekt?"
    r"|roept|spreekt|draagt|nodigt|besluit|stelt|betreurt|zegt|keurt|dringt|en gaat over)\b"
)


class Column(NamedTuple):
    """How wide a full line is, in average characters, and whether a paragraph's first line can be told by it.

    It can in text of some length where words that the print broke were made whole, as pdftotext does. In text that
    keeps their hyphens, a first line that ends a sentence was mostly seen to be all of its paragraph.
    """

    width: float = 0.0
    tells: bool = True


def column_of(lines: Sequence[Line]) -> Column:
    """The column in which these lines stand."""
    whole = not any(BROKEN.search(above.text) and not line.turn for above, line in pairwise(lines))
    return Column(_widest(lines), whole and len(lines) >= ENOUGH_LINES)


def _widest(lines: Sequence[Line]) -> float:
    """Where most lines end. 0 when there are none."""
    widths = sorted(line.width for line in lines)
    best, most, start = 0.0, 0, 0
    for end, width in enumerate(widths):
        while widths[start] < width * (1 - WINDOW):
            start += 1
        if (end - start + 1) * width >= most * best:
            best, most = width, end - start + 1
    return best


def measured(lines: Sequence[Line]) -> list[Line]:
    """The lines as printed ones are measured: of two joined at a broken word, only the second counts."""
    column = _widest(lines)
    return [
        replace(line, width=line.width % column or column) if column and line.width > LONGER * column else line
        for line in lines
    ]


def in_column(lines: Sequence[Line], asked: Collection[int], answers: Collection[int]) -> list[Line]:
    """The lines, those of questions measured as if they had the type of the answers.

    asked: where the numbers of questions stand; answers: where the label of an answer does. Bold type is wider, so that
    a full line holds less of it.
    """
    questions: set[int] = set()
    for start, following in pairwise([*sorted(asked), len(lines)]):
        end = next((at for at in range(start + 1, following) if at in answers), None)
        questions |= set(range(start + 1, end)) if end else set()
    bold = _widest([line for at, line in enumerate(lines) if at in questions])
    usual = _widest([line for at, line in enumerate(lines) if at not in questions])
    if len(questions) < ENOUGH_LINES or not RAGGED * usual < bold < usual:
        return list(lines)
    return [
        replace(line, width=line.width * usual / bold) if at in questions else line for at, line in enumerate(lines)
    ]


def is_rest(above: Line, line: Line, column: Column) -> bool:
    """Whether a line was parted from the one above only by the note's mark that stands raised between them."""
    return (
        MARKED.search(above.text) is not None
        and not line.gap
        and not line.turn
        and RAGGED * column.width <= above.width + line.width <= column.width * (1 + WINDOW / 2)
    )


def asked_at(lines: Sequence[Line]) -> frozenset[int]:
    """Where the numbers of questions stand alone: in a row that counts on, each above a line of text."""
    best: dict[int, tuple[int, int]] = {}  # by the number with which a row ends: how long it is, where that stands
    before: dict[int, tuple[int, int]] = {}  # by where a number stands: the row that it goes on with
    for at, line in enumerate(lines[:-1]):
        if LONE_NUMBER.fullmatch(line.text) and WORDS.match(lines[at + 1].text):
            number = int(line.text)
            before[at] = best.get(number - 1, (0, -1))
            best[number] = max(best.get(number, (0, -1)), (before[at][0] + 1, at))
    found: set[int] = set()
    for length, last in best.values():
        at = last if length >= QUESTIONS_IN_ROW else -1
        while at >= 0 and at not in found:
            found.add(at)
            at = before[at][1]
    return frozenset(found)


def names_at(lines: Sequence[Line]) -> frozenset[int]:
    """Where who signed stands: names that end the paper, or that follow the end of a motie, one on a line."""
    ends = [at for at, line in enumerate(lines) if line.text.endswith(DAY_ORDER)]
    found = {at for end in ends for at in _names(lines, range(end + 1, min(end + MOST_NAMES, len(lines))))}
    tail = _names(lines, range(len(lines) - 1, max(-1, len(lines) - MOST_NAMES), -1))
    if tail and tail[-1] > 0 and ENDED.search(lines[tail[-1] - 1].text):
        found |= set(tail)
    return frozenset(found)


def _names(lines: Sequence[Line], at: range) -> list[int]:
    found: list[int] = []
    for index in at:
        text = lines[index].text
        if len(text) > NAME_LENGTH or not NAME.fullmatch(text):
            break
        found.append(index)
    return found


def begins_part(first: str, last: str, text: str) -> bool:
    """Whether a motie's next part begins with `text`, below a paragraph from `first` to `last`."""
    if MOTION.fullmatch(text) or last.endswith(DAY_ORDER):
        return True
    within = bool(MOTION.match(first) or PART.match(first)) or first.startswith(("–", "—", "•", "-"))
    return within and last.endswith((",", ";", ":")) and PART.match(text) is not None
