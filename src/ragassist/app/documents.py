"""/papers/…: the list of papers, and what adds them and takes them out; papers.js puts it beside the chat.

Whatever changes something is a POST, which app/gate.py lets through from the page itself only, and it is done for
whoever sits at this machine only. An upload is the file's bytes and nothing around them: nothing is unpacked here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ragassist import references
from ragassist.app import views
from ragassist.app.jobs import IDLE, Job, Jobs, Status
from ragassist.app.library import Library
from ragassist.app.listing import Shelf, entries
from ragassist.app.panel_texts import PANEL_TEXTS, PanelTexts
from ragassist.app.texts import TEXTS, language
from ragassist.app.warmup import Warmup, give_back
from ragassist.corpus import Changes
from ragassist.errors import UnknownReference
from ragassist.formats import PARSERS
from ragassist.formats.opening import LARGEST
from ragassist.index import Listed
from ragassist.rendering import (
    Lang,
    Told,
    View,
    clean,
    notice_card,
    papers_list,
    papers_panel,
    results_list,
    results_summary,
)

MOST_FILES = 200  # added at a time
LONGEST_NAME = 255  # characters of a file's name
SAID = ("uploading", "too_large", "too_many", "folder", "lost")  # by papers.js
NOTHING = Changes()
FRESH = {"cache-control": "no-store"}

Handler = Callable[[Request], Awaitable[Response]]


def routes(warmup: Warmup, library: Library | None) -> list[BaseRoute]:
    """All addresses under /papers. library: None where the papers are shown and cannot be changed."""
    panel = Panel(warmup, library)
    shown: dict[str, Handler] = {
        "panel": panel.whole,
        "list": panel.list,
        "status": panel.status,
        "welcome": panel.welcome,
    }
    done: dict[str, Handler] = {
        "file": panel.file,
        "fetch": panel.fetch,
        "remove": panel.remove,
        "read": panel.read,
        "stop": panel.stop,
    }
    return [
        *(Route(f"/papers/{name}", handler, methods=["GET"]) for name, handler in shown.items()),
        *(Route(f"/papers/{name}", handler, methods=["POST"]) for name, handler in done.items()),
    ]


class Panel:
    """The papers as the page shows them; the lines are made ready once for each change of the list."""

    def __init__(self, warmup: Warmup, library: Library | None) -> None:
        self._warmup = warmup
        self._library = library
        self._jobs = Jobs(library, self._ended) if library else None
        self._listed: tuple[Listed, ...] | None = None
        self._version = 0  # another one when the index is another, whoever changed it
        self._shelves: dict[Lang, tuple[object, Shelf]] = {}

    async def whole(self, request: Request) -> Response:
        """The panel with its list, to be put into the page."""
        lang = language(request.headers)
        view = View.of(request.query_params)
        listed = await run_in_threadpool(self._list, view, lang, changing=not self._closed(request))
        size, kinds = LARGEST // 2**20, ", ".join(dict.fromkeys(row.label for row in PARSERS.values()))
        limits = {"kinds": kinds, "size": str(size), "count": str(MOST_FILES), "wish": str(references.LONGEST)}
        texts = PANEL_TEXTS[lang]
        words = {name: getattr(texts, name) for name in SAID}
        words |= {"largest": str(LARGEST), "size": str(size), "most": str(MOST_FILES)}
        closed = self._closed(request)
        note = closed or await run_in_threadpool(self._trouble, texts)
        shown = Told(not closed, not self._closed(request, reading=True), note, limits, words)
        return HTMLResponse(papers_panel(listed, view, lang, shown), headers=FRESH)

    async def list(self, request: Request) -> Response:
        """The page of the list that the address asks for."""
        view, lang = View.of(request.query_params), language(request.headers)
        listed = await run_in_threadpool(self._list, view, lang, changing=not self._closed(request))
        return HTMLResponse(listed, headers=FRESH)

    async def status(self, request: Request) -> Response:
        """How many papers there are, what is being done, and what became of what was asked."""
        return await run_in_threadpool(self._told, language(request.headers))

    async def welcome(self, request: Request) -> Response:
        """What one sees first in the chat, with the papers and examples of now."""
        lang, assistant = language(request.headers), self._warmup.assistant
        if assistant is None:
            return HTMLResponse("", 503, FRESH)
        papers = await run_in_threadpool(assistant.documents)
        examples = await run_in_threadpool(assistant.examples)
        return HTMLResponse(views.welcome(lang, examples, papers), headers=FRESH)

    async def file(self, request: Request) -> Response:
        """Add a file: its bytes are the body, what it is called stands in the address."""
        if refusal := self._refusal(request):
            return refusal
        name = clean(request.query_params.get("name", ""))[:LONGEST_NAME].strip() or "?"
        result = await run_in_threadpool(self._at_work.receive, name, await request.body())
        return JSONResponse({"outcome": result.outcome}, headers=FRESH)

    async def fetch(self, request: Request) -> Response:
        """Fetch a paper by its number or link."""
        if refusal := self._refusal(request):
            return refusal
        lang, wish = language(request.headers), request.query_params.get("wish", "")
        try:
            named = references.read(wish)
        except UnknownReference:
            return _sentence(PANEL_TEXTS[lang].unknown, 422)
        if isinstance(named, references.Dossier):
            return _sentence(PANEL_TEXTS[lang].dossier.format(example=f"{named.number}, nr. 1"), 422)
        return self._asked(Job("fetch", references.write(named)), lang)

    async def remove(self, request: Request) -> Response:
        """Take out a paper by its id, or a file that is none by its name."""
        if refusal := self._refusal(request):
            return refusal
        lang, library = language(request.headers), self._library
        id, file = request.query_params.get("id", ""), request.query_params.get("file", "")
        assistant = self._warmup.assistant
        there = assistant is not None and any(line.metadata.id == id for line in assistant.listed())
        unread = {result.file for result in self._at_hand().results if result.outcome == "unread"}
        aside = library is not None and file in unread | {*library.changes.refused, *library.changes.passed_over}
        if not (there or aside):
            return _sentence(PANEL_TEXTS[lang].gone, 404)
        return self._asked(Job("remove", id) if there else Job("drop", file), lang)

    async def read(self, request: Request) -> Response:
        """Read the folder again; with `again` in the address, fetch first what was not fetched."""
        if refusal := self._refusal(request, reading=True):
            return refusal
        if "again" in request.query_params and not self._at_work.retry():
            return _sentence(PANEL_TEXTS[language(request.headers)].full, 429)
        return self._asked(Job("read"), language(request.headers))

    async def stop(self, request: Request) -> Response:
        """Stop what is being done."""
        if refusal := self._refusal(request, reading=True):
            return refusal
        self._at_work.stop()
        return _sentence("", 202)

    def _asked(self, job: Job, lang: Lang) -> Response:
        return _sentence("", 202) if self._at_work.ask(job) else _sentence(PANEL_TEXTS[lang].full, 429)

    @property
    def _at_work(self) -> Jobs:
        if self._jobs is None:
            raise RuntimeError("these papers cannot be changed")
        return self._jobs

    def _closed(self, request: Request, *, reading: bool = False) -> str:
        """Why nothing can be added or taken out, in a sentence; empty where it can.

        reading: whether it is asked for reading the folder again, which needs no more than an index to write.
        """
        texts = PANEL_TEXTS[language(request.headers)]
        if self._library is None:
            return texts.shown_only
        if not _near(request):
            return texts.stranger
        reasons = {"": "", "index": texts.fixed_index, "corpus": "" if reading else texts.fixed_corpus}
        return reasons[self._library.fixed()] if self._warmup.assistant else ""

    def _trouble(self, texts: PanelTexts) -> str:
        """What the reader must know of the index that answers; empty when all is well."""
        if self._library and self._library.trouble:
            return texts.not_updated
        assistant = self._warmup.assistant
        return texts.damaged if assistant and assistant.trouble else ""

    def _refusal(self, request: Request, *, reading: bool = False) -> Response | None:
        closed = self._closed(request, reading=reading)
        if closed:
            return _sentence(closed, 403)
        if self._warmup.assistant is None:
            return _sentence(PANEL_TEXTS[language(request.headers)].not_ready, 503)
        return None

    def _list(self, view: View, lang: Lang, *, changing: bool) -> str:
        if self._warmup.assistant is None:
            return notice_card(TEXTS[lang].wait, lang)
        return papers_list(self._shelf(lang).show(view), view, lang, changing=changing)

    def _shelf(self, lang: Lang) -> Shelf:
        status = self._at_hand()
        changes = self._library.changes if self._library else NOTHING
        listed, version = self._latest()
        key = (version, status.version, id(changes))
        made, shelf = self._shelves.get(lang, (None, None))
        if shelf is None or made != key:
            shelf = Shelf(entries(listed, changes, status.results), lang)
            self._shelves[lang] = (key, shelf)
        return shelf

    def _latest(self) -> tuple[tuple[Listed, ...], int]:
        """The papers of now, and a number that is another one when they are."""
        listed = self._warmup.assistant.listed() if self._warmup.assistant else ()
        if listed is not self._listed:
            self._listed = listed
            self._version += 1
        return listed, self._version

    def _ended(self) -> None:
        """After a job: the new index is opened before anybody asks for it, and memory given back."""
        self._latest()
        give_back()

    def _told(self, lang: Lang) -> JSONResponse:
        listed, version = self._latest()
        status, ready = self._at_hand(), self._warmup.assistant is not None
        told = {"count": len(listed), "ready": ready, "version": f"{version}.{status.version}.{ready}"}
        shown = _status(status, lang)
        return JSONResponse({**told, **shown, "stop": ready and shown["busy"]}, headers=FRESH)

    def _at_hand(self) -> Status:
        """What is being done; before the papers are ready, that is reading them."""
        if self._warmup.assistant is None:
            return replace(IDLE, job=Job("read"), step=self._warmup.step)
        return self._jobs.status() if self._jobs else IDLE


def _status(status: Status, lang: Lang) -> dict[str, object]:
    """What the page shows of a job, all of it sentences but for the bar's two numbers."""
    texts = PANEL_TEXTS[lang]
    step, job = status.step, status.job
    results = {"results": results_list(status.results, lang), "retry": _again(status)}
    if job is None:
        return {**results, "busy": False, "said": results_summary(status.results, lang)}
    doing = getattr(texts, step.doing if step else job.doing)
    percent = 100 * step.done // max(step.total, 1) if step else 0
    told = [texts.step.format(done=step.done, total=step.total), _left(status.left, texts)] if step else []
    return {
        **results,
        "busy": True,
        "doing": texts.stopping if status.stopping else " · ".join([doing, *filter(None, told)]),
        "name": step.name if step else _named(job),
        "queue": texts.queue.format(count=status.waiting) if status.waiting else "",
        "done": step.done if step else None,
        "total": step.total if step else None,
        "said": texts.percent.format(doing=doing, percent=percent // 20 * 20) if step else doing,
    }


def _named(job: Job) -> str:
    return references.write(references.Paper(job.what)) if job.doing == "remove" else job.what


def _again(status: Status) -> bool:
    """Whether there is something to try again."""
    again = {"unread", "failed", "offline", "stopped", "busy"}
    return status.job is None and any(result.outcome in again for result in status.results)


def _left(seconds: float | None, texts: PanelTexts) -> str:
    if seconds is None:
        return ""
    if seconds < 90:
        return texts.seconds.format(count=max(1, round(seconds)))
    return texts.minutes.format(count=round(seconds / 60))


def _near(request: Request) -> bool:
    """Whether the request comes from this machine."""
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _sentence(told: str, status: int) -> Response:
    return JSONResponse({"told": told}, status, FRESH)
