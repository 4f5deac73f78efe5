"""What a DOCX's styles and numbering tell: bold, italic and hidden text, headings, and the marks of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from ragassist.formats.flow import HEADING, LONGEST_CHAIN, Counter, Face, bullet, letter, roman

OFF = {"0", "false", "off", "none"}
LEVELS = 9  # of a list, as Word has them
NUMERALS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": letter,
    "upperLetter": lambda number: letter(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "ordinal": lambda number: f"{number}e",
    "none": lambda number: "",
}


def local(element: etree._Element) -> str:
    """A tag without its namespace: the strict and the usual dialect of the format differ in that alone."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: etree._Element | None, name: str, otherwise: str = "") -> str:
    """The value of an attribute, whatever its namespace."""
    attributes = element.items() if element is not None else ()
    return next((str(value) for key, value in attributes if str(key).rpartition("}")[2] == name), otherwise)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant by this path of tags."""
    for name in path:
        element = next((inner for inner in element if local(inner) == name), None) if element is not None else None
    return element


def value(element: etree._Element | None, *path: str) -> str:
    """What the `val` of the descendant by this path says, empty when there is none."""
    return attribute(child(element, *path), "val")


def whole(text: str, otherwise: int) -> int:
    """A number as it is written, `otherwise` when it is none that a paper has."""
    return int(text) if text.isdecimal() and len(text) <= 6 else otherwise


class Styles:
    """The styles of a DOCX, by id."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default = ""
        self._run_defaults = child(root, "docDefaults", "rPrDefault", "rPr")
        for style in root if root is not None else ():
            if local(style) == "style":
                self._styles[attribute(style, "styleId")] = style
                if attribute(style, "type") == "paragraph" and attribute(style, "default") not in {"", *OFF}:
                    self._default = attribute(style, "styleId")

    def chain(self, name: str) -> Iterator[etree._Element]:
        """A style and those that it builds upon, nearest first."""
        for _ in range(LONGEST_CHAIN):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = value(style, "basedOn")

    def paragraph_face(self, properties: etree._Element | None) -> Face:
        """How a paragraph's text is set before its runs say otherwise."""
        name = value(properties, "pStyle") or self._default
        return self._face(
            (child(style, "rPr") for style in self.chain(name)), self._face((self._run_defaults,), Face())
        )

    def run_face(self, properties: etree._Element | None, around: Face) -> Face:
        """How a run is set within its paragraph."""
        styles = (child(style, "rPr") for style in self.chain(value(properties, "rStyle")))
        return self._face((properties, *styles), around)

    def _face(self, levels: Iterator[etree._Element | None] | tuple[etree._Element | None, ...], around: Face) -> Face:
        told: dict[str, bool] = {}
        for properties in levels:
            for name in ("b", "i", "vanish"):
                if name not in told and (toggle := child(properties, name)) is not None:
                    told[name] = attribute(toggle, "val") not in OFF
        return Face(
            told.get("b", around.bold), told.get("i", around.italic), told.get("vanish", False) or around.hidden
        )

    def is_heading(self, properties: etree._Element | None) -> bool:
        """Whether a paragraph has an outline level, its own or its style's, or a style that headings have."""
        styles = list(self.chain(value(properties, "pStyle")))
        levels = (value(properties, "outlineLvl"), *(value(style, "pPr", "outlineLvl") for style in styles))
        level = next((level for level in levels if level), "")
        return (level != "" and whole(level, LEVELS) < LEVELS) or any(
            HEADING.fullmatch(value(style, "name")) for style in styles
        )

    def numbering(self, properties: etree._Element | None) -> tuple[str, int]:
        """The list that a paragraph is an item of, its own or its style's, and the level; no list is empty."""
        styles = list(self.chain(value(properties, "pStyle") or self._default))
        places = [child(properties, "numPr"), *(child(style, "pPr", "numPr") for style in styles)]
        list_id = next((found for place in places if (found := value(place, "numId"))), "")
        level = next((found for place in places if (found := value(place, "ilvl"))), "0")
        return ("" if list_id == "0" else list_id), min(whole(level, 0), LEVELS - 1)


class Numbering:
    """The lists of a DOCX, and how far each has counted."""

    def __init__(self, root: etree._Element | None) -> None:
        parts = list(root) if root is not None else []
        self._lists = {attribute(part, "numId"): part for part in parts if local(part) == "num"}
        self._kinds = {attribute(part, "abstractNumId"): part for part in parts if local(part) == "abstractNum"}
        self._linked = {name: part for part in self._kinds.values() if (name := value(part, "styleLink"))}
        self._counters: dict[str, Counter] = {}
        self._begun: set[tuple[str, int]] = set()

    def next_mark(self, list_id: str, level: int) -> str:
        """What is printed before the next item of a list's level."""
        definition = self._lists.get(list_id)
        kind = value(definition, "abstractNumId")
        counter = self._counters.setdefault(kind, Counter())
        levels = {number: self._level(definition, kind, number) for number in range(level + 1)}
        override = self._override(definition, level)
        restart = value(override, "startOverride")
        if restart and (list_id, level) not in self._begun:
            counter.numbers.pop(level, None)
        self._begun.add((list_id, level))
        start = whole(restart or value(levels[level], "start"), 1)
        counter.step(level, start)
        return self._printed(levels, level, counter)

    def _printed(self, levels: Mapping[int, etree._Element | None], level: int, counter: Counter) -> str:
        pattern = value(levels[level], "lvlText")
        if value(levels[level], "numFmt") == "bullet":
            return bullet(pattern)
        decimal = child(levels[level], "isLgl") is not None

        def numeral(found: re.Match[str]) -> str:
            shown = int(found[1]) - 1
            definition = levels.get(shown)
            number = counter.numbers.get(shown, whole(value(definition, "start"), 1))
            form = "decimal" if decimal and shown < level else value(definition, "numFmt")
            return NUMERALS.get(form, str)(number)

        return re.sub(r"%([1-9])", numeral, pattern).strip()

    def _level(self, definition: etree._Element | None, kind: str, level: int) -> etree._Element | None:
        own = child(self._override(definition, level), "lvl")
        abstract = self._kinds.get(kind)
        linked = self._linked.get(value(abstract, "numStyleLink"), abstract)
        return own if own is not None else _at(linked, "lvl", level)

    def _override(self, definition: etree._Element | None, level: int) -> etree._Element | None:
        return _at(definition, "lvlOverride", level)


def _at(parent: etree._Element | None, name: str, level: int) -> etree._Element | None:
    parts = parent if parent is not None else ()
    return next((part for part in parts if local(part) == name and attribute(part, "ilvl") == str(level)), None)
