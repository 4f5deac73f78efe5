"""What `make` does around the virtual environment, with a stand-in for Python that writes down how it is called."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STAND_IN = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in
  *"sys.version_info"*) exit "${OLD:-0}" ;;
  *"import ensurepip"*) exit "${NO_VENV:-0}" ;;
  "-m venv "*) mkdir -p .venv/bin && cp "$STAND_IN" .venv/bin/python ;;
  *"pip install"*) exit "${PIP_FAILS:-0}" ;;
esac
"""


@dataclass
class Project:
    """A copy of what make reads, in a folder with a space in its name."""

    folder: Path
    python: Path
    calls: Path

    def make(self, *goals: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.calls.write_text("")
        own = {"PATH": os.environ["PATH"], "CALLS": str(self.calls), "STAND_IN": str(self.python)}
        return subprocess.run(
            ["make", *goals, f"PYTHON={self.python}"],
            cwd=self.folder,
            env=own | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self, what: str) -> bool:
        return what in self.calls.read_text()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    python = tmp_path / "python"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    return Project(folder, python, tmp_path / "calls")


def test_the_first_time_sets_up_and_says_so(project: Project) -> None:
    run = project.make("test")
    assert run.returncode == 0, run.stderr
    assert "Setting up .venv" in run.stdout
    assert project.called("-m pip install --disable-pip-version-check -c constraints.txt -e .[test]")
    assert project.called("-m pytest")


def test_the_second_time_only_runs(project: Project) -> None:
    project.make("test")
    run = project.make("run", "ARGS=--port 8000")
    assert project.calls.read_text() == "-m ragassist run --port 8000\n"
    assert "Setting up" not in run.stdout


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_dependencies_are_installed(project: Project, name: str) -> None:
    project.make("test")
    ready = project.folder / ".venv" / "ready"
    later = ready.stat().st_mtime + 10
    os.utime(project.folder / name, (later, later))
    project.make("test")
    assert project.called("pip install")


def test_a_failed_install_is_not_taken_for_done(project: Project) -> None:
    failed = project.make("test", PIP_FAILS="1")
    assert failed.returncode != 0
    assert "Installing the dependencies failed" in failed.stderr
    assert not project.called("-m pytest")
    project.make("test")
    assert project.called("pip install")


def test_an_environment_that_was_moved_is_made_anew(project: Project) -> None:
    project.make("test")
    stale = project.folder / ".venv" / "stale"
    stale.touch()
    project.folder = project.folder.rename(project.folder.with_name("moved elsewhere"))
    project.make("test")
    assert project.called("-m venv .venv")
    assert not (project.folder / ".venv" / "stale").exists()


@pytest.mark.parametrize(
    ("lack", "sentence"),
    [
        ({"OLD": "1"}, "ragassist needs Python 3.11 or newer"),
        ({"NO_VENV": "1"}, "cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"),
    ],
)
def test_a_python_that_will_not_do_is_named(project: Project, lack: dict[str, str], sentence: str) -> None:
    run = project.make("run", **lack)
    assert run.returncode != 0
    assert sentence in run.stderr
    assert not (project.folder / ".venv").exists()


def test_clean_leaves_papers_and_the_notes_beside_the_index(project: Project) -> None:
    for name in ("index/README.md", "index/gen-000001/vectors", "corpus/paper.txt", "src/__pycache__/x.pyc"):
        path = project.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for name in ("tests", "tools", "bench"):
        (project.folder / name).mkdir()
    run = project.make("clean")
    assert run.returncode == 0, run.stderr
    left = {str(path.relative_to(project.folder)) for path in project.folder.rglob("*") if path.is_file()}
    assert left == {"Makefile", "pyproject.toml", "constraints.txt", "index/README.md", "corpus/paper.txt"}
