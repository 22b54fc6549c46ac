"""What happens in a rehearsal besides the timers: messages, repeated deliveries, faults."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from local.emulator.faults import effects
from local.emulator.functiongraph.engine.requests import RETRY_SECONDS
from local.emulator.sample import HYBRID_VAULTS, PUBLIC_VAULT

if TYPE_CHECKING:
    from local.emulator.faults.effects import Effect

Channel = Literal["KAFKA", "RABBITMQ", "SMN"]
DAY = 86_400.0
PUTS_OF_A_DAY: tuple[tuple[Channel, int], ...] = (
    ("KAFKA", 25),
    ("KAFKA", 15),
    ("RABBITMQ", 10),
    ("SMN", 1),
)
"""Ways in, and how many messages at once."""

REDELIVERED_AFTER = 1200.0
"""Seconds: the syncs that the event started have ended then."""

OUTAGE_VAULT = "5e0a7c11-0c0b-4b7a-8f38-6b0f6a1f9d44"
"""A vault that only one message names, and whose syncs CBR refuses then until the retries are used
up: so that a run fails for good."""


@dataclass(frozen=True)
class Put:
    """Messages that are put into a queue, or published."""

    at: float
    channel: Channel
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Redelivery:
    """The newest event of a kind comes once more, as no trigger promises that it will not."""

    at: float
    source: str


@dataclass(frozen=True)
class Incident:
    """A fault that comes into force."""

    at: float
    effect: Effect
    conditions: Mapping[str, Any] = field(default_factory=dict)


Scene = Put | Redelivery | Incident

_INCIDENTS: tuple[tuple[Effect, dict[str, Any]], ...] = (
    (effects.AnswerLost(), {"operation": "ImportCheckpoint", "times": 1}),
    (effects.CutShort(), {"operation": "ImportCheckpoint", "times": 1}),
    (effects.ConnectionClosed(), {"service": "CBR", "times": 2}),
    (effects.Throttle(retry_after=1), {"service": "CBR", "times": 2}),
    (effects.Error(503, "APIGW.0106"), {"operation": "ImportCheckpoint", "times": 2}),
    (effects.TruncatedJson(), {"operation": "ListOpLogs", "times": 1}),
    (effects.MissingResult(), {"operation": "ImportCheckpoint", "times": 1}),
    (effects.Error(500, "SMN.0000"), {"operation": "PublishMessage", "times": 2}),
    (effects.Latency(0.3), {"service": "CBR", "times": 3}),
)
_REFUSED = effects.Error(403, "BackupService.8600")


def outage_request() -> str:
    """Return the message whose run fails for good."""
    return json.dumps({"vault_id": OUTAGE_VAULT})


def week(begin: float, days: int, seed: int, attempts: int) -> list[Scene]:
    """Write the script of some days: every day messages on all ways, a repetition, faults.

    Args:
        begin: Seconds since 1970.
        days: How many.
        seed: Which faults; 0 for none. The messages are the same for every seed.
        attempts: How often a run that fails is made before it is given up.
    """
    chance = random.Random("messages")  # noqa: S311 - repeatable on purpose
    scenes: list[Scene] = []
    for day in range(days):
        moments = [begin + day * DAY + chance.uniform(0, DAY - 3600) for _ in PUTS_OF_A_DAY]
        scenes += [
            _put(at, channel, size, chance)
            for at, (channel, size) in zip(moments, PUTS_OF_A_DAY, strict=True)
        ]
        scenes.append(Redelivery(moments[0] + REDELIVERED_AFTER, "KAFKA"))
    if seed:
        scenes += _faults(scenes, begin, days, random.Random(seed), attempts)  # noqa: S311 - the same
    return sorted(scenes, key=lambda scene: scene.at)


def minute(begin: float, attempts: int) -> list[Scene]:
    """Write the shortest script that needs everything: messages on all ways, a failed run."""
    tags = json.dumps({"select": {"tags": {"sync": ["nightly"]}}})
    one = json.dumps({"vault_id": next(iter(HYBRID_VAULTS))})
    return [
        Put(begin + 1, "KAFKA", (tags, "{")),
        Put(begin + 2, "RABBITMQ", (one,)),
        Put(begin + 3, "SMN", (one,)),
        *outage(begin + 4, attempts),
    ]


def outage(at: float, attempts: int) -> list[Scene]:
    """Write a run that fails for good: CBR refuses it for as long as it is tried."""
    conditions = {
        "operation": "ImportCheckpoint",
        "vault_id": OUTAGE_VAULT,
        "between": (at, at + attempts * RETRY_SECONDS),
    }
    return [Incident(at, _REFUSED, conditions), Put(at, "KAFKA", (outage_request(),))]


def _faults(
    scenes: list[Scene], begin: float, days: int, chance: random.Random, attempts: int
) -> list[Scene]:
    """Choose faults; each comes into force a second before some messages, to meet their run."""
    puts = [scene.at for scene in scenes if isinstance(scene, Put)]
    found: list[Scene] = []
    for _ in range(3 * days):
        effect, conditions = chance.choice(_INCIDENTS)
        met_by_a_message, anywhere = chance.choice(puts) - 1, begin + chance.random() * days * DAY
        at = chance.choice([met_by_a_message, anywhere])
        found.append(Incident(at, effect, conditions))
    return found + outage(chance.choice(puts) + 1800, attempts)


def _put(at: float, channel: Channel, size: int, chance: random.Random) -> Put:
    return Put(at, channel, tuple(_text(chance) for _ in range(size)))


def _text(chance: random.Random) -> str:
    """Draw a message: usually a good one."""
    vaults = list(HYBRID_VAULTS)
    kinds: list[object] = [
        {"vault_id": chance.choice(vaults)},
        {"vault_id": chance.choice(vaults), "correlation_id": "backup-4711"},
        {"vault_ids": chance.sample(vaults, 2)},
        {"select": {"name": "prod-*"}},
        {"select": {"tags": {"sync": ["nightly"]}}},
    ]
    bad: list[object] = [
        {"vault": vaults[0]},
        {"vault_id": str(uuid.UUID(int=chance.getrandbits(128), version=4))},
        {"vault_id": PUBLIC_VAULT},
        "not JSON",
    ]
    drawn = chance.choice(bad if chance.random() < 0.1 else kinds)  # noqa: PLR2004 - one in ten
    return drawn if isinstance(drawn, str) else json.dumps(drawn)
