"""Footnotes of HTML pages: which elements are their marks, which hold their text, and how they are numbered.

Pages of zoek.officielebekendmakingen.nl name both by class; LibreOffice, Word and the rest link mark and text to one
another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ragassist.formats.html.elements import Element, classes, within, words

MARK = re.compile(r"[\[(]?\s*(\d{1,4}|[*†‡§]+|[a-zA-Z]|[ivxlc]{1,8})\s*[\])]?")
BRACKETS = re.compile(r"[\s\[\](),;–-]*")  # what may stand around marks in one <sup>
NOTED = re.compile(r"(?:note|noot|ftnt?|edn|fn)[-_:.]?\d{1,4}$", re.I)  # the id of what is around one note
REFERS = {"doc-noteref", "noteref"}  # role of ARIA, epub:type of EPUB
APART = frozenset("aside blockquote dd div li p section td".split())  # what may hold a note's text
ENDS = APART | {"body", "h1", "h2", "h3", "h4", "h5", "h6"}  # what holds no note further out
NOTE_CLASS = "noot"  # of the official pages' notes, and the beginning of that of their marks
NOTE = frozenset({NOTE_CLASS})
CLOSES = frozenset({"note-close", "nootnum", "footnote-back", "footnote-backref"})  # within it: its mark, the way back
RETURNS = re.compile(r"[↑↩↵⏎^⮌\ufe0e\ufe0f\s]*")


@dataclass(slots=True)
class Notes:
    """What is known of a page's notes.

    marks: each mark's element, with the element that holds the note's text; None where the page has none.
    bodies: those elements, each with its mark as printed. numbers: by body, once numbered.
    hushed: elements whose text is no text: brackets around marks, marks and ways back within notes.
    """

    marks: dict[Element, Element | None] = field(default_factory=dict)
    bodies: dict[Element, str] = field(default_factory=dict)
    numbers: dict[Element, int] = field(default_factory=dict)
    hushed: set[Element] = field(default_factory=set)
    _taken: set[int] = field(default_factory=set)
    _highest: int = 0

    def number(self, mark: Element) -> int | None:
        """The number of the note that a mark refers to; one that prints no number of its own is numbered on."""
        body = self.marks[mark]
        if body is None:
            return None
        return self._numbered(body, printed(mark) or self.bodies[body])

    def unread(self) -> Iterator[Element]:
        """Numbers the notes that no mark was met of, and gives all in the order of their numbers."""
        for body, mark in self.bodies.items():
            self._numbered(body, mark)
        yield from sorted(self.numbers, key=self.numbers.__getitem__)

    def _numbered(self, body: Element, mark: str) -> int:
        if body not in self.numbers:
            own = int(mark) if mark.isdecimal() else 0
            number = own if own and own not in self._taken else self._highest + 1
            self.numbers[body] = number
            self._taken.add(number)
            self._highest = max(self._highest, number)
        return self.numbers[body]


def printed(mark: Element) -> str:
    """What a mark prints, without brackets: `1`, `*`; empty when it does not look like one."""
    found = MARK.fullmatch(words(mark))
    return found[1] if found else ""


def find(root: Element) -> Notes:
    """The notes of a page."""
    notes = Notes()
    named = list(root.iter())
    targets = _targets(named)
    official = [element for element in named if NOTE_CLASS in (element.get("class") or "")]
    for body in [element for element in official if NOTE & classes(element) and element.tag in APART]:
        _add(notes, body)
    links = [element for element in named if element.tag == "a" and _fragment(element) in targets]
    back = _ways_back(links, targets)
    place = {element: index for index, element in enumerate(named)}
    for link in links:
        noted = _linked(link, targets[_fragment(link)], back.get(link, []), notes.bodies)
        if noted is not None and place[link] < place[noted] and within(link, notes.bodies) is None:
            _add(notes, noted)
            notes.marks[link] = within(noted, notes.bodies)
    _add_named(notes, [element for element in official if "nootnum" in classes(element)], targets)
    for around in {mark.getparent() for mark in notes.marks}:
        _hush_around(notes, around)
    _hush_within(notes, back)
    return notes


def _targets(elements: list[Element]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for element in elements:
        for name in (element.get("id"), element.get("name")):
            if name:
                found.setdefault(name, element)
    return found


def _fragment(link: Element) -> str:
    return (link.get("href") or "").partition("#")[2]


def _add(notes: Notes, body: Element) -> None:
    if within(body, notes.bodies) is None:
        own = next((e for e in body.iter() if "nootnum" in classes(e) or _fragment(e)), None)
        notes.bodies[body] = printed(own) if own is not None else ""


def _ways_back(links: Sequence[Element], targets: Mapping[str, Element]) -> dict[Element, list[Element]]:
    """For each link, the links that lead back to it, to what is around it or to what is in it."""
    found: dict[Element, list[Element]] = {}
    for link in links:
        there = targets[_fragment(link)]
        for near in (there, there.getparent(), next(iter(there), None)):
            if near is not None:
                found.setdefault(near, []).append(link)
    return found


def _linked(link: Element, target: Element, back: Sequence[Element], known: Mapping[Element, str]) -> Element | None:
    """The note that a link is a mark of: it reads as a mark, and what it leads to is a note or leads back to it."""
    if not printed(link):
        return None
    if (noted := within(target, known)) is not None:
        return noted
    body = _body(target)
    refers = link.get("role") in REFERS or link.get("epub:type") in REFERS
    if body is None or not (refers or back or NOTE & classes(body)) or _holds(body, link):
        return None
    return body if refers or NOTE & classes(body) or any(_holds(body, other) for other in back) else None


def _body(target: Element) -> Element | None:
    """The element that holds a note's text: what is linked to, or the paragraph or division around it."""
    body = next((here for here in (target, *target.iterancestors()) if here.tag in ENDS), None)
    if body is None or body.tag not in APART:
        return None
    around = body.getparent()
    whole = around is not None and around.tag in APART and NOTED.search(around.get("id") or "")
    return around if whole else body


def _holds(around: Element, element: Element) -> bool:
    return within(element, {around}) is not None


def _add_named(notes: Notes, marks: Sequence[Element], targets: Mapping[str, Element]) -> None:
    """Marks by their class: each belongs to the note it links to, else to the next one with the same mark."""
    same: dict[str, list[Element]] = {}
    for one, own in reversed(notes.bodies.items()):
        same.setdefault(own, []).append(one)
    for mark in marks:
        if any(within(mark, known) is not None for known in (notes.bodies, notes.marks)):
            continue
        if next(iter(mark), None) in notes.marks:
            continue
        target = targets.get(_fragment(mark))
        body = within(target, notes.bodies) if target is not None else None
        if body is None and (left := same.get(printed(mark))):
            body = left.pop() if len(left) > 1 else left[0]
        notes.marks[mark] = body


def _hush_around(notes: Notes, around: Element | None) -> None:
    if around is None or around.tag != "sup":
        return
    left = [around.text or "", *(child.tail or "" for child in around)]
    marks = all(child in notes.marks for child in around)
    if marks and BRACKETS.fullmatch("".join(left)):
        notes.hushed.add(around)


def _hush_within(notes: Notes, back: Mapping[Element, Sequence[Element]]) -> None:
    """Marks and ways back within a note's text: by class, or links that lead back to a mark and read as either."""
    for body in notes.bodies:
        notes.hushed.update(element for element in body.iter() if CLOSES & classes(element))
    for mark in notes.marks:
        for link in back.get(mark, []):
            if printed(link) or RETURNS.fullmatch(words(link)):
                notes.hushed.add(link)
