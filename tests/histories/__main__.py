"""Run many histories, or replay one: `python -m tests.histories run|replay`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.histories.laws import violations
from tests.histories.plan import History, from_json
from tests.histories.run import happen
from tests.histories.story import tell
from tests.histories.strategies import histories

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)

MOST_STORIES = 3


@app.command()
def run(number: int = 10_000, first_seed: int = 1) -> None:
    """Let many histories happen, and judge each by every law."""
    counts: Counter[str] = Counter()
    stories: list[str] = []
    began = time.monotonic()

    @seed(first_seed)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(histories())
    def judge(history: History) -> None:
        happened = happen(history)
        found = violations(happened)
        counts["histories"] += 1
        counts["invocations"] += len(happened.invocations)
        counts["calls"] += len(happened.cloud.journal)
        counts["faults"] += sum(1 for entry in happened.cloud.journal if entry.fault)
        counts["violations"] += bool(found)
        if found and len(stories) < MOST_STORIES:
            stories.append(tell(happened, found))

    judge()
    for story in stories:
        typer.echo(story + "\n")
    figures = ", ".join(
        f"{counts[name]:,} {name}"
        for name in ("histories", "invocations", "calls", "faults", "violations")
    )
    typer.echo(f"{figures} (seed {first_seed}, {time.monotonic() - began:.0f} s)")
    if counts["violations"]:
        raise typer.Exit(1)


@app.command()
def replay(path: Annotated[str, typer.Argument(help="a file with a history, or - ")]) -> None:
    """Let one history happen again, and tell it."""
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    happened = happen(from_json(text))
    found = violations(happened)
    typer.echo(tell(happened, found or ["none"]))
    if found:
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
