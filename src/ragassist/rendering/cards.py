"""Reply -> cards for the chat: who asked, who answered, the cited paragraphs, where they stand.

Every link is an address of the app (`/?q=…&doc=…#p12`), so that a card works by itself; app.js only saves the reload.
Only tags and attributes that pass the chat's sanitiser are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from ragassist.rendering.data import asker, in_question, question_link, quotation, respondent, view_link
from ragassist.rendering.markup import Html, join, marked, tag
from ragassist.rendering.words import WORDS, Lang, Words

if TYPE_CHECKING:
    from ragassist.assistant import Reply
    from ragassist.retrieval import CitedPassage, Hit

SHOWN = 3  # exchanges that are open at once; the others wait under "more"
STRONG, FAIR = 0.8, 0.6  # the least calibrated confidence that is called so


def question_card(question: str, lang: Lang) -> str:
    """What the user asked, as a link to itself."""
    return tag("h2", {"class": "asked", "lang": lang}, tag("a", {"href": question_link(question)}, question))


def notice_card(sentence: str, lang: Lang) -> str:
    """One sentence that is no answer: why a question could not be asked."""
    return tag("p", {"class": "notice", "lang": lang}, sentence)


def reply_cards(reply: Reply, lang: Lang) -> str:
    """The verdict, then a card for each hit: the first three, the others folded; all folded where nothing was found."""
    words = WORDS[lang]
    cards = [_card(hit, reply.question, words) for hit in reply.hits]
    more = words.more.format(count=len(cards) - SHOWN)
    shown = join([*cards[:SHOWN], _folded("more", more, *cards[SHOWN:])])
    if reply.verdict == "absent":
        shown = _folded("still", words.still, *([shown] if cards else []))
    return tag("section", {"class": f"reply {reply.verdict}", "lang": lang}, _verdict(reply, words), shown)


def strength(reply: Reply, words: Words) -> str:
    """How sure a found answer is, in words."""
    return words.strong if reply.confidence >= STRONG else words.fair if reply.confidence >= FAIR else words.weak


def place(passage: CitedPassage, words: Words) -> str:
    """Where a cited paragraph stands: `p. 10, alinea 131`."""
    form = words.unpaged if passage.page is None else words.place
    return form.format(page=passage.page, number=passage.paragraph)


def speaking(hit: Hit, passage: CitedPassage, words: Words) -> str:
    """Whose words a cited paragraph has: the answer's, or, where only the question says it, the question's."""
    if in_question(hit, passage):
        return words.in_question.format(who=asker(hit) or words.paper)
    return answering(hit, words)


def answering(hit: Hit, words: Words) -> str:
    """Who answered; where nothing was asked, who speaks, or else what paper it is."""
    if hit.question:
        return words.answered.format(who=respondent(hit) or words.paper)
    return respondent(hit) or hit.document.title or words.paper


def _verdict(reply: Reply, words: Words) -> Html:
    if reply.verdict == "found":
        told = [tag("strong", {}, words.found), tag("span", {"class": "strength"}, strength(reply, words))]
    else:
        why = words.nearest if reply.verdict == "nearest" else words.absent
        told = [tag("strong", {}, words.missing), tag("p", {}, why)]
    if _plain(reply.searched_as) != _plain(reply.question):
        told.append(tag("p", {"class": "searched"}, f"{words.searched}: ", tag("q", {}, reply.searched_as)))
    return tag("header", {"class": "verdict"}, *told)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _folded(name: str, summary: str, *inside: Html) -> Html:
    return tag("details", {"class": name}, tag("summary", {}, summary), *inside) if inside else Html()


def _card(hit: Hit, question: str, words: Words) -> Html:
    reference = tag("a", {"class": "reference", "href": hit.citation.url}, f"[{hit.rank}] {hit.citation.text}")
    return tag(
        "article",
        {"class": "hit"},
        _asked(hit, words),
        *_said(hit, question, words),
        tag("footer", {}, reference),
        _copies(hit, question, words),
    )


def _said(hit: Hit, question: str, words: Words) -> Iterator[Html]:
    """The cited paragraphs, with above them whose words they are wherever that changes."""
    for speaker, passages in groupby(hit.passages, key=lambda passage: speaking(hit, passage, words)):
        yield tag("p", {"class": "who"}, speaker)
        yield from (_cited(hit, passage, question, words) for passage in passages)


def _asked(hit: Hit, words: Words) -> Html:
    """Who asked, with the question folded under it; for a section the heading it stands under."""
    heading = next(
        (text for text in reversed(hit.exchange.heading) if not any(who in text for who in hit.exchange.fractie)), ""
    )
    about = tag("span", {"class": "about", "lang": "nl"}, heading) if heading else Html()
    if not hit.question:
        return tag("p", {"class": "who"}, about)
    paragraphs = [tag("p", {}, part) for part in hit.question.split("\n\n")]
    summary = tag("summary", {"class": "who"}, words.asked.format(who=asker(hit) or words.paper), " ", about)
    return tag("details", {"class": "question"}, summary, tag("blockquote", {"lang": "nl"}, *paragraphs))


def _cited(hit: Hit, passage: CitedPassage, question: str, words: Words) -> Html:
    link = view_link(question, hit.document.id, passage.paragraph)
    mark = tag(
        "a",
        {
            "class": "mark",
            "href": link,
            "title": f"{hit.citation.text}, {words.unpaged.format(number=passage.paragraph)}",
        },
        f"[{hit.rank}]",
    )
    stands = tag("a", {"class": "place", "href": link}, place(passage, words))
    return tag(
        "blockquote",
        {"class": "cited", "lang": "nl"},
        tag("p", {}, mark, " ", marked(passage.text, passage.highlights)),
        stands,
    )


def _copies(hit: Hit, question: str, words: Words) -> Html:
    """Buttons, each before the hidden text that it copies: the sanitiser lets no data attributes through."""
    link = view_link(question, hit.document.id, hit.passages[0].paragraph) if hit.passages else question_link(question)
    copies = {
        "quote": (words.quote, words.copy_quote, quotation(hit)),
        "reference": (words.reference, words.copy_reference, hit.citation.text),
        "link": (words.link, words.copy_link, link),
    }
    buttons = [
        join(
            [
                tag("button", {"class": f"copy {name}", "type": "button", "title": title}, label),
                tag("span", {"hidden": True}, text),
            ]
        )
        for name, (label, title, text) in copies.items()
    ]
    return tag("div", {"class": "copies"}, tag("span", {}, words.copy), *buttons)
