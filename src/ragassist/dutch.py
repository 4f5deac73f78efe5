"""Dutch text -> sentences and words."""

from __future__ import annotations

import re
import unicodedata

# Words after which a full stop does not end a sentence.
ABBREVIATIONS = frozenset(
    "a.u.b aanh art bijv blz ca c.q c.s d.d dhr dr drs e.a e.d e.o enz etc evt excl fig hfst i.c i.h.b i.p.v "
    "i.v.m incl ing ir jl jr km lid m.b.t m.b.v m.i.v m.n mevr mgr min mld mln mr n.a.v nl no nr nrs o.a o.b.v "
    "o.g.v o.l.v o.m ong p par pag prof red resp s.v.p sr st t.a.v t.b.v t.g.v t.m t.o.v t.w.v tel v.w.b vgl vs "
    "zgn z.s.m".split()
)
END = re.compile(r"(?<![.?!…])[.?!…]++[»”’\")\]]*+(?=(?P<space>\s+)[«“‘\"'(\[]?[A-ZÀ-Þ0-9€–])")
WORD_BEFORE = re.compile(r"([^\s(«“]+)\.$")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
LONGEST_WORD = 40  # characters before a full stop in which an abbreviation is looked for


def sentences(text: str) -> list[tuple[int, int]]:
    """Character spans (start, end) of the sentences, in order; together they hold all of the text but white space."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in END.finditer(text):
        if not _abbreviated(text[max(start, found.end() - LONGEST_WORD) : found.end()]):
            spans.append((start, found.end()))
            start = found.end("space")
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans or [(0, len(text))]


def _abbreviated(sentence: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation, an initial or a number's thousands."""
    word = WORD_BEFORE.search(sentence)
    return word is not None and (
        word[1].casefold() in ABBREVIATIONS
        or (len(word[1]) == 1 and word[1].isupper())
        or word[1].endswith("Kamerstuk")
    )


def fold(text: str) -> str:
    """Lower case without accents: `coördinatie` -> `coordinatie`."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    for mark in filter(unicodedata.combining, set(BEYOND_ASCII.findall(parts))):
        parts = parts.replace(mark, "")
    return parts


GRAM = 4  # characters

# Words that say how something is asked, not what about; English ones too, for questions come in both languages.
FUNCTION_WORDS = frozenset(
    "aan al als bij dan dat de deze die dit doen doet door een en er gaan gaat geen had haar hebben heeft hem het "
    "hij hoe hoeveel hun iets ik in is je jij kan komen komt kon krijgen krijgt kunnen maar mag met mijn moet "
    "moeten mogen naar niet nog of om ook op over precies staat te tot u uit uw van vindt vinden volgens voor "
    "vraagt vroeg waar waarom wanneer waren was wat we wel welk welke werd wie wij wil willen worden wordt zal "
    "zeggen zegt ze zij zijn zou zullen a an and are be by did do does for from had has have how in is it many "
    "much of on that the there to was were what when where which who why will with".split()
)


def content_words(text: str) -> list[str]:
    """The words that say what a question is about, folded, in order."""
    return [word for word in re.findall(r"\w+", fold(text)) if len(word) > 1 and word not in FUNCTION_WORDS]


def grams(word: str, size: int = GRAM) -> frozenset[str]:
    """The stretches of so many characters of a folded word, the whole word when it is shorter: compounds share them."""
    return frozenset(word[at : at + size] for at in range(len(word) - size + 1)) or frozenset((word,))


def holds(text: str, gram: str) -> bool:
    """Whether a word of a folded text has this stretch of GRAM characters; a shorter one must be a word by itself."""
    return gram in text and (len(gram) >= GRAM or re.search(rf"\b{gram}\b", text) is not None)
