"""What goes into the index comes out of it, and what is taken out leaves no trace."""

from __future__ import annotations

import functools
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragassist.document import Document, Exchange, Footnote, Metadata, Paragraph, Passage
from ragassist.errors import IndexDimensionError, IndexModelMismatch
from ragassist.index import Candidates, Contents, Index, Source, Stored
from ragassist.index.tokens import quantise, restore
from stored_papers import DIMENSION, MODEL, paper, question

ANSWERS = (
    "De ministers werken samen aan huisvesting van arbeidsmigranten.",
    "Het kabinet onderzoekt de coördinatie met gemeenten.",
    "In 2050 telt Nederland ruim twintig miljoen inwoners.",
)


@pytest.fixture
def stored() -> list[Stored]:
    return [paper("kst-1", ANSWERS, seed=1), paper("kst-2", ANSWERS[:1], seed=2), paper("kst-3", (), seed=3)]


@pytest.fixture
def index(tmp_path: Path, stored: list[Stored]) -> Index:
    Index.write(tmp_path, stored, MODEL)
    return Index.open(tmp_path)


def assert_same(one: Stored, other: Stored) -> None:
    assert (one.document, one.exchanges, one.passages) == (other.document, other.exchanges, other.passages)
    assert one.source == other.source
    assert np.allclose(one.vectors, other.vectors, atol=0.0005)
    for mine, theirs in zip(one.tokens, other.tokens, strict=True):
        assert (mine is None) == (theirs is None)
        if mine is not None and theirs is not None:
            assert np.array_equal(quantise(mine), quantise(theirs))


def test_papers_come_back_as_they_were_written(index: Index, stored: list[Stored]) -> None:
    assert index.documents() == tuple(paper.document.metadata for paper in stored)
    for paper_ in stored:
        assert index.document(paper_.document.id) == paper_.document
        assert index.exchanges(paper_.document.id) == paper_.exchanges
        assert_same(index.stored(paper_.document.id), paper_)


@settings(max_examples=8)
@given(steps=st.lists(st.sets(st.integers(0, 6)), min_size=1, max_size=4), small=st.sampled_from([0, 6, 100]))
def test_papers_that_stay_are_the_same_however_they_came(
    tmp_path_factory: pytest.TempPathFactory, steps: list[set[int]], small: int
) -> None:
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    papers = [paper(f"kst-{n}", ANSWERS[: n % 4], seed=n) for n in range(7)]
    index = None
    with patch("ragassist.index.build.SMALL", small), patch("ragassist.index.build.LARGEST", 8):
        for held in steps:
            contents = functools.partial(Contents, tuple(papers[n].source for n in sorted(held)))
            new = [papers[n] for n in held if not index or f"kst-{n}" not in index.sources()]
            Index.write(one, new, MODEL, contents, index)
            index = Index.open(one, index)
    assert index is not None
    order = sorted(steps[-1])
    assert list(index.sources()) == [f"kst-{n}" for n in order]
    for n in order:
        assert_same(index.stored(f"kst-{n}"), papers[n])
    assert not any(wrong for wrong in index.audit().values())
    Index.write(other, [papers[n] for n in order], MODEL)
    fresh = Index.open(other)
    assert index.manifest.counts == fresh.manifest.counts
    for text in ("huisvesting kabinet", "inwoners"):
        asked = question(papers[1].vectors[0])
        found, wanted = (rows(either.candidates(asked, text, 9)) for either in (index, fresh))
        assert found.keys() == wanted.keys()
        for passage, (scores, nearest) in wanted.items():
            assert found[passage][0] == pytest.approx(scores, rel=0.35)  # segments differ in how long a passage is
            assert found[passage][1] == pytest.approx(nearest, abs=1e-5)


def rows(found: Candidates) -> dict[Passage, tuple[list[float], list[float]]]:
    """By passage: its cosine and BM25, and how near each of its tokens is."""
    nearest = [found.similarity[start:end, 0].tolist() for start, end in pairwise(found.token_starts.tolist())]
    scores = np.stack([found.cosine, found.bm25], axis=1).tolist()
    return dict(zip(found.passages, zip(scores, nearest, strict=True), strict=True))


def test_manifest_tells_what_is_inside(index: Index) -> None:
    assert index.manifest.model == MODEL
    assert index.manifest.counts == {"documents": 3, "exchanges": 4, "passages": 8, "tokens": 4 + 6 + 8 + 4}
    assert [source.name for source in index.sources().values()] == ["kst-1.txt", "kst-2.txt", "kst-3.txt"]
    assert set(index.manifest.versions) == {"faiss", "sqlite", "tantivy"}


def test_a_list_of_papers_says_of_each_how_much_it_holds_and_who_asks(index: Index, stored: list[Stored]) -> None:
    listed = index.listed()
    assert [line.metadata for line in listed] == [paper.document.metadata for paper in stored]
    assert [line.answers for line in listed] == [3, 1, 0]
    assert [line.fractie for line in listed] == [("D66", "Volt"), ("D66", "Volt"), ()]
    assert [(line.file, line.pages) for line in listed] == [("kst-1.txt", 17), ("kst-2.txt", 17), ("kst-3.txt", 17)]


def test_writing_again_what_was_read_changes_nothing(index: Index, tmp_path: Path) -> None:
    again = tmp_path / "again"
    Index.write(again, (index.stored(metadata.id) for metadata in index.documents()), MODEL)
    files, same = (either.manifest.segments[0].files for either in (index, Index.open(again)))
    assert {name for name in files if files[name] == same.get(name)} >= {"records.sqlite", "vectors.faiss"}
    assert all(files[name] == same[name] for name in files if name.startswith("tokens/"))


def test_candidates_hold_every_passage_of_every_exchange(index: Index, stored: list[Stored]) -> None:
    asked = question(stored[0].vectors[:1])
    found = index.candidates(asked, "huisvesting", k=1)
    assert ("kst-1", "1") in {(exchange.document, exchange.number) for exchange in found.exchanges}
    for n, exchange in enumerate(found.exchanges):
        mine = [passage for passage, owner in zip(found.passages, found.owner, strict=True) if owner == n]
        whole = next(paper_ for paper_ in stored if paper_.document.id == exchange.document)
        assert mine == [passage for passage in whole.passages if passage.exchange == exchange.number]
    where = {passage: place for place, passage in enumerate(found.passages)}
    for paper_ in stored:
        for passage, vector in zip(paper_.passages, paper_.vectors, strict=True):
            if passage in where:
                assert found.cosine[where[passage]] == pytest.approx(float(asked.vectors[0] @ vector), abs=1e-3)


def test_words_score_on_every_candidate_not_only_on_the_best(index: Index, stored: list[Stored]) -> None:
    found = index.candidates(question(stored[0].vectors[5:6]), "De huisvesting van een arbeidsmigrant", k=1)
    scores = {(p.document, p.paragraph): s for p, s in zip(found.passages, found.bm25, strict=True)}
    assert scores["kst-1", 2] > 0
    assert scores["kst-1", 6] == 0
    assert found.bm25.dtype == found.cosine.dtype == np.float32
    assert len(found.passages) == len(found.owner) == len(found.cosine) == len(found.bm25)


def test_question_and_answer_words_are_searched_apart(index: Index, stored: list[Stored]) -> None:
    found = index.candidates(question(stored[0].vectors[:1]), "vraag 2", k=1)
    assert ("kst-1", "2") in {(exchange.document, exchange.number) for exchange in found.exchanges}


def test_tokens_are_compared_with_those_of_the_question(index: Index, stored: list[Stored]) -> None:
    asked = question(stored[0].vectors[:1])
    found = index.candidates(asked, "", k=100)
    given_ = {p: t for paper_ in stored for p, t in zip(paper_.passages, paper_.tokens, strict=True)}
    assert set(found.passages) == set(given_)
    for passage, (start, end) in zip(found.passages, pairwise(found.token_starts), strict=True):
        expected = given_[passage]
        assert (start == end) == (expected is None) == (passage.side == "question")
        if expected is not None:
            wanted = restore(quantise(expected), DIMENSION) @ asked.tokens[0].T
            assert np.allclose(found.similarity[start:end], wanted, atol=1e-5)


def test_paragraphs_are_read_without_the_rest_of_their_paper(index: Index, stored: list[Stored]) -> None:
    whole = stored[0].document
    assert index.paragraphs("kst-1", (4, 2)) == {2: whole.paragraph(2), 4: whole.paragraph(4)}
    assert index.paragraphs("kst-1", (6, 7, 0)) == {6: whole.paragraph(6)}
    with pytest.raises(KeyError, match="kst-404"):
        index.paragraphs("kst-404", (1,))


def test_removed_paper_leaves_no_trace_in_any_engine(index: Index, stored: list[Stored], tmp_path: Path) -> None:
    secret = replace(paper("kst-9", ("Zonnebloemolie.",), seed=9))
    Index.write(tmp_path, [*stored, secret], MODEL)
    Index.open(tmp_path).remove(["kst-9"])
    after = index.latest()
    assert list(after.sources()) == ["kst-1", "kst-2", "kst-3"]
    with pytest.raises(KeyError):
        after.document("kst-9")
    found = after.candidates(question(secret.vectors[1:]), "zonnebloemolie kst-9", k=100)
    assert {passage.document for passage in found.passages} == {"kst-1", "kst-2"}
    assert found.cosine.max() < 0.99
    assert not found.bm25.any()
    files = [path for path in (tmp_path / f"gen-{after.manifest.generation:06d}").rglob("*") if path.is_file()]
    for trace in (b"kst-9", b"zonnebloemoli", b"Zonnebloemoli", secret.vectors[1].tobytes()):
        assert [path.name for path in files if trace in path.read_bytes()] == []


def test_removing_what_is_not_there_changes_nothing(index: Index) -> None:
    with pytest.raises(KeyError, match="kst-404"):
        index.remove(["kst-1", "kst-404"])
    assert index.latest() is index


def test_last_paper_can_be_removed(index: Index, stored: list[Stored]) -> None:
    index.remove(["kst-1", "kst-2", "kst-3"])
    found = index.latest().candidates(question(stored[0].vectors[:1]), "huisvesting", k=5)
    assert (found.exchanges, found.passages, found.similarity.shape) == ((), (), (0, 1))
    assert found.token_starts.tolist() == [0]


def test_question_of_another_length_is_refused(index: Index) -> None:
    with pytest.raises(IndexDimensionError, match=r"vectors of 16 numbers, the question's has 384"):
        index.candidates(question(np.ones((1, 384), dtype=np.float32)), "", k=3)


def test_another_model_is_refused(index: Index) -> None:
    index.check(MODEL)
    index.check(replace(MODEL, name="the same one elsewhere"))
    with pytest.raises(IndexModelMismatch, match="small-model, not with other"):
        index.check(replace(MODEL, name="other", fingerprint="beef"))
    with pytest.raises(IndexModelMismatch, match="small-model as it was before, not with small-model"):
        index.check(replace(MODEL, fingerprint="beef"))


def test_paper_with_a_passage_of_no_exchange_is_a_mistake(tmp_path: Path) -> None:
    good = paper()
    with pytest.raises(ValueError, match="belongs to exchange"):
        Index.write(tmp_path, [replace(good, exchanges=())], MODEL)
    with pytest.raises(ValueError, match="do not stand together"):
        Index.write(tmp_path, [mixed(paper(answers=ANSWERS))], MODEL)
    with pytest.raises(ValueError, match="differ in number"):
        replace(good, tokens=())
    with pytest.raises(ValueError, match="kst-1 is there twice"):
        Index.write(tmp_path, [good, good], MODEL)
    with pytest.raises(ValueError, match="kst-2 was not given and is not in the index"):
        Index.write(tmp_path, [good], MODEL, lambda: Contents((good.source, paper("kst-2").source)))


def mixed(whole: Stored) -> Stored:
    """The same paper with a passage of the first exchange after those of the others."""
    first, *rest = whole.passages
    return replace(whole, passages=(*rest, first))


def test_many_threads_read_one_index(index: Index, stored: list[Stored]) -> None:
    def ask(n: int) -> tuple[int, ...]:
        found = index.candidates(question(stored[0].vectors[n % 6]), "kabinet", k=2)
        return tuple(passage.paragraph for passage in found.passages)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(120)))
    assert answers == [ask(n) for n in range(6)] * 20


def test_records_cannot_be_written_by_a_reader(index: Index) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        index.segments[0].records._connection.execute("DELETE FROM passages")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
numbers = st.integers(0, 2**31)
lists = st.lists(texts, max_size=3).map(tuple)
documents = st.builds(
    Document,
    metadata=st.builds(Metadata, texts, texts, texts, texts, texts),
    paragraphs=st.lists(
        st.builds(
            Paragraph,
            numbers,
            texts,
            st.sampled_from(["heading", "text", "item", "quote"]),
            st.none() | numbers,
            st.lists(numbers, max_size=3).map(tuple),
            st.lists(st.tuples(numbers, numbers), max_size=3).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    footnotes=st.lists(st.builds(Footnote, numbers, texts, st.none() | numbers), max_size=3).map(tuple),
    pages=st.none() | numbers,
    furniture=lists,
)


@settings(max_examples=40, deadline=None)
@given(document=documents, number=texts, names=lists, respondent=texts)
def test_any_paper_survives_the_trip(
    tmp_path_factory: pytest.TempPathFactory, document: Document, number: str, names: tuple[str, ...], respondent: str
) -> None:
    folder = tmp_path_factory.mktemp("index")
    exchange = Exchange(document.id, number, names, (1, 3), (2,), names, respondent)
    nothing = np.empty((0, DIMENSION), dtype=np.float32)
    Index.write(folder, [Stored(document, (exchange,), (), nothing, (), Source(document.id, number, "0", "k"))], MODEL)
    index = Index.open(folder)
    assert index.document(document.id) == document
    assert index.exchanges(document.id) == (exchange,)
