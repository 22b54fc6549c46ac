from __future__ import annotations

import sys
from typing import Any


def handler(event: Any, context: Any) -> Any:
    sys.exit(3)
