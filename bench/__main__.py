"""`make bench`: measure ragassist and the others, one after the other, and write tables and plots. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import datasets, measure, tables
from bench.engines import MODULES, NUMPY, RAGASSIST
from bench.job import Job, Task, Way
from bench.papers import ROOT
from bench.quality import hits
from bench.worker import STARTED
from ragassist.encoder import Encoder

RESULTS = ROOT / "bench" / "results"
PEERS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
SIZES = (1, 1_000, 10_000, 100_000)
ENCODED = 1_000  # papers at most that are encoded; the vectors of more are put together from those of sentences
PARSED = 10_000  # papers at most that are read from files; more are given to the index as it stores them
PEERS_GIVEN = 10_000  # papers at most that the others are given: more take them longer than all the rest
PEERS_ENCODE = 100  # papers at most that the others encode themselves
# What a row of the tables says of a build.
ENCODED_BY: dict[Way, str] = {"whole": "whole", "given": "given", "stored": "given"}
# Nobody asks the network or tells it anything. How threads wait is left to each engine.
QUIET = {
    "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "DO_NOT_TRACK": "1",
    "LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false",
    "TOKENIZERS_PARALLELISM": "false", "PYTHONWARNINGS": "ignore",
}  # fmt: skip
QUOTED = re.compile(r"(?<=<!-- bench: written by make bench -->\n).*?(?=<!-- /bench -->)", re.DOTALL)


class Bench:
    """One run: what was asked for, a folder to work in, and the results so far."""

    def __init__(self, options: argparse.Namespace, scratch: Path) -> None:
        self._options = options
        self._scratch = scratch
        self._started = time.monotonic()
        self._cores = len(os.sched_getaffinity(0))
        self._turn = 0
        self.results: dict[str, Any] = {
            "arguments": _arguments(options),
            "machine": _machine(self._cores),
            "sizes": {},
            "encode": [],
            "limits": {},
            "vectors": {},
            "notes": [],
        }

    def run(self) -> None:
        """Everything that was asked for, the small before the large."""
        self._say("encoding every sentence once")
        datasets.write_common(self._scratch, Encoder.load())
        self._apart()
        together = {self._options.peers_encode} if set(self._options.engines) - {RAGASSIST} else set()
        for papers in sorted(together | set(self._options.papers)):
            self._size(papers)
        self.results["seconds"] = time.monotonic() - self._started

    def _apart(self) -> None:
        """What needs no papers: bulk encoding, the machine's limits, vectors alone."""
        dataset = self._scratch / "apart"
        datasets.write_questions(dataset)
        for threads in sorted({1, self._cores}):
            for engine in self._in_turn([name for name in (RAGASSIST, NUMPY) if name in self._options.engines]):
                done = self._job(replace(self._asked("encode", engine, 0, dataset), threads=threads))
                self.results["encode"] += [{"engine": engine, "threads": threads, **done}] if done else []
        self.results["encode"].sort(key=lambda own: (own["engine"], own["threads"]))
        self.results["limits"] = self._job(self._asked("limits", RAGASSIST, 0, dataset)) or {}
        if self._options.vectors:
            found = self._job(self._asked("vectors", RAGASSIST, self._options.vectors, dataset))
            self.results["vectors"] = found or {}

    def _size(self, papers: int) -> None:
        """One number of papers: build everyone's index, then ask."""
        way: Way = "whole" if papers <= ENCODED else "given" if papers <= PARSED else "stored"
        self._say(f"making {papers:,} papers")
        dataset = self._scratch / str(papers)
        passages = datasets.write(dataset, papers, way)
        engines = [name for name in self._options.engines if papers <= PEERS_GIVEN or name == RAGASSIST]
        figures: dict[str, dict[str, Any]] = {}
        self.results["sizes"][str(papers)] = {"passages": passages, "engines": figures}
        for name in self._in_turn(engines):
            own = way if name == RAGASSIST or papers <= self._options.peers_encode else "given"
            built = self._job(self._asked("build", name, papers, dataset, own))
            if built:
                figures[name] = {"build": built, ENCODED_BY[own]: {"rate": passages / built["seconds"]}}
        if papers in self._options.papers:
            self._serve(papers, dataset, way, figures)
        shutil.rmtree(dataset)

    def _serve(self, papers: int, dataset: Path, way: Way, figures: dict[str, dict[str, Any]]) -> None:
        """Rounds of questions, the engines in another order each; the last one measures all the rest."""
        rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in figures}
        for turn in range(1, self._options.rounds + 1):
            for name in self._in_turn(list(figures)):
                crowded = self._options.crowded if turn == self._options.rounds else 0.0
                job = replace(self._asked("serve", name, papers, dataset, way), crowded=crowded)
                measure.let_go(Path(job.store))
                served = self._job(job)
                rounds[name] += [served] if served else []
        for name, own in rounds.items():
            if own:
                figures[name] |= _medians(own)

    def _asked(self, task: Task, engine: str, papers: int, dataset: Path, way: Way = "whole") -> Job:
        return Job(
            task=task,
            engine=engine,
            papers=papers,
            dataset=str(dataset),
            store=str(dataset / f"store-{MODULES[engine]}"),
            model=str(self._scratch / "model"),
            way=way,
            threads=self._cores,
            asked=self._options.asked,
        )

    def _job(self, job: Job) -> dict[str, Any] | None:
        """The figures of a job done in a process of its own; None, and a note, where it fails."""
        self._say(f"{job.task} {job.engine}{f', {job.papers:,}' if job.papers else ''}")
        python = sys.executable if job.engine == RAGASSIST else str(self._options.peers_python)
        environment = os.environ | QUIET | {STARTED: str(time.monotonic()), "OMP_NUM_THREADS": str(job.threads)}
        done = subprocess.run(
            [python, "-m", "bench.worker"],
            cwd=ROOT,
            env=environment,
            input=job.json(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            self._say(done.stderr.strip())
            why = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
            self.results["notes"].append(f"{job.engine}, {job.task} at {job.papers:,} papers failed: {why}")
            return None
        figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return figures

    def _in_turn(self, engines: Sequence[str]) -> list[str]:
        """The same engines, another one first each time."""
        self._turn += 1
        first = self._turn % len(engines)
        return [*engines[first:], *engines[:first]]

    def _say(self, what: str) -> None:
        print(f"{time.monotonic() - self._started:6.0f} s  {what}", file=sys.stderr, flush=True)


def _medians(rounds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What several rounds of one engine gave, the last of them in full."""
    warm = [measure.percentiles(served["warm"]) for served in rounds]
    figures = {
        "start": statistics.median(served["start"] for served in rounds),
        "warm": {name: statistics.median(own[name] for own in warm) for name in warm[0]},
        "memory": rounds[-1]["memory"],
    }
    full = rounds[-1]
    if "users" in full:
        figures["users"] = full["users"]
        figures["open"] = statistics.median(full["open"])
        figures["cold"] = measure.percentiles(full["cold"])
        figures["add"] = statistics.median(full["add"])
        if full["gold"]:
            figures["hits"] = hits(full["gold"])
    return figures


def _arguments(options: argparse.Namespace) -> str:
    """What was asked for otherwise than it is without options, as `make bench` takes it; not where things lie."""
    names = ("papers", "engines", "peers_encode", "vectors", "rounds", "asked", "crowded")
    usual, own = vars(_options().parse_args([])), vars(options)
    told = [f"--{name.replace('_', '-')} {_told(own[name])}" for name in names if own[name] != usual[name]]
    return f' ARGS="{" ".join(told)}"' if told else ""


def _told(value: object) -> str:
    return " ".join(shlex.quote(str(part)) for part in value) if isinstance(value, list) else str(value)


def _machine(cores: int) -> str:
    model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = model[1] if model else platform.machine()
    return f"{cores} cores of {processor}, {memory:.0f} GB, Python {platform.python_version()}"


def write(results: dict[str, Any], folder: Path, peers_python: Path) -> None:
    """Tables as JSON and Markdown, the plot as SVG; and README's own table, when it is the results' own folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / "table.md").write_text(tables.render(results), "utf-8")
    command = [str(peers_python), "-m", "bench.plots", str(folder / "results.json"), str(folder / "growth.svg")]
    subprocess.run(command, cwd=ROOT, check=True)
    if folder == RESULTS:
        readme = ROOT / "README.md"
        text = readme.read_text("utf-8")
        readme.write_text(QUOTED.sub(lambda _: f"{tables.summary(results)}\n", text), "utf-8")


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    options.add_argument("--papers", type=int, nargs="+", default=list(SIZES), help="Numbers of papers.")
    options.add_argument("--engines", nargs="+", choices=list(MODULES), default=list(MODULES))
    options.add_argument("--peers-encode", type=int, default=PEERS_ENCODE, help="Papers that everyone encodes.")
    options.add_argument("--vectors", type=int, default=1_000_000, help="Vectors alone; 0 leaves them out.")
    options.add_argument("--rounds", type=int, default=2, help="Times that every engine is started and asked.")
    options.add_argument("--asked", type=int, default=150, help="Questions in a round.")
    options.add_argument("--crowded", type=float, default=3.0, help="Seconds that each number of users asks.")
    options.add_argument("--scratch", type=Path, help="Where to work; as large as the largest index, removed after.")
    options.add_argument("--results", type=Path, default=RESULTS)
    options.add_argument("--peers-python", type=Path, default=PEERS_PYTHON)
    return options


def main() -> None:
    """Read the options, measure, write, print."""
    asked = _options().parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=asked.scratch) as scratch:
        bench = Bench(asked, Path(scratch))
        bench.run()
    write(bench.results, asked.results.resolve(), asked.peers_python)
    print(tables.render(bench.results))


if __name__ == "__main__":
    main()
