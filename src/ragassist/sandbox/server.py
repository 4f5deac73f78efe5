"""The other side of the box: a process that knows the parsers and nothing else, and forks a child for every file.

    python -I -m ragassist.sandbox.server LIMITS

It reads requests from stdin (two lengths, a name, the file) and answers each on stdout (how it ended, a length, what
the child said). It has one thread, as forking demands. It ends, and its child with it, when stdin is closed.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import sys
import time
from contextlib import suppress
from math import ceil

from ragassist.document import Document
from ragassist.errors import PaperError, UnreadablePaper
from ragassist.formats import parse
from ragassist.sandbox import wire
from ragassist.sandbox.limits import FILES, Limits
from ragassist.sandbox.wire import (
    ANSWERED,
    CRASHED,
    READY,
    REPLY,
    REQUEST,
    TOO_BUSY,
    TOO_LARGE,
    TOO_SLOW,
    TOO_TALKATIVE,
)

OUT_OF_MEMORY = 77  # exit code of a child that Python told so
CHUNK = 2**20
NEARLY = 0.6  # of the memory: a library that cannot get more crashes, and what it held tells why
PR_SET_PDEATHSIG = 1  # linux/prctl.h
SAMPLES: tuple[str, ...] = (  # read at the start: what parsers prepare when first used, each child then finds prepared
    (
        "<officiele-publicatie><kamerstuk><dossier><dossiernummer><dossiernr>99 001</dossiernr></dossiernummer>"
        "<titel>Regels</titel></dossier><stuk><stuknr>Nr. <ondernummer>7</ondernummer></stuknr>"
        "<titel>MOTIE VAN HET LID A.</titel>"
        "<datumtekst>Voorgesteld 12 maart 2024</datumtekst><al>De Kamer,</al><al>gehoord de beraadslaging,</al>"
        "<al>en gaat over tot de orde van de dag.</al><al>A.</al></stuk></kamerstuk></officiele-publicatie>"
    ),
    "<html><body><h1>Brief</h1><p>Den Haag, 12 maart 2024</p><table><tr><td>a</td></tr></table></body></html>",
    "Vragen van de leden\n\nDe leden vragen dit.1\n\n1 Kamerstuk 99 001.\n",
)


def main() -> None:
    """Answer until stdin is closed."""
    limits = Limits(**json.loads(sys.argv[1]))
    for sample in SAMPLES:
        _said("kst-99001-7", sample.encode(), limits)
    gc.freeze()  # what is loaded by now stays shared with the children
    _write(1, REPLY.pack(READY, 0))
    while (request := _request()) is not None:
        ended, said = _supervised(*request, limits)
        _write(1, REPLY.pack(ended, len(said)) + said)


def _request() -> tuple[str, bytes] | None:
    head = _exactly(REQUEST.size)
    if head is None:
        return None
    name_length, length = REQUEST.unpack(head)
    name, data = _exactly(name_length), _exactly(length)
    return None if name is None or data is None else (name.decode(), data)


def _exactly(length: int) -> bytes | None:
    """So many bytes from stdin; None when it was closed before."""
    data = bytearray()
    while len(data) < length:
        chunk = os.read(0, min(CHUNK, length - len(data)))
        if not chunk:
            return None
        data += chunk
    return bytes(data)


def _write(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _supervised(name: str, data: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """How a child ended that read this file, and what it said."""
    here, there = os.pipe()
    server = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(here)
        _read_and_exit(there, name, data, limits, server)
    os.close(there)
    with suppress(OSError):  # it did so itself, or is gone already
        os.setpgid(child, child)
    try:
        ended, said = _listen(here, limits)
    finally:
        with suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
        os.close(here)
    if ended != ANSWERED or said.endswith(b"\n"):
        return ended, said if ended == ANSWERED else b""
    return _cause(status, used, limits), b""


def _listen(here: int, limits: Limits) -> tuple[bytes, bytes]:
    """What the child says, until it has ended, is too late or says too much."""
    until = time.monotonic() + limits.wall
    said = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(here, selectors.EVENT_READ)
        waiting.register(0, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0:
            ready = [key.fd for key, _ in waiting.select(left)]
            if 0 in ready:  # whoever asked is gone: no second question comes before an answer
                raise SystemExit
            if here in ready:
                chunk = os.read(here, CHUNK)
                if not chunk:
                    return ANSWERED, bytes(said)
                said += chunk
                if len(said) > limits.output:
                    return TOO_TALKATIVE, b""
    return TOO_SLOW, b""


def _cause(status: int, used: resource.struct_rusage, limits: Limits) -> bytes:
    """Why a child ended without an answer."""
    code = os.waitstatus_to_exitcode(status)
    held = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if code == -signal.SIGXCPU or used.ru_utime + used.ru_stime >= limits.processor:
        return TOO_BUSY
    return TOO_LARGE if code == OUT_OF_MEMORY or held > NEARLY * limits.memory else CRASHED


def _read_and_exit(there: int, name: str, data: bytes, limits: Limits, server: int) -> None:
    """In the child: read the file, say what it holds, and never return."""
    code = 1
    try:
        _confine(there, limits, server)
        _write(there, _said(name, data, limits))
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


def _said(name: str, data: bytes, limits: Limits) -> bytes:
    try:
        document = parse(name, data)
        _check_size(name, document, limits)
        return wire.paper_line(document)
    except PaperError as error:
        return wire.refusal_line(error)
    except MemoryError:
        raise
    except Exception as error:
        return wire.crash_line(error)


def _check_size(name: str, document: Document, limits: Limits) -> None:
    length, count = wire.size_of(document)
    if length > limits.text:
        raise UnreadablePaper(name, f"it holds more than {limits.text:,} characters of text.")
    if count > limits.paragraphs:
        raise UnreadablePaper(name, f"it holds more than {limits.paragraphs:,} paragraphs.")


def _confine(there: int, limits: Limits, server: int) -> None:
    """Give up all that reading a file does not need."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)
    signal.alarm(ceil(limits.wall) + 1)  # holds where there is no such signal and the server was killed
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    for what, most, hard in (
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_DATA, limits.memory, limits.memory),
        (resource.RLIMIT_CPU, limits.processor, limits.processor + 1),  # the first one tells what it was by its signal
        (resource.RLIMIT_NOFILE, FILES, FILES),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
    ):
        with suppress(OSError, ValueError):  # macOS has no limit on address space
            resource.setrlimit(what, (most, hard))


if __name__ == "__main__":
    main()
