"""An advice of the Raad van State with the *nader rapport*: the advice is set in italics, the reply to it is not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragassist.document import Document, Exchange, Paragraph
from ragassist.exchanges.asking import Asker, Pair, exchanges_of
from ragassist.exchanges.sections import path_below

COUNCIL = "Afdeling advisering van de Raad van State"
# Where the type is not told: how a reply to the advice begins.
REPLY = re.compile(
    r"(?:Aan (?:dit advies|deze opmerking(?:en)?|het advies)|Naar aanleiding van (?:dit|het|deze)|"
    r"(?:De|Het) (?:regering|kabinet|memorie van toelichting|toelichting|opmerkingen?)\b|Ik (?:mo(?:ge|ve)|verzoek)|"
    r"In (?:reactie|antwoord)|Conform|Overeenkomstig|Dit advies|Deze opmerking|Gelet op dit advies)"
)
ADVISES = re.compile(r"\bDe Afdeling\b|\bAfdeling (?:advisering|adviseert|merkt|wijst|is van)\b")


def advice(document: Document) -> tuple[Exchange, ...]:
    """Each remark of the Raad van State with the government's reply to it; what comes before the first is a section."""
    told = any(p.setting.italic for p in document.paragraphs)
    pairs: list[Pair] = []
    path: list[tuple[int, str]] = []
    remark: list[int] = []
    reply: list[int] = []
    advised = False

    def close() -> None:
        heading = tuple(text for _, text in path)
        if remark or reply:
            asker = Asker(member=(COUNCIL,)) if remark else Asker()
            pairs.append(Pair(tuple(remark), tuple(reply), asker, heading=heading))
        remark.clear()
        reply.clear()

    for at, paragraph in enumerate(document.paragraphs):
        if paragraph.role == "heading":
            close()
            path = path_below(path, [paragraph])
            continue
        advises = bool(paragraph.setting.italic) if told else _advises(paragraph, document.paragraphs[at - 1 : at])
        if advises and (reply or not advised):
            close()
        advised = advised or advises
        (remark if advises else reply).append(paragraph.number)
    close()
    return exchanges_of(document, pairs)


def _advises(paragraph: Paragraph, before: Sequence[Paragraph]) -> bool:
    if REPLY.match(paragraph.text):
        return False
    return ADVISES.search(paragraph.text) is not None or any(p.role == "heading" for p in before)
