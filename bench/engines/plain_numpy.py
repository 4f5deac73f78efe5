"""sentence-transformers and a matrix: encode, multiply, take the largest. What one writes in an afternoon."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from bench.engines.passages import Floats, Passages
from bench.job import Job


class Engine:
    """Texts in a JSON file, vectors in a .npy file, both in memory once open."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._store = Path(job.store)
        self._model = SentenceTransformer(job.model)
        torch.set_num_threads(job.threads)
        self._ids: list[str] = []
        self._texts: list[str] = []
        self._vectors: Floats = np.zeros((0, 0), np.float32)

    def build(self) -> float:
        passages = Passages.of(self._job)
        self._texts, self._ids = list(passages.texts), list(passages.ids)
        self._vectors = self._encoded(passages.texts) if passages.vectors is None else passages.vectors
        self._save()
        return 0.0

    def open(self) -> None:
        self._vectors = np.load(self._store / "vectors.npy", allow_pickle=False)
        stored = json.loads((self._store / "texts.json").read_text("utf-8"))
        self._texts, self._ids = stored["texts"], stored["ids"]

    def close(self) -> None:
        self._vectors = np.zeros((0, 0), np.float32)
        self._texts, self._ids = [], []

    def ask(self, question: str, k: int) -> Sequence[str]:
        query = self._model.encode_query(question, show_progress_bar=False)
        scores = self._vectors @ query
        best = np.argpartition(scores, -k)[-k:]
        return [self._ids[row] for row in best[np.argsort(-scores[best])]]

    def add(self, nth: int) -> None:
        passages = Passages.more(self._job, nth)
        self._vectors = np.concatenate([self._vectors, self._encoded(passages.texts)])
        self._texts += passages.texts
        self._ids += passages.ids
        self._save()

    def encode(self, texts: Sequence[str]) -> None:
        self._encoded(texts)

    def _encoded(self, texts: Sequence[str]) -> Floats:
        vectors: Floats = self._model.encode_document(list(texts), show_progress_bar=False)
        return vectors

    def _save(self) -> None:
        self._store.mkdir(parents=True, exist_ok=True)
        np.save(self._store / "vectors.npy", self._vectors)
        stored = {"texts": self._texts, "ids": self._ids}
        (self._store / "texts.json").write_text(json.dumps(stored, ensure_ascii=False), "utf-8")
