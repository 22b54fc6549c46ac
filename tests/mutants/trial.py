"""Trying a mutant: does a test notice it?"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.mutants.mutations import Mutation

ROOT = Path(__file__).resolve().parents[2]
TESTS_OF = {"function": "tests/function", "deploy": "tests/deploy"}
SECONDS_OF_TESTS = 600
"""A mutant that takes longer hangs, and that is noticed too."""

PYTEST = ("-m", "pytest", "-x", "-q", "-m")
HISTORIES = ("-m", "tests.histories", "run", "--number", "150", "--first-seed", "7")


def copy_to(folder: Path) -> Path:
    """Copy the project to where its code may be changed; return the folder."""
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - whichever git made the checkout
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def noticed_by(mutation: Mutation, project: Path) -> str | None:
    """Return what noticed the mutant, or None where nothing did."""
    file = project / mutation.file
    before = file.read_text(encoding="utf-8")
    file.write_text(mutation.source, encoding="utf-8")
    try:
        return failure_of(mutation.file, project)
    finally:
        file.write_text(before, encoding="utf-8")


def failure_of(changed: Path, project: Path) -> str | None:
    """Run what judges a file, the nearest tests first. Return what fails, or None."""
    part = changed.parts[0]
    runs = [[*PYTEST, "not package and not volume", *_nearest_first(changed, project)]]
    if part == "function":
        runs += [["-W", "ignore", *HISTORIES], [*PYTEST, "volume", TESTS_OF[part]]]
    return next(filter(None, (_failure(run, project) for run in runs)), None)


def _nearest_first(changed: Path, project: Path) -> list[str]:
    """Return the test files: that of the same name first, then those that name it most often."""
    word = re.compile(rf"\b{re.escape(changed.stem)}\b")
    folder = project / TESTS_OF[changed.parts[0]]

    def distance(test: Path) -> tuple[bool, int]:
        named = len(word.findall(test.read_text(encoding="utf-8")))
        return test.name != f"test_{changed.stem}.py", -named

    tests = sorted(sorted(folder.glob("test_*.py")), key=distance)
    return [str(test.relative_to(project)) for test in tests]


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
