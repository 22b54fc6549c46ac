"""`python -m tests.scale`: let fleets of several sizes be synchronised, and print what it takes."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.scale.fleet import Figures, Fleet

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

USD_PER_GB_SECOND = 0.00001667
USD_PER_REQUEST = 0.20 / 1_000_000
"""Beyond the 400,000 GB-seconds and the million requests that are given away each month: the
example in support.huaweicloud.com/intl/zh-cn/price-functiongraph/functiongraph_00_0011.html."""

SIZES = [(1_000, 1), (1_000, 100), (10_000, 1), (10_000, 100), (100_000, 1), (100_000, 100)]
COLUMNS = (
    *("vaults", "projects", "event", "seconds", "invocations", "calls", "429s"),
    *("messages", "bytes", "largest", "log bytes", "GB-s", "USD", "peak MiB"),
)


@app.command()
def table(
    most: Annotated[int, typer.Option(help="The most vaults.")] = 100_000,
) -> None:
    """Measure each size in a process of its own, so that the peak memory is its own."""
    console = Console(width=160)
    shown = Table(*COLUMNS, title="From the first event to the last invocation's end")
    began = time.monotonic()
    for vaults, projects in SIZES:
        if vaults <= most:
            command = [sys.executable, "-m", "tests.scale", "one", str(vaults), str(projects)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            measured = json.loads(done.stdout)
            for event in ("sync", "report"):
                figures = Figures(**measured[event])
                shown.add_row(
                    f"{vaults:,}", str(projects), event, *_cells(figures), f"{measured['peak']:.0f}"
                )
    console.print(shown)
    console.print(f"Every vault was told once. Measured in {time.monotonic() - began:.0f} s")


@app.command()
def one(vaults: int, projects: int) -> None:
    """Measure one size; print the figures as JSON."""
    fleet = Fleet(vaults, projects)
    found = {"sync": asdict(fleet.synchronise()), "report": asdict(fleet.report())}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    typer.echo(json.dumps({**found, "peak": peak}))


def _cells(figures: Figures) -> list[str]:
    cost = figures.gb_seconds * USD_PER_GB_SECOND + figures.invocations * USD_PER_REQUEST
    numbers = (
        *(figures.invocations, figures.calls, figures.throttled),
        *(figures.messages, figures.message_bytes, figures.largest, figures.log_bytes),
    )
    return [
        f"{figures.seconds:,.1f}",
        *(f"{number:,}" for number in numbers),
        f"{figures.gb_seconds:,.1f}",
        f"{cost:.5f}",
    ]


if __name__ == "__main__":
    app()
