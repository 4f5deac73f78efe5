"""The passages' vectors: row n is passage n.

All lie in one file, at half precision, which is read two ways: FAISS maps it and compares every row with a question,
and single rows are read from it for exact cosines. Where comparing every row takes too long, a second file holds the
rows once more, in 8 bits and parted into lists of neighbours: only the lists nearest to a question are looked through,
and what they give is compared again with the exact rows.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from ragassist.encoder import Floats
from ragassist.errors import IndexDamaged, IndexDimensionError

Longs: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Facts: TypeAlias = Mapping[str, Any]  # what JSON can hold

NAME = "vectors.faiss"
LISTS_NAME = "lists.faiss"
VERSION = str(faiss.__version__)

FLAT = "Flat"
FLAT_MOST = 131_072  # rows compared one by one in 3 ms; lists take 1.3 ms for as many: python tools/bench_vectors.py
RECALL = 0.98  # of the nearest must be found through the lists, else more of them are looked through
RECALL_AT = (10, 50)  # the nearest that a reader sees, and those from which ranking starts
_WIDER = 2  # so many times the rows asked for are taken from the lists, for 8 bits do not tell close ones apart
_QUESTIONS = 300  # that recall is measured with
_SEED = 20210331
_TOGETHER = 8192  # rows handled in one go: 12 MB
_HALF = np.dtype("<f2")

# FAISS' types are those of its C++ side: they do not tell of arrays and keywords, which its Python side takes.
_selector: Any = faiss.IDSelectorBitmap
_parameters: Any = faiss.SearchParameters
_list_parameters: Any = faiss.SearchParametersIVF

# What a file may make FAISS allocate or repeat, should a damaged one ever get past its checksum.
faiss.set_deserialization_vector_byte_limit(4 << 30)
faiss.set_deserialization_loop_limit(10**7)


class VectorWriter:
    """Writes vectors to the file as they come. Raises OSError when the disk refuses."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._dimension = dimension
        self._count = 0
        (folder / NAME).write_bytes(_header(dimension, 0))

    def add(self, vectors: Floats) -> None:
        """Append rows: float32 [n, dim] of unit length. Raises IndexDimensionError."""
        if vectors.shape[1] != self._dimension:
            raise IndexDimensionError(self._dimension, vectors.shape[1])
        with (self._folder / NAME).open("ab") as file:
            file.write(np.ascontiguousarray(vectors, dtype=_HALF).data)
        self._count += len(vectors)

    def copy(self, old: Vectors, first: int, end: int) -> None:
        """Append another file's rows from the first up to the end, unchanged. Raises IndexDimensionError."""
        for start in range(first, end, _TOGETHER):
            self.add(old.rows(range(start, min(start + _TOGETHER, end))))

    def finish(self) -> Facts:
        """Complete the file and, where there are many rows, part them into lists.

        Returns what `Vectors` has to know, for the manifest: the type of index by FAISS' name for it; if there are
        lists also `nprobe`, how many of them a question looks through, and the recall that was measured with so many.
        """
        with (self._folder / NAME).open("r+b") as file:
            file.write(_header(self._dimension, self._count))
        return _part(self._folder) if self._count > FLAT_MOST else {"index": FLAT}


class Vectors:
    """The vectors of one folder, read where they lie; safe to use from several threads.

    A single question is compared on one thread: FAISS shares out questions, not rows.
    """

    def __init__(self, folder: Path, facts: Facts) -> None:
        """facts: what `VectorWriter.finish` gave. Raises IndexDamaged."""
        self._folder = folder
        self._flat = _mapped(folder, NAME)
        self._lists = None if facts["index"] == FLAT else _mapped(folder, LISTS_NAME)
        self._probes = facts.get("nprobe", 0)
        self.dimension = int(self._flat.d)
        self._start = len(_header(self.dimension, 0))
        # Rows are read, not mapped: a page that was touched once would count as this process's memory ever after.
        self._file = os.open(folder / NAME, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    def search(self, queries: Floats, k: int, among: Mask | None = None) -> tuple[Longs, Floats]:
        """The k nearest passages for each query, by inner product; nearly all of them where there are lists.

        queries: float32 [n, dim], rows of unit length. k: at least 1. among: bool [len(self)], the passages that may be
        found; None: all.
        Returns rows int64 [n, k] and cosines float32 [n, k], best first; -1 and -inf pad a line with fewer than k.
        Raises IndexDimensionError when dim differs from the index's: it was built with another model.
        """
        self._check(queries)
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        only = None if among is None else _selector(np.packbits(among, bitorder="little"))
        if self._lists is None or (among is not None and np.count_nonzero(among) <= FLAT_MOST):
            # Also where few may be found: the lists nearest might hold none of them, and all other rows cost nothing.
            cosines, rows = self._flat.search(queries, k, params=_parameters(sel=only))
            cosines[rows < 0] = -np.inf
            return rows, cosines
        few = _list_parameters(sel=only, nprobe=self._probes)
        _, near = self._lists.search(queries, min(k * _WIDER, len(self)), params=few)
        return self._nearest(queries, near, k)

    def rows(self, rows: Sequence[int] | Longs) -> Floats:
        """The stored vectors of these passages, float32 [len(rows), dim]. Raises IndexDamaged."""
        width = self.dimension * _HALF.itemsize
        try:
            stored = b"".join(os.pread(self._file, width, self._start + int(row) * width) for row in rows)
        except OSError as error:
            raise _damaged(self._folder, f"{NAME}: {error}") from error
        if len(stored) != len(rows) * width:
            raise _damaged(self._folder, f"{NAME} is too short")
        return np.frombuffer(stored, _HALF).astype(np.float32).reshape(len(rows), self.dimension)

    def cosines(self, queries: Floats, rows: Sequence[int] | Longs) -> Floats:
        """Cosines of each query with each of these passages, float32 [n, len(rows)]; half precision is off by < 1e-4.

        Raises IndexDimensionError, as `search` does.
        """
        self._check(queries)
        product: Floats = queries @ self.rows(rows).T
        return product

    def _nearest(self, queries: Floats, near: Longs, k: int) -> tuple[Longs, Floats]:
        """The k best of the rows near each query, by their exact cosines; as `search` returns them."""
        rows = np.full((len(queries), k), -1)
        cosines = np.full(rows.shape, -np.inf, np.float32)
        for line, found in enumerate(near):
            there = found[found >= 0]
            exact = self.cosines(queries[line : line + 1], there)[0]
            best = np.argsort(-exact, kind="stable")[:k]
            rows[line, : len(best)] = there[best]
            cosines[line, : len(best)] = exact[best]
        return rows, cosines

    def _check(self, queries: Floats) -> None:
        if queries.shape[1] != self.dimension:
            raise IndexDimensionError(self.dimension, queries.shape[1])


def _header(dimension: int, count: int) -> bytes:
    """What stands before the rows in FAISS' file of so many of them; the same length for every count."""
    index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index.ntotal = count
    size = np.array([count * dimension * _HALF.itemsize], "<u8").tobytes()
    return bytes(faiss.serialize_index(index)[: -len(size)]) + size


def _mapped(folder: Path, name: str) -> Any:
    """A file of FAISS', mapped. Never add to what this returns: FAISS would abort the process."""
    try:
        return faiss.read_index(str(folder / name), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise _damaged(folder, f"{name}: {error}") from error


def _damaged(folder: Path, what: str) -> IndexDamaged:
    return IndexDamaged(folder.parents[1], f"{folder.name}/{what}")


def _part(folder: Path) -> Facts:
    """Part the rows into lists and find out how many of them a question has to look through.

    The same rows give the same file.
    """
    rows = Vectors(folder, {"index": FLAT})
    chance = np.random.default_rng(_SEED)
    number = 1 << len(rows).bit_length() // 2  # about the root of the rows; more take longer and find no faster
    name = f"IVF{number},SQ8"
    lists: Any = faiss.index_factory(rows.dimension, name, faiss.METRIC_INNER_PRODUCT)
    lists.cp.niter, lists.cp.max_points_per_centroid, lists.cp.seed = 10, 64, _SEED
    points = min(len(rows), number * lists.cp.max_points_per_centroid)
    lists.train(rows.rows(np.sort(chance.choice(len(rows), points, replace=False))))
    for start in range(0, len(rows), _TOGETHER):
        lists.add(rows.rows(range(start, min(start + _TOGETHER, len(rows)))))
    try:
        # By a file of Python's: FAISS says nothing when the disk is full as it closes its own.
        with (folder / LISTS_NAME).open("wb") as file:
            faiss.write_index(lists, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]  # by SWIG
    except RuntimeError as error:
        raise OSError(f"{LISTS_NAME}: {error}") from error
    questions = _questions(rows, chance)
    nearest, _ = rows.search(questions, max(RECALL_AT))
    probes = 1 + number // 10  # fewer would pass too now and then, but real questions miss more than these
    while True:
        facts: dict[str, Any] = {"index": name, "nprobe": probes}
        found, _ = Vectors(folder, facts).search(questions, max(RECALL_AT))
        recalls = {f"recall@{k}": round(_recall(found[:, :k], nearest[:, :k]), 4) for k in RECALL_AT}
        if probes == number or min(recalls.values()) >= RECALL:
            return facts | recalls
        probes = min(1 + probes * 5 // 4, number)


def _questions(rows: Vectors, chance: np.random.Generator) -> Floats:
    """Vectors to measure recall with, float32 [n, dim]: each halfway between two rows that have nothing in common.

    Questions lie far from all rows, and so do these, which is why lists miss more for them than for rows themselves.
    They miss more still for real questions: at 262,144 rows .015 of the nearest 10 and .023 of the nearest 50, where
    .005 and .014 were measured with these (python tools/bench_vectors.py).
    """
    one, other = (rows.rows(chance.choice(len(rows), _QUESTIONS)) for _ in range(2))
    between: Floats = one + other
    between /= np.linalg.norm(between, axis=1, keepdims=True)
    return between


def _recall(found: Longs, nearest: Longs) -> float:
    """How many of the nearest rows were found, of 1; both int64 [n, k]."""
    same = (len(np.intersect1d(one, other)) for one, other in zip(found, nearest, strict=True))
    return sum(same) / nearest.size
