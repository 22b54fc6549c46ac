"""Logs: one line of JSON each, with the request id, to standard output.

FunctionGraph collects standard output; searching its logs by field needs one object a line.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from vault_sync import times
from vault_sync.system import System

LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}


class Log:
    """Writes the lines of one invocation."""

    def __init__(self, system: System, request_id: str | None) -> None:
        self.level = LEVELS["INFO"]
        self._system = system
        self.request_id = request_id

    def write(self, level: str, message: str, **fields: Any) -> None:
        """Write one line, unless its level is below the one that is set."""
        if LEVELS[level] < self.level:
            return
        moment = times.from_seconds(self._system.now()).isoformat(timespec="milliseconds")
        line = {
            "level": level,
            "time": moment.replace("+00:00", "Z"),
            "request_id": self.request_id,
            "message": message,
            **fields,
        }
        sys.stdout.write(json.dumps(line, default=str) + "\n")
        sys.stdout.flush()
