"""What a swap of papers did to the answers: each kind of change, on small papers with a real assistant; in print."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

import stored_papers
from ragassist import swap
from ragassist.assistant import Assistant
from ragassist.encoder import Encoder, Floats
from ragassist.errors import QuestionError
from ragassist.index import Index, ModelId, Stored
from ragassist.rendering import swap_feed, swap_page, swap_text
from ragassist.swap import Answer, Broken, Change, Quote, Run, Swap
from sample_replies import ATTACKS

MONDAY, TUESDAY = datetime(2031, 5, 5, 9, tzinfo=UTC), datetime(2031, 5, 6, 9, tzinfo=UTC)
STALLING = "Een stallingsplaats voor een fiets bij het station kost de reiziger vanaf 2031 drie euro per dag."
WEESFIETS = "Weesfietsen worden na veertien dagen door de gemeente van het perron verwijderd en in een depot bewaard."
WOLVES = "Wolven mogen in natuurgebieden niet met verf worden beschoten, omdat de rechter dat heeft verboden."
COSTS = "Wat kost een stallingsplaats voor een fiets bij het station de reiziger vanaf 2031 per dag?"
ORPHANS = "Door wie worden weesfietsen na veertien dagen van het perron verwijderd en in een depot bewaard?"
PAINT = "Waarom mogen wolven in natuurgebieden niet met verf worden beschoten?"
OTHERS = (  # what else there is in the index, so that something can stand out
    "De laadpunten voor elektrische fietsen worden betaald uit het klimaatfonds, waarvoor een wet in voorbereiding is.",
    "De veiligheid in de avond is een zaak van de burgemeester, die daarover met de politie spreekt.",
    "Het onderhoud van de rekken is aanbesteed; de vervoerder ziet toe op de uitvoering van het contract.",
    "Gemeenten krijgen een bijdrage voor nieuwe fietspaden langs provinciale wegen.",
    "De Europese Commissie heeft een voorstel gedaan over de rechten van reizigers in het spoorvervoer.",
    "In de begroting is rekening gehouden met hogere lonen in de zorg en het onderwijs.",
    *(
        f"Over {subject} volgt in het najaar een brief aan de Kamer over de gevolgen voor {who}."
        for subject in ("het goederenvervoer", "de luchtvaart", "de binnenvaart", "het streekvervoer", "de havens")
        for who in ("provincies", "burgers", "bedrijven", "ouderen")
    ),
)
QUESTIONS = (COSTS, ORPHANS, PAINT)

Ask = Callable[[Sequence[Stored]], Assistant]


def paper(id: str, *answers: str, reprint: bool = False) -> Stored:
    stored = stored_papers.paper(id, answers)
    metadata = replace(stored.document.metadata, dossier="99999", number=id.rpartition("-")[2], reprint=reprint)
    return replace(stored, document=replace(stored.document, metadata=metadata))


@pytest.fixture(scope="module")
def encoded(encoder: Encoder) -> Callable[[Stored], Stored]:
    """A paper with vectors of the model that ships; each passage is encoded once for all tests."""
    known: dict[str, tuple[Floats, Floats]] = {}

    def encode(stored: Stored) -> Stored:
        new = [passage.text for passage in stored.passages if passage.text not in known]
        if new:
            made = encoder.passages(new)
            known.update(zip(new, zip(made.vectors, made.tokens, strict=True), strict=True))
        rows = [known[passage.text] for passage in stored.passages]
        return replace(stored, vectors=np.stack([row for row, _ in rows]), tokens=tuple(tokens for _, tokens in rows))

    return encode


@pytest.fixture
def papers(encoder: Encoder, encoded: Callable[[Stored], Stored], tmp_path: Path) -> Ask:
    """An assistant over these papers, as though they had just been indexed."""

    def ask(stored: Sequence[Stored]) -> Assistant:
        Index.write(tmp_path, [encoded(one) for one in (*stored, paper("kst-99999-9", *OTHERS))], ModelId.of(encoder))
        return Assistant(Index.open(tmp_path), encoder)

    return ask


BEFORE = (paper("kst-99999-1", STALLING, WEESFIETS),)


def swapped(papers: Ask, after: Sequence[Stored], before: Sequence[Stored] = BEFORE) -> Swap:
    first = swap.take(papers(before), QUESTIONS, MONDAY)
    assistant = papers(after)
    return swap.compare(first, swap.take(assistant, QUESTIONS, TUESDAY), assistant)


def changed(found: Swap) -> dict[str, tuple[str, ...]]:
    return {change.question: change.kinds for change in found.changes}


def test_the_same_papers_answer_the_same(papers: Ask) -> None:
    found = swapped(papers, BEFORE)
    assert (found.changes, found.added, found.removed, found.reprinted) == ((), (), (), ())
    assert (found.asked, found.left_out) == (3, 0)
    assert swap_text(found) == (
        "3 questions asked before (2031-05-05T09:00:00+00:00) and after (2031-05-06T09:00:00+00:00): none changed.\n"
    )


def test_a_new_paper_answers_what_was_not_found(papers: Ask) -> None:
    found = swapped(papers, [*BEFORE, paper("kst-99999-2", WOLVES)])
    assert changed(found) == {PAINT: ("newly found",)}
    (change,) = found.changes
    assert change.after.best == Quote("kst-99999-2", 2, WOLVES, "Kamerstukken 2023/24, 99999, nr. 2, p. 2-3")
    assert found.added == ("Kamerstukken 2023/24, 99999, nr. 2",)
    assert "Before: not found" in swap_text(found)


def test_a_paper_that_is_gone_breaks_its_citations(papers: Ask) -> None:
    found = swapped(papers, [paper("kst-99999-2", WOLVES)])
    assert changed(found)[ORPHANS] == ("no longer found", "broken citation")
    broken = next(change.broken[0] for change in found.changes if change.question == ORPHANS)
    assert (broken.why, broken.now) == ("the paper is gone", None)
    assert found.removed == ("Kamerstukken 2023/24, 99999, nr. 1",)


def test_other_words_in_the_same_place_are_a_changed_answer(papers: Ask) -> None:
    dearer = STALLING.replace("drie", "vier")
    found = swapped(papers, [paper("kst-99999-1", dearer, WEESFIETS)])
    assert changed(found) == {COSTS: ("changed answer", "broken citation")}
    assert found.changes[0].broken[0].why == "the paragraph says something else"
    assert "<del>drie </del>" in swap_page(found)
    assert "<ins>vier </ins>" in swap_page(found)
    text = swap_text(found)
    assert STALLING in " ".join(text.split())
    assert dearer in " ".join(text.split())


def test_words_that_moved_are_told_where_they_stand_now(papers: Ask) -> None:
    found = swapped(papers, [paper("kst-99999-1", WOLVES, STALLING, WEESFIETS)])
    moved = {change.question: change for change in found.changes}
    assert moved[ORPHANS].kinds == ("broken citation",)  # the same best passage, at another place
    (broken,) = moved[ORPHANS].broken
    assert (broken.quote.paragraph, broken.now) == (4, 6)
    assert "its words stand in paragraph 6 now" in swap_text(found)


def test_a_paragraph_that_is_no_longer_there_is_told(papers: Ask) -> None:
    found = swapped(papers, [paper("kst-99999-1", STALLING)])
    orphans = next(change for change in found.changes if change.question == ORPHANS)
    assert orphans.broken[0].why == "it has no such paragraph any more"


def test_a_better_passage_elsewhere_is_new_and_the_old_citation_holds(papers: Ask) -> None:
    before = [paper("kst-99999-1", "Een stallingsplaats bij het station kost de reiziger vanaf 2031 drie euro.")]
    found = swapped(papers, [*before, paper("kst-99999-2", STALLING)], before)
    assert changed(found) == {COSTS: ("new best passage",)}
    assert found.changes[0].broken == ()


def test_another_passage_of_the_same_answer_is_a_new_best_one(papers: Ask) -> None:
    assistant = papers(BEFORE)
    now = swap.take(assistant, [COSTS], TUESDAY)
    (answer,) = now.answers
    assert answer.best
    other = Quote("kst-99999-1", 4, WEESFIETS, answer.best.reference)
    then = replace(now, answers=(replace(answer, quotes=(other, answer.best)),))
    assert changed(swap.compare(then, now, assistant)) == {COSTS: ("new best passage",)}


def test_a_reprint_is_named_with_the_questions_it_answers(papers: Ask) -> None:
    found = swapped(papers, [paper("kst-99999-1", STALLING, WEESFIETS, reprint=True)])
    assert changed(found) == {COSTS: ("reprint",), ORPHANS: ("reprint",)}
    assert found.reprinted == ("Kamerstukken 2023/24, 99999, nr. 1",)
    assert swap_text(found).count("As before: ") == 2


def test_questions_that_were_asked_only_once_are_left_out(papers: Ask) -> None:
    assistant = papers(BEFORE)
    first = swap.take(assistant, [COSTS, ORPHANS], MONDAY)
    second = swap.take(assistant, [ORPHANS, PAINT, ORPHANS], TUESDAY)
    found = swap.compare(first, second, assistant)
    assert (found.asked, found.left_out) == (1, 2)


def test_a_run_is_read_back_as_it_was_saved(papers: Ask, tmp_path: Path) -> None:
    taken = swap.take(papers(BEFORE), QUESTIONS, MONDAY)
    assert [answer.found for answer in taken.answers] == [True, True, False]
    file = tmp_path / "saved.json"
    file.write_text(json.dumps(taken.json()), "utf-8")
    assert swap.read(file) == taken
    assert swap.read(tmp_path / "none.json") is None


def test_progress_is_told_after_each_question(papers: Ask) -> None:
    told: list[int] = []
    swap.take(papers(BEFORE), QUESTIONS, MONDAY, told.append)
    assert told == [1, 2, 3]


@pytest.mark.parametrize(
    "saved",
    [
        "", "[]", "{}", "3", '{"version": 2}', '{"version": 1, "taken": "yesterday"}', "[" * 100_000,
        '{"version": 1, "taken": "2031-05-05T09:00:00", "papers": {}, "reprints": [], "answers": []}',
        '{"version": 1, "taken": "2031-05-05T09:00:00+00:00", "papers": [], "reprints": [], "answers": []}',
        '{"version": 1, "taken": "2031-05-05T09:00:00+00:00", "papers": {}, "reprints": [], "answers": [{"id": 3}]}',
    ],
)  # fmt: skip
def test_what_is_no_saved_run_is_said_so(tmp_path: Path, saved: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(saved, "utf-8")
    with pytest.raises(QuestionError, match="is no run saved by this version"):
        swap.read(file)


# How it is told


def told(text: str) -> Swap:
    """A swap in which everything that strangers write is this text."""
    quote = Quote("kst-99999-1", 2, text, text)
    before, after = Answer(text, True, "1", text, (quote,)), Answer(text, True, "1", f"{text} en meer", (quote,))
    change = Change(before, after, ("changed answer", "broken citation"), (Broken(quote, "the paper is gone"),))
    return Swap(MONDAY.isoformat(), TUESDAY.isoformat(), (text,), (text,), (text,), 1, 0, (change, change))


@pytest.mark.parametrize("attack", [*ATTACKS, "\x00\x1b[2J\u202e\ufffe\ud800", "]]>&amp;<!--", "\n\n# kop\n"])
def test_no_text_gets_out_of_its_place(attack: str) -> None:
    page = etree.HTML(swap_page(told(attack)))
    tags = {element.tag for element in page.iter()}
    assert tags <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "p",
        "article",
        "a",
        "blockquote",
        "del",
        "ins",
    }
    assert {name for element in page.iter() for name in element.attrib} <= {
        "charset", "http-equiv", "content", "name", "lang", "class", "href"
    }  # fmt: skip
    assert {link.get("href") for link in page.iter("a")} == {"https://zoek.officielebekendmakingen.nl/kst-99999-1.html"}
    feed = etree.fromstring(swap_feed(told(attack)).encode())
    assert {etree.QName(element).localname for element in feed.iter()} <= ELEMENTS
    assert "\x1b" not in swap_text(told(attack))


ELEMENTS = {"feed", "id", "title", "updated", "subtitle", "author", "name", "entry", "category", "link", "content"}
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_is_atom(papers: Ask) -> None:
    found = swapped(papers, [paper("kst-99999-1", STALLING.replace("drie", "vier"), WEESFIETS)])
    feed = etree.fromstring(swap_feed(found).encode())
    assert feed.tag == f"{ATOM}feed"
    for parent in (feed, *feed.findall(f"{ATOM}entry")):  # RFC 4287, 4.1.1 and 4.1.2
        for once in ("id", "title", "updated"):
            (element,) = parent.findall(f"{ATOM}{once}")
            assert element.text
        assert datetime.fromisoformat(parent.findtext(f"{ATOM}updated") or "").tzinfo
        assert (parent.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == COSTS
    assert [c.get("term") for c in entry.findall(f"{ATOM}category")] == ["changed answer", "broken citation"]
    (content,) = entry.findall(f"{ATOM}content")
    assert content.get("type") == "text"
    (link,) = entry.findall(f"{ATOM}link")
    assert (link.get("rel"), link.get("href")) == (
        "alternate",
        "https://zoek.officielebekendmakingen.nl/kst-99999-1.html",
    )


def test_ids_in_the_feed_stay_when_it_is_written_again_and_differ_between_changes() -> None:
    def ids(found: Swap) -> list[str | None]:
        return [element.text for element in etree.fromstring(swap_feed(found).encode()).iter(f"{ATOM}id")]

    again = replace(told("Een"), after=datetime(2031, 6, 1, tzinfo=UTC).isoformat())
    assert ids(told("Een")) == ids(again)
    assert ids(told("Een"))[0] == ids(told("Twee"))[0]
    assert ids(told("Een"))[1] != ids(told("Twee"))[1]


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = swap_page(told("Kop"))
    assert 'content="default-src &#x27;none&#x27;' in page
    assert "src=" not in page.replace("default-src", "").replace("style-src", "")
    assert "@import" not in page
    assert "url(" not in page


def test_a_run_knows_what_it_saves() -> None:
    run = Run(MONDAY.isoformat(), {"kst-1": "Kamerstuk 1"}, ("kst-1",), (Answer("Wat?", found=False),))
    assert run.json()["version"] == swap.VERSION
    assert json.loads(json.dumps(run.json()))["answers"][0]["quotes"] == []
