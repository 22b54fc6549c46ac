"""When a failed call is made again, and when no more."""

from __future__ import annotations

from collections.abc import Callable

BASE_SECONDS = 0.5
LONGEST_SECONDS = 20.0


def backoff_seconds(failures: int, random: Callable[[], float]) -> float:
    """Return how long to stay away after so many failures in a row: full jitter.

    Drawn evenly from nothing to 0.5 s, doubled with each failure up to 20 s, so that callers
    that failed together do not come back together.
    """
    return random() * min(LONGEST_SECONDS, BASE_SECONDS * 2.0 ** min(failures - 1, 16))
