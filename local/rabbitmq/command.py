"""The part of `serve --rabbitmq` that needs nothing installed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from local.invoke.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.emulator.cloud import Cloud


@contextmanager
def reading(
    cloud: Cloud, address: str, exchange: str, say: Callable[[str], object]
) -> Iterator[None]:
    """Read an exchange of RabbitMQ for the cloud's functions until the end of the block.

    say: is given lines for people; the first says what is read.

    Raises:
        UsageError: pika is not installed, the address is none, or RabbitMQ cannot be reached.
    """
    try:
        from local.rabbitmq.broker import Address, AddressError, BrokerError  # noqa: PLC0415 - brings pika with it
        from local.rabbitmq.reader import Reader  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        if error.name != "pika":
            raise
        raise UsageError("--rabbitmq needs pika, which is not installed: make rabbitmq") from None
    try:
        where = Address.read(address)
        reader = Reader(cloud, where, exchange, say)
        reader.start()
    except AddressError as error:
        raise UsageError(f"--rabbitmq {error}") from None
    except BrokerError as error:
        raise UsageError(f"--rabbitmq: RabbitMQ at {where} cannot be read: {error}") from None
    say(f"Exchange {exchange} of RabbitMQ at {where} is read for the functions deployed here.")
    try:
        yield
    finally:
        reader.stop()
