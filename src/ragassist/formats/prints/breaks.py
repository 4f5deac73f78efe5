"""Where a paragraph ends and the next begins: told by geometry where it is known, else by how the text runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ragassist.formats import identity
from ragassist.formats.masthead import DATE, DATE_LINE
from ragassist.formats.prints.lines import Line, Place
from ragassist.formats.prints.unplaced import Column, begins_part, is_rest

TERMINAL = re.compile(r"[.?!:;…][»”’\"')\]]*\d{0,3}$|[»”]\d{0,3}$")  # ends a sentence, note mark or not
SENTENCE = re.compile(rf"{TERMINAL.pattern}|[^\W\d]{{2}}[.?!] [A-Z]")  # holds the end of one
ITEM = re.compile(r"(?:[–—•▪·*-]|\(?[a-z]\)|[a-z]\.|\(?\d{1,2}\)|\d{1,2}\.|\d{1,2}°)\s+\S")
LIST_DASH = re.compile(r"[–—•▪·*-]\s")
UNFINISHED = re.compile(r"(?:\b(?:van|de|het|der|en)|[-–/,])$", re.IGNORECASE)  # a heading that runs on
NUMBERS = r"\d+[a-z]?(?:(?:, en | en |, | t/m | tot en met |-|–| )\d+[a-z]?)*"
STANDALONE = re.compile(
    rf"(?:(?:Vraag|Vragen|Antwoord|Antwoorden)(?: (?:op )?(?:de )?(?:vra(?:ag|gen) )?{NUMBERS})?|Antwoord op vraag"
    r"|Mededeling|Toelichting|Nader antwoord):?"
)
SPEAKER = re.compile(
    r"(?:De heer|Mevrouw|Minister(?:-[Pp]resident)?|Staatssecretaris|De voorzitter|Voorzitter|Het lid)"
    r"(?: (?:[^\W\d_a-z][\w’'-]*|van|de|der|den|ten|ter|in|[’']t|c\.s\.))*(?: \([^)]+\))?:"
)
REPLY = re.compile(r"(?:Nader antwoord|Herzien antwoord|Antwoord|Mededeling|Uitstelbericht)\b.* van ")
ANSWER_TO = re.compile(r"(?:Antwoord(?:en)?|Reactie) op (?:de )?(?=vra)")
SIGNED = re.compile(
    r"(?:(?:De|Namens) .*|Adjunct-)?(?:[Mm]inister|[Ss]taatssecretaris|voorzitter|[Gg]riffier|president)\b"
)
NAME = re.compile(r"(?:[A-Z][\w.’'-]*|van|de|der|den|ter|ten)(?: [\w.’'-]+){0,4}")
ASKED = re.compile(r"\baan (?:de|het) (?:Minister|Staatssecretaris)|\((?:ingezonden|ontvangen) ")  # not of a fractie
ABBREVIATED = re.compile(r"\b(?:nrs?|no|artt?|blz|pp?|pag)\.$")
BARE_NUMBER = re.compile(r"\d{1,3}\.?")
ASKING = re.compile(
    r"(?:De leden|Deze leden|Het lid|Dit lid|Kan|Kunt|Hoe|Wat|Waarom|Is|Zijn|Welke|Wanneer|In hoeverre)\b"
)
TITLE = re.compile(r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.?|Artikel \w+\.?) [A-Z].*")
LABELLED = re.compile(rf"{TITLE.pattern}|[a-z]\. [A-Z].*")
REFERENCE = re.compile(r"(?<![\d.:])\d{1,2}[.:]\d{1,3}$")
DATED = re.compile(rf"^.{{0,45}}{DATE.pattern}$")
SHORT = 0.75  # of a full line; a shorter one that ends no sentence can only be a heading's last
PLACED = re.compile(rf"(?:[’'‘]s-Gravenhage|Den Haag), {DATE.pattern}")  # and, behind it, who signs
MEASURE_LINES = 6  # how many lines above a line are looked at to tell how wide its column is
HEADING_LINES = 3  # no heading of a Kamerstuk was seen to take more
WIDER = 3.0  # average characters; lines of one column were seen to differ by less
SLACK = 0.5  # average characters by which an estimated width may be off

# In em. Kamerstukken are set greedily: a word that would have fitted on the line above was kept from it by a new
# paragraph. In 1,378 line ends no word of running text had more than 0.5 em left over, save behind a fixed space.
WORD_SPACE = 0.28
LEFT_OVER = 0.4
FIXED = 4.0  # room left over before what may be tied to the next word: numbers, `nr.`, dashes, or a word in small type
INDENT = 0.35
HANGING = 0.8
TAB = 0.55  # white space behind a list's mark
NARROWER = 2.0  # a stretch of lines is narrower than its column by more than this …
NARROW_LINES = 3  # … over so many lines
SIZE = 0.06  # of the size; type that differs by more begins a new paragraph


@dataclass(slots=True)
class Block:
    """Lines that were found to belong together, being joined into one paragraph."""

    lines: list[Line] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    widest: float = 0.0
    head: bool = False  # of the title page: chamber, dossier, number

    @property
    def last(self) -> Line:
        """The line to which the next one may belong."""
        return self.lines[-1]

    @property
    def plain(self) -> str:
        """Its text as far as one has to know it to tell what it is."""
        return " ".join(line.text for line in self.lines[: HEADING_LINES + 1])

    def add(self, line: Line, page: int) -> None:
        """One more line."""
        self.lines.append(line)
        self.pages.append(page)
        self.widest = max(self.widest, line.width)


def breaks(block: Block, ahead: Sequence[Line], column: Column) -> bool:
    """Whether a new paragraph begins with the first of the lines ahead, given the block so far.

    column: in which they stand; only for lines whose geometry is not known.
    """
    line, last = ahead[0], block.last
    if line.cells or last.cells or block.head or line.alone or last.alone:
        return True
    if stands_alone(line.text) or (len(block.lines) == 1 and stands_alone(last.text)):
        return True
    if line.place is not None and last.place is not None:
        return _by_place(block, line, line.place, last.place)
    if is_rest(last, line, column):
        return False
    if len(block.lines) <= HEADING_LINES and heads_fractie(block.plain):
        return line.gap or not (UNFINISHED.search(last.text) or line.text[0].islower())
    if heads_fractie(line.text) or begins_part(block.lines[0].text, last.text, line.text) or _signs(last, ahead):
        return True
    short = SHORT * column.width
    return _by_words(block, ahead, short) or _by_text(block, ahead, short, column)


def heads_fractie(text: str) -> bool:
    """Whether a line is the heading of one fractie's part, or of the answer to it."""
    bare = ANSWER_TO.sub("", text)
    return identity.fractie_heading(bare[:1].upper() + bare[1:]) and not ASKED.search(text)


def _signs(last: Line, ahead: Sequence[Line]) -> bool:
    """Whether who signs, and for which office, stands below a sentence's end."""
    office = SIGNED.match(ahead[0].text) is not None and ahead[0].text.endswith(",")
    return office and bool(TERMINAL.search(last.text)) and len(ahead) > 1 and NAME.fullmatch(ahead[1].text) is not None


def stands_alone(text: str) -> bool:
    """Whether a line is a paragraph by itself: `Vraag 3, 4 en 5`, `Antwoord`, a speaker's name."""
    return STANDALONE.fullmatch(text) is not None or SPEAKER.fullmatch(text) is not None


def _by_words(block: Block, ahead: Sequence[Line], short: float) -> bool:
    """By lines that can only stand by themselves: dates, names below a text, bare numbers, numbered headings."""
    line, last = ahead[0], block.last
    starts_new = not line.text[0].islower()
    ends = TERMINAL.search(last.text) is not None
    if line.gap and not line.turn and last.width + first_word(line) < short and last.text.endswith((",", ":", ";")):
        return True
    if ends and (_is_dated(line) or PLACED.match(line.text)):
        return True
    if not starts_new or len(block.lines) > 2:
        return _asks(ahead) and ends
    single = len(block.lines) == 1
    if (single and _is_dated(last)) or _is_dated(line):
        return True
    if SIGNED.match(block.plain) and last.text.endswith(",") and NAME.fullmatch(line.text):
        return True
    if single and BARE_NUMBER.fullmatch(last.text):
        return True
    titled = single and TITLE.fullmatch(last.text) is not None and not ends and last.width + first_word(line) < short
    return titled or (_asks(ahead) and (ends or is_heading(block)))


def _asks(ahead: Sequence[Line]) -> bool:
    """Whether a question's bare number stands here, above the question."""
    return (
        len(ahead) > 1 and BARE_NUMBER.fullmatch(ahead[0].text) is not None and ASKING.match(ahead[1].text) is not None
    )


def _is_dated(line: Line) -> bool:
    if DATE.fullmatch(line.text):
        return True
    return DATE_LINE.match(line.text) is not None and DATED.search(line.text) is not None


def _by_text(block: Block, ahead: Sequence[Line], short: float, column: Column) -> bool:
    """By white space, by how far lines reach, and by where sentences end."""
    line, last = ahead[0], block.last
    starts_new = not line.text[0].islower()
    ends = TERMINAL.search(last.text) is not None and not _refers(last.text, line.text)
    if line.gap or line.turn:
        item = LIST_DASH.match(block.lines[0].text) is not None
        if ends:
            return starts_new and (
                (line.gap and not line.turn) or _fits(block, line, column) or bool(ITEM.match(line.text))
            )
        return starts_new and not item and (is_heading(block) or (line.gap and _heading_ahead(ahead)))
    if ITEM.match(line.text) and (ends or is_item(block)):
        return True
    if TITLE.fullmatch(line.text) and last.width < short and not UNFINISHED.search(last.text):
        return True
    if is_titled(block) and starts_new and last.width + first_word(line) + SLACK < column.width:
        return True
    if ends and starts_new and line.width > block.widest + WIDER:
        return True  # the column widens: an answer begins below a question's full last line
    if last.text.endswith((")", ").")) and REPLY.match(line.text):
        return True
    heading = line.text[0].isupper() and not ends and last.width + first_word(line) < short and is_heading(block)
    return starts_new and (heading or (ends and _fits(block, line, column)))


def _refers(last: str, text: str) -> bool:
    """Whether what ends a line only looks like a sentence's end: `no.` above a number, `artikel 1:7`."""
    return (ABBREVIATED.search(last) is not None and text[0].isdigit()) or REFERENCE.search(last) is not None


def is_titled(block: Block) -> bool:
    """Whether it is one line that reads as a numbered heading."""
    text = block.last.text
    return (
        len(block.lines) == 1 and LABELLED.fullmatch(text) is not None and not SENTENCE.search(text[text.find(" ") :])
    )


def is_item(block: Block) -> bool:
    """Whether it begins with a list's mark."""
    return ITEM.match(block.lines[0].text) is not None


def is_heading(block: Block) -> bool:
    """Whether it reads as a heading: short, and no sentence ends in it."""
    if len(block.lines) > HEADING_LINES:
        return False
    text = block.plain
    return text[0].isupper() and not text.endswith(",") and "?" not in text and not SENTENCE.search(text)


def _fits(block: Block, line: Line, column: Column) -> bool:
    """Whether the line's first word would have fitted on the line above: if so, the break was meant."""
    if len(block.lines) == 1 and not column.tells:
        return True
    above = block.lines[-MEASURE_LINES:]
    widest = max(one.width for one in above) if len(above) > 1 else column.width
    return block.last.width + first_word(line) + SLACK < widest


def first_word(line: Line) -> float:
    """The width that a line's first word and the space before it would take, in average characters."""
    return line.width * (len(line.text.split(" ", 1)[0]) + 1) / len(line.text)


def _heading_ahead(ahead: Sequence[Line]) -> bool:
    """Whether the lines ahead, up to the next white space, form a heading."""
    title = [ahead[0]]
    for line in ahead[1:]:
        if line.gap:
            return not TERMINAL.search(title[-1].text)
        title.append(line)
    return False


def _by_place(block: Block, line: Line, place: Place, above: Place) -> bool:
    """By white space, type, indents, and whether the first word would have fitted on the line above."""
    last = block.last
    ends = TERMINAL.search(_unmarked(last)) is not None
    runs_on = not ends and place.head + WORD_SPACE > above.room and not last.text.endswith(",")
    lower = line.text[0].islower()
    if abs(place.size - above.size) > SIZE * above.size:
        return True
    if _other_type(line.bold, last.bold) or _other_type(line.italic, last.italic):
        return not (runs_on and lower)
    if line.turn or place.drop == 0.0:
        return _breaks_at_turn(block, line, ends=ends)
    if line.gap:
        return not (runs_on and lower)
    if ITEM.match(line.text) and (ends or is_item(block)) and not runs_on:
        return True
    if _is_listed(line):
        return not (runs_on and not is_item(block) and abs(place.indent - above.indent) < INDENT)
    return _moved(block, place, runs_on=runs_on and lower) or _forced(line, last, ends=ends)


def _unmarked(line: Line) -> str:
    """A line without what is raised at its end."""
    if line.marks and line.marks[-1].offset + len(line.marks[-1].text) == len(line.text):
        return line.text[: line.marks[-1].offset].rstrip()
    return line.text


def _other_type(one: bool | None, other: bool | None) -> bool:
    return one is not None and other is not None and one != other


def _is_listed(line: Line) -> bool:
    """Whether it begins with a list's mark and white space wider than a word's."""
    return line.place is not None and line.place.tab >= TAB and ITEM.match(line.text) is not None


def _breaks_at_turn(block: Block, line: Line, *, ends: bool) -> bool:
    """Whether a new paragraph begins with the first line of a page or a column."""
    place, above = line.place, block.last.place
    if place is None or above is None:
        return False
    if ends and line.text.isdigit() and not ABBREVIATED.search(block.last.text):
        return True  # the number of a question
    if _is_listed(line):
        return ends or is_item(block) or place.head + WORD_SPACE < above.room
    if ends and place.indent > INDENT and len(block.lines) > 1 and abs(place.indent - above.indent) > INDENT:
        return True
    return _forced(line, block.last, ends=ends)


def _moved(block: Block, place: Place, *, runs_on: bool) -> bool:
    """Whether the line is indented otherwise than the lines of this paragraph are."""
    above = block.lines[-1].place
    if above is None:
        return False
    moved = place.indent - above.indent
    if len(block.lines) > 1:
        return abs(moved) > INDENT and not runs_on and not _centred(place, above)
    if _is_listed(block.lines[0]):
        hanging = place.indent - above.indent - above.head - above.tab
        return abs(hanging) > HANGING and not runs_on
    return moved > INDENT and not runs_on and not _centred(place, above)


def _centred(place: Place, above: Place) -> bool:
    return all(one.indent > INDENT and abs(one.indent - one.room) < 1.0 for one in (place, above))


def _forced(line: Line, last: Line, *, ends: bool) -> bool:
    """Whether the line was begun although its first word would have fitted on the line above."""
    if line.place is None or last.place is None:
        return False
    left_over = last.place.room - line.place.head - WORD_SPACE
    if ends:
        return left_over > LEFT_OVER and not (line.text[0].islower() and left_over < FIXED)
    if line.text[0].islower() and not last.text.endswith((",", ":", ";")):
        return False
    tied = not line.text[0].isupper() or line.text.startswith("Stb")
    return left_over > (FIXED if tied else 2 * LEFT_OVER)


def narrowed(lines: Sequence[Line]) -> list[Line]:
    """The lines, their room counted to the edge of the stretch in which they stand where it is narrower."""
    found: list[Line] = []
    stretch: list[Line] = []
    for line in lines:
        if stretch and not _same_stretch(stretch[-1], line):
            found += _fitted(stretch)
            stretch = []
        stretch.append(line)
    return found + _fitted(stretch)


def _same_stretch(above: Line, line: Line) -> bool:
    return not (
        line.place is None
        or above.place is None
        or line.cells
        or line.gap
        or line.place.drop == 0.0
        or _other_type(line.bold, above.bold)
        or abs(line.place.size - above.place.size) > SIZE * above.place.size
    )


def _fitted(stretch: list[Line]) -> list[Line]:
    places = [line.place for line in stretch if line.place is not None]
    edge = min((place.room for place in places), default=0.0)
    if len(places) < NARROW_LINES or edge < NARROWER or stretch[0].width < edge * 2:
        return stretch
    full = all(
        above.room - edge < place.head + WORD_SPACE + LEFT_OVER or TERMINAL.search(line.text)
        for (above, place), line in zip(pairwise(places), stretch, strict=False)
    )
    running = sum(line.text[0].islower() for line in stretch[1:])
    if not full or 2 * running < len(stretch) - 1:
        return stretch
    return [
        replace(line, place=replace(line.place, room=line.place.room - edge)) if line.place else line
        for line in stretch
    ]
