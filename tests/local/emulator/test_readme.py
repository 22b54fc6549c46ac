"""README.md of the emulated cloud says what is true, and needs nothing of the rest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "local" / "emulator" / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
START, SDK, *SHELL = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
(OUTPUT,) = re.findall(r"```\n(a335f9e1.*?)```", TEXT, re.DOTALL)
SECONDS = 60


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the emulated cloud and nothing else of this project."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "local").mkdir()
    (folder / "local" / "__init__.py").touch()
    unread = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "local" / "emulator", folder / "local" / "emulator", ignore=unread)
    return folder


@pytest.fixture(scope="module")
def address(alone: Path) -> Iterator[str]:
    """Where the emulated cloud is served from there; its settings are in settings.sh."""
    command = [sys.executable, "-m", "local.emulator", "--port", "0"]
    with subprocess.Popen(command, cwd=alone, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        settings = ""
        while "REGION_FUNCTIONGRAPH" not in settings and (line := process.stdout.readline()):
            settings += line
        (alone / "settings.sh").write_text(settings)
        found = re.search(r"http://(127\.0\.0\.1:\d+)", settings)
        assert found is not None
        yield found[1]
        process.terminate()


def shell(script: str, folder: Path, address: str) -> str:
    """Run what a person would type, with this interpreter for `python`."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["/bin/bash", "-euc", script.replace("127.0.0.1:8080", address)],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    return ended.stdout


def test_it_is_started_as_described() -> None:
    """The command that the other tests run, with another port."""
    assert "python -m local.emulator --port 8080 | tee settings.sh\n" in START


def test_the_sdk_finds_it_by_the_exported_lines(alone: Path, address: str) -> None:
    """And prints what the page says."""
    assert shell(SDK, alone, address) == OUTPUT


@pytest.mark.parametrize("script", SHELL, ids=range(len(SHELL)))
def test_what_is_typed_is_answered(alone: Path, address: str, script: str) -> None:
    """Every request finds what it is for."""
    answers = shell(script, alone, address)
    assert answers
    assert '"error"' not in answers


def test_what_is_written_in_python_runs(alone: Path) -> None:
    """Each sample as it stands, collected by pytest as a module of its own."""
    for number, sample in enumerate(PYTHON):
        (alone / f"test_sample_{number}.py").write_text(sample)
    script = "python -m pytest -q -p no:cacheprovider -W error test_sample_*.py"
    assert "1 passed" in shell(script, alone, "")
