"""The passages' vectors, in FAISS: row n is passage n."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from ragassist.encoder import Floats
from ragassist.errors import IndexDamaged, IndexDimensionError

Longs: TypeAlias = NDArray[np.int64]

NAME = "vectors.faiss"
VERSION = str(faiss.__version__)

# What a file may make FAISS allocate or repeat, should a damaged one ever get past its checksum.
faiss.set_deserialization_vector_byte_limit(4 << 30)
faiss.set_deserialization_loop_limit(10**7)


class VectorWriter:
    """Gathers vectors in memory and writes them at the end. Raises OSError when the disk refuses."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._path = folder / NAME
        self._index = faiss.IndexFlatIP(dimension)

    def add(self, vectors: Floats) -> None:
        """Append rows: float32 [n, dim] of unit length. Raises IndexDimensionError."""
        if vectors.shape[1] != self._index.d:
            raise IndexDimensionError(self._index.d, vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def copy(self, old: Vectors, first: int, end: int) -> None:
        """Append another file's rows from the first up to the end. Raises IndexDimensionError."""
        self.add(old.rows(np.arange(first, end)))

    def finish(self) -> Mapping[str, object]:
        """Write the file; returns how it can be searched, for the manifest."""
        try:
            faiss.write_index(self._index, str(self._path))
        except RuntimeError as error:
            raise OSError(f"{NAME}: {error}") from error
        return {"index": "Flat"}


class Vectors:
    """One generation's vectors, memory-mapped."""

    def __init__(self, folder: Path, facts: Mapping[str, object]) -> None:
        try:
            # Mapped, never read whole; never added to either: FAISS aborts the process on a mapped index.
            self._index = faiss.read_index(str(folder / NAME), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamaged(folder.parents[1], f"{folder.name}/{NAME}: {error}") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: Floats, k: int, among: NDArray[np.bool_] | None = None) -> tuple[Longs, Floats]:
        """The k nearest passages for each query, by inner product.

        queries: float32 [n, dim], rows of unit length. k: at least 1. among: bool [passages], which may be found.
        Returns rows int64 [n, k] and cosines float32 [n, k], best first; -1 and -inf pad a line with fewer than k.
        Raises IndexDimensionError when dim differs from the index's: it was built with another model.
        """
        self._check(queries)
        parameters = None if among is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.flatnonzero(among)))  # type: ignore[call-arg]
        cosines, rows = self._index.search(np.ascontiguousarray(queries, np.float32), k, params=parameters)
        cosines[rows < 0] = -np.inf
        return rows, cosines

    def rows(self, rows: Sequence[int] | Longs) -> Floats:
        """The stored vectors of these passages, float32 [len(rows), dim]."""
        found: Floats = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found

    def cosines(self, queries: Floats, rows: Sequence[int] | Longs) -> Floats:
        """Exact cosines of each query with each of these passages, float32 [n, len(rows)].

        Raises IndexDimensionError, as `search` does.
        """
        self._check(queries)
        product: Floats = queries @ self.rows(rows).T
        return product

    def _check(self, queries: Floats) -> None:
        if queries.shape[1] != self._index.d:
            raise IndexDimensionError(self._index.d, queries.shape[1])
