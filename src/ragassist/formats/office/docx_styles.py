"""What a DOCX's styles and numbering tell: bold, italic and hidden text, headings, and the marks of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from ragassist.formats.office.flow import HEADING, LONGEST_CHAIN, Face
from ragassist.formats.office.list_marks import Counter, bullet, letter, roman

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


class Style(NamedTuple):
    """A paragraph's style with all that it builds upon.

    level: of the outline, empty when it has none. named: its name is one that headings have. list_id, depth: the list
    that it makes its paragraphs items of.
    """

    face: Face
    level: str
    named: bool
    list_id: str
    depth: str


class Styles:
    """The styles of a DOCX, by id."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default = ""
        self._run_defaults = child(root, "docDefaults", "rPrDefault", "rPr")
        self._known: dict[str, Style] = {}
        self._runs: dict[str, list[etree._Element | None]] = {}
        for style in root if root is not None else ():
            if local(style) == "style":
                self._styles[attribute(style, "styleId")] = style
                if attribute(style, "type") == "paragraph" and attribute(style, "default") not in {"", *OFF}:
                    self._default = attribute(style, "styleId")

    def _chain(self, name: str) -> Iterator[etree._Element]:
        """A style and those that it builds upon, nearest first."""
        for _ in range(LONGEST_CHAIN):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = value(style, "basedOn")

    def paragraph(self, properties: etree._Element | None) -> Style:
        """The style of a paragraph."""
        name = value(properties, "pStyle") or self._default
        if name not in self._known:
            self._known[name] = self._found(list(self._chain(name)))
        return self._known[name]

    def _found(self, chain: Sequence[etree._Element]) -> Style:
        return Style(
            _face((child(style, "rPr") for style in chain), _face((self._run_defaults,), Face())),
            next((level for style in chain if (level := value(style, "pPr", "outlineLvl"))), ""),
            any(HEADING.fullmatch(value(style, "name")) for style in chain),
            next((found for style in chain if (found := value(style, "pPr", "numPr", "numId"))), ""),
            next((found for style in chain if (found := value(style, "pPr", "numPr", "ilvl"))), "0"),
        )

    def run_face(self, properties: etree._Element | None, around: Face) -> Face:
        """How a run is set within its paragraph."""
        name = value(properties, "rStyle")
        if name not in self._runs:
            self._runs[name] = [child(style, "rPr") for style in self._chain(name)]
        return _face((properties, *self._runs[name]), around)

    def is_heading(self, properties: etree._Element | None) -> bool:
        """Whether a paragraph has an outline level, its own or its style's, or a style that headings have."""
        style = self.paragraph(properties)
        level = value(properties, "outlineLvl") or style.level
        return (level != "" and whole(level, LEVELS) < LEVELS) or style.named

    def numbering(self, properties: etree._Element | None) -> tuple[str, int]:
        """The list that a paragraph is an item of, its own or its style's, and the level; no list is empty."""
        style, own = self.paragraph(properties), child(properties, "numPr")
        list_id = value(own, "numId") or style.list_id
        depth = value(own, "ilvl") or style.depth
        return ("" if list_id == "0" else list_id), min(whole(depth, 0), LEVELS - 1)


def _face(levels: Iterable[etree._Element | None], around: Face) -> Face:
    """How text is set, by the properties that count first, and by what is around it where they are silent."""
    told: dict[str, bool] = {}
    place = ""
    for properties in levels:
        place = place or value(properties, "vertAlign")
        for name in ("b", "i", "vanish"):
            if name not in told and (toggle := child(properties, name)) is not None:
                told[name] = attribute(toggle, "val") not in OFF
    return Face(
        told.get("b", around.bold),
        told.get("i", around.italic),
        told.get("vanish", False) or around.hidden,
        place == "superscript" if place else around.raised,
    )


class Numbering:
    """The lists of a DOCX, and how far each has counted."""

    def __init__(self, root: etree._Element | None) -> None:
        parts = list(root) if root is not None else []
        self._lists = {attribute(part, "numId"): part for part in parts if local(part) == "num"}
        self._kinds = {attribute(part, "abstractNumId"): part for part in parts if local(part) == "abstractNum"}
        self._linked = {name: part for part in self._kinds.values() if (name := value(part, "styleLink"))}
        self._counters: dict[str, Counter] = {}
        self._begun: set[tuple[str, int]] = set()
        self._levels: dict[tuple[str, int], etree._Element | None] = {}

    def next_mark(self, list_id: str, level: int) -> str:
        """What is printed before the next item of a list's level."""
        definition = self._lists.get(list_id)
        kind = value(definition, "abstractNumId")
        counter = self._counters.setdefault(kind, Counter())
        levels = {number: self._level(list_id, number) for number in range(level + 1)}
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

    def _level(self, list_id: str, level: int) -> etree._Element | None:
        if (list_id, level) not in self._levels:
            definition = self._lists.get(list_id)
            own = child(self._override(definition, level), "lvl")
            abstract = self._kinds.get(value(definition, "abstractNumId"))
            linked = self._linked.get(value(abstract, "numStyleLink"), abstract)
            self._levels[list_id, level] = own if own is not None else _at(linked, "lvl", level)
        return self._levels[list_id, level]

    def _override(self, definition: etree._Element | None, level: int) -> etree._Element | None:
        return _at(definition, "lvlOverride", level)


def _at(parent: etree._Element | None, name: str, level: int) -> etree._Element | None:
    parts = parent if parent is not None else ()
    return next((part for part in parts if local(part) == name and attribute(part, "ilvl") == str(level)), None)
