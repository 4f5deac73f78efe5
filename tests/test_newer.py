"""The commands fetch and report: what they print where, what they save, and their exit codes."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from fetch_server import Answer, Server, Time, answer, official_xml, record
from ragassist import Encoder, cli, fetch
from ragassist.corpus import discard

ID = "kst-21501-31-745"
ANSWERED = "Wat is het doel van de EU-Talentenpool?"
OFF_TOPIC = "Wie won de Tour de France in 1987?"
SEED = "kst-21501-31-741"


class Shell:
    """Runs a command in this process, as the shell would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["ragassist", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = self._capsys.readouterr()
        return (stopped.value.code if isinstance(stopped.value.code, int) else 0), out, err


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capsys)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The official sites, in place of the real ones, whatever pace is asked for."""
    clock = Time()
    with Server(clock).running() as server:

        class Here(fetch.Client):
            def __init__(self, pace: fetch.Pace) -> None:
                super().__init__(server.sites(), clock.pace(pace.delay))

        monkeypatch.setattr(fetch, "Client", Here)
        yield server


def test_a_paper_is_fetched_by_any_reference(shell: Shell, server: Server, tmp_path: Path) -> None:
    server.routes["/sru"] = answer([record(ID, {"xml": f"{server.files}/a.xml"})])
    server.routes["/a.xml"] = Answer(official_xml(ID))
    words = ["fetch", "Kamerstukken II 2023/24, 21 501-31, nr. 745, p. 3", "--corpus", tmp_path]
    assert shell(*words) == (0, f"{ID}: {tmp_path / ID}.xml\n1 saved, 0 there already.\n", "Fetching: 1 of 1\n")
    assert shell(*words)[1] == "0 saved, 1 there already.\n"
    assert shell("fetch", f"https://zoek.officielebekendmakingen.nl/{ID}.html", "--corpus", tmp_path)[0] == 0


def test_a_dossier_is_listed_and_fetched_as_far_as_asked(shell: Shell, server: Server, tmp_path: Path) -> None:
    ids = [f"kst-21501-31-{number}" for number in (3, 2, 1)]
    server.routes["/sru"] = answer([record(id, {"xml": f"{server.files}/{id}.xml"}) for id in ids])
    server.routes[f"/{ids[0]}.xml"] = Answer(official_xml(ids[0]))
    corpus = tmp_path / "corpus"
    asked = ["fetch", "--dossier", "21 501-31", "--since", "2024-04-01", "--corpus", corpus]
    code, out, err = shell(*asked, "--dry-run")
    assert (code, out.splitlines()[0], err) == (0, f"{ids[0]}  2024-04-24  Verslag {ids[0]}", "")
    assert not corpus.exists()
    assert 'dt.date>="2024-04-01"' in server.asked[-1].query["query"]
    code, out, err = shell(*asked, "--max", "2", "--delay", "3")
    assert code == 1
    assert out == f"{ids[0]}: {corpus / ids[0]}.xml\n1 saved, 0 there already, 1 refused.\n"
    assert f"{ids[1]}: it is not on the official sites, or not yet.\n" in err
    times = [asked.at for asked in server.asked][2:]
    assert all(later - earlier >= 3 for earlier, later in pairwise(times[1:]))


def test_nothing_found_exits_with_3(shell: Shell, server: Server, tmp_path: Path) -> None:
    server.routes["/sru"] = answer([])
    assert shell("fetch", "--query", "talentenpool", "--corpus", tmp_path) == (3, "0 saved, 0 there already.\n", "")
    assert shell("fetch", "--query", "talentenpool", "--corpus", tmp_path, "--dry-run") == (3, "", "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "give one REFERENCE, or --dossier, or --query"),
        ([ID, "--query", "x"], 2, "give one REFERENCE"),
        (["--dossier", "1", "--query", "x"], 2, "give one REFERENCE"),
        (["--query", "x", "--since", "gisteren"], 2, "Invalid value for '--since'"),
        (["--query", "x", "--max", "0"], 2, "Invalid value for '--max'"),
        (["--query", "x", "--delay", "0.1"], 2, "Invalid value for '--delay'"),
        (["de talentenpool"], 1, "names no paper; write it as kst-21501-31-741"),
        (["https://example.org/kst-1-1.html"], 1, "leads to no official paper"),
        (["2025D06779"], 1, "is a number of the Tweede Kamer itself"),
        (["--dossier", "kst-1027638"], 1, "tells no dossier"),
    ],
)
def test_what_cannot_be_fetched_is_explained(
    shell: Shell, server: Server, words: list[str], code: int, said: str
) -> None:
    done, out, err = shell("fetch", *words)
    assert (done, out) == (code, "")
    assert said in " ".join(err.split())
    assert server.asked == []


def test_without_a_network_it_says_so(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def offline(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    assert shell("fetch", ID, "--corpus", tmp_path) == (
        1, "", "repository.overheid.nl cannot be reached; is there a network?\n"
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_swap_is_reported_as_text_page_and_feed(
    shell: Shell, seed_index: Path, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Encoder, "load", lambda model=None: encoder)
    index = shutil.copytree(seed_index, tmp_path / "index")
    questions = tmp_path / "asked.jsonl"
    questions.write_text(f'{{"id": "1", "question": "{ANSWERED}"}}\n{{"question": "{OFF_TOPIC}"}}\n', "utf-8")
    last, page, feed = tmp_path / "last.json", tmp_path / "report.html", tmp_path / "report.xml"
    words = ["report", "--questions", questions, "--index", index, "--save", last]

    code, out, err = shell(*words)
    assert (code, out) == (0, "2 questions asked. Swap papers, index them, and run this again.\n")
    assert f"This run is saved in {last}." in err
    assert "none changed" in shell(*words)[1]

    (tmp_path / "corpus").mkdir()
    discard(tmp_path / "corpus", index, SEED)
    code, out, err = shell(*words, "--keep", "--html", page, "--atom", feed)
    assert code == 0
    assert "1 changed." in out
    assert "no longer found, broken citation" in out
    assert "nr. 741" in out
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert len(etree.parse(str(feed)).findall("{http://www.w3.org/2005/Atom}entry")) == 1
    assert len(json.loads(last.read_text("utf-8"))["papers"]) == 1  # kept, so that it can be compared with again
    assert shell(*words)[1].startswith("2 questions asked before (")
    assert json.loads(last.read_text("utf-8"))["papers"] == {}


def test_a_saved_run_that_is_none_is_told_before_anything_is_asked(shell: Shell, tmp_path: Path) -> None:
    questions, last = tmp_path / "asked.jsonl", tmp_path / "last.json"
    questions.write_text('{"question": "Wat?"}\n', "utf-8")
    last.write_text("{}", "utf-8")
    code, out, err = shell("report", "--questions", questions, "--save", last)
    assert (code, out) == (1, "")
    assert "is no run saved by this version of ragassist report" in err
    assert last.read_text("utf-8") == "{}"
