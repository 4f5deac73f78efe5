"""The list of papers: every paper is found, sorted and shown once, and nothing in it becomes markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.app.listing import PAGE, Shelf, entries
from ragassist.corpus import Changes
from ragassist.document import Metadata
from ragassist.index import Listed
from ragassist.rendering import Entry, Result, Told, View, clean, papers_list, papers_panel, results_list
from ragassist.rendering.papers import COLUMNS
from sample_replies import ATTACKS
from test_rendering import Shape

SORTS = [sign + column for column in COLUMNS for sign in ("", "-")]
TITLES = st.sampled_from(["Zorg", "École", "zorg en wonen", "Ürgent", ""])
LINES = st.lists(
    st.builds(
        Listed,
        st.builds(
            Metadata,
            st.integers(1, 200).map(lambda n: f"kst-36000-{n}"),
            TITLES,
            st.sampled_from(["Motie", ""]),
            st.sampled_from(["36000", "21501-31", ""]),
            date=st.sampled_from(["2024-03-12", "2023-01-02", ""]),
            members=st.lists(st.sampled_from(["De Vries (SP)", "Kröger (GroenLinks)"]), max_size=2).map(tuple),
        ),
        st.none() | st.integers(1, 30),
        st.just(()),
        st.integers(0, 40),
        st.lists(st.sampled_from(["VVD", "D66"]), max_size=2).map(tuple),
    ),
    max_size=160,
    unique_by=lambda line: line.metadata.id,
)


def listed(**about: str) -> Listed:
    return Listed(replace(Metadata("kst-36000-1", "Zorg"), **about), None, (), 1, ())  # type: ignore[arg-type]


def shown(lines: list[Listed], view: View, changes: Changes | None = None) -> list[Entry]:
    return list(Shelf(entries(lines, changes or Changes(), ()), "nl").show(view).entries)


def ids(lines: list[Listed], view: View) -> list[str]:
    return [entry.id for entry in shown(lines, view)]


@given(LINES, st.sampled_from(SORTS))
def test_every_paper_is_on_one_page(lines: list[Listed], sort: str) -> None:
    shelf = Shelf(entries(lines, Changes(), ()), "nl")
    pages = shelf.show(View(sort=sort)).pages
    seen = [shelf.show(View(sort=sort, page=n + 1)) for n in range(pages)]
    assert sorted(entry.id for page in seen for entry in page.entries) == sorted(line.metadata.id for line in lines)
    assert all(page.count == len(lines) and len(page.entries) <= PAGE for page in seen)
    assert shelf.show(View(sort=sort, page=999_999)).page == pages


@given(LINES, st.sampled_from(["date", "answers", "pages"]))
def test_what_has_nothing_there_comes_last_either_way(lines: list[Listed], column: str) -> None:
    for sort in (column, f"-{column}"):
        values = [getattr(entry, column) for entry in shown(lines, View(sort=sort))]
        known = [value for value in values if value not in {"", None}]
        assert values[: len(known)] == known
        assert known == sorted(known, reverse=sort.startswith("-"))


def test_the_newest_is_first_and_numbers_are_read_as_numbers() -> None:
    days = {"kst-36000-9": "2024-01-02", "kst-36000-10": "2024-01-02", "kst-36000-2": "2025-01-01", "kst-36000-1": ""}
    lines = [listed(id=id, date=date) for id, date in days.items()]
    assert ids(lines, View()) == ["kst-36000-2", "kst-36000-10", "kst-36000-9", "kst-36000-1"]


@pytest.mark.parametrize(
    "find", ["ecole", "ÉCOLE", "21 501-31", "kröger", "Kroger école", "2024-03", "motie 741", "doorzoekbaar", "  "]
)
def test_the_search_looks_in_all_that_a_line_says(find: str) -> None:
    line = listed(
        id="kst-21501-31-741", title="École", kind="Motie", dossier="21501-31", number="741", year="2023-2024"
    )
    line = replace(line, metadata=replace(line.metadata, date="2024-03-12", members=("Kröger (GroenLinks)",)))
    assert ids([line, listed(title="Anders")], View(find=find))[:1] == ["kst-21501-31-741"]
    assert ids([line], View(find=f"{find} nergens")) == []


def test_refused_files_stand_above_the_newest_and_other_files_below_with_their_reason() -> None:
    changes = Changes(refused={"a.pdf": "a.pdf: it is damaged."}, passed_over={"b.txt": "b.txt: passed over."})
    lines = shown([listed(date="2024-01-02"), listed(id="kst-36000-2")], View(), changes)
    assert [entry.state for entry in lines] == ["refused", "indexed", "indexed", "passed_over"]
    assert [entry.why for entry in lines] == ["it is damaged.", "", "", "passed over."]


def test_a_file_that_waits_is_listed_until_it_is_read() -> None:
    waits = [Result("mijn stuk.txt", "waiting", file="mijn-stuk.txt")]
    assert [entry.state for entry in entries([], Changes(), waits)] == ["waiting"]
    read = replace(listed(), file="mijn-stuk.txt")
    assert [entry.state for entry in entries([read], Changes(), waits)] == ["indexed"]


@given(st.dictionaries(st.sampled_from(["find", "sort", "page"]), st.text(max_size=300)))
def test_any_address_is_a_view_and_a_view_is_an_address(query: dict[str, str]) -> None:
    view = View.of(query)
    assert view.sort in SORTS
    assert view.page >= 1
    assert view.link().startswith("/?view=papers")
    view.link().encode("ascii")


@pytest.mark.parametrize("query", [{"page": "0"}, {"page": "²"}, {"page": "-1"}, {"page": "9" * 50}, {"sort": "id"}])
def test_an_address_that_asks_for_nothing_that_is_there_gives_something(query: dict[str, str]) -> None:
    assert ids([listed()], View.of(query)) == ["kst-36000-1"]


def pages(text: str) -> list[str]:
    """Everything that the panel shows, with this text wherever somebody else's may stand."""
    paper = Entry("indexed", text, text, text, text, text, text, text, (text,) * 5, 1, 2, (text,), text)
    file = Entry("refused", text, file=text, why=text)
    view = View(find=text)
    shelf = Shelf([paper, file], "nl").show(View())
    told = Told(
        changing=True,
        reading=True,
        note=text,
        limits=dict.fromkeys(("kinds", "size", "count", "wish"), text),
        sentences={"a": text},
    )
    table = papers_list(shelf, view, "nl", changing=True)
    nothing = papers_list(replace(shelf, entries=()), view, "nl", changing=True)
    return [papers_panel(table, view, "nl", told), nothing, results_list([Result(text, "refused", text, text)], "nl")]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_markup_of_others_survives(attack: str) -> None:
    for page, plain in zip(pages(f"x{attack}"), pages("x y"), strict=True):
        shape = Shape(page)
        assert shape.elements == Shape(plain).elements
        assert any(clean(attack) in text for text in shape.texts)
        assert {
            value for name, value in shape.values if name == "href" and not value.startswith("/?view=papers")
        } == set()
        page.encode()


@given(st.text(min_size=1))
def test_no_text_changes_the_markup(text: str) -> None:
    for page, plain in zip(pages(f"x{text}"), pages("x y"), strict=True):
        assert Shape(page).elements == Shape(plain).elements
