from __future__ import annotations

from typing import Any


def handler(event: Any, context: Any) -> Any:
    return "x" * (6 * 1024 * 1024 + 1)
