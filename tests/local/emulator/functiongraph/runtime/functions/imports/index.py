from __future__ import annotations

import importlib
import sys
from typing import Any


def handler(event: Any, context: Any) -> Any:
    found = {}
    for name in event:
        try:
            importlib.import_module(name)
        except ImportError:
            found[name] = False
        else:
            found[name] = True
    return {"found": found, "path": sys.path}
