from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from tests.support.virtual_time import VirtualTime
from vault_sync.calls import Calls, Deadline
from vault_sync.cloud.cbr import Cbr, Vault
from vault_sync.errors import CallFailed, Kind
from vault_sync.project import Project
from vault_sync.throttle import ThrottleGate


class Client:
    """The SDK's client, as far as a list of vaults needs it; `page` makes each answer."""

    def __init__(self, page: Any) -> None:
        self.fetched = 0
        self._page = page

    def list_vault(self, request: Any) -> Client:
        self.fetched += 1
        self._answer = self._page(request.offset)
        return self

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
