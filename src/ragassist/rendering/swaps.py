"""Swap -> text, a page, and an Atom feed: what a swap of papers did to the answers."""

from __future__ import annotations

import re
import textwrap
import uuid
from collections.abc import Iterator
from difflib import SequenceMatcher
from xml.etree import ElementTree as ET

from ragassist.rendering.markup import Html, clean, join, tag
from ragassist.swap import KINDS, Answer, Broken, Change, Quote, Swap

WIDTH = 100
LONGEST = 600  # characters of a paragraph that the terminal shows
LONGEST_DIFFERENCE = 2000  # words of an answer that are compared word by word; that takes some tenths of a second
ATOM = "http://www.w3.org/2005/Atom"
FEED = uuid.uuid5(uuid.NAMESPACE_URL, "urn:ragassist:report")
NOT_IN_XML = re.compile("[\ufffe\uffff]")  # besides what `clean` takes out
STYLE = Html("""
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --ground: light-dark(#fff, #15181c);
  --soft: light-dark(#59636e, #9aa4af); --line: light-dark(#d8dce1, #3a4048);
  --gone: light-dark(#fde7e7, #46262a); --come: light-dark(#e3f4e6, #1f3d2a); }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 2rem auto;
  max-width: 52rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .2rem; }
p { margin: .4rem 0; } .label { color: var(--soft); font-size: .9rem; } a { color: inherit; }
blockquote { margin: .2rem 0 .6rem; padding-left: 1rem; border-left: 3px solid var(--line); white-space: pre-line; }
del { background: var(--gone); } ins { background: var(--come); text-decoration: none; }
""")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SIDES = ("Before", "After")


def swap_text(swap: Swap) -> str:
    """The counts, then each question with what its answer was and is."""
    return clean("\n\n".join(["\n".join(_summary(swap)), *map(_block, swap.changes)])) + "\n"


def swap_page(swap: Swap) -> str:
    """One HTML file that stands alone: no scripts, nothing from another host."""
    head = tag(
        "head",
        {},
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("title", {}, "ragassist: what a swap of papers changed"),
        tag("style", {}, STYLE),
    )
    summary = [tag("p", {}, line) for line in _summary(swap)]
    body = tag("body", {}, tag("h1", {}, "What a swap of papers changed"), *summary, *map(_article, swap.changes))
    return f"<!DOCTYPE html>\n{tag('html', {'lang': 'en'}, head, body)}\n"


def swap_feed(swap: Swap) -> str:
    """An Atom 1.0 feed with an entry for each change; the same change has the same id whenever it is written."""
    feed = ET.Element("feed", {"xmlns": ATOM})
    _add(feed, "id", FEED.urn)
    _add(feed, "title", "ragassist: what a swap of papers changed")
    _add(feed, "updated", swap.after)
    _add(feed, "subtitle", " ".join(_summary(swap)))
    _add(ET.SubElement(feed, "author"), "name", "ragassist")
    for change in swap.changes:
        entry = ET.SubElement(feed, "entry")
        _add(entry, "id", uuid.uuid5(FEED, repr((change.before, change.after, change.broken))).urn)
        _add(entry, "title", change.question)
        _add(entry, "updated", swap.after)
        for kind in change.kinds:
            ET.SubElement(entry, "category", {"term": kind})
        if best := change.after.best or change.before.best:
            ET.SubElement(entry, "link", {"rel": "alternate", "href": best.url, "title": _plain(best.reference)})
        _add(entry, "content", _block(change), type="text")
    ET.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = _plain(text)


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("", clean(text))


def _summary(swap: Swap) -> Iterator[str]:
    changed = f"{len(swap.changes)} changed" if swap.changes else "none changed"
    yield f"{swap.asked} questions asked before ({swap.before}) and after ({swap.after}): {changed}."
    if counts := [f"{count} {kind}" for kind in KINDS if (count := swap.count(kind))]:
        yield f"{', '.join(counts)}."
    if swap.left_out:
        yield f"{swap.left_out} that were asked only once are left out."
    papers = {"added": swap.added, "removed": swap.removed, "reprinted": swap.reprinted}
    yield from (f"Papers {what}: {'; '.join(names)}." for what, names in papers.items() if names)


def _block(change: Change) -> str:
    lines = [change.question, f"    {', '.join(change.kinds)}"]
    for side, answer in _told(change):
        lines.append(f"    {side}: {_where(answer.best) if answer.best else 'not found'}")
        lines += [_wrapped(text) for text in _shown(change, answer)]
    lines += [f"    Does not hold: {_failing(broken)}" for broken in change.broken]
    return "\n".join(lines)


def _told(change: Change) -> Iterator[tuple[str, Answer]]:
    """The sides that are worth telling: both where the answer is another."""
    same = (change.before.text, change.before.quotes) == (change.after.text, change.after.quotes)
    yield from [("As before", change.after)] if same else zip(SIDES, (change.before, change.after), strict=True)


def _shown(change: Change, answer: Answer) -> list[str]:
    """The words that tell the difference: the best passage, or the whole answer where the passage is the same."""
    if answer.best is None:
        return []
    bests = (change.before.best, change.after.best)
    whole = bests[0] and bests[1] and bests[0].text == bests[1].text and change.before.text != change.after.text
    return [answer.text if whole else answer.best.text]


def _where(quote: Quote) -> str:
    return f"{quote.reference}, paragraph {quote.paragraph}"


def _failing(broken: Broken) -> str:
    moved = f"; its words stand in paragraph {broken.now} now" if broken.now else ""
    return f"{_where(broken.quote)}: {broken.why}{moved}."


def _wrapped(text: str) -> str:
    short = textwrap.shorten(text, LONGEST, placeholder=" …")
    return textwrap.fill(short, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8, break_on_hyphens=False)


def _article(change: Change) -> Html:
    parts = [tag("h2", {"lang": "nl"}, change.question), tag("p", {"class": "label"}, ", ".join(change.kinds))]
    marked = _marked(change)
    for side, answer in _told(change):
        where = tag("a", {"href": answer.best.url}, _where(answer.best)) if answer.best else "not found"
        parts.append(tag("p", {"class": "label"}, f"{side}: ", where))
        shown = [marked[side]] if side in marked else _shown(change, answer)
        parts += [tag("blockquote", {"lang": "nl"}, text) for text in shown]
    parts += [tag("p", {}, f"Does not hold: {_failing(broken)}") for broken in change.broken]
    return tag("article", {}, *parts)


def _marked(change: Change) -> dict[str, Html]:
    """Both sides with what differs marked, where the answer stayed in its place and is not too long for it."""
    texts = [_shown(change, answer) for answer in (change.before, change.after)]
    if "changed answer" not in change.kinds or not all(texts):
        return {}
    old, new = (re.findall(r"\S+\s*", text[0]) for text in texts)
    if max(len(old), len(new)) > LONGEST_DIFFERENCE:
        return {}
    steps = SequenceMatcher(None, old, new).get_opcodes()
    before = (tag("del", {}, *old[i:j]) if what != "equal" else join(old[i:j]) for what, i, j, _, _ in steps if i < j)
    after = (tag("ins", {}, *new[i:j]) if what != "equal" else join(new[i:j]) for what, _, _, i, j in steps if i < j)
    return dict(zip(SIDES, (join(before), join(after)), strict=True))
