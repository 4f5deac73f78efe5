"""Exchange -> Passages: the stretches of text that are embedded and found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from langchain_text_splitters import RecursiveCharacterTextSplitter

from ragassist.document import Document, Exchange, Paragraph, Passage, Side
from ragassist.dutch import sentences

SPLITTER_VERSION = 1  # part of the key under which passages and vectors are reused

# Small units find better than whole answers: passages of at most 500 characters, and windows of three sentences.
LONGEST = 500
WINDOW = 3

# Sentences are parted by a line feed in place of the space between them, so that offsets stay those of the paragraph.
SPLITTER = RecursiveCharacterTextSplitter(
    separators=["\n", "; ", ", ", " ", ""], chunk_size=LONGEST, chunk_overlap=0, keep_separator="end", add_start_index=True
)


def split(document: Document, exchanges: Sequence[Exchange]) -> tuple[Passage, ...]:
    """Every passage of every exchange, in reading order; headings are found by what stands under them."""
    return tuple(
        passage
        for exchange in exchanges
        for side, numbers in (("question", exchange.question), ("answer", exchange.answer))
        for number in numbers
        for passage in _of_paragraph(document.paragraph(number), exchange, side)
    )


def _of_paragraph(paragraph: Paragraph, exchange: Exchange, side: Side) -> Iterator[Passage]:
    if paragraph.role == "heading":
        return
    spans = sentences(paragraph.text)
    stretches = dict.fromkeys(_pieces(paragraph.text, spans))
    if side == "answer":
        stretches |= dict.fromkeys((run[0][0], run[-1][1]) for run in _windows(spans))
    else:
        stretches |= dict.fromkeys(spans)
    for start, end in stretches:
        text = paragraph.text[start:end]
        yield Passage(exchange.document, exchange.number, side, paragraph.number, start, end, text)


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The paragraph cut into stretches of whole sentences, of at most LONGEST characters each."""
    parted = list(text)
    for (_, end), (start, _) in zip(spans, spans[1:], strict=False):
        if start == end + 1:
            parted[end] = "\n"
    chunks = SPLITTER.create_documents(["".join(parted)])
    return [(at := chunk.metadata["start_index"], at + len(chunk.page_content)) for chunk in chunks]


def _windows(spans: Sequence[tuple[int, int]]) -> list[Sequence[tuple[int, int]]]:
    return [spans[at : at + WINDOW] for at in range(max(1, len(spans) - WINDOW + 1))]
