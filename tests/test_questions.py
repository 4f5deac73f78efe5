"""Files of questions: what is read from them, and what is said of a line that will not do."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from ragassist.errors import QuestionError
from ragassist.evaluation.questions import Gold, Question, read_asked, read_questions

GOLD = '"gold": [{"document": "kst-1", "paragraphs": [3, 4]}]'
GOOD = f'{{"id": "a", "question": "Wat?", "lang": "nl", "kind": "fact", {GOLD}, "note": ""'


def test_questions_are_read_with_their_gold(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        f'\ufeff{GOOD}, "split": "dev", "subject": "s"}}\n\n{GOOD.replace("a", "b", 1)}}}\r\n'
        '{"id": "c", "question": "Hoe?", "gold": [], "split": "test"}', "utf-8"
    )  # fmt: skip
    first, second, third = read_questions(path)
    assert first == Question("a", "Wat?", "nl", "fact", (Gold("kst-1", (3, 4)),), "", "dev", "s")
    assert [q.answerable for q in (first, second, third)] == [True, True, False]
    assert [q.id for q in read_questions(path, "test")] == ["b", "c"]  # b says no split: it belongs to every one


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "line 2: this is not a JSON object on one line"),
        ("[1]", "line 2: this is JSON but not an object"),
        ("[" * 100_000, "line 2: this is not a JSON object"),
        ('{"question": "Wat?", "gold": []}', 'line 2: "id" must be text that is not empty'),
        ('{"id": "b", "question": " ", "gold": []}', 'line 2: "question" must be text that is not empty'),
        ('{"id": "b", "question": "\\u0000?", "gold": []}', 'line 2: "question" asks nothing.'),
        ('{"id": "b", "question": "Wat?"}', 'line 2: "gold" must be a list'),
        ('{"id": "b", "question": "Wat?", "gold": [1]}', 'line 2: each "gold" needs a "document"'),
        (
            '{"id": "b", "question": "Wat?", "gold": [{"document": "d", "paragraphs": [0]}]}',
            '"paragraphs" of d must be',
        ),
        ('{"id": "b", "question": "Wat?", "gold": [{"document": "d", "paragraphs": []}]}', '"paragraphs" of d must be'),
        ('{"id": "b", "question": "Wat?", "gold": [{"document": "d", "paragraphs": [true]}]}', '"paragraphs" of d'),
        ('{"id": "b", "question": "Wat?", "gold": [], "split": "train"}', '"split" is "train"; it must be dev or test'),
        ('{"id": "b", "question": "Wat?", "gold": [], "kind": 3}', 'line 2: "kind" must be text.'),
        ('{"id": "a", "question": "Wat?", "gold": []}', 'line 2: the id "a" was used before'),
    ],
)
def test_a_bad_line_is_named_with_its_field(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{GOOD}}}\n{line}\n", "utf-8")
    with pytest.raises(QuestionError, match=re.escape(said)):
        read_questions(path)


def test_a_file_without_questions_says_so(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"\n")
    for read in (read_questions, functools.partial(read_asked, longest=100)):
        with pytest.raises(QuestionError, match="holds no questions"):
            read(path)
    path.write_text(GOOD + ', "split": "dev"}', "utf-8")
    with pytest.raises(QuestionError, match="holds no questions of the split test"):
        read_questions(path, "test")
    path.write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(QuestionError, match="line 1: this is not UTF-8 text"):
        read_questions(path)


def test_what_is_only_asked_keeps_its_id_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    path.write_text(
        '{"id": 7, "question": "Wat?"}\n{"question": "Hoe?", "more": []}\n{"id": "x", "question": "Wie?"}', "utf-8"
    )
    assert read_asked(path, 100) == ((7, "Wat?"), (None, "Hoe?"), ("x", "Wie?"))
    path.write_text('{"id": [], "question": "Wat?"}', "utf-8")
    with pytest.raises(QuestionError, match='line 1: "id" must be text or a whole number'):
        read_asked(path, 100)
    path.write_text('{"question": "%s"}' % ("wat " * 26), "utf-8")
    with pytest.raises(QuestionError, match='line 1: "question" has 104 characters; ask it in 100 at most'):
        read_asked(path, 100)
