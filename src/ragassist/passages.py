"""Exchange -> Passages: the stretches of text that are embedded and found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from langchain_text_splitters import RecursiveCharacterTextSplitter

from ragassist.document import Document, Exchange, Passage, Side
from ragassist.dutch import sentences

SPLITTER_VERSION = 2  # part of the key under which passages and vectors are reused

LONGEST = 500  # characters; small units find better than whole answers: python tools/fit.py compares

# Sentences are parted by a line feed in place of the space between them, so that offsets stay those of the paragraph.
SPLITTER = RecursiveCharacterTextSplitter(
    separators=["\n", "; ", ", ", " ", ""],
    chunk_size=LONGEST,
    chunk_overlap=0,
    keep_separator="end",
    add_start_index=True,
)


def split(document: Document, exchanges: Sequence[Exchange]) -> tuple[Passage, ...]:
    """Every passage of every exchange, in reading order: together they hold each paragraph's words once.

    Headings have none: they are found by what stands under them.
    """
    return tuple(
        Passage(document.id, exchange.number, side, number, start, end, paragraph.text[start:end])
        for exchange in exchanges
        for side, number in _sides(exchange)
        if (paragraph := document.paragraph(number)).role != "heading"
        for start, end in _stretches(paragraph.text)
    )


def _sides(exchange: Exchange) -> Iterator[tuple[Side, int]]:
    for number in exchange.question:
        yield "question", number
    for number in exchange.answer:
        yield "answer", number


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of whole sentences, of at most LONGEST characters each; a longer sentence is parted at commas."""
    parted = list(text)
    for (_, end), (start, _) in pairwise(sentences(text)):
        if start == end + 1:
            parted[end] = "\n"
    for chunk in SPLITTER.create_documents(["".join(parted)]):
        start = chunk.metadata["start_index"]
        yield start, start + len(chunk.page_content)
