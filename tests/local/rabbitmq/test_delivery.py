"""What becomes of messages: engine and clock are driven by the test."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from local.emulator.functiongraph.engine import requests
from tests.local.rabbitmq.broker import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.rabbitmq.delivery import Delivery
    from tests.local.emulator.functiongraph.conftest import Account
    from tests.local.rabbitmq.broker import Broker

VPC = {"vpc_id": "v", "subnet_id": "s"}
ECHO = "def handler(event, context):\n    return event"
FAILS_ON_BAD = """
    def handler(event, context):
        if "bad" in event["records"][0]["messages"]:
            raise RuntimeError
"""


@pytest.fixture(name="exchange")
def _exchange() -> str:
    return f"e-{uuid.uuid4()}"


@contextmanager
def reading(account: Account, broker: Broker, exchange: str) -> Iterator[Delivery]:
    """Connect; what is not acknowledged goes back at the end."""
    from local.rabbitmq.broker import Address, Queue  # noqa: PLC0415 - need pika
    from local.rabbitmq.delivery import Delivery  # noqa: PLC0415 - the same

    with Queue(Address.read(broker.url), exchange) as queue:
        yield Delivery(account.cloud, queue, exchange)


def deploy(account: Account, exchange: str, code: str, *, size: int = 10, **settings: Any) -> str:
    """Deploy a function that reads the exchange."""
    urn = account.deploy(code, func_vpc=VPC, **settings)
    data = {"instance_id": "r", "access_password": "x", "exchange_name": exchange}
    account.trigger(urn, "RABBITMQ", {**data, "batch_size": size})
    return urn


def comes_back(broker: Broker, exchange: str, texts: Sequence[str]) -> None:
    """Check that just these messages were not acknowledged."""
    until(lambda: broker.waiting(exchange) == len(texts))
    assert sorted(broker.take_all(exchange)) == sorted(texts)


def test_a_batch_is_the_event_of_functiongraph_s_trigger(
    account: Account, broker: Broker, exchange: str
) -> None:
    """The messages in their order, no more than the trigger's size at once."""
    deploy(account, exchange, ECHO)
    with reading(account, broker, exchange) as delivery:
        broker.publish(exchange, [str(number) for number in range(25)])
        assert delivery.hand_over()
        events = [json.loads(record.event) for record in account.attend()]
    for event, batch in zip(events, (range(10), range(10, 20), range(20, 25)), strict=True):
        assert 0 <= account.clock.now() - event.pop("event_time") < 60
        messages = [str(number) for number in batch]
        assert event == {
            "event_version": "v1.0",
            "trigger_type": "RABBITMQ",
            "region": "cn-north-4",
            "records": [{"messages": messages, "instance_id": "r", "exchange": exchange}],
        }


def test_a_message_is_acknowledged_when_its_request_has_ended(
    account: Account, broker: Broker, exchange: str
) -> None:
    """Not when it is read, nor while the request is to be repeated."""
    urn = deploy(account, exchange, FAILS_ON_BAD, size=1)
    account.policy(urn, retries=1)
    with reading(account, broker, exchange) as delivery:
        broker.publish(exchange, ["good", "bad"])
        delivery.hand_over()
        account.attend()
        delivery.settle()
        broker.publish(exchange, ["not asked for yet"])
    comes_back(broker, exchange, ["bad", "not asked for yet"])


def test_a_message_is_acknowledged_when_its_request_is_given_up(
    account: Account, broker: Broker, exchange: str
) -> None:
    """As the asynchronous policy says; another one that is read meanwhile is not."""
    urn = deploy(account, exchange, FAILS_ON_BAD)
    account.policy(urn, retries=1)
    with reading(account, broker, exchange) as delivery:
        broker.publish(exchange, ["bad"])
        delivery.hand_over()
        assert [record.status for record in account.go_on(60)] == ["FAIL", "FAIL"]
        delivery.settle()
        broker.publish(exchange, ["another"])
        delivery.hand_over()
    comes_back(broker, exchange, ["another"])


def test_a_function_s_end_gives_its_messages_back(
    account: Account, broker: Broker, exchange: str
) -> None:
    """Deleted, or forgotten with all the rest: the messages wait for the next one."""
    for start_over in (False, True):
        urn = deploy(account, exchange, ECHO)
        with reading(account, broker, exchange) as delivery:
            broker.publish(exchange, ["one"])
            delivery.hand_over()
            if start_over:
                account.cloud.reset()
            else:
                account.cloud.functiongraph().functions.pop(urn.removesuffix(":latest"))
            account.attend()
            delivery.settle()
            until(lambda: broker.waiting(exchange) == 1)
            assert not delivery.hand_over()
        comes_back(broker, exchange, ["one"])


def test_without_a_trigger_that_may_read_messages_wait(
    account: Account, broker: Broker, exchange: str
) -> None:
    """No function, one for another exchange, or one whose agency does not allow it."""
    vpc_only = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["vpc:*:*"]}]}
    account.cloud.add_agency("narrow", vpc_only)
    with reading(account, broker, exchange) as delivery:
        assert delivery.hand_over()
        broker.publish(exchange, ["one"])
        assert not delivery.hand_over()
        deploy(account, "another", ECHO, name="another")
        assert not delivery.hand_over()
        deploy(account, exchange, ECHO, name="narrow", xrole="narrow")
        assert not delivery.hand_over()
        assert broker.waiting(exchange) == 1
        deploy(account, exchange, ECHO, name="right")
        assert delivery.hand_over()
        assert len(account.attend()) == 1


def test_each_function_gets_each_message(account: Account, broker: Broker, exchange: str) -> None:
    """It is acknowledged when the last of them has ended."""
    deploy(account, exchange, ECHO, name="f")
    second = deploy(account, exchange, FAILS_ON_BAD, name="g", size=1)
    account.policy(second, retries=1)
    with reading(account, broker, exchange) as delivery:
        broker.publish(exchange, ["bad", "good"])
        delivery.hand_over()
        assert len(account.attend()) == 4
        delivery.settle()
    comes_back(broker, exchange, ["bad"])


def test_no_more_than_ten_batches_are_under_way(
    account: Account, broker: Broker, exchange: str
) -> None:
    """The rest stays with RabbitMQ until one has ended."""
    deploy(account, exchange, ECHO, size=1)
    with reading(account, broker, exchange) as delivery:
        broker.publish(exchange, [str(number) for number in range(12)])
        delivery.hand_over()
        assert broker.waiting(exchange) == 2
        account.attend()
        delivery.settle()
        delivery.hand_over()
        assert broker.waiting(exchange) == 0


def test_what_functiongraph_does_not_take_goes_back(
    account: Account, broker: Broker, exchange: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many requests wait already: the messages are read again later."""
    deploy(account, exchange, ECHO)
    monkeypatch.setattr(requests, "MAX_WAITING", 0)
    with reading(account, broker, exchange) as delivery:
        broker.publish(exchange, ["one"])
        delivery.hand_over()
        delivery.settle()
        until(lambda: broker.waiting(exchange) == 1)


def test_bytes_that_are_not_text_are_read_all_the_same(
    account: Account, broker: Broker, exchange: str
) -> None:
    """The function rejects such a message; the others of its batch are not lost for it."""
    deploy(account, exchange, ECHO)
    with reading(account, broker, exchange) as delivery:
        with broker.connection() as connection:
            connection.channel().basic_publish(exchange, "", b"\xff")
        until(lambda: broker.waiting(exchange) == 1)
        delivery.hand_over()
        (record,) = account.attend()
        assert json.loads(record.event)["records"][0]["messages"] == ["�"]
