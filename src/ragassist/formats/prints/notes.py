"""Footnotes of printed pages: the notes at a page's foot, and their marks, raised above or glued to words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from ragassist.document import Footnote, Paragraph
from ragassist.formats.prints.hyphens import Hyphens
from ragassist.formats.prints.lines import Line, Mark

NOTE = re.compile(r"(\d{1,3}|[¹²³⁰⁴-⁹]{1,3})\s+(\S.*)")
END = re.compile(r"[.?!:;…»”’)]$")
NUMBER = re.compile(r"\d{1,3}")
SURE = 2  # the weight of what can hardly be anything but a mark
FOOT_LINES = 8  # that the notes at a page's foot mostly take
CLOSED = re.compile(r"[.?!:;…»”’),]\d*$")
OPENED = re.compile(r"\d+ (?:[A-Z«“(]|https?:|www\.)")
GLUED = re.compile(r"(.*[^\W\d_]{2})(\d{1,2}) ([A-Z«“(].*)")
NOTE_LINES = 7  # that a note takes at most, taken over a page
MOST_NOTE_LINES = 120  # more are not printed at a page's foot
RUNNING = 40  # characters; a shorter line may be a heading
END_OF_NOTE = re.compile(r"[.)»/]$|\d$|\.\w{2,4}$")
SKIPPED = 5  # notes may have been missed on the pages before
ENDING = re.compile(r"\d+(?=$|[\s.,;:?!)\]»”’–])")
NEAR = 12  # characters before a mark that tell whether it is one
RAISED_FIGURES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
LABELS = re.compile(r"\d{1,3}|\*{1,3}|†|[a-z]")
LABELLED = re.compile(
    rf"[(\s]*(?:{LABELS.pattern})(?:(?:\s*[,;]\s*|\s+|\s*en\s*)(?:{LABELS.pattern}))*[),\s]*",
)
UNIT = re.compile(r"(?:^|[^\w-])(?:[kcdm]?m|ha|10)$")  # m2, km3, 10 to the sixth: no note's mark
SAME_SIZE = 0.08  # of the size: lines of one note differ by less
REST = 4  # lines at a page's foot that may be a note's second paragraph; more are the page's text
NEXT_LINE = 1.6  # usual leadings; what stands further below is no longer the note

# What stands before a mark, and how much it speaks for one: the kinds are tried together, the best position wins.
BEFORE: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"[^\W\d_]{3}$"), 4),  # zelfstandigen1
    (re.compile(r"(?:^|\D)[.,;:?!)\]»”’\"]$"), 4),  # waren.2
    (re.compile(r"(?:19|20)\d\d$"), 2),  # 2050 and note 20, printed 205020
    (re.compile(r"\d[.,;:?!)\]»”’%]+$"), 2),  # in 2023.2
    (re.compile(r"[^\W\d_]{3}\d{1,3}$"), 1),  # Platform31 and note 3, printed Platform313
    (re.compile(r"[^\W\d_]{1,2}$"), 1),  # EU3, but also Q3 and CO2
)


class Noted(NamedTuple):
    """A footnote, and the label that its mark has in the text: mostly its number."""

    note: Footnote
    label: str

    def more(self, text: str, hyphens: Hyphens) -> Noted:
        """The note with one more line."""
        before = self.note.text
        return self._replace(note=replace(self.note, text=hyphens.join(before, text) if before else text))


def foot_of(lines: Sequence[Line], noted: list[Noted], page: int, hyphens: Hyphens) -> tuple[list[Line], list[Noted]]:
    """A page's lines without its footnotes, and all footnotes so far.

    noted: those of the pages before; the last of them may run on here.
    """
    if lines and lines[0].place is not None:
        return _by_place(lines, noted, page, hyphens)
    body, notes = _by_text(lines, noted[-1].note.number if noted else 0, page, hyphens)
    return body, [*noted, *(Noted(note, str(note.number)) for note in notes)]


class _Start(NamedTuple):
    """How a note begins: its label as printed, and its first line without that."""

    label: str
    text: str


def _by_place(lines: Sequence[Line], noted: list[Noted], page: int, hyphens: Hyphens) -> tuple[list[Line], list[Noted]]:
    """Notes are set in small type and begin with a raised mark, or with the next number at the page's foot."""
    body: list[Line] = []
    notes = list(noted)
    before: Line | None = None  # the line of a note above this one
    foot = _foot(lines)
    for index, line in enumerate(lines):
        start = _start(line, notes, at_foot=index >= foot)
        if start is not None:
            notes.append(Noted(Footnote(_numbered(start.label, notes), start.text, page), start.label))
            before = line
        elif (before is not None and _goes_on(before, line)) or (
            index == foot and body and notes and _runs_over(notes[-1].note, line, page)
        ):
            notes[-1] = notes[-1].more(line.text, hyphens)
            before = line
        else:
            body.append(line)
            before = None
    return body, notes


def _foot(lines: Sequence[Line]) -> int:
    """Where the small type at the page's foot begins."""
    start = len(lines)
    while start and lines[start - 1].small and not lines[start - 1].cells:
        start -= 1
    return start


def _start(line: Line, notes: Sequence[Noted], *, at_foot: bool) -> _Start | None:
    if not line.small or line.cells:
        return None
    if line.marks and line.marks[0].offset == 0:
        label = line.marks[0].text
        if LABELLED.fullmatch(label.translate(RAISED_FIGURES)):
            return _Start(label.translate(RAISED_FIGURES).strip("() "), line.text[len(label) :].strip())
    found = NOTE.match(line.text)
    last = notes[-1].note.number if notes else 0
    if at_foot and line.text.isdigit() and last < int(line.text) <= last + SKIPPED:
        return _Start(line.text, "")  # the number stands above its note
    if at_foot and found and (int(found[1]) == 1 or last < int(found[1]) <= last + SKIPPED):
        return _Start(found[1], found[2])
    starred = re.match(r"(\*{1,3})\s*(\S.*)", line.text)
    return _Start(starred[1], starred[2]) if at_foot and starred else None


def _numbered(label: str, notes: Sequence[Noted]) -> int:
    """A note's number as printed; a mark that is no number is numbered on."""
    found = re.search(r"\d+", label)
    return int(found[0]) if found else max((noted.note.number for noted in notes), default=0) + 1


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a line goes on with the note above it."""
    if before.place is None or line.place is None or line.cells:
        return False
    same = abs(line.place.size - before.place.size) <= SAME_SIZE * before.place.size
    return (same or (before.text.isdigit() and line.small is True)) and 0.0 < line.place.drop <= NEXT_LINE


def _runs_over(note: Footnote, line: Line, page: int) -> bool:
    """Whether small type at a page's foot, without a mark, goes on with the last note of the page before."""
    return note.page == page - 1 and line.gap and (line.text[0].islower() or note.text.endswith((",", "-", "–")))


def _by_text(body: Sequence[Line], last: int, page: int, hyphens: Hyphens) -> tuple[list[Line], tuple[Footnote, ...]]:
    """A page's lines parted into body and footnotes, which count on from note `last`.

    They begin below white space with a number that is next, or nearly so, and either that number's mark stands in the
    text above or the text breaks off inside a sentence; without white space the mark must be sure. A paper may begin
    anew at 1 on a later page.
    """
    body = _unglued(body)
    below = _below_numbers(body, last)
    if below < len(body):
        return list(body[:below]), _numbered_notes(body[below:], page, hyphens)
    body = _with_numbers(body)
    marked: set[int] = set()
    sure: set[int] = set()
    for start, line in enumerate(body):
        number = _number(line)
        if start > 0 and (number == 1 or last < number <= last + SKIPPED):
            broken = number == last + 1 and not END.search(body[start - 1].text)
            ended = CLOSED.search(body[start - 1].text) or len(body) - start <= FOOT_LINES
            sure_one = number in sure and ended and OPENED.match(line.text)
            if (line.gap and (broken or number in marked)) or sure_one:
                notes, end = _notes(body[start:], number, page, hyphens)
                return [*body[:start], *body[start + end :]], notes
        marked |= _likely(line, 0)
        sure |= _likely(line, SURE + 1)
    return list(body), ()


def _unglued(lines: Sequence[Line]) -> list[Line]:
    """The lines, a note parted from the word that the page broke above it: `brug1 Kamerstuk`, the hyphen being lost."""
    seen: set[int] = set()
    for at, line in enumerate(lines):
        glued = GLUED.fullmatch(line.text)
        if glued and int(glued[2]) in seen and len(lines) - at <= FOOT_LINES:
            above = replace(line, text=f"{glued[1]}-", marks=())
            return [*lines[:at], above, replace(line, text=f"{glued[2]} {glued[3]}", gap=True), *lines[at + 1 :]]
        seen |= _likely(line, SURE)
    return list(lines)


def _below_numbers(lines: Sequence[Line], last: int) -> int:
    """Where the notes begin when each stands below its number, up to the page's end; the number of lines if nowhere.

    The numbers may stand in another order than the notes, as pdftotext has it.
    """
    seen: set[int] = set()
    alone: set[int] = set()
    for at, line in enumerate(lines):
        if NUMBER.fullmatch(line.text) and len(lines) - at <= MOST_NOTE_LINES:
            if int(line.text) - 1 not in alone and _are_notes(lines, at, last, seen):
                return at
            alone.add(int(line.text))
        seen |= _likely(line, 1)
    return len(lines)


def _are_notes(lines: Sequence[Line], at: int, last: int, seen: Set[int]) -> bool:
    """Whether what stands from line `at` on is notes below their numbers, given the marks that were seen above.

    The numbers of questions count on as well, but theirs are no marks above them, and notes follow.
    """
    rest = lines[at:]
    numbers = sorted(int(line.text) for line in rest if NUMBER.fullmatch(line.text))
    first, texts = numbers[0], len(rest) - len(numbers)
    if numbers != list(range(first, first + len(numbers))) or not last < first <= last + SKIPPED:
        return False
    if not len(numbers) <= texts <= NOTE_LINES * len(numbers):
        return False
    if any(OPENED.match(line.text) and last < _number(line) <= last + SKIPPED for line in rest):
        return False  # the notes of this page stand beside their numbers
    above = lines[at - 1].text if at else ""
    broken = first == last + 1 and len(above) >= RUNNING and not END.search(above)
    return broken or (first in seen and 2 * len(seen & set(numbers)) >= len(numbers))


def _numbered_notes(lines: Sequence[Line], page: int, hyphens: Hyphens) -> tuple[Footnote, ...]:
    """The notes that stand below their numbers; one whose number stands elsewhere begins below the end of another."""
    numbers = sorted(int(line.text) for line in lines if NUMBER.fullmatch(line.text))
    told = {int(line.text) for line, after in pairwise(lines) if NUMBER.fullmatch(line.text) and _is_words(after)}
    displaced = [number for number in numbers if number not in told]
    notes: list[Footnote] = []
    for above, line in pairwise(lines):
        if NUMBER.fullmatch(line.text):
            continue
        number = int(above.text) if NUMBER.fullmatch(above.text) else 0
        if displaced and not number and END_OF_NOTE.search(above.text) and line.text[0].isupper():
            number = displaced.pop(0)
        if number:
            notes.append(Footnote(number, line.text, page))
        else:
            notes[-1] = replace(notes[-1], text=hyphens.join(notes[-1].text, line.text))
    return tuple(sorted(notes, key=lambda note: note.number))


def _is_words(line: Line) -> bool:
    return NUMBER.fullmatch(line.text) is None


def _with_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines, a number that stands alone above its note joined to the note's first line."""
    found: list[Line] = []
    seen: set[int] = set()
    for line in lines:
        above = found[-1] if found else None
        alone = above is not None and above.gap and NUMBER.fullmatch(above.text) and not NUMBER.fullmatch(line.text)
        if above and alone and int(above.text) in seen:
            found[-1] = replace(line, text=f"{above.text} {line.text}", gap=True)
        else:
            found.append(line)
        seen |= _likely(line, SURE)
    return found


def _likely(line: Line, weight: int) -> set[int]:
    """The numbers of the marks in a line that are raised, or speak for being marks by so much."""
    raised = " ".join(mark.text for mark in line.marks).translate(RAISED_FIGURES)
    glued = {number for number, _, speaks in _marks(line.text) if speaks >= weight}
    return glued | {int(label) for label in re.findall(r"\d+", raised)}


def _number(line: Line) -> int:
    found = NOTE.match(line.text)
    return int(found[1].translate(RAISED_FIGURES)) if found else 0


def _notes(lines: Sequence[Line], first: int, page: int, hyphens: Hyphens) -> tuple[tuple[Footnote, ...], int]:
    """The notes that these lines begin with, and how many lines they take.

    Below white space only the next note follows, or a few lines that go on with the last: more are the page's text.
    """
    notes: list[Footnote] = []
    for index, line in enumerate(lines):
        found = NOTE.match(line.text)
        if found and _number(line) == first + len(notes):
            notes.append(Footnote(_number(line), found[2], page))
        elif line.gap and END.search(notes[-1].text) and line.text[0].isupper() and len(lines) - index > REST:
            return tuple(notes), index
        else:
            notes[-1] = replace(notes[-1], text=hyphens.join(notes[-1].text, line.text))
    return tuple(notes), len(lines)


def resolved(paragraph: Paragraph, marks: Sequence[Mark], notes: Mapping[int, Sequence[Noted]]) -> Paragraph:
    """The paragraph with what is raised in it and is a note's mark taken out, and the notes' numbers in `notes`.

    notes: those of each page, by its number.
    """
    gone: list[tuple[int, int]] = []
    numbers: list[int] = []
    for mark in marks:
        found = _meant(mark, paragraph, notes)
        if found:
            numbers += found
            gone.append((mark.offset, mark.offset + len(mark.text)))
    bare = _cut(paragraph, gone, tuple(numbers)) if gone else paragraph
    return bare if bare.text else paragraph  # a mark that is all there is says something else


def _meant(mark: Mark, paragraph: Paragraph, notes: Mapping[int, Sequence[Noted]]) -> list[int]:
    """The notes that raised characters refer to; none when they are something else, as in m2."""
    label = mark.text.translate(RAISED_FIGURES)
    if not LABELLED.fullmatch(label) or UNIT.search(paragraph.text[max(0, mark.offset - NEAR) : mark.offset]):
        return []
    page = paragraph.page_at(mark.offset) or 0
    wanted = LABELS.findall(label)
    near = {noted.label: noted.note.number for at in (page + 1, page) for noted in notes.get(at, ())}
    later = {noted.label: noted.note.number for at, those in notes.items() if at > page for noted in those}
    for told in (near, later):
        if all(one in told for one in wanted):
            return [told[one] for one in wanted]
    return []


def _cut(paragraph: Paragraph, gone: Sequence[tuple[int, int]], numbers: tuple[int, ...]) -> Paragraph:
    text, turns = paragraph.text, paragraph.turns
    for start, end in reversed(gone):
        begin = start - 1 if text[start - 1 : start] == " " and text[end : end + 1] in " .,;:?!)" else start
        text = text[:begin] + text[end:]
        turns = tuple((offset - (end - begin) if offset > begin else offset, page) for offset, page in turns)
    return replace(paragraph, text=text.strip(), turns=turns, notes=numbers)


def _marks(text: str) -> Iterator[tuple[int, int, int]]:
    """(number, offset, weight) of all that may be marks: digits glued to what stands before them, and ending there."""
    for digits in ENDING.finditer(text):
        for offset in range(digits.end() - 1, max(digits.start(), digits.end() - 3, 1) - 1, -1):
            if text[offset] != "0":
                before = text[max(0, offset - NEAR) : offset]
                weight = max((weight for pattern, weight in BEFORE if pattern.search(before)), default=0)
                if weight:
                    yield int(text[offset : digits.end()]), offset, weight


def place_marks(paragraphs: tuple[Paragraph, ...], notes: Sequence[Footnote]) -> tuple[Paragraph, ...]:
    """The paragraphs with every note's mark taken out of the text and its number put in `notes`."""
    options: dict[tuple[int, int | None], list[tuple[int, int, int]]] = {}
    for index, paragraph in enumerate(paragraphs):
        for number, offset, weight in _marks(paragraph.text):
            options.setdefault((number, paragraph.page_at(offset)), []).append((weight, -index, -offset))
    placed: dict[int, list[tuple[int, int]]] = {}
    after = (0, 0)  # marks come in the order of their notes
    for note in notes:
        later = [mark for mark in options.get((note.number, note.page), ()) if (-mark[1], -mark[2]) >= after]
        if later:
            _, index, offset = max(later)
            after = (-index, -offset + 1)
            placed.setdefault(-index, []).append((-offset, note.number))
    return tuple(_without(paragraph, placed.get(index, [])) for index, paragraph in enumerate(paragraphs))


def _without(paragraph: Paragraph, marks: Sequence[tuple[int, int]]) -> Paragraph:
    text, turns = paragraph.text, paragraph.turns
    for offset, number in reversed(marks):
        length = len(str(number))
        text = text[:offset] + text[offset + length :]
        turns = tuple((start - length if start > offset else start, page) for start, page in turns)
    return replace(paragraph, text=text, turns=turns, notes=tuple(number for _, number in marks))
