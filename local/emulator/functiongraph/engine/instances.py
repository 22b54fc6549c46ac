"""Instances of deployed functions: started when needed, kept warm, ended when idle."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine.interpreters import interpreter_for
from local.emulator.functiongraph.runtime.configuration import FunctionConfiguration
from local.emulator.functiongraph.runtime.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from local.emulator.functiongraph.models import Function

IDLE_SECONDS = 60.0
"""Source: support.huaweicloud.com/productdesc-functiongraph/functiongraph_02_1003.html."""

UNLIMITED = -1


@dataclass(slots=True, eq=False)
class Place:
    """A place for one instance, which handles one event at a time and is made by the first.

    lines: the log of the event that is being handled.
    """

    function: Function
    revision: int
    instance: Instance | None = None
    idle_since: float = 0.0
    lines: deque[str] = field(default_factory=deque, repr=False)

    def write(self, line: str) -> None:
        """Take a line of the log; it belongs to the event that is being handled."""
        self.lines.append(line)


class Instances:
    """The instances of all functions. Its caller holds the cloud's lock.

    ended: is told of each function whose instance was ended.
    """

    def __init__(self, ended: Callable[[Function], None]) -> None:
        self._ended = ended
        self._idle: list[Place] = []
        self._busy: list[Place] = []

    def take(self, function: Function) -> Place | None:
        """Return a warm instance, or a place for a new one; None where there may be no more."""
        mine = [p for p in self._idle if p.revision == function.revision]
        if mine:
            place = mine[-1]
            self._idle.remove(place)
        else:
            running = sum(p.function is function for p in (*self._busy, *self._idle))
            if function.max_instances != UNLIMITED and running >= function.max_instances:
                return None
            place = Place(function, function.revision)
        self._busy.append(place)
        return place

    def give_back(self, place: Place, now: float) -> None:
        """Keep an instance warm, or end it where it can take no more events."""
        if place not in self._busy:  # everything was ended meanwhile
            if place.instance is not None:
                place.instance.close()
            return
        self._busy.remove(place)
        place.idle_since = now
        if place.instance is None:
            return
        if place.instance.is_usable and place.revision == place.function.revision:
            self._idle.append(place)
        else:
            self._end(place)

    def end_idle(self, now: float, exists: Callable[[Function], bool]) -> None:
        """End instances that have been idle for a minute, and those of the past."""
        for place in tuple(self._idle):
            is_past = place.revision != place.function.revision or not exists(place.function)
            if is_past or now - place.idle_since >= IDLE_SECONDS:
                self._idle.remove(place)
                self._end(place)

    def next_end(self) -> float | None:
        """Return when the next idle instance ends."""
        return min((place.idle_since + IDLE_SECONDS for place in self._idle), default=None)

    def end_all(self) -> None:
        """End every instance; an event that is being handled ends in an error."""
        for place in self._idle:
            self._end(place)
        for place in self._busy:
            if place.instance is not None:
                place.instance.stop()
        self._idle, self._busy = [], []

    def _end(self, place: Place) -> None:
        if place.instance is not None:
            place.instance.close()
            self._ended(place.function)


def start(place: Place, code: Path, network: Mapping[str, str]) -> Instance:
    """Make the instance of a place; its process starts with the first event.

    network: Environment variables that lead the SDK to the local cloud.

    Raises:
        ValueError: The environment variables are more than FunctionGraph takes.
    """
    settings = place.function.settings
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
        name=place.function.name,
        package=place.function.package,
        project_id=place.function.urn.split(":")[3],
        python=interpreter_for(settings["runtime"]).path,
        network=network,
    )
    return Instance(configuration, place.write)
