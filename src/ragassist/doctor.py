"""Whether index, records and folder agree, and whether what was taken out is gone: Report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from ragassist.corpus import folder
from ragassist.errors import CorpusError, IndexFault, index_command
from ragassist.index import Index

NAMED = 10  # things that one finding names


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked. wrong: a sentence for each thing that is not as it should be; none when it is."""

    checked: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What an examination found; prints as a line for each check.

    advice: what mends it, empty when all is well.
    """

    findings: tuple[Finding, ...]
    advice: str = ""

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return not any(finding.wrong for finding in self.findings)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for finding in self.findings:
            yield f"{'wrong' if finding.wrong else 'ok':5}  {finding.checked}"
            yield from (f"       {sentence}" for sentence in finding.wrong[:NAMED])
            if len(finding.wrong) > NAMED:
                yield f"       And {len(finding.wrong) - NAMED:,} more."
        yield self.advice or "Index and folder agree."

    def json(self) -> dict[str, Any]:
        """The same for scripts, nothing left out."""
        return {"healthy": self.healthy, **asdict(self)}


def examine(corpus: Path, index: Path, removed: Sequence[str] = ()) -> Report:
    """Compare every part of the index with every other, and with the folder of papers; nothing is changed.

    removed: ids of papers of which nothing may be left, in the index or in the folder.
    Raises SystemFault when the machine does not let the files be read.
    """
    try:
        opened = Index.open(index, thorough=True)
    except IndexFault as fault:
        return Report((Finding("every file of the index is what was written", (str(fault),)),), str(fault))
    inside = [Finding(checked, wrong) for checked, wrong in opened.audit().items()]
    outside = Finding("the papers in the folder are those in the index", tuple(_folder(corpus, opened)))
    older = Finding("no older generation holds another paper", tuple(_older(opened)))
    strays = Finding("nothing else lies in the folder of the index", tuple(_strays(opened)))
    gone = [Finding(f"nothing is left of {id}", tuple(_traces(corpus, opened, id))) for id in removed]
    sums = Finding("every file of the index is what was written", (opened.trouble,) if opened.trouble else ())
    advice = {
        f"Build the index anew with: {index_command(index, corpus)} --rebuild": [*inside, older],
        f"Bring the index up to date with: {index_command(index, corpus)}": [sums, outside],
        "Take papers out with: ragassist remove ID": gone,
        "Delete what does not belong there.": [strays],
    }
    do = next((do for do, findings in advice.items() if any(finding.wrong for finding in findings)), "")
    return Report((sums, *inside, outside, older, strays, *gone), do)


def _folder(corpus: Path, index: Index) -> Iterator[str]:
    """Files of papers that are gone or changed, and files that were never read."""
    try:
        there = folder.files(corpus)
    except CorpusError as error:
        yield str(error)
        return
    known = {source.name: source for source in (*index.sources().values(), *index.manifest.aside)}
    for name, source in known.items():
        if name not in there:
            yield f"{source.document or name} was read from {name}, which is gone."
        elif folder.checksum(name, there[name], corpus) != source.sha256:
            yield f"{source.document or name} was read from {name}, which has changed since."
    for name in there:
        if name not in known and folder.checksum(name, there[name], corpus):
            yield f"{name} has not been read yet."
    for part in sorted(corpus.rglob(".*.part")):
        yield f"{part.relative_to(corpus)} is what an interrupted download or upload left; delete it."


def _older(index: Index) -> Iterator[str]:
    """Papers in older generations that are not in this one."""
    held = {(source.document, source.sha256) for source in (*index.sources().values(), *index.manifest.aside)}
    for name, sources in index.others().items():
        for source in sources or ():
            if source.document and (source.document, source.sha256) not in held:
                yield f"{index.folder / name} still holds {source.document} as it was before."


def _strays(index: Index) -> Iterator[str]:
    for name, sources in index.others().items():
        if sources is None:
            yield f"{index.folder / name} does not belong to the index."


def _traces(corpus: Path, index: Index, id: str) -> Iterator[str]:
    """Whatever is left of a paper."""
    if any(metadata.id == id for metadata in index.documents()):
        yield f"The index holds {id}."
    for source in index.sources().values():
        if source.document != id and id in _called(corpus, source.name):
            yield f"The index holds {source.document}, which was read from {source.name}."
    for source in index.manifest.aside:
        if source.document == id:
            yield f"The folder holds {id}, in {source.name}."
    for name in folder.files(corpus) if corpus.is_dir() else ():
        if id in _called(corpus, name):
            yield f"The folder holds {name}."
    yield from _elsewhere(index, id)


def _elsewhere(index: Index, id: str) -> Iterator[str]:
    """What else in the folder of the index holds a paper, or may."""
    for name, sources in index.others().items():
        if sources is None and name.startswith("gen-"):
            yield f"{index.folder / name} cannot be read; it may hold {id}."
        if any(source.document == id for source in sources or ()):
            yield f"{index.folder / name} still holds {id}."


def _called(corpus: Path, name: str) -> set[str]:
    """What one may call a file in the folder, or the paper in it."""
    return {name, str(corpus / name), PurePath(name).name, PurePath(name).stem}
