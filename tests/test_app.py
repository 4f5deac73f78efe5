"""The app as a server: what it lets in, what it says to the browser, and what it says when something is wrong."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Iterator
from typing import cast
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ragassist.app import build, run, server
from ragassist.app.gate import LARGEST, Gate
from ragassist.app.texts import TEXTS
from ragassist.app.warmup import Warmup
from ragassist.assistant import Assistant
from ragassist.errors import CorpusError, SystemFault
from sample_replies import DOCUMENT, ID, SampleAssistant

PAGE = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:7860"}
JOIN = "/gradio_api/queue/join"
CLOSED = """
    /gradio_api/file=/etc/passwd /gradio_api/file=https://example.org/ /gradio_api/file=http://169.254.169.254/
    /file=/etc/passwd /gradio_api/file/etc/passwd /gradio_api/proxy=https://x.hf.space/ /gradio_api/monitoring
    /monitoring /monitoring/summary /monitoring/key /gradio_api/runs /gradio_api/run-history/buckets
    /gradio_api/deep_link /pwa_icon /pwa_icon/9000 /openapi.json /gradio_api/openapi.json /docs /redoc
    /gradio_api/info /gradio_api/dev/reload /dev/reload /gradio_api/vibe-code /gradio_api/upload
    /gradio_api/upload_progress /gradio_api/token /gradio_api/user /login_check
    /svelte/svelte.js /gradio_api/stream/x/y/z/playlist.m3u8 /custom_component/x/y/z/w /gradio_api/mcp/sse
    /gradio_api/profiling/traces /app.py /__init__.py /gate.py /.git/config
""".split()
CLIMBING = """
    /assets/../gate.py /assets/%2e%2e/gate.py /assets/..%2fgate.py /assets/..%5cgate.py /static//etc/passwd
    /static/%2e%2e/%2e%2e/index.html /paper/.. /paper/%2e%2e%2fetc /paper/a/b /paper/ /paper/x%00
    /assets/x%0d%0aset-cookie:a=b //evil.example/ /paper//evil.example /./gradio_api/monitoring
    /gradio_api/queue/../monitoring /GRADIO_API/monitoring /gradio_api%2fmonitoring /gradio_api/monitoring/
""".split()


def warmed() -> Warmup:
    warmup = Warmup(lambda progress: cast("Assistant", SampleAssistant()))
    warmup.assistant = cast("Assistant", SampleAssistant())
    return warmup


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    warmup = warmed()
    with TestClient(server.asgi(build(warmup), warmup), base_url="http://127.0.0.1:7860") as client:
        yield client


async def status(app: ASGIApp, path: str) -> int:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode(), "query_string": b""}
    await app({**scope, "headers": [(b"host", b"127.0.0.1:7860")]}, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize("path", ["/", f"/paper/{ID}", "/paper/kst-0", "/app.js", "/theme.css", "/nothing", JOIN])
def test_every_answer_is_guarded(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert "*" not in policy
    for part in ("base-uri", "form-action", "frame-ancestors"):
        assert part in policy


def test_the_page_may_not_be_framed_and_a_paper_only_by_it(client: TestClient) -> None:
    page, paper = client.get("/").headers, client.get(f"/paper/{ID}").headers
    assert (page["x-frame-options"], paper["x-frame-options"]) == ("DENY", "SAMEORIGIN")
    assert "frame-ancestors 'none'" in page["content-security-policy"]
    assert "frame-ancestors 'self'" in paper["content-security-policy"]
    assert paper["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline';")


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860"])
def test_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get(f"/paper/{ID}", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost.",
        "127.0.0.1@evil.example",
        "10.0.0.1",
        "",
        "[::1].evil.example",
        "127.0.0.1:7860, evil.example",
        "127.0.0.1:",
    ],
)
def test_other_names_are_not(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "https://127.0.0.1.evil.example:7860"},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "http://localhost:7860"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:7860", "sec-fetch-site": "cross-site"},
    ],
)
def test_another_site_cannot_post(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(JOIN, json={}, headers=headers).status_code == 403


def test_the_page_itself_can_post(client: TestClient) -> None:
    answer = client.post(JOIN, json={"data": [], "fn_index": 0, "session_hash": "s"}, headers=PAGE)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", CLOSED)
def test_what_the_page_does_not_need_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path, headers=PAGE).status_code == 404
    assert client.post(path, headers=PAGE).status_code == 404


@pytest.mark.parametrize(
    "path", ["/gradio_api/run/ask", "/gradio_api/call/asked", "/gradio_api/api/asked", "/login", "/"]
)
def test_handlers_are_not_reachable_by_name(client: TestClient, path: str) -> None:
    assert client.post(path, json={"data": ["x"]}, headers=PAGE).status_code == 404


@pytest.mark.parametrize("query", ["view=papers&page=2", "page=-9", "deep_link=x", "q=Wat%20kost%20het"])
def test_what_an_address_asks_for_is_not_for_gradio(client: TestClient, query: str) -> None:
    reply = client.get(f"/?{query}")
    assert reply.status_code == client.head(f"/?{query}").status_code == 200
    config = re.compile(r'"(?:page|current_page|deep_link_state)": ?[^,]*')
    assert config.findall(reply.text) == config.findall(client.get("/").text)


@pytest.mark.parametrize("path", CLIMBING)
def test_paths_do_not_climb(client: TestClient, path: str) -> None:
    """As they come over the wire: a client would straighten them first."""
    assert asyncio.run(status(client.app, path)) == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 405


def test_large_bodies_are_refused_by_what_comes_in(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(LARGEST // 50_000 + 1):
            yield b"x" * 50_000

    refused = client.post(JOIN, content=b"x" * (LARGEST + 1), headers=PAGE)
    assert (refused.status_code, refused.json()["error"]) == (413, TEXTS["nl"].too_large)
    assert client.post(JOIN, content=chunks(), headers=PAGE).status_code == 413
    assert client.post(JOIN, content=chunks(), headers={**PAGE, "content-length": "10"}).status_code == 413


def test_a_body_that_breaks_off_goes_no_further() -> None:
    came: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        came.append(scope["path"])

    async def ask(*messages: Message) -> None:
        rest = iter(messages)

        async def receive() -> Message:
            return next(rest)

        async def send(message: Message) -> None:
            came.append(message["type"])

        headers = [(b"host", b"127.0.0.1"), (b"origin", b"http://127.0.0.1")]
        scope = {"type": "http", "method": "POST", "path": "/papers/file", "headers": headers}
        await Gate(app, frozenset({"127.0.0.1"}))(scope, receive, send)

    half = {"type": "http.request", "body": b"De helft", "more_body": True}
    asyncio.run(ask(half, {"type": "http.disconnect"}))
    assert came == []
    asyncio.run(ask(half, {"type": "http.request", "body": b" en de rest", "more_body": False}))
    assert came == ["/papers/file"]


def test_a_forged_proxy_changes_nothing(client: TestClient) -> None:
    forged = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-for": "10.0.0.1"}
    assert "evil.example" not in client.get("/", headers=forged).text


def test_no_error_tells_more_than_it_should(client: TestClient) -> None:
    answer = client.post(JOIN, content=b"{", headers={**PAGE, "content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


def test_a_paper_is_shown_in_the_language_of_the_browser(client: TestClient) -> None:
    dutch, english = (client.get(f"/paper/{ID}", headers={"accept-language": lang}) for lang in ("nl", "en-GB,en"))
    assert dutch.status_code == english.status_code == 200
    assert "Fietspartij vraagt" in dutch.text
    assert "Fietspartij asks" in english.text
    assert f'id="p{len(DOCUMENT.paragraphs)}"' in dutch.text


@pytest.mark.parametrize("id", ["kst-0", "KST-99999-7", "kst-99999-7.html", "%3Cscript%3E", "kst-99999-7%20", "..."])
def test_a_paper_that_is_not_loaded_is_not_found(client: TestClient, id: str) -> None:
    answer = client.get(f"/paper/{id}")
    assert answer.status_code == 404
    assert TEXTS["nl"].unknown in answer.text
    assert "<script" not in answer.text.lower()


def test_a_paper_asked_for_too_early_says_so() -> None:
    warmup = Warmup(lambda progress: cast("Assistant", SampleAssistant()))
    with TestClient(server.asgi(build(warmup), warmup), base_url="http://127.0.0.1") as client:
        answer = client.get(f"/paper/{ID}")
    assert answer.status_code == 503
    assert TEXTS["nl"].not_ready in answer.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/app.js", "text/javascript"),
        ("/app.css", "text/css"),
        ("/favicon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ],
)
def test_own_files_are_what_they_say(client: TestClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, kind)


def test_nothing_outside_this_machine_is_named_to_the_browser(client: TestClient) -> None:
    """Gradio's page names outside hosts to link previewers; what a browser loads is all from here."""
    page = client.get("/").text
    loading = re.findall(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=[\"']?([^\"' >]+)", page)
    assert loading
    assert not [address for address in loading if re.match(r"(?:https?:)?//", address)]
    assert '"stylesheets":[]' in page.replace(" ", "")


def test_starting_and_serving_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []

    def look_up(host: object, *_: object, **__: object) -> list[object]:
        called.append(host)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    warmup = warmed()
    with TestClient(server.asgi(build(warmup), warmup), base_url="http://127.0.0.1") as client:
        assert client.get("/").status_code == 200
    assert called == []


def test_gradio_is_told_to_stay_home() -> None:
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["HF_HUB_DISABLE_TELEMETRY"] in {"1", "True"}


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    with server.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemFault, match=f"port {port} of 127.0.0.1: address already in use.*run --port 7860"):
            server.listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", ""])  # noqa: S104
def test_it_answers_this_machine_only(host: str) -> None:
    with pytest.raises(SystemFault, match="no login"):
        server.listen(host, 0)


def test_an_assistant_that_cannot_be_opened_ends_the_server() -> None:
    def opener(progress: object) -> Assistant:
        raise CorpusError("corpus/ holds no paper.")

    with pytest.raises(CorpusError, match="holds no paper"):
        run(opener, port=0)
