"""What the engines are given, in a folder for each number of papers, and beside these what all share.

model/               the shipped model in float32
encodings.npz        every sentence, encoded (`encodings.py`)
1000/corpus/         papers as official XML; none where there are too many to parse
1000/passages.json   their passages, with an id for each; vectors.npy a vector, for who is given it
1000/more/           papers to add; more.json their passages
1000/questions.json  what is asked; gold.json those of which eval/ knows the answers; bulk.json what is encoded in bulk
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from bench import peer_model
from bench.encodings import Encodings
from bench.job import Way
from bench.papers import FORMS, ROOT, SEED, Made, material, papers
from ragassist.document import Passage
from ragassist.encoder import Encoder
from ragassist.evaluation import read_questions
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse
from ragassist.passages import split

REAL = ROOT / "corpus" / "kst-21501-31-741.txt"  # the one paper of size 1; the questions of eval/ are about it
QUESTIONS = ROOT / "eval" / "questions.jsonl"
MORE = 3  # papers to add
BULK = 320  # passages encoded in bulk


def write_common(scratch: Path, encoder: Encoder) -> None:
    """What all sizes share: the peers' model, and every sentence encoded."""
    peer_model.save(scratch / "model")
    Encodings.make(encoder, papers(0, 20 * FORMS)).save(scratch / "encodings.npz")


def write(folder: Path, size: int, way: Way) -> int:
    """The dataset of a size; returns how many passages its papers have."""
    write_questions(folder)
    passages: list[Passage] = []
    if size == 1:
        (folder / "corpus").mkdir()
        shutil.copy(REAL, folder / "corpus")
        document = parse(REAL.name, REAL.read_bytes())
        passages += split(document, find_exchanges(document))
    elif way != "stored":
        _write_papers(folder / "corpus", papers(0, size))
        passages += (passage for made in papers(0, size) for passage in made.passages)
        _write_vectors(folder, size)
    _write_json(folder / "passages.json", _texts_and_ids(passages))
    more = list(papers(size, size + MORE))
    _write_papers(folder / "more", more)
    _write_json(folder / "more.json", [_texts_and_ids(made.passages) for made in more])
    _write_json(folder / "gold.json", _asked() if size == 1 else [])
    return len(passages) or sum(len(made.passages) for made in papers(0, size))


def write_questions(folder: Path) -> None:
    """A folder with what is asked and what is encoded in bulk."""
    folder.mkdir(parents=True)
    _write_json(folder / "questions.json", _mixed([*_asked(), *material().sentences[: material().asked]]))
    _write_json(folder / "bulk.json", _mixed([p.text for made in papers(0, BULK // 10) for p in made.passages])[:BULK])


def _asked() -> list[str]:
    return [question.question for question in read_questions(QUESTIONS, "dev")]


def _mixed(texts: Sequence[str]) -> list[str]:
    order = np.random.default_rng(SEED).permutation(len(texts))
    return [texts[at] for at in order]


def _write_papers(folder: Path, made: Iterable[Made]) -> None:
    folder.mkdir()
    for paper in made:
        (folder / f"{paper.document.id}.xml").write_text(paper.xml, "utf-8")


def _texts_and_ids(passages: Iterable[Passage]) -> dict[str, list[str]]:
    pairs = [(p.text, f"{p.document}#{p.paragraph}#{p.start}") for p in passages]
    return {"texts": [text for text, _ in pairs], "ids": [id for _, id in pairs]}


def _write_vectors(folder: Path, size: int) -> None:
    """What those are given that do not encode themselves."""
    encodings = Encodings.load(folder.parent / "encodings.npz")
    np.save(folder / "vectors.npy", np.concatenate([stored.vectors for stored in encodings.stored(papers(0, size))]))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
