"""Where a request may go: to the official sites, at public addresses, and no longer than until its deadline.

httpcore is the part of httpx that makes connections; its own seam, the network backend, is the place to look at an
address and connect to that very one.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpcore

from ragassist.errors import FetchError

WHOLE = 60  # seconds for one reply, however slowly it comes
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # addresses of IPv4 in IPv6 (RFC 6052)

WRITTEN = re.compile(r"[!-~]+")  # what an address is written in: ASCII, without spaces

Addresses: TypeAlias = Callable[[str, int], list[str]]


def addresses(host: str, port: int) -> list[str]:
    """What the name stands for, as the system finds it. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the open Internet, not of this machine, its network or its cloud."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


@dataclass(frozen=True, slots=True)
class Sites:
    """The hosts that are trusted with a request, and how their names are looked up.

    search: the address of the SRU service. files: where `/<id>.xml` stands. Both name scheme and host; no other is
    ever asked. The tests give sites of their own here; no option and no variable does.
    """

    search: str = "https://repository.overheid.nl/sru"
    files: str = "https://zoek.officielebekendmakingen.nl"
    addresses: Addresses = addresses
    is_public: Callable[[str], bool] = is_public

    def allows(self, url: str) -> bool:
        """Whether a request may go there."""
        return origin_of(url) in {origin_of(self.search), origin_of(self.files)}


def origin_of(url: str) -> str:
    """Scheme, host and port: `https://repository.overheid.nl`; empty for what is no address of a host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or "@" in parts.netloc or not WRITTEN.fullmatch(url):
        return ""
    default = port is None or (parts.scheme, port) in (("https", 443), ("http", 80))
    return f"{parts.scheme}://{parts.hostname}{'' if default else f':{port}'}"


def host_of(url: str) -> str:
    """Host and port, for a sentence; empty for what is no address of a host."""
    return origin_of(url).partition("://")[2]


class Backend(httpcore.SyncBackend):
    """Connects to the very address that was looked up and found public, and cuts a reply off at its deadline."""

    def __init__(self, sites: Sites, clock: Callable[[], float]) -> None:
        super().__init__()
        self._sites, self._clock = sites, clock
        self.until = 0.0  # by the clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to one of the host's addresses, the first that answers. Raises FetchError when one is not public."""
        try:
            found = self._sites.addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        if not found or not all(map(self._sites.is_public, found)):
            raise FetchError(f"{host} leads to an address inside this network. Nothing was fetched.")
        for last, address in zip([*[False] * (len(found) - 1), True], found, strict=True):
            try:
                stream = super().connect_tcp(address, port, self.left(timeout), local_address, socket_options)
                return _Stream(stream, self.left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last:
                    raise
        raise AssertionError("there is an address")

    def left(self, timeout: float | None) -> float:
        """The time that a step may take: its own, or what is left of the whole. Raises FetchError when nothing is."""
        left = self.until - self._clock()
        if left <= 0:
            raise FetchError(f"The reply took longer than {WHOLE} seconds. Try again later.")
        return left if timeout is None else min(timeout, left)


@dataclass(slots=True)
class _Stream(httpcore.NetworkStream):
    """A connection whose every step asks how much time is left."""

    inner: httpcore.NetworkStream
    left: Callable[[float | None], float] = field(repr=False)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.left(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, self.left(timeout)), self.left)

    def get_extra_info(self, info: str) -> object:
        return self.inner.get_extra_info(info)
