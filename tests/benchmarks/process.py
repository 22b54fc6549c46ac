"""One run of a contestant in a process of its own, and what it took."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator.sample import ACCESS_KEY, SECRET_KEY
from tests.benchmarks.contestants import Contestant
from tests.benchmarks.quota import Quota

_INSTANCE = Path(__file__).with_name("instance.py")
LIMIT_SECONDS = 600.0


@dataclass(frozen=True)
class Run:
    """What one process took.

    Attributes:
        seconds: From the start of the process to the end of the first event.
        cpu_seconds: Of these, what the process had a processor.
        handler_seconds: Of each event, in the handler alone.
        peak_mib: The most resident memory, up to the end of the last event.
        started: Syncs that each event started.
    """

    seconds: float
    cpu_seconds: float
    handler_seconds: list[float]
    peak_mib: float
    modules: int
    started: list[int]


def run(
    contestant: Contestant,
    events: Sequence[Any],
    settings: Mapping[str, str],
    quota: Quota | None = None,
) -> Run:
    """Start the contestant, hand it the events, and wait for the end.

    Raises:
        RuntimeError: The process failed; with what it printed.
    """
    order = {
        "folders": [str(folder) for folder in contestant.folders],
        "events": list(events),
        "settings": dict(settings),
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "seconds": LIMIT_SECONDS,
    }
    command = [contestant.interpreter, "-I", "-S", "-B", str(_INSTANCE), json.dumps(order)]
    if quota is not None:
        command = quota.command(command)
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={}
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        seconds = time.perf_counter() - began
        rest, errors = process.communicate(timeout=LIMIT_SECONDS)
    if process.returncode or not first:
        raise RuntimeError(f"{contestant.name} failed: {errors[-2000:]}")
    answers = [json.loads(line) for line in (first + rest).splitlines()]
    return Run(
        seconds=seconds,
        cpu_seconds=answers[0]["cpu_seconds_so_far"],
        handler_seconds=[answer["seconds"] for answer in answers],
        peak_mib=answers[-1]["peak_mib"],
        modules=answers[-1]["modules"],
        started=[answer["started"] for answer in answers],
    )
