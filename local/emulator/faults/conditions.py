"""Which calls a fault meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from local.emulator.strict import Strict


@dataclass(frozen=True, slots=True)
class Conditions(Strict):
    """Which calls a rule meets: all that are given must hold.

    service, operation, vault_id, project_id, region: the call's own (`CBR`, `ImportCheckpoint`).
    nth: only these of the matching calls, counted from 1; one number or several.
    every: every n-th matching call (3: the third, sixth, ninth, ...).
    probability: each matching call with this chance, drawn from `seed`.
    between: only at these times, [from, to) in seconds on the cloud's clock: an outage window.
    times: at most so often.
    rate, burst: only calls beyond a quota of `burst` at once and `rate` a second.
    """

    service: str | None = None
    operation: str | None = None
    vault_id: str | None = None
    project_id: str | None = None
    region: str | None = None
    nth: int | tuple[int, ...] | None = None
    every: int | None = None
    probability: float | None = None
    seed: int | None = None
    between: tuple[float, float] | None = None
    times: int | None = None
    rate: float | None = None
    burst: int | None = None

    def __post_init__(self) -> None:
        for name in ("every", "times", "burst"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, not {value!r}")
        if any(number < 1 for number in self.numbers()):
            raise ValueError(f"nth counts from 1: {self.nth!r}")
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ValueError(f"probability must be from 0 to 1, not {self.probability!r}")
        if self.between is not None and self.between[0] >= self.between[1]:
            raise ValueError(f"between must be (from, to) with from before to: {self.between!r}")
        if (self.rate is None) != (self.burst is None):
            raise ValueError("rate and burst belong together: give both or neither")
        if self.rate is not None and self.rate < 0:
            raise ValueError(f"rate must not be negative: {self.rate!r}")

    def numbers(self) -> tuple[int, ...]:
        """Return `nth` as a tuple, empty if there is no such condition."""
        if self.nth is None:
            return ()
        return (self.nth,) if isinstance(self.nth, int) else self.nth


class ConditionFields(TypedDict, total=False):
    """The fields of Conditions, as keyword arguments."""

    service: str | None
    operation: str | None
    vault_id: str | None
    project_id: str | None
    region: str | None
    nth: int | tuple[int, ...] | None
    every: int | None
    probability: float | None
    seed: int | None
    between: tuple[float, float] | None
    times: int | None
    rate: float | None
    burst: int | None
