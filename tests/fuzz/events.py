"""Drawing hostile events: the samples of `events/`, damaged, and JSON-like things at random."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

SAMPLES = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[2] / "events").glob("*.json"))
]

_KEYS = (
    *("vault_id", "vault_ids", "select", "all", "name", "tags", "auto_trigger", "project_id"),
    *("region", "requested_at", "correlation_id", "dry_run", "action", "trigger_type", "records"),
    *("messages", "record", "smn", "message", "user_event", "time", "event_time", "specversion"),
    *("data", "queue_id", "body", "context", "topic_id", "exchange"),
)

_TEXTS = (
    "",
    " ",
    "x",
    "TIMER",
    "KAFKA",
    "smn",
    "2026-11-23T08:00:00+08:00",
    "9999-12-31T23:59:59-14:00",
    "0000-00-00T00:00:00Z",
    "\x00",
    "\ud800",
    "\u202e[]【】",
    "🗄️" * 50,
    "../../etc/passwd",
    "http://169.254.169.254/",
    "${jndi:ldap://x}",
    "{",
    "[" * 3000,
    '{"vault_id": "a", "vault_id": "b"}',
    '{"vault_id": NaN}',
    '{"select": {"all": true}}',
    '{"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d", "dry_run": true}',
    "1" * 5000,
)


def draw(chance: random.Random) -> Any:
    """Draw one event."""
    kind: Callable[[random.Random], Any] = chance.choice(
        [_damaged_sample, _damaged_sample, _damaged_sample, _anything, _raw, _large, _deep]
    )
    return kind(chance)


def _damaged_sample(chance: random.Random) -> Any:
    event = json.loads(json.dumps(chance.choice(SAMPLES)))
    for _ in range(chance.randint(1, 4)):
        event = _damage(event, chance)
    return event


def _damage(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        action = chance.random()
        if action < 0.15:
            del value[key]
        elif action < 0.3:
            value[chance.choice(_KEYS)] = _anything(chance)
        else:
            value[key] = _damage(value[key], chance)
        return value
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        value[place] = _damage(value[place], chance)
        if chance.random() < 0.1:
            value *= chance.randint(2, 20)
        return value
    if isinstance(value, str) and value and chance.random() < 0.5:
        return _damaged_text(value, chance)
    return _anything(chance)


def _damaged_text(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + chance.choice(_TEXTS)[:40] + text[place + chance.randint(0, 3) :]


def _anything(chance: random.Random, depth: int = 0) -> Any:
    simple: list[Any] = [
        chance.choice(_TEXTS),
        chance.choice([None, True, False, 0, -1, 10**18, 10**400]),
        chance.choice([float("nan"), float("inf"), -0.0, 1e308, 0.5]),
        json.dumps({chance.choice(_KEYS): chance.choice(_TEXTS)}),
        chance.choice(_KEYS),
    ]
    if depth >= 3 or chance.random() < 0.75:
        return chance.choice(simple)
    parts = [_anything(chance, depth + 1) for _ in range(chance.randint(0, 5))]
    return chance.choice([parts, {chance.choice(_KEYS): part for part in parts}])


def _raw(chance: random.Random) -> Any:
    size = chance.choice([0, 1, 10, 300])
    raw = bytes(chance.randrange(256) for _ in range(size))
    return chance.choice([raw, raw.decode("latin-1"), json.dumps(_damaged_sample(chance))[:200]])


def _large(chance: random.Random) -> Any:
    text = chance.choice(["x", "é", '{"', "[", "\ud800"]) * chance.choice([10_000, 300_000])
    number = chance.choice([10, 100, 20_000])
    return chance.choice(
        [
            {"trigger_type": "KAFKA", "records": [{"messages": ["{}"] * min(number, 100)}]},
            {"trigger_type": "KAFKA", "records": [{"messages": [text]}] * 3},
            {"trigger_type": "KAFKA", "records": [[]] * number},
            {"vault_ids": [text[:50]] * number},
            {"vault_id": text},
            {text[:70_000]: 1},
            {"select": {"tags": {str(key): ["v"] for key in range(number)}}},
            {"trigger_type": "TIMER", "user_event": text},
            [text] * 3,
            text,
        ]
    )


def _deep(chance: random.Random) -> Any:
    value: Any = "end"
    for _ in range(chance.choice([50, 5_000])):
        value = [value] if chance.random() < 0.5 else {chance.choice(_KEYS): value}
    return chance.choice(
        [value, {"vault_id": value}, {"trigger_type": "KAFKA", "records": value}, [value]]
    )
