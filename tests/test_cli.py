"""The shell: what each command prints where, its exit code, and one sentence for whatever goes wrong."""

from __future__ import annotations

import functools
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

import stored_papers
from ragassist import Encoder, __version__, cli, progress
from ragassist.index import Index

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
PAPER = CORPUS / "kst-21501-31-741.txt"
SHELL = [sys.executable, "-m", "ragassist"]
ANSWERED = "Wat is het doel van de EU-Talentenpool?"
LOAD = Encoder.load
OFF_TOPIC = "Wie won de Tour de France in 1987?"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Shell = Callable[..., Done]


@functools.cache
def encoder(model: str | None = None) -> Encoder:
    """Models are loaded once for all commands that run in this process."""
    return LOAD(model)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command in this process, as the shell would."""
    monkeypatch.setattr(Encoder, "load", encoder)

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["ragassist", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return Done(stopped.value.code if isinstance(stopped.value.code, int) else 0, out, err)

    return run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed, indexed by the command itself."""
    folder = tmp_path_factory.mktemp("cli") / "an index"
    done = subprocess.run([*SHELL, "index", CORPUS, "--index", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 added, 0 changed, 0 removed, 0 unchanged.\nAdded: kst-21501-31-741.\n"
    return folder


def test_help_and_version_load_nothing_heavy() -> None:
    for words in (["--help"], ["--version"], ["ask", "--help"]):
        done = subprocess.run([*SHELL, *words], capture_output=True, text=True, check=True)
        assert done.stdout
        assert not done.stderr
    heavy = "{'numpy', 'torch', 'faiss', 'tantivy', 'gradio', 'sentence_transformers', 'rich'}"
    loaded = subprocess.run(
        [sys.executable, "-c", f"import ragassist.cli, sys; print({heavy} & set(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert loaded.stdout == "set()\n"


def test_the_version_is_the_projects(shell: Shell) -> None:
    assert shell("--version").out == f"ragassist {__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ""),
        (["aks"], "No such command 'aks'"),
        (["ask"], "give one question, or --questions"),
        (["ask", "Wat?", "--questions", "x.jsonl"], "give one question, or --questions"),
        (["ask", "Wat", "kost", "dit?"], "unexpected extra argument"),
        (["ask", "Wat?", "-k", "0"], "Invalid value for '-k'"),
        (["ask", "Wat?", "-k", "101"], "Invalid value for '-k'"),
        (["ask", "Wat?", "-k", "drie"], "Invalid value for '-k'"),
        (["ask", "Wat?", "--jsn"], "No such option: --jsn"),
        (["eval", "--split", "train"], "'train' is not one of 'dev', 'test', 'all'"),
        (["show"], "Missing argument 'FILE'"),
        (["run", "--port", "70000"], "Invalid value for '--port'"),
    ],
)
def test_a_mistyped_command_is_explained_and_exits_with_2(shell: Shell, words: list[str], said: str) -> None:
    done = shell(*words)
    assert done.code == 2
    assert said in done.err + done.out
    assert "Traceback" not in done.err


def test_an_answer_is_shown_and_one_that_is_not_there_exits_with_3(shell: Shell, index: Path) -> None:
    found = shell("ask", ANSWERED, "--index", index)
    assert (found.code, found.err) == (0, "")
    assert "nr. 741, p. " in found.out
    missing = shell("ask", OFF_TOPIC, "--index", index)
    assert missing.code == 3
    assert missing.out


def test_a_reply_in_json_has_the_promised_shape(shell: Shell, index: Path) -> None:
    done = shell("ask", ANSWERED, "--index", index, "-k", "2", "--json")
    reply = json.loads(done.out)
    assert done.out.count("\n") == 1
    assert list(reply) == ["id", "question", "searched_as", "found", "confidence", "took_ms", "hits"]
    assert (reply["id"], reply["question"], reply["found"], len(reply["hits"])) == (None, ANSWERED, True, 2)
    hit = reply["hits"][0]
    assert list(hit) == [
        "rank", "score", "document", "exchange", "fractie", "member", "question", "answer", "citation", "passages"
    ]  # fmt: skip
    assert list(hit["citation"]) == ["text", "url", "paragraphs", "pages"]
    passage = hit["passages"][0]
    assert list(passage) == ["paragraph", "page", "text", "highlights"]
    assert passage["text"] in (hit["answer"] + hit["question"])
    assert all(0 <= start < end <= len(passage["text"]) for start, end in passage["highlights"])
    assert json.loads(shell("ask", OFF_TOPIC, "--index", index, "--json").out)["hits"]  # the nearest are there


def test_many_questions_are_answered_in_order_each_with_its_id(shell: Shell, index: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    rows = [
        {"id": "b", "question": OFF_TOPIC},
        {"id": "a", "question": ANSWERED, "gold": []},
        {"question": "wat\u0000 nu"},
    ]
    asked.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = shell("ask", "--questions", asked, "--index", index, "--json")
    replies = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0  # all were processed, though one is not answered
    assert [reply["id"] for reply in replies] == ["b", "a", None]
    assert [reply["found"] for reply in replies[:2]] == [False, True]
    told = shell("ask", "--questions", asked, "--index", index).out
    assert told.count("nr. 741, p. ") >= 6
    places = [told.index(line) for line in (f"b: {OFF_TOPIC}\n\n", f"a: {ANSWERED}\n\n", "Question: wat nu\n\n")]
    assert places == sorted(places)


def test_each_reply_leaves_as_soon_as_it_is_there(index: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text(f'{{"id": "1", "question": "{ANSWERED}"}}\n' * 100, "utf-8")
    with subprocess.Popen(
        [*SHELL, "ask", "--questions", asked, "--index", index, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as many:
        assert many.stdout is not None
        assert many.stderr is not None
        assert json.loads(many.stdout.readline())["id"] == "1"
        many.stdout.close()  # as `head -1` does
        assert many.stderr.read() == b""
        assert many.wait() == 1


LONG = "wat " * 25_000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask", ""], "question"),
        (["ask", " \t\u200b "], "question"),
        (["ask", "\x01\x02"], "question"),
        (["ask", LONG], "has 100,000 characters"),
        (["ask", "Wat?", "--index", "nowhere"], "nowhere holds no index yet. Make one with: ragassist index"),
        (["ask", "Wat?", "--model", "empty"], "The embedding model empty"),
        (["ask", "--questions", "nowhere.jsonl"], "The questions in nowhere.jsonl cannot be read: No such file"),
        (["ask", "--questions", "bad.jsonl"], "bad.jsonl, line 2: this is not a JSON object on one line"),
        (["ask", "--questions", "empty-question.jsonl"], 'empty-question.jsonl, line 1: "question" must be text'),
        (["ask", "--questions", "binary.txt"], "binary.txt, line 1: "),
        (["index", "nowhere"], "nowhere"),
        (["index", "binary.txt"], "binary.txt"),
        (["eval", "--questions", "nowhere.jsonl"], "nowhere.jsonl cannot be read"),
        (["eval", "--questions", "elsewhere.jsonl"], "is answered in kst-9, which the index does not hold"),
        (["eval", "--questions", "beyond.jsonl"], "has no paragraph 9999; correct its gold"),
        (["eval", "--questions", "good.jsonl", "--compare", "bad.jsonl"], "bad.jsonl is not a saved run"),
        (["eval", "--questions", "good.jsonl", "--report", "nowhere/r.html"], "nowhere/r.html: No such file"),
        (["show", "nowhere.txt"], "nowhere.txt: No such file or directory."),
        (["show", "empty"], "empty: it is no file but a folder, a device or a pipe."),
        (["show", "binary.txt"], "binary.txt"),
        (["show", "/dev/zero"], "zero: it is no file but a folder, a device or a pipe."),
        (["show", PAPER, "--html", "/dev/full"], "The disk is full."),
        (["show", PAPER, "--html", "/sys/paper.html"], "There is no permission to read or write /sys/paper.html."),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_exits_with_1(
    shell: Shell, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "index").symlink_to(index)
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary.txt").write_bytes(b"\x00\xff\xfe\x01" * 100)
    gold = '"gold": [{"document": "%s", "paragraphs": [%d]}]'
    files = {
        "bad.jsonl": '{"id": "1", "question": "Wat?"}\nnonsense',
        "empty-question.jsonl": '{"id": "1", "question": " "}',
        "good.jsonl": '{"id": "1", "question": "Wat?", "gold": []}',
        "elsewhere.jsonl": '{"id": "1", "question": "Wat?", ' + gold % ("kst-9", 1) + "}",
        "beyond.jsonl": '{"id": "1", "question": "Wat?", ' + gold % ("kst-21501-31-741", 9999) + "}",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    done = shell(*words)
    assert done.code == 1
    sentences = [line for line in done.err.splitlines() if not line.startswith(("Asking:", "Reading:", "Encoding:"))]
    assert len(sentences) == 1, done.err
    assert said in sentences[0]
    assert len(sentences[0]) < 400


def small_corpus(folder: Path) -> Path:
    """The first pages of the seed, which are read in a second."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / PAPER.name).write_text(PAPER.read_text("utf-8")[:12_000], "utf-8")
    return corpus


def test_a_file_that_is_no_paper_is_named_and_the_others_are_indexed(shell: Shell, tmp_path: Path) -> None:
    corpus = small_corpus(tmp_path)
    (corpus / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = shell("index", corpus, "--index", tmp_path / "index")
    assert done.code == 1
    assert "photo.txt" in done.err
    assert done.out == "1 added, 0 changed, 0 removed, 0 unchanged, 1 refused.\nAdded: kst-21501-31-741.\n"
    (corpus / "photo.txt").unlink()
    assert shell("index", corpus, "--index", tmp_path / "index").out == "0 added, 0 changed, 0 removed, 1 unchanged.\n"


def test_an_index_of_another_model_is_refused_with_what_to_do(shell: Shell, tmp_path: Path) -> None:
    Index.write(tmp_path, [stored_papers.paper()], stored_papers.MODEL)
    done = shell("ask", ANSWERED, "--index", tmp_path)
    assert done.code == 1
    assert "was made with the model small-model" in done.err
    assert f"(ragassist index CORPUS --index {tmp_path} --model multilingual-e5-small)" in done.err


def test_a_damaged_index_is_refused_with_what_to_do_and_built_anew_by_index(shell: Shell, tmp_path: Path) -> None:
    corpus, index = small_corpus(tmp_path), tmp_path / "my index"
    assert shell("index", corpus, "--index", index).code == 0
    largest = max((path for path in index.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    asked = shell("ask", ANSWERED, "--index", index)
    assert asked.code == 1
    assert "is damaged" in asked.err
    assert f"ragassist index CORPUS --index '{index}'" in asked.err
    mended = shell("index", corpus, "--index", index)
    assert mended.code == 0
    assert re.search(
        r"The index in .* is damaged \(.*\)\. What could not be used was made again from the papers\.\n", mended.err
    )
    assert mended.out.startswith("1 added")
    assert shell("ask", ANSWERED, "--index", index).err == ""


def test_an_older_index_that_stands_in_for_a_damaged_one_is_told(shell: Shell, tmp_path: Path) -> None:
    corpus, index = small_corpus(tmp_path), tmp_path / "index"
    assert shell("index", corpus, "--index", index).code == 0
    whole = shell("ask", ANSWERED, "--index", index)
    shutil.copy(ROOT / "eval" / "genres" / "kst-98010-17.xml", corpus)
    assert shell("index", corpus, "--index", index).code == 0
    (index / "gen-000002" / "manifest.json").write_bytes(b"{}")
    asked = shell("ask", ANSWERED, "--index", index)
    assert (asked.code, asked.out, whole.err) == (whole.code, whole.out, "")
    assert "gen-000001 holds, the newest generation that is whole, stands in for it" in asked.err
    assert asked.err.count("\n") == 1


@pytest.mark.parametrize("question", ["", "wat " * 25_000])
def test_a_question_that_cannot_be_asked_is_refused_before_a_model_is_loaded(
    shell: Shell, index: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    def load(model: str | None = None) -> Encoder:
        raise AssertionError

    monkeypatch.setattr(Encoder, "load", load)
    done = shell("ask", question, "--index", index)
    assert done.code == 1
    assert "question" in done.err


def test_an_empty_folder_gives_an_empty_index_that_says_so(shell: Shell, tmp_path: Path) -> None:
    corpus, index = small_corpus(tmp_path), tmp_path / "index"
    assert shell("index", corpus, "--index", index).code == 0
    (corpus / PAPER.name).unlink()
    emptied = shell("index", corpus, "--index", index)
    assert (emptied.code, emptied.out) == (
        0,
        "0 added, 0 changed, 1 removed, 0 unchanged.\nRemoved: kst-21501-31-741.\n",
    )
    asked = shell("ask", ANSWERED, "--index", index)
    assert asked.code == 3
    assert asked.err == (
        f"The index in {index} holds no papers. Put some in the folder, then: ragassist index CORPUS --index {index}\n"
    )
    assert json.loads(shell("ask", ANSWERED, "--index", index, "--json").out)["hits"] == []


def test_a_summary_in_json_names_everything(shell: Shell, tmp_path: Path) -> None:
    corpus = small_corpus(tmp_path)
    (corpus / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    (corpus / "copy.txt").write_bytes((corpus / PAPER.name).read_bytes())
    done = shell("index", corpus, "--index", tmp_path / "index", "--json")
    summary = json.loads(done.out)
    assert (done.code, done.out.count("\n")) == (1, 1)
    assert list(summary) == [
        "added", "changed", "unchanged", "removed", "refused", "passed_over", "remarks", "rebuilt"
    ]  # fmt: skip
    assert (summary["added"], list(summary["refused"])) == (["kst-21501-31-741"], ["photo.txt"])
    assert summary["passed_over"] == {"copy.txt": f"copy.txt: passed over, it is the same file as {PAPER.name}."}


def test_a_paper_is_removed_however_it_is_named_and_nothing_is_left(shell: Shell, tmp_path: Path) -> None:
    corpus, index = small_corpus(tmp_path), tmp_path / "index"
    assert shell("index", corpus, "--index", index).code == 0
    well = shell("doctor", corpus, "--index", index)
    assert (well.code, well.err) == (0, "")
    assert well.out.endswith("Index and folder agree.\n")

    unknown = shell("remove", "kst-21501-31-714", "--index", index, "--corpus", corpus)
    assert unknown.code == 1
    assert unknown.err == f"The index in {index} holds no kst-21501-31-714. Did you mean kst-21501-31-741?\n"
    left = shell("doctor", corpus, "--index", index, "--removed", "kst-21501-31-741", "--json")
    assert (left.code, json.loads(left.out)["healthy"]) == (1, False)

    for command in (["remove", "21 501-31", "--corpus", corpus], ["doctor", corpus, "--removed", "21 501-31"]):
        dossier = shell(*command, "--index", index)
        told = "“21 501-31” names a whole dossier; name its papers, such as kst-21501-31-1.\n"
        assert (dossier.code, dossier.out, dossier.err) == (1, "", told)

    reference = "Kamerstukken II 2023/24, 21 501-31, nr. 741"
    removed = shell("remove", reference, "kst-21501-31-741", "--index", index, "--corpus", corpus)
    assert (removed.code, removed.out) == (0, f"kst-21501-31-741: deleted {corpus / PAPER.name}\n")
    assert list(corpus.iterdir()) == []
    gone = shell("doctor", corpus, "--index", index, "--removed", reference)
    assert gone.code == 0
    assert "ok     nothing is left of kst-21501-31-741\n" in gone.out


def test_a_watched_folder_is_kept_up_with_until_it_is_interrupted(tmp_path: Path) -> None:
    corpus = small_corpus(tmp_path)
    watching: list[str | Path] = [*SHELL, "index", corpus, "--index", tmp_path / "index", "--watch"]
    with subprocess.Popen(watching, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline() == "1 added, 0 changed, 0 removed, 0 unchanged. Added: kst-21501-31-741.\n"
        (corpus / PAPER.name).unlink()
        assert watcher.stdout.readline() == "0 added, 0 changed, 1 removed, 0 unchanged. Removed: kst-21501-31-741.\n"
        watcher.send_signal(signal.SIGINT)
        assert watcher.communicate(timeout=20) == ("", "")
        assert watcher.returncode == 0


def test_a_paper_is_shown_as_it_was_read(shell: Shell, tmp_path: Path) -> None:
    done = shell("show", PAPER)
    assert (done.code, done.err) == (0, "")
    assert "17 pages" in done.out
    assert "exchange" in done.out
    page = tmp_path / "paper.html"
    assert shell("show", PAPER, "--html", page).out == ""
    assert "<script" not in page.read_text("utf-8")


def test_an_evaluation_is_printed_saved_compared_and_reported(shell: Shell, index: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    gold = [{"document": "kst-21501-31-741", "paragraphs": [12]}]
    rows = [
        {"id": "1", "question": ANSWERED, "kind": "fact", "gold": gold, "split": "dev"},
        {"id": "2", "question": OFF_TOPIC, "kind": "off topic", "gold": []},
    ]
    questions.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    evaluating = ["eval", "--questions", questions, "--index", index, "--split", "dev"]
    text = shell(*evaluating)
    assert text.code == 0
    assert text.out.startswith("2 questions: 1 answerable, 1 not;")
    assert text.err == "Asking: 1 of 2\nAsking: 2 of 2\n"

    saved, page = tmp_path / "run.json", tmp_path / "report.html"
    saved.write_text(shell(*evaluating, "--json").out, "utf-8")
    compared = shell(*evaluating, "--compare", saved, "--report", page)
    assert "Compared with the saved run over 2 questions." in compared.out
    assert page.read_text("utf-8").count("<svg ") == 3
    assert json.loads(shell(*evaluating, "--json", "--compare", saved).out)["comparison"]["broken"] == []
    assert shell("eval", "--questions", questions, "--index", index).out.startswith("1 questions: 0 answerable, 1 not;")


def test_output_is_utf8_whatever_the_locale_says() -> None:
    plain = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*SHELL, "show", PAPER], capture_output=True, env=plain, check=True)
    assert "11–12 maart" in done.stdout.decode("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_results_that_cannot_be_written_are_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*SHELL, "show", PAPER], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The disk is full.")


def test_an_interrupt_is_quiet(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(model: str | None = None) -> Encoder:
        raise KeyboardInterrupt

    monkeypatch.setattr(Encoder, "load", interrupted)
    done = shell("index", CORPUS)
    assert (done.code, done.out, done.err) == (130, "", "")


def test_progress_on_a_terminal_is_a_bar_and_elsewhere_a_line_for_each_tenth(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = count()
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    with progress.telling() as tell:
        for done in range(101):
            tell("Reading", done, 100, "a paper")
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(",")[0] for line in lines] == [f"Reading: {done} of 100" for done in range(10, 101, 10)]
    assert "about 2 minutes left" in lines[0]
    assert "left" not in lines[-1]
    monkeypatch.undo()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress.telling() as tell:
        tell("Reading", 2, 2, "a.txt")
        tell("Encoding", 1, 2, "[kst-1]")
    shown = capsys.readouterr().err
    assert "Reading" in shown
    assert "[kst-1]" in shown


def test_the_page_is_served_until_it_is_interrupted(tmp_path: Path) -> None:
    words: list[str | Path] = ["--port", "0", "--corpus", small_corpus(tmp_path), "--index", tmp_path / "index"]
    with subprocess.Popen([*SHELL, "run", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        said = server.stderr.readline()
        address = re.search(r"http://(127\.0\.0\.1:\d+)", said)
        assert address, said
        for line in server.stderr:  # until the index is there
            if re.match(r"Encoding: (\d+) of \1\n", line):
                break
        connection = http.client.HTTPConnection(address[1], timeout=10)
        connection.request("GET", "/")
        assert b"ragassist" in connection.getresponse().read()
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=20)
    assert (server.returncode, out) == (0, "")
    assert "Traceback" not in err


def test_a_port_in_use_is_an_error(shell: Shell, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = shell("run", "--port", port, "--index", tmp_path)
    assert done.code == 1
    assert f"cannot listen on port {port}" in done.err


def test_nothing_is_served_without_a_folder(shell: Shell, tmp_path: Path) -> None:
    done = shell("run", "--port", "0", "--corpus", tmp_path / "nowhere", "--index", tmp_path)
    assert (done.code, done.out) == (1, "")
    assert (
        done.err == f"There is no folder {tmp_path / 'nowhere'}. Make it and put papers in it, or name another one.\n"
    )


def test_an_interrupted_run_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    corpus, index = small_corpus(tmp_path), tmp_path / "index"
    with subprocess.Popen(
        [*SHELL, "index", corpus, "--index", index], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as indexer:
        assert indexer.stderr is not None
        assert indexer.stderr.readline() == "Reading: 1 of 1\n"
        indexer.send_signal(signal.SIGINT)
        out, err = indexer.communicate(timeout=60)
    assert (indexer.returncode, out) == (130, "")
    assert err.splitlines()[-1] == f"Stopped. The index in {index} is as it was; the next run starts over."
    assert not index.exists() or [path.name for path in index.iterdir()] == [".lock"]


def test_a_paper_is_never_overwritten_by_its_page(tmp_path: Path) -> None:
    paper = tmp_path / CORPUS.joinpath("kst-21501-31-741.txt").name
    paper.write_bytes((CORPUS / paper.name).read_bytes())
    done = subprocess.run([*SHELL, "show", paper, "--html", paper], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is the paper itself" in done.stderr
    assert paper.read_bytes() == (CORPUS / paper.name).read_bytes()
