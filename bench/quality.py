"""How often the right answer comes first: the same questions, asked of every engine over the one real paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.datasets import QUESTIONS, REAL
from ragassist.evaluation import read_questions
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse

DEPTHS = (1, 3)


def hits(found: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """The share of answerable dev questions whose gold is found: exchange among the first 1 or 3, paragraph first.

    found: for each question ids of passages, `document#paragraph#start`, best first. Passages of one exchange count as
    one answer, as they do in ragassist.
    """
    document = parse(REAL.name, REAL.read_bytes())
    exchange = {
        paragraph: each.number for each in find_exchanges(document) for paragraph in (*each.question, *each.answer)
    }
    right = {**{f"hit@{depth}": 0 for depth in DEPTHS}, "paragraph hit@1": 0}
    asked = [question for question in read_questions(QUESTIONS, "dev") if question.answerable]
    for question in asked:
        gold = {paragraph for one in question.gold for paragraph in one.paragraphs}
        paragraphs = [int(id.split("#")[1]) for id in found[question.question]]
        answers = list(dict.fromkeys(exchange.get(paragraph) for paragraph in paragraphs))
        wanted = {exchange.get(paragraph) for paragraph in gold}
        for depth in DEPTHS:
            right[f"hit@{depth}"] += bool(wanted & set(answers[:depth]))
        right["paragraph hit@1"] += paragraphs[0] in gold
    return {name: count / len(asked) for name, count in right.items()}
