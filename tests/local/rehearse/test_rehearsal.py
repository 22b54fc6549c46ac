from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.rehearse.checks import Evidence, problems
from local.rehearse.command import run
from local.rehearse.play import Player
from local.rehearse.script import minute
from local.rehearse.stage import SYNC_SECONDS, Stage, stage
from local.rehearse.timeline import Timeline, summary
from tests.support.package import built_package

pytestmark = pytest.mark.package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.rehearse.play import Rehearsal

EVERY_MINUTE = {
    "SCHEDULE": "0 * * * * *",
    "CATCH_UP_SCHEDULE": "15 * * * * *",
    "REPORT_SCHEDULE": "30 * * * * *",
    "REPORT_WINDOW_MINUTES": "60",
}
"""All timers fire within the minute that is rehearsed here, so that its runs are warm."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real package."""
    path = tmp_path_factory.mktemp("package") / "function.zip"
    path.write_bytes(built_package().data)
    return path


@pytest.fixture(scope="module")
def deployed(package: Path) -> Iterator[Stage]:
    """The real template, deployed once with every trigger."""
    with stage(parameters=EVERY_MINUTE, zip_file=package) as made:
        yield made


def rehearsed(on: Stage) -> Rehearsal:
    """Let a minute go by in which everything is needed."""
    begin = on.clock.now()
    return Player(on, lambda _: None).play(minute(begin, on.attempts), begin + 60)


def test_the_least_policy_is_enough_and_least(deployed: Stage) -> None:
    """With it, in both forms, nothing goes wrong; without any one of its actions something does."""
    needed = deployed.needed_actions()
    assert {"cbr:vaults:sync", "smn:topic:publish", "smn:topic:list"} <= set(needed)
    for version in ("1.1", "5.0"):
        deployed.grant(version=version)
        assert problems(deployed, rehearsed(deployed)) == []
    for action in needed:
        deployed.grant(without=action)
        found = problems(deployed, rehearsed(deployed))
        deployed.grant()
        assert any("was refused" in one or f"does not allow {action}" in one for one in found), (
            f"without {action} the rehearsal found only {found}"
        )


def test_a_rehearsal_is_told_to_people(deployed: Stage) -> None:
    """Runs cold and warm, messages, faults and the failure that was told, and the numbers."""
    deployed.grant()
    lines: list[str] = []
    timeline = Timeline(deployed, lines.append)
    begin = deployed.clock.now()
    course = Player(deployed, timeline.take).play(minute(begin, deployed.attempts), begin + 60)
    timeline.end()
    told = "\n".join(lines)
    for part in (
        "message  2 messages by KAFKA",
        "run      TIMER vault-sync-daily",
        "cold",
        "warm",
        "fault    error on ImportCheckpoint, for a while",
        "failure  FunctionGraph told the topic that this failed for good, tried 3 times",
    ):
        assert part in told
    numbers = "\n".join(summary(Evidence(deployed, course), 1.0))
    assert "timer ticks    3" in numbers
    assert "messages       5" in numbers


def test_a_sync_too_many_or_too_few_is_found(deployed: Stage) -> None:
    """The checks see a task nobody was told of, a double, and a tick that did not fire."""
    deployed.grant()
    deployed.clock.move_to(deployed.clock.now() + 2 * SYNC_SECONDS)  # no earlier sync is running
    course = rehearsed(deployed)
    evidence = Evidence(deployed, course)
    ticked = next(
        e for e in evidence.events if e.attempts[0].record.source.name == "vault-sync-report"
    )
    course.attempts[:] = [a for a in course.attempts if a.record.event != ticked.last.record.event]
    assert any("did not fire at" in one for one in problems(deployed, course))
    starting = next(a for a in course.attempts if any(c.operation_log_id for c in a.calls))
    course.attempts.append(starting)
    assert any("syncs of vault" in one for one in problems(deployed, course))
    now = deployed.clock.now()
    vault = deployed.cloud.cbr().add_vault("untold")
    deployed.cloud.cbr().start_sync(vault.id, auto_trigger=False, now=now)
    assert any("the topic was not told of task" in one for one in problems(deployed, course))


def test_a_day_with_faults_ends_well(package: Path) -> None:
    """Exit status 0, and every law by its own words; the hourly reports are left out here."""
    lines: list[str] = []
    parameters = {"REPORT_TIMER": "false"}
    assert run(1, 3, lines.append, parameters=parameters, zip_file=package) == 0, lines
    told = "\n".join(lines)
    assert "timer ticks    7\n" in told
    assert "messages       52\n" in told
    assert "  ok  No event, however often it was delivered and tried, started two syncs" in told


def test_a_rehearsal_that_fails_says_why(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 1 and the reasons: here an agency that may do nothing."""
    monkeypatch.setattr(Stage, "grant", lambda stage: stage.agency.grant([]))
    lines: list[str] = []
    assert run(1, 0, lines.append, parameters={"REPORT_TIMER": "false"}, zip_file=package) == 1
    told = "\n".join(lines)
    assert "FAILED  Nothing was refused for want of a permission" in told
    assert "does not allow vpc:vpcs:get, needed to attach the function to its VPC" in told


def test_a_template_that_cannot_be_deployed_is_another_status(tmp_path: Path) -> None:
    """Exit status 2, and what is wrong with it, before a package is built."""
    lines: list[str] = []
    assert run(1, 0, lines.append, parameters={"SCHEDULES": "x"}) == 2
    (told,) = lines
    assert "SCHEDULES (the rehearsal) is not a parameter of the template" in told
    assert "Did you mean SCHEDULE" in told
    template = tmp_path / "template.yaml"
    template.write_text("HcCrmTemplateVersion: v2\nResources: {}\n")
    assert run(1, 0, lines.append, template=template) == 2
    assert lines[-1].startswith("The template could not be deployed: ")
