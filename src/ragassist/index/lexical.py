"""The passages' words, in tantivy: BM25 over stemmed Dutch, answers and questions in a field each.

User text never reaches a query parser: it is analysed into terms, and a query is built from those. An index of several
segments has a word index in each; so that all score alike, a word weighs what it weighs in all of them together.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

import tantivy
from tantivy import Occur, Query

from ragassist.document import Side
from ragassist.errors import IndexDamaged
from ragassist.index.filters import Filter
from ragassist.index.records import Entry

NAME = "lexical"
VERSION = version("tantivy")
SIDES: tuple[Side, ...] = ("answer", "question")
_ANALYSER = "dutch"
_LABELS = ("year", "kind", "party")
_LONGEST_TERM = 100  # bytes; longer is no word, and compounds of 60 letters are
_TRIES = 100
_HEAP = 50_000_000  # bytes of postings that are gathered before they are written out; tantivy takes 15 MB at least

# For each side, the words to look for and what each counts for beside what it counts for in this segment alone.
Weighted: TypeAlias = Mapping[Side, Mapping[str, float]]


@functools.cache
def _analyser() -> tantivy.TextAnalyzer:
    filters = (
        tantivy.Filter.remove_long(_LONGEST_TERM),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("dutch"),
        tantivy.Filter.stemmer("dutch"),
    )
    return functools.reduce(
        lambda builder, part: builder.filter(part), filters, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    ).build()


@functools.cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for side in SIDES:
        builder.add_text_field(side, tokenizer_name=_ANALYSER, index_option="freq")
    builder.add_unsigned_field("row", fast=True)
    for ordinal in ("exchange", "document"):
        builder.add_unsigned_field(ordinal, indexed=True)
    for label in _LABELS:
        builder.add_text_field(label, tokenizer_name="raw", index_option="basic")
    return builder.build()


def terms(text: str) -> list[str]:
    """The words of a text as they are indexed: lower case, without accents, stemmed; no stop words, each word once."""
    return list(dict.fromkeys(_analyser().analyze(_clean(text))))


class LexicalWriter:
    """Fills a new tantivy index. Raises OSError when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / NAME
        self._folder.mkdir()
        try:
            index = tantivy.Index(_schema(), path=str(self._folder))
            index.register_tokenizer(_ANALYSER, _analyser())
            self._writer = index.writer(_HEAP, num_threads=1)
        except ValueError as error:
            raise OSError(f"{NAME}: {error}") from error

    def add(self, entry: Entry) -> None:
        """Index one passage, its text in the field of its side."""
        document = tantivy.Document()
        document.add_text(entry.side, _clean(entry.text))
        for name, number in (("row", entry.row), ("exchange", entry.exchange), ("document", entry.document)):
            document.add_unsigned(name, number)
        for label, values in (("year", [entry.year]), ("kind", [entry.kind]), ("party", entry.parties)):
            for value in values:
                document.add_text(label, value)
        try:
            self._writer.add_document(document)
        except ValueError as error:
            raise OSError(f"{NAME}: {error}") from error

    def finish(self) -> None:
        """Commit, and leave nothing but the index's own files."""
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except ValueError as error:
            raise OSError(f"{NAME}: {error}") from error
        for lock in self._folder.glob(".*.lock"):
            lock.unlink()

    def __enter__(self) -> LexicalWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # After a failure tantivy's threads may still be writing; the folder can go only when they have stopped.
        with contextlib.suppress(ValueError, RuntimeError):  # RuntimeError: they were waited for already
            self._writer.wait_merging_threads()


class Lexical:
    """Searches one generation's words.

    documents: how many passages it holds.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._searcher = _searcher(folder / NAME)
        except ValueError as error:
            raise IndexDamaged(folder.parents[1], f"{folder.name}/{NAME}: {error}") from error
        self._meta = (folder / NAME / "meta.json").read_bytes()
        self.documents = self._searcher.num_docs
        self._all = max(self.documents, 1)  # tantivy panics when asked for none

    def holding(self, word: str, side: Side) -> int:
        """In how many passages a word stands on this side."""
        return int(self._searcher.doc_freq(side, word))

    def search(self, words: Weighted, side: Side, k: int, among: Query | None = None) -> dict[int, float]:
        """BM25 of the k passages on this side that match best: score by row, best first."""
        return self._scores(_both(among, _any_of({side: words[side]})), k)

    def scores(self, words: Weighted, exchanges: Sequence[int]) -> Mapping[int, float]:
        """BM25 of every passage of these exchanges that holds one of the words: score by row."""
        return self._scores(_both(_one_of("exchange", exchanges), _any_of(words)), self._all)

    def rows(self) -> list[int]:
        """The row of every passage, in no order."""
        hits = self._searcher.search(Query.all_query(), self._all, count=False).hits
        return [int(row) for row in self._searcher.fast_field_values("row", [at for _, at in hits]) if row is not None]

    def words(self, side: Side) -> Mapping[str, int]:
        """Every word that is stored of this side, and in how many passages it stands."""
        return dict(self._searcher.terms_with_prefix(side, ""))

    def passages_of(self, exchange: int) -> int:
        """How many passages of an exchange there are."""
        return self._searcher.doc_freq("exchange", exchange)

    def ever_added(self) -> int:
        """How many passages the files hold, those included that were marked as deleted."""
        meta = json.loads(self._meta)
        return sum(segment["max_doc"] for segment in meta["segments"])

    def _scores(self, query: Query, k: int) -> dict[int, float]:
        hits = self._searcher.search(query, max(1, min(k, self._all)), count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return {int(row): float(score) for row, (score, _) in zip(rows, hits, strict=True) if row is not None}


def _searcher(folder: Path) -> tantivy.Searcher:
    """Open through links in a folder of our own: tantivy wants to make a lock file, and a generation never changes.

    Links are enough, for the searcher maps every file at once and keeps it when the link is gone.
    """
    links = Path(tempfile.mkdtemp(prefix="ragassist-"))
    try:
        for file in folder.iterdir():
            (links / file.name).symlink_to(file.absolute())
        index = tantivy.Index.open(str(links))
        index.config_reader("manual", 0)
        return index.searcher()
    finally:
        # Once, just after it was opened, a thread of tantivy looks whether the index changed and may lock it anew.
        for _ in range(_TRIES):
            shutil.rmtree(links, ignore_errors=True)
            if not links.exists():
                break


def weighted(words: Sequence[str], parts: Sequence[Lexical]) -> list[Weighted]:
    """For each of the parts what the words count for there, so that they count the same in all.

    BM25 weighs a word by how few passages hold it (its idf, as tantivy computes it); each part knows its own only.
    """
    together = sum(part.documents for part in parts)
    holding = {side: {word: [part.holding(word, side) for part in parts] for word in words} for side in SIDES}
    return [
        {
            side: {
                word: _idf(sum(counts), together) / _idf(counts[nth], part.documents)
                for word, counts in holding[side].items()
                if counts[nth]
            }
            for side in SIDES
        }
        for nth, part in enumerate(parts)
    ]


def passing(among: Filter, documents: Sequence[int]) -> Query | None:
    """A query for what a filter lets through, None for one that lets everything through.

    documents: ordinals of those that the filter names and the segment holds.
    """
    labels = {"year": among.years, "kind": among.kinds, "party": among.fracties}
    parts = [_one_of(label, sorted(values)) for label, values in labels.items() if values]
    if among.documents:
        parts.append(_one_of("document", documents))
    return Query.boolean_query([(Occur.Must, part) for part in parts]) if parts else None


def _idf(holding: int, documents: int) -> float:
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


def _one_of(field: str, values: Sequence[object]) -> Query:
    """A query that lets through and scores nothing."""
    return Query.const_score_query(Query.term_set_query(_schema(), field, list(values)), 0.0)


def _both(among: Query | None, query: Query) -> Query:
    return query if among is None else Query.boolean_query([(Occur.Must, among), (Occur.Must, query)])


def _any_of(words: Weighted) -> Query:
    terms = [
        (Query.term_query(_schema(), side, word, "freq"), weight)
        for side, weights in words.items()
        for word, weight in weights.items()
    ]
    return Query.boolean_query(
        [(Occur.Should, term if weight == 1 else Query.boost_query(term, weight)) for term, weight in terms]
    )


def _clean(text: str) -> str:
    """One spelling of accented letters; without halves of characters, which JSON can hold and UTF-8 cannot."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode()
