"""LangChain: HuggingFaceEmbeddings and the FAISS store of langchain-community."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings

from bench.engines.passages import PASSAGE, QUERY, Passages
from bench.job import Job


class Engine:
    """An IndexFlatL2 and a dictionary of documents, saved as a FAISS file and a pickle."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._embeddings = HuggingFaceEmbeddings(
            model_name=job.model, encode_kwargs={"prompt": PASSAGE}, query_encode_kwargs={"prompt": QUERY}
        )
        self._store: Any = None
        torch.set_num_threads(job.threads)

    def build(self) -> float:
        passages = Passages.of(self._job)
        ids = list(passages.ids)
        if passages.vectors is None:
            store = FAISS.from_texts(list(passages.texts), self._embeddings, ids=ids)
        else:
            store = FAISS.from_embeddings(
                list(zip(passages.texts, passages.vectors, strict=True)), self._embeddings, ids=ids
            )
        store.save_local(self._job.store)
        return 0.0

    def open(self) -> None:
        # The documents are a pickle, which may run anything: this one was written by the same run.
        self._store = FAISS.load_local(self._job.store, self._embeddings, allow_dangerous_deserialization=True)

    def close(self) -> None:
        self._store = None

    def ask(self, question: str, k: int) -> Sequence[str]:
        return [str(document.id) for document in self._store.similarity_search(question, k=k)]

    def add(self, nth: int) -> None:
        passages = Passages.more(self._job, nth)
        self._store.add_texts(passages.texts, ids=list(passages.ids))
        self._store.save_local(self._job.store)

    def encode(self, texts: Sequence[str]) -> None:
        self._embeddings.embed_documents(list(texts))
