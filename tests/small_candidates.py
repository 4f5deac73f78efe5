"""Candidates made by hand, with vectors that can be read: for tests of ranking, abstention and highlighting alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ragassist.document import Exchange, Metadata, Passage, Side
from ragassist.encoder import Encoded, Floats
from ragassist.index import Candidates

MINISTER = "Minister van Sociale Zaken en Werkgelegenheid"
EAST, NORTH, UP = np.eye(3, dtype=np.float32)  # three directions in which a token may point


@dataclass(frozen=True, slots=True)
class Row:
    """One passage: of which exchange and paragraph, its text, its scores, and its tokens, None where none is stored."""

    exchange: str
    paragraph: int
    text: str
    cosine: float = 0.0
    bm25: float = 0.0
    tokens: Sequence[Floats] | None = (UP,)
    side: Side = "answer"


def candidates(
    *rows: Row,
    fracties: dict[str, tuple[str, ...]] | None = None,
    mean: Floats | None = None,
    about: Metadata | None = None,
) -> Candidates:
    numbers = list(dict.fromkeys(row.exchange for row in rows))
    exchanges = tuple(
        Exchange(
            "kst-1-2",
            number,
            (fracties or {}).get(number, ()),
            tuple(dict.fromkeys(row.paragraph for row in rows if (row.exchange, row.side) == (number, "question"))),
            tuple(dict.fromkeys(row.paragraph for row in rows if (row.exchange, row.side) == (number, "answer"))),
            respondent=MINISTER,
        )
        for number in numbers
    )
    return Candidates(
        documents={"kst-1-2": about or Metadata(id="kst-1-2", title="")},
        exchanges=exchanges,
        passages=tuple(
            Passage("kst-1-2", row.exchange, row.side, row.paragraph, 0, len(row.text), row.text) for row in rows
        ),
        owner=np.array([numbers.index(row.exchange) for row in rows]),
        cosine=np.array([row.cosine for row in rows], np.float32),
        bm25=np.array([row.bm25 for row in rows], np.float32),
        tokens=tuple(None if row.tokens is None else np.array(row.tokens, np.float32) for row in rows),
        mean=np.zeros(3, np.float32) if mean is None else mean,
    )


def asked(*tokens: Floats) -> Encoded:
    """A question with these tokens."""
    return Encoded(UP.reshape(1, -1), (np.array(tokens, np.float32),), (np.zeros((len(tokens), 2), np.int32),))


def rare(*values: float) -> Floats:
    """How rare the question's tokens are; 7 and less is common."""
    return np.array(values, np.float32)
