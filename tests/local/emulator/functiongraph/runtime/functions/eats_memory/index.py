from __future__ import annotations

import time
from typing import Any


def handler(event: Any, context: Any) -> Any:
    eaten = bytearray(event["megabytes"] * 1024 * 1024)
    eaten[::4096] = b"x" * len(eaten[::4096])
    if event.get("stay"):
        time.sleep(60)
    return len(eaten)
