from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from vault_sync import settings, texts
from vault_sync.envelopes import TRIGGERS
from vault_sync.outcomes import Status
from vault_sync.request import ReportRequest, SyncRequest, VaultSelection

ROOT = Path(__file__).parents[2]
OPERATORS_PAGE = "docs/when-a-problem-mail-comes.md"


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", settings.NAMES)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    """docs/configuration.md has a row for it; the second column is the table's own default."""
    row = re.search(
        rf"^\|[^|]*`{name}`[^|]*\|([^|]*)\|", _text("docs/configuration.md"), re.MULTILINE
    )
    assert row
    default = settings.TABLE[name].default
    if default is not None:
        assert row[1].strip(" `") == default
    else:
        assert not re.search(r"\d", row[1])


@pytest.mark.parametrize(
    "name", [*SyncRequest.model_fields, *ReportRequest.model_fields, *VaultSelection.model_fields]
)
def test_every_field_of_a_request_is_documented(name: str) -> None:
    """docs/configuration.md has a row for it."""
    assert re.search(rf"^\|.*\b{name}\b", _text("docs/configuration.md"), re.MULTILINE)


@pytest.mark.parametrize("code", texts._ADVICE)
def test_every_error_with_advice_is_in_the_operators_table(code: str) -> None:
    """The operator's page says what to do about it at more length."""
    assert code in _text(OPERATORS_PAGE)


@pytest.mark.parametrize(
    "heading",
    [
        *(status.heading for status in Status if status.problem),
        *(end.heading for end in texts._ENDS if not end.well),
        texts._BEHIND,
    ],
)
def test_every_heading_of_a_problem_is_in_the_operators_table(heading: str) -> None:
    """A person with only the mail in hand finds what to do in one step."""
    assert f"**{heading}**" in _text(OPERATORS_PAGE)


@pytest.mark.parametrize("status", Status)
def test_every_status_is_documented(status: Status) -> None:
    """Whoever reads a notification finds what it means; the README names it."""
    assert re.search(rf"^\| `{status}`", _text("docs/notifications.md"), re.MULTILINE)
    assert f"`{status}`" in _text("README.md")


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_every_trigger_is_documented(trigger: str) -> None:
    """The document names it under `trigger`."""
    (row,) = re.findall(r"^\| `trigger` \|.*", _text("docs/notifications.md"), re.MULTILINE)
    assert f"`{trigger}`" in row


@pytest.mark.parametrize("path", ["README.md", *(f"docs/{p.name}" for p in ROOT.glob("docs/*.md"))])
def test_links_lead_somewhere(path: str) -> None:
    """Every relative link of the documentation is a file of the project."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", _text(path)):
        assert ((ROOT / path).parent / target).exists(), target


def test_index_wires_and_decides_nothing() -> None:
    """It has no branch, no loop, and imports nothing but the package."""
    tree = ast.parse(_text("function/index.py"))
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.If, ast.For, ast.Try))]
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert imported == ["__future__", "typing", "vault_sync"]
