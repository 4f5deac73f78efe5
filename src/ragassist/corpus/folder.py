"""The folder of papers: its files by name, their bytes within limits, and a safe place for new ones."""

from __future__ import annotations

import hashlib
import os
import re
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePath

from ragassist.errors import CorpusError, SystemFault, UnreadablePaper, UnsupportedFormat
from ragassist.formats import PARSERS
from ragassist.formats.opening import LARGEST, kind_of

LONGEST_NAME = 80  # characters of a name that a stranger gave
SETTLED = (
    2 * 10**9
)  # nanoseconds after its last change that a file's stamp is trusted: the coarsest clock, FAT's, is 2 s


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder. stamp: its size, times and inode, another one whenever it was changed or replaced."""

    path: Path
    stamp: str


def look(corpus: Path) -> dict[str, File]:
    """The files in the folder and below, by name and in that order; hidden ones are left out. None is opened.

    Raises CorpusError when there is no folder, SystemFault when one below it cannot be read.
    """
    if not corpus.is_dir():
        raise CorpusError(f"There is no folder {corpus}. Make it and put papers in it, or name another one.")
    found: dict[str, File] = {}
    folders = [("", str(corpus))]
    while folders:
        prefix, folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):  # a linked one is not walked, and will be refused
                        folders.append((f"{prefix}{entry.name}/", entry.path))
                    else:
                        found[_shown(prefix + entry.name)] = File(Path(entry.path), _stamp_of(entry))
        except OSError as error:  # to go on without the folder would be to take its papers out of the index
            raise SystemFault(
                f"The folder {error.filename} cannot be read ({error.strerror}). Nothing was changed."
            ) from error
    return dict(sorted(found.items()))


def files(corpus: Path) -> dict[str, Path]:
    """The same, where the files are. Raises as `look` does."""
    return {name: file.path for name, file in look(corpus).items()}


def _stamp_of(entry: os.DirEntry[str]) -> str:
    """Of a link its own, which is never that of what it leads to: links are always followed anew."""
    try:
        return _stamp(entry.stat(follow_symlinks=False))
    except FileNotFoundError:  # it went meanwhile
        return ""


def _stamp(seen: os.stat_result) -> str:
    return f"{seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns} {seen.st_ino}"


def _shown(name: str) -> str:
    """The name with an escape for what a terminal or a page could not show: line ends, bytes that are no text."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name)


def read(name: str, path: Path, corpus: Path) -> tuple[bytes, str]:
    """The file's bytes and its stamp, which is empty while it may be changed again and keep it.

    Raises UnreadablePaper for a link that leads out, what is no file, and what is too large.
    """
    try:
        if not path.resolve().is_relative_to(corpus.resolve()):
            raise UnreadablePaper(name, "it is a link to something outside the folder.")
        if not path.is_file():
            raise UnreadablePaper(name, "it is not a file.")
        with path.open("rb") as file:
            seen = os.fstat(file.fileno())
            settled = time.time_ns() - seen.st_ctime_ns >= SETTLED  # ctime, since nobody can set it
            data = file.read(LARGEST + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise UnreadablePaper(name, "it cannot be opened.") from error
    if len(data) > LARGEST:
        raise UnreadablePaper(name, f"it is larger than {LARGEST // 2**20} MB.")
    return data, _stamp(seen) if settled else ""


def checksum(name: str, path: Path, corpus: Path) -> str:
    """SHA-256 of a file, in hexadecimal; empty when it cannot be read as one of the folder."""
    try:
        data, _ = read(name, path, corpus)
    except UnreadablePaper:
        return ""
    return hashlib.sha256(data).hexdigest()


def keep(corpus: Path, name: str, data: bytes) -> Path:
    """Save a paper that comes from elsewhere, synced, and return its file; the next indexing run reads it.

    name: what its sender calls it; no more is taken over than letters, digits and dashes, since it may tell which paper
    it is. Bytes that are there already under this name are not saved twice, and other bytes get a folder of their own:
    no file is ever written over. Raises UnsupportedFormat, UnreadablePaper when it is too large, SystemFault.
    """
    kind = kind_of(data)
    if kind not in PARSERS:
        raise UnsupportedFormat(name, kind, ", ".join(dict.fromkeys(row.label for row in PARSERS.values())))
    if len(data) > LARGEST:
        raise UnreadablePaper(name, f"it is larger than {LARGEST // 2**20} MB.")
    digest = hashlib.sha256(data).hexdigest()
    own = (_plain(name) or digest[:16]) + PARSERS[kind].suffix
    try:
        for place in (corpus / own, corpus / digest[:16] / own):
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.exists() and place.read_bytes() == data:
                return place
            if _save(place, data):
                return place
    except OSError as error:
        raise SystemFault(f"{own} cannot be saved in {corpus} ({error.strerror or error}).") from error
    raise SystemFault(f"{own} cannot be saved in {corpus}: other files have its names.")


def _plain(name: str) -> str:
    """A stranger's file name without folders, ending and whatever a file system or a terminal may take amiss."""
    stem = PurePath(name.replace("\\", "/")).stem
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^\w-]+", "-", ascii_only).strip("-_")[:LONGEST_NAME]


def _save(place: Path, data: bytes) -> bool:
    """Write a new file, whole or not at all; False when there is one with this name."""
    try:
        place.touch(exist_ok=False)  # takes the name, so that two at once do not write over each other
    except FileExistsError:
        return False
    part = place.with_name(f".{place.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except OSError:
        part.unlink(missing_ok=True)
        place.unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True
