"""Papers whose file tells their structure (XML, HTML, ODT, DOCX): blocks of text in reading order -> Document."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ragassist.document import Document, Footnote, Paragraph, Role, Setting
from ragassist.errors import UnreadablePaper
from ragassist.formats import identity
from ragassist.formats.opening import INVISIBLE

CELLS = " | "  # between the cells of a table's row


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph to be: its text without note marks, and the numbers of the notes it refers to, in order."""

    text: str
    role: Role = "text"
    notes: tuple[int, ...] = ()
    bold: bool | None = None
    italic: bool | None = None


@dataclass(slots=True)
class Inline:
    """Gathers the text of one block, piece by piece, with its notes and how most of it is set."""

    pieces: list[str] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    bold: int = 0
    italic: int = 0
    letters: int = 0

    def add(self, text: str, *, bold: bool = False, italic: bool = False) -> None:
        """A piece of running text."""
        self.pieces.append(text)
        length = len("".join(text.split()))
        self.letters += length
        self.bold += bold * length
        self.italic += italic * length

    def note(self, number: int) -> None:
        """The mark of a note stands here."""
        self.notes.append(number)

    def block(self, role: Role = "text") -> Block:
        """All of it as one block; set bold, or italic, when most of its letters are."""
        bold, italic = self.bold * 2 > self.letters, self.italic * 2 > self.letters
        return Block(clean("".join(self.pieces)), role, tuple(self.notes), bold, italic)


def clean(text: str) -> str:
    """One line, single spaces, NFC, nothing invisible."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def document_of(
    name: str,
    blocks: Iterable[Block],
    notes: Sequence[Footnote] = (),
    furniture: Sequence[str] = (),
    told: Mapping[str, Any] | None = None,
) -> Document:
    """The paper that these blocks are; empty ones are left out.

    told: fields of Metadata that the file gives apart from its text. Raises UnreadablePaper when there is no text, or
    nothing tells which paper it is.
    """
    filled = [block for block in blocks if block.text]
    if not filled:
        raise UnreadablePaper(name, "it holds no text.")
    paragraphs = tuple(
        Paragraph(
            number, block.text, block.role, notes=block.notes, setting=Setting(bold=block.bold, italic=block.italic)
        )
        for number, block in enumerate(filled, start=1)
    )
    furniture = tuple(furniture)
    return Document(identity.of_paper(name, paragraphs, furniture, told), paragraphs, tuple(notes), furniture=furniture)
