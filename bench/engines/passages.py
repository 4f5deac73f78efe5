"""What the peers are given: the passages that ragassist made of the papers, their ids, and vectors where that is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.job import Job

Floats: TypeAlias = NDArray[np.float32]
QUERY, PASSAGE = "query: ", "passage: "


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """Texts, an id for each, and vectors float32 [n, dimension]; None where the engine is to encode them itself."""

    texts: Sequence[str]
    ids: Sequence[str]
    vectors: Floats | None

    @classmethod
    def of(cls, job: Job) -> Passages:
        """The passages of the job's papers."""
        given = job.way != "whole"
        vectors = np.load(Path(job.dataset) / "vectors.npy", allow_pickle=False) if given else None
        return cls(**job.read("passages.json"), vectors=vectors)

    @classmethod
    def more(cls, job: Job, nth: int) -> Passages:
        """Those of one paper more."""
        return cls(**job.read("more.json")[nth], vectors=None)
