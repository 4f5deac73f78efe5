"""The papers' texts and metadata, in SQLite: what is read back equals what was written."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from ragassist.document import Document, Exchange, Footnote, Metadata, Paragraph, Passage, Side
from ragassist.errors import IndexDamaged

NAME = "records.sqlite"
VERSION = sqlite3.sqlite_version
_SCHEMA = """
CREATE TABLE documents (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, metadata TEXT NOT NULL, pages INTEGER,
    furniture TEXT NOT NULL, remarks TEXT NOT NULL
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
    member TEXT NOT NULL, UNIQUE (document, number)
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, exchange INTEGER NOT NULL, side TEXT NOT NULL, paragraph INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX passages_of_exchange ON passages (exchange);
"""


# What a run of documents takes from one file to the next: ordinals move, the rest stays.
_COPIES = {
    "documents": (
        "SELECT ordinal + :document, id, metadata, pages, furniture, remarks FROM documents "
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
        "member FROM exchanges WHERE document >= :first AND document < :end ORDER BY ordinal"
    ),
    "passages": (
        'SELECT row + :row, exchange + :exchange, side, paragraph, start, "end", text FROM passages '
        "WHERE row >= :first_row AND row < :end_row ORDER BY row"
    ),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One exchange with its passages; rows: the passages' places in the vectors and in the lexical index."""

    exchange: Exchange
    rows: tuple[int, ...]
    passages: tuple[Passage, ...]


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

    def add(self, document: Document, exchanges: Sequence[Exchange], passages: Sequence[Passage]) -> list[int]:
        """Store one paper; returns for each passage the ordinal of its exchange. Rows count on from the last paper's.

        Raises ValueError when a passage belongs to no exchange, or a document or exchange is there twice.
        """
        ordinals = {exchange.number: self.exchanges + n for n, exchange in enumerate(exchanges)}
        try:
            owners = [ordinals[passage.exchange] for passage in passages]
        except KeyError as error:
            raise ValueError(f"{document.id}: a passage belongs to exchange {error}, which is not there") from error
        try:
            self._insert_document(document)
            self._connection.executemany(
                "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_exchange_row(ordinals[exchange.number], self.documents, exchange) for exchange in exchanges),
            )
            rows = enumerate(zip(owners, passages, strict=True), self.passages)
            self._connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((row, owner, p.side, p.paragraph, p.start, p.end, p.text) for row, (owner, p) in rows),
            )
        except sqlite3.IntegrityError as error:
            raise ValueError(f"{document.id}: {error}") from error
        except sqlite3.Error as error:
            raise OSError(f"{NAME}: {error}") from error
        self.documents += 1
        self.exchanges += len(exchanges)
        self.passages += len(passages)
        return owners

    def copy(self, old: Records, run: Run) -> Iterator[tuple[int, int, Side, str]]:
        """Store a run of another file's papers as they are; gives row, ordinal of the exchange, side and text of each
        passage. Raises ValueError when a document is there twice.
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
        passages: list[tuple[Any, ...]] = []
        try:
            for table, sql in _COPIES.items():
                passages = old.rows(sql, moved)
                if passages:
                    marks = ", ".join("?" * len(passages[0]))
                    self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", passages)  # noqa: S608
        except sqlite3.IntegrityError as error:
            raise ValueError(f"a document is there twice: {error}") from error
        except sqlite3.Error as error:
            raise OSError(f"{NAME}: {error}") from error
        self.documents += run.documents[1] - run.documents[0]
        self.exchanges += run.exchanges[1] - run.exchanges[0]
        self.passages += run.passages[1] - run.passages[0]
        return ((row, exchange, side, text) for row, exchange, side, *_, text in passages)

    def _insert_document(self, document: Document) -> None:
        nth = self.documents
        metadata = json.dumps(asdict(document.metadata), ensure_ascii=False)
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
            (nth, document.id, metadata, document.pages, _to_json(document.furniture), _to_json(document.remarks)),
        )
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
    """Reads one generation's file; safe to use from several threads. Raises IndexDamaged when SQLite cannot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        uri = (folder / NAME).absolute().as_uri()
        try:
            # immutable: nobody changes a generation, so no lock files are needed and a read-only folder will do.
            self._connection = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise IndexDamaged(folder.parent, f"{folder.name}/{NAME}: {error}") from error
        weakref.finalize(self, self._connection.close)

    def documents(self) -> tuple[Metadata, ...]:
        """What every paper says of itself, in the order written."""
        return tuple(_metadata(text) for (text,) in self._rows("SELECT metadata FROM documents ORDER BY ordinal"))

    def listed(self) -> tuple[Listed, ...]:
        """A line of a list for every paper, in the order written."""
        asking: dict[int, list[str]] = {}
        for nth, fractie in self._rows(
            "SELECT document, fractie FROM exchanges WHERE fractie != '[]' GROUP BY document, fractie "
            "ORDER BY min(ordinal)"
        ):
            asking.setdefault(nth, []).extend(_tuple(fractie))
        return tuple(
            Listed(_metadata(metadata), pages, _tuple(remarks), answers, tuple(dict.fromkeys(asking.get(nth, ()))))
            for nth, metadata, pages, remarks, answers in self._rows(
                "SELECT documents.ordinal, metadata, pages, remarks, count(exchanges.ordinal) "
                "FROM documents LEFT JOIN exchanges ON document = documents.ordinal "
                "GROUP BY documents.ordinal ORDER BY documents.ordinal"
            )
        )

    def metadata(self, id: str) -> Metadata:
        """What one paper says of itself. Raises KeyError when it is not stored."""
        _, metadata, *_ = self._document(id)
        return _metadata(metadata)

    def document(self, id: str) -> Document:
        """One whole paper. Raises KeyError when it is not stored."""
        nth, metadata, pages, furniture, remarks = self._document(id)
        return Document(
            metadata=_metadata(metadata),
            paragraphs=tuple(
                Paragraph(number, text, role, page, _tuple(notes), _pairs(turns))
                for number, text, role, page, notes, turns in self._rows(
                    "SELECT number, text, role, page, notes, turns FROM paragraphs WHERE document = ? "
                    "ORDER BY position",
                    nth,
                )
            ),
            footnotes=tuple(
                Footnote(number, text, page)
                for number, text, page in self._rows(
                    "SELECT number, text, page FROM footnotes WHERE document = ? ORDER BY position", nth
                )
            ),
            pages=pages,
            furniture=_tuple(furniture),
            remarks=_tuple(remarks),
        )

    def exchanges(self, id: str) -> tuple[Exchange, ...]:
        """The exchanges of one paper, in reading order. Raises KeyError when it is not stored."""
        return tuple(block.exchange for block in self.blocks(self.ordinals(id)))

    def run(self, first: int, end: int) -> Run:
        """The documents from the first up to the end, in the order written."""
        exchanges = self._range(
            "SELECT min(ordinal), max(ordinal) FROM exchanges WHERE document BETWEEN ? AND ?", first, end
        )
        passages = self._range("SELECT min(row), max(row) FROM passages WHERE exchange BETWEEN ? AND ?", *exchanges)
        return Run((first, end), exchanges, passages)

    def _range(self, sql: str, first: int, end: int) -> tuple[int, int]:
        ((least, greatest),) = self._rows(sql, first, end - 1)
        return (0, 0) if least is None else (least, greatest + 1)

    def ordinals(self, id: str) -> list[int]:
        """The exchanges of one paper, by the number that the whole index gives them. Raises KeyError."""
        nth, *_ = self._document(id)
        return [o for (o,) in self._rows("SELECT ordinal FROM exchanges WHERE document = ? ORDER BY ordinal", nth)]

    def owners(self, rows: Iterable[int]) -> list[int]:
        """The exchanges to which these passages belong, each once, in the order stored."""
        return [
            ordinal
            for (ordinal,) in self._rows(
                "SELECT DISTINCT exchange FROM passages WHERE row IN (SELECT value FROM json_each(?)) "
                "ORDER BY exchange",
                json.dumps(sorted(rows)),
            )
        ]

    def block(self, ordinal: int) -> Block:
        """One exchange with all its passages, in the order stored."""
        ((document, number, respondent, *lists),) = self._rows(
            "SELECT documents.id, number, respondent, fractie, question, answer, heading, member "
            "FROM exchanges JOIN documents ON documents.ordinal = document WHERE exchanges.ordinal = ?",
            ordinal,
        )
        fractie, question, answer, heading, member = map(_tuple, lists)
        exchange = Exchange(document, number, fractie, question, answer, heading, respondent, member)
        found = self._rows(
            'SELECT row, side, paragraph, start, "end", text FROM passages WHERE exchange = ? ORDER BY row', ordinal
        )
        return Block(
            exchange,
            rows=tuple(row for row, *_ in found),
            passages=tuple(Passage(document, number, *values) for _, *values in found),
        )

    def blocks(self, ordinals: Iterable[int]) -> list[Block]:
        """Several exchanges, in the order asked for."""
        return [self.block(ordinal) for ordinal in ordinals]

    def _document(self, id: str) -> tuple[Any, ...]:
        found = self._rows("SELECT ordinal, metadata, pages, furniture, remarks FROM documents WHERE id = ?", id)
        if not found:
            raise KeyError(id)
        return found[0]

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.rows(sql, values)

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """Whatever a query over this file gives."""
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise IndexDamaged(self._folder.parent, f"{self._folder.name}/{NAME}: {error}") from error


def _exchange_row(ordinal: int, document: int, exchange: Exchange) -> tuple[object, ...]:
    lists = (exchange.fractie, exchange.question, exchange.answer, exchange.heading)
    return ordinal, document, exchange.number, *map(_to_json, lists), exchange.respondent, _to_json(exchange.member)


def _metadata(text: str) -> Metadata:
    raw = json.loads(text)
    return Metadata(**(raw | {"members": tuple(raw["members"])}))


def _to_json(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _tuple(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))


def _pairs(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((offset, page) for offset, page in json.loads(text))
