from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ragassist.formats.blocks import Block
from ragassist.formats.office.raised import LOWERED, RAISED, marked, plain, resolve

FIGURES = st.sampled_from(["1", "2", "3", "12", "*", "**"])
PIECES = st.lists(st.sampled_from("brug sluis m km 10 veer".split()) | FIGURES.map(marked), min_size=1, max_size=8)
BLOCKS = st.lists(st.builds(Block, PIECES.map(" ".join)) | st.just(Block("X Noot")), max_size=8)


def letters(text: str) -> list[str]:
    return [word for word in plain(text).split() if word.isalpha() and word not in {"X", "Noot"}]


@given(BLOCKS)
def test_no_word_is_lost_and_marks_refer_to_notes_that_are_there(found: list[Block]) -> None:
    notes: list[tuple[str, str]] = []

    def take(mark: str, text: str) -> int:
        notes.append((mark, text))
        return len(notes)

    resolved = [block for block in resolve(found, take) if block is not None]
    texts = [block.text for block in resolved] + [text for _, text in notes]
    assert sorted(letters(" ".join(texts))) == sorted(letters(" ".join(block.text for block in found)))
    assert not any(sign in text for text in texts for sign in (RAISED, LOWERED))
    assert {number for block in resolved for number in block.notes} == set(range(1, len(notes) + 1))
