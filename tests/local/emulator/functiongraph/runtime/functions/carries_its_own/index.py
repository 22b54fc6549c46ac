from __future__ import annotations

import importlib.util
from typing import Any

import pydantic


def handler(event: Any, context: Any) -> Any:
    sdk = importlib.util.find_spec("huaweicloudsdkcore")
    return {"pydantic": pydantic.ORIGIN, "sdk": sdk is not None}
