"""A sync that succeeds brings restore points; what it removed is gone."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkcbr.v1 import (
    DeleteBackupRequest,
    ListBackupsRequest,
    ListVaultRequest,
    ShowBackupRequest,
    ShowOpLogRequest,
)
from huaweicloudsdkcore.exceptions.exceptions import (
    ClientRequestException,
    ServerResponseException,
)
from hypothesis import given
from hypothesis import strategies as st

from local.emulator import (
    AfterReads,
    AfterSeconds,
    Cloud,
    Course,
    Failed,
    Immediately,
    Skipped,
    Success,
    TimedOut,
)
from local.emulator.sample import HYBRID_VAULTS, populate
from tests.local.emulator.reaching import VAULT, Reach, StillClock, sync

OTHER = list(HYBRID_VAULTS)[1]


def backups(reach: Reach, **filters: Any) -> list[Any]:
    listed = reach.cbr().list_backups(ListBackupsRequest(**filters))
    assert listed.count == len(listed.backups)
    return list(listed.backups)


def ids(found: list[Any]) -> list[str]:
    return [backup.id for backup in found]


def test_a_sync_brings_as_many_restore_points_as_its_log_says(reach: Reach) -> None:
    """They can be listed and shown, and are the vault's."""
    reach.cloud.cbr().set_course(VAULT, Course(Immediately(), Success(sync_backup_num=4)))
    started = sync(reach.cbr(), auto_trigger=True)
    log = reach.cbr().show_op_log(ShowOpLogRequest(started.operation_log_id)).operation_log

    found = backups(reach)

    assert len(set(ids(found))) == log.extra_info.sync.sync_backup_num == 4
    assert {backup.vault_id for backup in found} == {VAULT}
    assert all(backup.extend_info.auto_trigger for backup in found)
    shown = reach.cbr().show_backup(ShowBackupRequest(found[0].id)).backup
    assert shown.to_dict() == found[0].to_dict()


def test_what_a_sync_removes_is_gone_and_the_oldest_go_first(
    inside: Reach, clock: StillClock
) -> None:
    """A restore point that is gone cannot be shown."""
    inside.cloud.cbr().set_course(
        VAULT, Course(Immediately(), Success(3)), Course(Immediately(), Success(2, 2))
    )
    sync(inside.cbr())
    before = ids(backups(inside))
    clock.time += 60
    sync(inside.cbr())

    after = backups(inside)

    kept = set(before) & set(ids(after))
    assert (len(after), len(kept)) == (3, 1)
    assert [b.created_at for b in after] == sorted((b.created_at for b in after), reverse=True)
    (gone, _) = set(before) - kept
    with pytest.raises(ClientRequestException, match=r"BackupService\.6200"):
        inside.cbr().show_backup(ShowBackupRequest(gone))


def test_a_machine_that_has_a_restore_point_gets_an_incremental_one(inside: Reach) -> None:
    """Every sync brings those of the same machines."""
    sync(inside.cbr())
    assert {backup.incremental for backup in backups(inside)} == {False}
    sync(inside.cbr())

    assert len({backup.resource_id for backup in backups(inside)}) == 3
    assert [b.incremental for b in backups(inside, incremental="true")] == [True] * 3


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=6))
def test_what_is_there_is_the_sum_of_the_logs(syncs: list[tuple[int, int]]) -> None:
    """What came less what went, sync after sync; more than all cannot go."""
    backend = Cloud(populate=populate).cbr()
    expected = 0
    for number, (added, removed) in enumerate(syncs):
        course = Course(AfterSeconds(1), Success(added, removed))
        backend.add_task(VAULT, created_at=float(number), course=course)
        expected = max(0, expected - removed) + added

    points = backend.restore_points(backend.vaults[VAULT], now=100.0)

    assert len(points) == expected
    times = [point.created_at for point in points.values()]
    assert times == sorted(times)


@pytest.mark.parametrize("ending", [Failed(), Skipped(), TimedOut()], ids=lambda e: e.status)
def test_a_sync_that_does_not_succeed_brings_none(inside: Reach, ending: Any) -> None:
    """And removes none."""
    inside.cloud.cbr().set_course(VAULT, Course(), Course(Immediately(), ending))
    sync(inside.cbr())
    before = ids(backups(inside))

    sync(inside.cbr())

    assert ids(backups(inside)) == before


def test_restore_points_come_when_the_sync_ends(inside: Reach, clock: StillClock) -> None:
    """By the clock or by looks; not before, and once."""
    inside.cloud.cbr().set_course(VAULT, Course(AfterSeconds(60)))
    inside.cloud.cbr().set_course(OTHER, Course(AfterReads(2)))
    sync(inside.cbr(), VAULT)
    other = sync(inside.cbr(), OTHER)
    assert backups(inside) == []

    clock.time += 60
    assert len(backups(inside, vault_id=VAULT)) == len(backups(inside)) == 3
    for _ in range(3):
        inside.cbr().show_op_log(ShowOpLogRequest(other.operation_log_id))

    assert len(backups(inside, vault_id=OTHER)) == 3


def test_another_kind_of_task_brings_none(inside: Reach) -> None:
    """Only a sync reads the bucket."""
    inside.cloud.cbr().add_task(VAULT, operation_type="backup")

    assert backups(inside) == []


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"vault_id": VAULT}, 3),
        ({"vault_id": OTHER}, 0),
        ({"image_type": "sync"}, 3),
        ({"image_type": "backup"}, 0),
        ({"resource_type": "OS::VMware::Server"}, 3),
        ({"resource_name": "prod-erp-machine-2"}, 1),
        ({"status": "available"}, 3),
        ({"status": "error"}, 0),
        ({"start_time": "2026-11-23T08:00:00Z", "end_time": "2026-11-23T08:00:00Z"}, 3),
        ({"start_time": "2026-11-23T08:00:01Z"}, 0),
        ({"end_time": "2026-11-23T07:59:59Z"}, 0),
        ({"own_type": "shared"}, 0),
        ({"enterprise_project_id": "0"}, 3),
        ({"enterprise_project_id": VAULT}, 0),
        ({"incremental": "false", "show_replication": True}, 3),
    ],
    ids=str,
)
def test_backups_are_listed_by_every_filter(
    inside: Reach, filters: dict[str, Any], count: int
) -> None:
    """Each narrows."""
    sync(inside.cbr())

    assert len(backups(inside, **filters)) == count


def test_pages_of_backups_cover_all_once(inside: Reach) -> None:
    """The count is that of all."""
    for vault_id in HYBRID_VAULTS:
        sync(inside.cbr(), vault_id)
    pages = [
        inside.cbr().list_backups(ListBackupsRequest(limit=5, offset=offset))
        for offset in (0, 5, 10)
    ]

    assert {page.count for page in pages} == {12}
    assert len({backup.id for page in pages for backup in page.backups}) == 12


@pytest.mark.parametrize("name", ["marker", "sort", "used_percent", "member_status"])
def test_what_the_list_of_backups_does_not_take_into_account_is_not_passed_over(
    inside: Reach, name: str
) -> None:
    """501, naming it."""
    with pytest.raises(ServerResponseException, match=rf"ListBackups with {name} is not"):
        backups(inside, **{name: "1"})


def test_a_deleted_backup_is_gone(inside: Reach) -> None:
    """204, then 404 6200."""
    sync(inside.cbr())
    first, *others = ids(backups(inside))

    assert inside.cbr().delete_backup(DeleteBackupRequest(first)).status_code == 204

    assert ids(backups(inside)) == others
    with pytest.raises(ClientRequestException, match=r"BackupService\.6200"):
        inside.cbr().delete_backup(DeleteBackupRequest(first))


def test_what_is_hybrid_names_the_provider_of_hybrid_backups(inside: Reach) -> None:
    """The vault, its backups and its operation logs."""
    started = sync(inside.cbr())
    (vault,) = inside.cbr().list_vault(ListVaultRequest(id=[VAULT])).vaults
    log = inside.cbr().show_op_log(ShowOpLogRequest(started.operation_log_id)).operation_log

    providers = {vault.provider_id, log.provider_id, *(b.provider_id for b in backups(inside))}
    assert providers == {"a13639de-00be-4e94-af30-26912d75e4a2"}
