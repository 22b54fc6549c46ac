"""`serve --rabbitmq`: its thread, its connection, and what it says when it cannot begin."""

from __future__ import annotations

import sys
import threading
import uuid
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from local.__main__ import app
from local.emulator import LocalCloud
from local.rabbitmq.command import reading
from tests.local.emulator.functiongraph.conftest import Account, client_of
from tests.local.rabbitmq.broker import until
from tests.local.rabbitmq.test_delivery import ECHO, deploy

if TYPE_CHECKING:
    from tests.local.rabbitmq.broker import Broker


def test_a_broker_that_was_killed_is_read_again(broker: Broker) -> None:
    """What it had is handed over when it is there again; people hear of both, once."""
    exchange = f"e-{uuid.uuid4()}"
    lines: list[str] = []
    with LocalCloud() as served:
        account = Account(served, client_of(served.url))
        deploy(account, exchange, ECHO)
        with reading(served.cloud, broker.url, exchange, lines.append):
            broker.kill()
            until(lambda: len(lines) == 2)
            broker.start()
            broker.publish(exchange, ["one"])
            until(lambda: [r.status for r in account.engine.records] == ["SUCCESS"])
            until(lambda: broker.waiting(exchange) == 0)
    read, lost, again = lines
    assert read.startswith(f"Exchange {exchange} of RabbitMQ at 127.0.0.1:")
    assert " is lost: " in lost
    assert again.endswith(" is read again.")
    assert broker.waiting(exchange) == 0
    assert not [thread for thread in threading.enumerate() if thread.name == "rabbitmq"]


def test_messages_that_nobody_reads_are_spoken_of_once(broker: Broker) -> None:
    """With what is missing."""
    exchange = f"e-{uuid.uuid4()}"
    lines: list[str] = []
    with LocalCloud() as served, reading(served.cloud, broker.url, exchange, lines.append):
        broker.publish(exchange, ["one"])
        until(lambda: len(lines) == 2)
        broker.publish(exchange, ["two"])
        deploy(Account(served, client_of(served.url)), exchange, ECHO)
        until(lambda: broker.waiting(exchange) == 0)
    assert f"no function here has an active RABBITMQ trigger for exchange {exchange}" in lines[1]
    assert len(lines) == 2


def refusal(*arguments: str) -> str:
    """Run `serve`, which must refuse to begin; return what it says."""
    result = CliRunner().invoke(app, ["serve", *arguments])
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return result.stderr


@pytest.mark.parametrize(
    "address",
    [
        "http://u:very-secret@h/",
        "amqp://u:very-secret#1@h/",
        "amqp://u:very/secret@h/",
        "amqp://u:very-secret@h:99999/",
        "amqp://u:very-secret@h/?heartbeat=very-secret",
        "amqp://u@h/?very-secret=1",
        "very-secret",
        "",
    ],
)
def test_a_wrong_address_is_refused_without_being_shown(address: str) -> None:
    """It says which form it should have, and how a password is written."""
    pytest.importorskip("pika", reason="pika is not installed (make rabbitmq)")
    said = refusal("--rabbitmq", address)
    assert "should be amqp://user:password@host:port/vhost" in said
    assert "very" not in said


def test_a_broker_that_refuses_or_is_not_there_is_named(broker: Broker) -> None:
    """By host and port, with the reason; never with the password."""
    host = broker.url.rpartition("@")[2].rstrip("/")
    for address, reason in {
        f"amqp://guest:very-secret@{host}/": "it refuses this user and password",
        f"amqp://guest:guest@{host}/nowhere": "vhost nowhere not found",
        "amqp://guest:very-secret@127.0.0.1:1/": "Connection refused",
    }.items():
        said = refusal("--rabbitmq", address)
        assert f"RabbitMQ at {address.rpartition('@')[2].split('/')[0]} cannot be read" in said
        assert reason in said
        assert "secret" not in said
        assert "guest" not in said


def test_an_exchange_of_another_type_is_refused(broker: Broker) -> None:
    """FunctionGraph reads fanout exchanges alone."""
    said = refusal("--rabbitmq", broker.url, "--exchange", "amq.direct")
    assert "received 'fanout' but current is 'direct'" in said


def test_the_address_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the password need not stand among the processes' arguments."""
    pytest.importorskip("pika", reason="pika is not installed (make rabbitmq)")
    monkeypatch.setenv("VAULT_SYNC_RABBITMQ", "amqp://u:very-secret@127.0.0.1:1/")
    said = refusal()
    assert "RabbitMQ at 127.0.0.1:1 cannot be read" in said


def test_without_pika_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is no part of what the demo installs."""
    for name in ("local.rabbitmq.broker", "local.rabbitmq.reader"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "pika", None)
    said = refusal("--rabbitmq", "amqp://guest:very-secret@127.0.0.1:1/")
    assert said == "Error: --rabbitmq needs pika, which is not installed: make rabbitmq\n"
