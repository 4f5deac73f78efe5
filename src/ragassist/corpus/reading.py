"""The folder -> its papers: what is new or changed is parsed and split, the rest is known by its key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from ragassist.corpus import folder
from ragassist.corpus.changes import Progress, Step
from ragassist.corpus.choice import choose
from ragassist.document import Document, Exchange, Passage
from ragassist.errors import PaperError, UnfinishedPaper
from ragassist.exchanges import EXCHANGES_VERSION, find_exchanges
from ragassist.formats import PARSER_VERSION
from ragassist.formats.opening import kind_of
from ragassist.index import Index, ModelId, Source
from ragassist.passages import SPLITTER_VERSION, split
from ragassist.sandbox import Sandbox

VERSION = 2  # raise it when the same passages are encoded or stored otherwise


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper that is read and split, and waits for its vectors."""

    document: Document
    exchanges: tuple[Exchange, ...]
    passages: tuple[Passage, ...]
    source: Source


# By document id, in the order of their files: what is new or changed, and the source of what is stored already.
Papers: TypeAlias = Mapping[str, Draft | Source]


@dataclass(frozen=True, slots=True)
class Found:
    """What the folder holds.

    refused, passed_over: a sentence for each file of which nothing is stored, by name. aside: the same files, as far as
    they could be read, for the next run to know them by.
    """

    papers: Papers
    refused: Mapping[str, str]
    passed_over: Mapping[str, str]
    aside: tuple[Source, ...]


class Reader:
    """Reads the files of a folder, for one run.

    old: the index that there is; what stands in it is not parsed again. box: in which the rest is.
    """

    def __init__(self, corpus: Path, old: Index | None, model: ModelId, box: Sandbox) -> None:
        self._corpus = corpus
        self._box = box
        self._fingerprint = model.fingerprint
        self._stored = {source.key: source for source in old.sources().values()} if old else {}
        self._known = self._stored | ({source.key: source for source in old.manifest.aside} if old else {})
        self._drafts: dict[str, Draft] = {}

    def read(self, tell: Progress) -> Found:
        """Every file once. Raises CorpusError, SystemFault and what `tell` raises."""
        files = folder.files(self._corpus)
        seen: dict[str, Source] = {}
        lost: dict[str, str] = {}
        for done, (name, path) in enumerate(files.items()):
            tell(Step("reading", done, len(files), name))
            try:
                data = folder.read(name, path, self._corpus)
            except PaperError as error:
                lost[name] = str(error)
            else:
                key = self._key(name, data)
                seen[name] = self._known.get(key) or self._parsed(name, data, key)
        tell(Step("reading", len(files), len(files), ""))
        chosen, passed_over = self._choose(files, seen)
        aside = tuple(file for file in seen.values() if file.refusal or file.name in passed_over)
        refused = lost | {file.name: file.refusal for file in aside if file.name not in passed_over}
        papers = {file.document: self._drafts.get(file.name) or self._stored[file.key] for file in chosen}
        return Found(papers, dict(sorted(refused.items())), passed_over, aside)

    def _choose(self, files: Mapping[str, Path], seen: dict[str, Source]) -> tuple[list[Source], Mapping[str, str]]:
        """As `choose` does; a file that was passed over in the last run and is not now is parsed at last."""
        while True:
            chosen, passed_over = choose(seen.values())
            late = [file for file in chosen if file.name not in self._drafts and file.key not in self._stored]
            if not late:
                return chosen, passed_over
            for file in late:
                try:
                    data = folder.read(file.name, files[file.name], self._corpus)
                except PaperError:  # it went meanwhile, and will be missed by the next run
                    del seen[file.name]
                else:
                    seen[file.name] = self._parsed(file.name, data, self._key(file.name, data))

    def _parsed(self, name: str, data: bytes, key: str) -> Source:
        """What the file is; where it is a paper, its draft is kept."""
        source = Source("", name, _sha256(data), key)
        try:
            document = self._box.parse(Path(name).name, data)
        except UnfinishedPaper as error:
            return replace(source, key="", refusal=str(error))  # a key that no file has: the next run tries again
        except PaperError as error:
            return replace(source, refusal=str(error))
        source = replace(source, document=document.id, kind=kind_of(data), reprint=document.metadata.reprint)
        exchanges = find_exchanges(document)
        self._drafts[name] = Draft(document, exchanges, split(document, exchanges), source)
        return source

    def _key(self, name: str, data: bytes) -> str:
        """Names all that a stored paper depends on; the name too, which tells the id where the paper does not."""
        versions = PARSER_VERSION, EXCHANGES_VERSION, SPLITTER_VERSION, VERSION
        return _sha256(repr((name, _sha256(data), *versions, self._fingerprint)).encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
