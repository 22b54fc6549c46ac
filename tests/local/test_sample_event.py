"""`python -m local event`: a sample for one's own vaults, which `invoke -` takes."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any

import pytest
from typer.testing import CliRunner

from local.__main__ import app
from local.emulator.sample import HYBRID_VAULTS
from local.sample_event import EVENTS, dated, sample_event, triggers

MOMENT = datetime(2030, 5, 6, 7, 8, 9, tzinfo=timezone.utc)
ONE, OTHER = list(HYBRID_VAULTS)[:2]


@pytest.mark.parametrize("trigger", triggers())
def test_invoke_takes_the_event_of_each_trigger(trigger: str) -> None:
    """Every vault that was named is synchronised, and no other."""
    written = CliRunner().invoke(app, ["event", trigger, "--vault", ONE, "--vault", OTHER])
    assert written.exit_code == 0
    ended = CliRunner().invoke(app, ["invoke", "-", "--json"], input=written.stdout)
    assert ended.exit_code == 0, ended.stderr
    returned = json.loads(ended.stdout)
    document = json.loads(returned["body"]) if "body" in returned else returned
    assert {one["vault_id"]: one["status"] for one in document["outcomes"]} == {
        ONE: "started",
        OTHER: "started",
    }


@pytest.mark.parametrize("trigger", [one for one in triggers() if one not in {"direct", "apig"}])
def test_the_event_is_dated_now_in_the_form_of_its_trigger(trigger: str) -> None:
    """No other time is left in it, and each form is the sample's."""
    before = json.loads((EVENTS / f"{trigger}.json").read_text(encoding="utf-8"))
    after = sample_event(trigger, [ONE], MOMENT)
    assert "2026" not in json.dumps(after)
    assert _forms(dated(before, MOMENT)) == _forms(before)


def _forms(value: Any) -> Any:
    """Return a document with each digit replaced by 0 and each name of a day or month by A."""
    return re.sub(r"\b[A-Z][a-z]{2}\b", "A", re.sub(r"\d", "0", json.dumps(value)))


def test_an_unknown_trigger_is_a_usage_error_that_names_those_there_are() -> None:
    """Exit status 2, and nothing on standard output."""
    result = CliRunner().invoke(app, ["event", "kafca", "--vault", ONE])
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(trigger in result.stderr for trigger in triggers())


def test_an_event_is_for_a_vault() -> None:
    """Without --vault it is a usage error."""
    assert CliRunner().invoke(app, ["event", "timer"]).exit_code == 2
