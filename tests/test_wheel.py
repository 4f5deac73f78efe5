"""What an installed ragassist carries along."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_carries_every_file_of_the_package(carried: set[str]) -> None:
    package = ROOT / "src" / "ragassist"
    files = {str(path.relative_to(ROOT / "src")) for path in package.rglob("*") if path.is_file()}
    assert {name for name in files if "__pycache__" not in name} <= carried


@pytest.mark.parametrize("ending", ["/app.css", "/py.typed", "/tokenizer.json", ".safetensors", "/LICENSE", "/NOTICE"])
def test_the_wheel_carries_more_than_code(carried: set[str], ending: str) -> None:
    assert any(name.endswith(ending) for name in carried)


def test_the_wheel_carries_nothing_else(carried: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in carried} == {"ragassist"}
