"""The passages' token embeddings at two bits a number, in a file that may be too large to be read before it is used.

A row is turned by a fixed rotation, after which its numbers are spread about normally, whatever the model: so one
step fits all of them, and nothing but the two bits is stored. Rotating the question as well leaves dot products as
they were.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ragassist.encoder import Floats
from ragassist.encoder.backend import CORES
from ragassist.errors import IndexDamaged, IndexDimensionError
from ragassist.index import cores
from ragassist.index.vectors import Longs

NAME = "tokens"
VALUES = f"{NAME}/values.npy"  # the one large file of a segment that need not be compared when it is opened
LAZY = 64 << 20  # bytes; a larger file of values is compared block by block, when a block is first read
BLOCK = 16 << 10  # bytes: a question reads from a hundred places, and each costs the hashes of two blocks
PASSAGE_MOST = 256  # tokens stored of a passage, its first; 500 characters of Dutch are about 125
QUESTION_MOST = 8 << 20  # bytes of tokens read for a question: 104,000 tokens of the shipped model
_BITS = 2  # a number, so that a byte holds four
_STEP = 0.9957  # of a normal number's deviation: with four levels this loses least (Max, IRE Trans. Inf. Theory 1960)
_SHRINKS = 0.8807  # a normal number times its level comes to this on average: dot products are divided by it
_LEVELS = 1 << _BITS
_MIDDLE = (_LEVELS - 1) / 2
_PARTS = range(0, 8, _BITS)  # of a byte: how far each is shifted
_TOGETHER = 512  # tokens unpacked in one go: they stay in the processor's cache until they are multiplied

Packed: TypeAlias = NDArray[np.uint8]


def quantise(tokens: Floats) -> Packed:
    """Rows of unit length in two bits a number: uint8 [t, bytes].

    Of the rotated numbers the first quarter stands in the lowest bits of the bytes, the last in the highest.
    Quantising what `restore` gave changes nothing.
    """
    width = tokens.shape[1]
    levels = np.zeros((len(tokens), len(_PARTS) * _bytes(width)), np.uint8)
    levels[:, :width] = np.clip(np.floor(tokens @ _rotation(width) / _step(width)) + _LEVELS / 2, 0, _LEVELS - 1)
    parts = levels.reshape(len(tokens), len(_PARTS), _bytes(width))
    packed: Packed = np.bitwise_or.reduce(parts << np.array(_PARTS, np.uint8)[:, None], axis=1)
    return packed


def restore(packed: Packed, width: int) -> Floats:
    """The float32 [t, width] that the bytes stand for; what is lost of a dot product with them is zero on average."""
    levels = _unpacked(packed)[:, :width]
    levels -= _MIDDLE
    tokens: Floats = levels @ _back(width)
    return tokens


class TokenWriter:
    """Appends token embeddings, passage by passage. Raises OSError when the disk refuses.

    width: of a token; unit rows.
    """

    def __init__(self, folder: Path, width: int) -> None:
        self._folder = folder / NAME
        self._folder.mkdir()
        self._width = width
        self._values = (folder / VALUES).open("wb")
        self._starts = [0]
        self._values.write(_header(0, width))

    @property
    def count(self) -> int:
        """How many tokens were added."""
        return self._starts[-1]

    def add(self, tokens: Floats | None) -> None:
        """Append the next passage's tokens, of which PASSAGE_MOST are kept: float32 [t, width] of unit length, or None.

        Raises IndexDimensionError.
        """
        kept = np.empty((0, self._width), np.float32) if tokens is None else tokens[:PASSAGE_MOST]
        if kept.shape[1] != self._width:
            raise IndexDimensionError(self._width, kept.shape[1])
        self._values.write(quantise(kept).tobytes())
        self._starts.append(self.count + len(kept))

    def copy(self, old: Tokens, first: int, end: int) -> None:
        """Append the tokens of another file's passages from the first up to the end, byte for byte.

        Raises IndexDamaged where the other file's are not what was written.
        """
        places = old.starts[first : end + 1]
        for packed in old.stretches(int(places[0]), int(places[-1])):
            self._values.write(packed.tobytes())
        self._starts += (places[1:] + (self.count - places[0])).tolist()

    def finish(self) -> None:
        """Write what is known only at the end: the true length, the places, the sums of the blocks."""
        self._values.seek(0)
        self._values.write(_header(self.count, self._width))
        self._values.flush()
        _save(self._folder / "starts.npy", np.array(self._starts, dtype=np.int64))
        with (self._folder.parent / VALUES).open("rb") as written:
            sums = [_sum(block) for block in iter(functools.partial(written.read, BLOCK), b"")]
        _save(self._folder / "sums.npy", np.frombuffer(b"".join(sums), np.uint8).reshape(-1, 32))

    def __enter__(self) -> TokenWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._values.close()


class Tokens:
    """One segment's token embeddings, read where they lie; safe to use from several threads.

    width: of a token, as the writer was told. starts: int64 [n + 1], where the tokens of each passage begin. Raises
    IndexDamaged here, and, where the values are more than LAZY bytes, whenever some are read that are not what was
    written.
    """

    def __init__(self, folder: Path, width: int) -> None:
        self.width = width
        self._folder = folder
        try:
            self.starts: Longs = _loaded(folder, "starts", "<i8")
            self._sums: Packed = _loaded(folder, "sums", "u1").reshape(-1, 32)
        except ValueError as error:
            raise self._damaged(str(error)) from error
        # Values are read, not mapped: a page that was touched once would count as this process's memory ever after.
        self._file = os.open(folder / VALUES, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        header = _header(len(self), width)
        self._start = len(header)
        self._size = len(header) + len(self) * _bytes(width)
        # Which blocks were compared; when two threads read one for the first time, both compare it.
        self._whole = bytearray([self._size <= LAZY] * -(-self._size // BLOCK))
        if (os.fstat(self._file).st_size, len(self._sums)) != (self._size, len(self._whole)):
            raise self._damaged()
        self._compare(0, 1)
        if self._stretch(0, len(header)) != header:
            raise self._damaged()

    def __len__(self) -> int:
        return int(self.starts[-1])

    def stretches(self, start: int, stop: int) -> Iterator[Packed]:
        """The tokens of these numbers as they are stored, uint8 [t, bytes], some at a time."""
        for at in range(start, stop, _TOGETHER):
            yield self._rows(self._read(at, min(at + _TOGETHER, stop)))

    def row(self, row: int) -> Floats | None:
        """The tokens of one passage, read-only float32 [t, width]; None where none are stored."""
        start, end = self.starts[row : row + 2]
        if start == end:
            return None
        tokens = restore(self._rows(self._read(int(start), int(end))), self.width)
        tokens.flags.writeable = False
        return tokens

    def sizes(self, rows: Sequence[int]) -> Longs:
        """How many bytes of tokens each of these passages holds: int64 [n]."""
        places = np.asarray(rows, np.int64)
        sizes: Longs = (self.starts[places + 1] - self.starts[places]) * _bytes(self.width)
        return sizes

    def read(self, rows: Sequence[int], only: NDArray[np.bool_] | None = None) -> tuple[Packed, Longs]:
        """The tokens of these passages, in order, as they are stored: uint8 [T, bytes], and int64 [n], how many of them
        each passage has.

        only: bool [n], which passages to read, all unless told; the others are as those of which no tokens are stored.
        """
        places = np.asarray(rows, np.int64)
        first, end = self.starts[places], self.starts[places + 1]
        if only is not None:
            end = np.where(only, end, first)
        runs = list(_runs(zip(first.tolist(), end.tolist(), strict=True)))
        self._announce(runs)
        stored = [self._read(*run) for run in runs]
        return self._rows(b"".join(stored)), end - first

    def compare(self) -> None:
        """Compare every block with its sum. Raises IndexDamaged."""
        self._whole = bytearray(len(self._whole))
        self._compare(0, len(self._sums))

    def _rows(self, read: bytes) -> Packed:
        return np.frombuffer(read, np.uint8).reshape(-1, _bytes(self.width))

    def _announce(self, runs: Iterable[tuple[int, int]]) -> None:
        """Let the system fetch what will be read all at once: one by one a disk takes four times as long."""
        if hasattr(os, "posix_fadvise"):
            for run in runs:
                first, end = (place * BLOCK for place in self._blocks(*self._places(*run)))
                os.posix_fadvise(self._file, first, end - first, os.POSIX_FADV_WILLNEED)

    def _read(self, start: int, end: int) -> bytes:
        """The tokens of these numbers, compared."""
        places = self._places(start, end)
        self._compare(*self._blocks(*places))
        return self._stretch(*places)

    def _places(self, start: int, end: int) -> tuple[int, int]:
        """Where in the file the tokens of these numbers lie."""
        return self._start + start * _bytes(self.width), self._start + end * _bytes(self.width)

    def _blocks(self, first: int, end: int) -> tuple[int, int]:
        """The blocks over which a stretch of the file lies."""
        return first // BLOCK, -(-end // BLOCK)

    def _compare(self, first: int, end: int) -> None:
        while (block := self._whole.find(False, first, end)) >= 0:
            if _sum(self._stretch(block * BLOCK, (block + 1) * BLOCK)) != self._sums[block].tobytes():
                raise self._damaged()
            self._whole[block] = True

    def _stretch(self, first: int, end: int) -> bytes:
        """A stretch of the file, up to its end at most."""
        try:
            read = os.pread(self._file, end - first, first)
        except OSError as error:
            raise self._damaged(str(error)) from error
        if len(read) < min(end, self._size) - first:
            raise self._damaged()
        return read

    def _damaged(self, why: str = "") -> IndexDamaged:
        index = self._folder.parents[1]
        return IndexDamaged(index, f"{(self._folder / VALUES).relative_to(index)}{why and f': {why}'}")


def similarities(packed: Sequence[Packed], question: Floats) -> Floats:
    """Dot products of every token with each token of a question, float32 [T, t].

    packed: what `Tokens.read` gave, T tokens in all. question: float32 [t, width], unit rows.
    """
    width = question.shape[1]
    stored = np.concatenate([np.empty((0, _bytes(width)), np.uint8), *packed])
    # A number is (level - _MIDDLE) * step: what stays the same in all of them is taken off once, at the end.
    turned = np.zeros((len(_PARTS) * _bytes(width), len(question)), np.float32)
    turned[:width] = _back(width) @ question.T
    found = np.empty((len(stored), len(question)), np.float32)

    def fill(first: int, end: int) -> None:
        for at in range(first, end, _TOGETHER):
            stretch = slice(at, min(at + _TOGETHER, end))
            np.matmul(_unpacked(stored[stretch]), turned, out=found[stretch])

    edges = np.linspace(0, len(stored), CORES + 1).astype(int).tolist()
    list(cores.each(fill, edges[:-1], edges[1:]))
    found -= np.float32(_MIDDLE) * turned.sum(axis=0)
    return found


def affordable(sizes: Longs, worth: Floats, most: int = QUESTION_MOST) -> NDArray[np.bool_]:
    """Which passages a question may read the tokens of: those worth most, up to so many bytes. All are [n]."""
    order = np.argsort(-worth, kind="stable")
    found = np.empty(len(sizes), bool)
    found[order] = np.cumsum(sizes[order]) <= most
    return found


def _runs(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same half-open ranges, each that begins where the one before ended joined to it; empty ones go."""
    start = stop = 0
    for first, end in stretches:
        if first != stop:
            if stop > start:
                yield start, stop
            start = first
        stop = end
    if stop > start:
        yield start, stop


def _unpacked(packed: Packed) -> Floats:
    """The levels, from 0 to 3: float32 [t, 4 * bytes]."""
    levels = np.empty((len(packed), len(_PARTS), packed.shape[1]), np.float32)
    for place, shift in enumerate(_PARTS):
        levels[:, place] = packed >> shift & (_LEVELS - 1)
    return levels.reshape(len(packed), len(_PARTS) * packed.shape[1])


@functools.cache
def _rotation(width: int) -> Floats:
    """An orthogonal matrix [width, width] that spreads any direction over all axes: signs without order, then a DCT."""
    places = np.arange(width)
    waves = np.cos(np.pi / width * np.outer(places + 0.5, places)) * np.sqrt(2 / width)
    waves[:, 0] /= np.sqrt(2)
    signs = np.where(np.sin(places * places) < 0, -1.0, 1.0)
    rotation: Floats = (signs[:, None] * waves).astype(np.float32)
    return rotation


@functools.cache
def _back(width: int) -> Floats:
    """What a level, less the middle one, of each number stands for, turned back: float32 [width, width]."""
    back: Floats = (_rotation(width) * (_step(width) / np.float32(_SHRINKS))).T.copy()
    return back


def _step(width: int) -> np.float32:
    """Between two levels; the numbers of a unit row deviate by the root of 1 / width."""
    return np.float32(_STEP / np.sqrt(width))


def _header(count: int, width: int) -> bytes:
    """What stands before so many tokens in a file of NumPy's, which leaves room for the count to grow."""
    file = io.BytesIO()
    shape = (count, _bytes(width))
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return file.getvalue()


def _bytes(width: int) -> int:
    """What a token takes."""
    return -(-width // len(_PARTS))


def _sum(block: bytes | memoryview) -> bytes:
    return hashlib.sha256(block).digest()


def _save(path: Path, array: NDArray[Any]) -> None:
    # Not by np.save itself, which says nothing when the disk is full as it closes the file.
    file = io.BytesIO()
    np.save(file, array)
    path.write_bytes(file.getbuffer())


def _loaded(folder: Path, name: str, kind: str) -> NDArray[Any]:
    """The numbers of a file that was compared, in one row. Raises ValueError.

    Not by np.load, which parses the header as Python does: with several threads that may fail before Python 3.12.
    """
    data = (folder / NAME / f"{name}.npy").read_bytes()
    if data[:8] != np.lib.format.magic(1, 0):
        raise ValueError(f"{name}.npy is no file of NumPy's")
    return np.frombuffer(data, kind, offset=10 + int.from_bytes(data[8:10], "little"))
