"""Reply and Document -> JSON, text, HTML: the one place that escapes."""

from __future__ import annotations

from ragassist.rendering.cards import notice_card, question_card, reply_cards
from ragassist.rendering.data import question_link, reply_json, source_link
from ragassist.rendering.list_words import LIST_WORDS
from ragassist.rendering.markup import clean, tag
from ragassist.rendering.panel import Told, papers_panel
from ragassist.rendering.paper import document_page, notice_page, paper_page
from ragassist.rendering.papers import (
    Entry,
    Outcome,
    Result,
    Shown,
    View,
    papers_list,
    results_list,
    results_summary,
)
from ragassist.rendering.swaps import swap_feed, swap_page, swap_text
from ragassist.rendering.terminal import document_text, reply_text
from ragassist.rendering.words import Lang

__all__ = [
    "LIST_WORDS",
    "Entry",
    "Lang",
    "Outcome",
    "Result",
    "Shown",
    "Told",
    "View",
    "clean",
    "document_page",
    "document_text",
    "notice_card",
    "notice_page",
    "paper_page",
    "papers_list",
    "papers_panel",
    "question_card",
    "question_link",
    "reply_cards",
    "reply_json",
    "reply_text",
    "results_list",
    "results_summary",
    "source_link",
    "swap_feed",
    "swap_page",
    "swap_text",
    "tag",
]
