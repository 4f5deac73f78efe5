"""The lines of the list of papers: what is loaded and what is not, filtered, sorted, a page at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from ragassist.citation import reference
from ragassist.corpus import Changes
from ragassist.index import Listed
from ragassist.rendering import LIST_WORDS, Entry, Lang, Result, Shown, View

PAGE = 50  # lines of the list shown at once
NEWS = frozenset({"waiting", "unread", "refused"})
Key: TypeAlias = tuple[object, ...]


def entries(listed: Iterable[Listed], changes: Changes, results: Iterable[Result]) -> tuple[Entry, ...]:
    """A line for each paper, each file that is none, and each file that waits to be read."""
    papers = [_paper(line) for line in listed]
    aside = [Entry("refused", name, file=name, why=_why(name, why)) for name, why in changes.refused.items()]
    aside += [Entry("passed_over", name, file=name, why=_why(name, why)) for name, why in changes.passed_over.items()]
    told = {entry.file for entry in [*papers, *aside]}
    waiting = {
        result.file: Entry("waiting" if result.outcome == "waiting" else "unread", result.label, file=result.file)
        for result in results
        if result.outcome in {"waiting", "unread"} and result.file and result.file not in told
    }
    return (*waiting.values(), *aside, *papers)


def _paper(line: Listed) -> Entry:
    about = line.metadata
    return Entry(
        "indexed",
        about.title or about.id,
        reference(about),
        about.id,
        line.file,
        about.kind,
        about.dossier,
        about.date,
        about.members or line.fractie,
        line.answers,
        line.pages,
        line.remarks,
    )


def _why(name: str, sentence: str) -> str:
    """The sentence without the name that it begins with: the line says that already."""
    return sentence.removeprefix(f"{name}: ")


class Shelf:
    """The lines as they are now, made ready to be searched; each order is made once."""

    def __init__(self, entries: Iterable[Entry], lang: Lang) -> None:
        self._entries = _newest_first(entries)
        self._texts = {id(entry): _searched(entry, lang) for entry in self._entries}
        self._orders: dict[str, list[Entry]] = {}

    def show(self, view: View) -> Shown:
        """The page that this view asks for, or the last one where there are fewer."""
        if view.sort not in self._orders:
            self._orders[view.sort] = sort(self._entries, view)
        words = _folded(view.find).split()
        found = [entry for entry in self._orders[view.sort] if all(word in self._texts[id(entry)] for word in words)]
        pages = max(1, -(-len(found) // PAGE))
        page = min(view.page, pages)
        first = (page - 1) * PAGE
        return Shown(found[first : first + PAGE], first + 1, len(found), page, pages)


def sort(entries: Sequence[Entry], view: View) -> list[Entry]:
    """Sorted by the view's column, else as they come; what has nothing there comes last, either way.

    By date, files that wait or were refused stand above: they are what is new, or needs looking at.
    """
    key = KEYS[view.column]
    known = [entry for entry in entries if key(entry)]
    unknown = [entry for entry in entries if not key(entry)]
    above = [entry for entry in unknown if view.column == "date" and entry.state in NEWS]
    below = [entry for entry in unknown if view.column != "date" or entry.state not in NEWS]
    return [*above, *sorted(known, key=key, reverse=view.reverse), *below]


def _newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(sorted(entries, key=_numbered, reverse=True), key=lambda entry: entry.date, reverse=True)


def _numbered(entry: Entry) -> Key:
    """A key that sorts numbers in names by their value: nr. 9 before nr. 10."""
    name = entry.id or entry.title
    return tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in re.split(r"(\d{1,18})", name))


def _text(of: Callable[[Entry], str]) -> Callable[[Entry], Key]:
    return lambda entry: (_folded(of(entry)),) if of(entry) else ()


KEYS: dict[str, Callable[[Entry], Key]] = {
    "paper": _text(lambda entry: entry.title),
    "kind": _text(lambda entry: entry.kind),
    "dossier": lambda entry: _numbered(entry) if entry.dossier else (),
    "date": lambda entry: (entry.date, _numbered(entry)) if entry.date else (),
    "who": _text(lambda entry: ", ".join(entry.who)),
    "answers": lambda entry: () if entry.answers is None else (entry.answers,),
    "pages": lambda entry: () if entry.pages is None else (entry.pages,),
    "state": lambda entry: (entry.state,),
}


def _searched(entry: Entry, lang: Lang) -> str:
    """All that a line says, folded: what the search looks in."""
    state = getattr(LIST_WORDS[lang], entry.state)
    parts = [entry.title, entry.reference, entry.id, entry.file, entry.kind, entry.dossier, entry.date, *entry.who]
    return _folded(" ".join([*parts, state, entry.why]))


def _folded(text: str) -> str:
    """Without accents and capitals."""
    spelt_out = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in spelt_out if not unicodedata.combining(letter)).casefold()
