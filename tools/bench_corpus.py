"""How long indexing takes: papers from nothing, one paper more, and nothing new; medians, in seconds.

Beside the time that passed stands the time that processors worked, which other work on the machine does not lengthen.
Below them stands the most memory that the process held, the model and all: run it with more papers to see it grow.

    python tools/bench_corpus.py FOLDER [--papers 500] [--rounds 3]

FOLDER holds papers in the official XML; they are multiplied under other numbers until there are enough.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from ragassist import Encoder, index_corpus
from ragassist.index import Index

Rows: TypeAlias = dict[str, list[tuple[float, float]]]


def multiplied(sample: Path, corpus: Path, papers: int) -> None:
    """Fill a corpus: every copy of a paper gets a number, and so an id, of its own; its words differ a little too."""
    files = sorted(path for path in sample.iterdir() if path.is_file() and not path.name.startswith("."))
    for n in range(papers):
        text = files[n % len(files)].read_text("utf-8")
        number = re.search(r"<ondernummer\b[^>]*>\s*([^<\s]+)", text)
        if not number:
            sys.exit(f"{files[n % len(files)]} has no <ondernummer> that could be changed.")
        own_id = re.compile(rf"\b(kst-[\w-]+-){re.escape(number[1])}\b")
        copied = own_id.sub(rf"\g<1>{n}", text[: number.start(1)]) + str(n) + text[number.end(1) :]
        (corpus / f"{n:05d}{files[n % len(files)].suffix}").write_text(copied, "utf-8")


def timed(job: Callable[[], object]) -> tuple[float, float]:
    """Seconds that pass, and seconds that processors work, those of child processes included."""
    started, worked = time.perf_counter(), sum(os.times()[:4])
    job()
    return time.perf_counter() - started, sum(os.times()[:4]) - worked


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--papers", type=int, default=500)
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    encoder = Encoder.load()
    rows: Rows = {}
    for _ in range(asked.rounds):
        with tempfile.TemporaryDirectory() as place:
            corpus, index = Path(place, "corpus"), Path(place, "index")
            corpus.mkdir()
            multiplied(asked.folder, corpus, asked.papers + 1)
            last = max(corpus.iterdir())
            aside = Path(place, last.name)
            last.rename(aside)
            measure(rows, corpus, index, encoder, aside)
    print(f"{'':32}   passed   worked")
    for name, seconds in rows.items():
        passed, worked = (statistics.median(column) for column in zip(*seconds, strict=True))
        print(f"{name:32} {passed:6.2f} s {worked:6.2f} s")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"{'memory at its most':32} {most / 2**20:6.0f} MB")


def measure(rows: Rows, corpus: Path, index: Path, encoder: Encoder, aside: Path) -> None:
    """One round: from nothing, nothing new, one more, one more as a command with all that it loads."""

    def bring() -> None:
        index_corpus(corpus, index, encoder)

    rows.setdefault("from nothing", []).append(timed(bring))
    counts = Index.open(index).manifest.counts
    print(", ".join(f"{count:,} {name}" for name, count in counts.items()), file=sys.stderr)
    rows.setdefault("nothing new", []).append(timed(bring))
    shutil.copy(aside, corpus)
    rows.setdefault("one paper more", []).append(timed(bring))
    (corpus / aside.name).unlink()
    rows.setdefault("one paper less", []).append(timed(bring))
    shutil.copy(aside, corpus)
    command = [sys.executable, "-m", "ragassist", "index", str(corpus), "--index", str(index)]
    rows.setdefault("one paper more, the whole command", []).append(
        timed(lambda: subprocess.run(command, check=True, capture_output=True))
    )


if __name__ == "__main__":
    main()
