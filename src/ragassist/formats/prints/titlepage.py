"""The head of a paper's first page: chamber, year, dossiers and the paper's own number and title, a heading each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ragassist.formats.masthead import DATE_LINE, DOSSIER
from ragassist.formats.prints.lines import Line

CHAMBER = re.compile(
    r"(?:(?:Eerste|Tweede) Kamer der Staten-Generaal|Verenigde Vergadering der Staten-Generaal|Staten-Generaal)"
    r"(?: (?:[12]|1/2|1 en 2))?"
)
CHAMBER_NUMBER = re.compile(r"[12]|1/2|1 en 2")
YEAR = re.compile(r"(?:Vergaderjaar|Zitting) \d{4}\s?[-–—]\s?\d{4}(?: (?:Aanhangsel|Handelingen|Bijlage).*)?")
MASTHEAD = re.compile(
    rf"{CHAMBER.pattern}|{YEAR.pattern}|{CHAMBER_NUMBER.pattern}|Aanhangsel van de Handelingen|Handelingen"
    r"|HERDRUK|Herdruk"
)
MASTHEAD_LINES = 6
COLLECTION = re.compile(r"Vragen gesteld door de leden der Kamer\b")
DOSSIER_LINE = re.compile(rf"{DOSSIER}(?:\s+\S.*)?")
NUMBER = re.compile(r"(?:[A-Z]{1,3} ?/ ?)?Nrs?\. [\w.-]+(?: \S.*)?|[A-Z]{1,3}(?: [A-Z]{2}.*)?")
QUESTION_NUMBER = re.compile(r"\d{1,5}")
BODY = re.compile(r"(?:Vraag|Vragen|Antwoord|Mededeling) van\b")
TITLE_LINES = 12  # the longest titles of dossiers, which say all that a bill changes


def head_of(lines: Sequence[Line]) -> list[list[Line]]:
    """The groups of lines that make a paper's head, each one heading; none where the paper begins with its text."""
    at = 0
    while at < min(len(lines), MASTHEAD_LINES) and MASTHEAD.fullmatch(lines[at].text):
        at += 1
    if not any(CHAMBER.fullmatch(line.text) or YEAR.fullmatch(line.text) for line in lines[:at]):
        at = 0
        if not lines or not _starts(lines, 0):
            return []
    groups = [sorted(lines[:at], key=_order)] if at else []
    while at < len(lines):
        reader = next((reader for starts, reader in GROUPS if starts(lines[at])), None)
        if reader is None:
            break
        end = reader(lines, at)
        groups.append(list(lines[at:end]))
        at = end
        if reader is _number_end or reader is _question_number_end:
            break
    return groups


def _order(line: Line) -> int:
    """As print has it: the chamber, its number, the year, the rest; text taken from a page may have it otherwise."""
    kinds = (CHAMBER, CHAMBER_NUMBER, YEAR)
    return next((place for place, kind in enumerate(kinds) if kind.fullmatch(line.text)), len(kinds))


def _starts(lines: Sequence[Line], at: int) -> bool:
    """Whether a paper without chamber and year begins with its dossier or number all the same."""
    text = lines[at].text
    return re.fullmatch(rf"{DOSSIER} .*|Nrs?\. [\w.-]+ .*", text) is not None and any(
        re.match(r"Nrs?\. ", line.text) for line in lines[at : at + TITLE_LINES]
    )


def _is_collection(line: Line) -> bool:
    return COLLECTION.match(line.text) is not None


def _is_dossier(line: Line) -> bool:
    return DOSSIER_LINE.fullmatch(line.text) is not None


def _is_number(line: Line) -> bool:
    return NUMBER.fullmatch(line.text) is not None


def _is_question_number(line: Line) -> bool:
    return QUESTION_NUMBER.fullmatch(line.text) is not None


def _collection_end(lines: Sequence[Line], at: int) -> int:
    end = at + 1
    while end < min(len(lines), at + 3) and not (_is_question_number(lines[end]) or BODY.match(lines[end].text)):
        if lines[end - 1].text.endswith("antwoorden"):
            break
        end += 1
    return end


def _dossier_end(lines: Sequence[Line], at: int) -> int:
    """Where a dossier's title ends: at the next dossier or the paper's number, else at white space."""
    most = min(len(lines), at + TITLE_LINES)
    for end in range(at + 1, most):
        bare = re.fullmatch(DOSSIER, lines[at].text) is not None
        if _is_number(lines[end]) or (_is_dossier(lines[end]) and not (bare and end == at + 1)):
            return end
    end = at + 1
    while end < most and not lines[end].gap:
        end += 1
    return end


def _number_end(lines: Sequence[Line], at: int) -> int:
    """Where the paper's own title ends: with its type, or its capitals, or at white space."""
    first = lines[at]
    end = at + 1
    bare = re.fullmatch(r"(?:[A-Z]{1,3} ?/ ?)?Nrs?\. [\w.-]+(?: HERDRUK\d?)?|[A-Z]{1,3}", first.text) is not None
    while end < min(len(lines), at + TITLE_LINES):
        line = lines[end]
        told = bare and end == at + 1
        if DATE_LINE.match(line.text) or (line.gap and not told):
            break
        if line.bold is not None and first.bold is not None:
            if line.bold != first.bold:
                break
        elif not told and line.text != line.text.upper():
            break
        end += 1
    return end


def _question_number_end(lines: Sequence[Line], at: int) -> int:
    return at + 1


GROUPS: tuple[tuple[Callable[[Line], bool], Callable[[Sequence[Line], int], int]], ...] = (
    (_is_collection, _collection_end),
    (_is_dossier, _dossier_end),
    (_is_number, _number_end),
    (_is_question_number, _question_number_end),
)
