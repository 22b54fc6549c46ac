"""The producer of docs/after-the-backup.md, run as it stands against a real RabbitMQ."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local.emulator import LocalCloud
from local.rabbitmq.command import reading
from tests.local.emulator.apig.test_recipes import VAULT, recipe, run
from tests.local.emulator.functiongraph.conftest import Account, client_of
from tests.local.rabbitmq.broker import until
from tests.local.rabbitmq.test_delivery import ECHO, deploy

if TYPE_CHECKING:
    from tests.local.rabbitmq.broker import Broker

PRODUCER = [sys.executable, "-c", recipe("Through RabbitMQ")]
EXCHANGE = "vault-sync"


def test_the_producer_s_message_reaches_the_function(broker: Broker) -> None:
    """With the vault and the moment. Where no queue is there to keep it, the producer fails."""
    with LocalCloud() as served:
        account = Account(served, client_of(served.url))
        with pytest.raises(subprocess.CalledProcessError) as failed:
            run(account, PRODUCER, RABBITMQ_URL=broker.url)
        assert "NOT_FOUND - no exchange 'vault-sync'" in failed.value.stderr
        deploy(account, EXCHANGE, ECHO)
        with reading(served.cloud, broker.url, EXCHANGE, lambda _: None):
            run(account, PRODUCER, RABBITMQ_URL=broker.url)
            until(lambda: [r.status for r in account.engine.records] == ["SUCCESS"])
        (record,) = account.engine.records
    (message,) = json.loads(record.event)["records"][0]["messages"]
    assert json.loads(message)["vault_id"] == VAULT
    assert json.loads(message)["requested_at"].endswith("+00:00")
