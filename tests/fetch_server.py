"""The official sites on the loopback address: what they answer, rightly or wrongly, and a log of what was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest

from ragassist.fetch import Client, Fetched, Pace, Sites, download, find
from ragassist.references import Paper

ID = "kst-21501-31-745"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SEARCH, FILES = "repository.test", "zoek.test"  # names for the loopback address


@dataclass
class Time:
    """A clock that only sleeping, or a server that dawdles, moves on."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pace(self, delay: float = 1.0) -> Pace:
        return Pace(delay, clock=lambda: self.now, sleep=self.sleep, jitter=lambda: 0.5)


@dataclass(frozen=True)
class Asked:
    """One request as it came in, and when."""

    at: float
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What a path gives. promised: Content-Length, None for that of the body, -1 for a body in chunks without end."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    pieces: Callable[[], Iterator[bytes]] | None = None


Route = Answer | list[Answer] | Callable[[Asked], Answer]


class Server:
    """Serves `routes`: by path an answer, several for the requests in turn (the last one stays), or a function.

    asked: what was. most_at_once: how many requests were in hand at one time, at most.
    """

    def __init__(self, clock: Time) -> None:
        self.clock = clock
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._in_hand = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer._answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                pass  # a client that hangs up

        self._http = Quiet(("127.0.0.1", 0), Handler)
        self.port = self._http.server_address[1]

    @property
    def search(self) -> str:
        return f"http://{SEARCH}:{self.port}/sru"

    @property
    def files(self) -> str:
        return f"http://{FILES}:{self.port}"

    def sites(self, **changed: Any) -> Sites:
        """The names above lead to this server, and its address passes for a public one."""
        told: dict[str, Any] = {
            "search": self.search,
            "files": self.files,
            "addresses": lambda host, port: ["127.0.0.1"],
            "is_public": lambda address: address == "127.0.0.1",
        }
        return Sites(**told | changed)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(self.clock.now, headers["host"].partition(":")[0], parts.path, query, headers)
        with self._lock:
            self.asked.append(asked)
            self._in_hand += 1
            self.most_at_once = max(self.most_at_once, self._in_hand)
            route = self.routes.get(parts.path, Answer(b"Niet gevonden.", 404))
            if isinstance(route, list):
                route = route.pop(0) if len(route) > 1 else route[0]
        answer = route(asked) if callable(route) else route
        with self._lock:
            self._in_hand -= 1  # before the answer goes out, for after it the next request may come
        try:
            _send(handler, answer)
        except OSError:  # the client hung up, as it should on some of these
            handler.close_connection = True

    @contextmanager
    def running(self) -> Iterator[Server]:
        thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            self._http.server_close()
            thread.join()


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    pieces = answer.pieces() if answer.pieces else iter([answer.body])
    if answer.promised == -1:
        handler.send_header("Transfer-Encoding", "chunked")
    elif answer.status != 304:
        length = len(answer.body) if answer.promised is None else answer.promised
        handler.send_header("Content-Length", str(length))
        handler.close_connection = length != len(answer.body)
    handler.end_headers()
    for piece in pieces:
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if answer.promised == -1 else piece)
        handler.wfile.flush()


def dawdling(clock: Time, piece: bytes, seconds: float) -> Iterator[bytes]:
    """A piece each so many seconds, without end."""
    while True:
        yield piece
        clock.now += seconds
        time.sleep(0.001)


def official_xml(id: str, text: str = "Het kabinet antwoordt.") -> bytes:
    """A small paper as the sites give it."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<officiele-publicatie>
  <metadata><meta name="OVERHEIDop.externMetadataRecord" scheme=""
    content="https://{FILES}/{id}/metadata.xml"/></metadata>
  <kamerstuk><stuk><algemeen><vrije-tekst><tekst status="goed"><al>{escape(text)}</al></tekst>
  </vrije-tekst></algemeen></stuk></kamerstuk>
</officiele-publicatie>
""".encode()


def official_html(id: str) -> bytes:
    return f"""<!DOCTYPE html><html lang="nl"><head><title>{id} | Overheid.nl</title>
<link rel="canonical" href="https://zoek.officielebekendmakingen.nl/{id}.html"></head>
<body><h1 class="stuktitel">Verslag</h1><p>Het kabinet antwoordt.</p></body></html>""".encode()


def record(id: str, files: Mapping[str, str], date: str = "2024-04-24", modified: str = "2024-05-01") -> str:
    """One paper in an answer of the search, as SRU 2.0 gives it."""
    urls = "".join(f'<gzd:itemUrl manifestation="{form}">{escape(url)}</gzd:itemUrl>' for form, url in files.items())
    return f"""<sru:record><sru:recordSchema>gzd</sru:recordSchema><sru:recordData><gzd:gzd><gzd:originalData>
<overheidwetgeving:meta><overheidwetgeving:owmskern><dcterms:identifier>{id}</dcterms:identifier>
<dcterms:title>Raad; Verslag van een schriftelijk overleg; {id}</dcterms:title>
<dcterms:modified>{modified}</dcterms:modified>
</overheidwetgeving:owmskern><overheidwetgeving:owmsmantel><dcterms:date>{date}</dcterms:date>
</overheidwetgeving:owmsmantel>
<overheidwetgeving:tpmeta><overheidwetgeving:documenttitel>Verslag {id}</overheidwetgeving:documenttitel>
</overheidwetgeving:tpmeta></overheidwetgeving:meta></gzd:originalData>
<gzd:enrichedData><gzd:preferredUrl>https://zoek.officielebekendmakingen.nl/{id}.html</gzd:preferredUrl>{urls}</gzd:enrichedData>
</gzd:gzd></sru:recordData></sru:record>"""


def answer(records: list[str], total: int | None = None, more: str = "") -> Answer:
    """An answer of the search."""
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse"
 xmlns:gzd="http://standaarden.overheid.nl/sru" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:overheidwetgeving="http://standaarden.overheid.nl/wetgeving/">
<sru:version>2.0</sru:version><sru:numberOfRecords>{len(records) if total is None else total}</sru:numberOfRecords>
<sru:records>{"".join(records)}</sru:records>{more}</sru:searchRetrieveResponse>"""
    return Answer(body.encode(), headers={"Content-Type": "application/xml"})


def paged(records: list[str]) -> Callable[[Asked], Answer]:
    """The search, page by page as it is asked."""

    def give(asked: Asked) -> Answer:
        start, count = int(asked.query["startRecord"]) - 1, int(asked.query["maximumRecords"])
        return answer(records[start : start + count], len(records))

    return give


def ranged(body: bytes, etag: str, first: int | None = None) -> Callable[[Asked], Answer]:
    """A file of which a range may be asked; `first`: the first time only so many bytes come."""
    times: list[int] = []

    def give(asked: Asked) -> Answer:
        times.append(1)
        headers = {"ETag": etag, "Content-Type": "application/xml"}
        if asked.headers.get("if-none-match") == etag:
            return Answer(status=304, headers=headers)
        if first is not None and len(times) == 1:
            return Answer(body[:first], headers=headers, promised=len(body))
        wanted = asked.headers.get("range")
        if wanted and asked.headers.get("if-range") == etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            told = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
            return Answer(body[start:], 206, headers | told)
        return Answer(body, headers=headers)

    return give


@pytest.fixture(name="clock")
def a_clock() -> Time:
    return Time()


@pytest.fixture(name="server")
def a_server(clock: Time) -> Iterator[Server]:
    with Server(clock).running() as server:
        yield server


@pytest.fixture(name="client")
def a_client(server: Server, clock: Time) -> Iterator[Client]:
    with Client(server.sites(), clock.pace()) as client:
        yield client


@pytest.fixture(name="corpus")
def a_corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


def fetched(client: Client, corpus: Path, id: str = ID) -> Fetched:
    """What `ragassist fetch ID` does."""
    return download(client, find(client, Paper(id)), corpus)


def visible(corpus: Path) -> list[str]:
    return sorted(path.name for path in corpus.rglob("*") if path.is_file() and not path.name.startswith("."))


def served(server: Server, files: dict[str, str], **more: str) -> None:
    server.routes["/sru"] = answer([record(ID, {form: server.files + path for form, path in files.items()}, **more)])


def visible_after(client: Client, corpus: Path) -> list[str]:
    done = fetched(client, corpus)
    assert not done.refused, done.refused
    return visible(corpus)
