"""Pages that tests read: the fixtures as pages of a site, and pages made at random."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import strategies as st

from ragassist.document import Document, Paragraph
from ragassist.formats.html import any_html as html
from ragassist.formats.html import op_html

PAPERS = Path(__file__).resolve().parent / "papers"
NAME = "kst-99010-77.html"
WORD = re.compile(r"w\d+")  # every word of a random page: they can be told apart where elements glue them


def page_of(body: str, head: str = "") -> bytes:
    """A page with this body."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()


def read(body: str) -> Document:
    """Any page with this body."""
    return html.parse(NAME, page_of(body))


def read_official(paper: str, around: str = "{}", head: str = "") -> Document:
    """A page of the official site with this paper."""
    return op_html.parse(NAME, page_of(around.format(f'<div id="broodtekst">{paper}</div>'), head))


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def roles(document: Document) -> list[tuple[str, str]]:
    return [(paragraph.role, paragraph.text) for paragraph in document.paragraphs]


def folded(paragraph: Paragraph) -> tuple[str, str, tuple[int, ...]]:
    """What must be the same in every format: dashes between years are written in two ways."""
    return paragraph.role, re.sub("[–—‑]", "-", paragraph.text), paragraph.notes


TAGS = (
    "p div section article h2 h4 ul ol li table tr td th dl dt dd span b em sup sub a blockquote pre figure caption "
    "font nieuw-element x1 o:p center address form label"
).split()
CLASSES = (
    "alineagroep labeled ol lidnr nr tussenkop_vet divisiekop1 kamerstukkop ondertekening functie inhoudsopgave "
    "spreekbeurt kader nummer stuktitel kamervraagomschrijving_kop expliciet iets-nieuws"
).split()


@st.composite
def trees(draw: st.DrawFn) -> str:
    """Markup of known and unknown elements in one another, as wrong as pages are."""
    markup: list[str] = []
    around: list[str] = []
    for number in range(draw(st.integers(1, 40))):
        step = draw(st.sampled_from(("word", "word", "open", "open", "close", "break", "table")))
        if step == "open":
            tag = draw(st.sampled_from(TAGS))
            around.append(tag)
            named = draw(st.sampled_from(("", *(f' class="{name}"' for name in CLASSES))))
            span = draw(st.sampled_from(("", "", ' colspan="2"', ' rowspan="3"', ' style="font-weight: bold"')))
            markup.append(f"<{tag}{named}{span}>")
        elif step == "close" and around:
            markup.append(f"</{around.pop(draw(st.integers(0, len(around) - 1)))}>")
        elif step == "break":
            markup.append("<br>")
        elif step == "table":
            markup.append(f"<table><tr><td>w{number}0<td><td>w{number}1<tr><td>w{number}2</table>")
        else:
            markup.append(f"{draw(st.sampled_from(('', ' ', chr(10))))}w{number}9 ")
    return "".join(markup)
