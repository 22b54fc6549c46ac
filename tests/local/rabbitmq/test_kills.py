from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local.rabbitmq.kills import run

if TYPE_CHECKING:
    from tests.local.rabbitmq.broker import Broker

pytestmark = pytest.mark.package


def test_nothing_is_lost_when_either_side_is_killed(broker: Broker) -> None:
    """Every vault is synchronised, once, and every message acknowledged in the end."""
    ran = run(broker, 600)
    assert ran.syncs == [1] * 600
