from __future__ import annotations

import time
from typing import Any


def handler(event: Any, context: Any) -> Any:
    print("falling asleep", flush=True)
    time.sleep(60)
