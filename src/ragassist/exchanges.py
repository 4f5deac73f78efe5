"""Document -> Exchanges: who asked what, and who answered.

In a *verslag van een schriftelijk overleg* nothing marks where a question ends and its answer begins. Each part under a
fractie's heading is therefore read as a whole: every paragraph gets a score for how much it speaks like a question (how
questions and answers are worded, how they are set), every step from one paragraph to the next a score for how well the
turn fits, and the sequence of sides with the highest total wins (Viterbi, IEEE Trans. Inf. Theory 1967).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import fmean, pvariance
from typing import NamedTuple

from ragassist.document import Document, Exchange, Paragraph, Side
from ragassist.dutch import sentences
from ragassist.formats.identity import fractie_heading

EXCHANGES_VERSION = 1  # part of the key under which parsed work is reused

SIDES: tuple[Side, Side] = ("question", "answer")


class Cue(NamedTuple):
    """A way of speaking and what it weighs: log-odds for the question side, negative for the answer side."""

    pattern: re.Pattern[str]
    weight: float


def _cue(pattern: str, weight: float) -> Cue:
    return Cue(re.compile(pattern), weight)


WITHIN = r"[^.?!]{0,600}"  # the rest of a sentence, or enough of it
LEDEN = r"\b(?:[Ll]eden|[Ff]racties?|[Ll]id)\b"
ASKING = (
    r"(?:vra(?:agt|gen)|verzoe(?:kt|ken)|zou(?:den)? graag|(?:ontvang(?:t|en)|horen|zien) graag|"
    r"wil(?:len)? (?:graag )?weten)"
)
VERBS = (
    r"(?:Kan|Kunt|Kunnen|Is|Zijn|Heeft|Hebt|Hebben|Deelt|Wil|Wilt|Willen|Wordt|Worden|Gaat|Gaan|Bent|Klopt|Ziet|Erkent|"
    r"Onderschrijft|Vindt|Acht|Welke?|Wat|Waar\w*|Wanneer|Wie|Hoe\w*|In hoeverre|Op welke|Zo (?:ja|nee))"
)

# Read anywhere in a paragraph, quotations taken out.
WORDING: tuple[Cue, ...] = (
    _cue(rf"(?:^|[.?!:] ){VERBS}\b{WITHIN}\?", 2.0),
    _cue(rf"{LEDEN}{WITHIN}\b{ASKING}\b", 1.5),
    _cue(rf"\b{ASKING}\b{WITHIN}\b(?:zij|(?:deze|genoemde|voornoemde) leden)\b", 1.5),
    _cue(rf"\b(?:[Dd]eze|[Gg]enoemde|[Vv]oornoemde|[Vv]oorgenoemde|[Aa]an het woord zijnde) {LEDEN}", 1.5),
    _cue(rf"^(?:\S+ ){{0,4}}{LEDEN}", 1.0),
    _cue(
        rf"{LEDEN}{WITHIN}\b(?:kennisgenomen|(?:be)?danken|betreuren|constateren|lezen|merken|menen|hechten|maken)\b",
        1.0,
    ),
    _cue(r"\b[Gg]raag (?:een |nader |ontvangen |horen |zien |vernemen )", 1.5),
    _cue(
        r"\bde (?:Minister|Staatssecretaris|regering) (?:aangeven|toelichten|uiteenzetten|bevestigen|refl|reag)",
        1.0,
    ),
    _cue(r"(?:^|[\s(])(?:[Ii]k|[Mm]ijn|[Mm]ij)\b", -2.0),
    _cue(r"\buw (?:Kamer|leden|commissie|vraag|vragen)\b", -2.0),
    _cue(
        r"^(?:Ja|Neen?)\b[,.]|^(?:Dat|Dit) (?:klopt|is (?:niet )?(?:juist|correct))\b|^Zie (?:het antwoord|ook|mijn)\b",
        -4.0,
    ),
    _cue(r"\b(?:de|deze) vra(?:ag|gen) van (?:de|het) (?:leden|lid)\b", -2.0),
    _cue(r"^(?:In antwoord|In reactie|Naar aanleiding van|Op de vraag|Met betrekking tot de vraag)\b", -2.0),
    _cue(r"\b(?:[Zz]oals|als) (?:hierboven|eerder|reeds|in het antwoord)\b", -0.7),
    _cue(
        r"^(?:Het|Dit) kabinet\b"
        rf"|^De (?:regering|Minister|Staatssecretaris)\b(?!{WITHIN}\b(?:schrijft|stelt|geeft aan)\b)",
        -0.7,
    ),
)
ENDS_ASKING = (
    _cue(r"\?[»”’\")]*$", 3.0),
    _cue(
        rf"\b{ASKING}\b{WITHIN}\.$|\b(?:reactie|reflectie|toelichting|appreciatie)\b{WITHIN}\.$|\b[Gg]raag {WITHIN}\.$",
        1.5,
    ),
)
QUOTED = re.compile(r"«[^»]*»|“[^”]*”|‘[^’]*’(?!\w)")

NOTES = -0.7  # answers carry the footnotes
PRIOR = -0.5  # answers take more paragraphs than questions
WIDTH = 4.0  # a paragraph set as narrow (or as wide) as the paper's questions (or answers)
BOLD = 4.0
WIDTH_GAP = 4.0  # average characters between the two columns, below which width tells nothing
EXPLAINED = 0.85  # share of the widths' variance that two columns explain; one column alone gives .75 at most
CERTAIN = 6.0  # average characters within which a paragraph's column is known, to be counted among the widths
TURN_UNASKED = -3.0  # an answer begins though nothing was asked at the end of the question
TURN_ASKED = 1.0  # at least, where something was
TURN_BACK = -1.0  # a new question begins
TURN_PLAIN = -2.0  # … with a paragraph that does not look like one
GAP = 0.4  # white space at a turn
COLON = 2.0  # what follows a colon belongs to it
HEADING = -2.0  # a heading between a question and its answer
OPEN_END = -4.0  # a part that ends on a question


def find_exchanges(document: Document) -> tuple[Exchange, ...]:
    """Who asked what and who answered; a paper without fractie headings gives its sections instead.

    Every paragraph is on one side of one exchange, except headings, which stand above one. What comes before the first
    question (the opening) is a section numbered `0`.
    """
    parts = _parts(document.paragraphs)
    if not any(fractie for fractie, _ in parts):
        return tuple(_sections(document))
    columns = _columns(document.paragraphs)
    found: list[Exchange] = []
    for fractie, paragraphs in parts:
        if not fractie:
            answer = tuple(p.number for p in paragraphs if p.role != "heading")
            found += [Exchange(document.id, "0", (), (), answer, _headings(paragraphs), "")] if answer else []
            continue
        sides = _sides(paragraphs, columns)
        found += _pair(document, fractie, paragraphs, sides, after=sum(bool(e.question) for e in found))
    return tuple(found)


def fracties_of(heading: str) -> tuple[str, ...]:
    """The fracties that a heading names, as it writes them: `GroenLinks/PvdA`, `VVD`."""
    named = re.search(r"fracties? van (?:de |het )?(.+)$", heading) or re.search(
        r"(?:leden|lid|van|vanuit|namens|door) (?:van )?(?:de |het )?((?:(?!leden|van ).)+?)[- ]fracties?\b", heading
    )
    if not named:
        return (heading,)
    names = re.sub(r"\s+(?:en|met) (?:de )?(?:reactie|antwoord).*$|\s+gezamenlijk$", "", named[1])
    parts = re.split(r",\s*|\s+en\s+", names)
    return tuple(
        name for part in parts if (name := re.sub(r"^(?:de|het|van|leden)\s+|-?fracties?$", "", part).strip(" -"))
    )


def _parts(paragraphs: Sequence[Paragraph]) -> list[tuple[tuple[str, ...], list[Paragraph]]]:
    """The paper cut at its fractie headings: (fracties, paragraphs with that heading first)."""
    parts: list[tuple[tuple[str, ...], list[Paragraph]]] = [((), [])]
    for paragraph in paragraphs:
        if paragraph.role == "heading" and fractie_heading(paragraph.text):
            parts.append((fracties_of(paragraph.text), []))
        parts[-1][1].append(paragraph)
    return parts


def _headings(paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
    return tuple(p.text for p in paragraphs if p.role == "heading")


def _sections(document: Document) -> list[Exchange]:
    found: list[Exchange] = []
    heading: tuple[str, ...] = ()
    for is_heading, run in groupby(document.paragraphs, key=lambda p: p.role == "heading"):
        group = list(run)
        if is_heading:
            heading = tuple(p.text for p in group)
        else:
            answer = tuple(p.number for p in group)
            found.append(
                Exchange(document.id, str(len(found) + 1), (), (), answer, heading, document.metadata.respondent)
            )
    return found


def _columns(paragraphs: Sequence[Paragraph]) -> tuple[float, float] | None:
    """(question, answer) column widths where the paper sets its questions narrower; None where all are alike.

    Widths are parted where the halves differ most (Otsu, IEEE Trans. SMC 1979); the halves are two columns when that
    explains nearly all of the spread and each holds a fair share of the paragraphs.
    """
    settings = [p.setting for p in paragraphs if p.role != "heading" and p.setting.room - p.setting.width < CERTAIN]
    widths = sorted(setting.width for setting in settings)
    share = max(len(widths) // 8, 2)
    cuts = range(share, len(widths) - share + 1)
    if not cuts:
        return None
    cut = max(cuts, key=lambda at: len(widths[:at]) * len(widths[at:]) * (fmean(widths[at:]) - fmean(widths[:at])) ** 2)
    low, high = fmean(widths[:cut]), fmean(widths[cut:])
    between = cut * (len(widths) - cut) / len(widths) * (high - low) ** 2
    explained = between / (pvariance(widths) * len(widths) or 1.0)
    return (low, high) if high - low >= WIDTH_GAP and explained >= EXPLAINED else None


def _leaning(paragraph: Paragraph, columns: tuple[float, float] | None) -> float:
    """How much a paragraph looks like a question: log-odds, negative for an answer."""
    text = QUOTED.sub("", paragraph.text)
    score = PRIOR + sum(cue.weight for cue in WORDING if cue.pattern.search(text)) + _requests(paragraph)[-1]
    score += NOTES * bool(paragraph.notes)
    if paragraph.setting.bold is not None:
        score += BOLD if paragraph.setting.bold else -BOLD
    if columns and paragraph.setting.width:
        middle = sum(columns) / 2
        if paragraph.setting.width > middle:
            score -= WIDTH
        elif paragraph.setting.room < columns[1]:
            score += WIDTH
    return score


def _asks(paragraph: Paragraph) -> float:
    """How much a paragraph ends on a request; one that is made earlier in it counts for half."""
    requests = _requests(paragraph)
    return max(requests[-1], max(requests) / 2)


def _requests(paragraph: Paragraph) -> list[float]:
    """How much each sentence requests something."""
    return [
        max((cue.weight for cue in ENDS_ASKING if cue.pattern.search(paragraph.text[start:end])), default=0.0)
        for start, end in sentences(paragraph.text)
    ]


def _turn(before: Paragraph, after: Paragraph, sides: tuple[Side, Side], leaning: float) -> float:
    """How well it fits that `before` and `after`, neighbours in the paper, stand on these sides.

    leaning: how much `after` looks like a question.
    """
    if before.text.endswith(":"):
        return COLON if sides[0] == sides[1] else -COLON
    if sides[0] == sides[1]:
        return 0.0
    white = GAP if after.setting.gap else -GAP
    if sides == ("answer", "question"):
        return TURN_BACK + white + (0.0 if leaning > 0 else TURN_PLAIN)
    return white + max(TURN_ASKED, _asks(before)) if _asks(before) else white + TURN_UNASKED


def _sides(part: Sequence[Paragraph], columns: tuple[float, float] | None) -> dict[int, Side]:
    """The likeliest side of each paragraph of a fractie's part, by number; the part opens with a question."""
    text = [p for p in part if p.role != "heading"]
    if not text:
        return {}
    best: dict[Side, tuple[float, tuple[Side, ...]]] = {"question": (_leaning(text[0], columns), ("question",))}
    for before, after in pairwise(text):
        leaning = _leaning(after, columns)
        headed = after.number - before.number > 1
        step: dict[Side, tuple[float, tuple[Side, ...]]] = {}
        for side in SIDES:
            total, path = max(
                (score + _turn(before, after, (last, side), leaning) + _headed(headed, (last, side)), path)
                for last, (score, path) in best.items()
            )
            step[side] = (total + (leaning if side == "question" else 0.0), (*path, side))
        best = step
    _, path = max((score + (OPEN_END if side == "question" else 0.0), path) for side, (score, path) in best.items())
    return dict(zip((p.number for p in text), path, strict=True))


def _headed(headed: bool, sides: tuple[Side, Side]) -> float:
    return HEADING if headed and sides == ("question", "answer") else 0.0


def _pair(
    document: Document, fractie: tuple[str, ...], part: Sequence[Paragraph], sides: dict[int, Side], after: int
) -> list[Exchange]:
    """Runs of question and answer paragraphs -> exchanges; a heading inside an answer is part of it."""
    found: list[Exchange] = []
    heading = _headings(part[:1])
    question: list[int] = []
    answer: list[int] = []
    waiting: list[Paragraph] = []

    def close() -> None:
        number = str(after + len(found) + 1)
        found.append(
            Exchange(
                document.id, number, fractie, tuple(question), tuple(answer), heading, document.metadata.respondent
            )
        )
        question.clear()
        answer.clear()

    for paragraph in part[1:]:
        if paragraph.role == "heading":
            waiting.append(paragraph)
            continue
        if sides[paragraph.number] == "question":
            if answer:
                close()
            if waiting:
                heading = (*_headings(part[:1]), *_headings(waiting))
            question.append(paragraph.number)
        else:
            answer += [p.number for p in waiting]
            answer.append(paragraph.number)
        waiting.clear()
    if question or answer:
        close()
    return found
