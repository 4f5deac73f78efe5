"""What is measured of a process and of files: percentiles, memory, bytes on the disk, the page cache let go."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
PERCENTILES = (50, 95, 99)


class Counting(Generic[T]):
    """Hands on what another makes and counts the seconds that making it takes."""

    def __init__(self, made: Iterator[T]) -> None:
        self._made = made
        self.seconds = 0.0

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        started = time.perf_counter()
        try:
            return next(self._made)
        finally:
            self.seconds += time.perf_counter() - started


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 in milliseconds, each one that was measured (nearest rank)."""
    ordered = sorted(seconds)
    return {f"p{p}": 1e3 * ordered[max(0, -(-len(ordered) * p // 100) - 1)] for p in PERCENTILES}


def memory() -> dict[str, float]:
    """Of this process, in MB: peak, resident now, and how much of that is its own and not pages of mapped files."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    names = {"peak": "VmHWM", "resident": "VmRSS", "own": "RssAnon"}
    return {name: int(status[field].split()[0]) / 1024 for name, field in names.items()}


def disk(folder: Path) -> float:
    """MB in a folder and below; a file with several names counts once."""
    sizes = {(stat := path.stat()).st_ino: stat.st_size for path in _files(folder)}
    return sum(sizes.values()) / 2**20


def let_go(folder: Path) -> None:
    """Ask the kernel to drop the pages that it caches of these files, as if the machine had just been started."""
    for path in _files(folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
