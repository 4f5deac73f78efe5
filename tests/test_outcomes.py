"""From questions and replies to qrels and run: what counts as relevant, and in which order things were shown."""

from __future__ import annotations

import pytest

from ragassist import Citation, CitedPassage, Document, Exchange, Hit, Metadata, Paragraph, Reply
from ragassist.errors import QuestionError
from ragassist.evaluation import Gold, Question, evaluate
from ragassist.evaluation.outcomes import ask_all

ABOUT = Metadata("kst-1", "Een stuk")
PAPER = Document(ABOUT, tuple(Paragraph(n, f"Dit is alinea {n}. " + "Meer. " * 50) for n in range(1, 8)))
EXCHANGES = (Exchange("kst-1", "1", ("D66",), (1,), (2, 3)), Exchange("kst-1", "2", ("VVD",), (4,), (5, 6)))


def hit(rank: int, exchange: Exchange, *cited: int) -> Hit:
    passages = tuple(CitedPassage(number, 1, PAPER.paragraph(number).text, ()) for number in cited)
    return Hit(
        rank, 1 / rank, ABOUT, exchange, "Wat?", "Dit.", Citation("Kamerstukken", "https://", cited, (1,)), passages
    )


class Library:
    """Answers every question alike: exchange 2 first, citing paragraphs 6, 5; then exchange 1, citing 3, 6."""

    def __init__(self, hits: tuple[Hit, ...] = (hit(1, EXCHANGES[1], 6, 5), hit(2, EXCHANGES[0], 3, 6))) -> None:
        self.hits = hits
        self.asked: list[tuple[str, int]] = []

    def ask(self, question: str, k: int) -> Reply:
        self.asked.append((question, k))
        return Reply(question, question, "found", 0.9, 10.0, self.hits)

    def document(self, name: str) -> Document:
        return {"kst-1": PAPER}[name]

    def exchanges(self, name: str) -> tuple[Exchange, ...]:
        return EXCHANGES


def question(*paragraphs: int, document: str = "kst-1") -> Question:
    return Question("q", "Wat?", gold=(Gold(document, paragraphs),) if paragraphs else ())


def test_an_exchange_is_relevant_when_a_paragraph_on_either_side_of_it_is() -> None:
    outcomes = ask_all(Library(), [question(1), question(3, 5), question()])
    assert [outcome.qrels["exchanges"] for outcome in outcomes] == [
        ("kst-1, exchange 1",),
        ("kst-1, exchange 1", "kst-1, exchange 2"),
        (),
    ]
    assert outcomes[1].qrels["paragraphs"] == ("kst-1, paragraph 3", "kst-1, paragraph 5")


def test_paragraphs_run_through_the_hits_as_they_are_cited_each_once() -> None:
    (outcome,) = ask_all(Library(), [question(5)])
    assert outcome.run["exchanges"] == ("kst-1, exchange 2", "kst-1, exchange 1")
    assert [name.rpartition(" ")[2] for name in outcome.run["paragraphs"]] == ["6", "5", "3"]
    assert outcome.rank == 1
    assert outcome.miss == "right exchange, wrong paragraph cited first"


def test_gold_outside_every_exchange_cannot_be_found() -> None:
    (outcome,) = ask_all(Library(), [question(7)])
    assert (outcome.rank, outcome.qrels["exchanges"]) == (None, ("kst-1, exchange none, at 7",))


def test_a_miss_shows_how_gold_and_winner_begin() -> None:
    (outcome,) = ask_all(Library(), [question(2)])
    assert outcome.gold[0].startswith("[kst-1, paragraph 2] Dit is alinea 2. Meer.")
    assert outcome.first.startswith("[kst-1, exchange 2] Dit is alinea 6. Meer.")
    assert max(map(len, (*outcome.gold, outcome.first))) < 200


def test_every_question_is_asked_ten_hits_deep_and_progress_told() -> None:
    library = Library()
    done: list[int] = []
    report = evaluate(library, [question(5), question()], done.append)
    assert library.asked == [("Wat?", 10)] * 2
    assert done == [1, 2]
    assert report.overall["paragraphs RR@10"].value == 0.5


def test_a_reply_without_hits_is_a_miss() -> None:
    report = evaluate(Library(()), [question(5)])
    assert "first  nothing" in str(report)


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (
            question(1, document="kst-2"),
            "Question q is answered in kst-2, which the index does not hold; index that paper",
        ),
        (question(8), "Question q: kst-1 has no paragraph 8; correct its gold."),
    ],
)
def test_gold_that_is_not_there_stops_before_anything_is_asked(gold: Question, said: str) -> None:
    library = Library()
    with pytest.raises(QuestionError, match=said):
        ask_all(library, [question(1), gold])
    assert library.asked == []
