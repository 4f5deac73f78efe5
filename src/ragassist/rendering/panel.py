"""The panel around the list of papers -> HTML: what adds papers, what tells how far a job is, what searches the list.

What is hidden here is shown, and what is empty filled, by the app's papers.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ragassist.rendering.list_words import LIST_WORDS, ListWords
from ragassist.rendering.markup import Html, join, tag
from ragassist.rendering.papers import View
from ragassist.rendering.words import Lang


@dataclass(frozen=True, slots=True)
class Told:
    """What the panel says of what can be done here.

    changing: whether papers can be added and taken out. reading: whether the folder can be read again. note: why not,
    or what else there is to know. limits: what fills the sentence about limits. sentences: what papers.js may have to
    say, by name.
    """

    changing: bool
    reading: bool
    note: str
    limits: Mapping[str, str]
    sentences: Mapping[str, str]


def papers_panel(listed: str, view: View, lang: Lang, told: Told) -> str:
    """The panel around the list: what adds papers, what tells how far a job is, what searches the list."""
    words = LIST_WORDS[lang]
    note = [tag("p", {"class": "note"}, told.note)] if told.note else []
    adding = [tag("p", {"class": "intro"}, words.intro), _adding(words, told.limits)] if told.changing else []
    return tag(
        "main",
        {"lang": lang, **{f"data-{name.replace('_', '-')}": sentence for name, sentence in told.sentences.items()}},
        tag("h1", {"tabindex": "-1"}, words.heading),
        *note,
        *adding,
        _job(words),
        _finding(view, words, reading=told.reading),
        tag("div", {"class": "list"}, Html(listed)),
        _sure(words),
    )


def _adding(words: ListWords, limits: Mapping[str, str]) -> Html:
    chosen = tag("input", {"type": "file", "id": "files", "multiple": True, "aria-describedby": "limits"})
    drop = tag(
        "label", {"class": "drop", "for": "files"}, tag("strong", {}, words.drop), " ", tag("u", {}, words.choose)
    )
    told = tag("p", {"class": "help", "id": "limits"}, words.limits.format(**limits))
    wish = tag(
        "form",
        {"class": "wish"},
        tag("label", {"for": "wish"}, words.wish),
        tag(
            "span",
            {"class": "field"},
            tag(
                "input",
                {
                    "id": "wish",
                    "name": "wish",
                    "autocomplete": "off",
                    "placeholder": words.example,
                    "aria-describedby": "wishing",
                    "maxlength": limits["wish"],
                },
            ),
            tag("button", {"type": "submit"}, words.add),
        ),
        tag("p", {"class": "help", "id": "wishing"}, words.add_help),
    )
    return tag("div", {"class": "adding"}, tag("div", {"class": "dropping"}, chosen, drop, told), wish)


def _job(words: ListWords) -> Html:
    """What tells how far a job is; hidden until there is one. The sentence for screen readers changes less often."""
    bar = tag("progress", {"aria-label": words.waiting})
    told = [tag("p", {"class": name}) for name in ("doing", "name", "queue")]
    stop = tag("button", {"type": "button", "class": "stop"}, words.stop)
    results = tag(
        "section",
        {"class": "results", "hidden": True, "aria-label": words.results},
        tag("ul", {}),
        tag("button", {"type": "button", "class": "read retry", "hidden": True}, words.retry),
    )
    return join(
        [
            tag("p", {"class": "trouble", "role": "alert", "hidden": True}),
            tag("section", {"class": "job", "hidden": True, "aria-label": words.waiting}, *told, bar, stop),
            tag("p", {"class": "said", "role": "status"}),
            results,
        ]
    )


def _finding(view: View, words: ListWords, *, reading: bool) -> Html:
    box = {"type": "search", "id": "find", "name": "find", "value": view.find, "autocomplete": "off"}
    return tag(
        "form",
        {"class": "find", "role": "search"},
        tag("label", {"for": "find"}, words.find),
        tag("input", box),
        tag("span", {"class": "count", "role": "status"}),
        *([tag("button", {"type": "button", "class": "read"}, words.read)] if reading else []),
    )


def _sure(words: ListWords) -> Html:
    told = {"data-paper": words.sure_paper, "data-file": words.sure_file}
    return tag(
        "dialog",
        {"class": "sure", "aria-labelledby": "sure", **told},
        tag("h2", {"id": "sure"}, words.sure),
        tag("p", {"class": "what"}),
        tag("p", {"class": "means"}),
        tag(
            "form",
            {"method": "dialog"},
            tag("button", {"value": "keep", "class": "keep"}, words.keep),
            tag("button", {"value": "remove", "class": "remove"}, words.remove),
        ),
    )
