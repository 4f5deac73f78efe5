"""Document -> a page of its own: every paragraph with its number, page, notes, and whose question or answer it is.

The page has no scripts and loads nothing; `#p12` in its address marks paragraph 12 by :target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from itertools import groupby, pairwise

from ragassist.citation import PERMALINK, reference
from ragassist.document import Document, Exchange, Footnote, Paragraph, Side
from ragassist.rendering.markup import Html, join, tag
from ragassist.rendering.words import WORDS, Lang, Words

Sides = dict[int, tuple[Exchange, Side]]  # paragraph number -> the exchange and the side it stands on


def paper_page(document: Document, exchanges: Sequence[Exchange], lang: Lang) -> str:
    """The whole paper as one HTML page, to be read."""
    words, sides = WORDS[lang], sides_of(exchanges)
    return _page(document, sides, words, lang, (_paragraph(p, document, words) for p in document.paragraphs))


def document_page(document: Document, exchanges: Sequence[Exchange]) -> str:
    """The same page with what the parser made of each paragraph beside it: for `ragassist show --html`."""
    words, sides = WORDS["en"], sides_of(exchanges)
    shown = (
        join([tag("p", {"class": "parse"}, parse_line(p, sides)), _paragraph(p, document, words)])
        for p in document.paragraphs
    )
    return _page(document, sides, words, "en", shown)


def sides_of(exchanges: Sequence[Exchange]) -> Sides:
    """Where each paragraph that belongs to an exchange stands."""
    sides: Sides = {}
    for exchange in exchanges:
        sides |= dict.fromkeys(exchange.question, (exchange, "question"))
        sides |= dict.fromkeys(exchange.answer, (exchange, "answer"))
    return sides


def parse_line(paragraph: Paragraph, sides: Sides) -> str:
    """What the parser made of a paragraph, in one line: `12 · page 3-4 · item · notes 4, 5 · exchange 3, question`."""
    parts = [str(paragraph.number)]
    if paragraph.pages:
        parts.append(f"page {'-'.join(map(str, paragraph.pages))}")
    parts.append(paragraph.role)
    if paragraph.notes:
        parts.append(f"notes {', '.join(map(str, paragraph.notes))}")
    if paragraph.number in sides:
        exchange, side = sides[paragraph.number]
        parts.append(f"exchange {exchange.number}, {side}")
    return " · ".join(parts)


def notice_page(sentence: str, lang: Lang) -> str:
    """A page that says one thing, such as that there is no such paper."""
    return _html(lang, sentence, tag("main", {}, tag("p", {"class": "notice"}, sentence)))


def _html(lang: Lang, title: str, *body: Html) -> str:
    style = Html((files("ragassist.rendering") / "paper.css").read_text(encoding="utf-8"))
    head = tag(
        "head",
        {},
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"name": "color-scheme", "content": "light dark"}),
        tag("title", {}, title),
        tag("style", {}, style),
    )
    return f"<!DOCTYPE html>\n{tag('html', {'lang': lang}, head, tag('body', {}, *body))}\n"


def _page(document: Document, sides: Sides, words: Words, lang: Lang, paragraphs: Iterable[Html]) -> str:
    title = f"{reference(document.metadata)}: {document.metadata.title}"
    main = tag("main", {"lang": "nl"}, *_flow(document, sides, words, paragraphs))
    return _html(lang, title, _masthead(document, words), _contents(document, words), main, _notes(document, words))


def _masthead(document: Document, words: Words) -> Html:
    about = document.metadata
    facts = [about.kind, about.chamber, about.committee, about.respondent, about.date]
    link = tag("a", {"href": PERMALINK.format(id=document.id), "target": "_blank", "rel": "noreferrer"}, words.official)
    return tag(
        "header",
        {},
        tag("p", {"class": "reference"}, reference(about), " · ", link),
        tag("h1", {"lang": "nl"}, about.title),
        tag("p", {"class": "facts"}, " · ".join(filter(None, facts))),
    )


def _contents(document: Document, words: Words) -> Html:
    headings = [paragraph for paragraph in document.paragraphs if paragraph.role == "heading"]
    if not headings:
        return Html()
    lines = [tag("li", {}, tag("a", {"href": f"#p{heading.number}"}, heading.text)) for heading in headings]
    folded = tag("details", {}, tag("summary", {}, words.contents), tag("ol", {"lang": "nl"}, *lines))
    return tag("nav", {"aria-label": words.contents}, folded)


def _flow(document: Document, sides: Sides, words: Words, paragraphs: Iterable[Html]) -> Iterator[Html]:
    """The paragraphs in reading order, each turn in a section that says who speaks, a mark at each new page."""
    turning = {after.number for before, after in pairwise(document.paragraphs) if after.pages[:1] != before.pages[-1:]}
    numbered = zip(document.paragraphs, paragraphs, strict=True)
    for speaks, turn in groupby(numbered, key=lambda pair: sides.get(pair[0].number)):
        inside = []
        for paragraph, shown in turn:
            if paragraph.page is not None and (paragraph.number in turning or paragraph.number == 1):
                inside.append(tag("div", {"class": "turn"}, _page_mark(paragraph.page, words)))
            inside.append(shown)
        yield tag("section", {"class": speaks[1]}, _speaker(*speaks, words), *inside) if speaks else join(inside)


def _speaker(exchange: Exchange, side: Side, words: Words) -> Html:
    if side == "question":
        return tag("p", {"class": "speaker asks"}, words.asks.format(who=", ".join(exchange.fractie) or words.paper))
    if exchange.question:
        return tag("p", {"class": "speaker answers"}, words.answers.format(who=exchange.respondent or words.paper))
    return Html()


def _paragraph(paragraph: Paragraph, document: Document, words: Words) -> Html:
    names = {"heading": "h2", "quote": "blockquote"}
    number = tag("a", {"class": "number", "href": f"#p{paragraph.number}"}, str(paragraph.number))
    notes = {note.number: note for note in document.footnotes}
    references = [_note_reference(number, notes.get(number)) for number in paragraph.notes]
    return tag(
        names.get(paragraph.role, "p"),
        {"id": f"p{paragraph.number}", "class": paragraph.role},
        number,
        *_paged(paragraph, words),
        *references,
    )


def _paged(paragraph: Paragraph, words: Words) -> Iterator[str]:
    """The text with a mark wherever a new printed page begins inside it."""
    bounds = [(0, None), *paragraph.turns, (len(paragraph.text), None)]
    for (start, page), (end, _) in pairwise(bounds):
        if page is not None:
            yield _page_mark(page, words)
        yield paragraph.text[start:end]


def _page_mark(page: int, words: Words) -> Html:
    return tag("span", {"class": "page"}, words.page.format(page=page))


def _note_reference(number: int, note: Footnote | None) -> Html:
    """A note's mark at the paragraph's end; where in the text it stood is not kept."""
    link = tag("a", {"href": f"#n{number}", "title": note.text}, str(number)) if note else str(number)
    return tag("sup", {}, link)


def _notes(document: Document, words: Words) -> Html:
    if not document.footnotes:
        return Html()
    home = {number: paragraph.number for paragraph in document.paragraphs for number in paragraph.notes}
    lines = [_note(note, home.get(note.number), words) for note in document.footnotes]
    return tag("footer", {}, tag("h2", {}, words.notes), *lines)


def _note(note: Footnote, paragraph: int | None, words: Words) -> Html:
    back = {
        "href": f"#p{paragraph}",
        "title": words.back.format(number=paragraph),
        "aria-label": words.back.format(number=paragraph),
    }
    number = tag("span", {"class": "number"}, str(note.number))
    return tag(
        "p",
        {"id": f"n{note.number}", "lang": "nl"},
        number,
        note.text,
        *([] if paragraph is None else [" ", tag("a", back, "↩")]),
    )
