"""Files of people who mean harm: each is refused with one sentence or read, within limits, and nothing else happens."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hostile import files
from hostile_file import SECRET, Hostile
from hostile_markup import paper
from ragassist import cli
from ragassist.corpus import folder as folder_of_papers
from ragassist.corpus import keep
from ragassist.document import Document
from ragassist.errors import PaperError
from ragassist.sandbox import Sandbox

NAMES = sorted(files("http://127.0.0.1:9", "nowhere"))


class Visitors(http.server.ThreadingHTTPServer):
    """A server of this machine that remembers who asked for what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
        self.seen: list[object] = []

    def get_request(self) -> tuple[object, object]:  # type: ignore[override]
        connection, address = super().get_request()
        self.seen.append(address)
        return connection, address


@pytest.fixture(scope="module")
def visitors() -> Iterator[Visitors]:
    with Visitors() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the secret lies, and where nothing may be written."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret").write_text(SECRET, "utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(visitors: Visitors, folder: Path) -> dict[str, Hostile]:
    return files(f"http://127.0.0.1:{visitors.server_port}", str(folder / "secret"))


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def text_of(document: Document) -> str:
    notes = [note.text for note in document.footnotes]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *notes, *document.furniture])


def read(box: Sandbox, name: str, file: Hostile) -> tuple[str, str]:
    """The text of a file, or the sentence that refuses it."""
    # The name identifies a paper that does not, which is not what these are about.
    name = f"kst-99001-7.{name.rpartition('.')[2]}"
    if file.limits != box._limits:
        with Sandbox(file.limits) as tight:
            return read(tight, name, Hostile(file.make, limits=tight._limits))
    try:
        return text_of(box.parse(name, file.make())), ""
    except PaperError as error:
        return "", str(error)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_is_refused_with_a_sentence_or_read(
    box: Sandbox, hostile: dict[str, Hostile], name: str
) -> None:
    file = hostile[name]
    text, sentence = read(box, name, file)
    assert file.refused in sentence
    assert file.reads in text
    assert bool(file.reads) <= bool(text)
    assert bool(file.refused) <= bool(sentence)
    if sentence:
        assert sentence.isprintable()
        assert len(sentence) < 500
        assert sentence.endswith(" Nothing of it was indexed.")
        assert "crash" not in sentence
        assert "cannot be so" not in sentence
    assert SECRET not in text + sentence


def test_nobody_was_visited_and_nothing_written(visitors: Visitors, folder: Path) -> None:
    # After all of the above.
    assert visitors.seen == []
    assert [path.name for path in folder.iterdir()] == ["secret"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")
def test_no_child_is_left(box: Sandbox) -> None:
    assert box._server is not None
    server = box._server.pid
    assert Path(f"/proc/{server}/task/{server}/children").read_text() == ""


FAR_NAMES = [
    "../../../etc/passwd", "..\\..\\windows\\system32", "/etc/shadow", "C:\\x.xml", "\\\\host\\share\\x",
    "file:/etc/x", "~/.ssh/id_rsa", "$HOME/x", "`id`.xml", "$(id).xml", "x;rm -rf .", "x|y", "x&y", "-rf", "--help",
    "con.xml", "NUL", "COM1.txt", ".", "..", "", " ", ".hidden.xml", "a\nb.xml", "a\x00.xml", "a\x1b[2J.xml",
    "\u202etxt.exe", "\udcff.xml", "<script>alert(1)</script>.html", "x" * 5000, "é\u0301\u200b.pdf",
    "kst-99003-D.xml/../../x", "%2e%2e%2fx", "😀.xml",
]  # fmt: skip


@pytest.mark.parametrize("name", FAR_NAMES, ids=ascii)
def test_a_name_leads_nowhere(box: Sandbox, tmp_path: Path, name: str) -> None:
    data = paper("")
    assert box.parse(name, data).id == "kst-99001-7"
    with pytest.raises(PaperError) as refused:
        box.parse(name, b"\x7fELF")
    assert str(refused.value).isprintable()
    corpus = tmp_path / "outer" / "corpus"
    corpus.mkdir(parents=True)
    kept = keep(corpus, name, data)
    assert kept.is_relative_to(corpus)
    assert kept.resolve() == kept
    assert kept.suffix == ".xml"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    os.mkfifo(corpus / "pipe.xml")
    (corpus / "zero.xml").symlink_to("/dev/zero")
    (corpus / "out.xml").symlink_to(tmp_path)
    (corpus / "circle.xml").symlink_to(corpus / "circle.xml")
    for path in corpus.iterdir():
        with pytest.raises(PaperError):
            folder_of_papers.read(path.name, path, corpus)
        if path.name != "circle.xml":  # that one is nowhere
            with pytest.raises(PaperError, match="it is no file but a folder, a device or a pipe"):
                cli._paper(path)


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 80
