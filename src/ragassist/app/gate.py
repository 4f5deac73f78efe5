"""What may come in, and what every answer says to the browser: everything not named here stays out.

Gradio answers any host, takes posts from any site, fetches public addresses and shows its own inner state; a page
on this machine needs none of that.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ragassist.app.texts import TEXTS, language
from ragassist.formats.opening import LARGEST as LARGEST_PAPER

# What the page itself asks for; Gradio's other routes (upload, file=, proxy=, monitoring, call, runs) are out of reach.
ROUTES = {
    "GET": re.compile(
        r"/|/paper/[^/]+|/app\.(?:css|js)|/favicon\.(?:ico|svg)|/theme\.css|/config|/manifest\.json|/robots\.txt"
        r"|/papers/(?:panel|list|status|welcome)|/papers\.(?:css|js)"
        r"|/(?:assets|static)/.+|/gradio_api/(?:app_id|startup-events|queue/data|heartbeat/\w+)"
    ),
    "POST": re.compile(r"/gradio_api/(?:queue/join|cancel|reset)|/papers/(?:file|fetch|remove|read|stop)"),
}
ROUTES["HEAD"] = ROUTES["GET"]
CLIMBING = re.compile(r"(?:^|/)\.\.?(?:/|$)|[\\\x00-\x1f]|//")
CHANGING = "/papers/"  # a post under this address changes the papers
LARGEST = 1_000_000  # bytes of a request
LARGER = {"/papers/file": LARGEST_PAPER}  # where more may come in
HEADERS = {
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; frame-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Gate:
    """The outermost layer of the app.

    hosts: names by which the app may be addressed; any other is somebody's DNS that points here.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, _labelled(send))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        try:
            body = b"" if refusal else await _body(receive, LARGER.get(scope["path"], LARGEST))
        except ClientDisconnect:
            return  # half a file is no file
        if body is None:
            told = TEXTS[language(headers)].too_large
            refusal = JSONResponse({"error": told, "detail": told}, 413)  # as Gradio's page reads it
        if refusal:
            await refusal(scope, receive, send)
            return
        if scope["path"] == "/":  # what the address asks for, papers.js reads; to Gradio `page` is a page of its own
            scope["query_string"] = b""
        # No proxy stands before the app, so what claims to come from one is forged.
        scope["headers"] = [(key, value) for key, value in scope["headers"] if not key.startswith(b"x-forwarded-")]
        await self._app(scope, _replayed(body or b"", receive), send)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        method, path = scope["method"], scope["path"]
        if headers.getlist("host")[1:] or _name(headers.get("host", "")) not in self._hosts:
            return PlainTextResponse("This host is not served here.", 400)
        if method not in ROUTES:
            return PlainTextResponse("This method is not allowed.", 405)
        if CLIMBING.search(path) or not ROUTES[method].fullmatch(path):
            return PlainTextResponse("There is nothing here.", 404)
        if method == "POST" and (_foreign(headers) or (path.startswith(CHANGING) and "origin" not in headers)):
            return PlainTextResponse("Another site may not post here.", 403)
        return None


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    return re.sub(r":\d+$", "", host).lower()


def _foreign(headers: Headers) -> bool:
    """Whether another site made the browser send this."""
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    return origin is not None and urlsplit(origin).netloc.lower() != headers["host"].lower()


async def _body(receive: Receive, largest: int) -> bytes | None:
    """The whole body; None as soon as it is larger than this, in bytes, whatever its header says.

    Raises ClientDisconnect when the sender goes before the end.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > largest:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body that was read, then goes on."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay


def _labelled(send: Send) -> Send:
    """A send that adds our headers; a route's own policy stands."""

    async def labelled(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return labelled
