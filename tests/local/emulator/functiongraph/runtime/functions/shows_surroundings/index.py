from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any


def _outcome(getter: Any) -> Any:
    try:
        return getter()
    except Exception as error:
        return type(error).__name__


def handler(event: Any, context: Any) -> Any:
    first = context.getRemainingTimeInMilliSeconds()
    time.sleep(0.02)
    names = [name for name in dir(context) if name.startswith("get")]
    plain = [name for name in names if name not in ("getUserData", "getLogger")]
    return {
        "environ": dict(os.environ),
        "argv": sys.argv,
        "main_thread": threading.current_thread() is threading.main_thread(),
        "getters": {name: _outcome(getattr(context, name)) for name in plain},
        "user_data": [
            context.getUserData("REGION"),
            context.getUserData("NONE"),
            context.getUserData("NONE", "default"),
        ],
        "remaining": [first, context.getRemainingTimeInMilliSeconds()],
        "logger": [name for name in dir(context.getLogger()) if not name.startswith("_")],
        "cwd": os.getcwd(),
    }
