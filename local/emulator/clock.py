"""Time as the local cloud sees it, so that a test can bring its own."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Protocol


class Clock(Protocol):
    """A source of time.

    `now()` is in seconds since 1970 (UTC); `sleep()` takes seconds. The local cloud
    never sleeps while it holds a lock, and never sleeps for zero seconds.
    """

    def now(self) -> float:
        """Return the seconds since 1970."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed on this clock."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Return the seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)


class MovableClock:
    """This machine's time, ahead by what it was moved on. It never goes back."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.ahead += max(0.0, seconds)

    def move_to(self, moment: float) -> None:
        """Move on to a time; one that has passed changes nothing."""
        self.sleep(moment - self.now())


def timestamp(seconds: float) -> str:
    """Write a time as CBR does: UTC, no zone, microseconds (`2019-05-23T14:31:36.039365`)."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")


def zoned_timestamp(seconds: float) -> str:
    """Write a time as SMN does: UTC with a Z, whole seconds (`2019-05-23T14:31:36Z`)."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
