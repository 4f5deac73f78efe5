"""Fit the weights of ranking and the rule of abstention, and write them to src/ragassist/fitted.json.

    python tools/fit.py            cross-validate, fit on everything, write
    python tools/fit.py --dry      cross-validate only

Fitted on the dev split of eval/questions.jsonl, on the invented papers of eval/papers/ with their questions, and on the
dev split of those of eval/genres/; the test splits are never read. Every question is asked three times: of its own
paper alone, of all papers together, and of another paper alone, which does not answer it.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

from ragassist import Encoder, index_corpus, read_questions
from ragassist.abstention import SIGNALS, signals
from ragassist.evaluation import Question
from ragassist.fracties import parties
from ragassist.fusion import FEATURES, Evidence, gather
from ragassist.index import Index
from ragassist.retrieval import CANDIDATES

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src" / "ragassist" / "fitted.json"
FOLDS = 5
RIDGE = 5e-5  # on the weights of ranking: nothing but a brake, the features are few
BRAKE = 5.0  # on the weights of abstention, on signals of unit variance
REFUSED = 0.09  # share of answerable questions that may be told that no direct answer was found …
ABSENT = 0.04  # … and among these, that these papers are about something else

Asked = Literal["own", "all", "other"]
Bounds = tuple[float | None, float | None]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the evidence for it, and which paragraphs [n] and exchanges of the evidence answer it.

    asked: of its own paper, of all papers, or of another paper. group: questions of one group are in one fold.
    """

    question: Question
    evidence: Evidence
    paragraphs: NDArray[np.bool_]
    exchanges: NDArray[np.bool_]
    asked: Asked
    group: str


def examples(encoder: Encoder) -> list[Example]:
    """Every question of the fitting data, of its own paper and of all papers."""
    own = read_questions(ROOT / "eval" / "questions.jsonl", "dev")
    invented = (
        *read_questions(ROOT / "eval" / "papers" / "questions.jsonl"),
        *read_questions(ROOT / "eval" / "genres" / "questions.jsonl", "dev"),
    )
    genres = {question.subject for question in invented}
    papers = sorted(
        [
            *(ROOT / "corpus").glob("*.txt"),
            *(ROOT / "eval" / "papers").glob("*.txt"),
            *(paper for paper in (ROOT / "eval" / "genres").glob("*.xml") if paper.stem in genres),
        ]
    )
    found = []
    elsewhere = [question for question in invented if question.subject == "elsewhere"]
    strangers = itertools.cycle(range(1, len(papers)))
    with tempfile.TemporaryDirectory() as folder:
        everything = _index(papers, Path(folder) / "all", encoder)
        alone = [_index([paper], Path(folder) / paper.stem, encoder) for paper in papers]
        for place, paper in enumerate(papers):
            asked = own if paper.parent.name == "corpus" else [q for q in invented if q.subject == paper.stem]
            found += [_example(question, alone[place], encoder, "other") for question in elsewhere]
            for question in asked:
                found.append(_example(question, alone[place], encoder, "own"))
                found.append(_example(question, everything, encoder, "all"))
                stranger = (place + next(strangers)) % len(papers)
                other = alone[stranger]
                related = {paper.parent.name, papers[stranger].parent.name} == {"genres"}  # they share subjects
                if not (related or parties(question.question)):  # what another paper holds of a fractie may answer it
                    found.append(_example(replace(question, gold=(), kind="off-topic"), other, encoder, "other"))
    return found


def _index(papers: Sequence[Path], folder: Path, encoder: Encoder) -> Index:
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for paper in papers:
        (corpus / paper.name).write_bytes(paper.read_bytes())
    index_corpus(corpus, folder / "index", encoder)
    return Index.open(folder / "index")


def _example(question: Question, index: Index, encoder: Encoder, asked: Asked) -> Example:
    text = question.question
    encoded = encoder.question(text)
    evidence = gather(text, encoder.rarity(text), index.candidates(encoded, text, CANDIDATES))
    gold = {(gold.document, number) for gold in question.gold for number in gold.paragraphs}
    exchanges = evidence.exchanges
    places = zip(evidence.owner, evidence.paragraphs, strict=True)
    group = question.subject if question.gold or question.kind == "near-miss" else question.id
    return Example(
        question,
        evidence,
        np.array([(exchanges[owner].document, int(number)) in gold for owner, number in places]),
        np.array([any((e.document, number) in gold for number in (*e.question, *e.answer)) for e in exchanges]),
        asked,
        group,
    )


def fit_ranking(data: Sequence[Example]) -> Numbers:
    """Weights that are not negative, by the likelihood of the right paragraph and of the right exchange.

    Both are softmax over the candidates of a question; an exchange scores as its best paragraph does.
    """

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for example in answered:
            features = example.evidence.features.astype(np.float64)
            scores = features @ weights
            best = _best_rows(scores, example.evidence.owner)
            for rows, gold in ((np.arange(len(scores)), example.paragraphs), (best, example.exchanges)):
                if gold.any() and not gold.all():
                    value, slope = _softmax_loss(scores[rows], gold)
                    total += value / len(answered)
                    gradient = gradient + slope @ features[rows] / len(answered)
        return total, gradient

    answered = [example for example in data if example.question.answerable]
    start = np.ones(len(FEATURES))
    found: Numbers = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(FEATURES)).x
    return found


def _best_rows(scores: Numbers, owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of each exchange's best paragraph, in the order of the exchanges."""
    order = np.lexsort((scores, owner))
    return order[np.flatnonzero(np.diff(owner[order], append=-1))]


def _softmax_loss(scores: Numbers, gold: NDArray[np.bool_]) -> tuple[float, Numbers]:
    """Minus log likelihood that one of the gold rows is drawn, and its gradient."""
    likelihood = np.exp(scores - scores.max())
    likelihood /= likelihood.sum()
    right = float(likelihood @ gold) + 1e-12
    return -float(np.log(right)), likelihood - likelihood * gold / right


def _signals(data: Sequence[Example], weights: Numbers) -> Numbers:
    rows = [signals(e.question.question, e.evidence, (e.evidence.features @ weights).astype(np.float32)) for e in data]
    return np.array(rows, np.float64)


def fit_abstention(data: Sequence[Example], found: Numbers) -> tuple[Numbers, Numbers]:
    """The rules *subject* and *answer*: intercept and weights of two logistic regressions on the signals as they are.

    Both know the answerable questions; one sets them against questions about something else, one against near misses.
    The signals of a near miss are those of an answerable question, but for their balance: there a signal may speak
    against an answer that would otherwise speak for it.
    """
    answerable, near = (np.array(column) for column in zip(*map(_kind, data), strict=True))
    signed: list[Bounds] = [(0, None) if sign > 0 else (None, 0) for sign in SIGNALS.values()]
    free: list[Bounds] = [(None, None)] * len(SIGNALS)
    about, told = answerable | ~near, answerable | near
    return _logistic(found[about], answerable[about], signed), _logistic(found[told], answerable[told], free)


def _kind(example: Example) -> tuple[bool, bool]:
    return example.question.answerable, example.question.kind == "near-miss"


def _logistic(found: Numbers, answerable: NDArray[np.bool_], bounds: Sequence[Bounds]) -> Numbers:
    """Intercept and weights, within bounds, of a logistic regression on the signals."""
    mean, scale = found.mean(axis=0), found.std(axis=0) + 1e-9
    scaled, side = (found - mean) / scale, np.where(answerable, 1.0, -1.0)

    def loss(rule: Numbers) -> tuple[float, Numbers]:
        margins = side * (rule[0] + scaled @ rule[1:])
        slope = -side / (1 + np.exp(margins))
        penalty = np.array([0.0, *rule[1:]])
        value = float(np.logaddexp(0, -margins).sum()) + BRAKE * float(penalty @ penalty)
        return value, np.array([slope.sum(), *(slope @ scaled)]) + 2 * BRAKE * penalty

    limits = [(None, None), *bounds]
    rule = minimize(loss, np.zeros(len(limits)), jac=True, method="L-BFGS-B", bounds=limits).x
    weights = rule[1:] / scale
    return np.array([rule[0] - weights @ mean, *weights])


def _likely(found: Numbers, rule: Numbers) -> Numbers:
    likely: Numbers = 1 / (1 + np.exp(-(rule[0] + found @ rule[1:])))
    return likely


def cross_validate(data: Sequence[Example]) -> dict[str, float]:
    """Print how well it does on questions that it was not fitted on; returns the bands that fit their confidences."""
    groups = sorted({example.group for example in data})
    np.random.default_rng(1).shuffle(groups)
    fold = np.array([groups.index(example.group) % FOLDS for example in data])
    answerable = np.array([example.question.answerable for example in data])
    subject, answer, outcomes = np.zeros(len(data)), np.zeros(len(data)), np.zeros((len(data), 3))
    for number in range(FOLDS):
        inside, outside = _places(fold == number), _places(fold != number)
        weights = fit_ranking([data[place] for place in outside])
        found = _signals(data, weights)
        rules = fit_abstention([data[place] for place in outside], found[outside])
        subject[inside], answer[inside] = (_likely(found[inside], rule) for rule in rules)
        outcomes[inside] = [_outcome(data[place], weights) for place in inside]
    about = np.quantile(subject[answerable], ABSENT)
    confidences = answer * np.minimum(1, subject / about)
    _print_table(data, confidences, outcomes)
    found_from = np.quantile(confidences[answerable], REFUSED)
    return {"subject from": round(float(about), 4), "found from": round(float(found_from), 4)}


def _places(chosen: NDArray[np.bool_]) -> list[int]:
    return [int(place) for place in np.flatnonzero(chosen)]


def _print_table(data: Sequence[Example], confidences: Numbers, outcomes: Numbers) -> None:
    answerable, asked, dev, near = (
        np.array(column)
        for column in zip(
            *(
                (e.question.answerable, e.asked, e.question.split == "dev", e.question.kind == "near-miss")
                for e in data
            ),
            strict=True,
        )
    )
    print(
        f"{'':30}{'n':>5}{'hit@1':>8}{'hit@3':>8}{'first §':>8}   AUROC, recall at 10% refused: near misses  off-topic"
    )
    for name, rows in (
        ("dev, of its paper", dev & (asked != "all")),
        ("invented, each of its paper", ~dev & (asked != "all")),
        ("all, of all papers", asked == "all"),
    ):
        good = rows & answerable
        threshold = np.quantile(confidences[good], 0.1)
        line = f"{name:30}{good.sum():5}" + "".join(f"{value:8.3f}" for value in outcomes[good].mean(axis=0)) + " " * 30
        for bad in (rows & ~answerable & near, rows & ~answerable & ~near):
            both = good | bad
            area = _auroc(answerable[both], confidences[both])
            line += f"   {area:.3f} {(confidences[bad] < threshold).mean():.3f}"
        print(line)


def _auroc(right: NDArray[np.bool_], scores: Numbers) -> float:
    """The chance that a right one scores above a wrong one (Mann & Whitney, Ann. Math. Stat. 1947)."""
    ranks, n = rankdata(scores), int(right.sum())
    return float((ranks[right].sum() - n * (n + 1) / 2) / (n * (len(right) - n)))


def _outcome(example: Example, weights: Numbers) -> tuple[bool, bool, bool]:
    """Right exchange first; among the first three; right paragraph first."""
    scores = example.evidence.features @ weights
    best = _best_rows(scores, example.evidence.owner)
    order = np.argsort(-scores[best])
    right = example.exchanges[order] if len(order) else np.zeros(1, np.bool_)
    return bool(right[0]), bool(right[:3].any()), bool(example.paragraphs[np.argmax(scores)])


def main(*, write: bool) -> None:
    """Cross-validate, then fit on everything."""
    data = examples(Encoder.load())
    bands = cross_validate(data)
    weights = fit_ranking(data)
    subject, answer = fit_abstention(data, _signals(data, weights))
    fitted = {
        "ranking": dict(zip(FEATURES, weights.round(4).tolist(), strict=True)),
        "subject": dict(zip(("intercept", *SIGNALS), subject.round(4).tolist(), strict=True)),
        "answer": dict(zip(("intercept", *SIGNALS), answer.round(4).tolist(), strict=True)),
        "bands": bands,
    }
    print(json.dumps(fitted, indent=1))
    if write:
        OUT.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(write="--dry" not in sys.argv[1:])
