"""Candidates made by hand, with vectors that can be read: for tests of ranking, abstention and highlighting alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ragassist.document import Exchange, Metadata, Passage, Side
from ragassist.encoder import Floats
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
    asked: Sequence[Floats] = (EAST,),
    fracties: dict[str, tuple[str, ...]] | None = None,
    about: Metadata | None = None,
) -> Candidates:
    """What an index would give of these rows for a question with the tokens `asked`."""
    tokens = [np.array(() if row.tokens is None else row.tokens, np.float32).reshape(-1, 3) for row in rows]
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
        similarity=np.concatenate(tokens) @ np.array(asked, np.float32).T,
        token_starts=np.cumsum([0, *map(len, tokens)]),
    )


def rare(*values: float) -> Floats:
    """How rare the question's tokens are; 7 and less is common."""
    return np.array(values, np.float32)
