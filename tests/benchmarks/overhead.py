"""What the function itself takes for a vault, with the SDK and the network taken away."""

from __future__ import annotations

import contextlib
import os
import time
from statistics import median
from typing import Any
from unittest.mock import patch

from local.emulator.sample import ACCESS_KEY, SECRET_KEY, TOPIC_URN
from tests.support.context import Context
from vault_sync import invocation


class _Cbr:
    """Stands in for Cbr: every sync starts at once."""

    def start_sync(self, vault_id: str, **_: Any) -> str:
        return f"task-of-{vault_id}"


class _Smn:
    """Stands in for Smn: every message is accepted at once."""

    def publish(self, *_: Any) -> str:
        return "message"


class _Services:
    """Stands in for the services of an invocation."""

    def __init__(self, *_: Any) -> None:
        self._cbr, self._smn = _Cbr(), _Smn()

    def cbr(self, _: Any) -> _Cbr:
        return self._cbr

    def smn(self) -> _Smn:
        return self._smn

    def close(self) -> None:
        """There is nothing to close."""


def measure(vaults: int, rounds: int) -> dict[str, Any]:
    """Handle an event of so many vaults, from the event to the result, logs and texts included."""
    event = {"vault_ids": [f"vault-{number:08d}-0000-0000-0000" for number in range(vaults)]}
    seconds = []
    with (
        patch.object(invocation, "Services", _Services),
        open(os.devnull, "w", encoding="utf-8") as nowhere,  # noqa: PTH123 - a device
        contextlib.redirect_stdout(nowhere),
    ):
        for _ in range(rounds + 1):
            context = Context(
                {"SMN_TOPIC_URN": TOPIC_URN},
                access_key=ACCESS_KEY,
                secret_key=SECRET_KEY,
                timeout=600,
                now=time.monotonic,
            )
            began = time.perf_counter()
            result = invocation.run(event, context)
            seconds.append(time.perf_counter() - began)
            if result["counts"]["started"] != vaults:
                raise RuntimeError(f"not every sync was started: {result['counts']}")
    warm = seconds[1:]
    return {
        "vaults": vaults,
        "rounds": rounds,
        "microseconds_per_vault": median(warm) / vaults * 1e6,
        "all_seconds": warm,
    }
