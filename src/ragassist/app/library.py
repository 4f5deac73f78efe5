"""The papers behind the page: their folder and their index, opened and changed; one thing at a time, see jobs.py."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ragassist import references
from ragassist.assistant import Assistant
from ragassist.corpus import Changes, Progress, Stopping, discard, index_corpus, keep
from ragassist.corpus.folder import files
from ragassist.encoder import Encoder
from ragassist.errors import FetchError, IndexBusy, IndexFault, RagassistError, SiteUnavailable, SystemFault
from ragassist.fetch import Client, download, find
from ragassist.index import Index

Fixed = Literal["", "corpus", "index"]


class Library:
    """A folder of papers and its index.

    load: gives the model. client: makes what asks the official sites. changes: what the last reading of the folder
    found. trouble: why the index could not be brought up to date when it was opened; empty when it was.
    """

    def __init__(
        self,
        corpus: Path,
        index: Path,
        load: Callable[[], Encoder] = Encoder.load,
        client: Callable[[], Client] = Client,
    ) -> None:
        self._corpus = corpus
        self._index = index
        self._load = load
        self._client = client
        self._encoder: Encoder | None = None
        self.changes = Changes()
        self.trouble = ""

    def open(self, progress: Progress) -> Assistant:
        """Bring the index up to date, and open it; the old one where the machine does not let a new one be written.

        Raises ModelError, CorpusError, SystemFault and IndexFault.
        """
        self._encoder = self._load()
        try:
            self.read(progress, lambda: False)
        except (SystemFault, IndexBusy) as fault:
            self.trouble = str(fault)
            return self._opened(fault)
        return Assistant(Index.open(self._index), self._encoder)

    def _opened(self, fault: RagassistError) -> Assistant:
        """The assistant over the index as it was; raises the fault where there is none."""
        try:
            return Assistant(Index.open(self._index), self._loaded())
        except IndexFault:
            raise fault from None

    def fixed(self) -> Fixed:
        """Which of the two cannot be changed by this process; without the index nothing can."""
        places: dict[Literal["corpus", "index"], Path] = {"index": self._index, "corpus": self._corpus}
        return next((name for name, path in places.items() if not os.access(path, os.W_OK)), "")

    def read(self, progress: Progress, stopping: Stopping) -> Changes:
        """Bring the index up to date with the folder. Raises as `index_corpus` does; the index is then as it was."""
        self.changes = index_corpus(self._corpus, self._index, self._loaded(), progress=progress, stopping=stopping)
        self.trouble = ""
        return self.changes

    def keep(self, name: str, data: bytes) -> str:
        """Save a file in the folder; its name there. Raises PaperError, SystemFault."""
        return keep(self._corpus, name, data).relative_to(self._corpus).as_posix()

    def fetch(self, wish: str) -> tuple[str, ...]:
        """Save a paper from the official sites in the folder; its name there, none where it is there already.

        Raises UnknownReference, SiteUnavailable, FetchError, SystemFault.
        """
        with self._client() as client:
            fetched = download(client, find(client, references.read(wish)), self._corpus)
        if fetched.stopped:
            raise SiteUnavailable(fetched.stopped)
        for why in fetched.refused.values():
            raise FetchError(why)
        return tuple(path.relative_to(self._corpus).as_posix() for path in fetched.saved.values())

    def remove(self, id: str) -> None:
        """Take a paper out of folder and index. Raises KeyError when it is not there, and as `discard` does."""
        gone = discard(self._corpus, self._index, id)
        left = {name: why for name, why in self.changes.passed_over.items() if name not in gone}
        self.changes = replace(self.changes, passed_over=left)

    def drop(self, name: str) -> None:
        """Delete a file; the index is not touched. Raises KeyError when the folder has no such file, SystemFault."""
        path = files(self._corpus)[name]
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise SystemFault(f"{name} cannot be deleted ({error.strerror}).") from error

    def _loaded(self) -> Encoder:
        if self._encoder is None:
            raise RuntimeError("the library is not open yet")
        return self._encoder
