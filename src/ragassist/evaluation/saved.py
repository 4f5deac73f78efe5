"""A run that was saved: what `ragassist eval --json` wrote, read back to compare with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ragassist.errors import QuestionError
from ragassist.evaluation.outcomes import UNITS, Outcome
from ragassist.evaluation.questions import parse_question


def read_run(path: Path) -> tuple[Outcome, ...]:
    """The outcomes in a saved run. Raises QuestionError when the file cannot be read or is something else."""
    try:
        return tuple(_outcome(row) for row in json.loads(path.read_bytes())["outcomes"])
    except OSError as error:
        raise QuestionError(f"The saved run {path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, RecursionError, QuestionError) as error:
        raise QuestionError(f"{path} is not a saved run; make one with: ragassist eval --json > run.json") from error


def _outcome(row: dict[str, Any]) -> Outcome:
    return Outcome(
        question=parse_question("", row["question"]),
        verdict=row["verdict"],
        confidence=float(row["confidence"]),
        took_ms=float(row["took_ms"]),
        qrels={unit: tuple(row["qrels"][unit]) for unit in UNITS},
        run={unit: tuple(row["run"][unit]) for unit in UNITS},
    )
