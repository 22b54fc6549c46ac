from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.histories.laws import violations
from tests.histories.plan import History, from_json, to_json
from tests.histories.run import happen
from tests.histories.story import tell
from tests.histories.strategies import histories

pytestmark = pytest.mark.volume


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(histories())
def test_every_law_holds_in_every_history(history: History) -> None:
    """Nothing is lost and nothing is done twice, whatever the cloud does."""
    happened = happen(history)
    found = violations(happened)
    assert not found, tell(happened, found)


@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(histories())
def test_a_history_replayed_from_its_story_is_the_same_history(history: History) -> None:
    """What is printed about a violation is enough to see it again."""
    first, again = happen(history), happen(from_json(to_json(history)))
    assert first.cloud.journal.entries == again.cloud.journal.entries
    assert first.cloud.exchanges == again.cloud.exchanges
    assert [one.log for one in first.invocations] == [one.log for one in again.invocations]
