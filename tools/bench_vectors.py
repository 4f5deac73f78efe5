"""How fast the nearest passages are found, and how many of them: every row compared, and through lists of neighbours.

    python tools/bench_vectors.py [--counts 65536 131072 262144]

The questions are those of eval/, encoded as they are asked. The passages are made, as there are not enough papers: one
to three sentences of the papers in eval/ and corpus/, half of them near each other, meaned by their lengths, and moved
as far from that mean as real passages lie from it (their cosine with it is .96), in the directions in which sentences
differ. Memory is what of the files was mapped and touched by all questions.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np

from ragassist import Encoder
from ragassist.dutch import sentences
from ragassist.encoder import Floats
from ragassist.formats import parse
from ragassist.index.vectors import RECALL_AT, Longs, Vectors, VectorWriter

ROOT = Path(__file__).parents[1]
NEAR = 60  # sentences to choose a fellow from
MOVED = 0.25


def read() -> tuple[list[str], list[str]]:
    """The sentences of the papers, and the questions; each once."""
    files = itertools.chain(ROOT.glob("eval/papers/*.txt"), ROOT.glob("eval/genres/*.xml"), ROOT.glob("corpus/*.txt"))
    papers = [parse(path.name, path.read_bytes()) for path in sorted(files)]
    texts = [paragraph.text for paper in papers for paragraph in paper.paragraphs]
    said = (text[start:end] for text in texts for start, end in sentences(text) if end - start > 25)  # no mere numbers
    lines = (line for path in sorted(ROOT.glob("eval/**/questions.jsonl")) for line in path.open(encoding="utf-8"))
    return list(dict.fromkeys(said)), list(dict.fromkeys(json.loads(line)["question"] for line in lines))


def passages(count: int, sentences: Floats, lengths: Floats) -> Floats:
    """So many made passages, float32 [count, dim]. sentences: float32 [n, dim]. lengths: float32 [n]."""
    rng = np.random.default_rng(count)
    near = np.argsort(-(sentences @ sentences.T), axis=1)[:, 1 : NEAR + 1]
    _, spread, directions = np.linalg.svd(sentences - sentences.mean(axis=0), full_matrices=False)
    spread *= MOVED / np.linalg.norm(spread)
    made = np.empty((count, sentences.shape[1]), np.float32)
    for start in range(0, count, 8192):
        size = min(8192, count - start)
        first = rng.integers(len(sentences), size=(size, 1))
        any_, close = rng.integers(len(sentences), size=(size, 2)), near[first, rng.integers(NEAR, size=(size, 2))]
        chosen = np.hstack([first, np.where(rng.random((size, 2)) < 0.5, any_, close)])
        weights = lengths[chosen] * (np.arange(3) < rng.integers(1, 4, size=(size, 1)))
        means = np.einsum("ns,nsd->nd", weights / weights.sum(axis=1, keepdims=True), sentences[chosen])
        made[start : start + size] = means + (rng.standard_normal((size, len(spread))) * spread) @ directions
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def mapped() -> int:
    """MB of files that count as this process's memory."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["RssFile"].split()[0]) // 1024


def measure(rows: Floats, questions: Floats, nearest: Longs | None) -> Longs:
    """Write, search and print a line; gives what was found."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writer = VectorWriter(folder, rows.shape[1])
        for start in range(0, len(rows), 8192):
            writer.add(rows[start : start + 8192])
        started, worked = time.perf_counter(), time.process_time()
        facts = writer.finish()
        took, work, before = time.perf_counter() - started, time.process_time() - worked, mapped()
        vectors = Vectors(folder, facts)
        found, times = [], []
        for question in questions:
            asked = time.perf_counter()
            found.append(vectors.search(question[None], max(RECALL_AT))[0][0])
            times.append(1000 * (time.perf_counter() - asked))
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        held = mapped() - before
    best = np.array(found) if nearest is None else nearest
    real = [sum(len(np.intersect1d(f[:k], b[:k])) / k for f, b in zip(found, best, strict=True)) for k in RECALL_AT]
    recalls = " ".join(f"{share / len(found):.3f}" for share in real)
    p50, p95 = np.percentile(times, [50, 95])
    print(
        f"{len(rows):,} rows: finished in {took:.1f} s (processors {work:.1f}), {size:.0f} MB; a question {p50:.2f} ms "
        f"(p95 {p95:.2f}, fastest {min(times):.2f}), {held} MB touched; recall at {RECALL_AT}: {recalls}; {facts}",
        flush=True,
    )
    return np.array(found)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--counts", type=int, nargs="+", default=[65_536, 131_072, 262_144])
    counts = options.parse_args().counts
    encoder = Encoder.load()
    said, asked = read()
    spoken = encoder.passages(said).vectors
    questions = np.concatenate([encoder.question(text).vectors for text in asked])
    print(f"{len(said):,} sentences, {len(asked):,} questions")
    for count in counts:
        rows = passages(count, spoken, np.array([len(text) for text in said], np.float32))
        with patch("ragassist.index.vectors.FLAT_MOST", count):
            nearest = measure(rows, questions, None)
        with patch("ragassist.index.vectors.FLAT_MOST", 0):
            measure(rows, questions, nearest)


if __name__ == "__main__":
    main()
