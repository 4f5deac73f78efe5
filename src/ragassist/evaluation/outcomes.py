"""Questions asked and what came back, named as trec names it: qrels (what is relevant) and run (what was ranked)."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, Protocol

from ragassist.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ragassist.abstention import Verdict
    from ragassist.assistant import Reply
    from ragassist.document import Document, Exchange
    from ragassist.evaluation.questions import Question
    from ragassist.retrieval import Hit

Unit = Literal["exchanges", "paragraphs"]
UNITS: tuple[Unit, ...] = ("exchanges", "paragraphs")
DEPTH = 10  # exchanges asked for: as deep as the deepest metric looks
START = 160  # characters of a text that are enough to know it by


class Asked(Protocol):
    """What is evaluated: the `Assistant`, or anything that answers and shows its papers as it does."""

    def ask(self, question: str, /, k: int) -> Reply:
        """Answer one question with `k` hits."""
        ...

    def document(self, name: str, /) -> Document:
        """The paper with this id."""
        ...

    def exchanges(self, name: str, /) -> tuple[Exchange, ...]:
        """The exchanges of the paper with this id."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, the reply to it, and what the reply should have been.

    confidence: of the reply, 0 to 1, that its first hit answers. took_ms: for the whole reply.
    qrels: relevant ids of each unit, none when the papers do not answer it. run: ranked ids of each unit, best first;
    of paragraphs, the cited passages of each hit in turn, so that the first is the paragraph that is cited first.
    gold, first: how the relevant paragraphs begin, and how what came first does.
    """

    question: Question
    verdict: Verdict
    confidence: float
    took_ms: float
    qrels: dict[Unit, tuple[str, ...]]
    run: dict[Unit, tuple[str, ...]]
    gold: tuple[str, ...] = ()
    first: str = ""

    @property
    def found(self) -> bool:
        """Whether the reply says that the papers answer the question."""
        return self.verdict == "found"

    @property
    def rank(self) -> int | None:
        """Where the first relevant exchange stands, from 1; None when it is not among the hits."""
        ranks = (rank for rank, name in enumerate(self.run["exchanges"], 1) if name in self.qrels["exchanges"])
        return next(ranks, None)

    @property
    def right(self) -> bool:
        """Whether the first hit answers the question; never so when the papers do not."""
        return self.rank == 1

    @property
    def miss(self) -> str:
        """What went wrong, in a few words; empty when all is well."""
        if not self.question.answerable:
            return "answered, though the papers do not" if self.found else ""
        if not self.right:
            return f"right exchange at rank {self.rank}" if self.rank else f"right exchange not in the first {DEPTH}"
        if not set(self.run["paragraphs"][:1]) & set(self.qrels["paragraphs"]):
            return "right exchange, wrong paragraph cited first"
        return "" if self.found else "right, but said to be not found"


def ask_all(
    assistant: Asked, questions: Sequence[Question], progress: Callable[[int], None] | None = None
) -> tuple[Outcome, ...]:
    """Ask every question, in order; `progress` is told how many are done.

    Raises QuestionError when the gold of one points at a paper or paragraph that the index does not hold.
    """
    shelf = _Shelf(assistant)
    wanted = [shelf.relevant(question) for question in questions]  # all of them first: a bad one shows at once
    outcomes = []
    for done, (question, qrels) in enumerate(zip(questions, wanted, strict=True), 1):
        reply = assistant.ask(question.question, k=DEPTH)
        outcomes.append(
            Outcome(
                question=question,
                verdict=reply.verdict,
                confidence=reply.confidence,
                took_ms=reply.took_ms,
                qrels=qrels,
                run=_run(reply.hits),
                gold=shelf.starts(question),
                first=_first(reply.hits),
            )
        )
        if progress:
            progress(done)
    return tuple(outcomes)


def _run(hits: Sequence[Hit]) -> dict[Unit, tuple[str, ...]]:
    exchanges = (_exchange_id(hit.document.id, hit.exchange.number) for hit in hits)
    paragraphs = (_paragraph_id(hit.document.id, passage.paragraph) for hit in hits for passage in hit.passages)
    return {"exchanges": _once(exchanges), "paragraphs": _once(paragraphs)}


def _first(hits: Sequence[Hit]) -> str:
    if not hits:
        return ""
    hit = hits[0]
    cited = hit.passages[0].text if hit.passages else hit.answer
    return f"[{_exchange_id(hit.document.id, hit.exchange.number)}] {_start(cited)}"


class _Shelf:
    """The papers that the gold points into, each fetched once."""

    def __init__(self, assistant: Asked) -> None:
        self._document = cache(assistant.document)
        self._exchanges = cache(assistant.exchanges)

    def relevant(self, question: Question) -> dict[Unit, tuple[str, ...]]:
        """An exchange is relevant when one of its paragraphs is, on either side of it.

        Gold outside every exchange counts as one that cannot be found, so that a parse that loses it costs points.
        """
        exchanges: list[str] = []
        paragraphs: list[str] = []
        for document, number in _gold(question):
            self._check(question, document, number)
            owners = [e.number for e in self._exchanges(document) if number in e.question + e.answer]
            exchanges += [_exchange_id(document, owner) for owner in owners or [f"none, at {number}"]]
            paragraphs.append(_paragraph_id(document, number))
        return {"exchanges": _once(exchanges), "paragraphs": _once(paragraphs)}

    def starts(self, question: Question) -> tuple[str, ...]:
        return tuple(
            f"[{_paragraph_id(document, number)}] {_start(self._document(document).paragraph(number).text)}"
            for document, number in _gold(question)
        )

    def _check(self, question: Question, document: str, number: int) -> None:
        try:
            self._document(document).paragraph(number)
        except KeyError as error:
            raise QuestionError(
                f"Question {question.id} is answered in {document}, which the index does not hold; "
                "index that paper or leave the question out."
            ) from error
        except IndexError as error:
            raise QuestionError(f"Question {question.id}: {error}; correct its gold.") from error


def _gold(question: Question) -> tuple[tuple[str, int], ...]:
    return tuple((gold.document, number) for gold in question.gold for number in gold.paragraphs)


def _start(text: str) -> str:
    return textwrap.shorten(text, START, placeholder=" …")


def _exchange_id(document: str, number: str) -> str:
    return f"{document}, exchange {number}"


def _paragraph_id(document: str, number: int) -> str:
    return f"{document}, paragraph {number}"


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
