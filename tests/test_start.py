"""The shell answers without what takes long to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import sys
from ragassist.cli import main
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
SLOW = {"torch", "transformers", "sentence_transformers", "gradio", "pandas", "sklearn", "scipy", "langchain_core"}
HEAVY = SLOW | {"numpy", "openvino", "tokenizers", "faiss", "tantivy", "lxml", "watchfiles"}


def imported(*arguments: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr
    assert done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    modules = imported(*arguments)
    assert "typer" in modules
    assert not modules & HEAVY


def test_a_question_is_answered_without_pytorch_and_gradio(seed_index: Path) -> None:
    modules = imported("ask", "Wat kost de EU-Talentenpool?", "--index", str(seed_index))
    assert {"numpy", "openvino"} <= modules
    assert not modules & SLOW
