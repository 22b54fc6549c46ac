"""How an invocation ended, in FunctionGraph's terms."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class FunctionError:
    """A failed invocation.

    Attributes:
        message: What happened. For an exception of the function's code, its text after
            `function invocation exception, error: `, as FunctionGraph writes it.
        type: The exception's class. Where FunctionGraph stopped the instance, or had none to run:
            `Timeout`, `MemoryLimitExceeded`, `InstanceExited` or `InstanceNotStarted`; its own
            words for these are not documented.
        stack_trace: The frames of the function's code, outermost first.
    """

    message: str
    type: str
    stack_trace: tuple[str, ...] = ()

    def as_document(self) -> dict[str, object]:
        """Return the error as a caller of the function gets it."""
        return {
            "errorMessage": self.message,
            "errorType": self.type,
            "stackTrace": list(self.stack_trace),
        }


@dataclass(frozen=True)
class Ended:
    """One invocation, from its beginning to its end.

    Attributes:
        body: What the caller gets; None where the function returned None, or failed.
        is_json: Whether the body is JSON. A text that the function returned is taken as it is.
        error: None where the handler returned.
        log: The lines between start and finish, these two included.
        duration_milliseconds: Of the handler, without loading the function.
        memory_mb: The most the instance used; None where the system does not tell.
        cold: Whether the instance was started for it.
    """

    request_id: str
    body: str | None
    is_json: bool
    error: FunctionError | None
    log: tuple[str, ...]
    duration_milliseconds: float
    memory_mb: float | None
    cold: bool


def billed(milliseconds: float) -> int:
    """Return what FunctionGraph bills for a duration: whole milliseconds, rounded up."""
    return math.ceil(milliseconds)


def timed_out(seconds: float) -> FunctionError:
    """Return the error of an instance that was stopped at its timeout."""
    return FunctionError(f"the function was stopped: it ran longer than {seconds:g} s", "Timeout")


def out_of_memory(limit_mb: int, used_mb: float) -> FunctionError:
    """Return the error of an instance that was stopped for its memory."""
    return FunctionError(
        f"runtime memory limit exceeded: {used_mb:.0f} MB used of {limit_mb} MB",
        "MemoryLimitExceeded",
    )


def not_started(why: object) -> FunctionError:
    """Return the error of an instance for which no process could be started."""
    return FunctionError(f"the instance could not be started: {why}", "InstanceNotStarted")


def exited(status: int | None) -> FunctionError:
    """Return the error of an instance whose process ended in the middle of an event."""
    how = f"signal {-status}" if status is not None and status < 0 else f"status {status}"
    return FunctionError(f"the function's process ended by itself with {how}", "InstanceExited")
