from __future__ import annotations

import os
from typing import Any

calls = {"initializer": 0, "handler": 0}


def initializer(context: Any) -> None:
    calls["initializer"] += 1


def handler(event: Any, context: Any) -> Any:
    calls["handler"] += 1
    keys = [context.getSecurityAccessKey(), context.getSecuritySecretKey()]
    return {**calls, "pid": os.getpid(), "keys": keys, "request": context.getRequestID()}
