"""Lists of HTML pages: the mark that a page shows before each item."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ragassist.formats.html.elements import Element, attribute, classes
from ragassist.formats.office.list_marks import letter, roman

# Marks that an item writes itself.
DASHES = re.compile(r"[–—•·▪◦*-]\s|[–—•·▪◦]")
STYLES: Mapping[str, Callable[[int], str]] = {
    "1": str,
    "a": letter,
    "A": lambda number: letter(number).upper(),
    "i": roman,
    "I": lambda number: roman(number).upper(),
}
CSS_STYLES = {
    "decimal": "1",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
CSS_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b(none|decimal|(?:lower|upper)-(?:alpha|latin|roman))\b", re.I)
ENDINGS = {"list-style-parenthesis": ")", "list-style-haakje": ")", "list-style-degree": "°", "list-style-graad": "°"}
WRITTEN = "expliciet"  # the class of lists whose items write their marks
NUMBER = re.compile(r"-?\d{1,6}")


@dataclass(slots=True)
class Counter:
    """The marks of one list.

    style: a key of STYLES, else the mark of every item. ending: what stands behind a number. next: the next item's
    number, step: from one to the next.
    """

    style: str
    ending: str = ""
    next: int = 1
    step: int = 1

    def mark(self, item: Element) -> str:
        """The mark of the next item; empty when the page shows none."""
        value = item.get("value") or ""
        if NUMBER.fullmatch(value):
            self.next = int(value)
        number, self.next = self.next, self.next + self.step
        style = (item.get("type") or self.style) if self.style in STYLES else self.style
        return f"{STYLES[style](number)}{self.ending}" if style in STYLES else style


def counter(element: Element) -> Counter:
    """How a list marks its items."""
    css = CSS_STYLE.search(attribute(element, "style"))
    told = css[1].lower() if css else ""
    if told == "none" or WRITTEN in classes(element):
        return Counter("")
    if element.tag == "ul" and told not in CSS_STYLES:
        return Counter("–")
    style = CSS_STYLES.get(told) or element.get("type") or "1"
    ending = next((ENDINGS[name] for name in classes(element) if name in ENDINGS), ".")
    start = element.get("start") or ""
    backwards = element.get("reversed") is not None
    first = len(element.findall("li")) if backwards else 1
    number = int(start) if NUMBER.fullmatch(start) else first
    return Counter(style if style in STYLES else "1", ending, number, -1 if backwards else 1)
