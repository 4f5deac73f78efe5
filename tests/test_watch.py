"""Keeping up with the folder: one look after each change, once it has come to rest, whatever becomes of the folder."""

from __future__ import annotations

import fcntl
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from ragassist.corpus import Changes, keep_up, watching
from ragassist.errors import CorpusError
from test_corpus import ONE, THREE, TWO, CountingEncoder, paper

PATIENCE = 60  # seconds until something that does not happen counts as not happening: the machine may be busy


class Watcher:
    """Keeps up in a thread; `told` gives what it says, in order."""

    def __init__(self, corpus: Path, index: Path) -> None:
        self._stop = threading.Event()
        self._said: Queue[Changes | str] = Queue()
        self._thread = threading.Thread(target=self._run, args=(corpus, index))
        self._thread.start()

    def _run(self, corpus: Path, index: Path) -> None:
        for said in keep_up(corpus, index, CountingEncoder(), self._stop):
            self._said.put(said)

    def told(self) -> Changes | str:
        return self._said.get(timeout=PATIENCE)

    def stop(self) -> list[Changes | str]:
        """End it; what it said that nobody asked for."""
        self._stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return [self._said.get() for _ in range(self._said.qsize())]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "1.txt").write_text(paper(1, "De huisvesting wordt gecertificeerd."))
    return folder


@pytest.fixture
def watcher(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watcher]:
    monkeypatch.setattr(watching, "QUIET", 0.2)
    monkeypatch.setattr(watching, "PATIENCE", 100)
    watcher = Watcher(corpus, tmp_path / "index")
    assert watcher.told() == Changes(added=(ONE,))
    yield watcher
    watcher.stop()


def test_what_changes_is_indexed(corpus: Path, watcher: Watcher) -> None:
    (corpus / "2.txt").write_text(paper(2, "Het loon stijgt."))
    assert watcher.told() == Changes(added=(TWO,), unchanged=(ONE,))
    (corpus / "below").mkdir()
    (corpus / "2.txt").rename(corpus / "below" / "2.txt")
    assert watcher.told() == Changes(changed=(TWO,), unchanged=(ONE,))
    (corpus / "below" / "2.txt").unlink()
    assert watcher.told() == Changes(unchanged=(ONE,), removed=(TWO,))
    assert watcher.stop() == []


def test_a_file_is_read_when_it_is_whole(
    corpus: Path, watcher: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = paper(2, "Het loon stijgt.")
    monkeypatch.setattr(watching, "QUIET", 1.0)
    copied = threading.Event()
    with (corpus / "2.txt").open("w") as file:
        for start in range(0, len(text), 100):
            file.write(text[start : start + 100])
            file.flush()
            copied.wait(0.1)
    assert watcher.told() == Changes(added=(TWO,), unchanged=(ONE,))
    assert watcher.stop() == []


def test_a_folder_that_vanishes_is_waited_for(corpus: Path, watcher: Watcher, tmp_path: Path) -> None:
    corpus.rename(tmp_path / "away")
    corpus.mkdir()
    (corpus / "3.txt").write_text(paper(3, "De inspectie krijgt meer mensen."))
    assert watcher.told() == Changes(added=(THREE,), removed=(ONE,))
    shutil.rmtree(corpus)
    (tmp_path / "away").rename(corpus)
    assert watcher.told() == Changes(added=(ONE,), removed=(THREE,))
    assert watcher.stop() == []


def test_a_folder_that_never_was_is_not_waited_for(tmp_path: Path) -> None:
    watching_it = keep_up(tmp_path / "corups", tmp_path / "index", CountingEncoder(), threading.Event())
    with pytest.raises(CorpusError, match=r"^There is no folder .*corups\. Make it and put papers in it"):
        next(watching_it)


def test_hidden_files_and_touched_ones_are_no_news(corpus: Path, watcher: Watcher) -> None:
    (corpus / ".2.txt.part").write_text("<")
    (corpus / "1.txt").touch()
    (corpus / "2.txt").write_text("")
    told = watcher.told()
    assert isinstance(told, Changes)
    assert list(told.refused) == ["2.txt"]
    (corpus / "2.txt").touch()
    (corpus / "3.txt").write_text(paper(3, "De inspectie krijgt meer mensen."))
    told = watcher.told()
    assert isinstance(told, Changes)
    assert told.added == (THREE,)
    assert watcher.stop() == []


def test_a_run_that_finds_another_process_writing_is_tried_again(
    corpus: Path, watcher: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ragassist.corpus.BUSY", 0.1)
    with (tmp_path / "index" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (corpus / "2.txt").write_text(paper(2, "Het loon stijgt."))
        assert "Another ragassist is writing" in str(watcher.told())
    told = list(iter(watcher.told, Changes(added=(TWO,), unchanged=(ONE,))))
    assert all("Another ragassist is writing" in str(said) for said in told)
