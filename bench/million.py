"""Vectors alone: flat and as the index stores so many, made, opened and searched."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from bench import measure
from bench.encodings import Encodings
from bench.papers import Longs, papers
from ragassist.encoder import Encoder, Floats
from ragassist.index.vectors import Vectors, VectorWriter

TOGETHER = 20_000  # vectors added at a time
K = 10
TIMES = 200  # questions


def compare(scratch: Path, dataset: Path, count: int) -> dict[str, dict[str, Any]]:
    """So many vectors of recombined sentences, by both ways; recall is against exact search."""
    rows = _rows(Encodings.load(scratch / "encodings.npz"), count)
    encoder = Encoder.load()
    asked = json.loads((dataset / "questions.json").read_text("utf-8"))[:TIMES]
    questions = np.concatenate([encoder.question(question).vectors for question in asked])
    faiss.omp_set_num_threads(1)

    exact, flat = _flat(rows, questions)
    folder = scratch / "vectors"
    folder.mkdir()
    started = time.perf_counter()
    writer = VectorWriter(folder, rows.shape[1])
    for at in range(0, count, TOGETHER):
        writer.add(rows[at : at + TOGETHER])
    facts = writer.finish()
    made = time.perf_counter() - started
    vectors = Vectors(folder, facts)
    found = np.concatenate([vectors.search(question[None], K)[0] for question in questions])
    stored = {
        "index": facts["index"],
        "seconds": made,
        "disk": measure.disk(folder),
        "recall": float(
            np.mean([len(set(a) & set(b)) / K for a, b in zip(exact.tolist(), found.tolist(), strict=True)])
        ),
        **_latency(lambda question: vectors.search(question, K), questions),
    }
    shutil.rmtree(folder)
    return {"flat": flat, "as stored": stored}


def _flat(rows: Floats, questions: Floats) -> tuple[Longs, dict[str, Any]]:
    """The K nearest to each question, and what it takes to look at all vectors for them."""
    started = time.perf_counter()
    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows)
    seconds = time.perf_counter() - started
    _, exact = flat.search(questions, K)
    latency = _latency(lambda question: flat.search(question, K), questions)
    return exact, {"index": "Flat", "seconds": seconds, "disk": rows.nbytes / 2**20, "recall": 1.0, **latency}


def _rows(encodings: Encodings, count: int) -> Floats:
    """The vectors of the first passages of made papers."""
    rows = np.empty((count, encodings.vectors.shape[1]), np.float32)
    done = 0
    picks: list[tuple[int, ...]] = []
    for made in papers(0, count):  # many more than are needed
        picks += encodings.picks_of(made)
        if len(picks) >= TOGETHER or done + len(picks) >= count:
            own = encodings.passages(picks[: count - done], seed=done)
            rows[done : done + len(own)] = own
            done += len(own)
            picks = []
        if done == count:
            break
    return rows


def _latency(search: Any, questions: Floats) -> dict[str, float]:
    taken = []
    for question in questions:
        started = time.perf_counter()
        search(question[None])
        taken.append(time.perf_counter() - started)
    return measure.percentiles(taken)
