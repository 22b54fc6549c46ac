"""`python -m local`: what all its commands have in common."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from local.__main__ import app

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "arguments", [["-h"], ["event", "-h"], ["invoke", "-h"], ["rehearse", "-h"], ["serve", "-h"]]
)
def test_h_is_help(arguments: list[str]) -> None:
    """As people type it."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_the_version_is_the_projects() -> None:
    """As pyproject.toml has it."""
    result = CliRunner().invoke(app, ["--version"])
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{result.stdout.strip()}"\n' in project
    assert result.exit_code == 0


def test_rehearse_refuses_a_setting_that_is_no_assignment() -> None:
    """Exit status 2, and the form it should have."""
    result = CliRunner().invoke(app, ["rehearse", "--set", "SCHEDULE"])
    assert result.exit_code == 2
    assert "SCHEDULE: should be NAME=VALUE" in " ".join(result.stderr.replace("│", " ").split())
