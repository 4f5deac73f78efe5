"""Joining printed lines: which hyphens at a line's end are real and which the typesetter put there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

HYPHENS = "-\u2010\u2011"
WORD = re.compile(r"[^\W\d_]+(?:-[^\W_]+)*")
LAST_PART = re.compile(r"(\S+)[-\u2010\u2011]")
FIRST_PART = re.compile(r"[^\W\d_]+")
DATES = re.compile(r"\d[–-]$")  # 2023–2024
ALTERNATIVE = re.compile(r"^[(«]?[^\W\d_]+/$")  # en/of
ADDRESS = re.compile(r"(?:https?://|www\.)\S*$")
COORDINATING = {
    "en",
    "of",
    "tot",
    "als",
    "noch",
    "respectievelijk",
    "dan",
    "and",
    "or",
}  # arbeids- en leefomstandigheden
KEEPING = {"niet", "non"}  # niet-EU, niet-uitkeringsgerechtigden: these prefixes are written with a hyphen


class Hyphens:
    """What the paper itself tells about its compounds: the words that it writes whole, inside lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.words: Counter[str] = Counter()
        for line in lines:
            words = [word.casefold() for word in WORD.findall(line)]
            self.words.update(words[:-1] if line.endswith(tuple(HYPHENS)) else words)

    def join(self, text: str, line: str) -> str:
        """`text` continued by `line`, with the space or hyphen that belongs between them."""
        last = text[text.rfind(" ") + 1 :]  # the paragraph may be long, and grows with each line
        if last.endswith("://") or (DATES.search(last) and line[0].isdigit()) or ALTERNATIVE.search(last):
            return text + line
        address = ADDRESS.search(last)
        if address and text.endswith(("/", *HYPHENS, "_", "=", "?", "&")) and not line.startswith(("http", "www.")):
            return text + line
        part = LAST_PART.fullmatch(last)
        if part is None or not FIRST_PART.match(line):
            return text + line if part and line[0].isdigit() else f"{text} {line}"
        return self._join_parts(text, part[1], line)

    def _join_parts(self, text: str, left: str, line: str) -> str:
        found = FIRST_PART.match(line)
        right = found[0] if found else ""
        if right in COORDINATING:
            return f"{text} {line}"
        if self._is_real(left.rsplit("(", 1)[-1].lstrip("«“\"'‘"), right):
            return text + line
        return text[:-1] + line

    def _is_real(self, left: str, right: str) -> bool:
        """Whether the hyphen between the two parts is one that the writer wrote."""
        stem = left.rsplit("-", 1)[-1]
        if right[0].isupper() or not stem.isalpha() or stem in KEEPING:
            return True
        if len(stem) > 1 and stem.isupper():  # EU-lidstaten, but not a hyphen inside a capitalised word
            return True
        whole, parted = f"{left}{right}".casefold(), f"{left}-{right}".casefold()
        return self.words[parted] > self.words[whole]
