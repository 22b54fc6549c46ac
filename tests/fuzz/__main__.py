"""Hand many hostile events to the handler: `python -m tests.fuzz`."""

from __future__ import annotations

import time

import typer

from tests.fuzz import campaign
from tests.support.desk import desk

MOST_COMPLAINTS = 20


def main(number: int = 100_000, seed: int = 1) -> None:
    """Run a campaign and print how its events ended."""
    began = time.monotonic()
    with desk() as one:
        done = campaign.run(one, number, seed)
    for complaint in done.complaints[:MOST_COMPLAINTS]:
        typer.echo(complaint)
    ends = ", ".join(f"{count:,} {end}" for end, count in done.ends.most_common())
    typer.echo(
        f"{number:,} events (seed {seed}): {ends}; {len(done.complaints)} complaints; slowest "
        f"{done.slowest / done.plain:.0f} times a plain event of 100 messages, "
        f"peak {done.peak_mib:.0f} MiB, {time.monotonic() - began:.0f} s"
    )
    if done.complaints:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
