"""The head of a paper as a word processor lays it out, in tables, tabs or lines -> the headings that it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ragassist.document import Document, Footnote
from ragassist.formats import blocks, identity
from ragassist.formats.blocks import CELLS, Block, clean
from ragassist.formats.gathering import LABEL
from ragassist.formats.masthead import DASH, DOSSIER
from ragassist.formats.office.flow import Entry, Flow, Row, as_block

BETWEEN = 3  # entries that are no part of a head, after which none comes any more
FRONT = 40  # entries in which the head of a paper ends; eight dossiers take sixteen
# In print order, which is the order in which they are told.
PIECES: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?:(?:Eerste Kamer|Tweede Kamer|Verenigde Vergadering) der )?Staten-Generaal"),
    re.compile(r"(?<!\S)[12](?:/2)?(?!\S)"),
    re.compile(rf"Vergaderjaar \d{{4}}{DASH}\d{{4}}"),
    re.compile(r"Aanhangsel van de Handelingen|Handelingen"),
)
PIECE = "|".join(f"(?:{piece.pattern})" for piece in PIECES)
MASTHEAD = re.compile(rf"(?:(?:{PIECE})\s*)+")
ANSWERS = re.compile(r"Vragen gesteld door de leden der Kamer, met de daarop door de regering gegeven antwoorden")
DOSSIER_LINE = re.compile(rf"(?:{DOSSIER})(?P<title> \S.*)?")
STUK = re.compile(
    r"(?:[A-Z]{1,3} ?/ ?)?Nrs?\. ?[\w.-]+(?: HERDRUK)?(?P<title> \S.*)?|[A-Z]{1,3}(?P<capitals> [A-Z]{3}.*)?"
)
QUESTION_NUMBER = re.compile(r"\d{1,5}")
# What word processors put in a file's properties when nobody gave it a title.
NO_TITLE = re.compile(r"microsoft word|\.(?:docx?|odt|rtf|pdf)\b|^(?:document|untitled|naamloos)\W*\d*$", re.IGNORECASE)
KINDS = re.compile(r"Kamerstukken?|Kamervragen")  # of publication: printed on no paper


def document_of(name: str, flow: Flow, furniture: Sequence[str], told: Mapping[str, Any]) -> Document:
    """The paper that a walk gave, its head as the headings it stands for. Raises UnreadablePaper."""
    return of_entries(name, flow.entries(), flow.notes, furniture, told)


def of_entries(
    name: str,
    entries: Sequence[Entry],
    notes: Sequence[Footnote],
    furniture: Sequence[str],
    told: Mapping[str, Any],
) -> Document:
    """The paper that these paragraphs and rows are, its head as the headings it stands for. Raises UnreadablePaper.

    told: fields of Metadata that the file gives; a title counts only where the paper itself has none.
    """
    found = list(_expanded(entries))
    printed = [block for block in found if not identity.is_furniture(block.text) and not _kind_only(block)]
    beside = [block.text for block in found if identity.is_furniture(block.text)]
    head, rest = _head(printed)
    if head or NO_TITLE.search(str(told.get("title", ""))):
        told = {field: value for field, value in told.items() if field != "title"}
    body = (Block(b.text, "heading", b.notes, b.bold, b.italic) if _is_label(b) else b for b in rest)
    return blocks.document_of(name, [*head, *body], notes, list(dict.fromkeys([*furniture, *beside])), told)


def lines(flow: Flow) -> list[str]:
    """What stands in a header or a footer, each paragraph on its own, those in tables too."""
    cells = ([block for cell in e.cells for block in cell] if isinstance(e, Row) else [e] for e in flow.entries())
    return [block.text for row in cells for block in row]


def _expanded(entries: Sequence[Entry]) -> Iterator[Block]:
    """Rows are blocks with bars; those of the head only keep its parts side by side, and are taken apart."""
    others = 0
    for index, entry in enumerate(entries):
        cells = _cells(entry) if index < FRONT and others < BETWEEN else ()
        if _stands_in_head(cells):
            for cell in cells:
                yield from cell
            continue
        others += not isinstance(entry, Block) or not _starts_head(entry.text)
        yield as_block(entry)


def _cells(entry: Entry) -> Sequence[Sequence[Block]]:
    """The cells of a row, of one that was written out as a block too."""
    if isinstance(entry, Row):
        return entry.cells
    if entry.role != "row":
        return ()
    texts = [text for part in entry.text.split(CELLS.strip()) if (text := clean(part))]
    others = [Block(text, bold=entry.bold, italic=entry.italic) for text in texts[:-1]]
    return [[block] for block in (*others, replace(entry, text=texts[-1], role="text"))] if texts else ()


def _stands_in_head(cells: Sequence[Sequence[Block]]) -> bool:
    first = next((block.text for cell in cells for block in cell), "")
    return _starts_head(first) and not first.isdecimal()  # the 2 of the Tweede Kamer, or a figure


def _starts_head(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (MASTHEAD, ANSWERS, DOSSIER_LINE, STUK))


def _kind_only(block: Block) -> bool:
    return KINDS.fullmatch(block.text) is not None


def _is_label(block: Block) -> bool:
    return block.role == "text" and LABEL.fullmatch(block.text) is not None


def _head(found: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """The headings of a paper's head, and the blocks that follow it."""
    head: list[Block] = []
    rest = list(found)
    pieces: list[str] = []
    while rest and (pieces or _opens(rest[0])) and MASTHEAD.fullmatch(rest[0].text):
        pieces.append(rest.pop(0).text)
    whole = " ".join(pieces)
    if pieces:
        head.append(Block(" ".join(match[0] for piece in PIECES if (match := piece.search(whole))), "heading"))
    if rest and ANSWERS.fullmatch(rest[0].text):
        head.append(_heading([rest.pop(0)]))
    if pieces and rest and "Aanhangsel" in whole and QUESTION_NUMBER.fullmatch(rest[0].text):
        head.append(_heading([rest.pop(0)]))
    for pattern in (DOSSIER_LINE, STUK):
        while rest and (found_line := pattern.fullmatch(rest[0].text)) and (head or pattern is DOSSIER_LINE):
            alone = not any(found_line.groupdict().values())
            if alone and len(rest) < 2:
                break
            head.append(_heading(rest[: 1 + alone]))
            del rest[: 1 + alone]
            if pattern is STUK:
                break
    return head, rest


def _opens(block: Block) -> bool:
    return any(piece.match(block.text) for piece in (PIECES[0], PIECES[2]))


def _heading(parts: Sequence[Block]) -> Block:
    notes = tuple(note for part in parts for note in part.notes)
    return Block(" ".join(part.text for part in parts), "heading", notes, parts[0].bold, parts[0].italic)
