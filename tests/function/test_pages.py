from __future__ import annotations

import pytest

from tests.support.virtual_time import VirtualTime
from vault_sync.calls import Calls, Operation
from vault_sync.cloud.cbr import Page
from vault_sync.deadline import Deadline
from vault_sync.orders import Place
from vault_sync.pages import read_all
from vault_sync.throttle import ThrottleGate

OPERATION = Operation("ListVault", Place("r", "p"))


@pytest.mark.parametrize("count", [0, 1, 49, 50, 99, 100, 250, 999, 1_000, 1_001, 2_500])
@pytest.mark.parametrize("cap", [50, 100, 1_000])
@pytest.mark.parametrize("total", ["of all", "of the page", "none"])
def test_a_list_is_read_to_its_end_whatever_its_total_means(
    count: int, cap: int, total: str
) -> None:
    """A service may send less than it is asked for, and count what it likes."""
    world = VirtualTime().world()
    calls = Calls(world, Deadline(world, 60, 3), ThrottleGate(world, None), 5)
    everything = list(range(count))
    fetched = 0

    def fetch(offset: int) -> Page[int]:
        nonlocal fetched
        fetched += 1
        items = everything[offset : offset + cap]
        said = {"of all": count, "of the page": len(items), "none": None}[total]
        return Page(items, len(items), said)

    assert read_all(calls, OPERATION, fetch) == everything
    assert fetched <= count // cap + 2
