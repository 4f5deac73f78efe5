"""A paper's way in and out: folder -> what changed -> parse, split, encode, write -> Changes.

index_corpus  bring the index up to date with the folder
keep          save a paper that comes from elsewhere in the folder
discard       take a paper out of folder and index
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from threading import Event

from ragassist.corpus.ahead import ahead
from ragassist.corpus.changes import Changes, Progress, Step, Stopping
from ragassist.corpus.encoding import encode
from ragassist.corpus.folder import checksum, files, keep
from ragassist.corpus.reading import Found, Reader
from ragassist.corpus.watching import watch
from ragassist.encoder import Encoder
from ragassist.errors import (
    CorpusError,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    Stopped,
    SystemFault,
)
from ragassist.index import Contents, Index, ModelId

__all__ = ["Changes", "Progress", "Step", "Stopping", "discard", "index_corpus", "keep", "keep_up"]

BUSY = 5.0  # seconds until a run is tried again that found another process writing


def index_corpus(  # noqa: PLR0913 - what the commands ask for, by name
    corpus: Path,
    index: Path,
    encoder: Encoder,
    *,
    rebuild: bool = False,
    thorough: bool = False,
    progress: Progress | None = None,
    stopping: Stopping | None = None,
) -> Changes:
    """Bring the index up to date with the folder of papers: only what changed is read and encoded.

    rebuild: use nothing of what is stored, so that every paper counts as added; an index of another layout is not used
    either, nor what is damaged in one. thorough: as for `Index.open`. stopping: asked between files and batches; when
    it says so, Stopped is raised. A file that is no paper is refused and the others go on; a folder without papers
    gives an empty index. When nothing changed, nothing is written. Raises CorpusError when there is no folder, and what
    `Index.open` and `Index.write` raise; whatever is raised, the index is as it was.
    """

    def check() -> None:
        if stopping and stopping():
            raise Stopped(index)

    def tell(step: Step) -> None:
        check()
        if progress:
            progress(step)

    model = ModelId.of(encoder)

    def brought_up(old: Index | None, why: str) -> Changes:
        reader = Reader(corpus, old, model)
        reader.look(tell)
        with closing(ahead(reader.groups, check)) as groups:
            papers = encode(groups, encoder, tell)
            first = next(papers, None)
            if first or why or _differs(reader.found().contents, old):
                ready = chain([first], papers) if first else papers
                Index.write(index, ready, model, lambda: reader.found().contents, old)
            else:
                Index.sweep(index)
        return _compared(reader.found(), old, why)

    try:
        return brought_up(*((None, "") if rebuild else _opened(index, thorough)))
    except IndexDamaged:  # of what was compared only as it was copied
        return brought_up(*_opened(index, thorough=True))


def _opened(index: Path, thorough: bool) -> tuple[Index | None, str]:
    """What can be used of the index that there is, and why that is not all of it."""
    try:
        opened = Index.open(index, thorough=thorough)
    except IndexMissing:
        return None, ""
    except IndexOutdated as fault:
        return None, fault.why
    except IndexDamaged as fault:
        return Index.salvage(index, fault), fault.why
    return opened, opened.damage.why if opened.damage else ""


def _differs(contents: Contents, old: Index | None) -> bool:
    """Whether the index holds something else; not when files were only touched."""
    if old is None:
        return True
    sources = {source.document: source.key for source in contents.sources}
    aside = sorted((file.name, file.key, file.refusal) for file in contents.aside)
    return (sources, aside) != (
        {id: source.key for id, source in old.sources().items()},
        sorted((file.name, file.key, file.refusal) for file in old.manifest.aside),
    )


def _compared(found: Found, old: Index | None, why: str) -> Changes:
    now = {source.document: source.key for source in found.contents.sources}
    before = {id: source.key for id, source in old.sources().items()} if old else {}
    remarks = {line.metadata.id: line.remarks for line in old.listed()} if old else {}
    remarks |= found.remarks
    return Changes(
        added=tuple(id for id in now if id not in before),
        changed=tuple(id for id, key in now.items() if before.get(id, key) != key),
        unchanged=tuple(id for id, key in now.items() if before.get(id) == key),
        removed=tuple(id for id in before if id not in now),
        refused=found.refused,
        passed_over=found.passed_over,
        remarks={id: remarks[id] for id in now if remarks.get(id)},
        rebuilt=why,
    )


def keep_up(corpus: Path, index: Path, encoder: Encoder, stop: Event) -> Iterator[Changes | str]:
    """Bring the index up to date now and after every change in the folder, until `stop` is set.

    Gives what a run did, where it is news, or a sentence when it could not be done: it is tried again after the next
    change, and after a while when another process was writing the index. Raises CorpusError when there is no folder to
    begin with: a name that was mistyped would be waited for in vain.
    """
    files(corpus)
    last = None
    for _ in watch(corpus, stop):
        done: Changes | str = ""
        while not done and not stop.is_set():
            try:
                done = index_corpus(corpus, index, encoder, stopping=stop.is_set)
            except IndexBusy as error:
                yield str(error)
                stop.wait(BUSY)
            except (CorpusError, SystemFault) as error:
                done = str(error)
            except Stopped:
                return
        if done and (isinstance(done, str) or done.news(last)):
            yield done
        last = done if isinstance(done, Changes) else last


def discard(corpus: Path, index: Path, id: str) -> tuple[str, ...]:
    """Take a paper out of the index and its files out of the folder; returns the names of the files deleted.

    All files of the paper go, copies and those that were passed over too; one that has changed since it was read stays,
    for it may be another paper by now. Raises KeyError when the index does not hold the paper, and what `Index.open`
    and `Index.remove` raise, with nothing changed; SystemFault when a file cannot be deleted.
    """
    opened = Index.open(index)
    known = (*opened.sources().values(), *opened.manifest.aside)
    own = {file.sha256 for file in known if file.document == id}
    names = {file.name for file in known if file.sha256 in own}
    opened.remove([id])
    deleted = []
    for name, path in files(corpus).items():
        if name in names and checksum(name, path, corpus) in own:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise SystemFault(
                    f"{id} is out of the index, but its file {name} cannot be deleted ({error.strerror}): "
                    "delete it yourself, or the next indexing run brings it back."
                ) from error
            deleted.append(name)
    return tuple(deleted)
