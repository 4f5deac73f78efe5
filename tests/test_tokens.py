"""Tokens at two bits a number: near what was given, the same when copied, and never read when damaged."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.encoder import Floats
from ragassist.errors import IndexDamaged, IndexDimensionError
from ragassist.index import Index, tokens
from ragassist.index.tokens import (
    BLOCK,
    PASSAGE_MOST,
    VALUES,
    Tokens,
    TokenWriter,
    affordable,
    quantise,
    restore,
    similarities,
)
from stored_papers import MODEL, paper, question, unit

SEEDS = st.integers(0, 2**32 - 1)
LENGTHS = st.lists(st.integers(0, 5), max_size=12)


def passages(seed: int, lengths: Sequence[int], width: int) -> list[Floats | None]:
    rng = np.random.default_rng(seed)
    return [unit(rng, length, width) if length else None for length in lengths]


def written(folder: Path, given_: Sequence[Floats | None], width: int) -> Tokens:
    folder.mkdir(parents=True)
    with TokenWriter(folder, width) as writer:
        for passage in given_:
            writer.add(passage)
        writer.finish()
    return Tokens(folder, width)


@given(SEEDS, st.integers(0, 40), st.integers(1, 400))
def test_quantised_tokens_stay_put(seed: int, rows: int, width: int) -> None:
    packed = quantise(unit(np.random.default_rng(seed), rows, width))
    assert packed.shape == (rows, -(-width // 4))
    assert np.array_equal(quantise(restore(packed, width)), packed)


@given(SEEDS)
def test_dot_products_are_right_on_average(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, asked = unit(rng, 400, 256), unit(rng, 1, 256)
    rows += 2 * asked * rng.uniform(-1, 1, (400, 1)).astype(np.float32)  # of all degrees of likeness
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    errors = (restore(quantise(rows), 256) - rows) @ asked[0]
    assert abs(errors.mean()) < 0.02
    assert errors.std() < 0.05


def test_a_direction_that_all_numbers_share_or_that_one_has_is_kept() -> None:
    for row in (np.eye(384, dtype=np.float32)[7], np.full(384, 384**-0.5, np.float32)):
        again = restore(quantise(row[None]), 384)[0]
        assert again @ row / np.linalg.norm(again) > 0.9


@given(SEEDS, LENGTHS, st.integers(1, 40), st.data())
def test_similarities_are_those_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, seed: int, lengths: list[int], width: int, data: st.DataObject
) -> None:
    stored = written(tmp_path_factory.mktemp("tokens") / "seg", passages(seed, lengths, width), width)
    rows = data.draw(st.lists(st.sampled_from(range(len(lengths))), max_size=20) if lengths else st.just([]))
    read = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), bool)
    asked = unit(np.random.default_rng(seed), 3, width)
    for chosen in (None, read):
        packed, counts = stored.read(rows, chosen)
        similarity = similarities([packed[:2], packed[2:]], asked)
        assert len(similarity) == counts.sum()
        for nth, (start, end) in enumerate(pairwise([0, *np.cumsum(counts)])):
            one = stored.row(rows[nth])
            if one is None or not (chosen is None or chosen[nth]):
                assert start == end
            else:
                np.testing.assert_allclose(similarity[start:end], one @ asked.T, atol=1e-5)


@given(SEEDS, LENGTHS, LENGTHS, st.data())
def test_a_copy_is_the_same_as_what_was_added(
    tmp_path_factory: pytest.TempPathFactory, seed: int, lengths: list[int], before: list[int], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("tokens")
    stored, earlier = passages(seed, lengths, 16), passages(seed + 1, before, 16)
    first, end = sorted(data.draw(st.tuples(*[st.integers(0, len(lengths))] * 2)))
    old = written(folder / "old", stored, 16)
    written(folder / "added", [*earlier, *stored[first:end]], 16)
    (folder / "copied").mkdir()
    with TokenWriter(folder / "copied", 16) as writer:
        for passage in earlier:
            writer.add(passage)
        writer.copy(old, first, end)
        writer.finish()
    for name in ("values", "starts", "sums"):
        added, copied = ((folder / way / "tokens" / f"{name}.npy").read_bytes() for way in ("added", "copied"))
        assert added == copied


def test_a_long_passage_keeps_its_first_tokens(tmp_path: Path) -> None:
    long = unit(np.random.default_rng(0), PASSAGE_MOST + 9, 16)
    stored = written(tmp_path / "seg", [long, long[:2]], 16)
    assert np.diff(stored.starts).tolist() == [PASSAGE_MOST, 2]
    assert np.array_equal(quantise(stored.row(0)), quantise(long[:PASSAGE_MOST]))  # type: ignore[arg-type]


def test_tokens_of_another_width_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexDimensionError):
        written(tmp_path / "seg", [np.ones((1, 8), np.float32)], 16)
    written(tmp_path / "index" / "gen" / "seg", [None], 16)
    with pytest.raises(IndexDamaged):
        Tokens(tmp_path / "index" / "gen" / "seg", 64)


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.1, 0.5, 0.9])), max_size=9), st.integers(0, 30))
def test_a_question_reads_what_is_worth_most(passages: list[tuple[int, float]], most: int) -> None:
    sizes = np.array([size for size, _ in passages], np.int64)
    worth = np.array([value for _, value in passages], np.float32)
    read = affordable(sizes, worth, most)
    assert sizes[read].sum() <= most
    assert read.all() == (sizes.sum() <= most)
    if not read.all():
        best = worth[~read].max()
        at_least_as_good = sizes[worth >= best].sum()
        assert at_least_as_good > most  # nothing was left out that fitted before something worse
        assert not read[worth < best].any() or sizes[~read].sum() + sizes[read].sum() > most


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of 16,384 passages of a token of 12 bytes, in 13 blocks, which count as a large file."""
    monkeypatch.setattr(tokens, "LAZY", 2 * BLOCK)
    rng = np.random.default_rng(0)
    folder = tmp_path / "index" / "gen-000001" / "seg-000001-000"
    written(folder, list(unit(rng, 16_384, 48)[:, None]), 48)
    return folder


def spoil(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_damaged_block_is_noticed_when_it_is_first_read(large: Path) -> None:
    spoil(large / VALUES, BLOCK + 5000)
    stored = Tokens(large, 48)
    assert stored.read([0, 1, 16_383])[0].shape == (3, 12)
    where = f"gen-000001/{large.name}/{VALUES}"
    for read in (
        lambda: stored.read([0, 1700]),
        lambda: stored.row(1700),
        lambda: list(stored.stretches(0, 16_384)),
        stored.compare,
    ):
        with pytest.raises(IndexDamaged, match=where):
            read()


@pytest.mark.parametrize("at", [0, 60, 100])
def test_a_damaged_beginning_is_noticed_at_once(large: Path, at: int) -> None:
    spoil(large / VALUES, at)
    with pytest.raises(IndexDamaged, match=VALUES):
        Tokens(large, 48)


@pytest.mark.parametrize("left", [0, 100, 2 * BLOCK])
def test_a_file_that_was_cut_off_is_noticed_at_once(large: Path, left: int) -> None:
    path = large / VALUES
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(IndexDamaged, match=VALUES):
        Tokens(large, 48)


def test_a_large_file_of_tokens_is_read_after_the_index_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "BLOCK", 256)
    Index.write(tmp_path, [paper("kst-1", ("De minister antwoordt.",) * 9)], MODEL)
    (path,) = tmp_path.glob(f"gen-*/seg-*/{VALUES}")
    spoil(path, len(path.read_bytes()) - 1)
    with pytest.raises(IndexDamaged):
        Index.open(tmp_path)
    monkeypatch.setattr(tokens, "LAZY", 0)
    index = Index.open(tmp_path)
    with pytest.raises(IndexDamaged, match=VALUES):
        index.candidates(question(unit(np.random.default_rng(0), 1)), "", 100)
    with pytest.raises(IndexDamaged, match=VALUES):
        Index.open(tmp_path, thorough=True)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexDamaged):
        Index.open(tmp_path)
