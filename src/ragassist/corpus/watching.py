"""When to look at the folder again: after something in it changed, and has come to rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import TypeAlias

import watchfiles

from ragassist.corpus import folder
from ragassist.errors import CorpusError

QUIET = 1.0  # seconds in which no file may have grown: a copy that is under way writes more often
PATIENCE = 1000  # milliseconds between two looks at whether the folder is still the same
TOGETHER = 400  # milliseconds within which changes are taken together

State: TypeAlias = Mapping[str, str]  # each file's stamp, by name


def watch(corpus: Path, stop: Event) -> Iterator[None]:
    """Yields once at first and then whenever the folder has come to rest after a change; ends when `stop` is set.

    A folder that vanishes is waited for. Raises SystemFault when a folder below it cannot be read.
    """
    seen: State | None = None
    while not stop.is_set():
        for _ in _events(corpus, stop):
            now = _settled(corpus, stop)
            if now is not None and now != seen:
                seen = now
                yield
        stop.wait(QUIET)


def _events(corpus: Path, stop: Event) -> Iterator[None]:
    """Yields at first and after every change; ends when the folder is gone or another one."""
    here = _inode(corpus)
    if here is None:
        return
    looks = watchfiles.watch(
        corpus,
        watch_filter=None,
        debounce=TOGETHER,
        stop_event=stop,
        rust_timeout=PATIENCE,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    first = True
    try:
        for changes in looks:
            if _inode(corpus) != here:
                return
            if changes or first:
                yield
            first = False
    except FileNotFoundError:  # it went between two looks
        return


def _settled(corpus: Path, stop: Event) -> State | None:
    """What the folder holds once no file grows any more; None when it is gone, or when it is time to stop."""
    before = _state(corpus)
    while before is not None and not stop.wait(QUIET):
        now = _state(corpus)
        if now == before:
            return now
        before = now
    return None


def _state(corpus: Path) -> State | None:
    try:
        return {name: file.stamp for name, file in folder.look(corpus).items()}
    except CorpusError:
        return None


def _inode(corpus: Path) -> int | None:
    try:
        return corpus.stat().st_ino
    except OSError:
        return None
