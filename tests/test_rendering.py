"""Replies and papers as JSON, text and HTML: exact in shape, and safe whatever a paper or a question says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragassist.abstention import Verdict
from ragassist.assistant import Reply
from ragassist.citation import Citation
from ragassist.document import Document, Exchange, Footnote, Metadata, Paragraph, Role
from ragassist.rendering import (
    clean,
    document_page,
    document_text,
    notice_card,
    paper_page,
    question_card,
    reply_cards,
    reply_json,
    reply_text,
)
from ragassist.rendering.data import quotation
from ragassist.rendering.markup import marked, tag
from ragassist.retrieval import CitedPassage, Hit
from sample_replies import ATTACKS, DOCUMENT, EXCHANGES, hit, reply

VOID = {"meta", "link", "br", "input"}


class Shape(HTMLParser):
    """What a browser would build: the elements with the names of their attributes, and the text in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.marks: list[str] = []
        self.odd: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.values += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if "mark" in self._open:
            self.marks.append(data)

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def handle_decl(self, decl: str) -> None:
        self.odd.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.odd.append(data)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)


def everywhere(text: str) -> tuple[Reply, Document, tuple[Exchange, ...]]:
    """A reply and a paper that say this text wherever someone else's text can stand."""
    metadata = Metadata("kst-1-2", text, text, text, text, text, text, text, text, text)
    document = Document(
        metadata,
        tuple(Paragraph(n, text, role, 1, (n,)) for n, role in enumerate(get_args(Role), 1)),
        (Footnote(1, text, 1), Footnote(2, text)),
        furniture=(text,),
    )
    exchange = Exchange("kst-1-2", text, (text,), (2,), (3, 4), (text,), text)
    passage = CitedPassage(3, 1, text, ((0, len(text)),))
    citation = Citation(text, "https://zoek.officielebekendmakingen.nl/kst-1-2.html", (3,), (1,))
    found = Hit(1, 0.5, metadata, exchange, text, text, citation, (passage,))
    return Reply(text, text, "found", 0.9, 1.0, (found,)), document, (exchange,)


def pages(text: str) -> list[str]:
    shown, document, exchanges = everywhere(text)
    return [
        reply_cards(shown, "nl"),
        question_card(text, "nl"),
        notice_card(text, "en"),
        paper_page(document, exchanges, "nl"),
        document_page(document, exchanges),
    ]


def test_json_has_the_promised_shape() -> None:
    exchange = replace(EXCHANGES[0], number="11", fractie=("Volt",))
    told = replace(reply("Hoeveel?", exchanges=(exchange,)), searched_as="hoeveel", took_ms=12.4)
    number = exchange.answer[0]
    text = DOCUMENT.paragraph(number).text
    assert json.dumps(reply_json(told), ensure_ascii=False) == json.dumps(
        {
            "id": None,
            "question": "Hoeveel?",
            "searched_as": "hoeveel",
            "found": True,
            "confidence": 0.9,
            "took_ms": 12.4,
            "hits": [
                {
                    "rank": 1,
                    "score": 1.0,
                    "document": "kst-99999-7",
                    "exchange": "11",
                    "fractie": ["Volt"],
                    "member": [],
                    "question": DOCUMENT.paragraph(2).text,
                    "answer": f"{text}\n\n{DOCUMENT.paragraph(number + 1).text}",
                    "citation": {
                        "text": "Kamerstukken II 2030/31, 99999, nr. 7, p. 1",
                        "url": "https://zoek.officielebekendmakingen.nl/kst-99999-7.html",
                        "paragraphs": [3],
                        "pages": [1],
                    },
                    "passages": [{"paragraph": 3, "page": 1, "text": text, "highlights": [[50, 142]]}],
                }
            ],
        },
        ensure_ascii=False,
    )
    assert (
        text[50:142] == "Voor bewaakte stallingen bij stations is in 2031 een bedrag van 2 miljoen euro uitgetrokken."
    )


def test_json_keeps_the_id_and_says_when_nothing_was_found() -> None:
    told = reply_json(replace(reply("Waar?", "nearest"), id="q7"))
    assert (told["id"], told["found"], len(told["hits"])) == ("q7", False, len(EXCHANGES))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_markup_of_others_survives(attack: str) -> None:
    text = "x" + attack.replace("\n\n", "\n")  # the answer's own paragraph break is meant to make paragraphs
    for page, plain in zip(pages(text), pages("x y"), strict=True):
        shape = Shape(page)
        assert shape.elements == Shape(plain).elements
        assert len(shape.odd) == len(Shape(plain).odd)
        assert clean(text) in shape.texts
        page.encode()


@given(st.text(min_size=1).map(lambda text: "x" + text.replace("\n\n", "")))
def test_no_text_changes_the_markup(text: str) -> None:
    for page, plain in zip(pages(text), pages("x y"), strict=True):
        assert Shape(page).elements == Shape(plain).elements
        page.encode()


@given(st.text(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_highlights_mark_the_right_characters(text: str, spans: list[tuple[int, int]]) -> None:
    shape = Shape(marked(text, spans))
    covered = {at for start, end in spans for at in range(start, min(end, len(text)))}
    assert "".join(shape.texts) == clean(text)
    assert "".join(shape.marks) == clean("".join(text[at] for at in sorted(covered)))


def test_highlights_are_right_after_characters_that_are_escaped_or_dropped() -> None:
    text = "«A & B» <\u200bvan\u202e> \U0001f6b2: dit is het bewijs."
    start = text.index("dit")
    assert marked(text, [(start, start + 19)]).endswith(": <mark>dit is het bewijs.</mark>")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "https://zoek.officielebekendmakingen.nl.evil.example/",
    ],
)
def test_links_lead_nowhere_else(address: str) -> None:
    assert tag("a", {"href": address}, "x") == "<a>x</a>"


def test_cards_stay_on_one_line() -> None:
    """The chat reads Markdown, in which a blank line ends a block of HTML."""
    shown, _, _ = everywhere("een\n\n<b>twee</b>\n\n    drie")
    assert "\n" not in reply_cards(shown, "nl")


def test_cards_show_who_asked_who_answered_and_where_it_stands() -> None:
    page = reply_cards(reply("Wat kost het?"), "nl")
    assert "Antwoord gevonden" in page
    assert "sterk bewijs" in page
    assert "Fietspartij vroeg" in page
    assert "Minister van Fietszaken antwoordde" in page
    assert "p. 1, alinea 3" in page
    assert "[1] Kamerstukken II 2030/31, 99999, nr. 7, p. 1" in page
    assert 'href="/?q=Wat%20kost%20het%3F&amp;doc=kst-99999-7#p3"' in page
    assert "%" not in "".join(Shape(page).texts).replace("%20", "").replace("%3F", "")


def test_three_exchanges_are_open_and_the_rest_folded() -> None:
    page = reply_cards(reply("Wat kost het?"), "nl")
    assert page.index("Meer antwoorden (6)") > page.index("[3] Kamerstukken")
    assert page.index("Meer antwoorden (6)") < page.index("[4] Kamerstukken")
    assert "Meer antwoorden" not in reply_cards(reply("Wat kost het?", exchanges=EXCHANGES[:3]), "nl")


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("nearest", "Geen direct antwoord gevonden; dit komt het dichtst in de buurt."),
        ("absent", "Deze stukken geven hier geen antwoord op."),
    ],
)
def test_not_found_stands_above_the_nearest(verdict: Verdict, sentence: str) -> None:
    page = reply_cards(reply("Wat?", verdict), "nl")
    assert page.startswith(f'<section class="reply {verdict}"')
    assert page.index("Niet gevonden") < page.index(sentence) < page.index("[1]")
    assert ("Toch zien" in page) == (verdict == "absent")


def test_nothing_at_all_is_shown_as_not_found() -> None:
    page = reply_cards(reply("Wat?", "absent", ()), "en")
    assert "Not found" in page
    assert "<details" not in page


def test_what_was_searched_is_told_only_when_it_differs() -> None:
    assert "Gezocht als" not in reply_cards(replace(reply("Wat kost  het?"), searched_as="wat kost het"), "nl")
    assert "Gezocht als: <q>wat kost het</q>" in reply_cards(
        replace(reply("Wta kost het?"), searched_as="wat kost het"), "nl"
    )


@pytest.mark.parametrize(
    ("speaks", "signed", "told"),
    [
        ("Mevrouw Zwanenburg (SP)", "Minister van Fietszaken", "Mevrouw Zwanenburg (SP)"),
        ("", "Minister van Fietszaken", "Minister van Fietszaken"),
        ("", "", "Motie van het lid Zwanenburg"),
    ],
)
def test_where_nothing_was_asked_nobody_answers(speaks: str, signed: str, told: str) -> None:
    section = Exchange(DOCUMENT.id, "0", (), (), (3,), respondent=speaks)
    about = replace(DOCUMENT.metadata, title="Motie van het lid Zwanenburg", respondent=signed)
    found = replace(reply("Wat?", exchanges=(section,)), hits=(hit(1, section, replace(DOCUMENT, metadata=about)),))
    assert f'<p class="who">{told}</p>' in reply_cards(found, "nl")
    assert f"[1] {told}\n" in reply_text(found)
    assert "answered" not in reply_text(found)


def test_a_section_without_a_question_is_no_question() -> None:
    section = Exchange(DOCUMENT.id, "0", (), (), (3,), ("Inleiding",))
    page = reply_cards(reply("Wat?", exchanges=(section,)), "nl")
    assert "vroeg" not in page
    assert "Inleiding" in page


def test_a_quotation_reads_in_order_and_shows_what_is_left_out() -> None:
    passages = tuple(CitedPassage(n, 1, f"Alinea {n}.", ()) for n in (7, 3, 4))  # 2 asks, 3 and 4 answer
    quoted = quotation(replace(hit(1, EXCHANGES[0]), passages=passages))
    assert quoted == (
        "Minister van Fietszaken: “Alinea 3.\n\nAlinea 4.\n\n(…)\n\nAlinea 7.”\n\n"
        "Kamerstukken II 2030/31, 99999, nr. 7, p. 1\nhttps://zoek.officielebekendmakingen.nl/kst-99999-7.html"
    )


def test_what_only_the_question_says_is_not_put_in_the_answers_mouth() -> None:
    passages = tuple(CitedPassage(n, 1, f"Alinea {n}.", ()) for n in (3, 2, 4))
    told = replace(reply("Wat?"), hits=(replace(hit(1, EXCHANGES[0]), passages=passages),))
    said = " ".join(Shape(reply_cards(told, "nl")).texts)
    order = ["antwoordde", "Alinea 3.", "Uit de vraag van Fietspartij", "Alinea 2.", "antwoordde", "Alinea 4."]
    assert re.search(".*".join(map(re.escape, order)), said)
    assert quotation(told.hits[0]).startswith(
        "Fietspartij: “Alinea 2.”\n\nMinister van Fietszaken: “Alinea 3.\n\nAlinea 4.”\n\nKamerstukken II"
    )
    assert "p. 1, paragraph 2, in the question\n" in reply_text(told)


def test_text_for_the_terminal() -> None:
    told = reply_text(reply("Wat kost het?", exchanges=EXCHANGES[:1]))
    assert told.splitlines()[:5] == [
        "Answer found, strong evidence.",
        "",
        "[1] Fietspartij asked; Minister van Fietszaken answered",
        "    p. 1, paragraph 3",
        "      Ik neem bewaakte stallingen bij stations serieus. Voor bewaakte stallingen bij stations is in",
    ]
    assert told.endswith("nr. 7, p. 1\n    https://zoek.officielebekendmakingen.nl/kst-99999-7.html\n")
    assert reply_text(reply("Wat?", "absent", ())) == "Not found. These papers do not answer this.\n"


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_steers_the_terminal(attack: str) -> None:
    shown, document, exchanges = everywhere(attack)
    for told in (reply_text(shown), document_text(document, exchanges)):
        assert {sign for sign in told if not sign.isprintable()} <= {"\n", "\t"}
        told.encode()


def test_a_paper_is_a_page_that_stands_alone() -> None:
    page = paper_page(DOCUMENT, EXCHANGES, "nl")
    shape = Shape(page)
    assert page.startswith('<!DOCTYPE html>\n<html lang="nl">')
    assert {"script", "link", "img", "iframe"}.isdisjoint(name for name, _ in shape.elements)
    assert {"src", "onclick", "onload"}.isdisjoint(name for name, _ in shape.values)
    assert "url(" not in page
    ids = [value for name, value in shape.values if name == "id"]
    assert len(ids) == len(set(ids))
    assert {f"p{paragraph.number}" for paragraph in DOCUMENT.paragraphs} <= set(ids)
    targets = {value[1:] for name, value in shape.values if name == "href" and value.startswith("#")}
    assert targets <= set(ids)
    for words in (
        ":target",
        "Fietspartij vraagt",
        "Minister van Fietszaken antwoordt",
        "pagina 2",
        "Bron: eigen telling.",
    ):
        assert words in page


def test_a_paper_says_every_paragraph_in_order() -> None:
    said = "".join(Shape(paper_page(DOCUMENT, EXCHANGES, "nl")).texts)
    at = 0
    for paragraph in DOCUMENT.paragraphs:
        for start, end in zip((0, *dict(paragraph.turns)), (*dict(paragraph.turns), None), strict=True):
            at = said.index(paragraph.text[start:end], at)


def test_show_tells_number_page_role_notes_and_exchange() -> None:
    line = "[3 · page 1 · text · notes 1 · exchange 1, answer]"
    assert line in document_text(DOCUMENT, EXCHANGES)
    assert "[1 · page 1 · heading]" in document_text(DOCUMENT, EXCHANGES)
    assert "[note 1 · page 1]" in document_text(DOCUMENT, EXCHANGES)
    assert line.strip("[]") in document_page(DOCUMENT, EXCHANGES)
    assert "[4 · page 1-2 · text · exchange 1, answer]" in document_text(DOCUMENT, EXCHANGES)
