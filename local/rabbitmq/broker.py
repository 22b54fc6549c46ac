"""The queue of one exchange in a real RabbitMQ. Only this module knows pika."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pika
from pika.exceptions import AMQPError, ProbableAuthenticationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from typing_extensions import Self

SCHEMES = ("amqp://", "amqps://")


class AddressError(Exception):
    """An address is not one of a RabbitMQ. The text shows nothing of it: it may hold a password."""


class BrokerError(Exception):
    """RabbitMQ cannot be reached any more, or refuses; the text says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a RabbitMQ is, and who reads it. Shown, it is host and port alone."""

    parameters: Any = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Address:
        """Read `amqp://user:password@host:port/vhost`, or `amqps://` for TLS.

        What is left out is RabbitMQ's default: user and password `guest`, port 5672 or 5671, vhost
        `/`.

        Raises:
            AddressError: It is none.
        """
        try:
            parameters = pika.URLParameters(text) if text.startswith(SCHEMES) else None
        except (ValueError, TypeError):  # their texts show parts of the address
            parameters = None
        if parameters is None:
            raise AddressError(
                "should be amqp://user:password@host:port/vhost, or amqps:// for TLS. Write the "
                "characters / ? # @ : % of a user, password or vhost as %2F %3F %23 %40 %3A %25"
            )
        return cls(parameters)

    def __str__(self) -> str:
        """Return what may be shown."""
        return f"{self.parameters.host}:{self.parameters.port}"


@contextmanager
def _broker_errors() -> Iterator[None]:
    try:
        yield
    except (AMQPError, OSError) as error:
        raise BrokerError(_reason(error)) from error


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was taken and is not acknowledged yet."""

    tag: int
    text: str


class Queue:
    """A durable queue of the exchange's name, bound to it. Used by one thread.

    Entered, it is connected; what was taken and not acknowledged goes back when it is left, and
    when either side is killed. Every method raises BrokerError.
    """

    def __init__(self, address: Address, exchange: str) -> None:
        self._address = address
        self._name = exchange
        self._connection: Any = None
        self._channel: Any = None

    def __enter__(self) -> Self:
        logging.getLogger("pika").setLevel(logging.CRITICAL)  # what it would log is raised too
        with ExitStack() as stack, _broker_errors():
            connection = stack.enter_context(pika.BlockingConnection(self._address.parameters))
            channel = connection.channel()
            channel.exchange_declare(self._name, "fanout", durable=True)
            channel.queue_declare(self._name, durable=True)
            channel.queue_bind(self._name, self._name)
            self._connection, self._channel = connection, channel
            stack.pop_all()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._connection.is_open:
            with _broker_errors():
                self._connection.close()

    @_broker_errors()
    def waiting(self) -> int:
        """Count the messages that nobody has taken."""
        return int(self._channel.queue_declare(self._name, passive=True).method.message_count)

    @_broker_errors()
    def take(self, most: int) -> list[Message]:
        """Take the oldest messages that wait. Bytes that are not UTF-8 are replaced by U+FFFD."""
        taken: list[Message] = []
        while len(taken) < most:
            method, _, body = self._channel.basic_get(self._name)
            if method is None:
                break
            taken.append(Message(method.delivery_tag, body.decode("utf-8", "replace")))
        return taken

    @_broker_errors()
    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Let RabbitMQ forget messages."""
        for message in messages:
            self._channel.basic_ack(message.tag)

    @_broker_errors()
    def give_back(self, messages: Iterable[Message]) -> None:
        """Let messages wait again, to be taken once more."""
        for message in messages:
            self._channel.basic_nack(message.tag, requeue=True)

    @_broker_errors()
    def pause(self, seconds: float) -> None:
        """Wait, while heartbeats are answered."""
        self._connection.process_data_events(time_limit=seconds)


def _reason(error: Exception) -> str:
    """Say why pika gave up. It never has the password in its words."""
    if isinstance(error, ProbableAuthenticationError):
        return "it refuses this user and password"
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    cause = getattr(cause, "exception", cause)
    return str(getattr(cause, "reply_text", "") or cause) or type(cause).__name__
