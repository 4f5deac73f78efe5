"""Dutch text -> sentences and terms."""

from __future__ import annotations

import re
import unicodedata

# Words after which a full stop does not end a sentence.
ABBREVIATIONS = frozenset(
    "a.u.b aanh art bijv blz ca c.q c.s d.d dhr dr drs e.a e.d e.o enz etc evt excl fig hfst i.c i.h.b i.p.v i.v.m incl ing ir "
    "jl jr km lid m.b.t m.b.v m.i.v m.n mevr mgr min mld mln mr n.a.v nl no nr nrs o.a o.b.v o.g.v o.l.v o.m ong p par pag "
    "prof red resp s.v.p sr st t.a.v t.b.v t.g.v t.m t.o.v t.w.v tel v.w.b vgl vs zgn z.s.m".split()
)
END = re.compile(r"[.?!…]+[»”’\")\]]*(?=\s+[«“‘\"'(\[]?[A-ZÀ-Þ0-9€–])")
WORD_BEFORE = re.compile(r"([^\s(«“]+)\.$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Character spans (start, end) of the sentences, in order; together they hold all of the text but white space."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in END.finditer(text):
        if not _abbreviated(text[start : found.end()]):
            spans.append((start, found.end()))
            start = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip())
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans or [(0, len(text))]


def _abbreviated(sentence: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation, an initial or a number's thousands."""
    word = WORD_BEFORE.search(sentence)
    return word is not None and (
        word[1].casefold() in ABBREVIATIONS or (len(word[1]) == 1 and word[1].isupper()) or word[1].endswith("Kamerstuk")
    )


def fold(text: str) -> str:
    """Lower case without accents: `coördinatie` -> `coordinatie`."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))
