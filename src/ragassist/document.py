"""What is stored about papers: plain values without I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Literal

Role = Literal["heading", "text", "item", "quote", "row"]
Side = Literal["question", "answer"]


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note at the foot of a page.

    number: as printed. page: printed page on which it stands, None where the source has no pages.
    """

    number: int
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """How a paragraph was set: cues for finding questions, not part of what it says.

    width, room: its column is at least `width` wide, for that much stands on its longest full line, and narrower than
    `room`, which the next word would have taken; in average characters, 0 and infinity where there is no full line.
    gap: white space stands above it. bold, italic: it is set so, None where the source cannot tell.
    """

    width: float = 0.0
    room: float = inf
    gap: bool = True
    bold: bool | None = None
    italic: bool | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit that a citation points at.

    number: 1-based, counted over the whole document; the same in every format of the paper.
    text: dehyphenated, one line, footnote marks taken out; a table's row is one paragraph, its cells parted by ` | `.
    page: printed page of its first line, None where the source has no pages (XML, HTML).
    notes: numbers of the footnotes referred to, in order.
    turns: (offset in text, page) wherever a new printed page begins inside the paragraph.
    """

    number: int
    text: str
    role: Role = "text"
    page: int | None = None
    notes: tuple[int, ...] = ()
    turns: tuple[tuple[int, int], ...] = ()
    setting: Setting = field(default=Setting(), compare=False, repr=False)

    def page_at(self, offset: int) -> int | None:
        """The printed page on which the character at `offset` stands."""
        page = self.page
        for start, turned in self.turns:
            if start <= offset:
                page = turned
        return page

    @property
    def pages(self) -> tuple[int, ...]:
        """Every printed page that the paragraph touches, in order."""
        return () if self.page is None else (self.page, *(page for _, page in self.turns))


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a paper says of itself.

    id: `kst-21501-31-741`. dossier: `21501-31`, without spaces. number: as printed after "nr.", `741`.
    year: vergaderjaar, `2023-2024`. date: ISO. chamber: `Tweede Kamer` or `Eerste Kamer`.
    respondent: who answers, `Minister van Sociale Zaken en Werkgelegenheid`. members: who asks, moves or amends, as
    printed, `Mutluer (GroenLinks-PvdA)`. reprint: it says that it replaces an earlier print (herdruk). Unknown fields
    are empty.
    """

    id: str
    title: str
    kind: str = ""
    dossier: str = ""
    number: str = ""
    year: str = ""
    date: str = ""
    chamber: str = ""
    committee: str = ""
    respondent: str = ""
    members: tuple[str, ...] = ()
    reprint: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One paper: metadata, paragraphs in reading order, footnotes, and what was printed around the text.

    pages: number of printed pages, None where the source has none.
    furniture: running footers and headers, which belong to the page and not to what the paper says.
    remarks: what could not be read or told, a sentence each: pages without text, a genre that is not known.
    """

    metadata: Metadata
    paragraphs: tuple[Paragraph, ...]
    footnotes: tuple[Footnote, ...] = ()
    pages: int | None = None
    furniture: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The paper's id, `kst-21501-31-741`."""
        return self.metadata.id

    def paragraph(self, number: int) -> Paragraph:
        """The paragraph with this number. Raises IndexError when there is none."""
        if not 1 <= number <= len(self.paragraphs):
            raise IndexError(f"{self.id} has no paragraph {number}")
        return self.paragraphs[number - 1]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question block and the answer to it; a section without questions has an answer side only.

    number: as printed where the paper numbers its questions, else 1-based in reading order; unique in the document.
    fractie: who asks, as the paper writes it; empty for a section. member: the members who ask, by name, where the
    paper names them. heading: headings above it, outermost first.
    question, answer: paragraph numbers, in reading order. respondent: who answers.
    """

    document: str
    number: str
    fractie: tuple[str, ...]
    question: tuple[int, ...]
    answer: tuple[int, ...]
    heading: tuple[str, ...] = ()
    respondent: str = ""
    member: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and indexed: a stretch of one paragraph of one exchange.

    exchange: number of its exchange within the document. side: which side of the exchange it stands on.
    start, end: character offsets in the paragraph's text; text is exactly that stretch.
    """

    document: str
    exchange: str
    side: Side
    paragraph: int
    start: int
    end: int
    text: str
