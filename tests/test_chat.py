"""The conversation: what is said to a question, good or bad, in the language of the browser."""

from __future__ import annotations

from typing import cast

import pytest

from ragassist.app import chat
from ragassist.app.panel_texts import PANEL_TEXTS
from ragassist.app.texts import TEXTS, language
from ragassist.assistant import Assistant
from ragassist.rendering import Lang
from sample_replies import SampleAssistant

SAMPLE = SampleAssistant()


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("nl-NL,nl;q=0.9,en;q=0.8", "nl"),
        ("en-US,en;q=0.9", "en"),
        ("en-US,en;q=0.9,nl;q=0.8", "en"),
        ("en;q=0.3,nl;q=0.8", "nl"),
        ("de-DE,de;q=0.9,en;q=0.8", "en"),
        ("fr", "nl"),
        ("", "nl"),
        ("*", "nl"),
        ("en;q=x,;;,=", "en"),
        ("x" * 100_000, "nl"),
    ],
)
def test_the_language_is_the_browsers(header: str, lang: Lang) -> None:
    assert language({"accept-language": header}) == lang


def shown(question: str, lang: Lang = "nl", assistant: object = SAMPLE) -> tuple[str, object]:
    """What the chat says last, and what becomes of the question box."""
    *_, (messages, history, box) = chat._ask(cast("Assistant", assistant), question, [], lang)
    assert messages == history
    return history[-1]["content"], box


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x07\u200b\u202e", "\ud800", "?!"])
def test_an_empty_question_is_one_sentence(question: str) -> None:
    assert TEXTS["nl"].empty in shown(question)[0]
    assert TEXTS["en"].empty in shown(question, "en")[0]


def test_a_question_that_is_too_long_is_not_lost() -> None:
    told, box = shown("é" * 100_000)
    assert "100000 tekens" in told
    assert "hoogstens 2000" in told
    assert len(told) < 500
    assert not isinstance(box, str)  # the box is left as it is


def test_control_characters_in_a_question_do_no_harm() -> None:
    told, _ = shown("Wat kost\x00 het\x1b[31m?\u202e")
    assert "Antwoord gevonden" in told
    assert "\x1b" not in told


def test_a_reply_of_an_older_generation_says_so() -> None:
    damaged = SampleAssistant()
    damaged.trouble = "The index is damaged."
    told, _ = shown("Wat kost het?", assistant=damaged)
    assert PANEL_TEXTS["nl"].damaged in told
    assert "Antwoord gevonden" in told
    assert PANEL_TEXTS["nl"].damaged not in shown("Wat kost het?")[0]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("weiger dit", "This question is refused."), ("maak het kapot", TEXTS["nl"].broken)],
)
def test_what_goes_wrong_is_told_and_the_question_kept(question: str, sentence: str) -> None:
    told, box = shown(question)
    assert sentence in told
    assert box == question


def test_a_question_that_comes_too_early_is_kept() -> None:
    assert TEXTS["nl"].not_ready in shown("Wat kost het?", assistant=None)[0]


def test_a_conversation_goes_on_after_an_error() -> None:
    history: list[dict[str, str]] = []
    for question in ("", "weiger", "kapot", "Wat kost het?", "Wat kost het bijna?", "nergens"):
        *_, (_, history, _) = chat._ask(cast("Assistant", SAMPLE), question, history, "nl")
    roles = [message["role"] for message in history]
    assert roles == ["assistant", *["user", "assistant"] * 5]
