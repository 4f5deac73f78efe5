"""What an ODT's styles tell: bold, italic and hidden text, headings, and the numbers and signs of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from ragassist.formats.office.flow import HEADING, LONGEST_CHAIN, Face
from ragassist.formats.office.list_marks import Counter, bullet, letter, roman

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "math": "http://www.w3.org/1998/Math/MathML",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
NUMERALS: dict[str, Callable[[int], str]] = {
    "a": letter,
    "A": lambda number: letter(number).upper(),
    "i": roman,
    "I": lambda number: roman(number).upper(),
}
LEVELS = 10  # of a list, as OpenDocument has them


def qualified(name: str) -> str:
    """`text:p` -> the name that lxml gives it."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def attribute(element: etree._Element, name: str) -> str:
    """The value of an attribute, empty where there is none."""
    return str(element.get(qualified(name), ""))


def count(element: etree._Element, name: str, otherwise: int) -> int:
    """The number in an attribute, `otherwise` where there is none or it is no number."""
    value = attribute(element, name)
    return int(value) if value.isdecimal() and len(value) <= 6 else otherwise


def words(element: etree._Element) -> str:
    """All text in an element."""
    return "".join(str(part) for part in element.itertext()).strip()


class Styles:
    """The styles of an ODT, by family and name."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._styles: dict[tuple[str, str], etree._Element] = {}
        self._levels: dict[str, dict[int, etree._Element]] = {}
        self._set: dict[tuple[str, str], tuple[str, str, str, str]] = {}  # what _found says, once found
        self._headings: dict[str, bool] = {}
        for root in roots:
            for style in root.iter(qualified("style:style"), qualified("style:default-style")):
                self._styles[attribute(style, "style:family"), attribute(style, "style:name")] = style
            for style in root.iter(qualified("text:list-style"), qualified("text:outline-style")):
                name = attribute(style, "style:name") if style.tag == qualified("text:list-style") else ""
                self._levels[name] = {count(level, "text:level", 1): level for level in style}

    def _chain(self, family: str, name: str) -> Iterator[etree._Element]:
        """A style and those that it builds upon, nearest first; the family's default ends it."""
        for _ in range(LONGEST_CHAIN):
            style = self._styles.get((family, name))
            if style is None:
                break
            yield style
            name = attribute(style, "style:parent-style-name")
        if (default := self._styles.get((family, ""))) is not None:
            yield default

    def face(self, family: str, name: str, around: Face) -> Face:
        """How text in this style is set; what the style leaves open stays as it is around."""
        if (family, name) not in self._set:
            self._set[family, name] = self._found(family, name)
        bold, italic, hidden, place = self._set[family, name]
        return Face(
            bold == "bold" or bold >= "600" if bold else around.bold,
            italic in {"italic", "oblique"} if italic else around.italic,
            hidden == "none" or around.hidden,
            place.startswith("super") or "1" <= place[:1] <= "9" if place else around.raised,
        )

    def _found(self, family: str, name: str) -> tuple[str, str, str, str]:
        """Weight, slope, display and place on the line, as they are written."""
        bold = italic = hidden = place = ""
        for style in self._chain(family, name):
            for properties in style.iterchildren(qualified("style:text-properties")):
                bold = bold or attribute(properties, "fo:font-weight")
                italic = italic or attribute(properties, "fo:font-style")
                hidden = hidden or attribute(properties, "text:display")
                place = place or attribute(properties, "style:text-position")
        return bold, italic, hidden, place

    def is_heading(self, name: str) -> bool:
        """Whether a paragraph's style is one of headings, by its outline level or its name."""
        if name not in self._headings:
            self._headings[name] = self._heads(name)
        return self._headings[name]

    def _heads(self, name: str) -> bool:
        return any(
            attribute(style, "style:default-outline-level")
            or HEADING.fullmatch(
                attribute(style, "style:display-name") or attribute(style, "style:name").replace("_20_", " ")
            )
            for style in self._chain("paragraph", name)
        )

    def mark(self, list_style: str, level: int, counter: Counter) -> str:
        """What is printed before an item of this level; the outline's style has no name."""
        style = self._levels.get(list_style, {}).get(level)
        if style is None:
            return ""
        if style.tag == qualified("text:list-level-style-bullet"):
            return bullet(attribute(style, "text:bullet-char"))
        if not attribute(style, "style:num-format"):
            return ""
        shown = range(max(1, level - count(style, "text:display-levels", 1) + 1), level + 1)
        numbers = (self._numeral(list_style, shown_level, counter) for shown_level in shown)
        return (
            f"{attribute(style, 'style:num-prefix')}{'.'.join(numbers)}{attribute(style, 'style:num-suffix')}".strip()
        )

    def _numeral(self, list_style: str, level: int, counter: Counter) -> str:
        style = self._levels.get(list_style, {}).get(level)
        number = counter.numbers.get(level, 1)
        return NUMERALS.get(attribute(style, "style:num-format") if style is not None else "1", str)(number)

    def start(self, list_style: str, level: int) -> int:
        """The number with which a level begins."""
        style = self._levels.get(list_style, {}).get(level)
        return count(style, "text:start-value", 1) if style is not None else 1
