"""Fixtures for tests that break an index: copies of each of its states, and processes that may fork."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import crashing

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - what is not synced survives a kill, so a disk would only be slower


@pytest.fixture(scope="session")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Processes that may fork, for they have no threads."""
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="session")
def prepared(pool: ProcessPoolExecutor) -> Iterator[Path]:
    """What `crashing.prepare` prepares."""
    with TemporaryDirectory(dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None) as place:
        pool.submit(crashing.apart, partial(crashing.prepare, Path(place))).result()
        yield Path(place)


@pytest.fixture(scope="session")
def strace(pool: ProcessPoolExecutor, prepared: Path) -> None:
    """Skips where strace is missing, or may not watch a process."""
    try:
        pool.submit(crashing.trace, prepared, 0, ["fsync"]).result()
    except OSError as error:
        pytest.skip(f"strace cannot watch a process here: {error}")
