from __future__ import annotations

import os
from typing import Any


def handler(event: Any, context: Any) -> Any:
    print("last words")
    os._exit(7)
