"""The papers' texts and metadata, in SQLite: what is read back equals what was written."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any

from ragassist.document import Document, Exchange, Footnote, Metadata, Paragraph, Passage, Role, Side
from ragassist.errors import IndexDamaged
from ragassist.fracties import parties
from ragassist.index.filters import Filter
from ragassist.index.manifest import Source

NAME = "records.sqlite"
VERSION = sqlite3.sqlite_version
# A passage is a stretch of a paragraph, so its text is stored there and nowhere else. The passages of an exchange have
# rows that follow each other, from first_row up to end_row.
_SCHEMA = """
CREATE TABLE documents (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, metadata TEXT NOT NULL, pages INTEGER,
    furniture TEXT NOT NULL, remarks TEXT NOT NULL, source TEXT NOT NULL
);
CREATE TABLE paragraphs (
    document INTEGER NOT NULL, position INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,
    role TEXT NOT NULL, page INTEGER, notes TEXT NOT NULL, turns TEXT NOT NULL, PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE TABLE footnotes (
    document INTEGER NOT NULL, position INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL, page INTEGER,
    PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE TABLE exchanges (
    ordinal INTEGER PRIMARY KEY, document INTEGER NOT NULL, number TEXT NOT NULL, fractie TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, heading TEXT NOT NULL, respondent TEXT NOT NULL,
    member TEXT NOT NULL, parties TEXT NOT NULL, first_row INTEGER NOT NULL, end_row INTEGER NOT NULL,
    UNIQUE (document, number)
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, exchange INTEGER NOT NULL, side TEXT NOT NULL, paragraph INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
"""


# What a run of documents takes from one file to the next: ordinals move, the rest stays.
_COPIES = {
    "documents": (
        "SELECT ordinal + :document, id, metadata, pages, furniture, remarks, source FROM documents "
        "WHERE ordinal >= :first AND ordinal < :end ORDER BY ordinal"
    ),
    "paragraphs": (
        "SELECT document + :document, position, number, text, role, page, notes, turns FROM paragraphs "
        "WHERE document >= :first AND document < :end ORDER BY document, position"
    ),
    "footnotes": (
        "SELECT document + :document, position, number, text, page FROM footnotes "
        "WHERE document >= :first AND document < :end ORDER BY document, position"
    ),
    "exchanges": (
        "SELECT ordinal + :exchange, document + :document, number, fractie, question, answer, heading, respondent, "
        "member, parties, first_row + :row, end_row + :row FROM exchanges "
        "WHERE document >= :first AND document < :end ORDER BY ordinal"
    ),
    "passages": (
        'SELECT row + :row, exchange + :exchange, side, paragraph, start, "end" FROM passages '
        "WHERE row >= :first_row AND row < :end_row ORDER BY row"
    ),
}
# Lists are stored as JSON; put together, they are read in one go.
_LISTS = "'[' || fractie || ',' || question || ',' || answer || ',' || heading || ',' || member || ']'"
_TEXT = 'substr(paragraphs.text, start + 1, "end" - start)'
_PARAGRAPH = "JOIN paragraphs ON paragraphs.document = exchanges.document AND position = paragraph - 1"
_ENTRIES = (
    f"SELECT row, exchange, exchanges.document, side, {_TEXT}, "  # noqa: S608  # constants
    "json_extract(metadata, '$.year'), json_extract(metadata, '$.kind'), parties FROM passages "
    f"JOIN exchanges ON exchanges.ordinal = exchange {_PARAGRAPH} "
    "JOIN documents ON documents.ordinal = exchanges.document WHERE row >= ? AND row < ? ORDER BY row"
)
# The rows of what a filter lets pass; each set is a JSON list, and an empty one asks for nothing.
_PASSING = """
SELECT first_row, end_row FROM exchanges JOIN documents ON documents.ordinal = document WHERE first_row < end_row
AND (:documents = '[]' OR id IN (SELECT value FROM json_each(:documents)))
AND (:years = '[]' OR json_extract(metadata, '$.year') IN (SELECT value FROM json_each(:years)))
AND (:kinds = '[]' OR json_extract(metadata, '$.kind') IN (SELECT value FROM json_each(:kinds)))
AND (:fracties = '[]' OR EXISTS (
    SELECT 1 FROM json_each(parties) AS asking WHERE asking.value IN (SELECT value FROM json_each(:fracties))
))
ORDER BY first_row
"""


@dataclass(frozen=True, slots=True)
class Block:
    """One exchange with its passages; rows: the passages' places in the vectors and in the lexical index."""

    exchange: Exchange
    rows: range
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the word index takes of a passage.

    exchange, document: ordinals. parties: those that ask, by the names that `Filter` knows.
    """

    row: int
    exchange: int
    document: int
    side: Side
    text: str
    year: str
    kind: str
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of papers shows of one.

    file: its path within the corpus, empty where that is not known. answers: how many exchanges it has.
    fractie: who ask in it, each once, in the order in which they first do.
    """

    metadata: Metadata
    pages: int | None
    remarks: tuple[str, ...]
    answers: int
    fractie: tuple[str, ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Documents that were written one after the other, with their exchanges and passages; each pair is a half-open
    range of ordinals.
    """

    documents: tuple[int, int]
    exchanges: tuple[int, int]
    passages: tuple[int, int]


class RecordWriter:
    """Fills a new file, paper by paper. Raises OSError when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        try:
            self._connection = sqlite3.connect(folder / NAME, isolation_level=None)
            # The file is synced and renamed as a whole: a journal would only cost time.
            self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEMA} BEGIN;")
        except sqlite3.Error as error:
            raise OSError(f"{NAME}: {error}") from error
        self.documents = self.exchanges = self.passages = 0

    def add(
        self, document: Document, exchanges: Sequence[Exchange], passages: Sequence[Passage], source: Source
    ) -> list[Entry]:
        """Store one paper; rows count on from the last paper's. Returns what the word index takes.

        Raises ValueError when a passage belongs to no exchange, the passages of an exchange do not stand together, or a
        document or exchange is there twice.
        """
        spans = _spans(document.id, exchanges, passages, self.passages)
        ordinals = {exchange.number: self.exchanges + n for n, exchange in enumerate(exchanges)}
        owners = [ordinals[passage.exchange] for passage in passages]
        asking = {exchange.number: tuple(sorted(parties(", ".join(exchange.fractie)))) for exchange in exchanges}
        try:
            self._insert_document(document, source)
            self._connection.executemany(
                "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        *_exchange_row(ordinals[exchange.number], self.documents, exchange),
                        _to_json(asking[exchange.number]),
                        *spans[exchange.number],
                    )
                    for exchange in exchanges
                ),
            )
            rows = enumerate(zip(owners, passages, strict=True), self.passages)
            self._connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                ((row, owner, p.side, p.paragraph, p.start, p.end) for row, (owner, p) in rows),
            )
        except sqlite3.IntegrityError as error:
            raise ValueError(f"{document.id}: {error}") from error
        except sqlite3.Error as error:
            raise OSError(f"{NAME}: {error}") from error
        about = document.metadata
        entries = [
            Entry(row, owner, self.documents, p.side, p.text, about.year, about.kind, asking[p.exchange])
            for row, (owner, p) in enumerate(zip(owners, passages, strict=True), self.passages)
        ]
        self.documents += 1
        self.exchanges += len(exchanges)
        self.passages += len(passages)
        return entries

    def copy(self, old: Records, run: Run) -> Iterator[Entry]:
        """Store a run of another file's papers as they are; gives what the word index takes.

        Raises ValueError when a document is there twice.
        """
        moved = {
            "document": self.documents - run.documents[0],
            "exchange": self.exchanges - run.exchanges[0],
            "row": self.passages - run.passages[0],
            "first": run.documents[0],
            "end": run.documents[1],
            "first_row": run.passages[0],
            "end_row": run.passages[1],
        }
        try:
            for table, sql in _COPIES.items():
                rows = old.rows(sql, moved)
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        except sqlite3.IntegrityError as error:
            raise ValueError(f"a document is there twice: {error}") from error
        except sqlite3.Error as error:
            raise OSError(f"{NAME}: {error}") from error
        self.documents += run.documents[1] - run.documents[0]
        self.exchanges += run.exchanges[1] - run.exchanges[0]
        self.passages += run.passages[1] - run.passages[0]
        for row, exchange, document, side, text, year, kind, asking in old.rows(_ENTRIES, run.passages):
            yield Entry(
                row + moved["row"],
                exchange + moved["exchange"],
                document + moved["document"],
                side,
                text,
                year,
                kind,
                _tuple(asking),
            )

    def _insert_document(self, document: Document, source: Source) -> None:
        nth = self.documents
        about = (
            *(json.dumps(asdict(document.metadata), ensure_ascii=False), document.pages),
            *(_to_json(document.furniture), _to_json(document.remarks), _to_json(astuple(source))),
        )
        self._connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", (nth, document.id, *about))
        self._connection.executemany(
            "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (nth, position, p.number, p.text, p.role, p.page, _to_json(p.notes), _to_json(p.turns))
                for position, p in enumerate(document.paragraphs)
            ),
        )
        self._connection.executemany(
            "INSERT INTO footnotes VALUES (?, ?, ?, ?, ?)",
            ((nth, position, f.number, f.text, f.page) for position, f in enumerate(document.footnotes)),
        )

    def finish(self) -> None:
        """Write out what is still in memory."""
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise OSError(f"{NAME}: {error}") from error

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()


class Records:
    """Reads one segment's file; safe to use from several threads. Raises IndexDamaged when SQLite cannot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        uri = (folder / NAME).absolute().as_uri()
        try:
            # immutable: nobody changes a segment, so no lock files are needed and a read-only folder will do.
            self._connection = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise IndexDamaged(folder.parents[1], f"{folder.name}/{NAME}: {error}") from error
        weakref.finalize(self, self._connection.close)

    def sources(self) -> list[Source]:
        """Where every paper came from, in the order written."""
        return [Source(*json.loads(text)) for (text,) in self.rows("SELECT source FROM documents ORDER BY ordinal")]

    def documents(self) -> list[Metadata]:
        """What every paper says of itself, in the order written."""
        return [_metadata(text) for (text,) in self.rows("SELECT metadata FROM documents ORDER BY ordinal")]

    def listed(self) -> list[Listed]:
        """A line of a list for every paper, in the order written."""
        asking: dict[int, list[str]] = {}
        for nth, fractie in self.rows(
            "SELECT document, fractie FROM exchanges WHERE fractie != '[]' GROUP BY document, fractie "
            "ORDER BY min(ordinal)"
        ):
            asking.setdefault(nth, []).extend(_tuple(fractie))
        return [
            Listed(
                metadata=_metadata(metadata),
                pages=pages,
                remarks=_tuple(remarks),
                answers=answers,
                fractie=tuple(dict.fromkeys(asking.get(nth, ()))),
                file=Source(*json.loads(source)).name,
            )
            for nth, metadata, pages, remarks, source, answers in self.rows(
                "SELECT documents.ordinal, metadata, pages, remarks, source, count(exchanges.ordinal) "
                "FROM documents LEFT JOIN exchanges ON document = documents.ordinal "
                "GROUP BY documents.ordinal ORDER BY documents.ordinal"
            )
        ]

    def about(self, ids: Iterable[str]) -> dict[str, Metadata]:
        """What these papers say of themselves, by id; those that are not stored are left out."""
        return {
            id: _metadata(text)
            for id, text in self.rows(
                "SELECT id, metadata FROM documents WHERE id IN (SELECT value FROM json_each(?))",
                [_to_json(list(ids))],
            )
        }

    def places(self, ids: Iterable[str]) -> dict[str, int]:
        """The ordinals of these papers, by id, in the order written; those that are not stored are left out."""
        return dict(
            self.rows(
                "SELECT id, ordinal FROM documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY ordinal",
                [_to_json(list(ids))],
            )
        )

    def document(self, id: str) -> Document:
        """One whole paper. Raises KeyError when it is not stored."""
        nth, metadata, pages, furniture, remarks = self._document(id)
        return Document(
            metadata=_metadata(metadata),
            paragraphs=tuple(
                _paragraph(*row)
                for row in self.rows(
                    "SELECT number, text, role, page, notes, turns FROM paragraphs WHERE document = ? "
                    "ORDER BY position",
                    [nth],
                )
            ),
            footnotes=tuple(
                Footnote(number, text, page)
                for number, text, page in self.rows(
                    "SELECT number, text, page FROM footnotes WHERE document = ? ORDER BY position", [nth]
                )
            ),
            pages=pages,
            furniture=_tuple(furniture),
            remarks=_tuple(remarks),
        )

    def paragraphs(self, id: str, numbers: Iterable[int]) -> dict[int, Paragraph]:
        """These paragraphs of a paper, by number; those that are not stored are left out."""
        rows = self.rows(
            "SELECT number, text, role, page, notes, turns FROM paragraphs "
            "WHERE document = (SELECT ordinal FROM documents WHERE id = ?) "
            "AND position IN (SELECT value - 1 FROM json_each(?))",
            [id, _to_json(list(numbers))],
        )
        return {number: _paragraph(number, *values) for number, *values in rows}

    def run(self, first: int, end: int) -> Run:
        """The documents from the first up to the end, in the order written."""
        ((lowest, highest, first_row, end_row),) = self.rows(
            "SELECT min(ordinal), max(ordinal) + 1, min(first_row), max(end_row) FROM exchanges "
            "WHERE document BETWEEN ? AND ?",
            (first, end - 1),
        )
        return Run((first, end), (lowest or 0, highest or 0), (first_row or 0, end_row or 0))

    def ordinals(self, id: str) -> list[int]:
        """The exchanges of one paper, by the number that the segment gives them. Raises KeyError."""
        nth, *_ = self._document(id)
        return [o for (o,) in self.rows("SELECT ordinal FROM exchanges WHERE document = ? ORDER BY ordinal", [nth])]

    def owners(self, rows: Iterable[int]) -> list[int]:
        """The exchanges to which these passages belong, each once, in the order stored."""
        return [
            ordinal
            for (ordinal,) in self.rows(
                "SELECT DISTINCT exchange FROM passages WHERE row IN (SELECT value FROM json_each(?)) "
                "ORDER BY exchange",
                [json.dumps(sorted(rows))],
            )
        ]

    def blocks(self, ordinals: Iterable[int]) -> list[Block]:
        """These exchanges with all their passages, in the order stored."""
        wanted = json.dumps(list(ordinals))
        passages = {
            ordinal: list(stretches)
            for ordinal, stretches in groupby(
                self.rows(
                    f'SELECT exchange, side, paragraph, start, "end", {_TEXT} FROM exchanges '  # noqa: S608  # constants
                    f"JOIN passages ON row >= first_row AND row < end_row {_PARAGRAPH} "
                    "WHERE exchanges.ordinal IN (SELECT value FROM json_each(?)) ORDER BY row",
                    [wanted],
                ),
                key=itemgetter(0),
            )
        }
        blocks = []
        for ordinal, first, end, document, number, respondent, lists in self.rows(
            f"SELECT exchanges.ordinal, first_row, end_row, documents.id, number, respondent, {_LISTS} "  # noqa: S608
            "FROM exchanges JOIN documents ON documents.ordinal = document "
            "WHERE exchanges.ordinal IN (SELECT value FROM json_each(?)) ORDER BY exchanges.ordinal",
            [wanted],
        ):
            fractie, question, answer, heading, member = map(tuple, json.loads(lists))
            exchange = Exchange(document, number, fractie, question, answer, heading, respondent, member)
            stretches = (Passage(document, number, *values) for _, *values in passages.get(ordinal, ()))
            blocks.append(Block(exchange, range(first, end), tuple(stretches)))
        return blocks

    def texts(self, side: Side) -> Iterator[str]:
        """What every passage of one side says."""
        for (text,) in self.rows(
            f"SELECT {_TEXT} FROM passages JOIN exchanges ON exchanges.ordinal = exchange {_PARAGRAPH} "  # noqa: S608
            "WHERE side = ?",
            [side],
        ):
            yield text

    def passing(self, among: Filter) -> list[tuple[int, int]]:
        """The rows that a filter lets pass, as half-open ranges in order."""
        return self.rows(_PASSING, {part.name: _to_json(sorted(getattr(among, part.name))) for part in fields(among)})

    def _document(self, id: str) -> tuple[Any, ...]:
        found = self.rows("SELECT ordinal, metadata, pages, furniture, remarks FROM documents WHERE id = ?", [id])
        if not found:
            raise KeyError(id)
        return found[0]

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """Whatever a query over this file gives."""
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise IndexDamaged(self._folder.parents[1], f"{self._folder.name}/{NAME}: {error}") from error


def _spans(
    id: str, exchanges: Sequence[Exchange], passages: Sequence[Passage], first: int
) -> dict[str, tuple[int, int]]:
    """The half-open range of rows of each exchange, by its number."""
    spans = {exchange.number: (first, first) for exchange in exchanges}
    starts = [n for n, (before, after) in enumerate(pairwise([None, *passages])) if _parted(before, after)]
    for start, end in pairwise([*starts, len(passages)]):
        number = passages[start].exchange
        if number not in spans:
            raise ValueError(f"{id}: a passage belongs to exchange {number!r}, which is not there")
        if spans[number] != (first, first):
            raise ValueError(f"{id}: the passages of exchange {number!r} do not stand together")
        spans[number] = first + start, first + end
    return spans


def _parted(before: Passage | None, after: Passage | None) -> bool:
    return before is None or after is None or before.exchange != after.exchange


def _exchange_row(ordinal: int, document: int, exchange: Exchange) -> tuple[object, ...]:
    lists = (exchange.fractie, exchange.question, exchange.answer, exchange.heading)
    return ordinal, document, exchange.number, *map(_to_json, lists), exchange.respondent, _to_json(exchange.member)


def _metadata(text: str) -> Metadata:
    raw = json.loads(text)
    return Metadata(**(raw | {"members": tuple(raw["members"])}))


def _paragraph(number: int, text: str, role: Role, page: int | None, notes: str, turns: str) -> Paragraph:
    return Paragraph(number, text, role, page, _tuple(notes), _pairs(turns))


def _to_json(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _tuple(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))


def _pairs(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((offset, page) for offset, page in json.loads(text))
