"""Work that runs ahead: what comes next is made in another thread while this one uses what it has."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from threading import Event
from typing import TypeAlias, TypeVar

PAUSE = 0.2  # seconds between two looks at whether to go on

Thing = TypeVar("Thing")
Maker: TypeAlias = Callable[[Callable[[], None]], Generator[Thing, None, None]]


class Unwanted(Exception):
    """Raised where things are made of which no more are wanted."""


def ahead(make: Maker[Thing], waiting: Callable[[], None]) -> Generator[Thing, None, None]:
    """The things that `make` gives, each made while the one before is used: never more than one waits.

    make: runs in a thread; what it is given it shall call often, for that raises when no more are wanted. waiting:
    called in this thread a few times a second while the next one is not ready; what it raises ends it all. Close what
    this gives: then the thread is gone, and what `make` gave is closed.
    """
    leaving = Event()

    def go_on() -> None:
        if leaving.is_set():
            raise Unwanted

    with closing(make(go_on)) as things, ThreadPoolExecutor(1, "ahead") as thread:
        try:
            coming = thread.submit(next, things, None)
            while True:
                while not wait([coming], PAUSE).done:
                    waiting()
                thing = coming.result()
                if thing is None:
                    return
                coming = thread.submit(next, things, None)
                yield thing
        finally:
            leaving.set()
