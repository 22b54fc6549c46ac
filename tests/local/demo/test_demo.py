"""`python -m local demo`: what a newcomer sees."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SECONDS = 60
"""After this a demo hangs, on a busy machine too."""


@cache
def demo(columns: int, *options: str, encoding: str = "utf-8") -> str:
    """Run the demo as a program whose output goes into a pipe."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE"}
    }
    done = subprocess.run(
        [sys.executable, "-m", "local", "demo", *options],
        cwd=ROOT,
        env={
            **environment,
            "COLUMNS": str(columns),
            "TERM": "xterm-256color",
            "PYTHONIOENCODING": encoding,
        },
        capture_output=True,
        encoding=encoding,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def _first_words(before: str, scene: str) -> list[str]:
    return re.findall(rf"^ {{2}}([a-z_]+) +{before}", scene, re.MULTILINE)


@pytest.mark.parametrize("columns", [80, 120])
def test_demo_tells_the_whole_story(columns: int) -> None:
    """Four invocations, their outcomes, their tasks, and what each subscriber reads."""
    text = demo(columns, "--full")
    scenes = re.split(r"\n\d\. .* ─+\n", text)[1:]
    *syncs, report = scenes
    found = [
        re.findall(r"^ {2}([a-z_]+) +(?:vault|message) ", scene, re.MULTILINE) for scene in syncs
    ]
    assert found == [
        ["started", "started"],
        ["already_done", "started", "rejected"],
        ["already_running", "started"],
    ]
    assert [_first_words(r"task ", scene) for scene in syncs] == [
        ["success", "success"],
        ["success", "running"],
        ["running", "success"],
    ]
    for scene in scenes:
        for reader in ("E-mail subscriber", "SMS subscriber", "HTTPS subscriber"):
            assert scene.count(reader) == 1
    assert _first_words(r"vault ", report) == ["failed", "behind"]
    assert "CBR vault report PROBLEM: 1 sync failed, 1 vault behind" in report
    assert "by a new instance" in scenes[0]
    assert "by the same instance" in scenes[1]


def test_an_event_of_the_demo_fits_a_screen_and_contradicts_no_clock() -> None:
    """The e-mail alone, unless --full asks for the others; all is dated today or tomorrow."""
    scenes = re.split(r"\n\d\. .* ─+\n", demo(100))[1:]
    for scene in scenes:
        assert scene.count("E-mail subscriber") == 1
        assert not re.search(r"SMS subscriber ─|HTTPS subscriber ─", scene)
        assert len(scene.split("Try next")[0].splitlines()) <= 50
    today = datetime.now(timezone.utc)
    days = {(today + timedelta(days=number)).strftime("%Y-%m-%d") for number in range(-1, 4)}
    assert set(re.findall(r"\b20\d\d-\d\d-\d\d", "".join(scenes))) <= days


@pytest.mark.parametrize("columns", [80, 120])
def test_demo_fits_its_terminal_and_has_no_colour_codes_in_a_pipe(columns: int) -> None:
    """No line is longer than the terminal, none is cut off, and a pipe gets plain text."""
    text = demo(columns, "--full")
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) <= columns
    assert "urn:smn:cn-north-4:f841e01fd2b14e7fa41b6ae7aa6b0594:vault-sync" in text
    assert "…" not in text


def test_demo_is_legible_without_unicode() -> None:
    """Where the output takes ASCII only, lines and frames are drawn in ASCII."""
    assert "+- E-mail subscriber ---" in demo(80, encoding="ascii")
