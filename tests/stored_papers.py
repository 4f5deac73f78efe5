"""Small papers of our own, ready to store, with random vectors: for tests of the index alone."""

from __future__ import annotations

import numpy as np

from ragassist.document import Document, Exchange, Footnote, Metadata, Paragraph, Passage
from ragassist.encoder import Encoded, Floats
from ragassist.index import ModelId, Source, Stored

DIMENSION = 16
MODEL = ModelId("small-model", "f00d", DIMENSION, DIMENSION)


def question(vector: Floats) -> Encoded:
    """A question of one token that means what it means."""
    whole = vector.reshape(1, -1)
    return Encoded(whole, (whole,), (np.array([[0, 1]], np.int32),))


def unit(rng: np.random.Generator, rows: int, dimension: int = DIMENSION) -> Floats:
    vectors = rng.standard_normal((rows, dimension)).astype(np.float32)
    normal: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return normal


def paper(id: str = "kst-1", answers: tuple[str, ...] = ("De minister antwoordt.",), seed: int = 0) -> Stored:
    """One exchange for each answer: paragraph 2n+1 asks, paragraph 2n+2 answers, one passage each."""
    rng = np.random.default_rng(seed)
    texts = [text for n, answer in enumerate(answers, 1) for text in (f"Wat is vraag {n} van de fractie?", answer)]
    paragraphs = tuple(
        Paragraph(n, text, "item" if n % 2 else "text", page=n, notes=(n,), turns=((3, n + 1),))
        for n, text in enumerate(texts, 1)
    )
    exchanges = tuple(
        Exchange(id, str(n), ("D66", "Volt"), (2 * n - 1,), (2 * n,), ("Inleiding", "Fiche: één"), "Minister")
        for n in range(1, len(answers) + 1)
    )
    passages = tuple(
        Passage(id, str((n + 1) // 2), "question" if n % 2 else "answer", n, 0, len(text), text)
        for n, text in enumerate(texts, 1)
    )
    return Stored(
        document=Document(
            Metadata(id, f"Verslag {id}", dossier="1", year="2023-2024"),
            paragraphs,
            (Footnote(1, "Zie bijlage.", 3), Footnote(2, "«Aldaar».")),
            pages=17,
            furniture=("Tweede Kamer, vergaderjaar 2023–2024",),
        ),
        exchanges=exchanges,
        passages=passages,
        vectors=unit(rng, len(passages)),
        tokens=tuple(unit(rng, 3 + n) if passage.side == "answer" else None for n, passage in enumerate(passages)),
        source=Source(id, f"{id}.txt", "0" * 64, f"{id}-key"),
    )
