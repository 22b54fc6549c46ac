"""The ratios of the last release, and what got worse since by more than the noise.

Only ratios within one run are kept: seconds of another machine say nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("last_release.json")

LEAST_NOISE = 0.05
"""As a share of the ratio: two runs of the same code differ by so much on a quiet machine."""


def ratios_of(results: dict[str, Any]) -> dict[str, float]:
    """Return the ratios of a run by their names; less is better for each."""
    found = _cold_starts(results, "ratio_to")
    for batch in results.get("batch", []):
        share = batch["share_of_ideal_first_alone"]
        found[f"{batch['vaults']:,} vaults, function / ideal"] = 1 / share
    return found


def worse(results: dict[str, Any], before: dict[str, float]) -> Iterator[str]:
    """Say which ratios of a run are higher than before by more than the noise it measured."""
    noise = _cold_starts(results, "noise_of_ratio_to")
    for name, ratio in ratios_of(results).items():
        old = before.get(name)
        if old is not None and ratio > old + max(2 * noise.get(name, 0.0), LEAST_NOISE * old):
            yield f"{name}: {ratio:.3f}, {old:.3f} in the last release"


def _cold_starts(results: dict[str, Any], figure: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for cold in results.get("cold_start", []):
        share = cold["core_share"]
        where = f"cold start at {share:g} core" if share else "cold start"
        found |= {f"{where}, function / {name}": one for name, one in cold.get(figure, {}).items()}
    return found


def read() -> dict[str, float]:
    """Return the ratios of the last release."""
    ratios: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))
    return ratios
