"""What a question asks of an index, shared out over the cores: FAISS, tantivy and NumPy work while other threads do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ragassist.encoder.backend import CORES

Result = TypeVar("Result")


def each(act: Callable[..., Result], *columns: Iterable[Any]) -> Iterator[Result]:
    """What act gives for each line of these columns, in order; all begin at once. Act must not call `each` itself."""
    return _threads().map(act, *columns)


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(CORES, "index")
