"""The papers panel: what comes in answers, what goes out answers no more, and nobody else can do either."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient

from fetch_server import Answer, Server, Time, answer, official_xml
from papers_server import offline
from printed_papers import CORPUS, INVENTED, SEED
from ragassist.app import build, documents, gate, server
from ragassist.app.library import Library
from ragassist.app.panel_texts import PANEL_TEXTS
from ragassist.app.texts import TEXTS
from ragassist.app.warmup import Warmup
from ragassist.corpus import Step
from ragassist.encoder import Encoder
from ragassist.errors import CorpusError
from ragassist.fetch import Client
from ragassist.index import Index
from ragassist.rendering import LIST_WORDS

HOST = "http://127.0.0.1:7860"
PAGE = {"sec-fetch-site": "same-origin", "origin": HOST}
SEED_ID, PAPER = SEED.stem, INVENTED[0]
WORDS, TOLD = LIST_WORDS["nl"], PANEL_TEXTS["nl"]
CHANGING = ("file?name=x", "fetch?wish=21501-31-745", f"remove?id={SEED_ID}", "read", "stop")


class Desk(NamedTuple):
    """A page over a folder of papers: what a browser on this machine does, and what lies behind it."""

    client: TestClient
    corpus: Path
    library: Library
    warmup: Warmup

    def post(self, path: str, **more: Any) -> Any:
        return self.client.post(f"/papers/{path}", headers=PAGE, **more)

    def upload(self, name: str, data: bytes) -> Any:
        return self.post("file", params={"name": name}, content=data)

    def status(self) -> Any:
        return self.client.get("/papers/status").json()

    def listed(self, query: str = "") -> str:
        return self.client.get(f"/papers/list?{query}").text

    def cited(self, question: str) -> set[str]:
        assert self.warmup.assistant
        return {hit.document.id for hit in self.warmup.assistant.ask(question).hits}


def settled(desk: Desk) -> str:
    """What became of everything, once it is done."""
    until = time.monotonic() + 60
    while (state := desk.status())["busy"]:
        assert time.monotonic() < until, state
        time.sleep(0.02)
    return str(state["results"])


Opened = Callable[..., Desk]


def at_desk(folder: Path, encoder: Encoder, seed: Path | None, client: Callable[[], Client] = offline) -> Desk:
    """The page over a folder with the first paper and its index, or an empty one."""
    corpus, index = folder / "corpus", folder / "index"
    if seed:
        shutil.copytree(CORPUS, corpus)
        shutil.copytree(seed, index)
    else:
        corpus.mkdir()
    library = Library(corpus, index, lambda: encoder, client)
    warmup = Warmup(library.open)
    warmup.assistant = library.open(lambda step: None)
    return Desk(seen_from("127.0.0.1", warmup, library), corpus, library, warmup)


def seen_from(host: str, warmup: Warmup, library: Library | None) -> TestClient:
    return TestClient(server.asgi(build(warmup), warmup, library), base_url=HOST, client=(host, 50000))


@pytest.fixture
def opened(tmp_path: Path, encoder: Encoder, seed_index: Path) -> Opened:
    """Opens a page of its own, for a test that changes its papers."""
    return lambda client=offline, *, empty=False: at_desk(tmp_path, encoder, None if empty else seed_index, client)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, seed_index: Path) -> Desk:
    """One page for the tests after which its papers are as they were."""
    return at_desk(tmp_path_factory.mktemp("desk"), encoder, seed_index)


def test_the_list_tells_what_is_known_of_a_paper(desk: Desk) -> None:
    listed = desk.listed()
    for told in ("Kamerstukken II 2023/24, 21501-31, nr. 741", "2024-03-12", "21501-31", WORDS.indexed, WORDS.pages):
        assert told in listed
    assert f"doc={SEED_ID}" in listed


def test_what_is_added_answers_without_a_restart(opened: Opened) -> None:
    desk = opened()
    before = desk.status()
    assert PAPER.stem not in desk.cited(PAPER.stem)
    assert desk.upload(PAPER.name, PAPER.read_bytes()).json() == {"outcome": "waiting"}
    assert desk.upload("raar.exe", b"MZ\x90\x00").json() == {"outcome": "refused"}
    told = settled(desk)
    assert f'<strong>{PAPER.name}</strong> <span class="outcome">{WORDS.read_now}' in told
    assert f'<strong>raar.exe</strong> <span class="outcome">{WORDS.refused}' in told
    assert {path.name for path in desk.corpus.iterdir()} == {SEED.name, PAPER.name}
    assert desk.status()["count"] == before["count"] + 1
    assert desk.status()["version"] != before["version"]
    assert desk.warmup.assistant
    question = next(asked for asked in desk.warmup.assistant.examples(50) if asked in PAPER.read_text("utf-8"))
    assert PAPER.stem in desk.cited(question)
    assert PAPER.stem in desk.client.get("/papers/welcome").text


def test_what_is_taken_out_is_gone_everywhere(opened: Opened) -> None:
    desk = opened()
    desk.upload(PAPER.name, PAPER.read_bytes())
    settled(desk)
    assert desk.post(f"remove?id={SEED_ID}").status_code == 202
    assert WORDS.removed in settled(desk)
    assert {path.name for path in desk.corpus.iterdir()} == {PAPER.name}
    assert SEED_ID not in desk.listed()
    assert desk.client.get(f"/paper/{SEED_ID}").status_code == 404
    assert SEED_ID not in desk.cited("Wat doet het kabinet voor arbeidsmigranten?")
    assert desk.post(f"remove?id={SEED_ID}").status_code == 404


def test_the_first_paper_comes_in_through_the_panel(opened: Opened) -> None:
    desk = opened(empty=True)
    assert "view=papers" in desk.client.get("/papers/welcome").text
    assert TEXTS["nl"].none in desk.client.get("/papers/welcome").text
    assert WORDS.none in desk.listed()
    desk.upload(PAPER.name, PAPER.read_bytes())
    settled(desk)
    assert PAPER.stem in desk.listed()
    desk.post(f"remove?id={PAPER.stem}")
    settled(desk)
    assert WORDS.none in desk.listed()


def test_files_that_are_no_papers_are_named_with_the_reason_and_can_go(opened: Opened) -> None:
    desk = opened()
    desk.upload("nogmaals.txt", SEED.read_bytes())
    desk.upload("leeg.txt", b"kort")
    told = settled(desk)
    assert f'<strong>nogmaals.txt</strong> <span class="outcome">{WORDS.passed_over}' in told
    assert f'<strong>leeg.txt</strong> <span class="outcome">{WORDS.refused}' in told
    assert 'data-file="leeg.txt"' in desk.listed("find=geweigerd")
    assert desk.post("remove?file=leeg.txt").status_code == 202
    settled(desk)
    assert "leeg.txt" not in desk.listed()
    assert not (desk.corpus / "leeg.txt").exists()
    assert desk.post(f"remove?file={SEED.name}").status_code == 404  # a paper goes by its id, out of the index too
    assert desk.post("remove?file=../corpus/leeg.txt").status_code == 404


def test_a_stop_leaves_the_index_and_the_files(opened: Opened) -> None:
    desk = opened()
    seal = Index.open(desk.corpus.parent / "index").manifest.generation
    for paper in INVENTED[:3]:
        desk.upload(paper.name, paper.read_bytes())
    assert desk.status()["busy"]
    assert desk.post("stop").status_code == 202
    assert WORDS.unread in settled(desk)
    assert Index.open(desk.corpus.parent / "index").manifest.generation == seal
    assert desk.status()["count"] == 1
    assert desk.status()["retry"]
    assert WORDS.unread in desk.listed()
    desk.post("read?again=1")
    assert WORDS.unread not in settled(desk)
    assert desk.status()["count"] == 4


def test_a_file_can_be_taken_out_before_it_is_read(opened: Opened) -> None:
    desk = opened()
    desk.upload(PAPER.name, PAPER.read_bytes())
    desk.post("stop")
    settled(desk)
    assert f'data-file="{PAPER.name}"' in desk.listed()
    assert desk.post(f"remove?file={PAPER.name}").status_code == 202
    assert WORDS.unread not in settled(desk)
    assert {path.name for path in desk.corpus.iterdir()} == {SEED.name}
    assert desk.status()["count"] == 1


def test_questions_are_answered_from_the_old_index_meanwhile(opened: Opened) -> None:
    desk = opened()
    for paper in INVENTED[:3]:
        desk.upload(paper.name, paper.read_bytes())
    assert desk.cited("Wat doet het kabinet voor arbeidsmigranten?") == {SEED_ID}
    assert desk.status()["busy"]
    assert SEED_ID in desk.listed()
    desk.post("stop")
    settled(desk)


def test_a_paper_is_fetched_by_its_number(opened: Opened) -> None:
    clock = Time()
    with Server(clock).running() as sites:
        sites.routes["/sru"] = answer([])
        sites.routes["/kst-21501-31-745.xml"] = Answer(official_xml("kst-21501-31-745"))
        desk = opened(lambda: Client(sites.sites(), clock.pace()))
        assert desk.post("fetch", params={"wish": "Kamerstukken II 2023/24, 21 501-31, nr. 745"}).status_code == 202
        told = settled(desk)
    assert "nr. 745" in told
    assert WORDS.failed not in told
    assert (desk.corpus / "kst-21501-31-745.xml").exists()


def test_without_a_network_a_wish_gets_one_dutch_sentence_and_can_be_tried_again(opened: Opened) -> None:
    desk = opened()
    assert desk.post("fetch", params={"wish": "21 501-31, nr. 745"}).status_code == 202
    assert WORDS.offline in settled(desk)
    assert desk.status()["retry"]
    desk.post("read?again=1")
    assert settled(desk).count(WORDS.offline) == 1


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("zomaar wat", TOLD.unknown),
        ("", TOLD.unknown),
        ("https://evil.example/kst-1-1.html", TOLD.unknown),
        ("x" * 5000, TOLD.unknown),
        ("dossier 21 501-31", TOLD.dossier.format(example="21501-31, nr. 1")),
    ],
)
def test_a_wish_that_names_no_paper_is_told_so_at_once(desk: Desk, wish: str, sentence: str) -> None:
    answer = desk.post("fetch", params={"wish": wish})
    assert (answer.status_code, answer.json()) == (422, {"told": sentence})


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": HOST, "sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:8000"},
    ],
)
def test_another_site_changes_nothing(desk: Desk, path: str, headers: dict[str, str]) -> None:
    assert desk.client.post(f"/papers/{path}", headers=headers, content=b"x").status_code == 403
    assert desk.client.get(f"/papers/{path}").status_code == 404
    assert not desk.status()["busy"]


@pytest.fixture(scope="module")
def elsewhere(desk: Desk) -> TestClient:
    return seen_from("192.168.1.7", desk.warmup, desk.library)


@pytest.mark.parametrize("path", CHANGING)
def test_another_machine_changes_nothing(elsewhere: TestClient, path: str) -> None:
    answer = elsewhere.post(f"/papers/{path}", headers=PAGE)
    assert (answer.status_code, answer.json()) == (403, {"told": TOLD.stranger})


def test_another_machine_is_told_so(elsewhere: TestClient) -> None:
    panel = elsewhere.get("/papers/panel").text
    assert TOLD.stranger in panel
    assert SEED_ID in panel
    for changing in ('type="file"', 'class="wish"', 'class="out"', 'class="read"'):
        assert changing not in panel


def test_without_a_library_papers_are_only_shown(desk: Desk) -> None:
    client = seen_from("127.0.0.1", desk.warmup, None)
    assert TOLD.shown_only in client.get("/papers/panel").text
    assert client.post("/papers/read", headers=PAGE).status_code == 403


def test_what_is_too_large_is_not_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gate.LARGER, "/papers/file", 1000)
    assert desk.upload("a.txt", b"x" * 1001).status_code == 413
    assert {path.name for path in desk.corpus.iterdir()} == {SEED.name}


def test_a_name_is_a_label_and_leads_nowhere(opened: Opened) -> None:
    desk = opened(empty=True)
    names = (
        "../../uit.txt",
        "/etc/uit.txt",
        "..\\uit.txt",
        ".verborgen.txt",
        "",
        "\x00\u202e",
        "x" * 4000,
        "CON",
        "a b?*",
    )
    for n, name in enumerate(names):
        desk.upload(name, PAPER.read_bytes() + b"\n" * n)
    desk.post("stop")
    kept = [path for path in desk.corpus.parent.rglob("*") if path.is_file() and "index" not in path.parts]
    assert len(kept) == len(names)
    assert all(path.is_relative_to(desk.corpus) and path.name[0] != "." for path in kept)
    assert not (desk.corpus.parent.parent / "uit.txt").exists()


def test_before_the_papers_are_ready_nothing_can_be_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = desk.status()["version"]
    monkeypatch.setattr(desk.warmup, "assistant", None)
    assert desk.status()["version"] != ready
    answer = desk.post("read")
    assert (answer.status_code, answer.json()) == (503, {"told": TOLD.not_ready})
    monkeypatch.setattr(desk.warmup, "step", Step("reading", 3, 8, "kst-1.txt"))
    state = desk.status()
    assert (state["ready"], state["busy"], state["stop"], state["name"]) == (False, True, False, "kst-1.txt")
    assert TOLD.step.format(done=3, total=8) in state["doing"]
    assert TEXTS["nl"].wait in desk.listed()


def test_no_more_wait_than_a_page_can_show(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragassist.app.jobs.WAITING", 0)
    answer = desk.post("fetch", params={"wish": "21 501-31, nr. 745"})
    assert (answer.status_code, answer.json()) == (429, {"told": TOLD.full})


@pytest.mark.parametrize(
    ("fixed", "sentence", "reading"), [("corpus", TOLD.fixed_corpus, 202), ("index", TOLD.fixed_index, 403)]
)
def test_a_folder_that_can_only_be_read_is_told(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, fixed: str, sentence: str, reading: int
) -> None:
    desk = opened()
    monkeypatch.setattr("os.access", lambda path, mode: Path(path).name != fixed)  # root may write anywhere
    panel = desk.client.get("/papers/panel").text
    assert sentence in panel
    assert 'type="file"' not in panel
    assert desk.upload("a.txt", b"x").json() == {"told": sentence}
    assert desk.post("read").status_code == reading
    settled(desk)


def test_while_another_process_writes_the_index_the_old_one_answers(opened: Opened) -> None:
    desk = opened()
    shutil.copy(PAPER, desk.corpus)
    with (desk.corpus.parent / "index" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert desk.library.open(lambda step: None).documents()
        assert desk.library.trouble
        assert TOLD.not_updated in desk.client.get("/papers/panel").text
        desk.post("read")
        assert WORDS.busy in settled(desk)
    desk.post("read?again=1")
    settled(desk)
    assert desk.status()["count"] == 2
    assert TOLD.not_updated not in desk.client.get("/papers/panel").text


def test_a_missing_folder_is_told_and_not_made(tmp_path: Path, encoder: Encoder) -> None:
    library = Library(tmp_path / "corpus", tmp_path / "index", lambda: encoder)
    with pytest.raises(CorpusError, match="There is no folder"):
        library.open(lambda step: None)


@pytest.mark.parametrize("path", ["list", "status", "panel", "welcome"])
def test_what_is_shown_is_never_kept_by_the_browser(desk: Desk, path: str) -> None:
    assert desk.client.get(f"/papers/{path}").headers["cache-control"] == "no-store"


def test_limits_are_told(desk: Desk) -> None:
    panel = desk.client.get("/papers/panel").text
    assert f'data-most="{documents.MOST_FILES}"' in panel
    assert "50 MB" in panel


def test_an_older_index_that_stands_in_for_a_damaged_one_is_told(opened: Opened) -> None:
    desk = opened()
    index = desk.corpus.parent / "index"
    Index.write(index, [], Index.open(index).manifest.model)
    (index / "gen-000002" / "manifest.json").write_bytes(b"{}")
    assert TOLD.damaged in desk.client.get("/papers/panel").text
    assert SEED_ID in desk.cited("Wat verdient een kennismigrant?")
    desk.post("read")
    settled(desk)
    assert TOLD.damaged not in desk.client.get("/papers/panel").text
