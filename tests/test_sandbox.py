"""The box: what goes in and out of it is the same paper, and whatever a file does in there ends with one sentence."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from printed_papers import INVENTED, SEED
from ragassist import sandbox
from ragassist.document import Document, Setting
from ragassist.errors import SystemFault, UnreadablePaper, UnsupportedFormat
from ragassist.formats import parse
from ragassist.formats.opening import LARGEST
from ragassist.sandbox import Limits, Sandbox, parse_untrusted

NAME = "kst-1-2.txt"
SMALL = b"De leden vragen dit. Kan dat?\n"
# A second of work, so that there is time to look into the box.
SLOW = "".join(f"Het is zo.{number} Dan dit, want regel {number} loopt door en\n" for number in range(24_000)).encode()

proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def settings_of(document: Document) -> list[Setting]:
    return [paragraph.setting for paragraph in document.paragraphs]  # which comparing documents leaves out


# What comes out of the box


@pytest.mark.parametrize("path", [SEED, *INVENTED[:2]], ids=lambda path: path.stem)
def test_a_paper_is_read_in_the_box_as_outside(box: Sandbox, path: Path) -> None:
    inside, outside = box.parse(path.name, path.read_bytes()), parse(path.name, path.read_bytes())
    assert inside == outside
    assert settings_of(inside) == settings_of(outside)


def test_one_box_reads_many_files_whatever_became_of_the_last(box: Sandbox) -> None:
    for _ in range(3):
        assert box.parse(NAME, SMALL).id == "kst-1-2"
        with pytest.raises(UnsupportedFormat, match=r"^kst-1-2\.txt: RTF is not a format"):
            box.parse(NAME, b"{\\rtf1")
        with pytest.raises(UnreadablePaper, match=r"^kst-1-2\.txt: the file holds no text"):
            box.parse(NAME, b"")


def test_a_box_of_its_own_reads_one_file() -> None:
    assert parse_untrusted(NAME, SMALL).id == "kst-1-2"


def test_a_file_that_is_too_large_never_enters(box: Sandbox) -> None:
    with pytest.raises(UnreadablePaper, match="it is larger than 50 MB"):
        box.parse(NAME, bytes(LARGEST + 1))


@pytest.mark.parametrize("name", ["kst-1-2.txt\x00", "a\nb.txt", "\udcff.txt", "\u202etxt.exe", "../../../etc/passwd"])
def test_a_name_is_only_a_label(box: Sandbox, name: str) -> None:
    with pytest.raises(UnreadablePaper) as refused:
        box.parse(name, b"")
    assert str(refused.value).isprintable()
    assert str(refused.value).endswith(": the file holds no text. Nothing of it was indexed.")


@pytest.mark.parametrize(
    ("limits", "data", "sentence"),
    [
        (Limits(wall=0.2), SLOW, "it took longer than 0.2 seconds to read."),
        (Limits(processor=1), 3 * SLOW, "it took longer than 1 seconds to read."),
        (Limits(memory=40 * 2**20), 3 * SLOW, "it needs more memory than 40 MB to read."),
        (Limits(output=20_000), SEED.read_bytes(), "its reader said more than 20,000 bytes."),
        (Limits(text=10_000), SEED.read_bytes(), "it holds more than 10,000 characters of text."),
        (Limits(paragraphs=50), SEED.read_bytes(), "it holds more than 50 paragraphs."),
    ],
    ids=["wall", "processor", "memory", "output", "text", "paragraphs"],
)
def test_a_file_that_takes_too_much_is_refused_and_the_next_one_read(
    limits: Limits, data: bytes, sentence: str
) -> None:
    with Sandbox(limits) as box:
        for _ in range(2):
            with pytest.raises(UnreadablePaper) as refused:
                box.parse(NAME, data)
            assert str(refused.value) == f"{NAME}: {sentence} Nothing of it was indexed."
            assert box.parse(NAME, SMALL).id == "kst-1-2"


def test_whoever_waits_may_stop_it_and_read_on() -> None:
    waited: list[int] = []

    def wait() -> None:
        waited.append(1)
        if len(waited) == 2:
            raise StopIteration("enough")

    with Sandbox(waiting=wait) as box:
        with pytest.raises(StopIteration, match="enough"):
            box.parse(NAME, 3 * SLOW)
        assert box.parse(NAME, SMALL).id == "kst-1-2"


def test_threads_take_turns(box: Sandbox) -> None:
    found: list[str] = []

    def read(number: int) -> None:
        found.extend(box.parse(f"kst-{number}-{turn}.txt", SMALL).id for turn in range(5))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(f"kst-{number}-{turn}" for number in range(1, 5) for turn in range(5))


# What the box is made of


def test_the_box_knows_the_parsers_and_nothing_else() -> None:
    command = "import ragassist.sandbox.server, sys, threading; print(*sys.modules, threading.active_count())"
    done = subprocess.run([sys.executable, "-I", "-c", command], capture_output=True, text=True, check=True)
    *modules, threads = done.stdout.split()
    assert threads == "1"
    assert {"ragassist.formats", "lxml.etree"} <= set(modules)
    assert not {"torch", "numpy", "gradio", "faiss", "httpx", "socket", "ragassist.index"} & set(modules)


def server_of(box: Sandbox) -> int:
    box.parse(NAME, SMALL)
    assert box._server is not None
    return box._server.pid


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(holds: Callable[[], object]) -> bool:
    until = time.monotonic() + 20
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


class Reading(threading.Thread):
    """Reads a slow file in a box, the more times as slow; `why` is the refusal in the end."""

    def __init__(self, box: Sandbox, times: int = 1) -> None:
        super().__init__()
        self._data = SLOW * times
        self.server = server_of(box)
        self._box = box
        self.why = ""
        self.start()
        assert eventually(lambda: children(self.server))
        (self.child,) = children(self.server)

    def run(self) -> None:
        try:
            self._box.parse(NAME, self._data)
        except UnreadablePaper as error:
            self.why = str(error)


@proc
def test_the_child_has_limits_and_nothing_of_ours(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s3cret")
    with Path(__file__).open() as _:
        reading = Reading(box, 3)
        own = Path("/proc", str(reading.child))
        assert eventually(lambda: "Max processes 0" in " ".join((own / "limits").read_text().split()))
        limits = " ".join((own / "limits").read_text().split())
        for limit in ("cpu time 20", "file size 0", "core file size 0", "open files 32", "address space 1073741824"):
            assert f"Max {limit}" in limits
        assert (own / "environ").read_bytes() == b""
        assert {str(fd.readlink()).split(":")[0] for fd in (own / "fd").iterdir()} == {"/dev/null", "pipe"}
        assert len([fd for fd in (own / "fd").iterdir() if str(fd.readlink()).startswith("pipe")]) == 1
        os.kill(reading.child, signal.SIGKILL)
        reading.join()


@proc
@pytest.mark.parametrize("death", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_child_that_dies_is_reported_and_the_next_file_read(box: Sandbox, death: signal.Signals) -> None:
    reading = Reading(box, 3)
    os.kill(reading.child, death)
    reading.join()
    assert reading.why == f"{NAME}: it made its reader crash. Nothing of it was indexed."
    assert server_of(box) == reading.server


@proc
def test_a_server_that_dies_takes_its_child_along_and_is_started_anew(box: Sandbox) -> None:
    reading = Reading(box)
    os.kill(reading.server, signal.SIGKILL)
    reading.join()
    assert reading.why == ""  # a second server read it
    assert eventually(lambda: not alive(reading.child))
    assert server_of(box) != reading.server
    os.kill(server_of(box), signal.SIGKILL)
    assert box.parse(NAME, SMALL).id == "kst-1-2"


@proc
def test_closing_the_box_leaves_no_process(box: Sandbox) -> None:
    reading = Reading(box, 3)
    server = box._server
    assert server is not None
    assert server.stdin is not None
    server.stdin.close()
    assert eventually(lambda: not alive(reading.server) and not alive(reading.child))
    reading.join()


PARENT = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
from ragassist.sandbox import Sandbox
box = Sandbox()
box.parse("kst-1-2.txt", b"De leden vragen.")
print(box._server.pid, flush=True)
box.parse("kst-1-2.txt", sys.stdin.buffer.read())
"""


@proc
@pytest.mark.parametrize("death", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_box_dies_with_whoever_opened_it(death: signal.Signals) -> None:
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", PARENT], **streams) as parent:  # type: ignore[call-overload]
        server = int(parent.stdout.readline())
        parent.stdin.write(3 * SLOW)
        parent.stdin.close()
        assert eventually(lambda: children(server))
        (child,) = children(server)
        parent.send_signal(death)
        assert parent.wait(20) == -death
    assert eventually(lambda: not alive(server) and not alive(child))


def test_a_server_that_does_not_start_says_how_to_learn_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SystemFault, match=r"^The reader of papers does not start; .* /bin/false -I -m ragassist"):
        parse_untrusted(NAME, SMALL)


def test_nothing_but_the_box_parses_in_the_open() -> None:
    """The parsers are imported by the server of the box; what else is taken from `formats` reads no files."""
    source = Path(sandbox.__file__).parents[1]
    parsers = re.compile(r"from ragassist\.formats import .*\bparse\b|from ragassist\.formats\.\w+ import .*\bparse\b")
    found = {
        path.name for path in source.rglob("*.py") if path.parent.name != "formats" and parsers.search(path.read_text())
    }
    assert found == {"server.py"}
