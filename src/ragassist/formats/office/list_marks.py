"""What is printed before the items of a word processor's lists: numbers, letters, Roman numerals and signs."""

from __future__ import annotations

from collections.abc import Iterator


class Counter:
    """The numbers of one list, level by level, as they are printed."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}

    def step(self, level: int, start: int) -> None:
        """The next item of a level; deeper levels begin anew."""
        self.numbers[level] = self.numbers.get(level, start - 1) + 1
        for deeper in [other for other in self.numbers if other > level]:
            del self.numbers[deeper]


def letter(number: int) -> str:
    """1 -> a, 26 -> z, 27 -> aa, as word processors count on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 26 * 8 else str(number)


def roman(number: int) -> str:
    """4 -> iv; what Romans had no sign for stays as it is."""
    return "".join(_romans(number)) if 0 < number < 4000 else str(number)


def _romans(number: int) -> Iterator[str]:
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    ):
        yield sign * (number // value)
        number %= value


# Bullets that fonts of symbols draw, by their place in Symbol and Wingdings.
GLYPHS = {"\uf02d": "–", "\uf0be": "–", "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf06f": "□"}


def bullet(sign: str) -> str:
    """A list's sign as it looks in print; an unknown glyph of a font of symbols is a dot."""
    return GLYPHS.get(sign, "•" if "\ue000" <= sign[:1] <= "\uf8ff" else sign)
