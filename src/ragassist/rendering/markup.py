"""Text -> HTML. Whatever is not Html is escaped; there is no other way into a tag."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

# Control characters but for tab and newline, zero-width and bidirectional controls, tag characters, lone surrogates:
# what makes a text look other than it is, steers a terminal, or cannot be written as UTF-8.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Where a link may lead: a place on the page, this app, the official papers.
ALLOWED_LINK = re.compile(r"#|/(?![/\\])|https://zoek\.officielebekendmakingen\.nl/")
VOID = frozenset({"br", "input", "link", "meta"})


class Html(str):
    """Markup that may be shown as it stands: only this package makes it."""

    __slots__ = ()


def clean(text: str) -> str:
    """The text without characters that are not seen."""
    return UNSEEN.sub("", text)


def escape(text: str) -> Html:
    """The text as HTML, on one line: a blank line would end an HTML block where the chat reads Markdown."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(clean(text)).replace("\n", "&#10;").replace("\t", "&#9;"))


def tag(name: str, attributes: Mapping[str, str | bool], *inside: str) -> Html:
    """An element; attributes that are False or empty are left out, and so is a link that leads elsewhere."""
    written = [
        f" {key}" if value is True else f' {key}="{escape(value)}"'
        for key, value in attributes.items()
        if value and (key != "href" or ALLOWED_LINK.match(str(value)))
    ]
    opened = f"<{name}{''.join(written)}>"
    return Html(opened if name in VOID else f"{opened}{join(inside)}</{name}>")


def join(parts: Iterable[str]) -> Html:
    """The parts one after another, escaped unless they are Html."""
    return Html("".join(escape(part) for part in parts))


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Html:
    """The text with <mark> around each (start, end), in characters; spans that overlap or stick out are cut to fit."""
    parts: list[str] = []
    at = 0
    for span in sorted(spans):
        start, end = max(span[0], at), min(span[1], len(text))
        if start < end:
            parts += [text[at:start], tag("mark", {}, text[start:end])]
            at = end
    return join([*parts, text[at:]])
