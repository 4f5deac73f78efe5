"""What goes over the pipes. Of a file, its child says one line of JSON: a paper, or why there is none.

Nothing that it says is believed before it is checked.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from math import inf, isfinite
from typing import Any, TypeVar, get_args

from ragassist.document import Document, Footnote, Metadata, Paragraph, Role, Setting
from ragassist.errors import PaperError, UnreadablePaper, UnsupportedFormat
from ragassist.sandbox.limits import Limits

REQUEST = struct.Struct(">II")  # length of the name, length of the file; both follow
REPLY = struct.Struct(">cI")  # how it ended, length of what the child said; that follows
READY, ANSWERED, TOO_SLOW, TOO_BUSY, TOO_LARGE, TOO_TALKATIVE, CRASHED = b"R", b"A", b"T", b"P", b"M", b"O", b"C"

REFUSALS: dict[str, type[PaperError]] = {kind.__name__: kind for kind in (UnreadablePaper, UnsupportedFormat)}
ROLES = frozenset(get_args(Role))
ID = re.compile(r"\w[\w.-]{0,199}")  # nothing that could lead to another folder
LONGEST_SENTENCE = 1000
LARGEST_NUMBER = 2**53  # of a page, a note, an offset; JSON's readers agree up to here

Part = TypeVar("Part")


class Unbelievable(ValueError):
    """The child said what no parser says."""


def paper_line(document: Document) -> bytes:
    """The paper, exactly. Raises ValueError when it holds a number or a character that JSON cannot carry."""
    paragraphs = [
        [p.number, p.text, p.role, p.page, p.notes, p.turns, _setting_row(p.setting)] for p in document.paragraphs
    ]
    footnotes = [[note.number, note.text, note.page] for note in document.footnotes]
    rest = [document.pages, document.furniture, document.remarks]
    return _line({"paper": [asdict(document.metadata), paragraphs, footnotes, *rest]})


def refusal_line(error: PaperError) -> bytes:
    """The error: its class and its sentence, which is cut when it quotes too much."""
    return _line({"refused": type(error).__name__, "sentence": _one_line(str(error))})


def crash_line(error: Exception) -> bytes:
    """An error that no parser means to raise: its class and where it was raised, for whoever mends the parser."""
    raised = error.__traceback__
    while raised is not None and raised.tb_next is not None:
        raised = raised.tb_next
    place = f", {raised.tb_frame.f_globals.get('__name__')} line {raised.tb_lineno}" if raised else ""
    return _line({"crash": f"{type(error).__name__}{place}"})


def heard(name: str, line: bytes, limits: Limits) -> Document:
    """The paper that the child sent. Raises the PaperError that it sent instead, and UnreadablePaper when it crashed or
    sent what no parser sends.
    """
    try:
        said = json.loads(line)
        if "refused" in said:
            kind = REFUSALS[said["refused"]]
            raise kind.__new__(kind, _one_line(said["sentence"]))
        if "crash" in said:
            raise UnreadablePaper(name, f"it made its reader crash ({_one_line(said['crash'])}).")
        return _document(said["paper"], limits)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadablePaper(name, "its reader said what cannot be so.") from error


def size_of(document: Document) -> tuple[int, int]:
    """How many characters and how many pieces of text a paper holds."""
    count = length = 0
    for text in _texts(document):
        count += 1
        length += len(text)
    return length, count


def _texts(document: Document) -> Iterator[str]:
    yield from (paragraph.text for paragraph in document.paragraphs)
    yield from (note.text for note in document.footnotes)
    yield from document.furniture
    yield from document.remarks


def _line(said: dict[str, object]) -> bytes:
    return json.dumps(said, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def _one_line(text: str) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= LONGEST_SENTENCE else f"{line[:LONGEST_SENTENCE]}…"


def _setting_row(setting: Setting) -> list[object]:
    # JSON has no infinity, which stands for no full line: null.
    widths = [None if width == inf else width for width in (setting.width, setting.room)]
    return [*widths, setting.gap, setting.bold, setting.italic]


def _document(said: list[Any], limits: Limits) -> Document:
    metadata, paragraphs, footnotes, pages, furniture, remarks = said
    document = Document(
        _metadata(metadata),
        _each(_paragraph, paragraphs),
        _each(_footnote, footnotes),
        _number_or_none(pages),
        _each(_text, furniture),
        _each(_text, remarks),
    )
    length, count = size_of(document)
    if length > limits.text or count > limits.paragraphs:
        raise Unbelievable("more than the child may say")
    if [paragraph.number for paragraph in document.paragraphs] != list(range(1, len(document.paragraphs) + 1)):
        raise Unbelievable("paragraphs out of order")
    return document


def _metadata(said: dict[str, Any]) -> Metadata:
    if set(said) != {field.name for field in fields(Metadata)} or not ID.fullmatch(said["id"]):
        raise Unbelievable("metadata")
    checks: dict[str, Callable[[Any], Any]] = {"members": _texts_of, "reprint": _flag}
    return Metadata(**{field: checks.get(field, _text)(value) for field, value in said.items()})


def _paragraph(said: list[Any]) -> Paragraph:
    number, text, role, page, notes, turns, setting = said
    if role not in ROLES:
        raise Unbelievable("role")
    paragraph = Paragraph(
        _number(number),
        _text(text),
        role,
        _number_or_none(page),
        _each(_number, notes),
        tuple((_number(start), _number(turned)) for start, turned in turns),
        _setting(setting),
    )
    if any(start > len(paragraph.text) for start, _ in paragraph.turns):
        raise Unbelievable("a page turns behind the paragraph")
    return paragraph


def _footnote(said: list[Any]) -> Footnote:
    number, text, page = said
    return Footnote(_number(number), _text(text), _number_or_none(page))


def _setting(said: list[Any]) -> Setting:
    width, room, gap, bold, italic = said
    return Setting(_width(width), _width(room), _flag(gap), _flag_or_none(bold), _flag_or_none(italic))


def _each(check: Callable[[Any], Part], said: list[Any]) -> tuple[Part, ...]:
    if type(said) is not list:
        raise Unbelievable("no list")
    return tuple(check(part) for part in said)


def _texts_of(said: list[Any]) -> tuple[str, ...]:
    return _each(_text, said)


def _text(said: object) -> str:
    if type(said) is not str:
        raise Unbelievable("no text")
    said.encode()  # half a pair of surrogates is no text either: a ValueError
    return said


def _number(said: object) -> int:
    if type(said) is not int or not 0 <= said <= LARGEST_NUMBER:
        raise Unbelievable("no number")
    return said


def _number_or_none(said: object) -> int | None:
    return None if said is None else _number(said)


def _width(said: object) -> float:
    if said is None:
        return inf
    if type(said) not in {int, float} or not isfinite(said):  # type: ignore[arg-type]
        raise Unbelievable("no width")
    return said  # type: ignore[return-value]


def _flag(said: object) -> bool:
    if type(said) is not bool:
        raise Unbelievable("no flag")
    return said


def _flag_or_none(said: object) -> bool | None:
    return None if said is None else _flag(said)
