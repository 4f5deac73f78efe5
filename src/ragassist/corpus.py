"""A paper's way in: folder -> what changed -> parse, split, encode, write -> Changes."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ragassist.document import Document, Exchange, Passage
from ragassist.encoder import Encoded, Encoder
from ragassist.errors import CorpusError, IndexMissing, PaperError, SystemFault, UnreadablePaper
from ragassist.exchanges import EXCHANGES_VERSION, find_exchanges
from ragassist.formats import PARSER_VERSION, parse
from ragassist.formats.opening import LARGEST
from ragassist.index import Index, ModelId, Source, Stored
from ragassist.passages import SPLITTER_VERSION, split

VERSION = 1  # raise it when the same passages are encoded or stored otherwise
TOGETHER = 512  # passages encoded in one go: enough to sort by length, some 60 MB of tokens

# Told (done, total, name): so many passages of so many are encoded, and which paper is in hand. While the files are
# read, done is 0 and total counts the files.
Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an indexing run did: document ids, and for each file that is no paper the sentence that says why."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper that is read and split, and waits for its vectors."""

    document: Document
    exchanges: tuple[Exchange, ...]
    passages: tuple[Passage, ...]
    source: Source


# By document id, in the order of their files: what is new or changed, and the source of what is stored already.
Papers: TypeAlias = Mapping[str, Draft | Source]


def index_corpus(
    corpus: Path, index: Path, encoder: Encoder, *, rebuild: bool = False, progress: Progress | None = None
) -> Changes:
    """Bring the index up to date with the folder of papers: only what changed is read and encoded.

    rebuild: use nothing of what is stored, so that every paper counts as added. A file that is no paper is refused and
    the others go on. When nothing changed, nothing is written. Raises CorpusError when there is no paper at all, and
    what `Index.open` and `Index.write` raise; the index is then as it was.
    """
    tell = progress or _tell_nobody
    old = None if rebuild else _opened(index)
    model = ModelId.of(encoder)
    papers, refused = _read(corpus, old, model, tell)
    changes = _compare(papers, old, refused)
    if changes.added or changes.changed or changes.removed:
        Index.write(index, _encode(papers, old, encoder, tell), model)
    return changes


def _opened(index: Path) -> Index | None:
    try:
        return Index.open(index)
    except IndexMissing:
        return None


def _read(corpus: Path, old: Index | None, model: ModelId, tell: Progress) -> tuple[Papers, Mapping[str, str]]:
    """The papers in the folder, and for each file that is none the reason."""
    stored = {source.key: source for source in old.manifest.sources} if old else {}
    papers: dict[str, Draft | Source] = {}
    refused: dict[str, str] = {}
    files = _files(corpus)
    for name, path in files.items():
        tell(0, len(files), name)
        try:
            data = _bytes(name, path, corpus)
            key = _key(name, data, model)
            paper = stored[key] if key in stored else _draft(name, data, key)
            source = _source(paper)
            if source.document in papers:
                first = _source(papers[source.document]).name
                raise UnreadablePaper(name, f"it holds {source.document}, and so does {first}.")
            papers[source.document] = paper
        except PaperError as error:
            refused[name] = str(error)
    if not papers:
        raise CorpusError(" ".join([f"No file in {corpus} could be read as a paper.", *refused.values()]))
    return papers, refused


def _files(corpus: Path) -> dict[str, Path]:
    """The files in the folder and below, by name and in that order; hidden ones are left out."""
    if not corpus.is_dir():
        raise CorpusError(f"There is no folder {corpus}. Make it and put papers in it, or name another one.")
    found: list[Path] = []
    for folder, folders, files in os.walk(corpus, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(folder, name) for name in files if not name.startswith(".")]
    if not found:
        raise CorpusError(f"The folder {corpus} holds no files. Put papers in it, then try again.")
    return dict(sorted((_shown(path.relative_to(corpus).as_posix()), path) for path in found))


def _shown(name: str) -> str:
    """The name with an escape for what a terminal or a page could not show: line ends, bytes that are no text."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name)


def _unreadable(error: OSError) -> None:
    # To go on without the folder would be to take its papers out of the index.
    raise SystemFault(f"The folder {error.filename} cannot be read ({error.strerror}). Nothing was changed.") from error


def _bytes(name: str, path: Path, corpus: Path) -> bytes:
    try:
        if not path.resolve().is_relative_to(corpus.resolve()):
            raise UnreadablePaper(name, "it is a link to a file outside the folder.")
        if not path.is_file():
            raise UnreadablePaper(name, "it is not a file.")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise UnreadablePaper(name, "it cannot be opened.") from error
    if len(data) > LARGEST:
        raise UnreadablePaper(name, f"it is larger than {LARGEST // 2**20} MB.")
    return data


def _key(name: str, data: bytes, model: ModelId) -> str:
    """Names all that a stored paper depends on; its file's name too, which tells the id where the paper does not."""
    depends = (name, _sha256(data), PARSER_VERSION, EXCHANGES_VERSION, SPLITTER_VERSION, VERSION, model.fingerprint)
    return _sha256(repr(depends).encode())


def _draft(name: str, data: bytes, key: str) -> Draft:
    document = parse(Path(name).name, data)
    exchanges = find_exchanges(document)
    return Draft(document, exchanges, split(document, exchanges), Source(document.id, name, _sha256(data), key))


def _compare(papers: Papers, old: Index | None, refused: Mapping[str, str]) -> Changes:
    before = dict.fromkeys(source.document for source in old.manifest.sources) if old else {}
    drafts = {id: id in before for id, paper in papers.items() if isinstance(paper, Draft)}
    return Changes(
        added=tuple(id for id, known in drafts.items() if not known),
        changed=tuple(id for id, known in drafts.items() if known),
        unchanged=tuple(id for id in papers if id not in drafts),
        removed=tuple(id for id in before if id not in papers),
        refused=refused,
    )


def _encode(papers: Papers, old: Index | None, encoder: Encoder, tell: Progress) -> Iterator[Stored]:
    """Every paper ready to store: what is new is encoded, the passages of several papers in one go."""
    total = sum(len(paper.passages) for paper in papers.values() if isinstance(paper, Draft))
    done = 0
    for group in _groups(papers.values()):
        drafts = [paper for paper in group if isinstance(paper, Draft)]
        texts = [passage.text for draft in drafts for passage in draft.passages]
        last = drafts[-1].document.id if drafts else ""
        encoded = encoder.passages(texts, functools.partial(_tell_sum, tell, done, total, last))
        at = 0
        for paper in group:
            if isinstance(paper, Draft):
                yield _stored(paper, encoded, at)
                at += len(paper.passages)
            elif old:
                yield old.stored(paper.document)
        done += len(texts)


def _groups(papers: Iterable[Draft | Source]) -> Iterator[list[Draft | Source]]:
    group: list[Draft | Source] = []
    size = 0
    for paper in papers:
        group.append(paper)
        size += len(paper.passages) if isinstance(paper, Draft) else 0
        if size >= TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group


def _stored(draft: Draft, encoded: Encoded, at: int) -> Stored:
    """The draft with its stretch of the vectors."""
    end = at + len(draft.passages)
    return Stored(
        draft.document,
        draft.exchanges,
        draft.passages,
        vectors=encoded.vectors[at:end],
        tokens=encoded.tokens[at:end],
        source=draft.source,
    )


def _source(paper: Draft | Source) -> Source:
    return paper.source if isinstance(paper, Draft) else paper


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _tell_sum(tell: Progress, before: int, total: int, name: str, done: int) -> None:
    tell(before + done, total, name)


def _tell_nobody(done: int, total: int, name: str) -> None:
    pass
