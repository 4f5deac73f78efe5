"""A paper on the official sites -> a file in the folder: best format first, only what changed, half a file continued.

What was fetched stands in `.fetched.json` in the folder; without it papers are fetched anew, nothing else is lost.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ragassist.corpus import keep
from ragassist.corpus.folder import files
from ragassist.errors import FetchError, PaperError, SystemFault
from ragassist.fetch.http import LARGEST, Client, Lost, Reply, TooLarge, limited
from ragassist.fetch.sru import Record
from ragassist.formats.opening import kind_of

MEMORY, LOCK = ".fetched.json", ".fetched.lock"  # hidden, so that they are not taken for papers
# Best first: what each tells of a paper's structure. Kinds are those of `kind_of`.
FORMATS: dict[str, frozenset[str]] = {
    "xml": frozenset({"official XML", "VLOS XML"}),
    "html": frozenset({"official HTML", "HTML"}),
    "odt": frozenset({"ODT"}),
    "pdf": frozenset({"PDF"}),
}
ENDS: dict[str, bytes] = {
    "official XML": b"</officiele-publicatie",
    "PDF": b"%%EOF",
}  # in the last bytes of a whole file
TAIL = 2048  # bytes: what may come after it
OWN_ID = re.compile(rb"""(?:externMetadataRecord|DC\.identifier)["'][^>]*\bcontent=["']([^"']*)""")
ERROR_PAGE = re.compile(rb"<title>[^<]*\b(?:niet gevonden|not found|fout|error|storing|404|500|503)\b", re.IGNORECASE)


MISSING = "it is not on the official sites, or not yet."


class NotHere(FetchError):
    """An address at which the paper is not to be had; another format may be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a paper that was fetched, or of the half of it that was.

    file: path within the folder, empty for a half. sha256: of its bytes. etag: the server's mark of this version.
    modified: of the record by which it was found.
    """

    url: str
    etag: str
    modified: str
    file: str = ""
    sha256: str = ""


@contextlib.contextmanager
def only_fetcher(corpus: Path) -> Iterator[None]:
    """Nobody else fetches into the folder meanwhile; it is made where there is none.

    Raises FetchError when another does, and SystemFault.
    """
    with contextlib.ExitStack() as held:
        try:
            corpus.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context((corpus / LOCK).open("a"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FetchError(f"Another ragassist is fetching into {corpus}. Wait until it is done.") from error
        except OSError as error:
            raise SystemFault(f"Nothing can be saved in {corpus} ({error.strerror}).") from error
        yield


class Folder:
    """The folder that papers are fetched into, and the memory of what was fetched."""

    def __init__(self, corpus: Path, client: Client) -> None:
        """Raises CorpusError and SystemFault when the folder cannot be read."""
        self._corpus, self._client = corpus, client
        there = files(corpus)
        papers, self._halves = _remembered(corpus / MEMORY)
        self._papers = {id: entry for id, entry in papers.items() if entry.file in there}
        self._stems = {Path(name).stem.lower() for name in there}

    def fetch(self, record: Record) -> Path | None:
        """The new file of a paper; None when the folder holds it already. Raises FetchError and SystemFault."""
        known = self._papers.get(record.id)
        if (known and known.modified == record.modified) or (known is None and record.id.lower() in self._stems):
            return None
        reasons = []
        for form, url in self._addresses(record):
            try:
                return self._fetch(record, form, url, known)
            except NotHere as error:
                reasons.append(str(error))
        raise FetchError(next((reason for reason in reasons if reason != MISSING), MISSING))

    def _addresses(self, record: Record) -> list[tuple[str, str]]:
        """Where the paper's formats are, best first: where the record says, else where papers usually are."""
        sites = self._client.sites
        told = [(form, record.files.get(form) or record.files.get(f"{form}-nl", "")) for form in FORMATS]
        usual = [(form, f"{sites.files}/{record.id}.{form}") for form in FORMATS]
        return [(form, url) for form, url in told if sites.allows(url)] or usual

    def _fetch(self, record: Record, form: str, url: str, known: Entry | None) -> Path | None:
        part = self._corpus / f".{record.id}.{form}.part"
        etag = self._client.trying(lambda: self._receive(record, url, part, known))
        if etag is None and known:
            self._papers[record.id] = Entry(url, known.etag, record.modified, known.file, known.sha256)
            self._write()
            return None
        data = part.read_bytes()
        try:
            look(record.id, form, data)
            file = keep(self._corpus, f"{record.id}.{form}", data)
        except PaperError as error:
            raise NotHere(str(error)) from error
        finally:
            part.unlink(missing_ok=True)
            self._halves.pop(record.id, None)
        name = file.relative_to(self._corpus).as_posix()
        self._papers[record.id] = Entry(url, etag or "", record.modified, name, _sha256(data))
        self._write()
        return file if self._replaced(known, name) else None

    def _replaced(self, known: Entry | None, name: str) -> bool:
        """Take the file of the earlier version away, when it is as it was fetched; whether there is a new file."""
        if known is None:
            return True
        old = self._corpus / known.file
        if known.file != name and _sha256(old.read_bytes()) == known.sha256:
            old.unlink()
        return known.file != name

    def _receive(self, record: Record, url: str, part: Path, known: Entry | None) -> str | None:
        """Write the reply's body behind what `part` holds of it; its etag, None when the paper has not changed."""
        half = self._halves.get(record.id)
        have = part.stat().st_size if part.exists() and half and half.url == url and _strong(half.etag) else 0
        asked = {"Range": f"bytes={have}-", "If-Range": half.etag} if half and have else {}
        if not have and known and known.url == url and known.etag:
            asked = {"If-None-Match": known.etag}
        with self._client.open(url, asked) as reply:
            if reply.status == 304 and known:
                return None
            goes_on = _goes_on(reply, have)
            if not goes_on:
                part.unlink(missing_ok=True)
            _check(reply, goes_on)
            told = reply.headers.get("etag", "")
            etag = told if told.isascii() else ""  # it is sent back as it came, or not at all
            self._halves[record.id] = Entry(url, etag, record.modified)
            self._write()
            _append(part, reply, LARGEST - have if goes_on else LARGEST)
            return etag

    def _write(self) -> None:
        """Write the memory anew, whole or not at all. Raises SystemFault."""
        kept = {"papers": self._papers, "halves": self._halves}
        rows = {kind: {id: asdict(entry) for id, entry in entries.items()} for kind, entries in kept.items()}
        new = self._corpus / f"{MEMORY}.part"
        try:
            with new.open("w", encoding="utf-8") as file:
                json.dump(rows, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._corpus / MEMORY)
        except OSError as error:
            raise SystemFault(f"{MEMORY} cannot be written in {self._corpus} ({error.strerror}).") from error


def look(id: str, form: str, data: bytes) -> None:
    """Whether these bytes are this paper in this form, whole, at a glance; parsing comes later. Raises NotHere."""
    kind = kind_of(data)
    if kind not in FORMATS[form]:
        raise NotHere(f"what the site gives as {form.upper()} is {kind}, not the paper.")
    if kind in ENDS and ENDS[kind] not in data[-TAIL:]:
        raise NotHere(f"what the site gives as {form.upper()} breaks off before its end.")
    if form == "xml" and (told := OWN_ID.findall(data)) and not any(_names(id, text) for text in told):
        raise NotHere("what the site gives as XML is another paper.")
    if form == "html" and (ERROR_PAGE.search(data) or not _names(id, data)):
        raise NotHere("what the site gives as HTML is not this paper.")


def _names(id: str, data: bytes) -> bool:
    return re.search(rb"(?<![\w-])%b(?![\w-])" % re.escape(id.encode()), data, re.IGNORECASE) is not None


def _goes_on(reply: Reply, have: int) -> bool:
    """Whether the reply begins where the half that is there ends."""
    told = reply.headers.get("content-range", "")
    return reply.status == 206 and have > 0 and told.startswith(f"bytes {have}-")


def _check(reply: Reply, goes_on: bool) -> None:
    """Raises NotHere where the paper is not, Lost for another part of it than was asked for, FetchError otherwise."""
    if reply.status in (404, 410):
        raise NotHere(MISSING)
    if reply.status in (206, 416) and not goes_on:
        raise Lost("the site gives another part of the file than was asked for. Try again later.")
    if reply.status not in (200, 206):
        raise FetchError(f"the site answers with status {reply.status}. Try again later.")
    if reply.headers.get("content-encoding", "").lower() not in ("", "identity"):
        raise FetchError("the site gives the file compressed, which was not asked for; it was not unpacked.")
    promised = reply.headers.get("content-length", "")
    if promised.isdecimal() and int(promised[:18]) > LARGEST:
        raise NotHere(f"the file is larger than {LARGEST // 2**20} MB.")


def _append(part: Path, reply: Reply, largest: int) -> None:
    """What has come is on the disk whatever stops the rest, so that it can be continued; too much of it is not kept."""
    try:
        with part.open("ab") as file:
            try:
                for chunk in limited(reply, largest):
                    file.write(chunk)
            finally:
                file.flush()
                os.fsync(file.fileno())
    except TooLarge as error:
        part.unlink(missing_ok=True)
        raise NotHere(str(error)) from error
    except OSError as error:
        raise SystemFault(f"{part.name} cannot be written in {part.parent} ({error.strerror}).") from error


def _remembered(path: Path) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """The papers and the halves of the last run; none where there is no memory, or it is damaged."""
    try:
        raw = json.loads(path.read_bytes())
        rows = [{id: Entry(**row) for id, row in raw[kind].items()} for kind in ("papers", "halves")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, {}
    return rows[0], rows[1]


def _strong(etag: str) -> bool:
    """Whether it marks the very bytes, so that halves of one file can be told from those of another (RFC 9110)."""
    return etag.startswith('"')


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
