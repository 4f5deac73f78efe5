"""A writer may be killed or refused at any moment: what was acknowledged stays, what is read is whole.

RAGASSIST_CRASHES=1000 kills so often at a random moment, 200 times otherwise. When it is set, a kill and two errors
strike at every system call of every step; otherwise they take turns, as do the calls of Python.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crashing
import power_loss
from crashing import Outcome, Point

SEED = 5
PAPER = Path(__file__).parents[1] / "corpus" / "kst-21501-31-741.txt"
KILLS = int(os.environ.get("RAGASSIST_CRASHES", "200"))
LONG = "RAGASSIST_CRASHES" in os.environ
ACTIONS = ("signal=KILL", "error=ENOSPC", "error=EIO")
STRUCK = range(len(crashing.STEPS) - 1)


def told(outcomes: Iterable[Outcome], doing: str) -> list[Outcome]:
    """The outcomes; how many there are of each kind goes to stdout, which `pytest -rP` shows."""
    outcomes = list(outcomes)
    ends = Counter({0: "went on", crashing.REFUSED: "was refused"}.get(o.end, "was killed") for o in outcomes)
    print(f"{doing}: {len(outcomes)} runs, the writer {dict(ends)}, wrong {sum(bool(o.wrong) for o in outcomes)}")
    return outcomes


def wrong(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.wrong]


def all_points(pool: ProcessPoolExecutor, prepared: Path, bug: str = "") -> list[tuple[int, Point]]:
    calls = [*crashing.SYNCS, *crashing.CHANGES, *crashing.WRITES]
    traces = [pool.submit(crashing.trace, prepared, number, calls, bug) for number in STRUCK]
    return [
        (number, point)
        for number, trace in zip(STRUCK, traces, strict=True)
        for point in crashing.points(*trace.result())
    ]


def test_a_state_is_what_the_steps_should_make_of_it(pool: ProcessPoolExecutor, prepared: Path) -> None:
    assert pool.submit(crashing.apart, partial(crashing.compare, prepared)).result() == len(crashing.STEPS)


@pytest.mark.usefixtures("strace")
def test_a_writer_may_be_struck_at_every_system_call(pool: ProcessPoolExecutor, prepared: Path) -> None:
    points = all_points(pool, prepared)
    assert len(points) > 300
    blows = [(*at, ACTIONS[n % len(ACTIONS)]) for n, at in enumerate(points)]  # each kind of call gets each of them
    if LONG:
        blows = [(*at, action) for action in ACTIONS for at in points]
    for action in ACTIONS:
        tries = [pool.submit(crashing.struck, prepared, *blow) for blow in blows if blow[2] == action]
        outcomes = told((one.result() for one in tries), f"strace, {action}")
        assert wrong(outcomes) == []
        missed = [outcome for outcome in outcomes if outcome.end == 0]
        assert len(missed) < len(outcomes) / (50 if "KILL" in action else 2)  # not all that is tidied up has to be


def test_a_writer_may_be_killed_at_every_call_of_python(pool: ProcessPoolExecutor, prepared: Path) -> None:
    """What can be shown where strace is not to be had: tantivy's and SQLite's own calls are not among these."""
    most = pool.submit(crashing.apart, partial(crashing.calls_of_python, prepared, 3)).result()
    every = 1 if LONG or not shutil.which("strace") else 5
    tries = [pool.submit(crashing.struck_within, prepared, 3, nth) for nth in range(1, most + 1, every)]
    outcomes = told((one.result() for one in tries), "without strace")
    assert most > 50
    assert wrong(outcomes) == []
    assert {outcome.end for outcome in outcomes} == {-signal.SIGKILL}


def test_a_writer_may_be_killed_at_any_moment(pool: ProcessPoolExecutor, prepared: Path) -> None:
    moments = Random(SEED)  # noqa: S311
    tries = [pool.submit(crashing.killed, prepared, moments.uniform(0, len(crashing.STEPS) - 1)) for _ in range(KILLS)]
    outcomes = told((one.result() for one in tries), "at random moments")
    assert wrong(outcomes) == []
    assert sum(outcome.end == -signal.SIGKILL for outcome in outcomes) > KILLS / 2


def test_a_file_may_be_too_large_for_the_disk(pool: ProcessPoolExecutor, prepared: Path) -> None:
    tries = [pool.submit(crashing.cramped, prepared, 2, largest) for largest in [0, 1_000, 10_000, 30_000]]
    outcomes = told((one.result() for one in tries), "files too large")
    assert wrong(outcomes) == []
    assert {outcome.end for outcome in outcomes} == {crashing.REFUSED}


@settings(max_examples=KILLS // 20)
@given(history=st.lists(st.tuples(st.sampled_from(crashing.WORDS), st.integers(0, 90)), max_size=8))
def test_nothing_is_lost_whatever_is_added_and_taken_out(
    pool: ProcessPoolExecutor, history: list[tuple[str, int]]
) -> None:
    pool.submit(crashing.lived, history).result()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_build_that_is_told_to_stop_stops_and_leaves_the_index(tmp_path: Path, number: signal.Signals) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    shutil.copy(PAPER, corpus)
    crashing.build(index)
    before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    command: list[str | Path] = [sys.executable, "-m", "ragassist", "index", corpus, "--index", index, "--rebuild"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as build:
        assert build.stderr
        for line in build.stderr:
            if line.startswith("Encoding: "):
                break
        build.send_signal(number)
        out, err = build.communicate(timeout=60)
    assert (build.returncode, out) == (130, "")
    assert err.splitlines()[-1] == f"Stopped. The index in {index} is as it was; the next run starts over."
    assert {path: path.read_bytes() for path in index.rglob("*") if path.is_file()} == before


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("number", range(len(crashing.STEPS)))
def test_what_is_named_is_on_the_disk_before(pool: ProcessPoolExecutor, prepared: Path, number: int) -> None:
    log, index = pool.submit(crashing.trace, prepared, number, power_loss.CALLS).result()
    assert log.count("fsync(") > 10
    assert power_loss.replay(log, index).faults == []


# The suite itself: what it should catch


@pytest.mark.usefixtures("strace")
def test_current_written_in_place_is_caught(pool: ProcessPoolExecutor, prepared: Path) -> None:
    bug = "CURRENT is written in place"
    writes = [point for number, point in all_points(pool, prepared, bug) if number == 1 and point.call == "write"]
    outcomes = [pool.submit(crashing.struck, prepared, 1, point, "signal=KILL", bug) for point in writes]
    assert wrong(told((one.result() for one in outcomes), bug))
    log, index = pool.submit(crashing.trace, prepared, 1, power_loss.CALLS, bug).result()
    assert "index/CURRENT is written where it stands" in power_loss.replay(log, index).faults


@pytest.mark.usefixtures("strace")
def test_a_rename_before_the_sync_is_caught(pool: ProcessPoolExecutor, prepared: Path) -> None:
    log, index = pool.submit(crashing.trace, prepared, 1, power_loss.CALLS, "renamed before it is synced").result()
    assert [fault for fault in power_loss.replay(log, index).faults if "is named before" in fault]
