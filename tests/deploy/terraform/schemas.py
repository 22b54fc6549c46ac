"""The provider's own schemas of the resources that the module uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMAS: Mapping[str, Any] = json.loads(
    (Path(__file__).parent / "schemas.json").read_text(encoding="utf-8")
)["resources"]
"""The block of each resource, as ``terraform providers schema -json`` has it."""
