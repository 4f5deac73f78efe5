"""The conversation: a question in, cards out. Each question stands on its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import gradio as gr

from ragassist.app import views
from ragassist.app.panel_texts import PANEL_TEXTS
from ragassist.app.texts import TEXTS, language
from ragassist.app.warmup import Warmup
from ragassist.assistant import LONGEST, Assistant
from ragassist.errors import RagassistError
from ragassist.rendering import Lang, clean, notice_card, question_card, reply_cards

HITS = 8  # three are shown, the others wait under "more"
POLL = 0.3  # seconds between two looks at how far the index is

log = logging.getLogger(__name__)

Message = dict[str, str]
Shown = tuple[Any, list[Message], Any]  # what the chat, its history and the question box become


def panel(warmup: Warmup) -> None:
    """The chat, the question box under it, and the frame beside it in which a cited paper opens."""
    masthead = gr.Markdown(views.masthead("nl"), sanitize_html=False, elem_id="top")
    history = gr.State([])
    chat = gr.Chatbot(
        **_chat("nl", views.progress("nl", None)), show_label=False, elem_id="chat", height=None, container=False,
        autoscroll=False, buttons=[], feedback_options=None, sanitize_html=True, allow_tags=False, latex_delimiters=[],
    )  # fmt: skip
    box = gr.Textbox(**_box("nl", ready=False), show_label=False, elem_id="box", max_lines=6, container=False)
    source = gr.Markdown(views.source("nl"), sanitize_html=False, elem_id="beside")

    async def opened(request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        lang = language(request.headers)
        words = (gr.skip(), gr.skip()) if lang == "nl" else (views.masthead(lang), views.source(lang))
        async for shown in _open(warmup, request.query_params.get("q", ""), lang):
            yield *words, *shown
            words = (gr.skip(), gr.skip())

    def asked(question: str, history: list[Message], request: gr.Request) -> Iterator[Shown]:
        yield from _ask(warmup.assistant, question, history, language(request.headers))

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    # One event for all that a page needs when it opens: Gradio loses the answer of one of two that start together.
    gr.on(None, opened, None, [masthead, source, chat, history, box], concurrency_limit=None, **quiet)
    box.submit(asked, [box, history], [chat, history, box], **quiet)


def _chat(lang: Lang, placeholder: str) -> dict[str, Any]:
    return {"label": TEXTS[lang].chat, "placeholder": placeholder}


def _box(lang: Lang, *, ready: bool) -> dict[str, Any]:
    texts = TEXTS[lang]
    placeholder = texts.placeholder if ready else texts.wait
    return {"label": texts.box, "placeholder": placeholder, "submit_btn": texts.ask, "interactive": ready}


async def _open(warmup: Warmup, question: str, lang: Lang) -> AsyncIterator[Shown]:
    """Show how far the index is until it is ready, then the welcome, or the reply to the question in the address."""
    while (assistant := warmup.assistant) is None:
        told = views.progress(lang, warmup.step) if warmup.fault is None else notice_card(str(warmup.fault), lang)
        yield gr.update(**_chat(lang, told)), [], gr.update(**_box(lang, ready=False))
        await asyncio.sleep(POLL)
    box = gr.update(**_box(lang, ready=True))
    yield gr.update(**_chat(lang, views.welcome(lang, assistant.examples(), assistant.documents()))), [], box
    if question:
        for chat, history, _ in _ask(assistant, question, [], lang):
            yield chat, history, box


def _ask(assistant: Assistant | None, question: str, history: list[Message], lang: Lang) -> Iterator[Shown]:
    """The question in the chat, then its reply; one that cannot be asked stays in the box, with the reason above it."""
    asked = clean(question).strip()
    refusal = _refusal(asked, lang) if assistant else TEXTS[lang].not_ready
    if assistant is None or refusal:
        history = [*history, _message("assistant", notice_card(refusal, lang))]
        yield history, history, gr.skip()
        return
    history = [*history, _message("user", question_card(asked, lang))]
    yield history, history, ""
    told, answered = _reply(assistant, asked, lang)
    history = [*history, _message("assistant", told)]
    yield history, history, gr.skip() if answered else question


def _refusal(question: str, lang: Lang) -> str:
    """Why this cannot be asked, in a sentence; empty when it can."""
    if len(question) > LONGEST:
        return TEXTS[lang].too_long.format(length=len(question), limit=LONGEST)
    return "" if any(map(str.isalnum, question)) else TEXTS[lang].empty


def _reply(assistant: Assistant, question: str, lang: Lang) -> tuple[str, bool]:
    """The reply's cards, or a notice of what went wrong, and whether it is a reply."""
    try:
        cards = reply_cards(assistant.ask(question, HITS), lang)
        return (notice_card(PANEL_TEXTS[lang].damaged, lang) if assistant.trouble else "") + cards, True
    except RagassistError as error:
        return notice_card(str(error), lang), False
    except Exception:
        log.exception("A question could not be answered")
        return notice_card(TEXTS[lang].broken, lang), False


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}
