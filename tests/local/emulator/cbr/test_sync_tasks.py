"""The life of a sync, and what CBR refuses."""

from __future__ import annotations

import math
from typing import Any

import pytest
from huaweicloudsdkcbr.v1 import ImportCheckpointRequest, ShowOpLogRequest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from local.emulator import (
    AfterReads,
    AfterSeconds,
    Course,
    Failed,
    Immediately,
    Readings,
    Skipped,
    Success,
    TimedOut,
)
from local.emulator.sample import HYBRID_VAULTS, PUBLIC_VAULT
from local.emulator.sync_tasks import Ending
from tests.local.emulator.reaching import VAULT, Reach, StillClock, operation_logs, sync


def show(reach: Reach, operation_log_id: str) -> Any:
    return reach.cbr().show_op_log(ShowOpLogRequest(operation_log_id)).operation_log


def refused(reach: Reach, body: object) -> tuple[int, str, str]:
    with pytest.raises(ClientRequestException) as caught:
        reach.cbr().import_checkpoint(ImportCheckpointRequest(body=body))
    return caught.value.status_code, caught.value.error_code, caught.value.error_msg


def test_by_reads_a_task_waits_runs_and_ends(inside: Reach) -> None:
    """The third look finds it ended, the first two find it waiting and running."""
    inside.cloud.cbr().set_course(VAULT, Course(AfterReads(3)))
    started = sync(inside.cbr())

    seen = [show(inside, started.operation_log_id).status for _ in range(4)]

    assert seen == ["waiting", "running", "success", "success"]


@pytest.mark.parametrize(("reads", "seen"), [(1, ["success"]), (2, ["running", "success"])])
def test_few_reads_leave_out_the_first_states(inside: Reach, reads: int, seen: list[str]) -> None:
    """One look: ended. Two: running, ended."""
    inside.cloud.cbr().set_course(VAULT, Course(AfterReads(reads)))
    started = sync(inside.cbr())

    assert [show(inside, started.operation_log_id).status for _ in seen] == seen


def test_listing_is_looking(inside: Reach) -> None:
    """A task that is listed has been looked at; another vault's has not."""
    inside.cloud.cbr().set_course(VAULT, Course(AfterReads(2)))
    sync(inside.cbr())
    other = list(HYBRID_VAULTS)[1]

    operation_logs(inside.cbr(), vault_id=other)
    first = operation_logs(inside.cbr(), vault_id=VAULT).operation_logs[0]
    second = operation_logs(inside.cbr(), vault_id=VAULT).operation_logs[0]

    assert (first.status, second.status) == ("running", "success")


def test_by_time_a_task_waits_runs_and_ends(inside: Reach, clock: StillClock) -> None:
    """On the cloud's clock, and with the times to show for it."""
    inside.cloud.cbr().set_course(VAULT, Course(AfterSeconds(60, waiting=10)))
    started = sync(inside.cbr())
    seen = []
    for _ in range(4):
        log = show(inside, started.operation_log_id)
        seen.append((log.status, log.ended_at, log.extra_info.common.progress))
        clock.time += 20

    assert seen == [
        ("waiting", None, 0),
        ("running", None, 33),
        ("running", None, 66),
        ("success", "2026-11-23T08:01:00.000000", 100),
    ]


def test_a_task_may_never_end(inside: Reach, clock: StillClock) -> None:
    """Infinity is a number of seconds."""
    inside.cloud.cbr().set_course(VAULT, Course(AfterSeconds(math.inf)))
    started = sync(inside.cbr())
    clock.time += 1e9

    assert show(inside, started.operation_log_id).status == "running"


@pytest.mark.parametrize(
    ("ending", "before", "code", "numbers"),
    [
        (Failed(), "running", "BackupService.6406", (0, 0, 0)),
        (Skipped(), "waiting", "BackupService.6112", (0, 0, 0)),
        (TimedOut(), "running", "BackupService.9910", (0, 0, 0)),
        (Success(5, 2, 1), "running", "", (5, 2, 1)),
    ],
    ids=lambda value: getattr(value, "status", ""),
)
def test_every_ending_says_why(
    inside: Reach, ending: Ending, before: str, code: str, numbers: tuple[int, int, int]
) -> None:
    """Only at the end; a skipped task never ran."""
    inside.cloud.cbr().set_course(VAULT, Course(AfterReads(2), ending))
    started = sync(inside.cbr())
    log = show(inside, started.operation_log_id)
    assert (log.status, log.error_info.code, log.extra_info.sync.sync_backup_num) == (before, "", 0)

    log = show(inside, started.operation_log_id)
    assert (log.status, log.error_info.code) == (ending.status, code)
    counts = log.extra_info.sync
    assert numbers == (
        counts.sync_backup_num,
        counts.delete_backup_num,
        counts.err_sync_backup_num,
    )


def test_one_sync_of_a_vault_at_a_time(reach: Reach, clock: StillClock) -> None:
    """400 7302 while the first waits or runs; another vault is free; later it is free again."""
    reach.cloud.course = Course(AfterSeconds(60, waiting=30))
    client = reach.cbr()
    first = sync(client)
    for _ in range(2):
        with pytest.raises(ClientRequestException) as caught:
            sync(client)
        assert (caught.value.status_code, caught.value.error_code) == (400, "BackupService.7302")
        clock.time += 29
    assert sync(client, list(HYBRID_VAULTS)[1])

    clock.time += 2
    assert sync(client).operation_log_id != first.operation_log_id


def test_an_immediate_task_leaves_the_vault_free(inside: Reach) -> None:
    """Two syncs in a row."""
    client = inside.cbr()

    assert sync(client).operation_log_id != sync(client).operation_log_id


def test_courses_follow_each_other_and_the_last_one_stays(inside: Reach) -> None:
    """A vault that fails once and then works."""
    inside.cloud.cbr().set_course(VAULT, Course(Immediately(), Failed()), Course())
    client = inside.cbr()

    endings = [show(inside, sync(client).operation_log_id).status for _ in range(3)]

    assert endings == ["failed", "success", "success"]


def test_a_foreign_task_keeps_a_vault_busy(inside: Reach, clock: StillClock) -> None:
    """Somebody else's sync of the vault is a reason for 7302; another kind of task is none."""
    backend = inside.cloud.cbr()
    backend.add_task(VAULT, course=Course(AfterSeconds(60)), operation_type="vault_delete")
    sync(inside.cbr())
    backend.add_task(VAULT, created_at=clock.now() - 5, course=Course(AfterSeconds(60)))

    with pytest.raises(ClientRequestException, match=r"BackupService\.7302"):
        sync(inside.cbr())


@pytest.mark.parametrize(
    ("sync_parameters", "status", "code"),
    [
        ({"vault_id": PUBLIC_VAULT, "auto_trigger": True}, 400, "BackupService.7300"),
        ({"vault_id": "0" * 8 + VAULT[8:], "auto_trigger": True}, 404, "BackupService.6105"),
        ({"vault_id": "no-uuid", "auto_trigger": True}, 400, "BackupService.9900"),
        ({"vault_id": 17, "auto_trigger": True}, 400, "BackupService.9900"),
        ({"auto_trigger": True}, 400, "BackupService.9900"),
        ({"vault_id": VAULT}, 400, "BackupService.9900"),
        ({"vault_id": VAULT, "auto_trigger": "true"}, 400, "BackupService.9900"),
        ("sync", 400, "BackupService.9900"),
    ],
)
def test_a_sync_that_cannot_be_is_refused(
    reach: Reach, sync_parameters: object, status: int, code: str
) -> None:
    """With CBR's code and status, and no task."""
    assert refused(reach, {"sync": sync_parameters})[:2] == (status, code)
    assert reach.cloud.cbr().tasks() == []
    (entry,) = reach.cloud.journal.entries
    assert (entry.error_code, entry.applied) == (code, False)


@pytest.mark.parametrize("body", ["no json", "[]", "null", '{"sync": ', "[" * 100_000])
def test_a_body_that_is_no_request_is_refused(inside: Reach, body: str) -> None:
    """400 9900, however it is broken."""
    assert refused(inside, body)[:2] == (400, "BackupService.9900")


@pytest.mark.parametrize("status", ["lock", "frozen", "deleting", "error"])
def test_a_vault_that_is_not_available_is_refused(inside: Reach, status: Any) -> None:
    """400 6112."""
    vault = inside.cloud.cbr().add_vault("frozen", status=status)

    with pytest.raises(ClientRequestException, match=r"BackupService\.6112"):
        sync(inside.cbr(), vault.id)


def test_an_unknown_operation_log_is_not_there(reach: Reach) -> None:
    """404 6500, in the words the API publishes."""
    with pytest.raises(ClientRequestException) as caught:
        show(reach, VAULT)

    assert (caught.value.status_code, caught.value.error_code, caught.value.error_msg) == (
        404,
        "BackupService.6500",
        "Operation log does not exist.",
    )


def test_the_logs_may_lag_behind(inside: Reach, clock: StillClock) -> None:
    """Whether a new task is readable at once can be switched; 7302 knows it at once."""
    inside.cloud.readings = Readings(log_delay_seconds=2)
    inside.cloud.course = Course(AfterSeconds(60))
    started = sync(inside.cbr())

    with pytest.raises(ClientRequestException, match=r"BackupService\.6500"):
        show(inside, started.operation_log_id)
    with pytest.raises(ClientRequestException, match=r"BackupService\.7302"):
        sync(inside.cbr())
    assert operation_logs(inside.cbr(), vault_id=VAULT).count == 0
    clock.time += 2
    assert operation_logs(inside.cbr(), vault_id=VAULT).count == 1
    assert show(inside, started.operation_log_id).status == "running"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: AfterReads(0), "reads must be at least 1, not 0"),
        (lambda: AfterSeconds(1, waiting=2), "waiting must be between 0 and seconds"),
    ],
)
def test_courses_that_cannot_be_are_refused(make: Any, words: str) -> None:
    """At once, naming field and value."""
    with pytest.raises(ValueError, match=words):
        make()
