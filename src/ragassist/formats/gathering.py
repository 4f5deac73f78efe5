"""Text that comes piece by piece, as a walk through elements meets it -> blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from ragassist.document import Footnote, Role
from ragassist.formats.blocks import CELLS, Block, Inline, clean

# Paragraphs that number or name what follows them, in whatever element they stand.
NUMBERS = r"\d{1,4}(?:(?:,| en| t/m|,? tot en met)? \d{1,4})*"
LABEL = re.compile(
    rf"(?:(?:Vraag|Vragen|Antwoord(?:en)?(?: op (?:de )?(?:vraag|vragen))?) {NUMBERS}"
    r"|Antwoord|Mededeling|Toelichting|\d{1,4})[.:]?"
)
OPENS, CLOSES = tuple("([«“"), tuple(",.;:?!)]»”")


class Style(NamedTuple):
    """How the text being read is set."""

    bold: bool = False
    italic: bool = False

    def with_more(self, bold: bool, italic: bool) -> Style:
        """Set so as well."""
        return Style(self.bold or bold, self.italic or italic)


PLAIN = Style()


class Gathering:
    """The blocks and footnotes of a paper so far, and the paragraph that is open."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.notes: list[Footnote] = []
        self._open: Inline | None = None
        self._role: Role = "text"
        self._marked = False  # only an item's mark stands in it, the text is still to come
        self._joined = 0  # within a heading, a row or a note: paragraphs are part of it
        self._listed = 0  # within a table of contents: headings are text

    @property
    def loose(self) -> bool:
        """Whether no paragraph is open."""
        return self._open is None

    @property
    def marked(self) -> bool:
        """Whether an item's mark waits for its text."""
        return self._marked

    def start(self, role: Role) -> None:
        """A paragraph begins; the text of an item goes on behind its mark."""
        if self._joined or (self._marked and role in {"text", "item"}):
            self._marked = False
            self.add(" ")
            return
        self.close()
        self._open = Inline()
        self._role = "text" if self._listed and role == "heading" else role

    def mark(self) -> None:
        """What stands in the open paragraph is an item's mark: the next paragraph goes on behind it."""
        self._marked = not self._joined

    def add(self, text: str, style: Style = PLAIN) -> None:
        """A piece of text; it opens a paragraph where none is open."""
        if self._open is None:
            if not text.strip():
                return
            self._open, self._role = Inline(), "text"
        self._open.add(text, bold=style.bold, italic=style.italic)

    def bar(self) -> None:
        """The next cell of a row begins."""
        if self._open is not None:
            self._open.pieces.append(CELLS)

    def refer(self, number: int) -> None:
        """The mark of a note stands here."""
        if self._open is None:
            self._open, self._role = Inline(), "text"
        self._open.note(number)

    def close(self) -> None:
        """The open paragraph ends; within a heading, a row or a note a space does."""
        if self._open is None:
            return
        if self._joined:
            self._open.pieces.append(" ")
            return
        text = one_line("".join(self._open.pieces)) if self._open.letters else ""
        self._open.pieces = [text]
        label = self._role == "text" and not self._listed and LABEL.fullmatch(text)
        block = self._open.block("heading" if label else self._role)
        self._open, self._marked = None, False
        if block.text:
            self.blocks.append(block)
        elif block.notes and self.blocks:
            self.blocks[-1] = replace(self.blocks[-1], notes=self.blocks[-1].notes + block.notes)

    @contextmanager
    def joined(self, role: Role) -> Iterator[None]:
        """All that is met meanwhile is one paragraph."""
        self.start(role)
        self._joined += 1
        yield
        self._joined -= 1
        self.close()

    @contextmanager
    def listed(self) -> Iterator[None]:
        """All that is met meanwhile is a table of contents."""
        self._listed += 1
        yield
        self.close()
        self._listed -= 1

    @contextmanager
    def note(self, number: int, *, marked: bool) -> Iterator[None]:
        """All that is met meanwhile is the text of a note, which stands apart from the paragraph that is open.

        marked: the note's mark stands here too. A note without text is none.
        """
        before, self._open = self._open, Inline()
        note = self._open
        self._joined += 1
        yield
        self._joined -= 1
        self._open = before
        if text := one_line("".join(note.pieces)):
            self.notes.append(Footnote(number, text))
            note.notes = [number, *note.notes] if marked else note.notes
        for referred in note.notes:  # a note's notes stand where it does
            self.refer(referred)


def one_line(text: str) -> str:
    """The text of a paragraph; line ends that re-indenting put before or behind punctuation are no spaces."""
    if "\n" not in text:
        return clean(text)
    lines = [line for part in text.split("\n") if (line := clean(part))]
    pieces = lines[:1]
    for before, line in pairwise(lines):
        pieces += [line] if before.endswith(OPENS) or line.startswith(CLOSES) else [" ", line]
    return "".join(pieces)
