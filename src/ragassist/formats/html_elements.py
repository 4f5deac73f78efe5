"""Elements of an HTML page: their classes, their words, and where they are."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import cast

from lxml.etree import _Element

Element = _Element

LONGEST = 1000  # characters of classes or of a style; what pages write takes some hundred
HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def found(root: Element, path: str) -> list[Element]:
    """The elements that an XPath finds, in the order of the page."""
    return cast("list[Element]", root.xpath(path))


def of_class(name: str) -> str:
    """The XPath of elements of a class."""
    return f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


def attribute(element: Element, name: str) -> str:
    """An attribute, as far as it may matter; empty when there is none."""
    return (element.get(name) or "")[:LONGEST]


def classes(element: Element) -> frozenset[str]:
    """The classes of an element."""
    return frozenset(attribute(element, "class").split())


def words(element: Element) -> str:
    """All text in an element, on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def hidden(element: Element) -> bool:
    """Whether a page does not show this element."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or HIDDEN.search(attribute(element, "style")) is not None
    )


def within(element: Element | None, known: Container[Element]) -> Element | None:
    """The element itself or the nearest one around it that is known; None when none is."""
    while element is not None and element not in known:
        element = element.getparent()
    return element
