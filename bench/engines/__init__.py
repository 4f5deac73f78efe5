"""The engines that are compared, each behind the same few functions, each in a process and an environment of its own.

A peer is used as its documentation shows: its defaults, its own files, one difference only, the model's prompts for
questions and passages, without which the model is not what it was trained to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from bench.job import Job


class Engine(Protocol):
    """What is measured. Made of a job, which loads the model and whatever a build needs."""

    def build(self) -> float:
        """Make the index of the job's papers and leave it on the disk; returns seconds that do not count."""

    def open(self) -> None:
        """Load the index, so that questions can be asked."""

    def close(self) -> None:
        """Let the index go; the model stays."""

    def ask(self, question: str, k: int) -> Sequence[str]:
        """The k best, as ids of passages (`document#paragraph#start`), best first."""

    def add(self, nth: int) -> None:
        """Bring one paper more into the open index and leave it on the disk. nth: which of the dataset's, from 0."""

    def encode(self, texts: Sequence[str]) -> None:
        """Turn texts into vectors, in bulk."""


RAGASSIST = "ragassist"
NUMPY = "sentence-transformers + numpy"
MODULES = {
    RAGASSIST: "ours",
    "txtai (hybrid)": "txtai_hybrid",
    "LangChain + FAISS": "langchain_faiss",
    "LanceDB (hybrid)": "lancedb_hybrid",
    NUMPY: "plain_numpy",
}
PEERS = [name for name in MODULES if name != RAGASSIST]


def engine(job: Job) -> Engine:
    """The engine that a job names; imports it and nothing of the others."""
    module = import_module(f"bench.engines.{MODULES[job.engine]}")
    return cast("Engine", module.Engine(job))
