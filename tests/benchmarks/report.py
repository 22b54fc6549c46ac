"""The measurements as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table


def show(results: dict[str, Any], console: Console) -> None:
    """Print what was measured, each with its target where there is one."""
    table = Table("measured", "value", "target", "met", title="Benchmarks")
    for name, value, target, met in _rows(results):
        table.add_row(name, value, target, {True: "yes", False: "NO", None: ""}[met])
    console.print(table)


def _rows(results: dict[str, Any]) -> Iterator[tuple[str, str, str, bool | None]]:
    if "package" in results:
        size = results["package"]["zip_bytes"]
        yield "zip with sources and byte code", f"{size / 1e6:.2f} MB", "≤ 5.5 MB", size <= 5.5e6
    for cold in results.get("cold_start", []):
        yield from _cold_rows(cold)
    for batch in results.get("batch", []):
        yield from _batch_rows(batch)
    if "overhead" in results:
        took = results["overhead"]["microseconds_per_vault"]
        yield "own overhead a vault", f"{took:.0f} µs", "≤ 100 µs", took <= 100
    if "big_run" in results:
        yield from _big_rows(results["big_run"])
    for name, ratio in results.get("listings", {}).get("ratio", {}).items():
        what = f"emulated cloud, {name}: {results['listings']['many']:,} / 100"
        yield what, f"{ratio:.2f}", "≤ 1.5", ratio <= 1.5


def _cold_rows(cold: dict[str, Any]) -> Iterator[tuple[str, str, str, bool | None]]:
    share = cold["core_share"]
    title = "cold start" + (f", {share:g} core" if share else "")
    if "unavailable" in cold:
        yield title, cold["unavailable"], "", None
        return
    for name, seconds in cold["seconds"].items():
        yield f"{title}: {name}", f"{seconds:.3f} s", "", None
    for name, most in (("naive", 0.19 if share is None else 0.20), ("floor", 1.15)):
        ratio = cold["ratio_to"][name]
        yield f"{title}: function / {name}", f"{ratio:.3f}", f"≤ {most}", ratio <= most
        by_cpu = cold["cpu_ratio_to"][name]
        yield f"{title}: … by processor time", f"{by_cpu:.3f}", "", None
    if share is None:
        peak = cold["peak_mib"]
        met = peak["function"] <= 45
        yield "peak memory: function", f"{peak['function']:.1f} MiB", "≤ 45 MiB", met
        for name in ("naive", "floor"):
            yield f"peak memory: {name}", f"{peak[name]:.1f} MiB", "", None
    for name, cost in cold.get("gb_seconds", {}).items():
        yield f"{title}, {cold['memory_mb']} MB: {name}", f"{cost:.3f} GB-s a run", "", None


def _batch_rows(batch: dict[str, Any]) -> Iterator[tuple[str, str, str, bool | None]]:
    title = f"{batch['vaults']:,} vaults"
    yield f"{title}: function", f"{batch['seconds']['function']:.3f} s", "", None
    yield f"{title}: loop over the SDK", f"{batch['seconds']['loop']:.2f} s", "", None
    times = batch["times_faster_than_loop"]
    yield f"{title}: faster than the loop", f"{times:.1f} times", "≥ 12 times", times >= 12
    ideal, share = batch["ideal_seconds"], batch["share_of_ideal"]
    yield f"{title}: share of the ideal {ideal:g} s", f"{share:.0%}", "", None
    ideal, share = batch["ideal_seconds_first_alone"], batch["share_of_ideal_first_alone"]
    least = 0.85 if batch["vaults"] <= 100 else 0.88
    what = f"{title}: … with the first call alone, {ideal:g} s"
    yield what, f"{share:.0%}", f"≥ {least:.0%}", share >= least


def _big_rows(big: dict[str, Any]) -> Iterator[tuple[str, str, str, bool | None]]:
    title = f"{big['vaults']:,} vaults at {big['calls_per_second']} calls/s"
    yield f"{title}: time", f"{big['virtual_seconds']:.0f} s", "", None
    yield f"{title}: share of the quota used", f"{big['share_of_quota']:.0%}", "", None
    yield f"{title}: calls", f"{big['sync_calls']:,}", "", None
    yield f"{title}: of them throttled", f"{big['throttled_calls']:,}", "", None
    for name in ("lost_vaults", "wasted_calls"):
        yield f"{title}: {name.replace('_', ' ')}", str(big[name]), "0", big[name] == 0
    for name, mib in big["memory"].items():
        yield (
            f"{title}: held {name.removeprefix('mib_').replace('_', ' ')}",
            f"{mib:.2f} MiB",
            "",
            None,
        )
