"""How long an invocation may still go on."""

from __future__ import annotations

from vault_sync.world import World

END_MARGIN_SECONDS = 0.25
"""Kept between the last answer and FunctionGraph's timeout, to write the result."""


class Deadline:
    """The end of the invocation, and the reserve before it that belongs to the notification."""

    def __init__(self, world: World, seconds_left: float, reserve_seconds: float) -> None:
        self._world = world
        self._end = world.monotonic() + seconds_left
        self._reserve = reserve_seconds

    def for_calls(self) -> float:
        """Return the seconds until the reserve begins; nothing sleeps past it."""
        return self._end - self._reserve - self._world.monotonic()

    def for_continuation(self) -> float:
        """Return the seconds for handing over to a next invocation: half of the notification's."""
        return self.for_notification() / 2

    def for_notification(self) -> float:
        """Return the seconds until the notification must have been answered."""
        return self._end - END_MARGIN_SECONDS - self._world.monotonic()
