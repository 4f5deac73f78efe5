"""Reply, Document -> text for a terminal; characters that would steer it are left out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ragassist.citation import reference
from ragassist.document import Document, Exchange
from ragassist.rendering.cards import answering, place, strength
from ragassist.rendering.data import asker, in_question
from ragassist.rendering.markup import clean
from ragassist.rendering.paper import parse_line, sides_of
from ragassist.rendering.words import WORDS

if TYPE_CHECKING:
    from ragassist.assistant import Reply
    from ragassist.retrieval import Hit

WIDTH = 100
WORDING = WORDS["en"]


def reply_text(reply: Reply) -> str:
    """The verdict in a line, then each hit: who asked and answered, the cited paragraphs, where they stand."""
    verdicts = {
        "found": f"{WORDING.found}, {strength(reply, WORDING)}.",
        "nearest": f"{WORDING.missing}. {WORDING.nearest}",
        "absent": f"{WORDING.missing}. {WORDING.absent}",
    }
    blocks = [verdicts[reply.verdict], *("\n".join(_hit(hit)) for hit in reply.hits)]
    return clean("\n\n".join(blocks)) + "\n"


def _hit(hit: Hit) -> Iterator[str]:
    asked = f"{WORDING.asked.format(who=asker(hit) or WORDING.paper)}; " if hit.question else ""
    yield f"[{hit.rank}] {asked}{answering(hit, WORDING)}"
    for passage in hit.passages:
        side = ", in the question" if in_question(hit, passage) else ""
        yield f"    {place(passage, WORDING)}{side}"
        yield _wrapped(passage.text, 6)
    yield f"    {hit.citation.text}"
    yield f"    {hit.citation.url}"


def document_text(document: Document, exchanges: Sequence[Exchange]) -> str:
    """What the parser made of a paper: identity, then each paragraph, footnote and running line with its place."""
    about, sides = document.metadata, sides_of(exchanges)
    facts = [about.kind, about.chamber, about.committee, about.respondent, about.date, about.year]
    pages = "no printed pages" if document.pages is None else f"{document.pages} pages"
    counts = f"{len(document.paragraphs)} paragraphs · {len(document.footnotes)} notes · {len(exchanges)} exchanges"
    lines = [
        f"{document.id}: {about.title}",
        f"{reference(about)} · {' · '.join(filter(None, facts))}",
        f"{pages} · {counts}",
    ]
    for paragraph in document.paragraphs:
        lines += ["", f"[{parse_line(paragraph, sides)}]", _wrapped(paragraph.text)]
    for note in document.footnotes:
        lines += ["", f"[note {note.number}{'' if note.page is None else f' · page {note.page}'}]", _wrapped(note.text)]
    for line in document.furniture:
        lines += ["", "[around the text]", _wrapped(line)]
    return clean("\n".join(lines)) + "\n"


def _wrapped(text: str, indent: int = 4) -> str:
    margin = " " * indent
    return textwrap.fill(text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)
