"""The gate: floors that the accuracy may not fall under, and the digest of what it was measured on."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from ragassist.evaluation.questions import Split
from ragassist.evaluation.report import Report

# A floor lies under what was measured by a part of the way down to the low end of its 95% interval, which is about what
# one or two questions weigh: another processor's rounding may turn them.
PART, LEAST = 0.25, 0.01


@dataclass(frozen=True, slots=True)
class Baseline:
    """What `eval/baseline.json` holds.

    digest: `corpus` and `questions` -> sha256 of the files that the floors were measured on. floors: metric -> value.
    """

    split: Split
    digest: dict[str, str]
    floors: dict[str, float]

    def failures(self, report: Report, digest: dict[str, str]) -> list[str]:
        """What is wrong, one sentence each; none when the report may pass."""
        changed = [
            f"The {name} changed since the floors were measured; measure again with: python tools/baseline.py"
            for name in self.digest
            if digest.get(name) != self.digest[name]
        ]
        values = {name: estimate.value for name, estimate in report.overall.items()}
        under = [
            f"{name} is {values.get(name, math.nan):.3f}, under its floor of {floor:.3f}."
            for name, floor in self.floors.items()
            if not values.get(name, math.nan) >= floor
        ]
        return changed + under

    def moved(self, report: Report, digest: dict[str, str], *, lower: bool) -> Baseline:
        """The baseline after this report: floors go up with it, and down only when `lower` says so."""
        measured = {
            name: math.floor((estimate.value - max(LEAST, PART * (estimate.value - estimate.low))) * 1000) / 1000
            for name, estimate in report.overall.items()
            if not math.isnan(estimate.value)
        }
        kept = {} if lower else self.floors
        return Baseline(
            self.split, digest, {name: max(value, kept.get(name, value)) for name, value in measured.items()}
        )


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file that `write_baseline` made."""
    return Baseline(**json.loads(path.read_text("utf-8")))


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write it so that a change shows line by line."""
    path.write_text(json.dumps(asdict(baseline), indent=2) + "\n", "utf-8")


def digest(corpus: Path, questions: Path) -> dict[str, str]:
    """sha256 of all papers, by name and content, and of the questions."""
    papers = hashlib.sha256()
    for paper in sorted(path for path in corpus.rglob("[!.]*") if path.is_file()):
        papers.update(f"{paper.relative_to(corpus)} {hashlib.sha256(paper.read_bytes()).hexdigest()}\n".encode())
    return {"corpus": papers.hexdigest(), "questions": hashlib.sha256(questions.read_bytes()).hexdigest()}
