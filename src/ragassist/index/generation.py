"""Generations on disk: filled aside, synced, sealed, made current by one rename, and never changed after that.

index/
  .lock                 held by the one writer; the kernel lets go of it when the writer dies
  CURRENT               a copy of the current generation's seal: `sha256sum -c CURRENT` checks it
  gen-000012/           manifest.json, manifest.sha256 (the seal) and the files that the manifest lists
  gen-000011/           the one before, kept until the next build, unless something in it was to go
  gen-000013.tmp/       a build that is under way, or was killed: the next writer removes it
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ragassist.errors import IndexBusy, IndexDamaged, IndexMissing, IndexOutdated, SystemFault
from ragassist.index import manifest as manifests
from ragassist.index.manifest import FileSum, Manifest, Source

CURRENT = "CURRENT"
SEAL = "manifest.sha256"
_OWN = {CURRENT, ".lock", "README.md"}
_SEALED = re.compile(r"([0-9a-f]{64})  (gen-\d{6,})/manifest\.json\n")
_GENERATION = re.compile(r"gen-(\d{6,})(\.tmp)?")


def current_seal(folder: Path) -> str:
    """The seal of the current generation, as CURRENT holds it; another text means another generation.

    Raises IndexMissing, IndexDamaged, SystemFault.
    """
    try:
        text = (folder / CURRENT).read_text("ascii")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(folder) from None
    except UnicodeDecodeError as error:
        raise IndexDamaged(folder, CURRENT) from error
    except OSError as error:
        raise unreadable(folder, error) from error
    if not _SEALED.fullmatch(text):
        raise IndexDamaged(folder, CURRENT)
    return text


def verified(folder: Path, seal: str) -> tuple[Path, Manifest]:
    """The folder and manifest of the sealed generation, after every byte of it was compared with its hash.

    Raises IndexDamaged with the name of the first file that differs, IndexOutdated for another layout.
    """
    match = _SEALED.fullmatch(seal)
    if not match:
        raise IndexDamaged(folder, CURRENT)
    digest, name = match.groups()
    generation = folder / name
    manifest = _manifest(folder, generation, digest)
    for file, known in {**manifest.files, SEAL: _sum_of(seal)}.items():
        try:
            found = FileSum.of(generation / file)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise IndexDamaged(folder, f"{name}/{file} is missing") from error
        except OSError as error:
            raise unreadable(folder, error) from error
        if found != known:
            raise IndexDamaged(folder, f"{name}/{file}")
    return generation, manifest


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


def publish(folder: Path, fill: Callable[[Path, int], Manifest], *, forget: bool = False) -> None:
    """Make a new generation current; the one that was current stays beside it, all others go.

    fill: writes the files into the folder that it is given and returns the manifest, `files` left empty; it gets the
    generation's number too. forget: the one that was current goes too. Whatever goes wrong, what was current stays so.
    Raises IndexBusy when another process is writing, SystemFault when the machine refuses, and what `fill` raises.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _only_writer(folder):
            number = _clean(folder) + 1
            draft = folder / f"gen-{number:06d}.tmp"
            try:
                draft.mkdir()
                seal = _seal(draft, fill(draft, number))
                _switch(folder, draft, seal)
                if forget:
                    _clean(folder)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise SystemFault(
            f"The index in {folder} cannot be written ({error.strerror or error}). What it held before is unchanged."
        ) from error


def unreadable(folder: Path, error: OSError) -> SystemFault:
    """The machine refuses to read a file of the index."""
    return SystemFault(f"The index in {folder} cannot be read ({error.strerror or error}).")


@contextlib.contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexBusy(folder) from error
        yield


def _clean(folder: Path) -> int:
    """Remove what earlier builds left, and all generations but the current one; returns the highest number seen."""
    numbers = {
        entry.name: int(match[1]) for entry in os.scandir(folder) if (match := _GENERATION.fullmatch(entry.name))
    }
    try:
        current = current_seal(folder).split("  ")[1].split("/")[0]
    except (IndexMissing, IndexDamaged):
        current = max((name for name in numbers if not name.endswith(".tmp")), key=numbers.__getitem__, default="")
    for name in numbers:
        if name != current:
            shutil.rmtree(folder / name)
    (folder / f"{CURRENT}.tmp").unlink(missing_ok=True)
    return max(numbers.values(), default=0)


def others(folder: Path, current: int) -> dict[str, tuple[Source, ...] | None]:
    """What else lies in the folder of an index beside this generation, by name: for an older generation the sources of
    its papers, None for what is none or cannot be read. Raises SystemFault.
    """
    found: dict[str, tuple[Source, ...] | None] = {}
    try:
        for entry in sorted(folder.iterdir()):
            match = _GENERATION.fullmatch(entry.name)
            if match and int(match[1]) == current and not match[2]:
                continue
            if match and not match[2]:
                found[entry.name] = _sources(entry)
            elif entry.name not in _OWN:
                found[entry.name] = None
    except OSError as error:
        raise unreadable(folder, error) from error
    return found


def _sources(generation: Path) -> tuple[Source, ...] | None:
    try:
        manifest = manifests.from_json((generation / manifests.NAME).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (*manifest.sources, *manifest.aside)


def _seal(draft: Path, manifest: Manifest) -> str:
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    sums = {path.relative_to(draft).as_posix(): FileSum.of(path) for path in files}
    data = replace(manifest, files=sums).to_json()
    (draft / manifests.NAME).write_bytes(data)
    seal = f"{hashlib.sha256(data).hexdigest()}  {draft.stem}/{manifests.NAME}\n"
    (draft / SEAL).write_text(seal, "ascii")
    return seal


def _switch(folder: Path, draft: Path, seal: str) -> None:
    """Everything is on the disk before it gets its name, and has its name before CURRENT says so."""
    for path in [*draft.rglob("*"), draft]:
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
