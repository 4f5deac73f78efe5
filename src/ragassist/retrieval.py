"""A question's way: encode, find candidates, score, vote, decide, highlight, cite -> Found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ragassist import abstention, fusion
from ragassist.abstention import Verdict
from ragassist.citation import Citation, cite
from ragassist.document import Document, Exchange, Metadata
from ragassist.dutch import content_words
from ragassist.encoder import Encoder
from ragassist.fusion import Evidence
from ragassist.highlighting import highlight
from ragassist.index import Candidates, Index

CANDIDATES = 50  # passages that each search brings; their exchanges are ranked whole
CITED = 3  # paragraphs shown of an answer, at most
CLOSE = 2.0  # how far below an answer's best paragraph another may score and still be cited with it


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A paragraph that is quoted whole, with the sentences that speak to the question marked.

    page: printed page of its first line. highlights: (start, end) in characters of `text`.
    """

    paragraph: int
    page: int | None
    text: str
    highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked answer: the exchange it belongs to, question and answer in full, and what is cited of it, best first.

    rank: from 1. score: comparable within one reply only. answer: paragraphs parted by a blank line.
    """

    rank: int
    score: float
    document: Metadata
    exchange: Exchange
    question: str
    answer: str
    citation: Citation
    passages: tuple[CitedPassage, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval gives: hits, best first; whether they answer, and how sure that is, from 0 to 1."""

    hits: tuple[Hit, ...]
    verdict: Verdict
    confidence: float


def retrieve(question: str, index: Index, encoder: Encoder, k: int) -> Found:
    """The k answers that speak most to the question, all from one generation of the index.

    Raises IndexDimensionError when the index was made by another model.
    """
    encoded = encoder.question(question)
    candidates = index.candidates(encoded, question, CANDIDATES)
    if not candidates.exchanges:
        return Found((), "absent", 0.0)
    fitted = fusion.fitted()
    evidence = fusion.gather(question, encoder.rarity(question), candidates)
    scores = fusion.score(evidence, fitted["ranking"])
    sure, verdict = abstention.confidence(abstention.signals(question, evidence, scores), fitted)
    if not content_words(question):
        sure, verdict = 0.0, "absent"  # nothing was asked about
    hits = []
    for rank, rows in enumerate(fusion.vote(evidence, scores)[:k], start=1):
        cited = [row for row in rows if scores[row] >= scores[rows[0]] - CLOSE][:CITED]
        exchange = evidence.exchanges[evidence.owner[rows[0]]]
        document = index.document(exchange.document)
        passages = tuple(_cited(document, row, evidence, candidates, encoder) for row in cited)
        hits.append(_hit(rank, round(float(scores[rows[0]]), 4), document, exchange, passages))
    return Found(tuple(hits), verdict, round(sure, 4))


def _hit(rank: int, score: float, document: Document, exchange: Exchange, passages: tuple[CitedPassage, ...]) -> Hit:
    return Hit(
        rank=rank,
        score=score,
        document=document.metadata,
        exchange=exchange,
        question=_text(document, exchange.question),
        answer=_text(document, exchange.answer),
        citation=cite(document, [passage.paragraph for passage in passages]),
        passages=passages,
    )


def _text(document: Document, numbers: Sequence[int]) -> str:
    return "\n\n".join(document.paragraph(number).text for number in numbers)


def _cited(document: Document, row: int, evidence: Evidence, candidates: Candidates, encoder: Encoder) -> CitedPassage:
    """The paragraph of this row of the evidence, with its sentences marked by what was stored of its tokens."""
    paragraph = document.paragraph(int(evidence.paragraphs[row]))
    start, end = [*evidence.starts, len(candidates.passages)][row : row + 2]
    first, last = candidates.token_starts[[start, end]]
    spans = np.concatenate([encoder.spans(passage.text) + passage.start for passage in candidates.passages[start:end]])
    marks = highlight(paragraph.text, spans, candidates.similarity[first:last].T, evidence.rarity)
    return CitedPassage(paragraph.number, paragraph.page, paragraph.text, marks)
