"""What holds for the whole project: its files, its dependencies, the order of its modules, what never stands in it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ragassist"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONSTRAINTS = (ROOT / "constraints.txt").read_text("utf-8").splitlines()

FILES = [
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "NOTICE", "Makefile", "pyproject.toml",
    "constraints.txt", ".ci/run", "index/README.md", "corpus/kst-21501-31-741.txt", "eval/README.md", "docs/cli.md",
]  # fmt: skip

# Formats that run code when they are read.
CODE_IN_DATA = re.compile(
    r"\b(?:c?pickle|dill|shelve|marshal|joblib)\b|allow_dangerous_deserialization|allow_pickle\s*=\s*True"
    r"|\btorch\.load\b|\byaml\.(?:unsafe_|full_)?load\b|weights_only\s*=\s*False|trust_remote_code\s*=\s*True"
)
# Folders that are there on one machine only; what hostile examples in tests ask for is none of ours.
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|opt|Users|mnt)/|\bfile:///(?!etc/)")
HOSTS = {
    "127.0.0.1", "localhost", "arxiv.org", "download.pytorch.org", "github.com", "huggingface.co", "pypi.org",
    "purl.org", "repository.overheid.nl", "www.w3.org", "zoek.officielebekendmakingen.nl",
}  # fmt: skip


def written() -> Iterator[Path]:
    """Every text file that we wrote."""
    folders = [
        path for name in ("src", "tests", "tools", "bench", "eval", "docs", ".ci") for path in (ROOT / name).rglob("*")
    ]
    for path in [*folders, *ROOT.glob("*")]:
        text = path.suffix in {".py", ".md", ".toml", ".txt", ".css", ".js", ".json", ".jsonl", ".html", ""}
        if path.is_file() and text and not {"model", "reports", "__pycache__", ".hypothesis"} & set(path.parts):
            yield path


def requirements() -> dict[str, Requirement]:
    project = PYPROJECT["project"]
    listed = [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["test"]]
    return {canonicalize_name(requirement.name): requirement for requirement in listed}


def locked() -> dict[str, str]:
    pins = [line.split("==") for line in CONSTRAINTS if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


@pytest.mark.parametrize("name", FILES)
def test_every_promised_file_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_ci_can_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_nothing_is_read_that_could_run_code() -> None:
    found = [f"{path.name}: {line}" for path in SOURCE.rglob("*.py") for line in CODE_IN_DATA.findall(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "torch.load(path)",
        "np.load(path, allow_pickle=True)",
        "yaml.load(text)",
        "FAISS.load_local(p, allow_dangerous_deserialization=True)",
    ],
)
def test_what_could_run_code_is_noticed(line: str) -> None:
    assert CODE_IN_DATA.search(line)


def test_no_folder_of_one_machine_is_named() -> None:
    found = [
        f"{path}: {hit.group()}"
        for path in written()
        for hit in MACHINE.finditer(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []


def test_only_known_hosts_are_named() -> None:
    shown = [path for path in written() if path.is_relative_to(ROOT / "src") or path.parent == ROOT]
    texts = [path.read_text("utf-8").replace("\\.", ".") for path in shown]
    found = {host for text in texts for host in re.findall(r"https?://([\w.-]*\w)", text)}
    assert found <= HOSTS


def test_every_dependency_is_bounded_on_both_sides() -> None:
    for requirement in requirements().values():
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {">=", "<"}, requirement


def test_the_locked_versions_are_ones_that_we_allow() -> None:
    pins = locked()
    for name, requirement in requirements().items():
        assert requirement.specifier.contains(pins[name]), requirement


def test_the_lock_holds_anywhere() -> None:
    assert locked()["torch"] == "2.13.0"  # without a local label: registries carry the plain version
    for line in CONSTRAINTS:
        assert not re.search(r"^(?:nvidia|cuda|triton)|\+|@|file:", line) or line.startswith("#"), line


def test_what_the_source_imports_is_declared() -> None:
    declared, providers = requirements(), packages_distributions()
    for path in SOURCE.rglob("*.py"):
        for name in imported(path) - set(sys.stdlib_module_names) - {"ragassist"}:
            assert any(canonicalize_name(provider) in declared for provider in providers[name]), f"{path.name}: {name}"


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.split(".")[0] for name in plain | {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}}


def test_the_drawing_of_the_house_is_the_house() -> None:
    """CONTRIBUTING.md, the lint contract and the source name the same modules in the same order."""
    drawing = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("src/ragassist/\n")[1].split("```")[0]
    drawn = [re.split(r"\.py|/", line.strip())[0] for line in drawing.splitlines() if line.strip()]
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    there = {path.stem for path in SOURCE.glob("[!_]*.py")} | {
        path.parent.name for path in SOURCE.glob("*/__init__.py")
    }
    assert drawn == layers[::-1]
    assert set(drawn) == there | {"__main__"}


LIMITS = re.findall(
    r"^\| [^|]+ \| ([\d,]+)[^|]* \| `([\w.]+)\.(\w+)` \|$", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("value", "module", "constant"), LIMITS, ids=lambda part: part)
def test_the_limits_are_those_in_the_source(value: str, module: str, constant: str) -> None:
    assert getattr(import_module(module), constant) == int(value.replace(",", ""))


def test_lint_checks_style_types_and_order() -> None:
    lint = (ROOT / "Makefile").read_text("utf-8").split("\nlint:")[1].split("\n\n")[0]
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports --no-cache"):
        assert f"$(BIN)/{tool}\n" in lint + "\n"
