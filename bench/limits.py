"""What the machine can do at most: multiply matrices, read memory; and how near encoder and scan come to it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import torch
from tokenizers import Tokenizer

from bench.encodings import Encodings
from bench.papers import SEED
from ragassist.encoder import Encoder
from ragassist.encoder.shipped import FOLDER, PROMPTS

SIDE = 2048  # of the matrices
SCANNED = 200_000  # vectors: 300 MB, more than any cache holds
ROUNDS = 5


def measure(scratch: Path, texts: list[str]) -> dict[str, Any]:
    """Peaks in GFLOP/s and GB/s, by threads; and what encoding and scanning reach."""
    most = len(os.sched_getaffinity(0))
    peaks: dict[str, dict[str, float]] = {}
    for threads in sorted({1, most}):
        torch.set_num_threads(threads)
        peaks[str(threads)] = {
            "fp32": _product(torch.float32),
            "bf16": _product(torch.bfloat16),
            "read": _read(),
            "scan": _scan(scratch, threads),
        }
    return {"peaks": peaks, "encoder": _encoder(scratch, texts)}


def flops(tokens: list[int]) -> float:
    """Operations of one forward pass over texts of so many tokens: products of matrices, and attention."""
    config = json.loads((FOLDER / "config.json").read_text("utf-8"))
    hidden, layers, inner = config["hidden_size"], config["num_hidden_layers"], config["intermediate_size"]
    weights = layers * (4 * hidden * hidden + 2 * hidden * inner)
    return float(sum(2 * weights * n + layers * 4 * hidden * n * n for n in tokens))


def _encoder(scratch: Path, texts: list[str]) -> dict[str, float]:
    encoder = Encoder.load()
    encoder.passages(texts[:16])
    tokenizer = Tokenizer.from_file(str(scratch / "model" / "tokenizer.json"))
    tokens = [len(tokenizer.encode(PROMPTS["document"] + text).ids) for text in texts]
    seconds = _best(lambda: encoder.passages(texts), 2)
    return {"seconds": seconds, "tokens/s": sum(tokens) / seconds, "GFLOP/s": flops(tokens) / seconds / 1e9}


def _product(dtype: torch.dtype) -> float:
    left, right = torch.randn(SIDE, SIDE).to(dtype), torch.randn(SIDE, SIDE).to(dtype)
    return 2 * SIDE**3 / _best(lambda: left @ right) / 1e9


def _read() -> float:
    numbers = torch.ones(SCANNED * 384)
    return numbers.numel() * 4 / _best(numbers.sum) / 1e9


def _scan(scratch: Path, threads: int) -> float:
    faiss.omp_set_num_threads(threads)
    encodings = Encodings.load(scratch / "encodings.npz")
    rng = np.random.default_rng(SEED)
    rows = encodings.vectors[rng.integers(len(encodings.vectors), size=SCANNED)]
    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows)
    return rows.nbytes / _best(lambda: flat.search(rows[:1], 10)) / 1e9


def _best(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    act()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return min(taken)
