"""Elements of an HTML page: their classes, their words, and where they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from lxml.etree import _Element

Element = _Element

LONGEST = 1000  # characters of classes or of a style; what pages write takes some hundred
HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def found(root: Element, *selectors: str) -> list[Element]:
    """The elements that one of these names: `main` a name, `#id`, `.class`, `@role`; in the order of the page.

    One pass over the page: what XPath makes of some pages takes minutes.
    """
    by = {sign: {selector[1:] for selector in selectors if selector[0] == sign} for sign in "#.@"}
    tags = {selector for selector in selectors if selector[0] not in by}
    return [
        element
        for element in root.iter()
        if element.tag in tags
        or element.get("id") in by["#"]
        or element.get("role") in by["@"]
        or not by["."].isdisjoint(classes(element))
    ]


def outermost(elements: Sequence[Element]) -> list[Element]:
    """Those that stand within none of the others, each once."""
    every = dict.fromkeys(elements)
    return [element for element in every if within(element.getparent(), every) is None]


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


def within(element: Element | None, known: Collection[Element]) -> Element | None:
    """The element itself or the nearest one around it that is known; None when none is."""
    if not known:
        return None
    while element is not None and element not in known:
        element = element.getparent()
    return element
