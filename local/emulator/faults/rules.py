"""The fault rules in force, and what they make of a call."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.emulator.faults.conditions import ConditionFields, Conditions
from local.emulator.faults.effects import BeforeReading, Effect, Latency, Throttle
from local.emulator.faults.quota import TokenBucket

if TYPE_CHECKING:
    import threading

    from typing_extensions import Unpack


@dataclass(frozen=True, slots=True)
class Target:
    """What of a call the rules look at."""

    service: str
    operation: str
    vault_id: str | None
    project_id: str | None
    region: str | None


@dataclass(slots=True)
class Rule:
    """An effect, the calls it meets, and how often it did.

    matched: calls that fitted service, operation, vault, project and region.
    fired: calls the effect met.
    """

    name: str
    effect: Effect
    conditions: Conditions
    random: random.Random = field(repr=False)
    matched: int = 0
    fired: int = 0
    _bucket: TokenBucket | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.conditions.rate is not None and self.conditions.burst is not None:
            self._bucket = TokenBucket(self.conditions.rate, self.conditions.burst)

    def meets(self, target: Target, now: float) -> bool:
        """Count a call that fits, and tell whether the rule's other conditions hold for it."""
        wanted = self.conditions
        if not self._fits(target):
            return False
        self.matched += 1
        numbers = wanted.numbers()
        return (
            (wanted.probability is None or self.random.random() < wanted.probability)
            and (not numbers or self.matched in numbers)
            and (wanted.every is None or self.matched % wanted.every == 0)
            and (wanted.between is None or wanted.between[0] <= now < wanted.between[1])
            and (wanted.times is None or self.fired < wanted.times)
            and (self._bucket is None or not self._bucket.take(now))
        )

    def _fits(self, target: Target) -> bool:
        wanted = self.conditions
        return (
            wanted.operation in (None, target.operation)
            and wanted.service in (None, target.service)
            and wanted.vault_id in (None, target.vault_id)
            and wanted.project_id in (None, target.project_id)
            and wanted.region in (None, target.region)
        )


@dataclass(frozen=True, slots=True)
class Meeting:
    """The faults that met one call: the deciding rule, if any, and the latency of all."""

    rule: Rule | None = None
    latency_rule: Rule | None = None
    latency: float = 0.0

    @property
    def effect(self) -> Effect | None:
        """What to do to the call besides the latency."""
        return None if self.rule is None else self.rule.effect

    @property
    def kind(self) -> str | None:
        """The kind of the deciding fault, as the journal names it."""
        named = self.named_rule
        return None if named is None else named.effect.kind

    @property
    def named_rule(self) -> Rule | None:
        """The rule the journal names: the deciding one, else the one that brought latency."""
        return self.rule or self.latency_rule


NOTHING = Meeting()


class FaultRules:
    """The rules in force. The first that fires decides; latencies add up."""

    def __init__(self, lock: threading.RLock, seed: int) -> None:
        self._lock = lock
        self._seed = seed
        self._rules: list[Rule] = []
        self._added = 0

    def add(
        self, effect: Effect, *, name: str | None = None, **conditions: Unpack[ConditionFields]
    ) -> Rule:
        """Put a rule into force and return it.

        `cloud.faults.add(AnswerLost(), operation="ImportCheckpoint", nth=3)`

        Raises ValueError for conditions that cannot hold, or a name that is taken.
        """
        return self.put(effect, Conditions(**conditions), name=name)

    def put(self, effect: Effect, conditions: Conditions, *, name: str | None = None) -> Rule:
        """Do as `add`, with the conditions in one value."""
        with self._lock:
            if any(rule.name == name for rule in self._rules):
                raise ValueError(f"a fault rule named {name!r} is already in force")
            self._added += 1
            seed = conditions.seed
            rule = Rule(
                name or f"{effect.kind}-{self._added}",
                effect,
                conditions,
                random.Random(f"{self._seed}/{self._added}" if seed is None else seed),  # noqa: S311 - chance, repeatable
            )
            self._rules.append(rule)
            return rule

    def limit(
        self,
        *,
        rate: float,
        burst: int,
        retry_after: float | str | None = None,
        service: str | None = None,
        operation: str | None = None,
    ) -> Rule:
        """Set a quota: calls beyond `burst` at once and `rate` a second are throttled (429)."""
        return self.add(
            Throttle(retry_after), service=service, operation=operation, rate=rate, burst=burst
        )

    def remove(self, rule: Rule | str) -> None:
        """End a rule, given itself or its name. KeyError if there is no such rule."""
        name = rule if isinstance(rule, str) else rule.name
        with self._lock:
            remaining = [other for other in self._rules if other.name != name]
            if len(remaining) == len(self._rules):
                raise KeyError(f"no fault rule is named {name!r}")
            self._rules = remaining

    def clear(self) -> None:
        """End all rules."""
        with self._lock:
            self._rules = []
            self._added = 0

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force, in order."""
        with self._lock:
            return tuple(self._rules)

    def unused(self) -> list[Rule]:
        """List the rules that never fired."""
        return [rule for rule in self.rules if rule.fired == 0]

    def meet_before_reading(self, target: Target, now: float) -> Meeting:
        """Find the fault that ends the connection before the request is read."""
        if not self._rules:
            return NOTHING
        return self._meet(target, now, before_reading=True)

    def meet_after_reading(self, target: Target, now: float) -> Meeting:
        """Find the faults of a request that the gateway has let in."""
        if not self._rules:
            return NOTHING
        return self._meet(target, now, before_reading=False)

    def _meet(self, target: Target, now: float, *, before_reading: bool) -> Meeting:
        deciding: Rule | None = None
        latency_rule: Rule | None = None
        latency = 0.0
        for rule in self._rules:
            if isinstance(rule.effect, BeforeReading) is not before_reading:
                continue
            if not rule.meets(target, now):
                continue
            if isinstance(rule.effect, Latency):
                rule.fired += 1
                latency += rule.effect.seconds
                latency_rule = latency_rule or rule
            elif deciding is None:
                rule.fired += 1
                deciding = rule
        return Meeting(deciding, latency_rule, latency)
