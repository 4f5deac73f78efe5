"""A polite client with limits: one connection, pauses, robots.txt, tries that back off, no reply without end.

httpcore, on which httpx is built, does no more than it is asked: it follows no redirects, unpacks nothing, keeps no
cookies and reads no proxy from the environment.
"""

from __future__ import annotations

import functools
import random
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import TypeVar
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

import httpcore

from ragassist.errors import FetchError, SiteUnavailable
from ragassist.fetch.reach import WHOLE, Backend, Sites, host_of, origin_of

AGENT = f"ragassist/{version('ragassist')}"
CONNECT, READ = 5, 15  # seconds
LARGEST = 50 * 2**20  # bytes of one reply: a paper's limit in formats/opening.py
LARGEST_ROBOTS = 500 * 2**10  # bytes; RFC 9309 asks for no more
REDIRECTS = 5
BACK_OFF = (1, 2, 4)  # seconds before each other try, with up to a second more
LONGEST_WAIT = 120  # seconds of Retry-After or Crawl-delay that are waited; who asks for more is left alone
AGAIN = frozenset({429, 500, 502, 503, 504})
LOST = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is waited, and by which clock; seconds.

    delay: from the end of one request to the start of the next.
    """

    delay: float = 1.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Reply:
    """The head of a reply, and its body as it comes in; headers by their names in lower case.

    body: raises FetchError when it grows too large or takes too long, and Lost when it breaks off.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: Iterator[bytes]


class Lost(FetchError):
    """A reply that broke off, or a fault that may pass: worth another try."""


class TooLarge(FetchError):
    """A reply that is larger than it may be."""


class Busy(Lost):
    """A server that has too much to do.

    wait: seconds that it asks for, None when it does not say.
    """

    def __init__(self, sentence: str, wait: float | None) -> None:
        super().__init__(sentence)
        self.wait = wait


class Client:
    """Asks the sites one thing at a time; to be closed, as a context manager."""

    def __init__(self, sites: Sites | None = None, pace: Pace | None = None) -> None:
        self.sites, self.pace = sites or Sites(), pace or Pace()
        self._backend = Backend(self.sites, self.pace.clock)
        self._pool = httpcore.ConnectionPool(ssl_context=_trust(), max_connections=1, network_backend=self._backend)
        self._robots: dict[str, RobotFileParser] = {}
        self._ended = -float("inf")  # when the last request was over, by the clock
        self._free = -float("inf")  # from when on another try may be made

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def read(self, url: str, largest: int) -> bytes:
        """The whole reply. Raises FetchError unless its status is 200, and what `open` raises."""

        def attempt() -> bytes:
            with self.open(url) as reply:
                if reply.status != 200:
                    raise FetchError(f"{host_of(url)} answers with status {reply.status}. Try again later.")
                return b"".join(limited(reply, largest))

        return self.trying(attempt)

    def trying(self, attempt: Callable[[], T]) -> T:
        """What `attempt` gives, which is made again up to three times when the connection or the server failed.

        Raises SiteUnavailable when the server is still too busy then.
        """
        for back_off in BACK_OFF:
            try:
                return attempt()
            except Lost as error:
                asked = error.wait if isinstance(error, Busy) else None
                self._free = max(self._free, self.pace.clock() + (asked or back_off + self.pace.jitter()))
        try:
            return attempt()
        except Busy as error:
            raise SiteUnavailable(str(error)) from error

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str] | None = None) -> Iterator[Reply]:
        """The reply to a request, redirects followed.

        Raises SiteUnavailable when the site cannot be reached or asks for too long a wait, Lost for what may pass,
        FetchError for an address that is not to be asked.
        """
        for _ in range(REDIRECTS + 1):
            self._may_ask(url)
            with self._one(url, headers or {}) as reply:
                if reply.status not in (301, 302, 303, 307, 308) or "location" not in reply.headers:
                    self._come_back(reply)
                    yield reply
                    return
                url = _joined(url, reply.headers["location"])
        raise FetchError(f"{host_of(url)} sends on from one address to another without end.")

    def _may_ask(self, url: str) -> None:
        if not self.sites.allows(url):
            where = host_of(url) or url[:80]
            raise FetchError(f"The reply leads to {where}, which is none of the official sites. Nothing was fetched.")
        origin = origin_of(url)
        if origin not in self._robots:
            try:
                self._robots[origin] = self.trying(lambda: self._rules(f"{origin}/robots.txt"))
            except FetchError as error:  # what it may not be asked is not known, so it is asked nothing (RFC 9309)
                raise SiteUnavailable(str(error)) from error
        if not self._robots[origin].can_fetch(AGENT, url):
            raise SiteUnavailable(f"{host_of(url)} asks programs not to fetch this (robots.txt).")

    def _rules(self, url: str) -> RobotFileParser:
        """robots.txt of a site; without one everything is allowed."""
        rules = RobotFileParser()
        with self._one(url, {}) as reply:
            self._come_back(reply)
            text = b"".join(limited(reply, LARGEST_ROBOTS)) if reply.status == 200 else b""
        rules.parse(text.decode("utf-8", "replace").splitlines())
        return rules

    @contextmanager
    def _one(self, url: str, headers: Mapping[str, str]) -> Iterator[Reply]:
        """One request, after a pause."""
        free = max(self._free, self._ended + max(self.pace.delay, self._asked_delay(url)))
        if (pause := free - self.pace.clock()) > 0:
            self.pace.sleep(pause)
        sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
        timeouts = {"connect": CONNECT, "read": READ, "write": READ, "pool": CONNECT}
        self._backend.until = self.pace.clock() + WHOLE
        try:
            with self._pool.stream("GET", url, headers=list(sent.items()), extensions={"timeout": timeouts}) as reply:
                told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in reply.headers}
                yield Reply(url, reply.status, told, _body(reply.iter_stream()))
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise _unreachable(url, error) from error
        except LOST as error:
            raise Lost(f"{host_of(url)} broke off its reply. Try again later.") from error
        finally:
            self._ended = self.pace.clock()

    def _asked_delay(self, url: str) -> float:
        rules = self._robots.get(origin_of(url))
        return min(float(rules.crawl_delay(AGENT) or 0), LONGEST_WAIT) if rules else 0.0

    def _come_back(self, reply: Reply) -> None:
        """Raises Lost for a status that may pass, SiteUnavailable when the wait it asks for is too long."""
        if reply.status not in AGAIN:
            return
        host, wait = host_of(reply.url), _seconds(reply.headers.get("retry-after", ""))
        if wait is not None and wait > LONGEST_WAIT:
            raise SiteUnavailable(f"{host} asks to be left alone for {wait:.0f} seconds. Try again after that.")
        if wait is not None or reply.status == 429:
            raise Busy(f"{host} has too much to do. Try again later.", wait)
        raise Lost(f"{host} has a fault of its own (status {reply.status}). Try again later.")


def limited(reply: Reply, largest: int = LARGEST) -> Iterator[bytes]:
    """The body, as long as it is no larger than this, in bytes. Raises FetchError."""
    size = 0
    for chunk in reply.body:
        size += len(chunk)
        if size > largest:
            raise TooLarge(f"{reply.url} is larger than {largest / 2**20:.1f} MB; it was not fetched.")
        yield chunk


def _body(chunks: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from chunks
    except LOST as error:
        raise Lost("The connection broke off. Try again later.") from error


@functools.cache
def _trust() -> ssl.SSLContext:
    """The certificates that are trusted: the system's and certifi's, the host's name checked; read once."""
    return httpcore.default_ssl_context()


def _joined(url: str, location: str) -> str:
    """Where a redirect leads, seen from the address that gave it."""
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _unreachable(url: str, error: Exception) -> SiteUnavailable:
    if isinstance(error.__context__, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return SiteUnavailable(f"{host_of(url)} shows no certificate that can be trusted. Nothing was fetched.")
    return SiteUnavailable(f"{host_of(url)} cannot be reached; is there a network?")


def _seconds(retry_after: str) -> float | None:
    """What a Retry-After asks for, a number of seconds or a date; None when it is neither."""
    if retry_after.isdecimal() and len(retry_after) < 10:
        return float(retry_after)
    try:
        told = parsedate_to_datetime(retry_after)
        until = told if told.tzinfo else told.replace(tzinfo=UTC)
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None
