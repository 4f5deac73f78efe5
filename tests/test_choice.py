"""Which file of a paper is read where there are several, and what is said of the others."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.corpus.choice import choose
from ragassist.formats import PARSERS
from ragassist.index import Source

ID = "kst-29861-12"
RICHEST_FIRST = ["official XML", "official HTML", "ODT", "DOCX", "Tweede Kamer HTML", "PDF", "HTML", "TXT"]


def file(name: str, kind: str = "TXT", sha256: str = "", id: str = ID, *, reprint: bool = False) -> Source:
    return Source(id, name, sha256 or name, f"key of {name}", kind, reprint)


def test_every_format_has_its_place_and_ending() -> None:
    assert sorted(RICHEST_FIRST, key=lambda kind: -PARSERS[kind].richness) == RICHEST_FIRST
    assert set(PARSERS) == {*RICHEST_FIRST, "VLOS XML"}
    assert [kind for kind, row in PARSERS.items() if row.suffix == ".txt"] == ["TXT"]


@pytest.mark.parametrize(("richer", "poorer"), list(pairwise(RICHEST_FIRST)))
def test_the_richer_format_is_read_and_the_summary_says_so(richer: str, poorer: str) -> None:
    best, other = file("z.xml", richer), file("kst-29861-12.txt", poorer)
    labels = PARSERS[richer].label, PARSERS[poorer].label
    for order in permutations([best, other]):
        assert choose(order) == (
            [best],
            {
                other.name: "kst-29861-12.txt: passed over, z.xml holds the same paper in a richer format "
                f"({labels[0]} before {labels[1]})."
            },
        )


@pytest.mark.parametrize(
    "reprint",
    [
        file("a.txt", reprint=True),
        file("kst-29861-12-h1.txt", id=f"{ID}-h1"),
        file("kst-29861-12-h1.txt", id=f"{ID}-h1", reprint=True),
    ],
)
def test_a_reprint_replaces_even_a_richer_original(reprint: Source) -> None:
    original = file("kst-29861-12.xml", "official XML")
    for order in permutations([original, reprint]):
        chosen, passed_over = choose(order)
        assert chosen == [reprint]
        assert passed_over == {
            original.name: f"{original.name}: passed over, {reprint.name} is a reprint (herdruk) that replaces it."
        }


def test_a_later_reprint_replaces_an_earlier_one() -> None:
    prints = [file("b.xml", "official XML", id=ID), file("a.xml", id=f"{ID}-h1"), file("c.xml", id=f"{ID}-h2")]
    for order in permutations(prints):
        chosen, passed_over = choose(order)
        assert [paper.document for paper in chosen] == [f"{ID}-h2"]
        assert set(passed_over) == {"a.xml", "b.xml"}


@pytest.mark.parametrize("copy", ["copy of kst-29861-12.txt", "Kopie van kst-29861-12.txt", "kst-29861-12 (1).txt"])
def test_a_copy_is_passed_over(copy: str) -> None:
    for sha256, said in (("same", "it is the same file as kst-29861-12.txt."), ("", f"it holds {ID}, and so does")):
        own, copied = file("kst-29861-12.txt", sha256=sha256), file(copy, sha256=sha256)
        for order in permutations([own, copied]):
            chosen, passed_over = choose(order)
            assert chosen == [own]
            assert said in passed_over[copy]


def test_a_copy_that_does_not_tell_its_number_is_no_refusal() -> None:
    own = file("kst-29861-12.txt", sha256="same")
    copy, other = (
        Source("", name, sha256, "key", refusal="it holds no Kamerstuk number.")
        for name, sha256 in (("copy.txt", "same"), ("letter.txt", "other"))
    )
    said = {"copy.txt": "copy.txt: passed over, it is the same file as kst-29861-12.txt."}
    assert choose([copy, other, own]) == ([own], said)


files = st.builds(
    Source,
    st.sampled_from(["kst-1-2", "kst-1-2-h1", "kst-1-3", "ah-tk-20232024-7"]),
    st.text("ab-.", min_size=1, max_size=6),
    st.sampled_from(["x", "y"]),
    st.just("key"),
    st.sampled_from(list(PARSERS)),
    st.booleans(),
)


@given(st.lists(files, unique_by=lambda file: file.name), st.randoms())
def test_every_file_is_chosen_or_passed_over_whatever_their_order(all_: list[Source], random: object) -> None:
    chosen, passed_over = choose(all_)
    assert sorted([*(file.name for file in chosen), *passed_over]) == sorted(file.name for file in all_)
    assert len({file.document.removesuffix("-h1") for file in chosen}) == len(chosen)
    random.shuffle(all_)  # type: ignore[attr-defined]
    assert choose(all_)[0] == chosen
