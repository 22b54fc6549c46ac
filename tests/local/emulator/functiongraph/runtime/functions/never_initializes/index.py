from __future__ import annotations

import time
from typing import Any


def initializer(context: Any) -> None:
    time.sleep(60)


def handler(event: Any, context: Any) -> Any:
    return "never"
