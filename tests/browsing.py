"""Debian's chromium, for tests of the page; what it looks like is left in tests/screenshots/, outside git."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

HERE = Path(__file__).parent
SCREENSHOTS = HERE / "screenshots"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WIDE, NARROW = (1280, 860), (360, 740)

Visit = Callable[..., Page]


@contextmanager
def serving(script: str, *words: str) -> Iterator[str]:
    """An app of the tests in a process of its own; its address."""
    with subprocess.Popen([sys.executable, str(HERE / script), *words], stderr=subprocess.PIPE, text=True) as server:
        try:
            told = (re.search(r"http://\S+", line) for line in server.stderr or ())
            yield next(found.group() for found in told if found)
        finally:
            server.terminate()


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(400)  # a scroll comes to rest
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one file of tests: while it is open an event loop runs, and other tests start their own."""
    chromium = shutil.which("chromium")
    if not chromium and os.environ.get("CI") != "true":
        pytest.skip("no chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium or "/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Callable[[str], BrowserContext]:
    """A browser with its cache for each language, kept over the tests: starting cold each time takes a second."""
    return cache(lambda lang: browser.new_context(locale=lang, permissions=["clipboard-read", "clipboard-write"]))


@pytest.fixture
def visit(contexts: Callable[[str], BrowserContext], address: str) -> Iterator[Visit]:
    """Opens an address of the app in a window; nothing may go to another host, no error to the console."""
    troubles: list[str] = []
    pages: list[Page] = []

    def watch(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            troubles.append(message.text)

    def watch_request(request: Request, base: str) -> None:
        if not request.url.startswith((base, "data:", "blob:", "about:")):
            troubles.append(request.url)

    def visit(path: str = "/", size: tuple[int, int] = WIDE, lang: str = "nl-NL", base: str = address) -> Page:
        page = contexts(lang).new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        pages.append(page)
        page.on("console", watch)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: watch_request(request, base))
        page.goto(base + path)
        return page

    yield visit
    for page in pages:
        page.close()
    assert troubles == []
