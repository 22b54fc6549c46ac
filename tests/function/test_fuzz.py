from __future__ import annotations

import pytest

from tests.fuzz import campaign
from tests.support.desk import Desk


@pytest.mark.volume
def test_a_hostile_event_ends_in_a_result_or_in_one_of_our_own_errors(desk: Desk) -> None:
    """Bytes, depth, size, surrogates, NaN, duplicate keys: no crash, always an outcome."""
    done = campaign.run(desk, number=250, seed=7)
    lost = [what for what in done.complaints if "as long as" not in what]
    assert not lost
    assert sum(done.ends.values()) == 250
