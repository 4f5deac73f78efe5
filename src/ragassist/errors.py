"""What can go wrong, as one tree; each message is one sentence for the person who sees it.

    RagassistError
    ├── PaperError                 one file cannot be read as a paper; the others go on
    │   ├── UnsupportedFormat
    │   └── UnreadablePaper
    │       └── UnfinishedPaper    its reader was slow or was ended: worth another try
    ├── UnknownReference           what should name a paper names none
    ├── FetchError                 a paper cannot be had from the official sites; the others go on
    │   └── SiteUnavailable        nor can any other, now
    ├── QuestionError              a question, or a file of questions, that cannot be asked
    ├── UnknownPaper               a paper that the index does not hold
    ├── CorpusError                the folder of papers is missing
    ├── Stopped                    someone asked for a stop while papers were indexed
    ├── ModelError                 the embedding model cannot be had
    ├── IndexFault                 what is stored cannot be used
    │   ├── IndexMissing
    │   ├── IndexDamaged
    │   ├── IndexOutdated
    │   ├── IndexModelMismatch
    │   ├── IndexDimensionError
    │   └── IndexBusy
    └── SystemFault                the machine says no: permission, disk, port

Raised near the cause, caught once at the edge: `cli.py` and `app/`.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path


class RagassistError(Exception):
    """The root; its message is fit to show to a user as it stands."""


class PaperError(RagassistError):
    """A file that cannot be read as a paper."""


class UnsupportedFormat(PaperError):
    """A file that no parser recognises."""

    def __init__(self, name: str, seen: str, readable: str) -> None:
        super().__init__(f"{name}: {seen} is not a format ragassist reads ({readable}). Nothing of it was indexed.")


class UnreadablePaper(PaperError):
    """A file of a known format in which no paper could be found."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why} Nothing of it was indexed.")


class UnfinishedPaper(UnreadablePaper):
    """A file whose reader was slow or was ended, which may be the machine's doing: worth another try."""


class UnknownReference(RagassistError):
    """A reference, id or link that names no paper."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"“{text}” {why}")


class FetchError(RagassistError):
    """A paper that the official sites do not give, or not in a form that can be kept."""


class SiteUnavailable(FetchError):
    """An official site that cannot be reached, or asks to be left alone for now."""


class QuestionError(RagassistError):
    """A question that cannot be asked, or a file of questions that cannot be read."""


class CorpusError(RagassistError):
    """A folder of papers that is missing."""


class Stopped(RagassistError):
    """Indexing that was asked to stop before it was done."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Stopped. The index in {folder} is as it was; the next run starts over.")


class ModelError(RagassistError):
    """An embedding model that cannot be loaded."""


class IndexFault(RagassistError):
    """An index that cannot be used."""


def index_command(folder: Path, corpus: Path | None = None) -> str:
    """The command that brings this index up to date.

    corpus: the folder of its papers. Where that is not known and the index is not the usual one, CORPUS stands for it:
    the usual folder would take the place of what such an index holds.
    """
    papers = shlex.quote(str(corpus)) if corpus else "CORPUS"
    if folder == Path("index"):
        return "ragassist index" if corpus in (None, Path("corpus")) else f"ragassist index {papers}"
    return f"ragassist index {papers} --index {shlex.quote(str(folder))}"


class IndexMissing(IndexFault):
    """No index at this place yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no index yet. Make one with: {index_command(folder)}")


class IndexDamaged(IndexFault):
    """A stored file is not what the manifest says it was. why: the same without what to do."""

    def __init__(self, folder: Path, what: str) -> None:
        self.why = f"The index in {folder} is damaged ({what})."
        super().__init__(f"{self.why} Build it again with: {index_command(folder)}")


class IndexOutdated(IndexFault):
    """An index written in a layout that this version does not read. why: the same without what to do."""

    def __init__(self, folder: Path, found: object, wanted: int) -> None:
        self.why = f"The index in {folder} has layout {found}, this version of ragassist reads layout {wanted}."
        super().__init__(f"{self.why} Build it again with: {index_command(folder)}")


class IndexModelMismatch(IndexFault):
    """An index whose vectors another model made."""

    def __init__(self, folder: Path, indexed: str, asked: str) -> None:
        super().__init__(
            f"The index in {folder} was made with the model {indexed}, not with {asked}. "
            f"Build it again with this model ({index_command(folder)} --model {asked}) or ask with the other one."
        )


class IndexDimensionError(IndexFault):
    """Vectors of another length than the index holds."""

    def __init__(self, indexed: int, asked: int) -> None:
        super().__init__(
            f"The index holds vectors of {indexed} numbers, the question's has {asked}: it was built with another "
            "model. Build it again with: ragassist index"
        )


class UnknownPaper(RagassistError):
    """A paper that is to be taken out and is not there. near: ids that are written nearly so."""

    def __init__(self, paper: str, folder: Path, near: Sequence[str]) -> None:
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"The index in {folder} holds no {paper}.{meant}")


class IndexBusy(IndexFault):
    """Another process is writing this index."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another ragassist is writing the index in {folder}. Wait until it is done, then try again.")


class SystemFault(RagassistError):
    """The machine refused: no permission, no room, no port."""
