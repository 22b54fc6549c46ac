"""From the queue to the functions, and back: batches, asynchronous requests, acknowledgements."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine import platform
from local.emulator.functiongraph.engine.envelopes import queue_event
from local.emulator.functiongraph.engine.queues import channels_of
from local.emulator.functiongraph.engine.records import Source
from local.emulator.functiongraph.engine.requests import TooManyRequestsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.emulator.cloud import Cloud
    from local.emulator.functiongraph.engine.engine import Engine
    from local.emulator.functiongraph.engine.triggered import ActiveTrigger
    from local.rabbitmq.broker import Message, Queue

KIND = "RABBITMQ"
MAX_OPEN = 10
"""Batches whose requests have not ended; no more are taken until one has."""


@dataclass(slots=True, eq=False)
class _Batch:
    """Messages on their way.

    left: how many of its requests have not ended; there is one for each function.
    over: whether all that ended were run to their end or given up, and none was forgotten.
    """

    messages: Sequence[Message]
    left: int
    over: bool = True


class Delivery:
    """What is under way over one connection to RabbitMQ. Used by one thread."""

    def __init__(self, cloud: Cloud, queue: Queue, exchange: str) -> None:
        self._cloud = cloud
        self._queue = queue
        self._exchange = exchange
        self._open = 0
        self._ended: SimpleQueue[tuple[_Batch, bool]] = SimpleQueue()

    def hand_over(self) -> bool:
        """Hand what waits to every function that has a trigger for the exchange.

        Returns:
            False where messages wait and there is no such function, or its agency does not allow
            the queue to be read; they stay where they are then.
        """
        engine = self._cloud.engine
        if engine is None or self._open >= MAX_OPEN or not self._queue.waiting():
            return True
        triggers = self._triggers(engine)
        if not triggers:
            return False
        size = min(int(one.trigger.event_data["batch_size"]) for one in triggers)
        while self._open < MAX_OPEN and (messages := self._queue.take(size)):
            batch = _Batch(messages, len(triggers))
            self._open += 1
            for one in triggers:
                self._submit(engine, one, batch)
        return True

    def settle(self) -> None:
        """Acknowledge the batches whose requests have all ended; give back what was forgotten."""
        while True:
            try:
                batch, over = self._ended.get_nowait()
            except Empty:
                return
            batch.left -= 1
            batch.over &= over
            if batch.left == 0:
                self._open -= 1
                settled = self._queue.acknowledge if batch.over else self._queue.give_back
                settled(batch.messages)

    def _triggers(self, engine: Engine) -> list[ActiveTrigger]:
        purpose = f"read the queue of the {KIND} trigger"
        with self._cloud.lock:
            return [
                one
                for one in engine.active(KIND)
                if self._exchange in channels_of(one.trigger)
                and engine.platform.refusal(one.function, platform.READ_QUEUE, purpose) is None
            ]

    def _submit(self, engine: Engine, one: ActiveTrigger, batch: _Batch) -> None:
        instance_id = str(one.trigger.event_data["instance_id"])
        texts = {self._exchange: [message.text for message in batch.messages]}
        event = queue_event(KIND, one.region, instance_id, texts, self._cloud.clock.now())
        source = Source(KIND, self._exchange)
        ended = partial(self._end, batch)
        try:
            engine.submit(one.function, json.dumps(event), source, ended=ended)
        except TooManyRequestsError:
            self._end(batch, False)

    def _end(self, batch: _Batch, over: bool) -> None:
        """Note that one request of a batch has ended; called by the thread that ran it."""
        self._ended.put((batch, over))
