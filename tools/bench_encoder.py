"""Measure the encoder on this machine: start, memory, questions by threads, passages by size of batch.

python tools/bench_encoder.py [MODEL]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

TEXTS = Path(__file__).resolve().parent / "golden_texts.txt"
QUESTION = "Wat doet het kabinet tegen armoede onder zelfstandigen?"
BATCHES = (512, 1024, 2048, 4096, 8192)


def resident() -> float:
    """Memory of this process in MB; 0 where there is no /proc."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS")), 0.0)


def milliseconds(act: Callable[[], object], times: int) -> list[float]:
    """How long each of so many runs took, shortest first; a few runs before them warm up."""
    taken = []
    for _ in range(times + 2):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1e3)
    return sorted(taken[2:])


def main() -> None:
    """Print one line a measurement."""
    start = time.perf_counter()
    from ragassist import encoder as module

    encoder = module.Encoder.load(sys.argv[1] if len(sys.argv) > 1 else None)
    print(f"import and load  {time.perf_counter() - start:.2f} s, {resident():.0f} MB resident")

    import torch

    cores = torch.get_num_threads()
    for threads in sorted({1, cores}):
        module.QUESTION_THREADS = threads
        taken = milliseconds(lambda: encoder.question(QUESTION), 200)
        p95 = taken[int(len(taken) * 0.95)]
        print(
            f"question, {threads} threads  p50 {statistics.median(taken):.1f} ms, p95 {p95:.1f}, least {taken[0]:.1f}"
        )

    lines = TEXTS.read_text(encoding="utf-8").split("\n")
    passages = [" ".join(lines[i : i + 1 + i % 6]) for i in range(len(lines))]
    tokens = sum(len(rows) for rows in encoder.passages(passages).tokens)
    for size in BATCHES:
        module.BATCH_TOKENS = size
        seconds = min(milliseconds(lambda: encoder.passages(passages), 2)) / 1e3
        print(f"passages, batches of {size} tokens  {tokens / seconds:.0f} tokens/s")


if __name__ == "__main__":
    main()
