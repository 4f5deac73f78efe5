"""/paper/<id>: a loaded paper as a page of its own, for the frame beside the chat or a tab."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from ragassist.app.texts import TEXTS, language
from ragassist.app.warmup import Warmup
from ragassist.assistant import Assistant
from ragassist.rendering import Lang, notice_page, paper_page

# Stricter than the app's own: the page is all there is to it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
HEADERS = {"content-security-policy": POLICY, "x-frame-options": "SAMEORIGIN", "cache-control": "no-cache"}


def route(warmup: Warmup) -> Route:
    """The route that shows the papers of this assistant."""

    async def paper(request: Request) -> HTMLResponse:
        lang = language(request.headers)
        assistant = warmup.assistant
        if assistant is None:
            return HTMLResponse(notice_page(TEXTS[lang].not_ready, lang), 503, HEADERS)
        page = await run_in_threadpool(_page, assistant, request.path_params["id"], lang)
        return HTMLResponse(page or notice_page(TEXTS[lang].unknown, lang), 200 if page else 404, HEADERS)

    return Route("/paper/{id}", paper, methods=["GET"])


def _page(assistant: Assistant, id: str, lang: Lang) -> str | None:
    """The paper as HTML; None where no such paper is loaded."""
    try:
        return paper_page(assistant.document(id), assistant.exchanges(id), lang)
    except KeyError:
        return None
