"""Any other HTML page: its headings and paragraphs; also XHTML, and what LibreOffice and Word write as HTML."""

from __future__ import annotations

from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats import front, html_notes, html_pages
from ragassist.formats.blocks import clean
from ragassist.formats.html_blocks import Furniture, read
from ragassist.formats.html_elements import found, words
from ragassist.formats.opening import html_root

PLACES = ("//main", "//*[@role='main']", "//article", "//body", "/*")
CHROME = Furniture(
    tags=frozenset({"nav", "aside"}),
    classes=frozenset("breadcrumb breadcrumbs cookie-notice cookie-banner skip-link skiplinks".split()),
    roles=frozenset({"navigation", "banner", "contentinfo", "search", "complementary"}),
)
PAGE = Furniture(CHROME.tags | {"header", "footer"}, CHROME.classes, CHROME.ids, CHROME.roles)
# What stands above and below each page of a word processor's document.
RUNNING = " | ".join(
    f"//div[{condition}]"
    for condition in (
        "@title='header'",
        "@title='footer'",
        "contains(@style, 'mso-element:header')",
        "contains(@style, 'mso-element:footer')",
    )
)


def parse(name: str, data: bytes) -> Document:
    """The paper on a page. Raises UnreadablePaper."""
    root = html_root(name, data)
    running = found(root, RUNNING)
    furniture = [text for element in running if (text := clean(words(element)))]
    for element in running:
        element.set("hidden", "")
    places = html_pages.places(root, PLACES)
    if not places:
        raise UnreadablePaper(name, "the page holds no text.")
    whole = places[0].tag in {"body", "html"}
    blocks, notes = read(places, html_notes.find(root), PAGE if whole else CHROME)
    told = {"id": html_pages.identifier(root, html_pages.metadata(root))}
    return front.of_entries(name, html_pages.canonical(blocks), notes, furniture, told)
