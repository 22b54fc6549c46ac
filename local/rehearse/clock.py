"""A clock that runs as this machine's does, and can be moved on."""

from __future__ import annotations

import time


class MovableClock:
    """This machine's time, ahead by what it was moved. It never goes back."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self._ahead += max(0.0, seconds)

    def move_to(self, moment: float) -> None:
        """Move on to a time; one that has passed changes nothing."""
        self._ahead += max(0.0, moment - self.now())
