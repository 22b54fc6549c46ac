"""Operation logs are found the same way a look at every task would find them, without that look."""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from local.emulator import AfterReads, AfterSeconds, Course, Failed, Immediately, Success, SyncTask
from local.emulator.cbr.operation_logs import OperationLogs, Wanted
from tests.local.emulator.reaching import VAULT, Reach, operation_logs

VAULTS = ("erp", "files")
NAMES = ("prod", "test")
TYPES = ("sync", "backup")
STATUSES = ("waiting", "running", "success", "failed")

COURSES = st.sampled_from(
    [
        Course(),
        Course(Immediately(), Failed()),
        Course(AfterSeconds(5, waiting=2)),
        Course(AfterSeconds(20), Failed()),
        Course(AfterSeconds(math.inf)),
        Course(AfterReads(10_000)),
    ]
)


@dataclass(frozen=True)
class Began:
    """A task as it is added."""

    vault_id: str
    vault_name: str
    enterprise_project_id: str
    operation_type: str
    created_at: float
    course: Course


BEGINNINGS = st.builds(
    Began,
    st.sampled_from(VAULTS),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(TYPES),
    st.integers(0, 30).map(float),
    COURSES,
)
TIMES = st.none() | st.integers(0, 30).map(float)
WANTED = st.builds(
    Wanted,
    vault_id=st.none() | st.sampled_from(VAULTS),
    operation_type=st.none() | st.sampled_from(TYPES),
    status=st.none() | st.sampled_from(STATUSES),
    since=TIMES,
    until=TIMES,
    inclusive=st.booleans(),
    delay=st.sampled_from([0.0, 3.0]),
    vault_name=st.none() | st.sampled_from(NAMES),
    enterprise_project_id=st.none() | st.sampled_from(NAMES),
    fits_state=st.none() | st.just(lambda state: state.ended_at is not None),
)


def task_of(number: int, began: Began) -> SyncTask:
    return SyncTask(
        id=str(number),
        vault_id=began.vault_id,
        vault_name=began.vault_name,
        provider_id="provider",
        enterprise_project_id=began.enterprise_project_id,
        request_id="",
        created_at=began.created_at,
        course=began.course,
        operation_type=began.operation_type,
    )


def is_wanted(task: SyncTask, wanted: Wanted, now: float) -> bool:
    """Say of one task what a list says of all."""
    state = task.state(now)
    began = task.created_at
    shift = 0.0 if wanted.inclusive else 1e-9
    return (
        wanted.vault_id in (None, task.vault_id)
        and wanted.vault_name in (None, task.vault_name)
        and wanted.enterprise_project_id in (None, task.enterprise_project_id)
        and wanted.operation_type in (None, task.operation_type)
        and wanted.status in (None, state.status)
        and (wanted.since is None or began >= wanted.since + shift)
        and (wanted.until is None or began <= wanted.until - shift)
        and now >= began + wanted.delay
        and (wanted.fits_state is None or wanted.fits_state(state))
    )


@settings(deadline=None)
@given(st.lists(BEGINNINGS, max_size=20), WANTED, st.integers(0, 5), st.integers(1, 5))
def test_a_page_is_what_a_look_at_every_task_would_find(
    beginnings: list[Began], wanted: Wanted, offset: int, limit: int
) -> None:
    """Newest first; of those that began together the one that was added last."""
    logs = OperationLogs(lambda _task: None)
    tasks = [task_of(number, began) for number, began in enumerate(beginnings)]
    for task in tasks:
        logs.add(task, 15.0)
    now = 22.0

    page = logs.page(wanted, offset, limit, now)

    every = [task for task in tasks if is_wanted(task, wanted, now)]
    every.sort(key=lambda task: (task.created_at, int(task.id)), reverse=True)
    assert [t.id for t in page.tasks] == [t.id for t in every[offset : offset + limit]]
    assert page.total == len(every)


@settings(deadline=None)
@given(st.lists(BEGINNINGS, max_size=20), st.lists(st.integers(0, 10), max_size=5))
def test_each_end_is_told_once_and_in_time(beginnings: list[Began], steps: list[int]) -> None:
    """When the clock has come to it, in the order of the ends."""
    told: list[SyncTask] = []
    logs = OperationLogs(told.append)
    for number, began in enumerate(beginnings):
        logs.add(task_of(number, dataclasses.replace(began, created_at=15.0)), 15.0)
    now = 15.0
    for step in steps:
        now += step
        logs.settle(now)
        ended = [task for task in logs if task.state(now).ended_at is not None]
        assert {task.id for task in told} == {task.id for task in ended}

    ends = [task.ended_at for task in told if task.ended_at is not None]
    assert ends == sorted(ends)
    assert len({task.id for task in told}) == len(told)


def test_a_page_looks_at_its_own_tasks_alone(inside: Reach) -> None:
    """So a long history costs a page nothing, and those off the page go on as they were."""
    backend = inside.cloud.cbr()
    for _ in range(30):
        backend.add_task(VAULT, course=Course(AfterReads(2), Success()))

    listed = operation_logs(inside.cbr(), limit=10, offset=10)

    assert (listed.count, len(listed.operation_logs)) == (30, 10)
    assert [task.reads for task in backend.tasks()] == [0] * 10 + [1] * 10 + [0] * 10


def test_a_list_that_is_narrowed_by_status_looks_at_what_may_have_it(inside: Reach) -> None:
    """A client that waits for success this way sees it come."""
    backend = inside.cloud.cbr()
    backend.add_task(VAULT, course=Course(AfterReads(2)))

    seen = [operation_logs(inside.cbr(), status="success").count for _ in range(2)]

    assert seen == [0, 1]


def test_a_request_id_in_a_log_is_a_uuid(inside: Reach) -> None:
    """`req-` and a UUID with dashes."""
    inside.cloud.cbr().add_task(VAULT)

    (log,) = operation_logs(inside.cbr()).operation_logs

    uuid = r"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, log.extra_info.common.request_id)
