"""ragassist, through the functions that its own commands call.

What only building or adding needs is imported there: a process that asks starts as `ragassist ask` does.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bench.job import Job
from ragassist.assistant import Assistant
from ragassist.encoder import Encoder
from ragassist.index import Contents, Index, ModelId, Source, Stored

if TYPE_CHECKING:
    from bench.encodings import Encodings


class Engine:
    """An index folder, and beside it the folder of papers."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._corpus = Path(job.dataset, "corpus")
        self._store = Path(job.store)
        self._encoder = Encoder.load()
        self._assistant: Assistant
        self._encodings: Encodings
        if job.task == "build" and job.way != "whole":
            self._look_up()

    def _look_up(self) -> None:
        """Vectors by text in the place of the encoder."""
        from bench.encodings import Encodings, Given
        from bench.papers import papers

        self._encodings = Encodings.load(Path(self._job.dataset).parent / "encodings.npz")
        if self._job.way == "given":
            given = Given(self._encoder, self._encodings, papers(0, self._job.papers))
            self._encoder = cast("Encoder", given)

    def build(self) -> float:
        from ragassist.corpus import index_corpus

        if self._job.way == "stored":
            return self._store_all()
        index_corpus(self._corpus, self._store, self._encoder)
        return 0.0

    def _store_all(self) -> float:
        """Papers as they are stored; returns the seconds that making them took."""
        from bench.measure import Counting
        from bench.papers import papers

        making = Counting(self._encodings.stored(papers(0, self._job.papers)))
        Index.write(self._store, making, ModelId.of(self._encoder))
        return making.seconds

    def open(self) -> None:
        self._assistant = Assistant(Index.open(self._store), self._encoder)

    def close(self) -> None:
        del self._assistant

    def ask(self, question: str, k: int) -> Sequence[str]:
        hits = self._assistant.ask(question, k).hits
        return [f"{hit.document.id}#{hit.passages[0].paragraph}#0" for hit in hits]

    def add(self, nth: int) -> None:
        from ragassist.corpus import index_corpus

        paper = sorted(Path(self._job.dataset, "more").iterdir())[nth]
        if self._job.way == "stored":
            self._store_one(paper)
            return
        shutil.copy(paper, self._corpus)
        index_corpus(self._corpus, self._store, self._encoder)

    def _store_one(self, path: Path) -> None:
        """Without a folder that holds the others too: read, split, encode, write."""
        from ragassist.exchanges import find_exchanges
        from ragassist.passages import split
        from ragassist.sandbox import parse_untrusted

        data = path.read_bytes()
        document = parse_untrusted(path.name, data)
        exchanges = find_exchanges(document)
        passages = split(document, exchanges)
        encoded = self._encoder.passages([passage.text for passage in passages])
        source = Source(document.id, path.name, hashlib.sha256(data).hexdigest(), document.id)
        stored = Stored(document, exchanges, passages, encoded.vectors, encoded.tokens, source)
        before = Index.open(self._store)
        contents = Contents((*before.sources().values(), source))
        Index.write(self._store, [stored], ModelId.of(self._encoder), lambda: contents, before)

    def encode(self, texts: Sequence[str]) -> None:
        self._encoder.passages(texts)
