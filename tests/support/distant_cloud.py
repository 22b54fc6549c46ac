"""The local cloud some way off, as a network puts it: no answer comes in no time."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from local import Cloud
from local.emulator.transfer import Reply, Request

LATENCY_SECONDS = 0.05
"""From a call to its answer, on average, where nobody says otherwise."""


class DistantCloud(Cloud):
    """A local cloud whose every answer takes a while, drawn from half to one and a half of it.

    Attributes:
        latency_seconds: On average.
        answered_at: When the answer to each entry of the journal has come, by its number.
    """

    def __init__(
        self, *, seed: int = 0, latency_seconds: float = LATENCY_SECONDS, **traits: Any
    ) -> None:
        self.latency_seconds = latency_seconds
        self.answered_at: dict[int, float] = {}
        self._latencies = random.Random(seed)  # noqa: S311 - chance for tests, not for secrets
        super().__init__(seed=seed, **traits)

    def reset(self) -> None:
        """Go back to the beginning."""
        super().reset()
        self.answered_at.clear()

    def answer(self, request: Request) -> Reply:
        """Answer one request; the transport waits for the latency, as for a slow service's."""
        with self.lock:
            reply = super().answer(request)
            latency = reply.latency + self.latency_seconds * (0.5 + self._latencies.random())
            self.answered_at[len(self.journal)] = self.clock.now() + latency
        return replace(reply, latency=latency)
