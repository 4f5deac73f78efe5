"""Damaged papers of every dialect, some hundreds each, the same ones every time; tools/fuzz.py reads more of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[1] / "tools" / "fuzz.py"
SOME = 250
ENOUGH = 0.3  # of them are read as papers: else the damage is such that nothing behind the first check is tried

# Readers that must be noticed.
BROKEN = {
    "raise KeyError(name)": "KeyError",
    "os.abort()": "crashes (SIGABRT)",
    "os._exit(3)": "crashes (3)",
    "while True: pass": "hangs",
}


@pytest.mark.parametrize("dialect", ["xml", "html", "odt", "docx", "pdf", "txt"])
def test_damaged_papers_are_read_or_refused(dialect: str) -> None:
    command = [sys.executable, str(TOOL), "--dialect", dialect, "--runs", str(SOME), "--seed", "741"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = re.search(rf"^{dialect}: {SOME} damaged papers, (\d+) of them read, 0 found\.$", done.stdout, re.MULTILINE)
    assert said, done.stdout + done.stderr
    assert done.returncode == 0
    assert int(said[1]) > ENOUGH * SOME


@pytest.mark.parametrize("fault", BROKEN)
def test_a_reader_that_fails_is_noticed_and_the_others_go_on(fault: str) -> None:
    code = f"""
import os, fuzz
fuzz.SECONDS = 0.1
def read(name, data):
    if len(data) % 3 == 0:
        {fault}
    return True
fuzz.read = read
whole, found = fuzz.fuzz("txt", 1, range(12), lambda line: None)
print(whole, *sorted(found.items()), sep="\\n")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=TOOL.parent)
    whole, *found = done.stdout.splitlines()
    assert 0 < len(found) < 12
    assert int(whole) + len(found) == 12
    assert all(BROKEN[fault] in line for line in found)
