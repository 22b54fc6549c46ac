from __future__ import annotations

import itertools
import json
from datetime import datetime, timezone
from typing import Any

import pytest

from tests.support.virtual_time import VirtualTime
from vault_sync.calls import Calls, Deadline
from vault_sync.cloud.cbr import Cbr, Vault
from vault_sync.errors import CallFailed, Kind
from vault_sync.project import Project
from vault_sync.tasks import SyncTask, UnreadableTask
from vault_sync.throttle import ThrottleGate


class Client:
    """The SDK's client, as far as a list needs it; `page` makes each answer."""

    def __init__(self, page: Any) -> None:
        self.fetched = 0
        self._page = page

    def list_vault(self, request: Any) -> Client:
        self.fetched += 1
        self._answer = self._page(request.offset)
        return self

    list_op_logs = list_vault

    def to_json_object(self) -> Any:
        return json.loads(json.dumps(self._answer))


def _cbr(client: Client) -> Cbr:
    system = VirtualTime().system()
    calls = Calls(system, Deadline(system, 60, 3), ThrottleGate(system, None), 5)
    return Cbr(client, Project("r", "p"), calls, lambda text: text)


def _vaults(numbers: Any) -> list[dict[str, Any]]:
    return [{"id": f"v{number}", "billing": {"cloud_type": "hybrid"}} for number in numbers]


@pytest.mark.parametrize("count", [0, 1, 49, 50, 99, 100, 250, 999, 1_000, 1_001, 2_500])
@pytest.mark.parametrize("cap", [50, 100, 1_000])
@pytest.mark.parametrize("total", ["of all", "of the page", "none"])
def test_a_list_is_read_to_its_end_whatever_its_total_means(
    count: int, cap: int, total: str
) -> None:
    """A service may send less than it is asked for, and count what it likes."""

    def page(offset: int) -> dict[str, Any]:
        vaults = _vaults(range(count)[offset : offset + cap])
        said = {"of all": count, "of the page": len(vaults), "none": None}[total]
        return {"vaults": vaults, "count": said}

    client = Client(page)
    found = [one.vault_id for one in _cbr(client).hybrid_vaults() if isinstance(one, Vault)]
    assert found == [f"v{number}" for number in range(count)]
    assert client.fetched <= count // cap + 2


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (lambda _: {"vaults": [], "count": 7}, "ends before the number it gives"),
        (lambda _: {"vaults": _vaults(range(50))}, "two pages are the same"),
        (lambda offset: {"vaults": _vaults(range(offset, offset + 50))}, "more than 5000 pages"),
    ],
    ids=["is empty", "repeats", "goes on"],
)
def test_a_list_that_does_not_end_is_a_failure(page: Any, words: str) -> None:
    """It is no loop, and no list that could be believed."""
    client = Client(page)
    with pytest.raises(CallFailed, match=words) as caught:
        for _ in itertools.islice(_cbr(client).hybrid_vaults(), 300_000):
            pass
    assert caught.value.kind is Kind.UNKNOWN


ENTRY = {
    "id": "t",
    "vault_id": "v",
    "operation_type": "sync",
    "status": "success",
    "started_at": "2026-11-25T12:00:01.000000",
    "created_at": "2026-11-25T12:00:00.000000",
    "ended_at": "2026-11-25T12:01:00.000000",
    "updated_at": "2026-11-25T12:02:00.000000",
}


def _task(**fields: Any) -> SyncTask | UnreadableTask | None:
    entry = {key: value for key, value in (ENTRY | fields).items() if value != "left out"}
    client = Client(lambda _: {"operation_logs": [entry], "count": 1})
    return next(_cbr(client).sync_tasks(since=None), None)


def _at(minute: int, second: int) -> datetime:
    return datetime(2026, 11, 25, 12, minute, second, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("fields", "started", "ended"),
    [
        ({}, _at(0, 1), _at(1, 0)),
        ({"started_at": None}, _at(0, 0), _at(1, 0)),
        ({"started_at": ""}, _at(0, 0), _at(1, 0)),
        ({"started_at": "left out"}, _at(0, 0), _at(1, 0)),
        ({"ended_at": None}, _at(0, 1), _at(2, 0)),
        ({"status": "running", "ended_at": None}, _at(0, 1), None),
        ({"status": "waiting", "started_at": None, "created_at": None}, None, None),
    ],
)
def test_a_task_counts_from_the_times_it_has(
    fields: dict[str, Any], started: datetime | None, ended: datetime | None
) -> None:
    """One that never started has the time it was made at, one without an end that of its change."""
    task = _task(**fields)
    assert isinstance(task, SyncTask)
    assert (task.started, task.ended) == (started, ended)


@pytest.mark.parametrize("name", ["id", "operation_type", "status"])
@pytest.mark.parametrize("value", [None, "", 17, [], "left out"])
def test_an_entry_that_cannot_be_read_makes_its_vault_unknown(name: str, value: object) -> None:
    """Whatever is wrong with it: absence is not shown by what cannot be read."""
    assert _task(**{name: value}) == UnreadableTask("v")


def test_an_entry_that_names_no_vault_makes_every_vault_unknown() -> None:
    """It may be of any."""
    assert _task(vault_id=None) == UnreadableTask(None)
    assert _task(started_at=None, created_at=None) == UnreadableTask("v")


def test_another_operation_is_no_sync() -> None:
    """CBR's list of operations grows."""
    assert _task(operation_type="backup") is None
