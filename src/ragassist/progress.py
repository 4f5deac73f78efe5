"""How far a job is, on stderr, and a stop, by Ctrl-C or SIGTERM, where nothing is lost."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ragassist.corpus import Progress

Telling: TypeAlias = Callable[[str, int, int, str], None]


@contextmanager
def indexing() -> Iterator[Progress]:
    """How far an indexing run is."""
    with telling() as tell:
        yield lambda step: tell(step.doing.capitalize(), step.done, step.total, step.name)


@contextmanager
def telling() -> Iterator[Telling]:
    """How far a job is, told (doing, done, total, in hand): a bar on a terminal, elsewhere a line for each tenth."""
    if not sys.stderr.isatty():
        yield _Tenths()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    in_hand = TextColumn("{task.fields[name]}", markup=False)
    with Progress(*columns, in_hand, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(doing: str, done: int, total: int, name: str) -> None:
            if doing not in tasks:
                tasks[doing] = bars.add_task(doing, name="")
            bars.update(tasks[doing], completed=done, total=total, name=name)

        yield tell


class _Tenths:
    """Says how far a job is, and how long it still takes, in about ten lines for each thing done."""

    def __init__(self) -> None:
        self._said: dict[str, int] = {}
        self._since: dict[str, float] = {}

    def __call__(self, doing: str, done: int, total: int, _: str) -> None:
        since = self._since.setdefault(doing, time.monotonic())
        tenth = 10 * done // max(total, 1)
        if tenth > self._said.get(doing, 0):
            self._said[doing] = tenth
            left = (time.monotonic() - since) * (total - done) / done
            sys.stderr.write(f"{doing}: {done} of {total}" + (f", {_duration(left)} left" if left >= 1 else "") + "\n")
            sys.stderr.flush()


def _duration(seconds: float) -> str:
    """`about 40 seconds`, `about 3 minutes`."""
    number, unit = (seconds, "second") if seconds < 90 else (seconds / 60, "minute")
    return f"about {number:.0f} {unit}{'' if round(number) == 1 else 's'}"


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """Set by Ctrl-C and by SIGTERM, for whoever looks at it; a second one interrupts at once."""
    asked = threading.Event()

    def ask(number: int, frame: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
