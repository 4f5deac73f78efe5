"""The folder -> its papers: what is new or changed is parsed and split, the rest is known by its stamp or its key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ragassist.corpus import folder
from ragassist.corpus.changes import Progress, Step
from ragassist.corpus.choice import choose, paper_of, rank
from ragassist.document import Document, Exchange, Passage
from ragassist.errors import PaperError, UnfinishedPaper
from ragassist.exchanges import EXCHANGES_VERSION, find_exchanges
from ragassist.formats import PARSER_VERSION
from ragassist.formats.opening import kind_of
from ragassist.index import Contents, Index, ModelId, Source
from ragassist.passages import SPLITTER_VERSION, split
from ragassist.sandbox import Sandbox

VERSION = 2  # raise it when the same passages are encoded or stored otherwise
TOGETHER = 512  # passages encoded in one go: enough to sort by length, some 60 MB of tokens
TOLD = 64  # files after which it is told how far the reading is, though few of them are papers


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper that is read and split, and waits for its vectors."""

    document: Document
    exchanges: tuple[Exchange, ...]
    passages: tuple[Passage, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Group:
    """Papers to encode in one go.

    done: files that were read when the last of them was, which is called `name`. total: files to read in all.
    """

    drafts: tuple[Draft, ...]
    done: int
    total: int
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the folder holds.

    contents: the file of every paper, in order, and as far as they could be read those of which nothing is stored, for
    the next run to know them by. refused, passed_over: a sentence for each file of which nothing is stored, by name.
    remarks: what could not be read of the papers that were parsed, by document id.
    """

    contents: Contents
    refused: Mapping[str, str]
    passed_over: Mapping[str, str]
    remarks: Mapping[str, tuple[str, ...]]


class Reader:
    """Reads the files of a folder, for one run: `look`, then all `groups`, then `found`.

    old: the index that there is; what stands in it is not parsed again, the rest is, in a box.
    """

    def __init__(self, corpus: Path, old: Index | None, model: ModelId) -> None:
        self._corpus = corpus
        self._fingerprint = model.fingerprint
        self._stored = {source.key: source for source in old.sources().values()} if old else {}
        self._known = self._stored | ({source.key: source for source in old.manifest.aside} if old else {})
        self._files: Mapping[str, folder.File] = {}
        self._new: list[Source] = []
        self._seen: dict[str, Source] = {}
        self._lost: dict[str, str] = {}
        self._chosen: Sequence[Source] = ()
        self._passed_over: Mapping[str, str] = {}
        self._best: dict[str, Source] = {}  # of every paper, the file to read as far as is known by now
        self._drafted: dict[str, tuple[str, ...]] = {}  # by key, the remarks of each paper that was given

    def look(self, tell: Progress) -> None:
        """See which files are new or changed. One that has the stamp with which it was read is not read again.

        Raises CorpusError, SystemFault and what `tell` raises.
        """
        self._files = folder.look(self._corpus)
        unread = []
        before = {source.name: source for source in self._known.values()}
        for name, file in self._files.items():
            source = before.get(name)
            same = source and source.stamp and source.stamp == file.stamp
            if source and same and source.key == self._key(name, source.sha256):
                self._seen[name] = source
            else:
                unread.append(name)
        for done, name in enumerate(unread):
            tell(Step("reading", done, len(unread), name))
            self._compare(name)
        if unread:
            tell(Step("reading", len(unread), len(unread), ""))

    def groups(self, go_on: Callable[[], None]) -> Generator[Group, None, None]:
        """Every paper that is new or changed, unless a better file of it is known already.

        Where that comes later, both are given, and `found` tells which is to stay. go_on: called between files and a
        few times a second while one is read. Raises SystemFault and what `go_on` raises.
        """
        drafts: list[Draft] = []
        passages = before = done = total = 0
        with Sandbox(waiting=go_on) as box:
            while names := self._unread():
                total += len(names)
                for done, name in enumerate(names, total - len(names) + 1):
                    go_on()
                    if draft := self._draft(name, box):
                        drafts.append(draft)
                        passages += len(draft.passages)
                    if passages >= TOGETHER or done - before >= TOLD or done == total:
                        yield Group(tuple(drafts), done, total, name)
                        drafts, passages, before = [], 0, done

    def found(self) -> Found:
        """What there is, once all groups were given."""
        in_order = sorted(self._seen.values(), key=lambda file: file.name)
        aside = tuple(file for file in in_order if file.refusal or file.name in self._passed_over)
        refused = self._lost | {file.name: file.refusal for file in aside if file.name not in self._passed_over}
        remarks = {file.document: self._drafted[file.key] for file in self._chosen if file.key in self._drafted}
        return Found(Contents(tuple(self._chosen), aside), dict(sorted(refused.items())), self._passed_over, remarks)

    def _compare(self, name: str) -> None:
        """Whether a file is known by its bytes, if not by its stamp."""
        try:
            data, stamp = self._read(name)
        except PaperError:
            return
        sha256 = _sha256(data)
        key = self._key(name, sha256)
        if known := self._known.get(key):
            self._seen[name] = replace(known, stamp=stamp)
        else:
            self._new.append(Source("", name, sha256, key, kind_of(data)))

    def _unread(self) -> list[str]:
        """The files to read next: those that are new, the better ones of a paper first, and then those that are to be
        read instead of others after all, since these went or turned out to be something else.
        """
        self._chosen, self._passed_over = choose(self._seen.values())
        self._best = {paper_of(file): file for file in self._chosen}
        new, self._new = sorted(self._new, key=rank), []
        late = [file for file in self._chosen if file.key not in self._stored and file.key not in self._drafted]
        return [file.name for file in (*new, *late)]

    def _draft(self, name: str, box: Sandbox) -> Draft | None:
        """The paper in a file; None where there is none, where it is stored already, and where a better file has it."""
        try:
            data, stamp = self._read(name)
        except PaperError:
            return None
        sha256 = _sha256(data)
        key = self._key(name, sha256)
        if stored := self._stored.get(key):  # it was changed and changed back while we were looking
            self._seen[name] = replace(stored, stamp=stamp)
            return None
        self._seen[name] = source = Source("", name, sha256, key, kind_of(data), stamp=stamp)
        try:
            document = box.parse(Path(name).name, data)
        except UnfinishedPaper as error:
            self._seen[name] = replace(source, key="", refusal=str(error))  # no file has this key: it is tried again
            return None
        except PaperError as error:
            self._seen[name] = replace(source, refusal=str(error))
            return None
        source = replace(source, document=document.id, reprint=document.metadata.reprint)
        self._seen[name] = source
        best = self._best.setdefault(paper_of(source), source)
        if best.name != name and rank(best) < rank(source):
            return None
        self._best[paper_of(source)] = source
        self._drafted[key] = document.remarks
        exchanges = find_exchanges(document)
        return Draft(document, exchanges, split(document, exchanges), source)

    def _read(self, name: str) -> tuple[bytes, str]:
        """A file's bytes and stamp. Raises PaperError, which is kept: as long as nothing is read, it is lost."""
        self._seen.pop(name, None)
        self._lost.pop(name, None)
        try:
            return folder.read(name, self._files[name].path, self._corpus)
        except PaperError as error:
            self._lost[name] = str(error)
            raise

    def _key(self, name: str, sha256: str) -> str:
        """Names all that a stored paper depends on; the name too, which tells the id where the paper does not."""
        versions = PARSER_VERSION, EXCHANGES_VERSION, SPLITTER_VERSION, VERSION
        return _sha256(repr((name, sha256, *versions, self._fingerprint)).encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
