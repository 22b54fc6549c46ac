"""Topics of Kafka and RocketMQ, exchanges of RabbitMQ: batches of messages for the triggers.

How the real pollers acknowledge is not documented. Here, as is the safe reading, a batch is handed
over and done with: a function that fails is repeated by its asynchronous policy, not by the queue.
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine import platform
from local.emulator.functiongraph.engine.envelopes import queue_event
from local.emulator.functiongraph.engine.records import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.emulator.functiongraph.engine.triggered import ActiveTrigger, Fired
    from local.emulator.functiongraph.models import Trigger

QUEUES = ("KAFKA", "ROCKETMQ", "RABBITMQ")
"""The types of triggers that read queues."""

MAX_WAITING = 100_000
"""Messages that wait for one trigger; more are refused."""


class QueueFullError(Exception):
    """Too many messages wait already."""


_Backlog = deque[tuple[str, str]]
"""What waits for one trigger: (topic or exchange, text), oldest first."""


def channels_of(trigger: Trigger) -> tuple[str, ...]:
    """Return the topics, or the exchange, that a trigger reads."""
    if trigger.type_code == "RABBITMQ":
        return (str(trigger.event_data["exchange_name"]),)
    return tuple(trigger.event_data["topic_ids"])


class Queues:
    """The messages that wait for triggers. Its caller holds the cloud's lock."""

    def __init__(self, asked: platform.Platform) -> None:
        self._platform = asked
        self._backlogs: dict[str, _Backlog] = {}

    def put(self, triggers: Sequence[Trigger], channel: str, texts: Sequence[str]) -> None:
        """Let messages wait for triggers, active or not.

        Raises:
            QueueFullError: They are too many for one of them; none was put in.
        """
        backlogs = [self._backlogs.setdefault(t.id, _Backlog()) for t in triggers]
        if any(len(backlog) + len(texts) > MAX_WAITING for backlog in backlogs):
            raise QueueFullError(f"more than {MAX_WAITING} messages would wait")
        for backlog in backlogs:
            backlog.extend((channel, text) for text in texts)

    def clear(self) -> None:
        """Forget all messages."""
        self._backlogs = {}

    def waiting(self, trigger: Trigger) -> int:
        """Count the messages that wait for a trigger."""
        return len(self._backlogs.get(trigger.id, ()))

    def due(self, active: list[ActiveTrigger], now: float) -> Iterator[Fired]:
        """Give the batches of what waits; none is larger than its trigger's batch size."""
        for one in active:
            backlog = self._backlogs.get(one.trigger.id)
            if not backlog:
                continue
            purpose = f"read the queue of the {one.trigger.type_code} trigger"
            if self._platform.refusal(one.function, platform.READ_QUEUE, purpose) is not None:
                continue
            while backlog:
                yield _batch(one, backlog, now)


def _batch(one: ActiveTrigger, backlog: _Backlog, now: float) -> Fired:
    data, kind = one.trigger.event_data, one.trigger.type_code
    size = min(int(data["batch_size"]), len(backlog))
    batch: dict[str, list[str]] = {}
    for _ in range(size):
        channel, text = backlog.popleft()
        batch.setdefault(channel, []).append(text)
    event = queue_event(kind, one.region, str(data["instance_id"]), batch, now)
    return one.fired(Source(kind, ", ".join(batch)), json.dumps(event))
