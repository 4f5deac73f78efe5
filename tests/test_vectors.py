"""The nearest vectors are found: all of them by comparing each, nearly all through lists of neighbours."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.encoder import Floats
from ragassist.errors import IndexDamaged, IndexDimensionError
from ragassist.index import vectors as module
from ragassist.index.vectors import LISTS_NAME, NAME, Facts, Longs, Mask, Vectors, VectorWriter
from stored_papers import unit

DIMENSION = 32
FEW, MANY = 500, 4000
FLAT_MOST = 1000  # for these tests


def written(folder: Path, rows: Floats) -> Facts:
    """Write rows, some at a time; gives the facts as the manifest gives them back."""
    writer = VectorWriter(folder, rows.shape[1])
    for start in range(0, len(rows), 300):
        writer.add(rows[start : start + 300])
    facts: Facts = json.loads(json.dumps(writer.finish()))
    return facts


def close_together(rng: np.random.Generator, rows: int) -> Floats:
    """Unit vectors that lie in one corner, some in groups, as a model's do: their cosines are .6 to .9."""
    corner = 5 * unit(rng, 1, DIMENSION) + 2 * unit(rng, 40, DIMENSION)[rng.integers(40, size=rows)]
    vectors: Floats = corner + 2 * unit(rng, rows, DIMENSION)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@pytest.fixture(scope="module")
def rows() -> Floats:
    """At half precision already, so that what is stored is exactly this."""
    exact = close_together(np.random.default_rng(1), MANY)
    return exact.astype(np.float16).astype(np.float32)


@pytest.fixture(scope="module")
def questions() -> Floats:
    return close_together(np.random.default_rng(2), 50)


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory, rows: Floats) -> Vectors:
    folder = tmp_path_factory.mktemp("flat")
    return Vectors(folder, written(folder, rows))


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory, rows: Floats) -> tuple[Vectors, Facts]:
    folder = tmp_path_factory.mktemp("parted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FLAT_MOST", FLAT_MOST)
        facts = written(folder, rows)
    return Vectors(folder, facts), facts


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLAT_MOST", FLAT_MOST)


def expected(rows: Floats, questions: Floats, k: int, among: Mask | None = None) -> tuple[Longs, Floats]:
    cosines = questions @ rows.T
    if among is not None:
        cosines[:, ~among] = -np.inf
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(cosines, order, axis=1)


def test_nearest_are_those_of_numpy(flat: Vectors, rows: Floats, questions: Floats) -> None:
    found, cosines = flat.search(questions, 10)
    wanted, exact = expected(rows, questions, 10)
    assert np.array_equal(found, wanted)
    assert np.allclose(cosines, exact, atol=1e-6)
    assert (found.dtype.name, cosines.dtype.name) == ("int64", "float32")


def test_half_precision_keeps_cosines(tmp_path: Path, questions: Floats) -> None:
    exact = close_together(np.random.default_rng(3), FEW)
    stored = Vectors(tmp_path, written(tmp_path, exact))
    assert np.allclose(stored.cosines(questions, range(FEW)), questions @ exact.T, atol=2e-4)


def test_lists_find_nearly_all_with_exact_cosines(
    parted: tuple[Vectors, Facts], rows: Floats, questions: Floats
) -> None:
    vectors, facts = parted
    assert facts["index"] == "IVF64,SQ8"
    assert 0 < facts["nprobe"] < 64
    assert min(facts["recall@10"], facts["recall@50"]) >= module.RECALL
    for k in (10, 50):
        found, cosines = vectors.search(questions, k)
        wanted, _ = expected(rows, questions, k)
        assert np.mean([np.isin(*pair).mean() for pair in zip(wanted, found, strict=True)]) > 0.95
        assert np.allclose(cosines, np.take_along_axis(questions @ rows.T, found, axis=1), atol=1e-6)
        assert np.all(np.diff(cosines, axis=1) <= 0)


def test_more_lists_are_looked_through_until_enough_is_found(
    tmp_path: Path, rows: Floats, questions: Floats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RECALL", 1.01)  # more than can be
    facts = written(tmp_path, rows)
    assert facts["nprobe"] == 64
    found, _ = Vectors(tmp_path, facts).search(questions, 10)
    assert np.array_equal(found, expected(rows, questions, 10)[0])


def test_same_rows_make_the_same_files(tmp_path: Path, rows: Floats) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    facts = written(one, rows)
    writer = VectorWriter(other, DIMENSION)
    old = Vectors(one, facts)
    writer.copy(old, 0, 1)
    writer.copy(old, 1, MANY)
    assert writer.finish() == facts
    for name in (NAME, LISTS_NAME):
        assert (one / name).read_bytes() == (other / name).read_bytes()


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0, 1), k=st.integers(1, 60))
def test_only_what_is_allowed_is_found(
    flat: Vectors, parted: tuple[Vectors, Facts], rows: Floats, seed: int, share: float, k: int
) -> None:
    rng = np.random.default_rng(seed)
    among = rng.random(MANY) < share
    asked = close_together(rng, 2)
    wanted, _ = expected(rows, asked, k, among)
    allowed = int(np.count_nonzero(among))
    for vectors, exact in ((flat, True), (parted[0], allowed <= FLAT_MOST)):
        found, cosines = vectors.search(asked, k, among)
        assert found.shape == cosines.shape == (2, k)
        there = found >= 0
        assert among[found[there]].all()
        assert np.array_equal(there, np.broadcast_to(np.arange(k) < allowed, there.shape))
        assert np.all(np.isneginf(cosines) == ~there)
        if exact:
            assert np.allclose(cosines[there], (asked @ rows.T)[np.where(there)[0], wanted[there]], atol=1e-6)


@pytest.mark.parametrize("count", [0, 3])
def test_line_is_padded_where_there_are_fewer(tmp_path: Path, count: int) -> None:
    few = unit(np.random.default_rng(4), count, DIMENSION)
    vectors = Vectors(tmp_path, written(tmp_path, few))
    assert (len(vectors), vectors.dimension) == (count, DIMENSION)
    found, cosines = vectors.search(unit(np.random.default_rng(5), 2, DIMENSION), 5)
    assert [sorted(line[:count]) for line in found] == [list(range(count))] * 2
    assert np.all(found[:, count:] == -1)
    assert np.all(np.isneginf(cosines[:, count:]))
    assert vectors.rows([]).shape == (0, DIMENSION)


def test_lists_pad_a_line_too(parted: tuple[Vectors, Facts], questions: Floats) -> None:
    found, cosines = parted[0].search(questions[:1], MANY + 7)
    there = found[0][found[0] >= 0]
    assert 100 < len(there) == len(set(there)) < MANY
    assert np.array_equal(np.isneginf(cosines), found < 0)


def test_rows_come_in_the_order_asked_for(flat: Vectors, rows: Floats) -> None:
    wanted = [7, MANY - 1, 0, 7]
    assert np.array_equal(flat.rows(wanted), rows[wanted])
    with pytest.raises(IndexDamaged, match="too short"):
        flat.rows([MANY])


def test_vectors_of_another_length_are_refused(tmp_path: Path, flat: Vectors) -> None:
    longer = np.ones((1, 384), np.float32)
    for refused in (lambda: flat.search(longer, 1), lambda: flat.cosines(longer, [0])):
        with pytest.raises(IndexDimensionError, match=r"vectors of 32 numbers, the question's has 384"):
            refused()
    with pytest.raises(IndexDimensionError):
        VectorWriter(tmp_path, DIMENSION).add(longer)


@pytest.mark.parametrize("name", [NAME, LISTS_NAME])
@pytest.mark.parametrize("left", [0, 3, 60, -8])
def test_file_that_was_cut_is_damage(tmp_path: Path, rows: Floats, name: str, left: int) -> None:
    facts = written(tmp_path, rows[: FLAT_MOST + 1])
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[:left])
    with pytest.raises(IndexDamaged, match=name):
        Vectors(tmp_path, facts)
    (tmp_path / name).unlink()
    with pytest.raises(IndexDamaged, match=name):
        Vectors(tmp_path, facts)


def test_files_may_go_while_they_are_open(tmp_path: Path, rows: Floats, questions: Floats) -> None:
    vectors = Vectors(tmp_path, written(tmp_path, rows))
    before = vectors.search(questions, 10)
    for name in (NAME, LISTS_NAME):
        (tmp_path / name).unlink()
    after = vectors.search(questions, 10)
    assert np.array_equal(after[0], before[0])
    assert np.array_equal(after[1], before[1])
    nowhere = np.zeros(MANY, bool)
    assert np.all(vectors.search(questions, 10, nowhere)[0] == -1)
    assert np.array_equal(vectors.rows([5]), rows[[5]])
