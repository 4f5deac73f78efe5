"""txtai: embeddings with content and hybrid search, that is FAISS, SQLite and its own BM25."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import torch
from txtai import Embeddings

from bench.engines.passages import Floats, Passages
from bench.job import Job


class Engine:
    """An index folder of txtai."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._models: dict[str, Any] = {}  # keeps the model when an index is loaded anew
        self._embeddings: Any = Embeddings(
            path=job.model, method="sentence-transformers", content=True, hybrid=True, models=self._models
        )
        torch.set_num_threads(job.threads)
        self._turn = threading.Lock()  # asked by several threads at once, txtai 9.14 brings the process down

    def build(self) -> float:
        passages = Passages.of(self._job)
        if passages.vectors is not None:
            self._embeddings.model.encode = _Given(passages.vectors)
        self._embeddings.index(zip(passages.ids, passages.texts, strict=True))
        self._embeddings.save(self._job.store)
        return 0.0

    def open(self) -> None:
        self._embeddings = Embeddings(models=self._models)
        self._embeddings.load(self._job.store)

    def close(self) -> None:
        self._embeddings.close()

    def ask(self, question: str, k: int) -> Sequence[str]:
        with self._turn:
            return [hit["id"] for hit in self._embeddings.search(question, k)]

    def add(self, nth: int) -> None:
        passages = Passages.more(self._job, nth)
        self._embeddings.upsert(zip(passages.ids, passages.texts, strict=True))
        self._embeddings.save(self._job.store)

    def encode(self, texts: Sequence[str]) -> None:
        self._embeddings.model.encode(list(texts), "data")


class _Given:
    """In the place of its model's `encode`, which it calls batch by batch in the order of the texts."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors
        self._done = 0

    def __call__(self, data: Sequence[str], category: str | None = None) -> Floats:
        self._done += len(data)
        return self._vectors[self._done - len(data) : self._done]
