"""The chat in the browser, and the papers that it answers from."""

from __future__ import annotations

import os
import tempfile

# Gradio reads some of these when it is imported, so they stand above every import of it.
os.environ |= {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_TEMP_DIR": tempfile.mkdtemp(prefix="ragassist-"),  # else a folder that all users of a machine share
    "HF_HUB_DISABLE_TELEMETRY": "1",
}

import sys
from collections.abc import Callable

import gradio as gr

from ragassist.app import chat, server
from ragassist.app.library import Library
from ragassist.app.warmup import Opener, Warmup

WAITING = 64  # questions; the next one is told that it is too busy
PANELS: dict[str, Callable[[Warmup], None]] = {"chat": chat.panel}


def build(warmup: Warmup) -> gr.Blocks:
    """The page with all its panels; nothing is served yet."""
    blocks: gr.Blocks = gr.Blocks(title="ragassist", analytics_enabled=False, fill_width=True)
    with blocks:
        for panel in PANELS.values():
            panel(warmup)
    blocks.queue(max_size=WAITING, default_concurrency_limit=2, api_open=False)
    return blocks


def run(
    opener: Opener, host: str = "127.0.0.1", port: int = server.DEFAULT_PORT, library: Library | None = None
) -> None:
    """Serve the chat until Ctrl-C; the page is up at once, the assistant is opened meanwhile.

    opener: gives the assistant, telling how far it is while it builds an index. library: the papers that the page may
    change; without it they are only shown.
    Raises SystemFault when the port cannot be had, and whatever opener raises.
    """
    with server.listen(host, port) as listener:
        warmup = Warmup(opener)
        app = server.asgi(build(warmup), warmup, library)
        sys.stderr.write(f"The page is at {server.address(listener)} (Ctrl-C stops it).\n")
        server.serve(app, listener, warmup)
