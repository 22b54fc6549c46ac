"""What a shell completes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ASK = """
. local/completion.bash
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_vault_sync_completion
printf '%s\\n' "${COMPREPLY[@]}"
"""


def completed(*words: str) -> list[str]:
    """Return what bash offers for the last of the words."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    done = subprocess.run(
        [bash, "-c", ASK, "bash", sys.executable, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["-m", "local", "re"], "rehearse"),
        (["-m", "local", "rehearse", "--"], "--faults"),
        (["-m", "deploy", "render", ""], "rfs"),
        (["-m", "deploy", "apply", "--ac"], "--accept-warnings"),
    ],
)
def test_commands_and_options_are_completed(words: list[str], wanted: str) -> None:
    """By the commands themselves, with all that begins so."""
    offered = completed(*words)
    assert wanted in offered
    assert [one for one in offered if not one.startswith(words[-1])] == []


@pytest.mark.parametrize(
    "words", [["-m", "pytest", "te"], ["-m", "local", "invoke", "ev"], ["lo"], ["-m", "lo"]]
)
def test_everything_else_is_left_to_the_shell(words: list[str]) -> None:
    """It completes files then."""
    assert completed(*words) == []
