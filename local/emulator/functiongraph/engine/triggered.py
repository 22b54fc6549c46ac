"""A function's trigger that is active, and what comes of it when it fires."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.emulator.functiongraph.engine.records import Source
    from local.emulator.functiongraph.models import Function, Trigger


@dataclass(frozen=True, slots=True)
class Fired:
    """An event for a function, as JSON text."""

    function: Function
    source: Source
    event: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ActiveTrigger:
    """A trigger with status ACTIVE and the function it is for."""

    function: Function
    trigger: Trigger
    region: str

    @property
    def name(self) -> str:
        """What the trigger is called; its id where it has no name."""
        return str(self.trigger.event_data.get("name") or self.trigger.id)

    def fired(self, source: Source, event: str) -> Fired:
        """Return what comes of it now."""
        return Fired(self.function, source, event)
