"""The passages' words, in tantivy: BM25 over stemmed Dutch, answers and questions in a field each.

User text never reaches a query parser: it is analysed into terms, and a query is built from those.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

import tantivy
from tantivy import Filter, Occur, Query

from ragassist.document import Side
from ragassist.errors import IndexDamaged

NAME = "lexical"
VERSION = version("tantivy")
SIDES: tuple[Side, ...] = ("answer", "question")
_ANALYSER = "dutch"
_LONGEST_TERM = 100  # bytes; longer is no word, and compounds of 60 letters are
_TRIES = 100
_HEAP = 15_000_000  # bytes, the least that tantivy's writer takes


@functools.cache
def _analyser() -> tantivy.TextAnalyzer:
    filters = (
        Filter.remove_long(_LONGEST_TERM),
        Filter.lowercase(),
        Filter.ascii_fold(),
        Filter.stopword("dutch"),
        Filter.stemmer("dutch"),
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
    builder.add_unsigned_field("exchange", indexed=True)
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

    def add(self, row: int, exchange: int, side: Side, text: str) -> None:
        """Index one passage in the field of its side."""
        document = tantivy.Document()
        document.add_text(side, _clean(text))
        document.add_unsigned("row", row)
        document.add_unsigned("exchange", exchange)
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
            raise IndexDamaged(folder.parent, f"{folder.name}/{NAME}: {error}") from error
        self._meta = (folder / NAME / "meta.json").read_bytes()
        self.documents = self._searcher.num_docs
        self._all = max(self.documents, 1)  # tantivy panics when asked for none

    def search(self, text: str, side: Side, k: int) -> dict[int, float]:
        """BM25 of the k passages on this side that match best: score by row, best first."""
        return self._scores(_any_of(terms(text), (side,)), k)

    def scores(self, text: str, exchanges: Iterable[int]) -> Mapping[int, float]:
        """BM25 of every passage of these exchanges that holds a word of the text: score by row."""
        among = Query.const_score_query(Query.term_set_query(_schema(), "exchange", list(exchanges)), 0.0)
        query = Query.boolean_query([(Occur.Must, among), (Occur.Must, _any_of(terms(text), SIDES))])
        return self._scores(query, self._all)

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


def _any_of(words: Iterable[str], sides: Iterable[Side]) -> Query:
    return Query.boolean_query(
        [(Occur.Should, Query.term_query(_schema(), side, word, "freq")) for word in words for side in sides]
    )


def _clean(text: str) -> str:
    """One spelling of accented letters; without halves of characters, which JSON can hold and UTF-8 cannot."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode()
