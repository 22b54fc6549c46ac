from __future__ import annotations

import pytest

from tests.scale import fleet
from tests.scale.fleet import CALLS_PER_SECOND, Fleet, NotAsPromised


def test_a_fleet_is_synchronised_at_its_projects_quotas() -> None:
    """Each project has its quota of calls a second, so that four take a fourth of the time."""
    alone, spread = (Fleet(2_000, projects).synchronise() for projects in (1, 4))
    assert alone.seconds == pytest.approx(2_000 / CALLS_PER_SECOND, rel=0.05)
    assert spread.seconds == pytest.approx(alone.seconds / 4, rel=0.15)


def test_what_a_timeout_is_too_short_for_is_told_once_by_a_chain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Several invocations, each of which takes its time; then one report with all of it."""
    monkeypatch.setattr(fleet, "TIMEOUT_SECONDS", 15.0)
    chained = Fleet(1_000, 1)
    figures = chained.synchronise()
    assert figures.invocations > 1
    assert figures.billed_seconds < figures.seconds < 1.3 * figures.billed_seconds
    assert chained.report().invocations == 1


def test_a_vault_that_is_not_told_is_found() -> None:
    """The judge does not take the function's word: one more vault is missed."""
    one = Fleet(10, 1)
    one.vaults.add((one.projects[0], "8d3a8b28-a697-41e2-8d5d-903669f8a02d"))
    with pytest.raises(NotAsPromised, match="8d3a8b28"):
        one.synchronise()
