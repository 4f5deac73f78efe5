"""Paper, paragraphs -> Citation: the official reference that a reader can check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ragassist import references
from ragassist.document import Metadata, Paragraph

PERMALINK = "https://zoek.officielebekendmakingen.nl/{id}.html"
SESSIONS = ("ah-", "h-")  # ids of the Aanhangsel and of Handelingen, which tell all that a reference does
CHAMBERS = {"Eerste Kamer": "Kamerstukken I", "Tweede Kamer": "Kamerstukken II"}


@dataclass(frozen=True, slots=True)
class Citation:
    """Where quoted paragraphs stand.

    text: the reference as lawyers write it (Leidraad voor juridische auteurs), down to the page.
    url: the paper's permalink; official papers have no links to paragraphs. pages: empty where the source has none.
    """

    text: str
    url: str
    paragraphs: tuple[int, ...]
    pages: tuple[int, ...]


def cite(paper: Metadata, paragraphs: Sequence[Paragraph]) -> Citation:
    """The reference to these paragraphs of the paper, given in any order."""
    pages = sorted({page for paragraph in paragraphs for page in paragraph.pages})
    text = reference(paper)
    return Citation(
        f"{text}, p. {ranges(pages)}" if pages else text,
        PERMALINK.format(id=paper.id),
        tuple(paragraph.number for paragraph in paragraphs),
        tuple(pages),
    )


def reference(metadata: Metadata) -> str:
    """The reference to a whole paper: `Kamerstukken II 2023/24, 21501-31, nr. 741`, `Aanhangsel Handelingen II …`."""
    if not metadata.dossier:
        return references.write(references.Paper(metadata.id)) if metadata.id.startswith(SESSIONS) else metadata.id
    start, _, end = metadata.year.partition("-")
    series = CHAMBERS.get(metadata.chamber, "Kamerstukken")
    year = f" {start}/{end[-2:]}" if end else ""
    number = f"nr. {metadata.number}" if metadata.number.isdigit() else metadata.number
    return f"{series}{year}, {metadata.dossier}, {number}"


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers as one writes them: `3`, `10-11`, `3, 10-11`."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
