"""The benchmark: papers made of real sentences are papers, tables tell what was measured, the smallest run runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import datasets, measure, papers, tables
from bench.__main__ import QUOTED, RESULTS
from bench.datasets import QUESTIONS
from bench.encodings import Encodings
from bench.engines import MODULES, NUMPY, RAGASSIST
from bench.job import Job
from bench.quality import hits
from bench.worker import STARTED
from ragassist.evaluation import read_questions
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse
from ragassist.passages import split
from stored_papers import unit

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("first", [0, papers.BLOCK - 1, 99_990])
def test_a_made_paper_is_what_parsing_its_file_gives(first: int) -> None:
    for made in papers.papers(first, first + 10):
        document = parse(f"{made.document.id}.xml", made.xml.encode())
        exchanges = find_exchanges(document)
        assert document == made.document
        assert exchanges == made.exchanges
        assert split(document, exchanges) == made.passages


def test_the_same_number_gives_the_same_paper_and_another_gives_another() -> None:
    some = list(papers.papers(0, papers.BLOCK + 2))
    assert list(papers.papers(papers.BLOCK, papers.BLOCK + 2)) == some[-2:]
    assert len({made.document.id for made in some}) == len(some)
    assert len({passage.text for made in some for passage in made.passages if len(passage.text) > 200}) > 1000


def test_lengths_are_those_of_real_papers() -> None:
    made = list(papers.papers(0, 400))
    passages = [passage for paper in made for passage in paper.passages]
    real = np.percentile([len(text) for text in papers.real_passages()], [25, 50, 75])
    assert len(passages) / len(made) == pytest.approx(papers.PASSAGES, rel=0.15)
    assert np.percentile([len(passage.text) for passage in passages], [25, 50, 75]) == pytest.approx(real, rel=0.5)


@pytest.fixture(scope="module")
def encodings() -> Encodings:
    """Every sentence with random vectors, three tokens each."""
    rng = np.random.default_rng(0)
    opening = {passage.text for made in papers.papers(0, 800) for passage in made.passages if passage.exchange == "0"}
    texts = [*papers.material().sentences, *sorted(opening)]
    places = {text: at for at, text in enumerate(texts)}
    starts = np.arange(len(texts) + 1) * 3
    return Encodings(places, unit(rng, len(texts)), unit(rng, 3 * len(texts)), starts, noise=0.3)


def test_a_passage_is_near_the_mean_of_its_sentences(encodings: Encodings) -> None:
    picks = [(0, 1, 2), (3,)] * 200
    vectors = encodings.passages(picks, seed=1)
    mean = encodings.vectors[:3].sum(axis=0)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[::2] @ mean / np.linalg.norm(mean) == pytest.approx(1 / np.sqrt(1 + 0.3**2), abs=0.08)
    assert not np.allclose(vectors[0], vectors[2])


def test_papers_ready_to_store_have_a_vector_and_tokens_for_each_passage(encodings: Encodings, tmp_path: Path) -> None:
    encodings.save(tmp_path / "encodings.npz")
    made = list(papers.papers(0, 7))
    stored = list(Encodings.load(tmp_path / "encodings.npz").stored(made, together=3))
    assert [one.document for one in stored] == [one.document for one in made]
    for one in stored:
        assert [None if rows is None else len(rows) for rows in one.tokens] == [
            3 * len(own) for paper in made if paper.document == one.document for own in encodings.picks_of(paper)
        ]


def test_percentiles_are_figures_that_were_measured() -> None:
    seconds = [n / 1000 for n in range(1, 201)]
    assert measure.percentiles(seconds) == pytest.approx({"p50": 100, "p95": 190, "p99": 198})
    assert measure.percentiles([0.007]) == pytest.approx({"p50": 7, "p95": 7, "p99": 7})


def test_a_file_with_two_names_is_counted_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(2**20))
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert measure.disk(tmp_path) == 1


def figures(p50: float, rate: float) -> dict[str, Any]:
    return {"warm": {"p50": p50, "p95": 2 * p50, "p99": 3 * p50}, "whole": {"rate": rate}}


RUN = {
    "arguments": "",
    "machine": "2 cores",
    "seconds": 600,
    "sizes": {
        "1": {"passages": 20, "engines": {RAGASSIST: figures(8, 50), NUMPY: figures(20, 60)}},
        "1000": {"passages": 20_000, "engines": {RAGASSIST: figures(9, 70)}},
    },
    "encode": [{"engine": RAGASSIST, "threads": 2, "texts": 300, "seconds": 3}],
    "limits": {
        "peaks": {
            "1": {"fp32": 50, "bf16": 90, "read": 8, "scan": 6},
            "2": {"fp32": 100, "bf16": 200, "read": 16, "scan": 12},
        },
        "encoder": {"GFLOP/s": 50},
    },
    "vectors": {"flat": {"index": "Flat", "seconds": 1, "disk": 1464, "recall": 1, "p50": 60, "p95": 70}},
    "notes": ["a note"],
}  # fmt: skip


def test_the_best_of_a_row_is_marked_and_what_is_lost_is_told() -> None:
    table = tables.summary(RUN)
    assert "| a question, p50 ms | 1 | **8.00** | 20.0 |" in table
    assert "| index from the papers, passages/s | 1 | 50.0 | **60.0** |" in table
    assert "| index from the papers, passages/s | 1,000 | **70.0** | – |" in table
    assert table.endswith("loses: index from the papers, passages/s at 1 (50.0 against 60.0).")


def test_all_that_was_measured_is_in_the_tables() -> None:
    text = tables.render(RUN)
    assert "| passages | 20 | 20,000 |" in text
    assert "| ragassist | 2 | 100 |" in text
    assert "| encoder, share of the bf16 peak |  | 25% |" in text
    assert "| flat (Flat) | 1.00 | 1,464 | 1.00 | 60.0 | 70.0 |" in text
    assert "- a note" in text


def test_readme_quotes_what_the_last_run_wrote() -> None:
    (quoted,) = QUOTED.findall((ROOT / "README.md").read_text("utf-8"))
    assert quoted.strip() == tables.summary(json.loads((RESULTS / "results.json").read_text("utf-8")))


def test_a_hit_is_one_of_the_first_exchanges_that_holds_gold() -> None:
    asked = [question for question in read_questions(QUESTIONS, "dev") if question.answerable]
    right = {q.question: [f"kst#{q.gold[0].paragraphs[0]}#0"] for q in asked}
    assert hits(right) == {"hit@1": 1, "hit@3": 1, "paragraph hit@1": 1}
    assert hits(right | {asked[0].question: ["kst#999#0"]})["hit@1"] == pytest.approx(1 - 1 / len(asked))


def test_the_smallest_run_builds_asks_and_adds(encodings: Encodings, tmp_path: Path) -> None:
    """One engine, three papers, in the process and by the commands of a real run."""
    encodings.save(tmp_path / "encodings.npz")
    dataset = tmp_path / "3"
    passages = datasets.write(dataset, 3, "whole")
    assert passages == len(json.loads((dataset / "passages.json").read_text("utf-8"))["texts"])
    job = Job("build", RAGASSIST, 3, str(dataset), str(dataset / "store"), "", "whole", 1, asked=3, crowded=0.1)
    built = worked(job)
    assert built["seconds"] > 0
    assert built["disk"] > 0
    served = worked(Job(**{**json.loads(job.json()), "task": "serve"}))
    assert len(served["warm"]) == 3
    assert {"1", "8", "32"} == set(served["users"])
    assert min(served["users"].values()) > 0
    assert len(served["add"]) == 3


def worked(job: Job) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.worker"],
        cwd=ROOT,
        env=os.environ | {STARTED: "0"},
        input=job.json(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_engine_has_its_file() -> None:
    for module in MODULES.values():
        assert (ROOT / "bench" / "engines" / f"{module}.py").is_file()
