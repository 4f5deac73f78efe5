"""One engine in one process: `python -m bench.worker`, a job on stdin, its figures as JSON on the last line of stdout.

It runs in the environment of the engine, so it and what it imports know nothing of the other engines.
"""

from __future__ import annotations

import functools
import gc
import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import measure
from bench.engines import Engine, engine
from bench.job import Job

USERS = (1, 8, 32)
WARMING = 100  # questions before those that count: one that runs has answered some; what the first costs is cold
ASKED_FOR = 20.0  # seconds at most for the questions that are asked one by one
COLD = 10  # times that an index is opened with nothing in the page cache; fewer where that takes long
COLD_FOR = 5.0  # seconds
ADDED = 3  # papers, one by one
STARTED = "BENCH_STARTED"  # environment: time.monotonic() when the process was started
ROUNDS = 2  # of bulk encoding, the best of which counts


def build(job: Job) -> dict[str, Any]:
    """Make the index: seconds, without loading the model and making the papers; memory; disk."""
    built = engine(job)
    before = measure.memory()["resident"]
    started = time.perf_counter()
    apart = built.build()
    seconds = time.perf_counter() - started - apart
    memory = measure.memory()
    return {"seconds": seconds, "peak": memory["peak"], "before": before, "disk": measure.disk(Path(job.store))}


def serve(job: Job) -> dict[str, Any]:
    """Open the index and ask: start-up, warm latency; where it is wanted throughput, cold latency, one paper more."""
    questions: list[str] = job.read("questions.json")
    asked = itertools.cycle(questions)
    opened = engine(job)
    opened.open()
    opened.ask(next(asked), job.k)
    figures: dict[str, Any] = {"start": time.monotonic() - float(os.environ[STARTED])}
    for _ in range(min(WARMING, job.asked)):
        opened.ask(next(asked), job.k)
    figures["warm"] = _warm(opened, asked, job)
    figures["memory"] = measure.memory()
    if job.crowded:
        figures["users"] = {users: _throughput(opened, questions, users, job) for users in USERS}
        figures["memory busy"] = measure.memory()
        figures["gold"] = {question: list(opened.ask(question, 10)) for question in job.read("gold.json")}
        figures["open"], figures["cold"] = _cold(opened, asked, job)
        figures["add"] = [_took(functools.partial(opened.add, nth)) for nth in range(ADDED)]
    return figures


def encode(job: Job) -> dict[str, Any]:
    """Bulk encoding: the best of a few rounds, in seconds."""
    texts: Sequence[str] = job.read("bulk.json")
    encoding = engine(job)
    encoding.encode(texts[:16])
    return {"seconds": min(_took(lambda: encoding.encode(texts)) for _ in range(ROUNDS)), "texts": len(texts)}


def limits(job: Job) -> dict[str, Any]:
    """What the machine can do at most, and what of it is reached."""
    from bench import limits

    return limits.measure(Path(job.dataset).parent, job.read("bulk.json"))


def vectors(job: Job) -> dict[str, Any]:
    """Vectors alone: as many as the job has papers."""
    from bench import million

    return million.compare(Path(job.dataset).parent, Path(job.dataset), job.papers)


TASKS: dict[str, Callable[[Job], dict[str, Any]]] = {
    "build": build,
    "serve": serve,
    "encode": encode,
    "limits": limits,
    "vectors": vectors,
}


def _took(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _warm(opened: Engine, asked: itertools.cycle[str], job: Job) -> list[float]:
    """Seconds for each question, one after the other."""
    taken: list[float] = []
    until = time.perf_counter() + ASKED_FOR
    while len(taken) < job.asked and time.perf_counter() < until:
        taken.append(_took(lambda: opened.ask(next(asked), job.k)))
    return taken


def _throughput(opened: Engine, questions: Sequence[str], users: int, job: Job) -> float:
    """Answers a second when so many ask as fast as they are answered."""
    until = time.perf_counter() + job.crowded
    answered = [0] * users

    def user(own: int) -> None:
        for question in itertools.cycle([*questions[own:], *questions[:own]]):
            if time.perf_counter() > until:
                return
            opened.ask(question, job.k)
            answered[own] += 1

    started = time.perf_counter()
    threads = [threading.Thread(target=user, args=(own,)) for own in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / (time.perf_counter() - started)


def _cold(opened: Engine, asked: itertools.cycle[str], job: Job) -> tuple[list[float], list[float]]:
    """Seconds to open the index, and those of the first question, each time with its files out of the page cache."""
    opening: list[float] = []
    first: list[float] = []
    until = time.perf_counter() + COLD_FOR
    while len(first) < 2 or (len(first) < COLD and time.perf_counter() < until):
        opened.close()
        gc.collect()  # mapped pages stay in the cache for as long as they are mapped
        measure.let_go(Path(job.store))
        opening.append(_took(opened.open))
        first.append(_took(lambda: opened.ask(next(asked), job.k)))
    return opening, first


def main() -> None:
    """Do what stdin asks."""
    job = Job.of(sys.stdin.read())
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: job.threads])  # however an engine counts its threads
    figures = TASKS[job.task](job)
    print(json.dumps(figures), flush=True)
    os._exit(0)  # whatever threads an engine leaves


if __name__ == "__main__":
    main()
