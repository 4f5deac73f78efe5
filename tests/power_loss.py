"""What the order of a writer's system calls tells of a loss of power: what is named is on the disk already.

A file is on the disk when it was synced after it was last written, a name when its folder was synced after it was
given. Told from what strace says (`-f -y`); writes through a memory map are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

CALLS = (
    "open", "openat", "write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate", "sendfile",
    "fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "mkdir", "mkdirat", "unlink", "unlinkat", "rmdir",
)  # fmt: skip
_WHOLE = re.compile(r"(\d+) +(\w+)\((.*)\) += (\d+)")
_BEGUN = re.compile(r"(\d+) +(\w+\(.*) <unfinished \.\.\.>")
_ENDED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")
_FILE = re.compile(r"\d+<([^>]+)>")
_NAMED = re.compile(r'(?:(?:AT_FDCWD|\d+)(?:<([^>]+)>)?, )?"([^"]+)"')
_SHOWN = re.compile(r"gen-\d+|CURRENT")  # what a reader looks at


@dataclass(slots=True)
class Disk:
    """What of an index would be lost with the power.

    files: written since they were synced. names: given or taken since their folder was synced. faults: a sentence for
    each thing that readers were shown, or that was acknowledged, too early.
    """

    index: Path
    files: set[Path] = field(default_factory=set)
    names: set[Path] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def written(self, path: Path) -> None:
        """The file has other bytes."""
        self.files.add(path)
        if self._shown(path):
            self.faults.append(f"{self._name(path)} is written where it stands")

    def synced(self, path: Path) -> None:
        """The file, or the names in the folder, are on the disk."""
        self.files.discard(path)
        self.names = {name for name in self.names if name.parent != path}

    def made(self, path: Path) -> None:
        """A file, folder or link has a name now."""
        self.names.add(path)

    def gone(self, path: Path) -> None:
        """A file or folder has no name any more."""
        self.synced(path)
        self.names.add(path)

    def renamed(self, old: Path, new: Path) -> None:
        """A file or folder has another name, under which readers may see it."""
        if self._shown(new):
            early = {path for path in self.files if path.is_relative_to(old)}
            early |= {name for name in self.names if old in name.parents}
            if new.name == "CURRENT":
                early |= {name for name in self.names if self._shown(name)}
            self.faults += [f"{self._name(new)} is named before {self._name(path)} is synced" for path in sorted(early)]
        self.files = {self._moved(path, old, new) for path in self.files}
        self.names = {self._moved(name, old, new) for name in self.names} | {old, new}

    def acknowledged(self) -> None:
        """The writer says that it is done."""
        late = sorted(path for path in self.files | self.names if path == self.index or self._shown(path))
        self.faults += [f"it was acknowledged before {self._name(path)} was synced" for path in late]

    def _shown(self, path: Path) -> bool:
        return self.index in path.parents and bool(_SHOWN.fullmatch(path.relative_to(self.index).parts[0]))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.index.parent).as_posix()

    @staticmethod
    def _moved(path: Path, old: Path, new: Path) -> Path:
        return new / path.relative_to(old) if path.is_relative_to(old) else path


def replay(log: str, index: Path) -> Disk:
    """What a trace of one write did to the disk. log: of CALLS, with paths."""
    disk = Disk(index)
    for call, arguments in _calls(log):
        paths = [Path(folder or "/", name) for folder, name in _NAMED.findall(arguments)]
        if call in _ON_A_FILE:
            paths = [Path(_FILE.findall(arguments)[0].removesuffix(" (deleted)"))]
        if paths[-1] not in {index.parent, index} and index not in paths[-1].parents:
            continue
        if call in _ON_A_FILE:
            _ON_A_FILE[call](disk, *paths)
        elif call.startswith("open"):
            _opened(disk, arguments, *paths)
        elif call.startswith("rename"):
            disk.renamed(*paths)
        elif call in {"unlink", "unlinkat", "rmdir"}:
            disk.gone(*paths)
        else:
            disk.made(paths[-1])
    disk.acknowledged()
    return disk


def _opened(disk: Disk, arguments: str, path: Path) -> None:
    if "O_CREAT" in arguments:
        disk.made(path)
    if "O_TRUNC" in arguments:
        disk.written(path)


_ON_A_FILE: dict[str, Callable[[Disk, Path], None]] = {
    **dict.fromkeys(("write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate", "sendfile"), Disk.written),
    **dict.fromkeys(("fsync", "fdatasync"), Disk.synced),
}


def _calls(log: str) -> Iterator[tuple[str, str]]:
    """Name and arguments of each call that succeeded, in the order in which they ended."""
    begun: dict[str, str] = {}
    for line in log.splitlines():
        if match := _BEGUN.match(line):
            begun[match[1]] = match[2]
            continue
        ended = _ENDED.match(line)
        whole = _WHOLE.match(f"{ended[1]} {begun.pop(ended[1])}{ended[2]}" if ended else line)
        if whole:
            yield whole[2], whole[3]
