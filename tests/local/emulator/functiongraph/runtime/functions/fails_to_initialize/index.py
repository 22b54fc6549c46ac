from __future__ import annotations

from typing import Any


def initializer(context: Any) -> None:
    raise ValueError("no such agency")


def handler(event: Any, context: Any) -> Any:
    return "never"
