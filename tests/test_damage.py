"""Whatever becomes of the files of an index, it is noticed: no answer comes from a damaged generation.

RAGASSIST_CRASHES=10000 does damage so many times (1,000 times otherwise).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import crashing
from ragassist.errors import IndexFault
from ragassist.index import Index

TIMES = max(1000, int(os.environ.get("RAGASSIST_CRASHES", "0")))
STATES = (2, 3)  # of two generations each: in the one they share a segment, in the other nothing


def flip(random: Random, path: Path, _: Path) -> None:
    data = bytearray(path.read_bytes())
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    overwrite(path, data)


def scribble(random: Random, path: Path, _: Path) -> None:
    data = bytearray(path.read_bytes())
    at = random.randrange(len(data))
    data[at : at + 8] = random.randbytes(len(data[at : at + 8]))
    overwrite(path, data)


def cut(random: Random, path: Path, _: Path) -> None:
    os.truncate(path, random.randrange(path.stat().st_size))


def empty(_: Random, path: Path, __: Path) -> None:
    os.truncate(path, 0)


def grow(random: Random, path: Path, _: Path) -> None:
    overwrite(path, path.read_bytes() + random.randbytes(random.randint(1, 5000)))


def delete(_: Random, path: Path, __: Path) -> None:
    path.unlink()


def swap(_: Random, path: Path, other: Path) -> None:
    away = path.with_name("away")
    path.rename(away)
    other.rename(path)
    away.rename(other)


def replace(_: Random, path: Path, other: Path) -> None:
    path.unlink()
    shutil.copyfile(other, path)


def overwrite(path: Path, data: bytes | bytearray) -> None:
    """In place, as a failing disk would."""
    with path.open("r+b") as file:
        file.write(data)


DAMAGE: Mapping[str, Callable[[Random, Path, Path], None]] = {
    "a bit": flip,
    "eight bytes": scribble,
    "cut": cut,
    "empty": empty,
    "longer": grow,
    "deleted": delete,
    "swapped": swap,
    "from elsewhere": replace,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of damage number so-and-so. wrong: what should not be so."""

    damage: str
    result: str
    wrong: str = ""


def damaged(prepared: Path, number: int, bug: str = "") -> Seen:
    """Damage a copy and read it, in a child: it may crash."""
    random = Random(number)  # noqa: S311
    kind = random.choice(list(DAMAGE))
    state = random.choice(STATES)
    with tempfile.TemporaryDirectory(dir=prepared) as place:
        folder, whole = Path(place) / "index", prepared / str(state)
        crashing.copy(whole, folder)
        path, other = chosen(random, folder, kind)
        DAMAGE[kind](random, path, other)
        damage = f"{number}: state {state}, {path.relative_to(folder)} {kind}"
        try:
            found = crashing.apart(partial(read, folder, prepared, bug))
        except AssertionError as error:
            return Seen(damage, "fell over", str(error))
        expected = what_is_left(folder, whole, state)
    return Seen(damage, str(found), "" if found == expected else f"{found} where {expected} was to be expected")


def chosen(random: Random, folder: Path, kind: str) -> tuple[Path, Path]:
    """A file to damage and another one, which holds something else; for a replacement the same one of the generation
    before, where it has one.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    path = random.choice(files)
    # An older seal as CURRENT is no damage: such is an index whose newest generation was not acknowledged.
    if kind == "from elsewhere" and path.name == "CURRENT":
        return path, folder / crashing.generations(folder)[-1] / "manifest.json"
    like = [file for file in files if file.name == path.name and file.read_bytes() != path.read_bytes()]
    unlike = [file for file in files if file.read_bytes() != path.read_bytes()]
    return path, random.choice(like if kind == "from elsewhere" and like else unlike)


def read(folder: Path, prepared: Path, bug: str) -> str:
    with crashing.BUGS[bug]():
        try:
            index = Index.open(folder)
        except IndexFault as fault:
            return type(fault).__name__
        states = json.loads((prepared / "expected.json").read_text())
        return f"state {states.get(crashing.holdings(index))}{', with trouble' if index.trouble else ''}"


def what_is_left(folder: Path, whole: Path, state: int) -> str:
    """What reading it should come to: the newest generation that is as it was, and whether that is the current one."""
    names = crashing.generations(whole)
    left = [name for name in names if contents(folder / name) == contents(whole / name)]
    if not left:
        return "IndexDamaged"
    state -= names[::-1].index(left[-1])
    as_it_was = left[-1] == names[-1] and contents(folder, "CURRENT") == contents(whole, "CURRENT")
    return f"state {state}{'' if as_it_was else ', with trouble'}"


def contents(folder: Path, pattern: str = "**/*") -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob(pattern) if path.is_file()}


def test_all_damage_is_noticed(pool: ProcessPoolExecutor, prepared: Path) -> None:
    seen = list(pool.map(partial(damaged, prepared), range(TIMES), chunksize=10))
    print(f"damage: {dict(Counter(one.result for one in seen))}, wrong {sum(bool(one.wrong) for one in seen)}")
    assert [one for one in seen if one.wrong] == []


def test_damage_that_nothing_is_compared_with_is_caught(pool: ProcessPoolExecutor, prepared: Path) -> None:
    seen = list(pool.map(partial(damaged, prepared, bug="no checksums"), range(100), chunksize=10))
    print(f"without checksums: {dict(Counter(one.result for one in seen))}")
    assert len([one for one in seen if one.wrong]) > 10
