"""The wall clock of an instance: this machine's, or ahead of it.

In a cloud whose clock a rehearsal moves on, the function must see that cloud's time, or it would
look for its tasks in the wrong week. `time.time()` and `time.time_ns()` are shifted. What is not
is `datetime.now()`: the SDK signs its requests by it, and the gateway compares signatures with the
real time, in a rehearsal too.
"""

from __future__ import annotations

import time

shift = 0.0
"""Seconds that are added. Changes only between two events."""

_time, _time_ns = time.time, time.time_ns
_NANOSECONDS = 1_000_000_000


def install() -> None:
    """Let everything that is imported from now on see the shifted clock."""
    time.time = _shifted
    time.time_ns = _shifted_ns


def _shifted() -> float:
    return _time() + shift


def _shifted_ns() -> int:
    return _time_ns() + int(shift * _NANOSECONDS)
