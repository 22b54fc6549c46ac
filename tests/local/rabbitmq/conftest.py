from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local.emulator.functiongraph.conftest import account
from tests.local.rabbitmq.broker import Broker, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["account"]


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A RabbitMQ of the tests' own. Every test has an exchange of its own in it."""
    pytest.importorskip("pika", reason="pika is not installed (make rabbitmq)")
    if not installed():
        pytest.skip("rabbitmq-server is not installed (apt install rabbitmq-server)")
    with Broker() as started:
        yield started
