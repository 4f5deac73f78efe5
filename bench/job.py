"""What a process is asked to measure: written by the one that runs them all, read by `worker.py`; knows no engine."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Task = Literal["build", "serve", "encode", "limits", "vectors"]
Way = Literal["whole", "given", "stored"]


@dataclass(frozen=True, slots=True)
class Job:
    """One engine, one set of papers.

    papers: how many. dataset: the folder with them (see `datasets.py`). store: the folder of the engine's index.
    model: the folder of the model, as sentence-transformers saves it. threads: for bulk encoding.
    way: `whole`, from the papers; `given`, with vectors looked up instead of reckoned; `stored`, papers given to the
    index as they are stored, for there are too many to parse.
    asked: questions, each once, in a warm process. crowded: seconds that each number of users asks; 0 measures nothing
    but those questions.
    """

    task: Task
    engine: str
    papers: int
    dataset: str
    store: str
    model: str
    way: Way
    threads: int
    k: int = 3
    asked: int = 150
    crowded: float = 3.0

    def json(self) -> str:
        """For `of`, in another process."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> Job:
        """What `json` wrote."""
        return cls(**json.loads(text))

    def read(self, name: str) -> Any:
        """One of the dataset's JSON files."""
        return json.loads((Path(self.dataset) / name).read_text("utf-8"))
