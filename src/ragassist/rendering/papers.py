"""The list of papers -> HTML: a table that sorts and pages by its links, what became of each wish.

Every link is an address of the app (`/?view=papers&find=…&sort=…`), so that a view can be kept and sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, urlencode

from ragassist.rendering.list_words import LIST_WORDS, ListWords
from ragassist.rendering.markup import Html, clean, join, tag
from ragassist.rendering.words import Lang

State = Literal["indexed", "waiting", "unread", "refused", "passed_over"]
Outcome = Literal[
    "waiting",
    "unread",
    "read_now",
    "refused",
    "passed_over",
    "removed",
    "failed",
    "stopped",
    "offline",
    "busy",
    "there",
]

FAILED: frozenset[Outcome] = frozenset({"refused", "failed", "offline", "busy", "stopped", "unread"})
DESCENDING = frozenset({"date", "answers", "pages"})  # what one wants the most or the newest of first
NUMBERS = frozenset({"answers", "pages"})
COLUMNS = ("paper", "kind", "dossier", "date", "who", "answers", "pages", "state")
WHO = 3  # fracties or members named in a line; the others are counted


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a paper that is loaded, or a file in the folder that is not (yet) one.

    id: empty for a file. file: path within the folder. why: a sentence, for a file that was refused or passed over.
    answers, pages: None where there are none to count.
    """

    state: State
    title: str
    reference: str = ""
    id: str = ""
    file: str = ""
    kind: str = ""
    dossier: str = ""
    date: str = ""
    who: tuple[str, ...] = ()
    answers: int | None = None
    pages: int | None = None
    remarks: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one wish.

    label: what the user called it: a file's name, a number, a link. why: a sentence where there is something to say.
    file: its path within the folder, once it has one. wish: it names a paper that is to be fetched.
    """

    label: str
    outcome: Outcome
    why: str = ""
    file: str = ""
    wish: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Which lines of the list are shown: those that contain `find`, sorted by a column, a page of them.

    sort: name of a column, a minus before it where the last comes first. page: from 1.
    """

    find: str = ""
    sort: str = "-date"
    page: int = 1

    @property
    def column(self) -> str:
        """The column sorted by."""
        return self.sort.removeprefix("-")

    @property
    def reverse(self) -> bool:
        """Whether the last comes first."""
        return self.sort.startswith("-")

    @classmethod
    def of(cls, query: Mapping[str, str]) -> View:
        """As an address asks for it; what it does not say, or says wrongly, is as it is by default."""
        sort, page = query.get("sort", ""), query.get("page", "")
        return cls(
            find=clean(query.get("find", ""))[:200].strip(),
            sort=sort if sort.removeprefix("-") in COLUMNS else cls().sort,
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def link(self, **more: str) -> str:
        """The app's address, from its root, of this view."""
        default = View()
        told = {"find": self.find, "sort": self.sort, "page": str(self.page)}
        usual = {"find": default.find, "sort": default.sort, "page": str(default.page)}
        changed = {name: value for name, value in told.items() if value != usual[name]} | more
        asked = {"view": "papers", **{name: clean(value) for name, value in changed.items()}}
        return f"/?{urlencode(asked, quote_via=quote)}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the list. first: place of the first line shown, from 1. count: lines in this view, on all pages."""

    entries: Sequence[Entry]
    first: int
    count: int
    page: int
    pages: int


def papers_list(shown: Shown, view: View, lang: Lang, *, changing: bool) -> str:
    """A page of the list as a table, with links that sort and turn pages.

    changing: whether the reader may take papers out.
    """
    words = LIST_WORDS[lang]
    if not shown.entries:
        told = words.nothing.format(find=view.find) if view.find else words.none
        return tag("p", {"class": "nothing"}, told)
    head = tag("tr", {"role": "row"}, *(_heading(name, view, words) for name in COLUMNS), _empty_heading(words))
    rows = [_row(entry, view, words, changing=changing) for entry in shown.entries]
    return join(
        [
            tag(
                "table",
                {"role": "table", "aria-label": words.heading, "data-here": _here(shown, words)},
                tag("thead", {"role": "rowgroup"}, head),
                tag("tbody", {"role": "rowgroup", "lang": "nl"}, *rows),
            ),
            _turning(shown, view, words),
        ]
    )


def results_list(results: Sequence[Result], lang: Lang) -> str:
    """What became of each wish, as the items of a list; what did not work comes first."""
    words = LIST_WORDS[lang]
    return join(
        tag(
            "li",
            {"class": result.outcome},
            tag("strong", {}, result.label or words.read),
            " ",
            tag("span", {"class": "outcome"}, getattr(words, result.outcome)),
            *([" ", tag("span", {"class": "why", "lang": "en"}, result.why)] if result.why else []),
        )
        for result in sorted(results, key=lambda result: result.outcome not in FAILED)
    )


def results_summary(results: Sequence[Result], lang: Lang) -> str:
    """The same in one line of text: `1 geweigerd, 12 gelezen`."""
    words = LIST_WORDS[lang]
    counts = Counter(result.outcome for result in sorted(results, key=lambda result: result.outcome not in FAILED))
    return ", ".join(f"{count} {getattr(words, outcome)}" for outcome, count in counts.items())


def _heading(name: str, view: View, words: ListWords) -> Html:
    """A column's name, as a link that sorts by it; the other way round where it is sorted by it already."""
    current = view.column == name
    turned = not view.reverse if current else name in DESCENDING
    link = replace(view, sort=f"-{name}" if turned else name, page=1).link()
    ways = {True: words.descending, False: words.ascending}
    label = f"{words.sort} {getattr(words, name).lower()}, {ways[turned]}"
    sorted_by = {"aria-sort": "descending" if view.reverse else "ascending"} if current else {}
    return tag(
        "th",
        {"role": "columnheader", "scope": "col", "class": name, **sorted_by},
        tag("a", {"href": link, "title": label}, getattr(words, name)),
    )


def _empty_heading(words: ListWords) -> Html:
    return tag("th", {"role": "columnheader", "class": "change"}, tag("span", {"class": "unseen"}, words.remove))


def _row(entry: Entry, view: View, words: ListWords, *, changing: bool) -> Html:
    cells = [
        _cell("paper", words, *_paper(entry, view, words)),
        _cell("kind", words, entry.kind),
        _cell("dossier", words, entry.dossier),
        _cell("date", words, entry.date),
        _cell("who", words, *_who(entry)),
        _cell("answers", words, "" if entry.answers is None else str(entry.answers)),
        _cell("pages", words, "" if entry.pages is None else str(entry.pages)),
        _cell("state", words, getattr(words, entry.state)),
        tag("td", {"role": "cell", "class": "change"}, *([_removing(entry, words)] if changing else [])),
    ]
    return tag("tr", {"role": "row", "class": entry.state, "data-id": entry.id}, *cells)


def _cell(name: str, words: ListWords, *inside: str) -> Html:
    empty = not any(inside)
    role = {"role": "cell", "class": f"{name} none" if empty else name, "data-label": getattr(words, name)}
    return tag("td", role, *inside)


def _paper(entry: Entry, view: View, words: ListWords) -> list[Html]:
    """Its title, which opens it, its reference, and what is to be said of how it was read."""
    if not entry.id:
        why = [tag("span", {"class": "why", "lang": "en"}, entry.why)] if entry.why else []
        return [tag("strong", {}, entry.title), *why]
    title = tag("a", {"class": "title", "href": view.link(doc=entry.id)}, entry.title)
    remarks = [
        tag(
            "details",
            {"class": "remarks", "lang": "en"},
            tag("summary", {}, f"{words.remarks} ({len(entry.remarks)})"),
            *(tag("p", {}, remark) for remark in entry.remarks),
        )
    ]
    return [title, tag("span", {"class": "reference"}, entry.reference), *(remarks if entry.remarks else [])]


def _who(entry: Entry) -> list[Html]:
    more = len(entry.who) - WHO
    names = ", ".join(entry.who[:WHO])
    return [tag("span", {"title": ", ".join(entry.who)}, names, f" +{more}" if more > 0 else "")] if names else []


def _removing(entry: Entry, words: ListWords) -> Html:
    what = entry.reference or entry.title
    target = {"data-id": entry.id} if entry.id else {"data-file": entry.file}
    named = f"{entry.reference} {entry.title}".strip()
    label = words.remove_this.format(what=what)
    if entry.state == "waiting":
        return Html()
    shape = tag("span", {"aria-hidden": "true"}, "✕")
    about = {"type": "button", "class": "out", "data-what": named, "aria-label": label, "title": label}
    return tag("button", about | target, shape)


def _here(shown: Shown, words: ListWords) -> str:
    """Which lines these are: `51–100 van 5.000`."""
    told = words.found if shown.pages > 1 else words.all
    last = shown.first + len(shown.entries) - 1
    numbers = {"first": shown.first, "last": last, "count": shown.count}
    return told.format(**{name: f"{number:,}".replace(",", words.thousands) for name, number in numbers.items()})


def _turning(shown: Shown, view: View, words: ListWords) -> Html:
    """Links to the pages before and after, where the list has more than one."""
    links = [tag("span", {"class": "here"}, _here(shown, words))]
    if shown.page > 1:
        before = replace(view, page=shown.page - 1).link()
        links.append(tag("a", {"rel": "prev", "href": before}, f"← {words.previous}"))
    if shown.page < shown.pages:
        after = replace(view, page=shown.page + 1).link()
        links.append(tag("a", {"rel": "next", "href": after}, f"{words.next} →"))
    return tag("nav", {"class": "turning", "aria-label": words.pages_of_list}, *links) if shown.pages > 1 else Html()
