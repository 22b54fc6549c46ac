"""Instances of deployed functions: started when needed, kept warm, ended when idle."""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine.interpreters import interpreter_for
from local.emulator.functiongraph.runtime.configuration import FunctionConfiguration
from local.emulator.functiongraph.runtime.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import ExitStack
    from pathlib import Path

    from local.emulator.functiongraph.models import Function

IDLE_SECONDS = 60.0
"""Source: support.huaweicloud.com/productdesc-functiongraph/functiongraph_02_1003.html."""

UNLIMITED = -1

STARTS_AT_ONCE = os.cpu_count() or 1
"""Instances that are started at the same time; the others wait for their turn, or for one that is
warm by then. A hundred at once would keep this machine so busy that none was ready in time."""


@dataclass(slots=True, eq=False)
class Slot:
    """A place for one instance, which handles one event at a time and is made by the first.

    lines: the log of the event that is being handled.
    """

    function: Function
    revision: int
    instance: Instance | None = None
    idle_since: float = 0.0
    lines: deque[str] = field(default_factory=deque, repr=False)

    @property
    def is_usable(self) -> bool:
        """Whether there is an instance that takes more events."""
        return self.instance is not None and self.instance.is_usable

    def write(self, line: str) -> None:
        """Take a line of the log; it belongs to the event that is being handled."""
        self.lines.append(line)


class Instances:
    """The instances of all functions. Its caller holds the cloud's lock, except for `ready`.

    ended: is told of each function whose instance was ended.
    """

    def __init__(self, lock: threading.RLock, ended: Callable[[Function], None]) -> None:
        self._ended = ended
        self._changed = threading.Condition(lock)
        self._starting = 0
        self._waiting: list[Slot] = []
        self._idle: list[Slot] = []
        self._busy: list[Slot] = []

    def take(self, function: Function) -> Slot | None:
        """Return a warm instance, or a place for a new one; None where there may be no more."""
        first = all(one.revision != function.revision for one in self._waiting)
        slot = self._take_warm(function.revision) if first else None
        if slot is None:
            running = sum(p.function is function for p in (*self._busy, *self._idle))
            if function.max_instances != UNLIMITED and running >= function.max_instances:
                return None
            slot = Slot(function, function.revision)
            self._busy.append(slot)
        return slot

    def _take_warm(self, revision: int) -> Slot | None:
        for slot in reversed(self._idle):
            if slot.revision == revision and slot.is_usable:
                self._idle.remove(slot)
                self._busy.append(slot)
                return slot
        return None

    def ready(self, slot: Slot, starting: ExitStack) -> Slot | None:
        """Wait until a slot may be used, and return it, or a warm one that came free meanwhile.

        Who came first is first.

        starting: is given what is to be done when the instance has been started, or could not be.

        Returns:
            None where everything was ended meanwhile.
        """
        with self._changed:
            self._waiting.append(slot)
            try:
                while slot in self._busy and slot.instance is None:
                    first = next(one for one in self._waiting if one.revision == slot.revision)
                    warm = self._take_warm(slot.revision) if first is slot else None
                    if warm is not None:
                        self._busy.remove(slot)
                        return warm
                    if self._waiting[0] is slot and self._starting < STARTS_AT_ONCE:
                        self._starting += 1
                        starting.callback(self._started)
                        return slot
                    self._changed.wait()
                return slot if slot in self._busy else None
            finally:
                self._waiting.remove(slot)
                self._changed.notify_all()

    def _started(self) -> None:
        with self._changed:
            self._starting -= 1
            self._changed.notify_all()

    def give_back(self, slot: Slot, now: float) -> None:
        """Keep an instance warm, or end it where it can take no more events."""
        self._changed.notify_all()
        if slot not in self._busy:  # everything was ended meanwhile
            if slot.instance is not None:
                slot.instance.close()
            return
        self._busy.remove(slot)
        slot.idle_since = now
        if slot.is_usable and slot.revision == slot.function.revision:
            self._idle.append(slot)
        else:
            self._end(slot)

    def end_idle(self, now: float, exists: Callable[[Function], bool]) -> None:
        """End instances that have been idle for a minute, died, or are of the past."""
        for slot in tuple(self._idle):
            is_past = slot.revision != slot.function.revision or not exists(slot.function)
            if is_past or not slot.is_usable or now - slot.idle_since >= IDLE_SECONDS:
                self._idle.remove(slot)
                self._end(slot)

    def next_end(self) -> float | None:
        """Return when the next idle instance ends."""
        return min((slot.idle_since + IDLE_SECONDS for slot in self._idle), default=None)

    def end_all(self) -> None:
        """End every instance; an event that is being handled ends in an error."""
        self._changed.notify_all()
        for slot in self._idle:
            self._end(slot)
        for slot in self._busy:
            if slot.instance is not None:
                slot.instance.stop()
        self._idle, self._busy = [], []

    def _end(self, slot: Slot) -> None:
        if slot.instance is not None:
            slot.instance.close()
            self._ended(slot.function)


def start(slot: Slot, code: Path, network: Mapping[str, str]) -> Instance:
    """Make the instance of a slot; its process starts with the first event.

    network: Environment variables that lead the SDK to the local cloud.

    Raises:
        ValueError: The environment variables are more than FunctionGraph takes.
    """
    settings = slot.function.settings
    variables = {
        **json.loads(settings["user_data"] or "{}"),
        **json.loads(settings["encrypted_user_data"] or "{}"),
    }
    configuration = FunctionConfiguration(
        code=code,
        handler=settings["handler"],
        initializer=settings["initializer_handler"] or None,
        timeout_seconds=settings["timeout"],
        initializer_timeout_seconds=settings["initializer_timeout"] or settings["timeout"],
        memory_mb=settings["memory_size"],
        user_data=variables,
        name=slot.function.name,
        package=slot.function.package,
        version=slot.function.version,
        project_id=slot.function.urn.split(":")[3],
        python=interpreter_for(settings["runtime"]).path,
        network=network,
    )
    return Instance(configuration, slot.write)
