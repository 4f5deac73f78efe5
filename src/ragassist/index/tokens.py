"""The passages' token embeddings, a byte a number: a quarter of float32 with dot products within .002 of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from ragassist.encoder import Floats
from ragassist.errors import IndexDamaged, IndexDimensionError
from ragassist.index.vectors import Longs

NAME = "tokens"
_LEVELS = 127  # the largest value of a signed byte
_TOGETHER = 4096  # tokens copied in one go: 13 MB as float64
_BLAS = ThreadpoolController().select(user_api="blas")  # on products this small, more threads only wait for each other

Bytes: TypeAlias = NDArray[np.int8]
Halves: TypeAlias = NDArray[np.float16]


def quantise(tokens: Floats) -> tuple[Bytes, Halves]:
    """Signed bytes [t, dim] and the size [t] of one step in each row.

    The step is rounded up to a half float, so that byte times step is exact in float32 and quantising what `restore`
    gave changes nothing: tokens may be copied from generation to generation for ever.
    """
    exact = np.abs(tokens).max(axis=1, initial=0.0) / _LEVELS
    steps = exact.astype(np.float16)
    steps = np.where(steps.astype(np.float32) < exact, np.nextafter(steps, np.float16(np.inf)), steps)
    divisor = np.where(steps > 0, steps, 1).astype(np.float32)
    return np.rint(tokens / divisor[:, None]).astype(np.int8), steps


def restore(values: Bytes, steps: Halves) -> Floats:
    """The float32 [t, dim] that the bytes stand for."""
    return np.multiply(values, steps.astype(np.float32)[:, None], dtype=np.float32)


class TokenWriter:
    """Appends token embeddings, passage by passage. Raises OSError when the disk refuses."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder / NAME
        self._folder.mkdir()
        self._dimension = dimension
        self._values = (self._folder / "values.npy").open("wb")
        self._steps: list[Halves] = []
        self._starts = [0]
        self._sum = np.zeros(dimension)
        self._write_header()

    @property
    def count(self) -> int:
        """How many tokens were added."""
        return self._starts[-1]

    def add(self, tokens: Floats | None) -> None:
        """Append the next passage's tokens: float32 [t, dim] of unit length, or None. Raises IndexDimensionError."""
        if tokens is not None:
            if tokens.shape[1] != self._dimension:
                raise IndexDimensionError(self._dimension, tokens.shape[1])
            values, steps = quantise(tokens)
            self._values.write(values.tobytes())
            self._steps.append(steps)
            self._sum += restore(values, steps).sum(axis=0, dtype=np.float64)
        self._starts.append(self.count + (0 if tokens is None else len(tokens)))

    def copy(self, old: Tokens, first: int, end: int) -> None:
        """Append the tokens of another file's passages from the first up to the end, byte for byte."""
        start, stop = int(old.starts[first]), int(old.starts[end])
        self._starts += (old.starts[first + 1 : end + 1] + (self.count - start)).tolist()
        for at in range(start, stop, _TOGETHER):
            values, steps = old.values[at : min(at + _TOGETHER, stop)], old.steps[at : min(at + _TOGETHER, stop)]
            self._values.write(values.tobytes())
            self._steps.append(np.array(steps))
            # Bytes and steps are multiples of 2 ** -24, so that the sum is exact, in whatever order it is taken.
            self._sum += steps.astype(np.float64) @ values.astype(np.float64)

    def finish(self) -> None:
        """Write what is known only at the end: the true length, the steps, the places, the mean."""
        self._values.seek(0)
        self._write_header()
        self._values.flush()
        _save(self._folder / "steps.npy", np.concatenate([np.empty(0, np.float16), *self._steps]))
        _save(self._folder / "starts.npy", np.array(self._starts, dtype=np.int64))
        _save(self._folder / "mean.npy", (self._sum / max(self.count, 1)).astype(np.float32))

    def _write_header(self) -> None:
        # NumPy leaves room in the header for the first axis to grow, so a rewritten one has the same length.
        header = {"descr": "|i1", "fortran_order": False, "shape": (self.count, self._dimension)}
        np.lib.format.write_array_header_1_0(self._values, header)

    def __enter__(self) -> TokenWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._values.close()


class Tokens:
    """One generation's token embeddings, memory-mapped.

    values: int8 [t, dim] and steps: float16 [t] of all passages. starts: int64 [n + 1], where those of each begin.
    mean: float32 [dim], the mean over all tokens of the index; zeros when it holds none.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self.values: Bytes = _mapped(folder, "values")
            self.steps: Halves = _mapped(folder, "steps")
            self.starts: Longs = _mapped(folder, "starts")
            self.mean: Floats = _mapped(folder, "mean")
        except ValueError as error:
            raise IndexDamaged(folder.parents[1], f"{folder.name}/{NAME}: {error}") from error

    def row(self, row: int) -> Floats | None:
        """The tokens of one passage, read-only float32 [t, dim]; None where none are stored."""
        start, end = self.starts[row : row + 2]
        if start == end:
            return None
        tokens = restore(self.values[start:end], self.steps[start:end])
        tokens.flags.writeable = False
        return tokens

    def centred(self, row: int) -> Floats | None:
        """The same tokens as directions from the mean, read-only rows of unit length: what all share is taken off."""
        tokens = self.row(row)
        if tokens is None:
            return None
        moved = tokens - self.mean
        moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
        moved.flags.writeable = False
        return moved

    def similarities(self, question: Floats, rows: Sequence[int]) -> tuple[Floats, Longs]:
        """Dot products of every token of these passages, in order, with each token of a question.

        question: float32 [t, dim], unit rows. Returns float32 [T, t], and int64 [n + 1]: the tokens of the nth of the
        passages are the rows from the nth of these up to the next.
        """
        stored = [self.centred(row) for row in rows]
        directions = question - self.mean
        directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-6)
        held = [np.empty((0, directions.shape[1]), np.float32), *(tokens for tokens in stored if tokens is not None)]
        with _BLAS.limit(limits=1):
            similarity: Floats = np.concatenate(held) @ directions.T
        return similarity, np.cumsum([0, *(0 if tokens is None else len(tokens) for tokens in stored)])


def _save(path: Path, array: NDArray[Any]) -> None:
    # Not by np.save itself, which says nothing when the disk is full as it closes the file.
    file = io.BytesIO()
    np.save(file, array)
    path.write_bytes(file.getbuffer())


def _mapped(folder: Path, name: str) -> Any:
    # A plain array over the mapped file: slices of np.memmap itself cost several times as much.
    return np.asarray(np.load(folder / NAME / f"{name}.npy", mmap_mode="r", allow_pickle=False))
