"""Questions that the paper numbers: `Vraag 3, 4 en 5` and `Antwoord 3, 4 en 5`, bare number lines, `12. Kunt u …?`.

Questions may be printed apart and answered together, a number may be missing, answers may have no label at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from ragassist.document import Document, Exchange, Paragraph
from ragassist.exchanges.asking import Asker, Pair, asker_in, exchanges_of, fracties_of
from ragassist.exchanges.sections import ends_part, path_below
from ragassist.exchanges.sides import Look, look_of, sides_of
from ragassist.formats.identity import fractie_heading
from ragassist.formats.masthead import QUESTIONS, is_title

NUMBERS = r"\d{1,4}[a-z]?(?:(?:\s*,\s*|\s+en\s+|\s*,?\s+t/m\s+|\s*[-–]\s*|\s*&\s*|\s+)\d{1,4}[a-z]?\b)*"
ASKED = re.compile(
    rf"(?:Vraag|Vragen|Question)\s+(?P<numbers>{NUMBERS})\s*(?P<end>[.:)]|$|(?=\s[A-Z«‘“]))", re.IGNORECASE
)
TO_QUESTION = r"(?:op )?(?:de )?(?:vra(?:ag|gen)(?: met nummer)?\s+)?"
REPLIED = re.compile(
    rf"(?:Het )?(?:Antwoord(?:en)?|Reactie)(?:\s+{TO_QUESTION}(?P<numbers>{NUMBERS}))?"
    r"\s*(?P<end>[.:]|$|(?-i:(?=\s[A-Z«‘“])))",
    re.IGNORECASE,
)
BARE = re.compile(rf"(?P<numbers>{NUMBERS})[.)]?")
ITEM = re.compile(r"(?P<numbers>\d{1,4})[.)]?\s+(?=[A-Z«‘“])")
NOTICE = re.compile(r"Mededeling|Toelichting:?", re.IGNORECASE)
SAME = re.compile(r"\b(?:[Dd]eze|[Gg]enoemde|[Vv]oornoemde|[Vv]oorgenoemde|[Dd]ezelfde) (?:leden|fractie)\b")
UNANSWERED = {QUESTIONS, "Lijst van vragen"}  # kinds in which a question without a label for its answer has none
LISTED = 3  # numbered questions that make a list of them
MOST_SKIPPED = 40  # numbers: those answered in another paper

Mark = Literal["question", "answer", "notice", "heading", ""]


class Label(NamedTuple):
    """What a paragraph is in the list. numbers: those printed, in order. alone: nothing but the label stands in it."""

    mark: Mark = ""
    numbers: tuple[str, ...] = ()
    alone: bool = True
    printed: str = ""


@dataclass(slots=True)
class _Asked:
    """A question that waits for its answer."""

    printed: str
    numbers: tuple[str, ...]
    paragraphs: list[Paragraph] = field(default_factory=list)
    heading: tuple[str, ...] = ()


def labels(document: Document) -> list[Label]:
    """What each paragraph of the paper is, where the paper numbers its questions; all empty where it does not."""
    found = [_label(paragraph) for paragraph in document.paragraphs]
    asked = sum(label.mark == "question" for label in found)
    replied = sum(label.mark == "answer" for label in found)
    if asked >= 1 and (replied >= 1 or document.metadata.kind == QUESTIONS or asked >= LISTED):
        return found
    chain = _chain(document.paragraphs)
    if replied >= LISTED or (len(chain) >= LISTED and _is_list(document, chain)):
        for at, label in chain.items():
            found[at] = label
        return found
    return [Label()] * len(found)


def _label(paragraph: Paragraph) -> Label:
    text = paragraph.text
    asked = ASKED.match(text)
    if asked:
        return _labelled("question", asked, text)
    replied = REPLIED.match(text)
    if replied and (replied["numbers"] or replied["end"] == ":" or replied.end() == len(text)):
        return _labelled("answer", replied, text)
    if NOTICE.fullmatch(text):
        return Label("notice")
    return Label("heading") if paragraph.role == "heading" else Label()


def _labelled(mark: Mark, found: re.Match[str], text: str) -> Label:
    printed = found["numbers"] or ""
    return Label(mark, _numbers(printed), found.end() == len(text), printed)


def _numbers(printed: str) -> tuple[str, ...]:
    """`3, 4 en 5` -> 3, 4, 5; `3 t/m 6` -> 3, 4, 5, 6; a comma may be missing."""
    numbers: list[str] = []
    upto = False
    for token in re.findall(r"\d+[a-z]?|t/m|[-–]", printed):
        if not token[0].isdigit():
            upto = True
            continue
        if upto and numbers and token.isdigit() and numbers[-1].isdigit():
            numbers += [str(n) for n in range(int(numbers[-1]) + 1, min(int(token), int(numbers[-1]) + 200))]
        numbers.append(token)
        upto = False
    return tuple(numbers)


def _chain(paragraphs: Sequence[Paragraph]) -> dict[int, Label]:
    """Paragraphs that begin with, or are, the next number of one ascending row, by place; the longest row wins."""
    options = [
        (at, numbers, found.end() == len(p.text), found["numbers"])
        for at, p in enumerate(paragraphs)
        if (found := BARE.fullmatch(p.text) or _asking_item(p)) and (numbers := _numbers(found["numbers"]))
    ]
    best: list[tuple[int, int]] = []  # for each option the length of the longest row that ends there, and what precedes
    for nth, (_, numbers, _, _) in enumerate(options):
        first = int(re.sub(r"\D", "", numbers[0]))
        before = [
            (best[earlier][0] + 1, earlier)
            for earlier in range(max(0, nth - MOST_SKIPPED), nth)
            if 0 < first - int(re.sub(r"\D", "", options[earlier][1][-1])) <= MOST_SKIPPED
        ]
        best.append(max(before, default=(1, -1)))
    at = max(range(len(best)), key=lambda nth: best[nth][0], default=-1)
    chain: dict[int, Label] = {}
    while at >= 0:
        place, numbers, alone, printed = options[at]
        chain[place] = Label("question", numbers, alone, printed)
        at = best[at][1]
    return chain


def _asking_item(paragraph: Paragraph) -> re.Match[str] | None:
    """The number before a question, `12. Kunt u …?`; headings and the items of an answer's list ask nothing."""
    asks_it = "?" in paragraph.text or paragraph.setting.bold
    return ITEM.match(paragraph.text) if asks_it and paragraph.role != "heading" else None


def _is_list(document: Document, chain: dict[int, Label]) -> bool:
    """Whether a row of numbers counts questions: most of what it counts asks something."""
    if document.metadata.kind not in {"Lijst van vragen en antwoorden", "Lijst van vragen", ""}:
        return False
    paragraphs = document.paragraphs
    asking = sum(
        "?" in paragraphs[at].text or (label.alone and at + 1 < len(paragraphs) and "?" in paragraphs[at + 1].text)
        for at, label in chain.items()
    )
    return asking * 3 >= len(chain) * 2


def numbered(document: Document) -> tuple[Exchange, ...]:
    """The exchanges of a paper that numbers its questions."""
    return exchanges_of(document, _Reader(document).pairs())


class _Reader:
    """Goes through a paper once, and pairs what was asked with what answers it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._labels = labels(document)
        self._look = look_of(document.paragraphs)
        self._labelled = any(label.mark == "answer" for label in self._labels)
        self._waiting: list[_Asked] = []
        self._answer: list[int] = []
        self._answered: list[_Asked] = []
        self._section: list[int] = []
        self._path: list[tuple[int, str]] = []
        self._fractie: tuple[str, ...] = ()
        self._last = Asker()
        self._found: list[Pair] = []

    def pairs(self) -> list[Pair]:
        """All of them, in reading order."""
        for paragraph, label in self._relabelled():
            STEPS[label.mark](self, paragraph, label)
        self._close()
        for asked in self._waiting:
            self._found += self._sides_of(asked)
        return sorted(self._found, key=lambda pair: min((*pair.question, *pair.answer)))

    def _relabelled(self) -> Iterator[tuple[Paragraph, Label]]:
        """Paragraphs with their labels; one that only looks like a question's number inside an answer has none."""
        paragraphs = self._document.paragraphs
        unnumbered = _missing(paragraphs, self._labels, self._look)
        for at, (paragraph, label) in enumerate(zip(paragraphs, self._labels, strict=True)):
            yield paragraph, Label("question", (), alone=False) if at in unnumbered else label

    def question(self, paragraph: Paragraph, label: Label) -> None:
        """A question begins."""
        if self._answer or self._answered or self._section:
            self._close()
        asked = _Asked(label.printed, label.numbers, heading=tuple(text for _, text in self._path))
        self._waiting.append(asked)
        if not label.alone:
            asked.paragraphs.append(paragraph)

    def answer(self, paragraph: Paragraph, label: Label) -> None:
        """An answer begins: to the questions that its label names, else to all that wait."""
        if self._answer or self._answered or self._section:
            self._close()
        mine = [asked for asked in self._waiting if not label.numbers or set(asked.numbers) & set(label.numbers)]
        self._answered = mine or self._waiting[-1:]
        self._waiting = [asked for asked in self._waiting if asked not in self._answered]
        if not self._answered:
            self._answered = [_Asked(label.printed, label.numbers, heading=tuple(text for _, text in self._path))]
        if not label.alone:
            self._answer.append(paragraph.number)

    def notice(self, paragraph: Paragraph, label: Label) -> None:
        """What is neither: a notice that the answer will come later, an explanation below the questions."""
        self._close()
        for asked in self._waiting:
            self._found += self._sides_of(asked)
        self._waiting = []
        self._path = [(1, paragraph.text)]

    def heading(self, paragraph: Paragraph, label: Label) -> None:
        """A heading: inside an answer it is part of it, unless a question or another part of the paper stands below."""
        if fractie_heading(paragraph.text):
            self._close()
            self._fractie = fracties_of(paragraph.text)
        elif self._answer and not (self._heads_question(paragraph) or ends_part(self._path, paragraph)):
            self._answer.append(paragraph.number)
            return
        else:
            self._close()
        self._path = path_below(self._path, [paragraph])

    def text(self, paragraph: Paragraph, label: Label) -> None:
        """Running text goes on with what was begun."""
        if self._answered:
            self._answer.append(paragraph.number)
        elif self._waiting:
            self._waiting[-1].paragraphs.append(paragraph)
        elif not (self._document.metadata.kind == QUESTIONS and is_title(paragraph)):
            self._section.append(paragraph.number)

    def _heads_question(self, heading: Paragraph) -> bool:
        following = self._labels[heading.number :]
        below = next((label.mark for label in following if label.mark != "heading"), "question")
        return below in {"question", "notice"}

    def _close(self) -> None:
        """What was answered is a pair, what asks nothing a section."""
        if self._answered:
            question = tuple(p.number for asked in self._answered for p in asked.paragraphs)
            self._found += self._pair(self._answered, question, tuple(self._answer))
        elif self._section:
            self._found.append(Pair((), tuple(self._section), heading=tuple(text for _, text in self._path)))
        if not self._labelled and self._waiting:
            for asked in self._waiting:
                self._found += self._sides_of(asked)
            self._waiting = []
        self._answer, self._answered, self._section = [], [], []

    def _pair(self, asked: Sequence[_Asked], question: tuple[int, ...], answer: tuple[int, ...]) -> list[Pair]:
        if not question and not answer:
            return []
        printed = asked[0].printed if len(asked) == 1 else _listed(n for one in asked for n in one.numbers)
        asker = self._asker([p for one in asked for p in one.paragraphs])
        return [Pair(question, answer, asker, printed, asked[0].heading)]

    def _sides_of(self, asked: _Asked) -> list[Pair]:
        """A question whose answer has no label: where it begins is found by how the paragraphs speak."""
        numbers = tuple(p.number for p in asked.paragraphs)
        if self._labelled or self._document.metadata.kind in UNANSWERED or len(numbers) < 2:
            return self._pair([asked], numbers, ())
        sides = sides_of(asked.paragraphs, self._look)
        question = tuple(number for number in numbers if sides.get(number) == "question")
        return self._pair([asked], question, tuple(number for number in numbers if number not in question))

    def _asker(self, question: Sequence[Paragraph]) -> Asker:
        members = self._document.metadata.members
        if self._document.metadata.kind == QUESTIONS and members:
            parted = [member.rstrip(")").rsplit(" (", 1) for member in members]
            fracties = dict.fromkeys(part[1] for part in parted if len(part) > 1)
            return Asker(tuple(fracties), tuple(part[0] for part in parted))
        spoken = asker_in(question)
        if spoken == Asker() and any(SAME.search(p.text) for p in question):
            return self._last
        self._last = spoken if spoken != Asker() else Asker(self._fractie)
        return self._last


STEPS = {
    "question": _Reader.question,
    "answer": _Reader.answer,
    "notice": _Reader.notice,
    "heading": _Reader.heading,
    "": _Reader.text,
}


def _listed(numbers: Iterable[str]) -> str:
    """`3`, `3 en 4`, `3, 4 en 5`."""
    *most, last = numbers or ("",)
    return f"{', '.join(most)} en {last}" if most else last


def _missing(paragraphs: Sequence[Paragraph], marks: Sequence[Label], look: Look) -> frozenset[int]:
    """Where a question begins that has lost its number: between two answers without a question's label between them."""
    found: set[int] = set()
    labelled = [at for at, label in enumerate(marks) if label.mark in {"question", "answer"}]
    for before, after in pairwise(labelled):
        if marks[before].mark == marks[after].mark == "answer" and not marks[after].numbers:
            between = [at for at in range(before + 1, after) if paragraphs[at].role != "heading"]
            sides = sides_of([paragraphs[at] for at in between], look, first="answer", last="question")
            turned = [at for at in between if sides[paragraphs[at].number] == "question"]
            found.update(turned[:1] if len(turned) < len(between) else turned[1:2])
    return frozenset(found)
