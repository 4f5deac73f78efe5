"""LanceDB: vectors and its full-text index in one table, fused by reciprocal ranks; what haiku.rag stores in.

haiku.rag itself asks for Python 3.12 and for an older sentence-transformers than this project uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lancedb
import pyarrow
import torch
from lancedb.rerankers import RRFReranker
from sentence_transformers import SentenceTransformer

from bench.engines.passages import Floats, Passages
from bench.job import Job

TABLE = "passages"


class Engine:
    """A folder with one Lance table; vectors are searched exactly, as its default is."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._model = SentenceTransformer(job.model)
        torch.set_num_threads(job.threads)
        self._table: Any = None
        self._reranker = RRFReranker()

    def build(self) -> float:
        passages = Passages.of(self._job)
        vectors = self._encoded(passages.texts) if passages.vectors is None else passages.vectors
        self._table = lancedb.connect(self._job.store).create_table(TABLE, _rows(passages, vectors))
        self._table.create_fts_index("text", language="Dutch")
        return 0.0

    def open(self) -> None:
        self._table = lancedb.connect(self._job.store).open_table(TABLE)

    def close(self) -> None:
        self._table = None

    def ask(self, question: str, k: int) -> Sequence[str]:
        query = self._model.encode_query(question, show_progress_bar=False)
        search = self._table.search(query_type="hybrid").vector(query).text(question)
        found = search.distance_type("dot").rerank(self._reranker).limit(k).to_arrow()
        ids: list[str] = found["id"].to_pylist()
        return ids

    def add(self, nth: int) -> None:
        passages = Passages.more(self._job, nth)
        self._table.add(_rows(passages, self._encoded(passages.texts)))
        self._table.optimize()  # brings them into the full-text index

    def encode(self, texts: Sequence[str]) -> None:
        self._encoded(texts)

    def _encoded(self, texts: Sequence[str]) -> Floats:
        vectors: Floats = self._model.encode_document(list(texts), show_progress_bar=False)
        return vectors


def _rows(passages: Passages, vectors: Floats) -> Any:
    flat = pyarrow.array(vectors.ravel())
    columns = {
        "id": pyarrow.array(list(passages.ids)),
        "text": pyarrow.array(list(passages.texts)),
        "vector": pyarrow.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
    }
    return pyarrow.table(columns)
