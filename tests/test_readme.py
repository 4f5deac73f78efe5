"""README.md is run: what its console blocks show is what the program says, and nothing it points at is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import document_cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [
    ROOT / name
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "eval/README.md", "docs/json.md")
]
BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOLERANCE = 0.05  # of a figure measured on another processor


def blocks(kind: str, text: str = README) -> list[str]:
    """The contents of all fenced blocks of a kind: console blocks are run, sh blocks read."""
    return [found[2] for found in BLOCK.finditer(text) if found[1] == kind]


def shown(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with the output below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def agree(said: str, got: str) -> bool:
    """Whether a program said this: `[…]` stands for anything, decimals may differ a little."""
    pattern = re.escape(said).replace(re.escape("[…]"), r"[\s\S]*?")
    found = re.fullmatch(re.sub(r"\d+\\\.\d+", lambda _: r"(\d+\.\d+)", pattern), got)
    figures = [float(figure) for figure in re.findall(r"\d+\.\d+", said)]
    return found is not None and figures == pytest.approx([float(figure) for figure in found.groups()], abs=TOLERANCE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with papers and questions, as a fresh clone has them, where commands may write."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("corpus", "eval"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def session(desk: Path) -> list[tuple[str, str, str]]:
    """Every command that README shows, in order, with what README says it prints and what it does print."""
    all_shown = [pair for block in blocks("console") for pair in shown(block)]
    return [(command, said, run(command, desk)) for command, said in all_shown if not command.startswith("make ")]


def run(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    return done.stdout


def test_the_commands_say_what_readme_shows(session: list[tuple[str, str, str]]) -> None:
    for command, said, got in session:
        assert agree(said, got), f"$ {command}\n{got}"


def keys(value: object) -> set[str]:
    """Every key in a JSON value, however deep."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_every_field_of_a_reply_is_described(session: list[tuple[str, str, str]]) -> None:
    (reply,) = [json.loads(got) for command, _, got in session if "--json | tee" in command]
    rows = [line for line in (ROOT / "docs" / "json.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    assert keys(reply) == set(re.findall(r"`(\w+)`", "\n".join(rows)))


def test_make_says_what_readme_shows() -> None:
    (output,) = [output for block in blocks("console") for command, output in shown(block) if command == "make run"]
    sources = (ROOT / "Makefile").read_text("utf-8").replace("$(VENV)", ".venv")
    assert f'echo "{output.splitlines()[0]}"' in sources


@pytest.mark.parametrize(
    ("said", "got", "right"),
    [
        ("hit@1 0.91\n", "hit@1 0.92\n", True),
        ("hit@1 0.91\n", "hit@1 0.71\n", False),
        ("found\n[…]\nend\n", "found\nmuch\nmore\nend\n", True),
        ("found\n", "not found\n", False),
        ("in […] ms\nhit@1 0.91\n", "in 31 ms\nhit@1 0.71\n", False),
    ],
)
def test_what_differs_is_noticed(said: str, got: str, right: bool) -> None:
    assert agree(said, got) is right


def test_something_can_be_run_before_line_25() -> None:
    assert README[: README.index("\n```console\n$ ")].count("\n") < 25


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_named_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    code = "\n".join([*re.findall(r"`([^`\n]+)`", text), *blocks("sh", text), *blocks("console", text)])
    known = {*document_cli.commands(), "--help", "--version"}
    goals = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bragassist (\S+)", code)) <= known
    assert set(re.findall(r"(?:^|/| )make (\w+)", code, re.MULTILINE)) <= goals
    for tool in re.findall(r"\btools/\w+\.py", code):
        assert (ROOT / tool).is_file(), tool


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
        assert link.startswith("https://") or (document.parent / link).exists(), link


@pytest.mark.parametrize("command", document_cli.commands())
def test_readme_names_every_command(command: str) -> None:
    assert re.search(rf"\b(?:ragassist|make) {command}\b", README)


def test_the_help_in_the_docs_is_the_programs() -> None:
    assert document_cli.PAGE.read_text("utf-8") == document_cli.render(), "write it anew: python tools/document_cli.py"
