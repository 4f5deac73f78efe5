"""Measure the encoder on this machine: start, memory, questions, passages; against sentence-transformers' own encode.

python tools/bench_encoder.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

TEXTS = Path(__file__).resolve().parent / "golden_texts.txt"
PASSAGES = 200
BATCHES = (512, 1024, 2048)
RUNS = 2


def resident() -> float:
    """Memory of this process in MB; 0 where there is no /proc."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS")), 0.0)


def seconds(act: Callable[[], object], times: int) -> list[float]:
    """How long each of so many runs took, shortest first; one before them warms up."""
    act()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return sorted(taken)


def tell_questions(name: str, ask: Callable[[str], object], questions: list[str]) -> None:
    """A line with the time that a question takes."""
    each = cycle(questions)
    taken = [1e3 * took for took in seconds(lambda: ask(next(each)), 4 * len(questions))]
    p95 = taken[int(len(taken) * 0.95)]
    print(f"question, {name:38}  p50 {statistics.median(taken):5.1f} ms, p95 {p95:5.1f}", flush=True)


def main() -> None:
    """Print one line a measurement."""
    start = time.perf_counter()
    from ragassist import encoder as module

    encoder = module.Encoder.load()
    print(f"import and load, {encoder.engine}  {time.perf_counter() - start:.2f} s, {resident():.0f} MB resident")

    import torch

    from ragassist.encoder.backend import CORES
    from ragassist.encoder.pytorch import Pipeline, load_shipped
    from ragassist.encoder.shipped import Shipped

    lines = TEXTS.read_text(encoding="utf-8").split("\n")
    questions = [line for line in lines if line.endswith("?")]
    passages = [" ".join(lines[(i + j) % len(lines)] for j in range(1 + i % 6)) + f" {i}" for i in range(PASSAGES)]
    shipped = Shipped.open()
    itself = load_shipped(shipped)
    on_pytorch = module.Encoder(Pipeline(itself), "", "")

    print(f"{len(questions)} questions, {len(passages)} passages, {CORES} cores")
    tell_questions(f"OpenVINO, 1 stream of {CORES} threads", encoder.question, questions)
    tell_questions(f"OpenVINO, {CORES} streams of 1 thread", lambda text: encoder.passages([text]), questions)
    tell_questions("PyTorch, 1 thread", on_pytorch.question, questions)

    def own(threads: int) -> Callable[[], object]:
        def encode() -> object:
            torch.set_num_threads(threads)
            return itself.encode(passages, prompt_name="document", show_progress_bar=False)

        return encode

    ways = {f"sentence-transformers' encode, {threads} threads": own(threads) for threads in sorted({1, CORES})}
    took = {name: seconds(act, RUNS)[0] for name, act in ways.items()}
    fastest = min(took.values())
    for size in BATCHES:
        module.BATCH_TOKENS = size
        took[f"OpenVINO, {size} tokens a batch"] = seconds(lambda: encoder.passages(passages), RUNS)[0]
    for name, second in took.items():
        print(f"passages, {name:42}  {len(passages) / second:4.0f}/s, {fastest / second:.2f} x")
    cosines = (encoder.passages(passages).vectors * on_pytorch.passages(passages).vectors).sum(axis=1)
    print(f"lowest cosine of OpenVINO's vectors to PyTorch's  {cosines.min():.6f}")


if __name__ == "__main__":
    main()
