"""The app as a server on this machine."""

from __future__ import annotations

import ipaddress
import logging
import os
import shutil
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from ragassist.app import documents, paper
from ragassist.app.gate import Gate
from ragassist.app.library import Library
from ragassist.app.warmup import Warmup
from ragassist.errors import SystemFault

HERE = Path(__file__).parent
FILES = {  # address -> file, media type
    "/app.css": ("app.css", "text/css"),
    "/app.js": ("app.js", "text/javascript"),
    "/papers.css": ("papers.css", "text/css"),
    "/papers.js": ("papers.js", "text/javascript"),
    "/favicon.svg": ("favicon.svg", "image/svg+xml"),
    "/favicon.ico": ("favicon.svg", "image/svg+xml"),
}
HEAD = (
    '<link rel="icon" href="/favicon.svg" type="image/svg+xml">'
    '<link rel="stylesheet" href="/app.css"><link rel="stylesheet" href="/papers.css">'
    '<script src="/app.js" defer></script><script src="/papers.js" defer></script>'
)
FONTS = ["Noto Sans", "system-ui", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif"]  # the machine's own
DEFAULT_PORT = 7860
HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
SESSIONS = 200  # conversations kept in memory
FAREWELL = 1  # seconds that open pages get when the server stops


def asgi(blocks: gr.Blocks, warmup: Warmup, library: Library | None = None) -> ASGIApp:
    """The whole app behind its gate. library: None where the papers are shown and cannot be changed."""
    files = [Route(address, _file(*file)) for address, file in FILES.items()]
    routes = [paper.route(warmup), *documents.routes(warmup, library), *files]
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, routes=routes)
    blocks.state_session_capacity = SESSIONS
    gr.mount_gradio_app(
        app, blocks, "/", show_error=False, footer_links=[], run_history=False, allowed_paths=[],
        enable_monitoring=False, max_file_size="1mb", ssr_mode=False, pwa=False, mcp_server=False, head=HEAD,
        theme=gr.themes.Base(font=FONTS, font_mono=["ui-monospace", "monospace"]),
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
    )  # fmt: skip
    shutil.rmtree(
        os.environ["GRADIO_TEMP_DIR"], ignore_errors=True
    )  # Gradio insists on one; this app has no use for it
    return Gate(app, HOSTS)


def serve(app: ASGIApp, listener: socket.socket, warmup: Warmup) -> None:
    """Serve until Ctrl-C, opening the assistant meanwhile. Raises what kept it from opening."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=FAREWELL,
        ws="none",
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    # Pages that are open when it stops hold requests that never end; that these are cut off is no news.
    logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
    warmup.start(stop)
    with suppress(KeyboardInterrupt):  # the way to stop it
        server.run(sockets=[listener])
    if warmup.fault:
        raise warmup.fault


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises SystemFault where the machine does not allow it; port 0 is any free one."""
    if host not in HOSTS and not _loopback(host):
        raise SystemFault(
            f"ragassist has no login, so it answers this machine only, and {host} can be reached by others. "
            "Use 127.0.0.1."
        )
    try:
        return socket.create_server((host, port))
    except OSError as error:
        other = DEFAULT_PORT if port != DEFAULT_PORT else DEFAULT_PORT + 1
        raise SystemFault(
            f"ragassist cannot listen on port {port} of {host}: {os.strerror(error.errno or 0).lower()}. "
            f"Stop what uses it, or choose another one with: ragassist run --port {other}"
        ) from error


def address(listener: socket.socket) -> str:
    """Where a browser finds it."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[FileResponse]]:
    async def file(_: Request) -> FileResponse:
        return FileResponse(HERE / name, media_type=kind, headers={"cache-control": "no-cache"})

    return file
