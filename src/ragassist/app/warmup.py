"""Opening the assistant while the page is already up: the model is loaded and the first index built behind its back."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeAlias

from ragassist.assistant import Assistant
from ragassist.corpus import Progress, Step

Opener: TypeAlias = Callable[[Progress], Assistant]


class Warmup:
    """An assistant to be: None until it is open.

    opener: gives the assistant, telling how far it is as it goes.
    step: how far it is, None before the first. fault: why it could not be opened, None when it was or may still be.
    """

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self.assistant: Assistant | None = None
        self.step: Step | None = None
        self.fault: Exception | None = None

    def start(self, failed: Callable[[], None]) -> None:
        """Open the assistant in a thread of its own; `failed` is called when that goes wrong."""
        threading.Thread(target=self._open, args=(failed,), name="warmup", daemon=True).start()

    def _open(self, failed: Callable[[], None]) -> None:
        try:
            assistant = self._opener(self._report)
            give_back()
            self.assistant = assistant
        except Exception as fault:  # handed to the thread that serves, which raises it
            self.fault = fault
            failed()

    def _report(self, step: Step) -> None:
        self.step = step


def give_back() -> None:
    """Return the memory that loading and indexing took, 70 MB after a first index: glibc would keep it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
