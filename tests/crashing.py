"""A writer of an index that is stopped at a system call or a moment of our choice, and what must hold after that.

The index goes through STEPS; STATES says what it then holds. `prepared` keeps a copy of every state. A trial takes such
a copy, lets a child write, stops it, and looks, in another child, at what is left: a state that was to be expected,
whole; and after the next build nothing else. What runs a trial has no threads of its own, so that it may fork.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias
from unittest.mock import patch

import numpy as np

from ragassist.errors import IndexMissing, SystemFault
from ragassist.index import Contents, Index, Stored, generation
from ragassist.index import build as building
from ragassist.index.manifest import FileSum
from stored_papers import MODEL, paper, question

WORDS = ("kanaal", "dijk", "sluis", "brug", "molen")


def _paper(word: str, seed: int) -> Stored:
    """Tokens in pairs of opposites: their mean is nought, whatever papers a segment holds."""
    made = paper(word, (f"De {word} wordt hersteld.", f"Aan {word} is behoefte."), seed)
    return replace(made, tokens=tuple(None if some is None else np.vstack([some, -some]) for some in made.tokens))


PAPERS = {word: _paper(word, seed) for seed, word in enumerate(WORDS)}
STATES = ((), WORDS[:2], WORDS[:3], WORDS[:4], (WORDS[0], *WORDS[2:4]), (WORDS[0], *WORDS[2:]))

SYNCS = ("fsync", "fdatasync")
CHANGES = (
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "link",
    "linkat",
    "mkdir",
    "mkdirat",
    "ftruncate",
)
WRITES = ("write", "pwrite64")
EVERY = 5  # of the writes, one in so many; of what we write ourselves all, and of every file the last
OWN = {"CURRENT", "CURRENT.tmp", "manifest.json", "manifest.sha256"}
_PYTHON = ("fsync", "rename", "replace", "unlink", "rmdir", "link", "mkdir")  # of the module os
SECONDS = 60  # a child that takes longer hangs
REFUSED = 3  # exit code

Step: TypeAlias = Callable[[Path], None]


def build(folder: Path) -> None:
    Index.write(folder, [PAPERS[word] for word in STATES[1]], MODEL)


def add(word: str, folder: Path) -> None:
    index, stored = Index.open(folder), PAPERS[word]
    Index.write(folder, [stored], MODEL, lambda: Contents((*index.sources().values(), stored.source)), index)


def remove(word: str, folder: Path) -> None:
    Index.open(folder).remove([word])


STEPS: tuple[Step, ...] = (
    build,
    functools.partial(add, WORDS[2]),
    functools.partial(add, WORDS[3]),
    functools.partial(remove, WORDS[1]),
    functools.partial(add, WORDS[4]),
)


def take(number: int, folder: Path) -> None:
    """Take a step as if a paper were large: what a segment of its own holds stays there, and is linked."""
    with patch.object(building, "SMALL", 1):
        STEPS[number](folder)


# What an index holds


def holdings(index: Index) -> str:
    """Digest of all that can be had from an index by asking: the papers, and every passage with all its numbers."""
    held: list[object] = [(id, index.document(id), index.exchanges(id)) for id in _held(index)]
    for words in (" ".join(WORDS), "vraag behoefte"):
        found = index.candidates(question(PAPERS[WORDS[0]].vectors[:1]), words, 100)
        tokens = (found.similarity[start:end].ravel() for start, end in pairwise(found.token_starts))
        numbers = [np.round(np.hstack(some), 3).tolist() for some in zip(found.cosine, found.bm25, tokens, strict=True)]
        held += sorted(
            (passage.document, passage.exchange, passage.paragraph, passage.side, passage.text, some)
            for passage, some in zip(found.passages, numbers, strict=True)
        )
    return hashlib.sha256(repr(held).encode()).hexdigest()


def _held(index: Index) -> tuple[str, ...]:
    return tuple(sorted(one.id for one in index.documents()))


def state(folder: Path, prepared: Path) -> int:
    """Which of STATES the index is in, all of it. Raises AssertionError when it is in none or has something to say."""
    try:
        index = Index.open(folder)
    except IndexMissing:
        return 0
    expected: Mapping[str, int] = json.loads((prepared / "expected.json").read_text())
    found = expected.get(holdings(index), -1)
    assert found > 0, f"neither the old nor the new, of {_held(index)}"
    # Before the first CURRENT there is none that a reader could tell from one that was lost.
    assert not index.trouble or (found == 1 and not (folder / "CURRENT").exists()), index.trouble
    return found


def prepare(prepared: Path) -> None:
    """Make a copy of each state, in folders 1 to 5 (there is none yet in state 0), and note what each holds."""
    folder = prepared / "index"
    expected = {}
    for number in range(1, len(STATES)):
        take(number - 1, folder)
        copy(folder, prepared / str(number))
        expected[holdings(Index.open(folder))] = number
    (prepared / "expected.json").write_text(json.dumps(expected))
    (prepared / "largest").write_text(str(max(size(place) for place in prepared.glob("?/gen-*"))))


def compare(prepared: Path) -> int:
    """Raises AssertionError where a state is not that of an index made in one go, or of papers as they were given."""
    for number, words in enumerate(STATES[1:], 1):
        index = Index.open(prepared / str(number))
        for word in words:
            assert index.document(word) == PAPERS[word].document
            assert index.exchanges(word) == PAPERS[word].exchanges
        with tempfile.TemporaryDirectory() as place:
            Index.write(Path(place), [PAPERS[word] for word in words], MODEL)
            assert holdings(Index.open(Path(place))) == holdings(index)
    return len(STATES) - 1


def copy(source: Path, target: Path) -> None:
    """Copy a folder as it is, if it is there: files that were one under two names stay so."""
    there: dict[int, Path] = {}
    if source.exists():
        target.mkdir()
    for path in sorted(source.rglob("*")):
        to = target / path.relative_to(source)
        inode = path.stat().st_ino
        if path.is_dir():
            to.mkdir()
        elif inode in there:
            to.hardlink_to(there[inode])
        else:
            there[inode] = to
            shutil.copyfile(path, to)


def size(*folders: Path) -> int:
    """Bytes of the files in these folders, each counted once."""
    files = {(stat.st_dev, stat.st_ino): stat.st_size for folder in folders for stat in _stats(folder)}
    return sum(files.values())


def _stats(folder: Path) -> list[os.stat_result]:
    return [path.stat() for path in folder.rglob("*") if path.is_file()]


# Children


def child(job: Callable[[int], int]) -> tuple[int, int]:
    """Fork; the child runs the job, which gets a pipe to write to, and ends with its code. Gives pid and pipe."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    code = 1
    try:
        os.close(reading)
        signal.alarm(SECONDS)
        code = job(writing)
    except BaseException:  # noqa: BLE001 - told to the parent, whatever it is
        os.write(writing, json.dumps({"raised": traceback.format_exc()}).encode())
    finally:
        os._exit(code)
    raise AssertionError


def ended(pid: int, pipe: int) -> tuple[int, bytes]:
    """How a child ended, a signal as a negative number, and what it wrote to its pipe."""
    with os.fdopen(pipe, "rb") as written:
        said = written.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def apart(job: Callable[[], object]) -> Any:
    """What a job gives when a child does it. Raises AssertionError with what the child raised or died of."""

    def told(pipe: int) -> int:
        os.write(pipe, json.dumps({"gives": job()}).encode())
        return 0

    code, said = ended(*child(told))
    assert code == 0, f"ended with {code}: {said.decode()}"
    return json.loads(said)["gives"]


# The writer, and three mistakes that a writer could make


def write(steps: Sequence[int], folder: Path, acknowledged: int) -> int:
    """Take these steps; a byte goes to the pipe after each that was acknowledged. Gives the exit code."""
    for number in steps:
        try:
            take(number, folder)
        except SystemFault:
            return REFUSED
        os.write(acknowledged, b".")
    return 0


def in_place() -> ExitStack:
    """CURRENT is written where it stands."""

    def replace(self: Path, target: Path) -> None:
        target.write_bytes(self.read_bytes())
        self.unlink()

    return _patched(patch.object(Path, "replace", replace))


def renamed_first() -> ExitStack:
    """What a generation holds is synced only when it has its name, and CURRENT too."""
    switch = generation._switch

    def late(folder: Path, draft: Path, seal: str) -> None:
        with patch("os.fsync"):
            switch(folder, draft, seal)
        for path in [*folder.rglob("*"), folder]:
            generation._sync(path)

    return _patched(patch.object(generation, "_switch", late))


def unchecked() -> ExitStack:
    """Files are taken for what they should be."""
    return _patched(patch.object(FileSum, "__eq__", lambda self, other: True))


def _patched(patcher: Any) -> ExitStack:
    stack = ExitStack()
    stack.enter_context(patcher)
    return stack


BUGS: Mapping[str, Callable[[], ExitStack]] = {
    "": ExitStack,
    "CURRENT is written in place": in_place,
    "renamed before it is synced": renamed_first,
    "no checksums": unchecked,
}


# Faults


@dataclass(frozen=True, slots=True)
class Point:
    """A system call of the writer.

    nth: counted from 1 over the calls of this name that its thread makes. main: whether that is the main thread; else
    the fault strikes whichever thread comes to its nth call first.
    """

    call: str
    nth: int
    main: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault did. end: how the writer ended, as an exit code. wrong: what should not be so afterwards."""

    fault: str
    end: int
    wrong: str = ""


def traced(pid: int, words: Sequence[str]) -> subprocess.Popen[str]:
    """Let strace attach to a process. Raises OSError when it may not."""
    tracer = subprocess.Popen(["strace", "-p", str(pid), *words], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    said = tracer.stderr.readline()
    if "attached" not in said:
        tracer.wait()
        raise OSError(said.strip())
    return tracer


def written_under_trace(folder: Path, steps: Sequence[int], words: Sequence[str], bug: str = "") -> tuple[int, int]:
    """Take steps while strace watches: exit code, and how many steps were acknowledged."""
    waiting, go = os.pipe()

    def job(acknowledged: int) -> int:
        with BUGS[bug]():
            os.read(waiting, 1)
            return write(steps, folder, acknowledged)

    pid, pipe = child(job)
    try:
        tracer = traced(pid, words)
    except OSError:
        os.kill(pid, signal.SIGKILL)
        ended(pid, pipe)
        raise
    finally:
        os.write(go, b".")
        os.close(go)
        os.close(waiting)
    code, acknowledged = ended(pid, pipe)
    tracer.communicate()
    return _end(code, acknowledged)


def _end(code: int, said: bytes) -> tuple[int, int]:
    done = len(said) - len(said.lstrip(b"."))
    assert len(said) == done, said[done:].decode()
    return code, done


def trace(prepared: Path, number: int, calls: Sequence[str], bug: str = "") -> tuple[str, Path]:
    """What strace tells of one step, with paths, and the folder in which it was taken."""
    with tempfile.TemporaryDirectory(dir=prepared) as place:
        folder, log = Path(place) / "index", Path(place) / "log"
        copy(prepared / str(number), folder)
        words = ["-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join('?' + call for call in calls)}"]
        assert written_under_trace(folder, [number], words, bug) == (0, 1)
        return log.read_text("utf-8", "replace"), folder


def points(log: str, folder: Path) -> list[Point]:
    """The calls of a trace at which a fault can strike, but for most of the writes."""
    seen: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, int], str] = {}  # who comes first to its nth call
    changes: list[Point] = []
    writes: list[tuple[str, Point]] = []  # with the file
    main = log.split(maxsplit=1)[0]
    for thread, call, rest in re.findall(r"^(\d+) +(\w+)\((.*)", log, re.MULTILINE):
        seen[thread, call] += 1
        point = Point(call, seen[thread, call], thread == main)
        comes_first = first.setdefault((call, point.nth), thread) == thread
        if str(folder) in rest and (point.main or comes_first):
            if call in WRITES:
                writes.append((rest.partition(">")[0].partition("<")[2], point))
            else:
                changes.append(point)
    last = dict(writes)
    own = [point for file, point in writes if Path(file).name in OWN]
    return [*changes, *dict.fromkeys([*last.values(), *own, *(point for _, point in writes[::EVERY])])]


def struck(prepared: Path, number: int, point: Point, action: str, bug: str = "") -> Outcome:
    """Take a step and strike: action is `signal=KILL` or `error=ENOSPC` and its like."""
    fault = f"step {number}, {action} at {point.call} {point.nth}{'' if point.main else ' of a thread'}"
    words = ["-e", f"trace={point.call}", "-e", f"inject={point.call}:{action}:when={point.nth}", "-o", os.devnull]
    words += [] if point.main else ["-f"]
    return _tried(prepared, number, fault, lambda folder: written_under_trace(folder, [number], words, bug))


def struck_within(prepared: Path, number: int, nth: int) -> Outcome:
    """Kill without strace: at the nth call that Python itself makes."""

    def job(folder: Path, acknowledged: int) -> int:
        with striking(nth):
            return write([number], folder, acknowledged)

    fault = f"step {number}, killed at call {nth} of Python"
    return _tried(prepared, number, fault, lambda folder: _end(*ended(*child(functools.partial(job, folder)))))


def striking(nth: int) -> ExitStack:
    """Be killed at the nth call of those that Python makes to sync, rename, link, make or remove."""
    left = iter(range(nth - 1, -1, -1))

    def guarded(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            if next(left, 1) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **named)

        return call

    stack = ExitStack()
    for name in _PYTHON:
        stack.enter_context(patch.object(os, name, guarded(getattr(os, name))))
    return stack


def calls_of_python(prepared: Path, number: int) -> int:
    """How many calls there are in a step at which `striking` can strike."""
    with tempfile.TemporaryDirectory(dir=prepared) as place, ExitStack() as stack:
        folder = Path(place) / "index"
        copy(prepared / str(number), folder)
        calls = [stack.enter_context(patch.object(os, name, wraps=getattr(os, name))) for name in _PYTHON]
        take(number, folder)
        return sum(call.call_count for call in calls)


def cramped(prepared: Path, number: int, largest: int) -> Outcome:
    """Take a step where no file may grow beyond this many bytes."""

    def job(folder: Path, acknowledged: int) -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        return write([number], folder, acknowledged)

    fault = f"step {number}, no file above {largest} bytes"
    return _tried(prepared, number, fault, lambda folder: _end(*ended(*child(functools.partial(job, folder)))))


def killed(prepared: Path, moment: float) -> Outcome:
    """Take all steps but the last, and kill the writer in one of them: 1.5 is halfway through the second."""

    def writing(folder: Path) -> tuple[int, int]:
        pid, pipe = child(lambda acknowledged: write(range(len(STEPS) - 1), folder, acknowledged))
        said = b"".join(os.read(pipe, 1) for _ in range(int(moment)))
        time.sleep(moment % 1 * duration())
        os.kill(pid, signal.SIGKILL)
        code, more = ended(pid, pipe)
        return _end(code, said + more)

    return _tried(prepared, 0, f"killed at step {moment:.3f}", writing)


@functools.cache
def duration() -> float:
    """Seconds that a step takes, about."""

    def measured(folder: Path) -> float:
        started = time.monotonic()
        take(0, folder)
        return time.monotonic() - started

    with tempfile.TemporaryDirectory() as place:
        return min(float(apart(functools.partial(measured, Path(place) / str(n)))) for n in range(5))


def _tried(prepared: Path, number: int, fault: str, writing: Callable[[Path], tuple[int, int]]) -> Outcome:
    with tempfile.TemporaryDirectory(dir=prepared) as place:
        folder = Path(place) / "index"
        copy(prepared / str(number), folder)
        end = 1
        try:
            end, acknowledged = writing(folder)
            assert end in {0, REFUSED, -signal.SIGKILL}, f"the writer ended with {end}"
            apart(lambda: after(folder, prepared, number + acknowledged))
        except AssertionError as error:
            return Outcome(fault, end, str(error))
        return Outcome(fault, end)


def after(folder: Path, prepared: Path, acknowledged: int) -> None:
    """What must hold of an index that is in this state at least, and in the next at most: now, and after a build."""
    most = 2.1 * int((prepared / "largest").read_text())
    assert size(folder) <= most, f"{size(folder)} bytes are in use"
    found = state(folder, prepared)
    assert found in {acknowledged, acknowledged + 1}, f"state {found} where {acknowledged} was acknowledged"
    if _tidy(folder) and found == acknowledged:
        return  # as if nothing had been tried
    take(found, folder)
    assert state(folder, prepared) == found + 1, "the next build does not do what it should"
    assert size(folder) <= most, f"{size(folder)} bytes are in use after the next build"
    assert _tidy(folder), f"left over: {[entry.name for entry in folder.iterdir()]}"
    for word in set(WORDS[: found + 2]) - set(STATES[found + 1]):
        assert not _naming(folder, word), f"{word} was taken out and is there still"


def _tidy(folder: Path) -> bool:
    """Whether there is nothing but what belongs to an index, and two generations at most."""
    return {entry.name for entry in folder.glob("*")} <= {".lock", "CURRENT", *generations(folder)[-2:]}


def generations(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.glob("gen-*") if entry.suffix != ".tmp")


def _naming(folder: Path, word: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


# A history


def lived(history: Sequence[tuple[str, int]]) -> None:
    """Add papers, or take them out when they are there, and be killed meanwhile.

    history: a paper, and the call of Python at which its writer is killed; 0 for never. Raises AssertionError when
    anything is lost.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "index"
        held: set[str] = set()
        for word, nth in history:

            def job(acknowledged: int, word: str = word, nth: int = nth) -> int:
                with striking(nth):
                    toggle(word, folder)
                os.write(acknowledged, b".")
                return 0

            code, acknowledged = _end(*ended(*child(job)))
            assert code == (0 if acknowledged else -signal.SIGKILL), f"the writer ended with {code}"
            found = set(apart(functools.partial(_whole, folder)))
            assert found == held ^ {word} or (not acknowledged and found == held), f"{found}, after {word} in {held}"
            held = found


def toggle(word: str, folder: Path) -> None:
    """Add a paper, or take it out when it is there."""
    with patch.object(building, "SMALL", 1):
        try:
            there = _held(Index.open(folder))
        except IndexMissing:
            Index.write(folder, [PAPERS[word]], MODEL)
        else:
            (remove if word in there else add)(word, folder)


def _whole(folder: Path) -> tuple[str, ...]:
    """What is in an index that should equal a new one of the same papers."""
    try:
        index = Index.open(folder)
    except IndexMissing:
        return ()
    with tempfile.TemporaryDirectory() as place:
        Index.write(Path(place), [PAPERS[word] for word in _held(index)], MODEL)
        assert holdings(index) == holdings(Index.open(Path(place)))
    return _held(index)
