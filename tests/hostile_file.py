"""A hostile file, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ragassist.sandbox import Limits

SECRET = "known-to-this-machine-only"  # noqa: S105  # it opens nothing
SAID = "Dat wil het kabinet."
USUAL = Limits()
TIGHT = Limits(memory=150 * 2**20, processor=2, wall=3)  # what fills memory or never ends shows it sooner


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and what becomes of it.

    refused: part of the sentence; reads: part of the text. With both empty, either will do.
    """

    make: Callable[[], bytes]
    refused: str = ""
    reads: str = ""
    limits: Limits = USUAL
