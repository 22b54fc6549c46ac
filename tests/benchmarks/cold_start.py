"""From the start of the process to the first sync started and published."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from statistics import median
from typing import Any

from local.emulator import LocalCloud
from local.emulator.sample import HYBRID_VAULTS
from tests.benchmarks.contestants import Contestant
from tests.benchmarks.process import Run, run
from tests.benchmarks.quota import QuotaUnavailableError, cpu_quota

EVENT = {"vault_ids": [next(iter(HYBRID_VAULTS))]}
MEMORY_OF_SHARE = {0.3: 128, 0.4: 256, 0.6: 512}
"""MB of FunctionGraph by the share of a core they come with: 0.2, and 0.1 for each 128 MB."""


def measure(
    contestants: Sequence[Contestant], rounds: int, share: float | None = None
) -> dict[str, list[Run]]:
    """Start each contestant `rounds` times, in turn (A B C A B C ...).

    Args:
        contestants: Who takes part.
        rounds: How often each.
        share: Of one core; None for as much as the machine gives.

    Raises:
        QuotaUnavailableError: The machine does not allow to set a share.
    """
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in contestants}
    with LocalCloud() as local, nullcontext() if share is None else cpu_quota(share) as quota:
        settings = local.environment()
        for _ in range(rounds):
            for contestant in contestants:
                runs[contestant.name].append(run(contestant, [EVENT], settings, quota))
                local.cloud.reset()
    return runs


def summary(runs: dict[str, list[Run]], share: float | None) -> dict[str, Any]:
    """Return medians, the ratios of the function to the others, and what a run costs."""
    seconds = {name: median(one.seconds for one in some) for name, some in runs.items()}
    cpu_seconds = {name: median(one.cpu_seconds for one in some) for name, some in runs.items()}
    found: dict[str, Any] = {
        "core_share": share,
        "rounds": len(next(iter(runs.values()))),
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "all_seconds": {name: [one.seconds for one in some] for name, some in runs.items()},
        "peak_mib": {name: median(one.peak_mib for one in some) for name, some in runs.items()},
        "modules": {name: some[0].modules for name, some in runs.items()},
        "ratio_to": _ratios(seconds),
        "noise_of_ratio_to": {name: _noise(runs, name) for name in runs if name != "function"},
        "cpu_ratio_to": _ratios(cpu_seconds),
    }
    if share in MEMORY_OF_SHARE:
        memory = MEMORY_OF_SHARE[share]
        found["memory_mb"] = memory
        found["gb_seconds"] = {
            name: math.ceil(value * 1000) / 1000 * memory / 1024
            for name, value in seconds.items()
            if name != "floor"
        }
    return found


def _ratios(seconds: dict[str, float]) -> dict[str, float]:
    mine = seconds["function"]
    return {name: mine / value for name, value in seconds.items() if name != "function"}


def _noise(runs: dict[str, list[Run]], name: str) -> float:
    """Return by how much the ratio differs between rounds: half of its middle half, or more."""
    ratios = [
        mine.seconds / other.seconds
        for mine, other in zip(runs["function"], runs[name], strict=True)
    ]
    middle = median(ratios)
    return median(abs(ratio - middle) for ratio in ratios)


def measure_all(
    contestants: Sequence[Contestant],
    rounds: int,
    rounds_with_quota: int,
    say: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Measure unthrottled and under each share of a core that the machine lets us set."""
    say("cold start, unthrottled")
    results = [summary(measure(contestants, rounds), None)]
    for share in MEMORY_OF_SHARE:
        say(f"cold start, {share:g} of a core")
        try:
            results.append(summary(measure(contestants, rounds_with_quota, share), share))
        except QuotaUnavailableError as why:
            results.append({"core_share": share, "unavailable": str(why)})
    return results
