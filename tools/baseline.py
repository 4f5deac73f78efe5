"""Measure the test split and write the floors under it: `eval/baseline.json`, which `make test` keeps to.

    python tools/baseline.py            floors go up with what was measured
    python tools/baseline.py --lower    floors are set anew, lower ones too

Whoever lowers one says why in CHANGELOG.md.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ragassist import Assistant, Encoder, evaluate, index_corpus, read_questions
from ragassist.evaluation.baseline import Baseline, digest, read_baseline, write_baseline

ROOT = Path(__file__).resolve().parent.parent
BASELINE, CORPUS, QUESTIONS = ROOT / "eval" / "baseline.json", ROOT / "corpus", ROOT / "eval" / "questions.jsonl"


def main(*, lower: bool) -> None:
    """Measure, write, and say what moved."""
    old = read_baseline(BASELINE) if BASELINE.exists() else Baseline("test", {}, {})
    with tempfile.TemporaryDirectory() as index:
        index_corpus(CORPUS, Path(index), Encoder.load())
        report = evaluate(Assistant.open(Path(index)), read_questions(QUESTIONS, old.split))
    new = old.moved(report, digest(CORPUS, QUESTIONS), lower=lower)
    write_baseline(new, BASELINE)
    for name, floor in new.floors.items():
        print(f"{name:32} {old.floors.get(name, 0):.3f} -> {floor:.3f}  measured {report.overall[name].value:.3f}")
    for failure in new.failures(report, new.digest):
        print(f"Not lowered: {failure}", file=sys.stderr)


if __name__ == "__main__":
    main(lower="--lower" in sys.argv[1:])
