"""A question's way: encode, find candidates, score, vote, decide, highlight, cite -> Found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ragassist import abstention, fusion
from ragassist.abstention import Verdict
from ragassist.citation import Citation, cite
from ragassist.document import Exchange, Metadata, Paragraph, Passage
from ragassist.dutch import content_words, sentences
from ragassist.encoder import Encoder, Ints
from ragassist.fusion import Evidence
from ragassist.highlighting import highlight
from ragassist.index import ANY, Candidates, Filter, Index

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


def retrieve(question: str, index: Index, encoder: Encoder, k: int, among: Filter = ANY) -> Found:
    """The k answers that speak most to the question, all from one generation of the index.

    among: which papers and exchanges may answer. Raises IndexDimensionError when the index was made by another model.
    """
    encoded = encoder.question(question)
    candidates = index.candidates(encoded, question, CANDIDATES, among)
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
        paragraphs = index.paragraphs(exchange.document, (*exchange.question, *exchange.answer))
        passages = tuple(_cited(paragraphs, row, evidence, candidates, encoder) for row in cited)
        paper = candidates.documents[exchange.document]
        hits.append(_hit(rank, round(float(scores[rows[0]]), 4), paper, exchange, paragraphs, passages))
    return Found(tuple(hits), verdict, round(sure, 4))


def _hit(
    rank: int,
    score: float,
    paper: Metadata,
    exchange: Exchange,
    paragraphs: Mapping[int, Paragraph],
    passages: tuple[CitedPassage, ...],
) -> Hit:
    return Hit(
        rank=rank,
        score=score,
        document=paper,
        exchange=exchange,
        question=_text(paragraphs, exchange.question),
        answer=_text(paragraphs, exchange.answer),
        citation=cite(paper, [paragraphs[passage.paragraph] for passage in passages]),
        passages=passages,
    )


def _text(paragraphs: Mapping[int, Paragraph], numbers: Sequence[int]) -> str:
    return "\n\n".join(paragraphs[number].text for number in numbers)


def _cited(
    paragraphs: Mapping[int, Paragraph], row: int, evidence: Evidence, candidates: Candidates, encoder: Encoder
) -> CitedPassage:
    """The paragraph of this row of the evidence, with its sentences marked by what was stored of its tokens."""
    paragraph = paragraphs[int(evidence.paragraphs[row])]
    start, end = [*evidence.starts.tolist(), len(candidates.passages)][row : row + 2]
    places = candidates.token_starts[start : end + 1]
    parted = sentences(paragraph.text)
    spans = [
        _spans(passage, count, parted, encoder)
        for passage, count in zip(candidates.passages[start:end], np.diff(places).tolist(), strict=True)
    ]
    marks = highlight(parted, np.concatenate(spans), candidates.similarity[places[0] : places[-1]].T, evidence.rarity)
    return CitedPassage(paragraph.number, paragraph.page, paragraph.text, marks)


def _spans(passage: Passage, count: int, parted: Sequence[tuple[int, int]], encoder: Encoder) -> Ints:
    """The characters of the paragraph for which each of the passage's tokens stands: int32 [count, 2].

    Within one sentence every token is told as the whole passage: tokenising again would tell nothing about sentences.
    """
    if any(start <= passage.start and passage.end <= end for start, end in parted):
        return np.full((count, 2), (passage.start, passage.end), np.int32)
    return encoder.spans(passage.text) + np.int32(passage.start)
