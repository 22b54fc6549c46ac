"""Trying a mutant: does a test notice it?"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.mutations import Mutation

ROOT = Path(__file__).resolve().parents[2]
TESTS_OF = {"function": "tests/function", "deploy": "tests/deploy"}
SECONDS_OF_TESTS = 600
"""A mutant that takes longer hangs, and that is noticed too."""

PYTEST = ("-m", "pytest", "-x", "-q", "-m")
HISTORIES = ("-m", "tests.histories", "run", "--number", "150", "--first-seed", "7")


@contextmanager
def a_copy(scratch: Path) -> Iterator[Path]:
    """Give a copy of the project in which code may be changed."""
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - whichever git made the checkout
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, scratch / name)
    yield scratch


def noticed_by(mutation: Mutation, project: Path) -> str | None:
    """Return what noticed the mutant, or None where nothing did."""
    file = project / mutation.file
    before = file.read_text(encoding="utf-8")
    file.write_text(mutation.source, encoding="utf-8")
    try:
        part = mutation.file.parts[0]
        usual = _nearest_first(mutation.file, project / TESTS_OF[part])
        runs = [[*PYTEST, "not package and not volume", *usual]]
        if part == "function":
            runs += [["-W", "ignore", *HISTORIES], [*PYTEST, "volume", "tests/function"]]
        for run in runs:
            found = _failure(run, project)
            if found is not None:
                return found
        return None
    finally:
        file.write_text(before, encoding="utf-8")


def _nearest_first(file: Path, folder: Path) -> list[str]:
    """Return the test files, those first that name the module most often."""
    word = re.compile(rf"\b{re.escape(file.stem)}\b")
    found = [
        (
            -len(word.findall(test.read_text(encoding="utf-8"))),
            str(test.relative_to(folder.parents[1])),
        )
        for test in sorted(folder.glob("test_*.py"))
    ]
    own = f"test_{file.stem}.py"
    return [name for _, name in sorted(found, key=lambda one: (not one[1].endswith(own), one))]


def _failure(arguments: list[str], project: Path) -> str | None:
    try:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=project,
            env={
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": "function:.",
                "HOME": str(project),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_OF_TESTS,
        )
    except subprocess.TimeoutExpired:
        return "it hangs"
    if done.returncode == 0:
        return None
    named = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return named[1] if named else " ".join(arguments[:3])
