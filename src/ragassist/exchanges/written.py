"""Questions put in writing by fracties: answers between the questions, or all of them after, in a part of their own.

In the first layout each fractie's part is read as a whole (`sides`). In the second, the questions of a fractie and the
answers to it stand apart, and are matched in order by what they speak of (`pairing`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from ragassist.document import Document, Exchange, Paragraph, Side
from ragassist.exchanges.asking import Asker, Pair, asker_in, exchanges_of, fracties_of
from ragassist.exchanges.pairing import pair_up
from ragassist.exchanges.sections import path_below
from ragassist.exchanges.sides import Look, look_of, sides_of
from ragassist.formats.identity import fractie_heading
from ragassist.formats.masthead import is_head
from ragassist.fracties import parties

ORDINAL = r"(?:(?:deel )?(?:[IVX]+|\d|[A-D])\b[.:]? ?[-–]? ?)?"
# The heading of what the government answers: `II Reactie van de Minister`, `BRIEF VAN DE STAATSSECRETARIS VAN …`.
REPLY = re.compile(
    ORDINAL + r"(?:(?:schriftelijke |nadere )?(?:antwoord(?:en)?|reactie|beantwoording)(?: ?/ ?(?:antwoord|reactie))?\b"
    r"(?!.*\bfractie).*|(?:nr\. \S+ )?brief van de (?:minister|staatssecretaris|bewinds\w+|regering)\b.*)",
    re.IGNORECASE,
)
# … and of what is asked, where that has a part of its own.
ASKING = re.compile(
    ORDINAL + r"(?:vragen|inbreng|opmerkingen)\b.*\b(?:fracties|commissie|leden)\b.*|brief van de voorzitter van de .*",
    re.IGNORECASE,
)


FRAME = re.compile(r".{0,120}(?<![.?!;:»”])")  # lines of a letter that are no sentences


class Part(NamedTuple):
    """A stretch of the paper under one heading. asker: who is spoken for. replies: it holds answers only."""

    asker: Asker
    paragraphs: list[Paragraph]
    replies: bool


def written(document: Document) -> tuple[Exchange, ...]:
    """The exchanges of a paper in which fracties ask in writing."""
    parts = _parts(document.paragraphs)
    if any(part.replies for part in parts):
        return exchanges_of(document, _apart(parts))
    look = look_of(document.paragraphs)
    return exchanges_of(document, [pair for part in parts for pair in _mixed(part, look)])


def unheaded(document: Document) -> tuple[Exchange, ...]:
    """The exchanges of a paper whose questions say themselves for whom they are put, under headings of subjects."""
    look = look_of(document.paragraphs)
    pairs: list[Pair] = []
    path: list[tuple[int, str]] = []
    for is_heading, run in groupby(document.paragraphs, key=lambda p: p.role == "heading"):
        group = list(run)
        if is_heading:
            path = path_below(path, group)
            continue
        sides = sides_of(group, look, first=None)
        heading = tuple(text for _, text in path)
        pairs += [_asked_by_itself(pair, group, heading) for pair in _alternating(group, sides)]
    return exchanges_of(document, pairs)


def _asked_by_itself(pair: Pair, group: Sequence[Paragraph], heading: tuple[str, ...]) -> Pair:
    asker = asker_in([p for p in group if p.number in pair.question])
    return pair._replace(asker=asker, heading=heading)


def _parts(paragraphs: Sequence[Paragraph]) -> list[Part]:
    """The paper cut at the headings of fracties and at those of replies.

    Replies to all fracties are the rest of the paper; replies to each end where the next fractie begins.
    """
    marks = [_mark(paragraph) for paragraph in paragraphs]
    first = next((at for at, mark in enumerate(marks) if mark in {"fractie", "asking"}), len(marks))
    replies = [at for at, mark in enumerate(marks) if mark == "reply" and at > first]
    to_each = any("fractie" in marks[before:after] for before, after in pairwise(replies))
    parts = [Part(Asker(), [], replies=False)]
    for at, paragraph in enumerate(paragraphs):
        if marks[at] == "fractie":
            parts.append(Part(Asker(fracties_of(paragraph.text)), [], parts[-1].replies and not to_each))
        elif at in replies:
            parts.append(Part(parts[-1].asker if to_each else Asker(), [], replies=True))
        elif marks[at] == "asking" and not parts[-1].replies:
            parts.append(Part(Asker(), [], replies=False))
        parts[-1].paragraphs.append(paragraph)
    return [part for part in parts if part.paragraphs]


def _mark(paragraph: Paragraph) -> str:
    if paragraph.role != "heading":
        return ""
    if REPLY.fullmatch(paragraph.text):
        return "reply"
    if ASKING.fullmatch(paragraph.text) and not parties(paragraph.text):
        return "asking"
    return "fractie" if fractie_heading(paragraph.text) else ""


def _mixed(part: Part, look: Look) -> list[Pair]:
    """The exchanges of one fractie's part, in which questions and answers take turns."""
    if not part.asker.fractie:
        answer = tuple(p.number for p in part.paragraphs if p.role != "heading")
        return [Pair((), answer, heading=_headings(part.paragraphs))] if answer else []
    sides = sides_of(part.paragraphs, look)
    above = _headings(part.paragraphs[:1])
    pairs = _alternating(part.paragraphs[1:], sides)
    return [pair._replace(asker=part.asker, heading=(*above, *pair.heading)) for pair in pairs]


def _headings(paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
    return tuple(p.text for p in paragraphs if p.role == "heading" and not is_head(p))


def _alternating(paragraphs: Sequence[Paragraph], sides: Mapping[int, Side]) -> list[Pair]:
    """Runs of question and answer paragraphs -> pairs; a heading inside an answer is part of it."""
    pairs: list[Pair] = []
    heading: tuple[str, ...] = ()
    question: list[int] = []
    answer: list[int] = []
    waiting: list[Paragraph] = []
    for paragraph in paragraphs:
        if paragraph.role == "heading":
            waiting.append(paragraph)
            continue
        if sides[paragraph.number] == "question":
            if answer:
                pairs.append(Pair(tuple(question), tuple(answer), heading=heading))
                question, answer = [], []
            if waiting:
                heading = _headings(waiting)
            question.append(paragraph.number)
        else:
            answer += [p.number for p in waiting]
            answer.append(paragraph.number)
        waiting = []
    if question or answer:
        pairs.append(Pair(tuple(question), tuple(answer), heading=heading))
    return pairs


def _apart(parts: Sequence[Part]) -> list[Pair]:
    """The exchanges of a paper in which the answers stand in parts of their own."""
    parts = _by_asker(parts)
    questions, replies = ([part for part in parts if part.replies is side] for side in (False, True))
    pairs: list[Pair] = []
    for part in questions:
        if part.asker == Asker():
            pairs += _section(part)
            continue
        to_it = [reply for reply in replies if _parties(reply.asker) == _parties(part.asker)]
        replies = [reply for reply in replies if reply not in to_it]
        asked, around = _framed(part.paragraphs)
        replied, framing = _framed([p for reply in to_it for p in reply.paragraphs])
        pairs += [*pair_up(part.asker, asked, replied), *around, *framing]
    unasked = [part for part in replies if part.asker == Asker()]
    open_pairs = [pair for pair in pairs if pair.question and not pair.answer]
    for part in replies:
        if part in unasked and open_pairs:
            answered = _answered_in_order(open_pairs, parts, part)
            pairs = [pair for pair in pairs if pair not in open_pairs] + answered
            open_pairs = []
        else:
            pairs += _section(part)
    return sorted(pairs, key=lambda pair: min((*pair.question, *pair.answer)))


def _answered_in_order(open_pairs: Sequence[Pair], parts: Sequence[Part], reply: Part) -> list[Pair]:
    """The questions that wait for an answer, matched with a reply that names nobody in its headings."""
    numbers = {number for pair in open_pairs for number in pair.question}
    asked = [p for part in parts for p in part.paragraphs if p.number in numbers]
    by_question = {number: pair for pair in open_pairs for number in pair.question}
    replied, framing = _framed(reply.paragraphs)
    return framing + [
        pair._replace(asker=origin.asker, heading=(*origin.heading, *pair.heading))
        if pair.question and (origin := by_question[pair.question[0]])
        else pair
        for pair in pair_up(Asker(), asked, replied)
    ]


def _by_asker(parts: Sequence[Part]) -> list[Part]:
    """Parts without a fractie's heading, cut where their paragraphs begin to speak for another one."""
    found: list[Part] = []
    opening = parts[0] if sum(not part.replies for part in parts) > 1 else None
    for part in parts:
        if part.asker != Asker() or part is opening:
            found.append(part)
            continue
        found.append(Part(Asker(), [], part.replies))
        for paragraph in part.paragraphs:
            spoken = asker_in([paragraph]) if paragraph.role != "heading" else Asker()
            if spoken != Asker() and _parties(spoken) != _parties(found[-1].asker):
                found.append(Part(spoken, [], part.replies))
            found[-1].paragraphs.append(paragraph)
    return [part for part in found if part.paragraphs]


def _parties(asker: Asker) -> frozenset[str]:
    return parties(", ".join(asker.fractie)) or frozenset(asker.fractie) | frozenset(asker.member)


def _framed(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Pair]]:
    """What is said, and as sections what a letter has around it: to whom, where and when; signatures."""
    said = [at for at, p in enumerate(paragraphs) if not FRAME.fullmatch(p.text) and p.role != "heading"]
    if not said:
        return list(paragraphs), []
    first = 0 if all(p.role == "heading" for p in paragraphs[: said[0]]) else said[0]
    frames = (paragraphs[:first], paragraphs[said[-1] + 1 :])
    sections = [pair for frame in frames for pair in _section(Part(Asker(), list(frame), replies=False))]
    return list(paragraphs[first : said[-1] + 1]), sections


def _section(part: Part) -> list[Pair]:
    numbers = tuple(p.number for p in part.paragraphs if p.role != "heading")
    return [Pair((), numbers, heading=_headings(part.paragraphs))] if numbers else []
