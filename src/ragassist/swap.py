"""A swap of papers and what it did to the answers: saved questions asked before and after -> Swap."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from ragassist.citation import PERMALINK, reference
from ragassist.document import Document, Metadata
from ragassist.errors import QuestionError

if TYPE_CHECKING:
    from ragassist.assistant import Reply

VERSION = 1  # of a saved run
# What may have become of the answer to a question, in the order in which it is told.
Kind = Literal["newly found", "no longer found", "new best passage", "changed answer", "broken citation", "reprint"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Why = Literal["the paper is gone", "it has no such paragraph any more", "the paragraph says something else"]


class Asked(Protocol):
    """What is asked: an Assistant, or one that stands in for it."""

    def ask(self, question: str, k: int = 3, id: str | None = None) -> Reply:
        """The k answers that speak most to a question."""

    def documents(self) -> tuple[Metadata, ...]:
        """What every paper says of itself."""

    def document(self, id: str) -> Document:
        """One paper. Raises KeyError."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A paragraph that an answer was given with, word for word, and the reference to it."""

    document: str
    paragraph: int
    text: str
    reference: str

    @property
    def url(self) -> str:
        """The paper's permalink."""
        return PERMALINK.format(id=self.document)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question brought: the first hit, or that there was none that answers.

    exchange: number within the document of the first quote. quotes: best first; empty when nothing was found.
    """

    question: str
    found: bool
    exchange: str = ""
    text: str = ""
    quotes: tuple[Quote, ...] = ()

    @property
    def best(self) -> Quote | None:
        """The paragraph that answers best."""
        return self.quotes[0] if self.quotes else None


@dataclass(frozen=True, slots=True)
class Run:
    """Saved questions asked of the papers as they were at one time.

    taken: when, in ISO 8601 with the zone. papers: document id -> its reference. reprints: ids of those that are
    reprints. answers: one for each question, in order.
    """

    taken: str
    papers: Mapping[str, str]
    reprints: tuple[str, ...]
    answers: tuple[Answer, ...]

    def json(self) -> dict[str, Any]:
        """As it is saved."""
        return {"version": VERSION, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Broken:
    """A citation of the earlier answer that does not hold.

    now: number of the paragraph that has its words now, None when none has.
    """

    quote: Quote
    why: Why
    now: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A question of which the answer is another now, or does not hold."""

    before: Answer
    after: Answer
    kinds: tuple[Kind, ...]
    broken: tuple[Broken, ...] = ()

    @property
    def question(self) -> str:
        """What was asked, both times in the same words."""
        return self.after.question


@dataclass(frozen=True, slots=True)
class Swap:
    """Two runs side by side.

    before, after: when they were taken. added, removed, reprinted: references of papers. asked: how many questions
    were asked both times. left_out: how many only one time. changes: in the order of the questions.
    """

    before: str
    after: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    reprinted: tuple[str, ...]
    asked: int
    left_out: int
    changes: tuple[Change, ...]

    def count(self, kind: Kind) -> int:
        """Of how many questions this is so."""
        return sum(kind in change.kinds for change in self.changes)


def take(
    assistant: Asked, questions: Iterable[str], now: datetime, progress: Callable[[int], None] | None = None
) -> Run:
    """Ask every question, the same one once; `progress` is told how many are done. Raises QuestionError."""
    answers = []
    for done, question in enumerate(dict.fromkeys(questions), 1):
        answers.append(_answer(question, assistant.ask(question, k=1)))
        if progress:
            progress(done)
    papers = assistant.documents()
    return Run(
        taken=now.isoformat(timespec="seconds"),
        papers={paper.id: reference(paper) for paper in papers},
        reprints=tuple(paper.id for paper in papers if paper.reprint),
        answers=tuple(answers),
    )


def compare(before: Run, after: Run, assistant: Asked) -> Swap:
    """What changed between two runs; `assistant` has the papers of the later one."""
    earlier = {answer.question: answer for answer in before.answers}
    pairs = [(earlier[answer.question], answer) for answer in after.answers if answer.question in earlier]
    reprinted = {id for id in after.reprints if id in before.papers and id not in before.reprints}
    changes = (_change(old, new, reprinted, assistant) for old, new in pairs)
    return Swap(
        before=before.taken,
        after=after.taken,
        added=tuple(name for id, name in after.papers.items() if id not in before.papers),
        removed=tuple(name for id, name in before.papers.items() if id not in after.papers),
        reprinted=tuple(name for id, name in after.papers.items() if id in reprinted),
        asked=len(pairs),
        left_out=len(before.answers) + len(after.answers) - 2 * len(pairs),
        changes=tuple(change for change in changes if change.kinds),
    )


def _answer(question: str, reply: Reply) -> Answer:
    if not reply.found:
        return Answer(question, found=False)
    hit = reply.hits[0]
    quotes = (Quote(hit.document.id, passage.paragraph, passage.text, hit.citation.text) for passage in hit.passages)
    return Answer(question, True, hit.exchange.number, hit.answer, tuple(quotes))


def _change(before: Answer, after: Answer, reprinted: set[str], assistant: Asked) -> Change:
    broken = tuple(_broken(before, assistant))
    return Change(before, after, tuple(_kinds(before, after, broken, reprinted)), broken)


def _kinds(before: Answer, after: Answer, broken: tuple[Broken, ...], reprinted: set[str]) -> Iterator[Kind]:
    if before.found != after.found:
        yield "newly found" if after.found else "no longer found"
    elif before.best and after.best:
        if _place(before) == _place(after) and before.text != after.text:
            yield "changed answer"
        elif (before.best.document, before.best.text) != (after.best.document, after.best.text):
            yield "new best passage"
    if broken:
        yield "broken citation"
    if any(quote.document in reprinted for quote in (*before.quotes, *after.quotes)):
        yield "reprint"


def _place(answer: Answer) -> tuple[str, str]:
    return (answer.best.document if answer.best else "", answer.exchange)


def _broken(before: Answer, assistant: Asked) -> Iterator[Broken]:
    """The quotes that do not stand in the papers any more as they were cited."""
    for quote in before.quotes:
        try:
            paragraphs = assistant.document(quote.document).paragraphs
        except KeyError:
            yield Broken(quote, "the paper is gone")
            continue
        there = {paragraph.number: paragraph.text for paragraph in paragraphs}
        if there.get(quote.paragraph) != quote.text:
            why: Why = (
                "the paragraph says something else" if quote.paragraph in there else "it has no such paragraph any more"
            )
            yield Broken(quote, why, next((number for number, text in there.items() if text == quote.text), None))


def read(path: Path) -> Run | None:
    """A saved run, None when there is none yet. Raises QuestionError when it cannot be read or is something else."""
    try:
        return _saved(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise QuestionError(f"The saved run {path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise QuestionError(
            f"{path} is no run saved by this version of ragassist report; name another file, or delete it."
        ) from error


def save(path: Path, run: Run) -> None:
    """Write a run, whole or not at all. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(run.json(), ensure_ascii=False, indent=1), "utf-8")
    part.replace(path)


def _saved(raw: Any) -> Run:
    if raw["version"] != VERSION or datetime.fromisoformat(raw["taken"]).tzinfo is None:
        raise ValueError("of another version")
    return Run(
        taken=raw["taken"],
        papers={str(id): str(name) for id, name in raw["papers"].items()},
        reprints=tuple(map(str, raw["reprints"])),
        answers=tuple(map(_saved_answer, raw["answers"])),
    )


def _saved_answer(row: Mapping[str, Any]) -> Answer:
    quotes = (
        Quote(str(part["document"]), int(part["paragraph"]), str(part["text"]), str(part["reference"]))
        for part in row["quotes"]
    )
    return Answer(str(row["question"]), bool(row["found"]), str(row["exchange"]), str(row["text"]), tuple(quotes))
