"""A conversation: question -> Reply."""

from __future__ import annotations

import contextlib
import re
import threading
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ragassist.abstention import Verdict
from ragassist.document import Document, Exchange, Metadata
from ragassist.dutch import sentences
from ragassist.encoder import Encoder
from ragassist.errors import IndexDamaged, IndexFault, IndexModelMismatch, IndexOutdated, QuestionError
from ragassist.index import ANY, Filter, Index, Listed, ModelId
from ragassist.retrieval import Found, Hit, retrieve

LONGEST = 2000  # characters of a question
SHORT, LONG = 30, 130  # characters of an example question
LOOKED = 200  # papers looked through for examples: a tenth of a second where none of them asks anything
WARMING = "Wat is het antwoord?"
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
# Asks no more than whether one has heard of it, and the answer is yes.
AWARE = re.compile(r"(?:Kent|Heeft|Bent|Hebt) u\b.*\b(?:kennis ?genomen|bekend|op de hoogte|gelezen|gezien)\b|Kent u\b")
LEANING = re.compile(
    r"\b(?:deze|dit|die|dat|hier\w*|daar\w*|zij|hij|hun|genoemde|dan)\b", re.IGNORECASE
)  # on what came before


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question brings.

    searched_as: the question as it was looked for, cleaned of what cannot be seen. confidence: from 0 to 1, that the
    first hit answers. took_ms: milliseconds. hits: best first; there too when nothing was found, as what comes nearest.
    """

    question: str
    searched_as: str
    verdict: Verdict
    confidence: float
    took_ms: float
    hits: tuple[Hit, ...]
    id: str | None = None

    @property
    def found(self) -> bool:
        """Whether the first hit is likely to answer."""
        return self.verdict == "found"


class Assistant:
    """Answers questions from an index; safe to use from several threads.

    Each question stands on its own and is answered from one generation of the index, the newest.
    """

    def __init__(self, index: Index, encoder: Encoder) -> None:
        """Raises IndexModelMismatch when another model made the index, IndexDamaged when no generation is whole."""
        index.check(ModelId.of(encoder))
        self._index = index
        self._encoder = encoder
        self._opening = threading.Lock()
        self._retrieve(WARMING, 1, ANY)  # what is loaded at a first question is loaded before it

    @classmethod
    def open(cls, index: Path, model: str | None = None) -> Assistant:
        """An assistant over the index in this folder.

        model: name or folder of the sentence-transformers model that made it, None for the one that ships.
        Raises IndexFault in its several kinds, and ModelError.
        """
        opened = Index.open(index)
        return cls(opened, Encoder.load(model))

    @property
    def trouble(self) -> str:
        """Why an older generation answers than the one that should, or none; a sentence for the user, empty when all is
        well.
        """
        try:
            return self._newest().trouble
        except IndexFault as fault:
            return str(fault)

    def ask(self, question: str, k: int = 3, id: str | None = None, among: Filter = ANY) -> Reply:
        """The k answers that speak most to a question. Raises QuestionError when it is empty or too long, IndexDamaged
        when no generation is whole, IndexMissing when the index is gone.

        among: which papers and exchanges may answer.
        """
        started = time.perf_counter()
        searched = searchable(question)
        found = self._retrieve(searched, k, among)
        took = round((time.perf_counter() - started) * 1000, 1)
        return Reply(question, searched, found.verdict, found.confidence, took, found.hits, id)

    def documents(self) -> tuple[Metadata, ...]:
        """What every paper in the index says of itself."""
        return self._latest().documents()

    def listed(self) -> tuple[Listed, ...]:
        """A line of a list for every paper in the index."""
        return self._latest().listed()

    def document(self, id: str) -> Document:
        """One paper. Raises KeyError when it is not in the index."""
        return self._latest().document(id)

    def exchanges(self, id: str) -> tuple[Exchange, ...]:
        """The exchanges of one paper, in reading order. Raises KeyError when it is not in the index."""
        return self._latest().exchanges(id)

    def examples(self, n: int = 4) -> tuple[str, ...]:
        """Questions that were put to the government in these papers, of different fracties where there are."""
        index = self._latest()
        found: dict[tuple[str, ...], list[str]] = {}
        asking = sorted(index.listed(), key=lambda line: not line.fractie)  # papers in which a fractie asks come first
        for id in [line.metadata.id for line in asking[:LOOKED]]:
            document = index.document(id)
            for exchange in index.exchanges(id):
                found.setdefault(exchange.fractie, []).extend(_standing_alone(document, exchange))
            if sum(map(len, found.values())) >= n * n:
                break
        rows = [questions[turn] for turn in range(n) for questions in found.values() if turn < len(questions)]
        return tuple(rows[:n])

    def _retrieve(self, question: str, k: int, among: Filter) -> Found:
        try:
            return retrieve(question, self._newest(), self._encoder, k, among)
        except IndexDamaged:  # in what is compared only as it is read
            self._index = Index.open(self._index.folder, thorough=True)
            return retrieve(question, self._index, self._encoder, k, among)

    def _newest(self) -> Index:
        """The newest generation; the one in hand while the newest was made by another model or version.

        Raises IndexDamaged when no generation is whole, IndexMissing when there is none any more: papers that were
        taken out meanwhile must not be quoted.
        """
        with self._opening:  # one for all that ask
            with contextlib.suppress(IndexOutdated, IndexModelMismatch):
                latest = self._index.latest()
                latest.check(ModelId.of(self._encoder))
                self._index = latest
            return self._index

    def _latest(self) -> Index:
        """What there is to show of papers, also where nothing may answer."""
        try:
            return self._newest()
        except IndexFault:
            return self._index


def searchable(question: str) -> str:
    """The question as it is looked for: without what cannot be seen, in one line. Raises QuestionError."""
    spelt_out = unicodedata.normalize("NFKC", question[:LONGEST])  # as the model reads it: one sign may be a sentence
    length = max(len(question), len(spelt_out))
    if length > LONGEST:
        raise QuestionError(f"The question has {length:,} characters; ask it in {LONGEST:,} at most.")
    seen = UNSEEN.sub("", unicodedata.normalize("NFC", question))
    line = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in seen).split())
    if not any(character.isalnum() for character in line):
        raise QuestionError("The question is empty; type what you want to know.")
    return line


def _standing_alone(document: Document, exchange: Exchange) -> list[str]:
    """The questions of an exchange that make sense without the sentences around them."""
    texts = [document.paragraph(number).text for number in exchange.question]
    asked = [text[start:end].lstrip("–- ") for text in texts for start, end in sentences(text) if text[end - 1] == "?"]
    return [
        question
        for question in asked
        if SHORT <= len(question) <= LONG and not LEANING.search(question) and not AWARE.match(question)
    ]
