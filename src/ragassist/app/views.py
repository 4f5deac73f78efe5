"""The page's own pieces around the conversation: welcome, progress, the frame for the source."""

from __future__ import annotations

from collections.abc import Sequence

from ragassist.app.texts import TEXTS
from ragassist.citation import reference
from ragassist.corpus import Step
from ragassist.document import Metadata
from ragassist.rendering import Lang, View, question_link, source_link, tag

LISTED = 3  # papers named on the first page
PAPERS = View().link()


def masthead(lang: Lang) -> str:
    """The name, which is the way back to an empty page, what this is, and the two things that the page shows."""
    texts = TEXTS[lang]
    name = tag("a", {"href": "/", "class": "name"}, "ragassist")
    views = (
        tag("a", {"href": "/", "class": "view to-chat", "aria-current": "page"}, texts.questions),
        tag("a", {"href": PAPERS, "class": "view to-papers"}, texts.papers_view, " ", tag("span", {"class": "count"})),
    )
    nav = tag("nav", {"aria-label": texts.views}, *views)
    return tag(
        "header", {"class": "masthead", "lang": lang}, name, tag("span", {"class": "tagline"}, texts.tagline), nav
    )


def welcome(lang: Lang, examples: Sequence[str], papers: Sequence[Metadata]) -> str:
    """What one sees first: what this does, questions to try, the papers that are loaded."""
    texts = TEXTS[lang]
    if not papers:
        first = tag("p", {"class": "first"}, tag("a", {"href": PAPERS}, texts.first))
        return tag(
            "section", {"class": "welcome", "lang": lang}, tag("h1", {}, texts.none), tag("p", {}, texts.intro), first
        )
    questions = [tag("li", {}, tag("a", {"href": question_link(example)}, example)) for example in examples]
    examples_list = tag("ul", {"class": "examples", "lang": "nl"}, *questions)
    loaded = [
        tag("li", {}, tag("a", {"href": source_link(paper.id)}, paper.title), " ", tag("span", {}, reference(paper)))
        for paper in papers[:LISTED]
    ]
    more = tag("a", {"href": PAPERS}, texts.more.format(count=len(papers) - LISTED))
    rest = [tag("li", {}, more)] if len(papers) > LISTED else []
    return tag(
        "section",
        {"class": "welcome", "lang": lang},
        tag("h1", {}, texts.heading),
        tag("p", {}, texts.intro),
        *([tag("h2", {}, texts.examples), examples_list] if questions else []),
        tag("h2", {}, texts.papers),
        tag("ul", {"class": "papers", "lang": "nl"}, *loaded, *rest),
    )


def progress(lang: Lang, step: Step | None) -> str:
    """How far the first index is; a moving bar while that is not known."""
    texts = TEXTS[lang]
    bar = tag("progress", {"max": str(step.total), "value": str(step.done)} if step else {})
    told = f"{texts.indexing}: {step.done}/{step.total}" if step else texts.starting
    name = tag("p", {"class": "name"}, step.name if step else "")
    return tag("section", {"class": "welcome", "lang": lang}, tag("h1", {}, f"{told}…"), bar, name)


def source(lang: Lang) -> str:
    """The frame in which a paper opens, and the words that app.js needs."""
    texts = TEXTS[lang]
    bar = tag(
        "header",
        {},
        tag("strong", {}, texts.source),
        tag(
            "a", {"class": "open", "href": "/", "target": "_blank", "title": texts.open, "aria-label": texts.open}, "↗"
        ),
        tag(
            "button",
            {"class": "close", "type": "button", "title": f"{texts.close} (Esc)", "aria-label": texts.close},
            "✕",
        ),
    )
    words = {f"data-{name}": getattr(texts, name) for name in ("copied", "uncopied", "question", "reply")}
    frame = tag(
        "iframe", {"title": texts.source, "sandbox": "allow-same-origin allow-popups allow-popups-to-escape-sandbox"}
    )
    told = tag("p", {"class": "told", "role": "status"})
    return tag("aside", {"id": "source", "lang": lang, "aria-label": texts.source, **words}, bar, frame, told)
