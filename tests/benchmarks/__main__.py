"""`python -m tests.benchmarks`: measure, print a table, write build/bench.json."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from tests.benchmarks import batch, big_run, cold_start, last_release, listings, overhead, report
from tests.benchmarks.contestants import ROOT, Contestants, prepare

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console()

PARTS = ("cold", "batch", "overhead", "big", "listings")


@app.command()
def main(  # noqa: PLR0913, PLR0917 - typer makes an option of each
    runtime: Annotated[str, typer.Option(help="FunctionGraph's runtime.")] = "Python3.12",
    rounds: Annotated[int, typer.Option(min=1, help="Cold starts, unthrottled.")] = 9,
    rounds_with_quota: Annotated[int, typer.Option(min=1, help="Cold starts at a share.")] = 3,
    batch_rounds: Annotated[int, typer.Option(min=1, help="Batches.")] = 5,
    vaults: Annotated[int, typer.Option(min=100, help="Vaults of the big run.")] = 10_000,
    entries: Annotated[int, typer.Option(min=100, help="Entries of a long list.")] = 100_000,
    only: Annotated[list[str], typer.Option(help=f"Parts: {', '.join(PARTS)}.")] = list(PARTS),  # noqa: B006 - typer's way of a default list
    output: Annotated[Path, typer.Option(help="Where the figures go.")] = ROOT
    / "build"
    / "bench.json",
) -> None:
    """Measure the function against a naive one, the floor of any function, and the ideal."""
    unknown = sorted(set(only) - set(PARTS))
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: the parts are {', '.join(PARTS)}")
    results: dict[str, Any] = {"machine": _machine()}
    with tempfile.TemporaryDirectory(prefix="vault-sync-bench-") as scratch:
        contestants = prepare(runtime, Path(scratch))
        results["package"] = _package(contestants, runtime)
        if "cold" in only:
            results["cold_start"] = cold_start.measure_all(
                [contestants.function, contestants.naive, contestants.floor],
                rounds,
                rounds_with_quota,
                _say,
            )
        if "batch" in only:
            results["batch"] = _batches(contestants, batch_rounds)
    if "overhead" in only:
        _say("own overhead")
        results["overhead"] = overhead.measure(vaults=1000, rounds=9)
    if "big" in only:
        _say(f"{vaults:,} vaults on a virtual clock")
        results["big_run"] = big_run.measure(vaults)
    if "listings" in only:
        _say(f"lists of {entries:,}")
        results["listings"] = listings.measure(entries, rounds=100)
    results["machine"]["load_at_the_end"] = os.getloadavg()[0]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    report.show(results, console)
    slower = list(last_release.worse(results, last_release.read()))
    console.print("\n".join(slower) or "No ratio is worse than in the last release.")
    console.print(f"Every figure is in {output}.")


def _batches(contestants: Contestants, rounds: int) -> list[dict[str, Any]]:
    _say("100 vaults")
    hundred = batch.measure(contestants.function, contestants.naive, 100, rounds, min(rounds, 3))
    _say("1,000 vaults")
    thousand = batch.measure(contestants.function, contestants.naive, 1000, min(rounds, 3), 1)
    return [hundred, thousand]


def _package(contestants: Contestants, runtime: str) -> dict[str, Any]:
    package = contestants.package
    return {
        "runtime": runtime,
        "interpreter": contestants.function.interpreter,
        "zip_bytes": len(package.data),
        "unzipped_bytes": package.unzipped_bytes,
        "files": package.file_count,
        "sha512": package.digest,
    }


def _machine() -> dict[str, Any]:
    return {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_at_the_start": os.getloadavg()[0],
    }


def _say(what: str) -> None:
    console.print(f"measuring: {what}", style="dim")


if __name__ == "__main__":
    app(prog_name="python -m tests.benchmarks")
