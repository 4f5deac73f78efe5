"""Any other HTML page: its headings and paragraphs; also XHTML, and what LibreOffice and Word write as HTML."""

from __future__ import annotations

import re

from ragassist.document import Document
from ragassist.errors import UnreadablePaper
from ragassist.formats.blocks import clean
from ragassist.formats.html import notes as html_notes
from ragassist.formats.html import pages as html_pages
from ragassist.formats.html.blocks import Furniture, read
from ragassist.formats.html.elements import Element, attribute, words
from ragassist.formats.office import front
from ragassist.formats.opening import html_root

PLACES = (("main",), ("@main",), ("article",), ("body",), ("html", "frameset"))
CHROME = Furniture(
    tags=frozenset({"nav", "aside"}),
    classes=frozenset("breadcrumb breadcrumbs cookie-notice cookie-banner skip-link skiplinks".split()),
    roles=frozenset({"navigation", "banner", "contentinfo", "search", "complementary"}),
)
PAGE = Furniture(CHROME.tags | {"header", "footer"}, CHROME.classes, CHROME.ids, CHROME.roles)
# What stands above and below each page of a word processor's document.
RUNNING = re.compile(r"mso-element:\s*(?:header|footer)")


def parse(name: str, data: bytes) -> Document:
    """The paper on a page. Raises UnreadablePaper."""
    root = html_root(name, data)
    running = [element for element in root.iter("div") if _runs(element)]
    furniture = [text for element in running if (text := clean(words(element)))]
    for element in running:
        element.set("hidden", "")
    places = html_pages.places(root, PLACES)
    if not places:
        raise UnreadablePaper(name, "the page holds no text.")
    whole = places[0].tag in {"body", "html"}
    blocks, notes = read(places, html_notes.find(root), PAGE if whole else CHROME)
    told = {"id": html_pages.identifier(root, html_pages.metadata(root))}
    return front.of_entries(name, html_pages.headed(html_pages.canonical(blocks)), notes, furniture, told)


def _runs(element: Element) -> bool:
    return element.get("title") in {"header", "footer"} or RUNNING.search(attribute(element, "style")) is not None
