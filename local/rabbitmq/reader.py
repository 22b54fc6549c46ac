"""Reads a real RabbitMQ as FunctionGraph's RABBITMQ trigger does, for a served cloud's functions.

The trigger polls the queue that is bound to a fanout exchange, and invokes asynchronously, by
batches of its size (support.huaweicloud.com, FunctionGraph's user manual, "Using a RabbitMQ
Trigger"). When it acknowledges is not documented. FunctionGraph keeps an asynchronous request that
it has taken; the local cloud has it in memory alone. So a message is acknowledged here when its
request has ended, successful or given up by the function's asynchronous policy: until then RabbitMQ
keeps it, and delivers it again to the next cloud when this one is killed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from local.rabbitmq.broker import Address, BrokerError, Queue
from local.rabbitmq.delivery import KIND, Delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.cloud import Cloud

LOOK_SECONDS = 0.1
AGAIN_SECONDS = 1.0


class Reader:
    """Hands the messages of an exchange to the functions that have a trigger for it.

    say: is given a line for people when the connection is lost or made again, and when messages
        wait for a function.
    """

    def __init__(
        self, cloud: Cloud, address: Address, exchange: str, say: Callable[[str], object]
    ) -> None:
        self._cloud = cloud
        self._address = address
        self._exchange = exchange
        self._say = say
        self._lost = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rabbitmq", daemon=True)

    def start(self) -> None:
        """Read until `stop()`, from a thread; connect again whenever the connection is lost.

        Raises:
            BrokerError: RabbitMQ cannot be reached now, or refuses.
        """
        with Queue(self._address, self._exchange):
            pass
        self._thread.start()

    def stop(self) -> None:
        """Let go of RabbitMQ; what is not acknowledged goes back."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._connect_and_read()
            self._stopped.wait(AGAIN_SECONDS)

    def _connect_and_read(self) -> None:
        try:
            with Queue(self._address, self._exchange) as queue:
                if self._lost:
                    self._say(f"RabbitMQ at {self._address} is read again.")
                self._lost = False
                self._read(queue)
        except BrokerError as error:
            if not self._lost:
                self._say(f"RabbitMQ at {self._address} is lost: {error}. It is tried again.")
            self._lost = True

    def _read(self, queue: Queue) -> None:
        delivery = Delivery(self._cloud, queue, self._exchange)
        could = True
        while not self._stopped.is_set():
            delivery.settle()
            can = delivery.hand_over()
            if could and not can:
                self._say(
                    f"Messages wait in RabbitMQ: no function here has an active {KIND} trigger "
                    f"for exchange {self._exchange} and an agency that lets it be read."
                )
            could = can
            queue.pause(LOOK_SECONDS)
        delivery.settle()
