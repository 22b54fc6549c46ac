"""Run in a fresh interpreter: the least that a runtime does for a Python function.

It sees the folders it is given and Python's own library. It loads the handler, hands it each event
once, and prints how long each took, and the processor time and memory of the process so far.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any


class Context:
    """The part of FunctionGraph's context that handlers here use."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._end = time.monotonic() + order["seconds"]

    def getRequestID(self) -> str:  # noqa: N802 - FunctionGraph's name
        return "benchmark"

    def getRemainingTimeInMilliSeconds(self) -> int:  # noqa: N802 - FunctionGraph's name
        return int((self._end - time.monotonic()) * 1000)

    def getSecurityAccessKey(self) -> str:  # noqa: N802 - FunctionGraph's name
        return str(self._order["access_key"])

    def getSecuritySecretKey(self) -> str:  # noqa: N802 - FunctionGraph's name
        return str(self._order["secret_key"])

    def getSecurityToken(self) -> str:  # noqa: N802 - FunctionGraph's name
        return ""

    def getUserData(self, key: str, default: str | None = None) -> str | None:  # noqa: N802 - FunctionGraph's name
        found: str | None = self._order["settings"].get(key, default)
        return found


def _peak_mib() -> float:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib costs time
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    order = json.loads(sys.argv[1])
    sys.path[:0] = order["folders"]
    answers, sys.stdout = sys.stdout, sys.stderr
    handler = importlib.import_module("index").handler
    for event in order["events"]:
        began = time.perf_counter()
        result = handler(event, Context(order))
        seconds = time.perf_counter() - began
        statuses = [outcome["status"] for outcome in result["outcomes"]]
        answer = {
            "seconds": seconds,
            "cpu_seconds_so_far": time.process_time(),
            "started": statuses.count("started"),
            "modules": len(sys.modules),
            "peak_mib": _peak_mib(),
        }
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
