"""The box in which files of strangers are read: a child process a file, with limits of time, memory and output.

    with Sandbox() as box:                  # one warm server for many files, made when the first one is read
        document = box.parse(name, data)
    Sandbox(waiting=check)                  # calls check() a few times a second; what it raises ends the reading
    document = parse_untrusted(name, data)  # the same for a single file, at a tenth of a second

Both raise PaperError (UnreadablePaper, UnsupportedFormat), one sentence for the user, whatever the file does: hang,
crash, fill memory. The next file is read by a fresh child. SystemFault: the server does not start. A box may be shared
by threads, which then take turns. Ctrl-C stops the child.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import IO

from ragassist.document import Document
from ragassist.errors import SystemFault, UnfinishedPaper, UnreadablePaper
from ragassist.formats.opening import LARGEST
from ragassist.sandbox import wire
from ragassist.sandbox.limits import Limits
from ragassist.sandbox.wire import ANSWERED, CRASHED, REPLY, REQUEST, TOO_BUSY, TOO_LARGE, TOO_SLOW, TOO_TALKATIVE

__all__ = ["Limits", "Sandbox", "parse_untrusted"]

START = 60  # seconds that the server may take to load the parsers
GRACE = 5  # seconds beyond the deadline after which the server itself is taken to hang
CHUNK = 2**20
PAUSE = 0.2  # seconds between two looks at whether to go on


def parse_untrusted(name: str, data: bytes) -> Document:
    """The paper that these bytes hold, read in a box of its own. Raises PaperError and SystemFault."""
    with Sandbox() as box:
        return box.parse(name, data)


class Sandbox:
    """A server that reads one file after another, each in a child with limits.

    waiting: called a few times a second while a file is read; what it raises ends the reading.
    """

    def __init__(self, limits: Limits | None = None, waiting: Callable[[], None] | None = None) -> None:
        self._limits = limits or Limits()
        self._waiting = waiting
        self._server: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server and what it is reading; a later `parse` starts another one."""
        with self._turn:
            self._stop()

    def parse(self, name: str, data: bytes) -> Document:
        """The paper that these bytes hold. name: a label in messages, which identifies a paper that does not itself.

        Raises PaperError, whatever the file does, and SystemFault.
        """
        shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name)
        if len(data) > LARGEST:
            raise UnreadablePaper(shown, f"it is larger than {LARGEST // 2**20} MB.")
        with self._turn:
            # A server that was killed from outside, or by a machine out of memory, says nothing of the file.
            ended, said = self._ask(shown, data) or self._ask(shown, data) or (CRASHED, b"")
        if ended == ANSWERED:
            return wire.heard(shown, said, self._limits)
        refusal = UnfinishedPaper if ended in {TOO_SLOW, CRASHED} else UnreadablePaper
        raise refusal(shown, self._sentences()[ended])

    def _sentences(self) -> dict[bytes, str]:
        return {
            TOO_SLOW: f"it took longer than {self._limits.wall:g} seconds to read.",
            TOO_BUSY: f"it took longer than {self._limits.processor:g} seconds to read.",
            TOO_LARGE: f"it needs more memory than {self._limits.memory // 2**20:,} MB to read.",
            TOO_TALKATIVE: f"its reader said more than {self._limits.output:,} bytes.",
            CRASHED: "it made its reader crash.",
        }

    def _ask(self, name: str, data: bytes) -> tuple[bytes, bytes] | None:
        """How the reading of a file ended, and what the child said; None when the server died over it."""
        answer = None
        try:
            server = self._running()
            encoded = name.encode()
            _send(server.stdin, REQUEST.pack(len(encoded), len(data)) + encoded)
            _send(server.stdin, data)
            answer = self._answer(server, self._limits.wall + GRACE)
        except TimeoutError:
            return TOO_SLOW, b""
        except BrokenPipeError:
            return None
        finally:
            if answer is None:  # also on Ctrl-C: an answer that nobody waits for must not be taken for the next one's
                self._stop()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._server is None or self._server.poll() is not None:
            self._stop()
            self._server = self._start()
        return self._server

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-m", "ragassist.sandbox.server"]
        server = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [*command, json.dumps(asdict(self._limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            bufsize=0,
            start_new_session=True,  # so that Ctrl-C reaches us alone
        )
        self._server = server
        try:
            ready = self._answer(server, START)
        except TimeoutError:
            ready = None
        if ready is None:
            self._stop()
            raise SystemFault(f"The reader of papers does not start; this tells why: {' '.join(command)} '{{}}'")
        return server

    def _answer(self, server: subprocess.Popen[bytes], seconds: float) -> tuple[bytes, bytes] | None:
        """The server's next reply, None when it has ended. Raises TimeoutError."""
        until = time.monotonic() + seconds
        head = _exactly(server.stdout, REPLY.size, until, self._waiting)
        if head is None:
            return None
        ended, length = REPLY.unpack(head)
        said = _exactly(server.stdout, length, until, self._waiting)
        return None if said is None else (ended, said)

    def _stop(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        for pipe in (server.stdin, server.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()  # tells it to end, and its child with it
        try:
            server.wait(1)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _send(pipe: IO[bytes] | None, data: bytes) -> None:
    rest = memoryview(data)
    while rest and pipe is not None:
        rest = rest[pipe.write(rest) or 0 :]


def _exactly(pipe: IO[bytes] | None, length: int, until: float, waiting: Callable[[], None] | None) -> bytes | None:
    """So many bytes, None when the pipe was closed before. Raises TimeoutError."""
    data = bytearray()
    with selectors.DefaultSelector() as ready:
        if pipe is not None:
            ready.register(pipe, selectors.EVENT_READ)
        while pipe is not None and len(data) < length:
            if not ready.select(min(PAUSE, until - time.monotonic())):
                if time.monotonic() > until:
                    raise TimeoutError
                if waiting:
                    waiting()
                continue
            chunk = os.read(pipe.fileno(), min(CHUNK, length - len(data)))
            if not chunk:
                return None
            data += chunk
    return bytes(data)
