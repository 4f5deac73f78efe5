"""A paper's way in and out: folder -> what changed -> parse, split, encode, write -> Changes.

index_corpus  bring the index up to date with the folder
keep          save a paper that comes from elsewhere in the folder
discard       take a paper out of folder and index
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from ragassist.corpus.changes import Changes, Progress, Step, Stopping
from ragassist.corpus.encoding import encode
from ragassist.corpus.folder import checksum, files, keep
from ragassist.corpus.reading import Draft, Found, Reader
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
from ragassist.sandbox import Sandbox

__all__ = ["Changes", "Progress", "Step", "Stopping", "discard", "index_corpus", "keep", "keep_up"]

BUSY = 5.0  # seconds until a run is tried again that found another process writing


def index_corpus(
    corpus: Path,
    index: Path,
    encoder: Encoder,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    stopping: Stopping | None = None,
) -> Changes:
    """Bring the index up to date with the folder of papers: only what changed is read and encoded.

    rebuild: use nothing of what is stored, so that every paper counts as added; an index that is damaged or of another
    layout is not used either. stopping: asked between files and batches; when it says so, Stopped is raised. A file
    that is no paper is refused and the others go on; a folder without papers gives an empty index. When nothing
    changed, nothing is written. Raises CorpusError when there is no folder, and what `Index.open` and `Index.write`
    raise; whatever is raised, the index is as it was.
    """

    def check() -> None:
        if stopping and stopping():
            raise Stopped(index)

    def tell(step: Step) -> None:
        check()
        if progress:
            progress(step)

    model = ModelId.of(encoder)
    old, why = (None, "") if rebuild else _opened(index)
    with Sandbox(waiting=check) as box:  # a file that takes its time does not hold a stop up
        found = Reader(corpus, old, model, box).read(tell)
    changes = _compare(found, old, why)
    aside = old.manifest.aside if old else None
    if changes.added or changes.changed or changes.removed or found.aside != aside or why:
        drafts = [paper for paper in found.papers.values() if isinstance(paper, Draft)]
        sources = tuple(paper.source if isinstance(paper, Draft) else paper for paper in found.papers.values())
        contents = Contents(sources, found.aside)
        Index.write(index, encode(drafts, encoder, tell), model, lambda: contents, old)
    return changes


def _opened(index: Path) -> tuple[Index | None, str]:
    """The index that there is, and why it, or what stood in its place, is of no use."""
    try:
        opened = Index.open(index)
    except IndexMissing:
        return None, ""
    except (IndexDamaged, IndexOutdated) as fault:
        return None, fault.why
    return opened, opened.trouble


def _compare(found: Found, old: Index | None, why: str) -> Changes:
    before = dict.fromkeys(old.sources()) if old else {}
    drafts = {id: paper for id, paper in found.papers.items() if isinstance(paper, Draft)}
    remarks = {line.metadata.id: line.remarks for line in old.listed()} if old else {}
    remarks |= {id: draft.document.remarks for id, draft in drafts.items()}
    return Changes(
        added=tuple(id for id in drafts if id not in before),
        changed=tuple(id for id in drafts if id in before),
        unchanged=tuple(id for id in found.papers if id not in drafts),
        removed=tuple(id for id in before if id not in found.papers),
        refused=found.refused,
        passed_over=found.passed_over,
        remarks={id: remarks[id] for id in found.papers if remarks.get(id)},
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
    opened.remove([id])
    deleted = []
    for name, path in files(corpus).items():
        if any(file.name == name and file.sha256 in own for file in known) and checksum(name, path, corpus) in own:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise SystemFault(
                    f"{id} is out of the index, but its file {name} cannot be deleted ({error.strerror}): "
                    "delete it yourself, or the next indexing run brings it back."
                ) from error
            deleted.append(name)
    return tuple(deleted)
