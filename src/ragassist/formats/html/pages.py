"""What pages of every site have in common: where the paper stands, what their heads tell, which are no papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ragassist.errors import UnreadablePaper
from ragassist.formats.blocks import Block
from ragassist.formats.gathering import LABEL
from ragassist.formats.html.elements import Element, found, outermost, words
from ragassist.formats.identity import IDENTIFIER, fractie_heading

NO_PAGE = re.compile(
    r"\b(?:(?:pagina|publicatie|document|bestand) (?:is )?niet (?:gevonden|beschikbaar)|niet gevonden|page not found|"
    r"not found|40[034]\b|50[0234]\b|(?:technische )?storing|er is (?:een fout|iets mis)|access denied|geen toegang)",
    re.IGNORECASE,
)
RESULTS = re.compile(r"\b(?:zoekresulta(?:at|ten)|resultaten|gevonden (?:publicaties|documenten))\b", re.IGNORECASE)
FILE = re.compile(r"\.(?:pdf|xml|odt)$")
ASKED = re.compile(r"Vra(?:ag|gen) van (?:de leden|het lid|leden) .*\(ingezonden ")
REPLY = re.compile(
    r"(?<=\)\.) (?=(?:Nader |Herzien |Aanvullend )?(?:[Aa]ntwoord|Mededeling) van )|(?<=\)) (?=Antwoord van )"
)


def places(root: Element, rows: Iterable[Sequence[str]]) -> list[Element]:
    """The elements in which the paper stands: what the first row of selectors finds that finds any text."""
    for row in rows:
        outer = outermost(found(root, *row))
        if any(words(element) for element in outer):
            return outer
    return []


def metadata(root: Element) -> dict[str, list[str]]:
    """What the page's `meta` elements tell, by name, in order."""
    told: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name, content = meta.get("name") or meta.get("property") or "", " ".join((meta.get("content") or "").split())
        if name and content:
            told.setdefault(name, []).append(content)
    return told


def identifier(root: Element, told: Mapping[str, Sequence[str]]) -> str:
    """The paper's id: from the metadata, else from the page's own address; empty when neither tells."""
    named = [told[name][0] for name in ("DC.identifier", "DCTERMS.identifier", "dcterms.identifier") if name in told]
    addresses = [link.get("href") or "" for link in root.iter("link") if link.get("rel") == "canonical"]
    return _first_id((*named, *addresses, *told.get("og:url", [])))


def offered(root: Element) -> str:
    """The id of the first file of a paper that the page offers; empty when it offers none."""
    links = (link.get("href") or "" for link in root.iter("a"))
    return _first_id(href for href in links if FILE.search(href))


def _first_id(written: Iterable[str]) -> str:
    lasts = (re.split(r"[?#]", text)[0].rstrip("/").rpartition("/")[2] for text in written)
    return next((id for last in lasts if IDENTIFIER.fullmatch(id := re.sub(r"\.\w+$", "", last))), "")


def refuse_others(name: str, root: Element, results: Sequence[str]) -> None:
    """Raises UnreadablePaper for a list of search results and for a page that says that something went wrong."""
    heads = [words(head) for head in root.iter("title", "h1") if len(words(head)) < 200]
    if (results and found(root, *results)) or any(RESULTS.search(head) for head in heads):
        raise UnreadablePaper(name, "it is a list of search results, not a paper: open one of them and save that page.")
    if any(NO_PAGE.search(head) for head in heads):
        raise UnreadablePaper(name, "it is a page that says that something went wrong, not a paper: save it once more.")


def canonical(blocks: Iterable[Block]) -> list[Block]:
    """Blocks as every format gives them: numbers of questions are headings, who asks and who answers are not."""
    out: list[Block] = []
    for block in blocks:
        if block.role in {"text", "heading"} and ASKED.match(block.text):
            first, *rest = REPLY.split(block.text)
            out.append(replace(block, text=first, role="text"))
            out.extend(Block(text) for text in rest)
        elif block.role == "text" and LABEL.fullmatch(block.text):
            out.append(replace(block, role="heading"))
        else:
            out.append(block)
    return out


def headed(blocks: Iterable[Block]) -> list[Block]:
    """Bold lines that name a fractie's part are headings: pages of word processors often have no others."""
    return [
        replace(block, role="heading") if block.role == "text" and block.bold and fractie_heading(block.text) else block
        for block in blocks
    ]
