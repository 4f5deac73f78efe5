"""Generations on disk: filled aside, synced, sealed, made current by one rename, and never changed after that.

index/
  .lock                 held by the one writer; the kernel lets go of it when the writer dies
  CURRENT               a copy of the current generation's seal: `sha256sum -c CURRENT` checks it
  gen-000012/           manifest.json, manifest.sha256 (the seal) and a folder for each segment that the manifest lists
  gen-000011/           the one before, kept until the next build, unless something in it was to go
  gen-000013.tmp/       a build that is under way, or was killed: the next writer removes it

A segment that both generations hold is on the disk once, under two names (hard links): it never changes either.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from ragassist.errors import IndexBusy, IndexDamaged, IndexMissing, IndexOutdated, SystemFault
from ragassist.index import manifest as manifests
from ragassist.index import tokens
from ragassist.index.manifest import FileSum, Manifest, Portion

CURRENT = "CURRENT"
SEAL = "manifest.sha256"
_OWN = {CURRENT, ".lock", "README.md"}
_SEALED = re.compile(r"([0-9a-f]{64})  (gen-\d{6,})/manifest\.json\n")
_GENERATION = re.compile(r"gen-(\d{6,})(\.tmp)?")

# Writes the segments into the folder that it is given, for a generation of that number; returns the manifest, in which
# the segments that it wrote have no files yet.
Fill: TypeAlias = Callable[[Path, int], Manifest]


def current(folder: Path) -> bytes:
    """What CURRENT holds; empty where only generations are left. Raises IndexMissing, SystemFault."""
    try:
        return (folder / CURRENT).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if _newest_first(folder):
            return b""
        raise IndexMissing(folder) from None
    except OSError as error:
        raise unreadable(folder, error) from error


def seal_of(folder: Path, current: bytes) -> str:
    """The seal of the current generation. Raises IndexDamaged when that is not what CURRENT held."""
    seal = current.decode("ascii", "replace")
    if not _SEALED.fullmatch(seal):
        raise IndexDamaged(folder, CURRENT)
    return seal


def seals(folder: Path) -> Iterator[str]:
    """The seals of all generations, newest first, as far as they can be read."""
    for generation in _newest_first(folder):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            seal = (generation / SEAL).read_text("ascii")
            match = _SEALED.fullmatch(seal)
            if match and match[2] == generation.name:
                yield seal


def verified(folder: Path, seal: str, known: Collection[Portion] = ()) -> tuple[Path, Manifest]:
    """The folder and manifest of the sealed generation, after every byte of it was compared with its hash, but those of
    large files of tokens, which `Tokens` compares block by block when it reads them.

    known: segments that were compared before.
    Raises IndexDamaged with the name of the first file that differs, IndexOutdated for another layout.
    """
    generation, manifest = listed(folder, seal)
    _compare(folder, generation / SEAL, _sum_of(seal))
    for portion in manifest.segments:
        if portion not in known:
            compare(folder, generation, portion)
    return generation, manifest


def listed(folder: Path, seal: str) -> tuple[Path, Manifest]:
    """The folder and manifest of the sealed generation, of which nothing else was compared. Raises as `verified`."""
    match = _SEALED.fullmatch(seal)
    if not match:
        raise IndexDamaged(folder, CURRENT)
    digest, name = match.groups()
    return folder / name, _manifest(folder, folder / name, digest)


def compare(folder: Path, generation: Path, portion: Portion) -> None:
    """Compare the files of one segment with their hashes. Raises as `verified`."""
    for file, sum_ in portion.files.items():
        _compare(folder, generation / portion.name / file, sum_)


def _compare(folder: Path, path: Path, known: FileSum) -> None:
    where = path.relative_to(folder).as_posix()
    try:
        lazy = path.as_posix().endswith(tokens.VALUES) and known.size > tokens.LAZY
        same = path.stat().st_size == known.size if lazy else FileSum.of(path) == known
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexDamaged(folder, f"{where} is missing") from error
    except OSError as error:
        raise unreadable(folder, error) from error
    if not same:
        raise IndexDamaged(folder, where)


def _manifest(folder: Path, generation: Path, digest: str) -> Manifest:
    where = f"{generation.name}/{manifests.NAME}"
    try:
        data = (generation / manifests.NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexDamaged(folder, f"{where} is missing") from error
    except OSError as error:
        raise unreadable(folder, error) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise IndexDamaged(folder, where)
    try:
        layout = manifests.layout_of(data)
        if layout != manifests.LAYOUT:
            raise IndexOutdated(folder, layout, manifests.LAYOUT)
        return manifests.from_json(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(folder, where) from error


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the only writer of this index, in whatever process; make its folder if there is none.

    Raises IndexBusy when another process is writing, SystemFault when the machine refuses what is done meanwhile.
    """
    try:
        made = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for place in made:
            _sync(place.parent)
        with (folder / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusy(folder) from error
            yield
    except OSError as error:
        raise SystemFault(
            f"The index in {folder} cannot be written ({error.strerror or error}). What it held before is unchanged."
        ) from error


def clean(folder: Path, keep: str) -> int:
    """Remove what earlier builds left and all generations but the one of this name; returns the highest number seen.

    keep: empty where no generation can be used: the current one stays all the same, for another version may read it.
    """
    numbers = {
        entry.name: int(match[1]) for entry in os.scandir(folder) if (match := _GENERATION.fullmatch(entry.name))
    }
    if not keep:
        with contextlib.suppress(IndexMissing, IndexDamaged):
            keep = seal_of(folder, current(folder)).split("  ")[1].split("/")[0]
    keep = keep or next((generation.name for generation in _newest_first(folder)), "")
    gone = numbers.keys() - {keep}
    for name in gone:
        _remove(folder / name)
    _remove(folder / f"{CURRENT}.tmp")
    if gone:
        _sync(folder)  # what was taken out stays so when the power goes
    return max(numbers.values(), default=0)


def sweep(folder: Path) -> None:
    """Remove what a writer left that was killed, unless another is writing. Raises SystemFault."""
    if any(_left(folder)):
        with contextlib.suppress(IndexBusy), writing(folder):
            for path in list(_left(folder)):
                _remove(path)


def _left(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*.tmp") if path.stem == CURRENT or _GENERATION.fullmatch(path.name))


def _remove(path: Path) -> None:
    """Whatever has this name, if anything does."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def publish(folder: Path, number: int, fill: Fill) -> None:
    """Make a new generation and make it current; whatever goes wrong, what was current stays so. Raises OSError and
    what `fill` raises.
    """
    draft = folder / f"gen-{number:06d}.tmp"
    try:
        draft.mkdir()
        seal = _seal(draft, fill(draft, number))
        _switch(folder, draft, seal)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def link(segment: Path, draft: Path) -> None:
    """Take a segment over into a generation that is being made; copied where the disk knows no hard links."""

    def linked(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)

    shutil.copytree(segment, draft / segment.name, copy_function=linked)


def unreadable(folder: Path, error: OSError) -> SystemFault:
    """The machine refuses to read a file of the index."""
    return SystemFault(f"The index in {folder} cannot be read ({error.strerror or error}).")


def others(folder: Path, current: int) -> dict[str, Manifest | None]:
    """What else lies in the folder of an index beside this generation, by name: for another generation its manifest,
    None for what is none or cannot be read. Raises SystemFault.
    """
    found: dict[str, Manifest | None] = {}
    try:
        for entry in sorted(folder.iterdir()):
            match = _GENERATION.fullmatch(entry.name)
            if match and int(match[1]) == current and not match[2]:
                continue
            if match and not match[2]:
                found[entry.name] = _readable(entry)
            elif entry.name not in _OWN:
                found[entry.name] = None
    except OSError as error:
        raise unreadable(folder, error) from error
    return found


def _readable(generation: Path) -> Manifest | None:
    try:
        return manifests.from_json((generation / manifests.NAME).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _newest_first(folder: Path) -> list[Path]:
    """The folders of whole generations, as their names have it."""
    try:
        found = [entry for entry in folder.iterdir() if _GENERATION.fullmatch(entry.name) and entry.suffix != ".tmp"]
    except OSError:
        return []
    return sorted(found, key=lambda entry: int(entry.name[4:]), reverse=True)


def _seal(draft: Path, manifest: Manifest) -> str:
    """Write the manifest, with the sums of all files that were written for it, and its seal."""
    portions = tuple(portion if portion.files else _summed(draft, portion) for portion in manifest.segments)
    data = replace(manifest, segments=portions).to_json()
    (draft / manifests.NAME).write_bytes(data)
    seal = f"{hashlib.sha256(data).hexdigest()}  {draft.stem}/{manifests.NAME}\n"
    (draft / SEAL).write_text(seal, "ascii")
    return seal


def _summed(draft: Path, portion: Portion) -> Portion:
    folder = draft / portion.name
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return replace(portion, files={path.relative_to(folder).as_posix(): FileSum.of(path) for path in files})


def _switch(folder: Path, draft: Path, seal: str) -> None:
    """Everything is on the disk before it gets its name, and has its name before CURRENT says so."""
    for path in [*draft.rglob("*"), draft]:
        if path.is_dir() or path.stat().st_nlink == 1:  # a file with another name was synced under that
            _sync(path)
    draft.rename(draft.with_suffix(""))
    _sync(folder)
    aside = folder / f"{CURRENT}.tmp"
    aside.write_text(seal, "ascii")
    _sync(aside)
    aside.replace(folder / CURRENT)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sum_of(text: str) -> FileSum:
    return FileSum(len(text), hashlib.sha256(text.encode()).hexdigest())
