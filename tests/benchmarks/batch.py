"""Many vaults in one event, against a loop over the SDK and against the ideal."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

from local.emulator import Cloud, Latency, LocalCloud
from local.emulator.sample import populate
from tests.benchmarks.contestants import Contestant
from tests.benchmarks.process import run

LATENCY_SECONDS = 0.05
MAX_CONCURRENCY = 16
"""The function's default."""


def measure(
    function: Contestant, loop: Contestant, vaults: int, rounds: int, loop_rounds: int
) -> dict[str, Any]:
    """Time the handlers on a warm instance; the process, its start and its end do not count.

    Every call to CBR takes 50 ms longer than the local cloud itself needs; SMN answers at once.
    """
    ours: list[float] = []
    loops: list[float] = []
    for number in range(max(rounds, loop_rounds)):
        if number < rounds:
            ours.append(_once(function, vaults))
        if number < loop_rounds:
            loops.append(_once(loop, vaults))
    seconds = median(ours)
    loop_seconds = median(loops)
    ideal = ideal_seconds(vaults)
    alone_first = LATENCY_SECONDS + ideal_seconds(vaults - 1)
    return {
        "vaults": vaults,
        "latency_seconds": LATENCY_SECONDS,
        "max_concurrency": MAX_CONCURRENCY,
        "rounds": {"function": rounds, "loop": loop_rounds},
        "seconds": {"function": seconds, "loop": loop_seconds},
        "all_seconds": {"function": ours, "loop": loops},
        "times_faster_than_loop": loop_seconds / seconds,
        "ideal_seconds": ideal,
        "share_of_ideal": ideal / seconds,
        "ideal_seconds_first_alone": alone_first,
        "share_of_ideal_first_alone": alone_first / seconds,
    }


def ideal_seconds(vaults: int) -> float:
    """Return what the calls take if nothing but the service's latency counts."""
    return math.ceil(vaults / MAX_CONCURRENCY) * LATENCY_SECONDS


def _once(contestant: Contestant, vaults: int) -> float:
    cloud = Cloud(populate=populate)
    cbr = cloud.cbr()
    vault_ids = [cbr.add_vault(f"vault-{number}").id for number in range(vaults + 1)]
    cloud.faults.add(Latency(LATENCY_SECONDS), service="CBR")
    warm_up, event = {"vault_ids": vault_ids[:1]}, {"vault_ids": vault_ids[1:]}
    with LocalCloud(cloud) as local:
        done = run(contestant, [warm_up, event], local.environment())
    if done.started != [1, vaults]:
        raise RuntimeError(f"{contestant.name} started {done.started}, not {vaults} syncs")
    return done.handler_seconds[1]
