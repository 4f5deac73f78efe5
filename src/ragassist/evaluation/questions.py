"""Files of questions, one JSON object a line: `eval/*.jsonl`, and what `ragassist ask --questions` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ragassist.errors import QuestionError

Split = Literal["dev", "test", "all"]


@dataclass(frozen=True, slots=True)
class Gold:
    """Paragraphs of one document, by number, each of which answers the question."""

    document: str
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question and where it is answered; an empty `gold` means that the papers do not answer it.

    kind: what sort of question it is (`figure`, `why`, `near miss`). split: `dev` or `test`, empty where the file makes
    no difference. subject: what it is about; questions about one subject are in one split.
    """

    id: str
    question: str
    lang: str = "nl"
    kind: str = ""
    gold: tuple[Gold, ...] = ()
    note: str = ""
    split: str = ""
    subject: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the papers answer it."""
        return bool(self.gold)


def read_questions(path: Path, split: Split = "all") -> tuple[Question, ...]:
    """The questions of a file with their gold, in order; a question without a split belongs to every split.

    Raises QuestionError, which names the line and the field, when one cannot be used, and when the split holds none.
    """
    found: dict[str, Question] = {}
    for where, row in _rows(path):
        question = parse_question(where, row)
        if question.id in found:
            raise QuestionError(
                f'{where}: the id "{question.id}" was used before; give every question an id of its own.'
            )
        found[question.id] = question
    chosen = tuple(q for q in found.values() if split == "all" or q.split in ("", split))
    if not chosen:
        raise QuestionError(f"{path} holds no questions{'' if split == 'all' else f' of the split {split}'}.")
    return chosen


def read_asked(path: Path, longest: int) -> tuple[tuple[str | int | None, str], ...]:
    """Id and text of every question in a file, in order; the id is what stands in the line, None where there is none.

    longest: characters that a question may have. Raises QuestionError, which names the line and the field, when one
    cannot be used, and when the file holds none: a bad question shows before any other is asked.
    """
    asked: list[tuple[str | int | None, str]] = []
    for where, row in _rows(path):
        key = row.get("id")
        if not isinstance(key, str | int | None) or isinstance(key, bool):
            raise QuestionError(f'{where}: "id" must be text or a whole number.')
        text = _asked(where, row)
        if len(text) > longest:
            raise QuestionError(f'{where}: "question" has {len(text):,} characters; ask it in {longest:,} at most.')
        asked.append((key, text))
    if not asked:
        raise QuestionError(f"{path} holds no questions.")
    return tuple(asked)


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every line that is not blank, as (`file, line 3`, its object)."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise QuestionError(f"The questions in {path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        where = f"{path}, line {number}"
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise QuestionError(f"{where}: this is not UTF-8 text; save the file as UTF-8.") from error
        except (ValueError, RecursionError) as error:
            raise QuestionError(
                f'{where}: this is not a JSON object on one line, as {{"question": "…"}} is.'
            ) from error
        if not isinstance(row, dict):
            raise QuestionError(f'{where}: this is JSON but not an object, as {{"question": "…"}} is.')
        yield where, row


def parse_question(where: str, row: Mapping[str, object]) -> Question:
    """One object of such a file. Raises QuestionError, its sentence begun with `where`, when a field will not do."""
    question = Question(
        id=_text(where, row, "id", required=True),
        question=_asked(where, row),
        lang=_text(where, row, "lang") or "nl",
        kind=_text(where, row, "kind"),
        gold=_gold(where, row),
        note=_text(where, row, "note"),
        split=_text(where, row, "split"),
        subject=_text(where, row, "subject"),
    )
    if question.split not in ("", "dev", "test"):
        raise QuestionError(f'{where}: "split" is "{question.split}"; it must be dev or test, or left out.')
    return question


def _asked(where: str, row: Mapping[str, object]) -> str:
    question = _text(where, row, "question", required=True)
    if not any(character.isalnum() for character in question):
        raise QuestionError(f'{where}: "question" asks nothing.')
    return question


def _text(where: str, row: Mapping[str, object], field: str, *, required: bool = False) -> str:
    value = row.get(field)
    if isinstance(value, str) and (value.strip() or not required):
        return value
    if value is None and not required:
        return ""
    raise QuestionError(f'{where}: "{field}" must be text{" that is not empty" if required else ""}.')


def _gold(where: str, row: Mapping[str, object]) -> tuple[Gold, ...]:
    rows = row.get("gold")
    if not isinstance(rows, list):
        raise QuestionError(f'{where}: "gold" must be a list; [] says that the papers do not answer the question.')
    gold = []
    for item in rows:
        document = item.get("document") if isinstance(item, dict) else None
        paragraphs = item.get("paragraphs") if isinstance(item, dict) else None
        if not isinstance(document, str) or not document:
            raise QuestionError(f'{where}: each "gold" needs a "document", such as "kst-21501-31-741".')
        if not isinstance(paragraphs, list) or not paragraphs or any(type(n) is not int or n < 1 for n in paragraphs):
            raise QuestionError(f'{where}: "paragraphs" of {document} must be a list of paragraph numbers from 1.')
        gold.append(Gold(document, tuple(paragraphs)))
    return tuple(gold)
