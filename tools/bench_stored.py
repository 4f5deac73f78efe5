"""What it costs that vectors are stored at half precision and tokens at two bits: eval/ as it is, and with exact ones.

    python tools/bench_stored.py

The candidates are the same; their cosines and dot products are computed in float32 from freshly encoded texts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from ragassist import Assistant, Encoder, evaluate, index_corpus, read_questions
from ragassist.encoder import Encoded, Floats
from ragassist.index import ANY, Candidates, Filter, Index

ROOT = Path(__file__).resolve().parent.parent
SETS = {"eval": ROOT / "corpus", "eval/papers": ROOT / "eval" / "papers", "eval/genres": ROOT / "eval" / "genres"}
METRICS = ("exchanges hit@1", "exchanges hit@3", "paragraphs hit@1")

Search = Callable[[Index, Encoded, str, int, Filter], Candidates]
STORED: Search = Index.candidates


def exact(encoder: Encoder) -> Search:
    """What `Index.candidates` gives, with nothing of it rounded: vectors and tokens as the encoder makes them."""
    known: dict[str, tuple[Floats, Floats]] = {}

    def encoded(texts: Sequence[str]) -> list[tuple[Floats, Floats]]:
        new = list({text: None for text in texts if text not in known})
        made = encoder.passages(new)
        known.update(zip(new, zip(made.vectors, made.tokens, strict=True), strict=True))
        return [known[text] for text in texts]

    def candidates(index: Index, question: Encoded, terms: str, k: int, among: Filter = ANY) -> Candidates:
        found = STORED(index, question, terms, k, among)
        vectors, tokens = zip(*encoded([passage.text for passage in found.passages]), strict=True)
        return replace(
            found,
            cosine=np.array(vectors) @ question.vectors[0],
            similarity=np.concatenate(tokens) @ question.tokens[0].T,
            token_starts=np.cumsum([0, *map(len, tokens)]),
        )

    return candidates


def main() -> None:
    """Print a line for each set of questions and each way."""
    encoder = Encoder.load()
    ways: dict[str, Search] = {"as stored": STORED, "exact": exact(encoder)}
    for name, corpus in SETS.items():
        questions = read_questions(ROOT / name / "questions.jsonl")
        with tempfile.TemporaryDirectory() as index:
            index_corpus(corpus, Path(index), encoder)
            assistant = Assistant(Index.open(Path(index)), encoder)
            for way, search in ways.items():
                with patch.object(Index, "candidates", search):
                    report = evaluate(assistant, questions)
                told = ", ".join(f"{metric} {report.overall[metric].value:.4f}" for metric in METRICS)
                answerable = sum(question.answerable for question in questions)
                print(f"{name:12} {answerable} questions, {way:10} {told}", flush=True)


if __name__ == "__main__":
    main()
