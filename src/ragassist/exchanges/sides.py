"""Which paragraphs ask and which answer, where nothing marks it.

Each part of a paper is read as a whole: every paragraph gets a score for how much it speaks like a question (how
questions and answers are worded, how they are set), every step from one paragraph to the next a score for how well the
turn fits, and the sequence of sides with the highest total wins (Viterbi, IEEE Trans. Inf. Theory 1967).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, pvariance
from typing import NamedTuple, TypeAlias

from ragassist.document import Paragraph, Side
from ragassist.dutch import sentences

SIDES: tuple[Side, Side] = ("question", "answer")
Columns: TypeAlias = tuple[float, float] | None  # widths of the question and the answer column, in average characters


class Look(NamedTuple):
    """How a paper sets its questions and answers.

    columns: their widths, where they differ. bold, italic: what such type weighs for the question side, and its absence
    against it; negative where answers are set so, 0 where it tells nothing.
    """

    columns: Columns
    bold: float = 0.0
    italic: float = 0.0


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
    r"wil(?:len)?\b[^.?!]{0,80}\bweten|verwacht(?:en)? een (?:toezegging|reactie|antwoord))"
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
TYPE = 8.0  # a paragraph in the type of the paper's questions (or answers)
SOME = 0.12  # share of the paragraphs that must be, and not be, in a type, for it to tell them apart …
APART = 1.0  # … and how much more those in it speak like questions (or answers) than the others
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


def look_of(paragraphs: Sequence[Paragraph]) -> Look:
    """How the paper sets its questions and answers, told by all of its paragraphs."""
    text = [p for p in paragraphs if p.role != "heading"]
    spoken = [_wording(p) for p in text]
    bold, italic = (
        _type([(getattr(p.setting, kind), score) for p, score in zip(text, spoken, strict=True)])
        for kind in ("bold", "italic")
    )
    columns = _columns(text)
    if columns:
        middle = sum(columns) / 2
        set_in = [(p.setting.width <= middle, score) for p, score in zip(text, spoken, strict=True) if p.setting.width]
        columns = columns if _type(set_in) > 0 else None
    return Look(columns, bold, italic)


def _type(scored: Sequence[tuple[bool | None, float]]) -> float:
    """What a type weighs, given for each paragraph whether it is set in it, and how much it speaks like a question."""
    inside = [score for told, score in scored if told]
    outside = [score for told, score in scored if told is False]
    if min(len(inside), len(outside)) < max(2, SOME * len(scored)):
        return 0.0
    apart = fmean(inside) - fmean(outside)
    return 0.0 if abs(apart) < APART else TYPE if apart > 0 else -TYPE


def _columns(paragraphs: Sequence[Paragraph]) -> Columns:
    """(question, answer) column widths where the paper sets its questions narrower; None where all are alike.

    Widths are parted where the halves differ most (Otsu, IEEE Trans. SMC 1979); the halves are two columns when that
    explains nearly all of the spread and each holds a fair share of the paragraphs.
    """
    settings = [p.setting for p in paragraphs if p.setting.room - p.setting.width < CERTAIN]
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


def leaning(paragraph: Paragraph, look: Look) -> float:
    """How much a paragraph looks like a question: log-odds, negative for an answer."""
    setting = paragraph.setting
    score = PRIOR + _wording(paragraph) + NOTES * bool(paragraph.notes)
    score += sum(
        0.0 if told is None else weight if told else -weight
        for told, weight in ((setting.bold, look.bold), (setting.italic, look.italic))
    )
    if look.columns and setting.width:
        middle = sum(look.columns) / 2
        if setting.width > middle:
            score -= WIDTH
        elif setting.room < look.columns[1]:
            score += WIDTH
    return score


def _wording(paragraph: Paragraph) -> float:
    """How much a paragraph speaks like a question."""
    text = QUOTED.sub("", paragraph.text)
    return sum(cue.weight for cue in WORDING if cue.pattern.search(text)) + _requests(paragraph)[-1]


def asks(paragraph: Paragraph) -> float:
    """How much a paragraph ends on a request; one that is made earlier in it counts for half."""
    requests = _requests(paragraph)
    return max(requests[-1], max(requests) / 2)


def _requests(paragraph: Paragraph) -> list[float]:
    """How much each sentence requests something."""
    return [
        max((cue.weight for cue in ENDS_ASKING if cue.pattern.search(paragraph.text[start:end])), default=0.0)
        for start, end in sentences(paragraph.text)
    ]


def _turn(before: Paragraph, after: Paragraph, sides: tuple[Side, Side], lean: float) -> float:
    """How well it fits that `before` and `after`, neighbours in the paper, stand on these sides.

    lean: how much `after` looks like a question.
    """
    if before.text.endswith(":"):
        return COLON if sides[0] == sides[1] else -COLON
    if sides[0] == sides[1]:
        return 0.0
    white = GAP if after.setting.gap else -GAP
    if sides == ("answer", "question"):
        return TURN_BACK + white + (0.0 if lean > 0 else TURN_PLAIN)
    return white + max(TURN_ASKED, asks(before)) if asks(before) else white + TURN_UNASKED


def sides_of(
    part: Sequence[Paragraph], look: Look, first: Side | None = "question", last: Side = "answer"
) -> dict[int, Side]:
    """The likeliest side of each paragraph of a part, by number; headings have none.

    first: the side on which it opens, None where either will do. last: the side on which it ought to end.
    """
    text = [p for p in part if p.role != "heading"]
    if not text:
        return {}
    opening = leaning(text[0], look)
    best: dict[Side, tuple[float, tuple[Side, ...]]] = {
        side: (opening if side == "question" else 0.0, (side,)) for side in SIDES if first in (side, None)
    }
    for before, after in pairwise(text):
        lean = leaning(after, look)
        headed = after.number - before.number > 1
        step: dict[Side, tuple[float, tuple[Side, ...]]] = {}
        for side in SIDES:
            total, path = max(
                (score + _turn(before, after, (last, side), lean) + _headed(headed, (last, side)), path)
                for last, (score, path) in best.items()
            )
            step[side] = (total + (lean if side == "question" else 0.0), (*path, side))
        best = step
    _, path = max((score + (OPEN_END if side != last else 0.0), path) for side, (score, path) in best.items())
    return dict(zip((p.number for p in text), path, strict=True))


def _headed(headed: bool, sides: tuple[Side, Side]) -> float:
    return HEADING if headed and sides == ("question", "answer") else 0.0
