"""Which task in the operation logs is ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from vault_sync.adoption import OperationLogs
from vault_sync.orders import Mention, SyncOrder
from vault_sync.project import Project
from vault_sync.system import System
from vault_sync.tasks import SyncTask

ASKED = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
ORDER = SyncOrder("v", Project("cn-north-4", "p"), False, False, None, Mention("event"))


class Logs:
    """CBR as far as it lists syncs: each began so many seconds after ours was asked for."""

    def __init__(self, *began: tuple[float, str]) -> None:
        self.began = began
        self.listed_since: datetime | None = None

    def sync_tasks(self, *, since: datetime | None, vault_id: str) -> Iterator[SyncTask]:
        self.listed_since = since
        for seconds, status in self.began:
            yield SyncTask(f"{seconds}", vault_id, ASKED + timedelta(seconds=seconds), status)


def _found(*began: tuple[float, str], event: float | None = None) -> str | None:
    order = ORDER if event is None else replace(ORDER, since=ASKED + timedelta(seconds=event))
    cbr: Any = Logs(*began)
    task = OperationLogs(System()).begun_by(order, ASKED.timestamp(), cbr, running=False)
    return task and task.operation_log_id


@pytest.mark.parametrize(("seconds", "ours"), [(-5.0, True), (-5.1, False), (0.0, True)])
@pytest.mark.parametrize("status", ["success", "failed"])
def test_cbrs_clock_may_be_five_seconds_behind(seconds: float, status: str, ours: bool) -> None:
    """A task that seems to have begun before it was asked for may be ours, but not by more."""
    assert (_found((seconds, status)) is not None) is ours


def test_of_tasks_since_the_question_the_first_is_ours() -> None:
    """The later ones are somebody else's, who asked later."""
    assert _found((9.0, "success"), (1.0, "success"), (4.0, "failed")) == "1.0"


def test_of_tasks_that_seem_a_little_older_the_last_is_ours() -> None:
    """The nearer a task's beginning is to the question, the likelier it is ours."""
    assert _found((-4.0, "success"), (-1.0, "success"), (-3.0, "success")) == "-1.0"
    assert _found((-1.0, "success"), (2.0, "success")) == "2.0"


def test_a_task_that_runs_comes_before_all_that_ended() -> None:
    """CBR has one at a time for a vault."""
    assert _found((1.0, "success"), (-9000.0, "running")) == "-9000.0"


def test_another_deliverys_task_counts_if_it_did_not_end_badly() -> None:
    """It began with the event or later, by another delivery, before this one asked."""
    assert _found((-60.0, "success"), event=-90.0) == "-60.0"
    assert _found((-60.0, "failed"), event=-90.0) is None
    assert _found((-60.0, "success"), event=-30.0) is None


@pytest.mark.parametrize(("running", "hours"), [(False, 24), (True, None)])
def test_a_lost_answer_is_looked_for_a_day_back_and_a_running_task_however_old(
    running: bool,
    hours: int | None,
) -> None:
    """CBR may filter by a time of the task that is not its beginning."""
    logs: Any = Logs((0.0, "success"))
    OperationLogs(System()).begun_by(ORDER, ASKED.timestamp(), logs, running=running)
    assert logs.listed_since == (hours and ASKED - timedelta(hours=hours))
