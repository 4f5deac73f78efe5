"""The doctor: silent about an index that is well, and a sentence for whatever is not."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import pytest

from ragassist.corpus import discard, index_corpus
from ragassist.doctor import examine
from ragassist.index.lexical import LexicalWriter
from ragassist.index.records import Entry
from test_corpus import ONE, TWO, CountingEncoder, paper


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / f"{ONE}.txt").write_text(paper(1, "De huisvesting wordt gecertificeerd."))
    (folder / f"{TWO}.txt").write_text(paper(2, "Het loon wordt elk half jaar verhoogd."))
    (folder / "notes.bin").write_bytes(b"\x7fELF\0\0\1")
    return folder


@pytest.fixture
def index(tmp_path: Path, corpus: Path) -> Path:
    index_corpus(corpus, tmp_path / "index", CountingEncoder())
    return tmp_path / "index"


def wrong(corpus: Path, index: Path, *removed: str) -> str:
    """Everything that the doctor finds wrong."""
    report = examine(corpus, index, removed)
    assert report.healthy == (not any(finding.wrong for finding in report.findings)) == (not report.advice)
    return "\n".join(sentence for finding in report.findings for sentence in finding.wrong)


def test_all_is_well(corpus: Path, index: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in index.rglob("*")}
    report = examine(corpus, index)
    assert report.healthy
    assert all(line.startswith("ok ") for line in str(report).splitlines()[:-1])
    assert len(report.findings) == 10
    assert report.json()["healthy"] is True
    assert {path: path.stat().st_mtime_ns for path in index.rglob("*")} == before


def test_an_empty_index_is_well(corpus: Path, index: Path) -> None:
    for path in corpus.iterdir():
        path.unlink()
    index_corpus(corpus, index, CountingEncoder())
    assert wrong(corpus, index) == ""


def test_what_was_taken_out_is_gone(corpus: Path, index: Path) -> None:
    assert f"The index holds {TWO}." in wrong(corpus, index, TWO)
    discard(corpus, index, TWO)
    assert wrong(corpus, index, TWO) == ""
    data = b"".join(path.read_bytes() for path in index.rglob("*") if path.is_file())
    assert TWO.encode() not in data
    assert b"verhoogd" not in data


def test_a_paper_that_is_called_by_its_file_is_not_said_to_be_gone(corpus: Path, index: Path) -> None:
    (corpus / f"{TWO}.txt").rename(corpus / "loon.txt")
    (corpus / "loon.txt").write_text(f"{paper(2, 'Het loon wordt elk half jaar verhoogd.')}\n")
    index_corpus(corpus, index, CountingEncoder())
    for name in ("loon", "loon.txt", str(corpus / "loon.txt")):
        assert wrong(corpus, index, name).splitlines() == [
            f"The index holds {TWO}, which was read from loon.txt.",
            "The folder holds loon.txt.",
        ]
    discard(corpus, index, TWO)
    assert wrong(corpus, index, "loon.txt") == ""


def test_what_cannot_be_read_is_not_said_to_hold_nothing(corpus: Path, index: Path, tmp_path: Path) -> None:
    shutil.copytree(index / "gen-000001", tmp_path / "gen-000001")
    discard(corpus, index, TWO)
    (tmp_path / "gen-000001").rename(index / "gen-000001")
    (index / "gen-000001" / "manifest.json").write_text("{")
    assert f"{index / 'gen-000001'} cannot be read; it may hold {TWO}." in wrong(corpus, index, TWO)


def test_the_folder_is_compared(corpus: Path, index: Path) -> None:
    (corpus / f"{ONE}.txt").unlink()
    (corpus / f"{TWO}.txt").write_text("anders")
    (corpus / "late.txt").write_text("nieuw")
    (corpus / ".half.xml.part").write_text("<")
    assert wrong(corpus, index).splitlines() == [
        f"{ONE} was read from {ONE}.txt, which is gone.",
        f"{TWO} was read from {TWO}.txt, which has changed since.",
        "late.txt has not been read yet.",
        ".half.xml.part is what an interrupted download or upload left; delete it.",
    ]
    assert examine(corpus, index).advice == f"Bring the index up to date with: ragassist index {corpus} --index {index}"


def test_a_folder_that_is_gone_is_told(corpus: Path, index: Path) -> None:
    shutil.rmtree(corpus)
    assert "There is no folder" in wrong(corpus, index, TWO)


def test_a_damaged_file_is_told(corpus: Path, index: Path) -> None:
    path = next(index.glob("gen-*/*/vectors.faiss"))
    path.write_bytes(path.read_bytes()[:-1])
    assert "vectors.faiss" in wrong(corpus, index)


def test_an_older_generation_with_another_paper_is_told(corpus: Path, index: Path, tmp_path: Path) -> None:
    shutil.copytree(index / "gen-000001", tmp_path / "gen-000001")
    discard(corpus, index, TWO)
    shutil.copytree(tmp_path / "gen-000001", index / "gen-000001")
    (index / "stray.txt").write_text("")
    (index / "gen-000009.tmp").mkdir()
    assert wrong(corpus, index, TWO).splitlines() == [
        f"{index}/gen-000001 still holds {TWO} as it was before.",
        f"{index}/gen-000009.tmp does not belong to the index.",
        f"{index}/stray.txt does not belong to the index.",
        f"{index}/gen-000001 still holds {TWO}.",
        f"{index}/gen-000009.tmp cannot be read; it may hold {TWO}.",
    ]
    index_corpus(corpus, index, CountingEncoder(), rebuild=True)
    assert wrong(corpus, index, TWO) == f"{index}/stray.txt does not belong to the index."


def reseal(generation: Path) -> None:
    """Make the checksums right again, so that only the doctor can see what was changed."""
    manifest = json.loads((generation / "manifest.json").read_text())
    for segment in manifest["segments"]:
        folder = generation / segment["name"]
        segment["files"] = {
            path.relative_to(folder).as_posix(): {
                "size": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".bin"
        }
    data = json.dumps(manifest).encode()
    (generation / "manifest.json").write_bytes(data)
    seal = f"{hashlib.sha256(data).hexdigest()}  {generation.name}/manifest.json\n"
    for path in (generation / "manifest.sha256", generation.parent / "CURRENT"):
        path.write_text(seal)


def sql(statement: str) -> Callable[[Path], None]:
    def change(segment: Path) -> None:
        with sqlite3.connect(segment / "records.sqlite") as connection:
            connection.execute(statement)

    return change


def vectors(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def rewrite(segment: Path) -> None:
        path = str(segment / "vectors.faiss")
        old = faiss.read_index(path)
        new = faiss.IndexFlatIP(old.d)
        new.add(change(old.reconstruct_n(0, old.ntotal)))
        faiss.write_index(new, path)

    return rewrite


def words(change: Callable[[LexicalWriter], None], *, keep: bool = True) -> Callable[[Path], None]:
    """Write the word index anew, with something more or less in it."""

    def rewrite(segment: Path) -> None:
        with sqlite3.connect(segment / "records.sqlite") as connection:
            passages = connection.execute(
                'SELECT row, exchange, exchanges.document, side, substr(text, start + 1, "end" - start) FROM passages '
                "JOIN exchanges ON exchanges.ordinal = exchange JOIN paragraphs "
                "ON paragraphs.document = exchanges.document AND position = paragraph - 1"
            ).fetchall()
        shutil.rmtree(segment / "lexical")
        with LexicalWriter(segment) as writer:
            for passage in passages if keep else passages[1:]:
                row, exchange, document, side, text = passage
                writer.add(Entry(row, exchange, document, side, text, year="", kind="", parties=()))
            change(writer)
            writer.finish()

    return rewrite


def extra(text: str) -> Entry:
    return Entry(0, 0, 0, "answer", text, "", "", ())


def longer(name: str) -> Callable[[Path], None]:
    def change(segment: Path) -> None:
        path = segment / "tokens" / f"{name}.npy"
        old = np.load(path)
        np.save(path, np.concatenate([old, old[-1:]]))

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (sql("DELETE FROM documents WHERE ordinal = 1"), "1 documents in the records, and there should be 2"),
        (sql("DELETE FROM documents WHERE ordinal = 1"), "exchanges in the records that belong to no paper"),
        (sql("DELETE FROM exchanges"), "passages in the records that belong to no paper"),
        (
            sql("INSERT INTO footnotes VALUES (7, 0, 1, 'van een verwijderd stuk', 1)"),
            "1 footnotes in the records that",
        ),
        (sql("UPDATE documents SET id = 'kst-1' WHERE ordinal = 1"), "of 1 papers in the records is that of"),
        (sql('UPDATE passages SET "end" = 9999 WHERE row = 0'), f"{ONE}: passages that are not what stands in"),
        (sql("UPDATE passages SET start = -1 WHERE row = 0"), f"{ONE}: passages that are not what stands in"),
        (sql("UPDATE exchanges SET first_row = first_row + 1"), "passages that are not what stands in"),
        (sql("UPDATE passages SET start = start + 9"), "words in fewer or more passages"),
        (sql("DELETE FROM paragraphs WHERE document = 1 AND position > 3"), f"{TWO}: exchanges with paragraphs that"),
        (sql("UPDATE exchanges SET answer = '[99]' WHERE ordinal = 0"), f"{ONE}: exchanges with paragraphs that"),
        (vectors(lambda rows: rows[1:]), "vectors, and there should be"),
        (vectors(lambda rows: rows * 2), "vectors that are not of unit length"),
        (vectors(lambda rows: rows * np.float32(np.nan)), "vectors that are not of unit length"),
        (longer("starts"), "passages with a place for tokens, and there should be"),
        (words(lambda writer: None, keep=False), "passages in the word index, and there should be"),
        (words(lambda writer: None, keep=False), "does not hold every passage once"),
        (words(lambda writer: writer.add(extra("een verwijderd woord"))), "holds 2 words that stand in no"),
        (words(lambda writer: writer.add(extra("huisvesting"))), "words in fewer or more passages"),
        (lambda segment: (segment / "old.bin").write_text("x"), "old.bin is a file that the manifest does not"),
    ],
)
def test_parts_that_do_not_agree_are_told(
    corpus: Path, index: Path, change: Callable[[Path], object], told: str
) -> None:
    segment = next(index.glob("gen-*/seg-*"))
    change(segment)
    reseal(segment.parent)
    assert told in wrong(corpus, index)
    command = f"ragassist index {corpus} --index {index} --rebuild"
    assert examine(corpus, index).advice == f"Build the index anew with: {command}"


def test_an_index_that_cannot_be_opened_is_told(corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragassist.index.manifest.LAYOUT", 99)
    assert "has layout 4, this version of ragassist reads layout 99" in wrong(corpus, index)
    shutil.rmtree(index)
    assert wrong(corpus, index) == f"{index} holds no index yet. Make one with: ragassist index CORPUS --index {index}"
    assert str(examine(corpus, index)).startswith("wrong  every file of the index is what was written\n")
