"""Write docs/cli.md: what every command says of itself with --help. A test keeps the two equal."""

from __future__ import annotations

from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from ragassist.cli import app

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
WIDTH = "80"
INTRODUCTION = """# The commands

What each command says with `--help`; `python tools/document_cli.py` writes this page.
stdout carries results, stderr progress and problems.
Exit codes: 0 found or done, 1 an error, 2 bad usage, 3 nothing found.
"""


def commands() -> list[str]:
    """Every command's name, in the order in which the program lists them."""
    return list(getattr(get_command(app), "commands", {}))


def said(*arguments: str) -> str:
    """What `ragassist ARGUMENTS --help` prints."""
    environment = {"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH, "NO_COLOR": "1"}
    result = CliRunner().invoke(app, [*arguments, "--help"], prog_name="ragassist", env=environment)
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


def render() -> str:
    """The whole page."""
    parts = [INTRODUCTION, f"```\n{said()}\n```\n"]
    parts += [f"## ragassist {name}\n\n```\n{said(name)}\n```\n" for name in commands()]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
