"""Reading runs ahead of encoding, by no more than a group; what is known by its stamp is not read; all ends cleanly."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragassist.corpus import Changes, folder, index_corpus, reading
from ragassist.corpus.ahead import ahead
from ragassist.document import Document
from ragassist.encoder import Encoded
from ragassist.errors import IndexBusy, Stopped, SystemFault
from ragassist.index import Index, ModelId
from ragassist.sandbox import Sandbox
from test_corpus import ONE, THREE, TWO, CountingEncoder, generation, paper
from test_sandbox import SLOW, children, proc

PATIENCE = 60  # seconds until something that does not happen counts as not happening: the machine may be busy


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number, fact in enumerate(("De huur daalt.", "Het loon stijgt.", "De rente blijft gelijk."), 1):
        (folder / f"kst-29861-{number}.txt").write_text(paper(number, fact))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


class Parsing:
    """Notes what the box is asked to parse, and calls `then` before it does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        self.then: Callable[[str], None] = lambda name: None
        parse = Sandbox.parse

        def noted(box: Sandbox, name: str, data: bytes) -> Document:
            self.names.append(name)
            self.then(name)
            return parse(box, name, data)

        monkeypatch.setattr(Sandbox, "parse", noted)


@pytest.fixture
def parsing(monkeypatch: pytest.MonkeyPatch) -> Parsing:
    return Parsing(monkeypatch)


# Known by their stamps


def test_a_file_that_was_not_changed_is_not_even_read(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "SETTLED", 0)
    (corpus / "copy.txt").write_text(paper(2, "Het loon daalt."))
    (corpus / "empty.txt").write_text("")
    first = index_corpus(corpus, index, encoder)
    monkeypatch.setattr(folder, "read", None)
    again = index_corpus(corpus, index, encoder)
    assert again == Changes(unchanged=(ONE, TWO, THREE), refused=first.refused, passed_over=first.passed_over)


def test_a_file_that_was_touched_is_read_and_not_parsed(
    corpus: Path, index: Path, encoder: CountingEncoder, parsing: Parsing
) -> None:
    index_corpus(corpus, index, encoder)
    before = generation(index)
    encoder.encoded, parsing.names = [], []
    os.utime(corpus / f"{TWO}.txt", ns=(1, 1))
    assert index_corpus(corpus, index, encoder) == Changes(unchanged=(ONE, TWO, THREE))
    assert (encoder.encoded, parsing.names, generation(index)) == ([], [], before)


def test_a_file_that_may_yet_change_unseen_is_read_again(corpus: Path, index: Path, encoder: CountingEncoder) -> None:
    path = corpus / f"{TWO}.txt"
    seen = path.stat()
    index_corpus(corpus, index, encoder)
    assert Index.open(index).sources()[TWO].stamp == ""
    path.write_text(paper(2, "Het loon daalde."))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert path.stat().st_size == seen.st_size
    assert index_corpus(corpus, index, encoder).changed == (TWO,)


@pytest.mark.parametrize("other", ["size", "time", "inode"])
def test_a_file_that_was_changed_has_another_stamp(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    monkeypatch.setattr(folder, "SETTLED", 0)
    index_corpus(corpus, index, encoder)
    path = corpus / f"{TWO}.txt"
    seen = path.stat()
    if other == "inode":
        (corpus / ".new").write_text(paper(2, "Het loon daalde."))
        (corpus / ".new").replace(path)
    else:
        path.write_text(paper(2, "Het loon daalt snel." if other == "size" else "Het loon daalde."))
    if other != "time":
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert index_corpus(corpus, index, encoder).changed == (TWO,)


def test_a_link_is_followed_anew(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "SETTLED", 0)
    (corpus / ".papers").mkdir()
    (corpus / f"{TWO}.txt").rename(corpus / ".papers" / "2")
    (corpus / f"{TWO}.txt").symlink_to(corpus / ".papers" / "2")
    index_corpus(corpus, index, encoder)
    (corpus / ".papers" / "2").write_text(paper(2, "Het loon daalt."))
    assert index_corpus(corpus, index, encoder).changed == (TWO,)


def test_a_rebuild_trusts_no_stamp(
    corpus: Path, index: Path, encoder: CountingEncoder, parsing: Parsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "SETTLED", 0)
    index_corpus(corpus, index, encoder)
    parsing.names = []
    assert index_corpus(corpus, index, encoder, rebuild=True).added == (ONE, TWO, THREE)
    assert parsing.names == [f"{ONE}.txt", f"{TWO}.txt", f"{THREE}.txt"]


# Running ahead


def test_the_next_paper_is_parsed_while_one_is_encoded(
    corpus: Path, index: Path, parsing: Parsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "TOGETHER", 1)
    begun = threading.Event()
    parsing.then = lambda name: begun.set() if name == f"{TWO}.txt" else None

    class Waiting(CountingEncoder):
        def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Encoded:
            assert begun.wait(PATIENCE)
            return super().passages(texts, progress)

    assert index_corpus(corpus, index, Waiting()).added == (ONE, TWO, THREE)


@given(st.integers(0, 8), st.integers(1, 8))
def test_no_more_than_one_is_made_that_nobody_asked_for(there: int, taken: int) -> None:
    made = []

    def things(go_on: Callable[[], None]) -> Generator[int, None, None]:
        for n in range(there):
            made.append(n)
            yield n

    running = ahead(things, lambda: None)
    assert list(islice(running, taken)) == list(range(min(there, taken)))
    running.close()
    assert len(made) == min(there, taken + 1)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), st.integers(1, 8))
def test_a_group_is_full_when_it_holds_enough_passages(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], most: int
) -> None:
    corpus = tmp_path_factory.mktemp("corpus")
    for number, size in enumerate(sizes):
        fact = "\n\n".join(f"Dit is alinea {n} van deze brief, over de rente." for n in range(size))
        (corpus / f"kst-29861-{number}.txt").write_text(paper(number, fact))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "TOGETHER", most)
        reader = reading.Reader(corpus, None, ModelId.of(CountingEncoder()))
        reader.look(lambda step: None)
        groups = [[len(draft.passages) for draft in group.drafts] for group in reader.groups(lambda: None)]
    assert sum(len(group) for group in groups) == len(sizes)
    assert all(sum(group[:-1]) < most for group in groups)  # the last paper is what filled it
    assert all(sum(group) >= most for group in groups[:-1])


# Which file of a paper stays


def test_a_reprint_that_is_read_after_what_it_replaces_takes_its_place(
    corpus: Path, index: Path, encoder: CountingEncoder
) -> None:
    reprint = paper(2, "Het loon is verdubbeld.").replace("BRIEF VAN", "HERDRUK BRIEF VAN")
    (corpus / "kst-29861-2-later.txt").write_text(reprint)
    changes = index_corpus(corpus, index, encoder)
    assert changes.added == (ONE, TWO, THREE)
    assert changes.passed_over == {
        f"{TWO}.txt": f"{TWO}.txt: passed over, kst-29861-2-later.txt is a reprint (herdruk) that replaces it."
    }
    assert any("stijgt" in text for text in encoder.encoded)  # it was not known yet that another one comes
    opened = Index.open(index)
    assert opened.sources()[TWO].name == "kst-29861-2-later.txt"
    assert any("verdubbeld" in paragraph.text for paragraph in opened.document(TWO).paragraphs)
    assert index_corpus(corpus, index, encoder).unchanged == (ONE, TWO, THREE)


def test_a_copy_that_is_read_after_the_better_file_is_not_encoded(
    corpus: Path, index: Path, encoder: CountingEncoder
) -> None:
    (corpus / "kst-29861-2 (1).txt").write_text(paper(2, "Het loon daalt."))
    changes = index_corpus(corpus, index, encoder)
    assert list(changes.passed_over) == ["kst-29861-2 (1).txt"]
    assert not any("daalt." in text and "loon" in text for text in encoder.encoded)


def test_a_file_that_was_passed_over_is_read_when_the_better_one_turns_out_to_be_none(
    corpus: Path, index: Path, encoder: CountingEncoder
) -> None:
    (corpus / "copy.txt").write_text(paper(2, "Het loon daalt."))
    index_corpus(corpus, index, encoder)
    (corpus / f"{TWO}.txt").write_text("")
    changes = index_corpus(corpus, index, encoder)
    assert (changes.changed, list(changes.refused)) == ((TWO,), [f"{TWO}.txt"])
    assert Index.open(index).sources()[TWO].name == "copy.txt"


def test_a_file_that_vanishes_before_it_is_parsed_is_missed(
    corpus: Path, index: Path, encoder: CountingEncoder, parsing: Parsing
) -> None:
    parsing.then = lambda name: (corpus / f"{TWO}.txt").unlink(missing_ok=True)
    changes = index_corpus(corpus, index, encoder)
    assert changes.added == (ONE, THREE)
    assert changes.refused == {f"{TWO}.txt": f"{TWO}.txt: it is not a file. Nothing of it was indexed."}


# Whatever happens, it ends cleanly


class Interrupting(CountingEncoder):
    """Raises an error instead of encoding the second group."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Encoded:
        if self.encoded:
            raise self._error
        return super().passages(texts, progress)


@proc
@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError()])
def test_an_error_while_encoding_leaves_no_thread_and_no_process(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(reading, "TOGETHER", 1)
    before = threading.enumerate(), children(os.getpid())
    with pytest.raises(type(error)):
        index_corpus(corpus, index, Interrupting(error))
    assert (threading.enumerate(), children(os.getpid())) == before
    assert [path.name for path in index.iterdir()] == [".lock"]


def test_what_another_process_took_out_meanwhile_does_not_come_back(corpus: Path, index: Path) -> None:
    index_corpus(corpus, index, CountingEncoder())
    (corpus / f"{TWO}.txt").write_text(paper(2, "Het loon daalt."))

    class Removing(CountingEncoder):
        def passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Encoded:
            Index.open(index).remove([ONE])
            return super().passages(texts, progress)

    with pytest.raises(IndexBusy):
        index_corpus(corpus, index, Removing())
    assert set(Index.open(index).sources()) == {TWO, THREE}


@proc
def test_a_stop_does_not_wait_for_a_file_that_takes_its_time(
    corpus: Path, index: Path, encoder: CountingEncoder, parsing: Parsing
) -> None:
    (corpus / f"{TWO}.txt").write_bytes(SLOW * 3)
    begun = threading.Event()
    parsing.then = lambda name: begun.set() if name == f"{TWO}.txt" else None
    before = threading.enumerate(), children(os.getpid())
    with pytest.raises(Stopped):
        index_corpus(corpus, index, encoder, stopping=begun.is_set)
    assert (threading.enumerate(), children(os.getpid())) == before
    assert parsing.names == [f"{ONE}.txt", f"{TWO}.txt"]
    assert encoder.encoded == []


def test_a_box_that_does_not_start_is_told(
    corpus: Path, index: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = threading.enumerate()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SystemFault, match="The reader of papers does not start"):
        index_corpus(corpus, index, encoder)
    assert threading.enumerate() == before
