"""What a page of a list takes the emulated cloud, with few entries behind it and with many."""

from __future__ import annotations

import gc
import itertools
import time
from typing import Any

from local.emulator import AfterSeconds, Cloud, Course
from local.emulator.sample import PROJECT_ID, populate
from local.emulator.transfer import Request
from tests.local.emulator.signing import signed_headers

FEW = 100
PAGE = 50
HOST = "127.0.0.1"
LISTS = {
    "ListOpLogs": f"/v3/{PROJECT_ID}/operation-logs?limit={PAGE}",
    "ListOpLogs of a vault": f"/v3/{PROJECT_ID}/operation-logs?limit={PAGE}&vault_id=VAULT",
    "ListOpLogs by status": f"/v3/{PROJECT_ID}/operation-logs?limit={PAGE}&status=success",
    "ListVault": f"/v3/{PROJECT_ID}/vaults?cloud_type=hybrid&limit={PAGE}",
}


def measure(many: int, rounds: int) -> dict[str, Any]:
    """Time each list's first page in a project with 100 vaults and tasks, and in one with `many`.

    The two take turns, and the least time of each counts: what is added to it is the machine's.
    """
    projects = {size: _project(size) for size in (FEW, many)}
    gc.freeze()
    found = {name: dict.fromkeys(projects, float("inf")) for name in LISTS}
    for name, target in LISTS.items():
        for _, (size, cloud) in itertools.product(range(rounds), projects.items()):
            found[name][size] = min(found[name][size], _seconds(cloud, target))
    gc.unfreeze()
    return {
        "many": many,
        "milliseconds": {
            name: {str(size): 1000 * took for size, took in times.items()}
            for name, times in found.items()
        },
        "ratio": {name: times[many] / times[FEW] for name, times in found.items()},
    }


def _project(size: int) -> Cloud:
    """Make a cloud with so many vaults, each with a task that has ended."""
    cloud = Cloud(populate=populate)
    cbr, course = cloud.cbr(), Course(AfterSeconds(60))
    began = cloud.clock.now() - size - 60
    for number in range(size):
        cbr.add_task(cbr.add_vault().id, created_at=began + number, course=course)
    return cloud


def _seconds(cloud: Cloud, target: str) -> float:
    target = target.replace("VAULT", next(reversed(list(cloud.cbr().vaults))))
    headers = signed_headers("GET", HOST, target, "")
    request = Request("GET", target, {name.lower(): value for name, value in headers.items()})
    began = time.perf_counter()
    answer = cloud.answer(request).answer
    took = time.perf_counter() - began
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{target} was refused: {answer}")
    return took
