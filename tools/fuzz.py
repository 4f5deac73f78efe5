"""Papers with damage done to them, read: none may crash, hang or raise what is no PaperError.

    python tools/fuzz.py --dialect xml --runs 100000           # prints what was found; exit code 1 when anything was
    python tools/fuzz.py --dialect xml --first 4711 --runs 1   # one of them again
    python tools/fuzz.py --dialect xml --only 4711             # and in this process, with its traceback

Each input is a paper of tests/papers, damaged as its number and the seed say: the same one on every machine.
"""

from __future__ import annotations

import argparse
import copy
import io
import json
import mmap
import os
import re
import resource
import signal
import sys
import traceback
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from lxml import etree

from ragassist.errors import PaperError
from ragassist.exchanges import find_exchanges
from ragassist.formats import parse
from ragassist.passages import split
from ragassist.sandbox import Limits, wire

ROOT = Path(__file__).resolve().parent.parent
PAPERS = ROOT / "tests" / "papers"
SECONDS = 3  # of the processor; an input that takes more hangs
MEMORY = 2**30  # bytes
LARGEST = 2**18  # bytes of a damaged paper: larger ones only take longer
HUGE = (b"0", b"-1", b"1", b"2147483648", b"999999999999", b"1e9", b"18446744073709551617", b"", b"\xd9\xa3")
TAG = re.compile(rb"<[^<>]{1,300}>")
NUMBER = re.compile(rb"\d+")
STREAM = re.compile(rb"/Filter\s*/FlateDecode(.{0,200}?)stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
TOKENS: tuple[bytes, ...] = (
    b"\x00", b"\xff", b"\xc3", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xc2\xad", b"\xcc\x81", b"\n\n", b"\x0c",
    b" " * 400, b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?a?>", b"&amp;", b"&#0;", b"&#x202e;", b"&nbsp;", b"<", b">",
    b"/>", b'"', b"|", b"-\n", b"1. ", b"Vraag 1\n", b"Antwoord\n", b"VVD\n\n", b" 20 ", b"(", b"[" * 50,
    b"<</A 1 0 R>>", b" 0 obj", b"endstream", "’".encode(), "–".encode(), "\U0001d7d8".encode(), "²".encode(),
    "Ⅻ".encode(),
)  # fmt: skip

Damage = Callable[[Random, bytes, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Paper:
    """A fixture: its bytes, or what its container holds, of which some parts carry the text."""

    name: str
    data: bytes
    parts: Mapping[str, bytes]


def papers(dialect: str) -> tuple[Paper, ...]:
    """The fixtures of a dialect, the name of their folder; PDFs a second time with their streams unpacked."""
    files = sorted(path for path in (PAPERS / dialect).glob("*") if path.is_file())
    found = [Paper(path.name, path.read_bytes(), {}) for path in files]
    if dialect == "pdf":
        return tuple(found + [Paper(paper.name, STREAM.sub(_unpacked, paper.data), {}) for paper in found])
    return tuple(Paper(paper.name, paper.data, _parts(paper.data)) for paper in found)


def _unpacked(stream: re.Match[bytes]) -> bytes:
    try:
        return stream[1] + b"stream\n" + zlib.decompress(stream[2]) + b"\nendstream"
    except zlib.error:
        return stream[0]


def _parts(data: bytes) -> dict[str, bytes]:
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist() if not name.endswith("/")}


# Damage: what is random, the paper, another paper -> the paper, damaged


def _place(random: Random, data: bytes) -> tuple[int, int]:
    """A stretch of it, most often a short one."""
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + int(2 ** random.uniform(0, 12)))


def _flip(random: Random, data: bytes, other: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 4, 30))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _place(random, data)
    return data[:start] + data[end:]


def _end(random: Random, data: bytes, other: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _repeat(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _place(random, data)
    return data[:start] + data[start:end] * random.choice((2, 2, 3, 100)) + data[end:]


def _move(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _place(random, data)
    rest = data[:start] + data[end:]
    to = random.randrange(len(rest) + 1)
    return rest[:to] + data[start:end] + rest[to:]


def _insert(random: Random, data: bytes, other: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(TOKENS) * random.choice((1, 1, 1, 200)) + data[at:]


def _borrow(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _place(random, other)
    at, until = _place(random, data)
    return data[:at] + other[start:end] + data[until:]


def _number(random: Random, data: bytes, other: bytes) -> bytes:
    return _replaced(random, data, NUMBER, lambda found: random.choice(HUGE))


def _drop_tag(random: Random, data: bytes, other: bytes) -> bytes:
    return _replaced(random, data, TAG, lambda found: b"")


def _change_tag(random: Random, data: bytes, other: bytes) -> bytes:
    tags = TAG.findall(data) or [b"<a>"]
    return _replaced(random, data, TAG, lambda found: random.choice(tags))


def _nest(random: Random, data: bytes, other: bytes) -> bytes:
    """An element within itself, many times."""
    opening = [tag for tag in TAG.findall(data) if tag[1:2].isalpha() and not tag.endswith(b"/>")] or [b"<div>"]
    tag, depth = random.choice(opening), random.choice((2, 20, 200, 1500))
    closing = b"</" + re.split(rb"[\s>]", tag[1:], maxsplit=1)[0] + b">"
    return _replaced(random, data, TAG, lambda found: tag * depth + found + b"x" + closing * depth)


def _reshape(random: Random, data: bytes, other: bytes) -> bytes:
    """Elements taken out, repeated, moved, renamed, nested, filled otherwise: what comes out is still XML."""
    try:
        root = etree.fromstring(data)
    except (etree.XMLSyntaxError, ValueError):
        return _cut(random, data, other)
    for _ in range(random.choice((1, 2, 5, 20))):
        elements = list(root.iter("*"))[1:]
        if len(elements) > 1:
            random.choice(RESHAPES)(random, *random.sample(elements, 2))
    changed = bytes(etree.tostring(root))
    return changed if len(changed) <= LARGEST else data


def _remove(random: Random, one: etree._Element, two: etree._Element) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _duplicate(random: Random, one: etree._Element, two: etree._Element) -> None:
    for _ in range(random.choice((1, 1, 30))):
        one.addnext(copy.deepcopy(one))


def _move_into(random: Random, one: etree._Element, two: etree._Element) -> None:
    if one not in two.iterancestors():
        two.insert(random.randrange(len(two) + 1), one)


def _rename(random: Random, one: etree._Element, two: etree._Element) -> None:
    one.tag = two.tag


def _wrap(random: Random, one: etree._Element, two: etree._Element) -> None:
    for _ in range(random.choice((1, 10, 100))):
        parent = one.getparent()
        if parent is not None:
            around = etree.Element(two.tag)
            parent.replace(one, around)
            around.append(one)


def _refill(random: Random, one: etree._Element, two: etree._Element) -> None:
    one.text, one.tail = random.choice(((two.text, two.tail), (two.tail, one.text), (None, None), (" ", "x" * 5000)))


def _attribute(random: Random, one: etree._Element, two: etree._Element) -> None:
    for name in random.sample(one.keys(), min(1, len(one.keys()))):
        one.set(name, random.choice([*(number.decode() for number in HUGE), *map(str, two.values())]))
    for name, value in two.items():
        one.set(name, value)


RESHAPES = (_remove, _duplicate, _move_into, _rename, _wrap, _refill, _attribute)


def _replaced(random: Random, data: bytes, what: re.Pattern[bytes], by: Callable[[bytes], bytes]) -> bytes:
    places = [found.span() for found in what.finditer(data)]
    if not places:
        return data
    start, end = random.choice(places)
    return data[:start] + by(data[start:end]) + data[end:]


DAMAGES: tuple[Damage, ...] = (
    _flip, _cut, _end, _repeat, _move, _insert, _borrow, _number, _drop_tag, _change_tag, _nest, _reshape,
)  # fmt: skip


def damaged(stock: Sequence[Paper], seed: int, number: int) -> tuple[str, bytes]:
    """Name and bytes of one damaged paper."""
    random = Random(f"{seed} {number}")  # noqa: S311  # to be repeated, not to be guessed
    paper, other = random.choice(stock), random.choice(stock)
    if not paper.parts or random.random() < 0.1:
        return paper.name, _damage(random, paper.data, other.data)
    parts = dict(paper.parts)
    texts = [part for part in parts if part.endswith(".xml")]
    part = max(texts, key=lambda part: len(parts[part])) if random.random() < 0.7 else random.choice(texts)
    parts[part] = _damage(random, parts[part], other.parts.get(part, b""))
    return paper.name, _packed(parts)


def _damage(random: Random, data: bytes, other: bytes) -> bytes:
    if data.lstrip().startswith(b"<") and random.random() < 0.6:  # most other damage leaves no XML
        data = _reshape(random, data, other)
        return data if random.random() < 0.8 else random.choice((_number, _flip, _insert))(random, data, other)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        data = random.choice(DAMAGES)(random, data, other)[:LARGEST]
    return data


def _packed(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return file.getvalue()


def read(name: str, data: bytes) -> bool:
    """A paper's way in, up to its passages; whether there is one. Raises whatever is no PaperError."""
    try:
        document = parse(name, data)
        heard = wire.heard(name, wire.paper_line(document), Limits())
    except PaperError as error:
        sentence = str(error)
        if "cannot be so" in sentence or len(sentence) > 2000 or "\n" in sentence:
            raise ValueError(sentence) from error
        return False
    if heard != document:
        raise ValueError("the paper changed on its way out of the box")
    split(document, find_exchanges(document))
    return True


# Reading in a process of its own, which a crash or a hang may take along


def fuzz(dialect: str, seed: int, numbers: range, tell: Callable[[str], None]) -> tuple[int, dict[int, str]]:
    """How many inputs were read as papers, and what went wrong, by the number of the input."""
    stock = papers(dialect)
    at = mmap.mmap(-1, 16)  # the number that the child has in hand, and how many were papers
    found: dict[int, str] = {}
    first = numbers.start
    while first < numbers.stop:
        there, here = os.pipe()
        child = os.fork()
        if child == 0:
            _read_all(stock, seed, range(first, numbers.stop), at, here)
        os.close(here)
        with os.fdopen(there, encoding="utf-8") as said:
            for line in said:
                number, what = json.loads(line)
                found[number] = what
                tell(f"{number}: {what}")
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        last = int.from_bytes(at[:8], "little")
        if code == 0:
            break
        how = "hangs" if code == -signal.SIGPROF else f"crashes ({signal.Signals(-code).name if code < 0 else code})"
        found[last] = how
        tell(f"{last}: {how}")
        first = last + 1
    return int.from_bytes(at[8:], "little"), found


def _read_all(stock: Sequence[Paper], seed: int, numbers: range, at: mmap.mmap, here: int) -> None:
    """In the child: read them one by one, and never return."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    code = 1
    try:
        for number in numbers:
            at[:8] = number.to_bytes(8, "little")
            name, data = damaged(stock, seed, number)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)  # ends the process, in the midst of a library too
            try:
                whole = int.from_bytes(at[8:], "little") + read(name, data)
                at[8:] = whole.to_bytes(8, "little")
            except Exception as error:  # noqa: BLE001  # it is what we look for
                os.write(here, (json.dumps([number, _where(error)]) + "\n").encode())
        code = 0
    finally:
        os._exit(code)


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "ragassist" in frame.filename]
    place = f"{Path(ours[-1].filename).name} line {ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__} at {place}: {str(error)[:100]}"


def main() -> int:
    """Fuzz one dialect as the command line asks."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--dialect", required=True, choices=sorted(path.name for path in PAPERS.iterdir()))
    arguments.add_argument("--runs", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--only", type=int)
    arguments.add_argument("--save", type=Path, help="a folder for the inputs that were found")
    asked = arguments.parse_args()
    if asked.only is not None:
        read(*damaged(papers(asked.dialect), asked.seed, asked.only))
        return 0
    whole, found = fuzz(asked.dialect, asked.seed, range(asked.first, asked.first + asked.runs), print)
    if asked.save:
        asked.save.mkdir(parents=True, exist_ok=True)
        for number in found:
            (asked.save / f"{asked.dialect}-{asked.seed}-{number}").write_bytes(
                damaged(papers(asked.dialect), asked.seed, number)[1]
            )
    print(f"{asked.dialect}: {asked.runs:,} damaged papers, {whole:,} of them read, {len(found)} found.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
