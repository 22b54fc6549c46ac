from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import pytest

from local.emulator import AfterSeconds, Course, Error, Failed, Skipped, Success, TimedOut
from local.emulator.readings import Readings
from local.emulator.sample import HYBRID_VAULTS, PROJECT_ID, PUBLIC_VAULT, REGION
from tests.support.desk import Desk
from tests.support.virtual_time import START
from vault_sync.errors import IncompleteSync
from vault_sync.orders import Mention, ReportOrder
from vault_sync.project import Project
from vault_sync.report import window_of
from vault_sync.times import from_text

ERP, FILES, MAIL, LAB = HYBRID_VAULTS
HOUR = 3600.0


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()


def tick(at: float, **fields: Any) -> dict[str, Any]:
    """Return the event of a report timer, dated `at`."""
    return {"action": "report", "requested_at": moment(at), **fields}


def _sync(desk: Desk, vault: str, seconds: float, ending: Any) -> str:
    """Let somebody else synchronise a vault; return the task's id."""
    course = Course(AfterSeconds(seconds), ending)
    return desk.cloud.cbr().add_task(vault, created_at=desk.time.now(), course=course).id


def test_a_report_tells_how_every_sync_in_its_window_ended(desk: Desk) -> None:
    """Whoever started it, and each in full: status, times, numbers, error."""
    ids = [
        _sync(desk, ERP, 60, Success(5, 1, 2)),
        _sync(desk, FILES, 120, Failed("BackupService.6406", "Failed to list bucket objects")),
        _sync(desk, MAIL, 180, TimedOut()),
        _sync(desk, LAB, 240, Skipped()),
    ]
    desk.time.sleep(HOUR)
    ended = desk.run(tick(START + HOUR, window_minutes=60))
    assert ended.result is not None
    assert ended.result["window"] == {
        "from": "2026-09-21T14:13:20Z",
        "to": "2026-09-21T15:13:20Z",
    }
    assert [task["operation_log_id"] for task in ended.result["tasks"]] == ids
    assert [task["status"] for task in ended.result["tasks"]] == [
        "success",
        "failed",
        "timeout",
        "skipped",
    ]
    first, second = ended.result["tasks"][:2]
    assert first == {
        "operation_log_id": ids[0],
        "vault_id": ERP,
        "vault_name": "prod-erp",
        "project_id": PROJECT_ID,
        "region": REGION,
        "status": "success",
        "started_at": "2026-09-21T14:13:20Z",
        "ended_at": "2026-09-21T14:14:20Z",
        "sync_backup_num": 5,
        "delete_backup_num": 1,
        "err_sync_backup_num": 2,
        "error": None,
    }
    assert second["error"] == {
        "code": "BackupService.6406",
        "message": "Failed to list bucket objects",
        "request_id": None,
    }
    assert ended.result["outcomes"] == []
    assert "stale" not in ended.result
    assert not desk.cloud.journal.calls("ListVault")


def test_a_person_reads_what_is_wrong_first(desk: Desk) -> None:
    """Subject, e-mail and text message of a report with every kind of problem."""
    _sync(desk, ERP, 60, Success(5, 1, 2))
    _sync(desk, FILES, 120, Failed())
    _sync(desk, MAIL, 180, Success(3))
    desk.time.sleep(HOUR)
    desk.run(tick(START + HOUR, max_age_hours=24))
    (message,) = desk.cloud.smn().messages()
    assert message.attributes == {"outcome": "problem"}
    assert message.subject == (
        "CBR vault report PROBLEM: 1 sync failed, 1 succeeded only in part, 2 vaults behind, "
        "1 succeeded (cn-north-4)"
    )
    text = str(message.text_for("email"))
    headings = [line for line in text.splitlines() if line and line[0] != " " and ": " in line]
    assert [line.rsplit(": ", 1)[0] for line in headings[1:5]] == [
        "Sync failed",
        "Sync succeeded, but restore points could not be read",
        "Vaults behind, without a successful sync for too long",
        "Sync succeeded",
    ]
    assert "vault prod-files (91c0a3f2-5a0e-4c1c-9f0e-2f7c1f7f3b11)" in text
    assert "2 could not be read" in text
    assert "Syncs that ended from 2026-09-21T14:13:20Z until before 2026-09-21T15:13:20Z" in text
    assert "no successful sync in the 30 days that CBR keeps its tasks" in text
    short = str(message.text_for("sms"))
    assert short.startswith("CBR vault report PROBLEM: 1 sync failed")
    assert "First: vault prod-files: sync failed, BackupService.6406." in short


def test_a_quiet_window_is_said_and_can_be_silenced(desk: Desk) -> None:
    """No news is good news, when that is wanted."""
    ended = desk.run(tick(START))
    assert ended.result is not None
    assert ended.result["tasks"] == []
    (message,) = desk.cloud.smn().messages()
    assert message.subject == "CBR vault report OK: no sync ended (cn-north-4)"
    desk.run(tick(START), {"NOTIFY_ON": "problems"})
    assert len(desk.cloud.smn().messages()) == 1


@pytest.mark.parametrize(("hours", "found"), [(50, True), (7 * 24, True), (7 * 24 + 3, False)])
def test_a_sync_that_began_up_to_seven_days_before_its_window_belongs_to_it(
    desk: Desk, hours: int, found: bool
) -> None:
    """CBR's filters only bound what is listed; the task's own end decides."""
    task = _sync(desk, ERP, hours * HOUR, Success())
    desk.time.sleep((hours + 1) * HOUR)
    ended = desk.run(tick(START + (hours + 1) * HOUR, window_minutes=90))
    assert ended.result is not None
    assert [one["operation_log_id"] for one in ended.result["tasks"]] == [task] * found


def test_a_vault_is_stale_when_its_last_success_is_too_long_ago(desk: Desk) -> None:
    """Failures do not count, public vaults are left out, and never is null."""
    _sync(desk, ERP, 60, Success())
    desk.time.sleep(20 * HOUR)
    _sync(desk, FILES, 60, Success())
    _sync(desk, MAIL, 60, Failed())
    desk.time.sleep(10 * HOUR)
    ended = desk.run(tick(START + 30 * HOUR, max_age_hours=24))
    assert ended.result is not None
    assert [(one["vault_name"], one["last_success"]) for one in ended.result["stale"]] == [
        ("prod-erp", "2026-09-21T14:14:20Z"),
        ("prod-mail", None),
        ("test-lab", None),
    ]
    assert PUBLIC_VAULT not in {one["vault_id"] for one in ended.result["stale"]}


def test_the_same_event_gives_the_same_report(desk: Desk) -> None:
    """Also when more has happened since."""
    _sync(desk, ERP, 60, Success())
    desk.time.sleep(HOUR)
    event = tick(START + HOUR, max_age_hours=1)
    first = desk.run(event)
    _sync(desk, FILES, 60, Success())
    desk.time.sleep(HOUR)
    again = desk.run(event)
    assert first.result is not None
    assert again.result is not None
    for key in ("window", "tasks", "stale"):
        assert first.result[key] == again.result[key]


@pytest.mark.parametrize(
    ("at", "minutes", "begin", "end"),
    [
        ("2026-11-23T08:00:00", 60, "07:00:00", "08:00:00"),
        ("2026-11-23T08:00:07.5", 60, "07:00:00", "08:00:00"),
        ("2026-11-23T08:00:30", 5, "07:55:30", "08:00:30"),
    ],
)
def test_a_window_ends_with_the_events_time(at: str, minutes: int, begin: str, end: str) -> None:
    """A timer that fires some seconds late still has the window of its minute."""
    time = from_text(at)
    assert time is not None
    order = ReportOrder((Project("r", "p"),), minutes, None, time, Mention("user_event", None))
    window = window_of(order, time)
    assert window.as_document() == {"from": f"2026-11-23T{begin}Z", "to": f"2026-11-23T{end}Z"}
    assert window.begin in window
    assert window.end not in window


@pytest.mark.parametrize("compares", ["started_at", "ended_at"])
@pytest.mark.volume
def test_over_a_month_every_end_is_told_once_and_every_stale_vault_named(
    desk: Desk, compares: Literal["started_at", "ended_at"]
) -> None:
    """Ticks every twelve hours, some twice, some late; judged by the local cloud's own tasks."""
    chance = random.Random(compares)  # noqa: S311 - chance for a test
    desk.cloud.readings = Readings(end_time_compares=compares)
    told: dict[int, set[str]] = {}
    wrong: list[str] = []
    ticks, interval, max_age = 2 * 28, 12 * HOUR, 30
    for number in range(1, ticks + 1):
        at = START + number * interval
        _random_syncs(desk, chance, at - interval, interval)
        desk.time.sleep(at + chance.choice([1, 30, 1800]) - desk.time.now())
        for _ in range(chance.choice([1, 1, 1, 2])):
            ended = desk.run(tick(at, window_minutes=720, max_age_hours=max_age))
            assert ended.result is not None
            told[number] = {one["operation_log_id"] for one in ended.result["tasks"]}
            named = {one["vault_id"] for one in ended.result["stale"]}
            wrong += [f"{number}: {vault}" for vault in named ^ _stale_by_hand(desk, at, max_age)]
    assert not wrong
    for task in desk.cloud.cbr().tasks():
        end = task.state(desk.time.now()).ended_at
        tellings = [number for number, ids in told.items() if task.id in ids]
        happened = end is not None and end < START + ticks * interval
        assert tellings == ([int(((end or 0) - START) // interval) + 1] if happened else [])


def _random_syncs(desk: Desk, chance: random.Random, begin: float, interval: float) -> None:
    for vault in HYBRID_VAULTS:
        if chance.random() < (0.4 if vault != LAB else 0.03):
            endings: list[Success | Failed | TimedOut] = [
                Success(),
                Success(),
                Failed(),
                TimedOut(),
            ]
            length = AfterSeconds(chance.choice([5, 900, 7_000, 40_000]))
            desk.cloud.cbr().add_task(
                vault,
                created_at=begin + chance.random() * interval,
                course=Course(length, chance.choice(endings)),
            )


def _stale_by_hand(desk: Desk, at: float, max_age: int) -> set[str]:
    oldest = at - max_age * HOUR
    states = [(task.vault_id, task.state(at)) for task in desk.cloud.cbr().tasks()]
    fresh = {
        vault
        for vault, state in states
        if state.status == "success"
        and state.ended_at is not None
        and oldest <= state.ended_at < at
    }
    return set(HYBRID_VAULTS) - fresh


@pytest.mark.volume
def test_a_report_over_300_vaults_and_9000_tasks_takes_at_most_12_calls(desk: Desk) -> None:
    """One pass over the operation logs, one over the vaults."""
    vaults = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(296)]
    for number in range(9_000):
        desk.cloud.cbr().add_task(vaults[number % 296], created_at=START - number * 60.0)
    ended = desk.run(tick(START, max_age_hours=24))
    assert ended.error is None
    assert len([entry for entry in desk.cloud.journal if entry.service == "CBR"]) <= 12


def test_several_projects_are_one_report(desk: Desk) -> None:
    """Each task says where it is; a project that fails does not hide the others."""
    second = "b" * 32
    desk.cloud.add_project(second, REGION, "second")
    other = desk.cloud.cbr(second).add_vault("other")
    desk.cloud.cbr(second).add_task(
        other.id, created_at=desk.time.now(), course=Course(AfterSeconds(60), Success())
    )
    _sync(desk, ERP, 60, Success())
    desk.time.sleep(HOUR)
    request = tick(
        START + HOUR,
        max_age_hours=24,
        projects=[{"project_id": PROJECT_ID}, {"project_id": second}],
    )
    allowed = {"ALLOWED_PROJECTS": f"{PROJECT_ID},{second}"}
    ended = desk.run(request, allowed)
    assert ended.result is not None
    assert {task["project_id"] for task in ended.result["tasks"]} == {PROJECT_ID, second}
    assert len(desk.documents()) == 1
    desk.cloud.faults.add(Error(403, "APIGW.0306"), operation="ListOpLogs", project_id=second)
    ended = desk.run(request, allowed)
    assert isinstance(ended.error, IncompleteSync)
    assert ended.statuses == ["failed"]
    assert ended.outcomes[0]["project_id"] == second
    assert {task["project_id"] for task in ended.document["tasks"]} == {PROJECT_ID}
    assert desk.run(request).statuses == ["rejected"]


def test_one_event_makes_one_report(desk: Desk) -> None:
    """The same asked for twice is one; another one is refused, and said."""
    ended = desk.run([tick(START), tick(START), tick(START, window_minutes=5)])
    assert ended.statuses == ["rejected"]
    assert ended.result is not None
    assert ended.result["window"]["to"] == "2026-09-21T14:13:20Z"


def test_a_report_and_a_sync_in_one_event_are_told_together(desk: Desk) -> None:
    """One notification has both."""
    _sync(desk, FILES, 60, Success())
    desk.time.sleep(HOUR)
    ended = desk.run([tick(START + HOUR), {"vault_id": ERP}])
    assert ended.statuses == ["started"]
    assert ended.result is not None
    assert len(ended.result["tasks"]) == 1
    assert len(desk.documents()) == 1


def test_a_report_without_time_is_deferred(desk: Desk) -> None:
    """It is told, and raised, so that the event comes again."""
    ended = desk.run(tick(START), timeout=3.0)
    assert ended.statuses == ["deferred"]
    assert isinstance(ended.error, IncompleteSync)


@pytest.mark.volume
def test_a_report_with_very_many_tasks_is_split_and_nothing_is_lost(desk: Desk) -> None:
    """Every task and every stale vault is in exactly one part."""
    vaults = [desk.cloud.cbr().add_vault(f"many-{number}").id for number in range(600)]
    for number, vault in enumerate(vaults):
        desk.cloud.cbr().add_task(vault, created_at=START - number - 1)
    ended = desk.run(tick(START, max_age_hours=1))
    assert ended.result is not None
    parts = desk.documents()
    assert len(parts) > 1
    for key, name in (("tasks", "operation_log_id"), ("stale", "vault_id")):
        told = [entry[name] for part in parts for entry in part[key]]
        assert sorted(told) == sorted(entry[name] for entry in ended.result[key])


def test_times_far_from_the_present_do_not_break_a_report(desk: Desk) -> None:
    """The first and the last minute of the calendar are times like others."""
    for at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        ended = desk.run({"action": "report", "requested_at": at, "max_age_hours": 720})
        assert ended.error is None


def test_nothing_of_a_month_is_forgotten_because_of_a_timedelta() -> None:
    """The window is as long as it was asked to be."""
    time = datetime(2026, 11, 23, 8, tzinfo=timezone.utc)
    order = ReportOrder((Project("r", "p"),), 43_200, None, time, Mention("user_event", None))
    assert window_of(order, time).begin == time - timedelta(days=30)
