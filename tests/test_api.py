"""The face of the package: what `__all__` names is there, and costs nothing until it is used."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import ragassist

PROMISED = {
    "Assistant", "Changes", "Citation", "CitedPassage", "Document", "Encoder", "Exchange", "Footnote", "Hit",
    "Metadata", "Paragraph", "RagassistError", "Reply", "Report", "cite", "compare", "evaluate", "find_exchanges",
    "index_corpus", "parse_untrusted", "read_questions", "reply_json", "reply_text",
}  # fmt: skip


def test_what_is_promised_is_there_and_nothing_else() -> None:
    assert set(ragassist.__all__) == PROMISED
    for name in ragassist.__all__:
        assert getattr(ragassist, name).__name__ == name
        assert getattr(ragassist, name).__doc__


def test_what_is_not_there_is_said_so() -> None:
    with pytest.raises(AttributeError, match="module 'ragassist' has no attribute 'Asistant'"):
        ragassist.Asistant  # noqa: B018


def test_the_version_is_one() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", ragassist.__version__)


def test_importing_it_loads_nothing() -> None:
    count = "import sys; before = set(sys.modules); import ragassist; print(sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=True)
    assert not {"numpy", "torch", "gradio", "faiss"} & set(loaded.stdout.split("'"))


def test_the_package_says_that_it_is_typed() -> None:
    assert Path(ragassist.__file__).with_name("py.typed").exists()
