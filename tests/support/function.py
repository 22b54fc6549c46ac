"""The function as tests of its whole way see it: the one place that knows its names."""

from __future__ import annotations

from typing import Any

from vault_sync import invocation
from vault_sync.errors import (
    ConfigurationError,
    IncompleteSync,
    NotificationFailed,
    VaultSyncError,
)
from vault_sync.outcomes import PROBLEMS
from vault_sync.request import VaultSelection
from vault_sync.world import World

__all__ = [
    "CATCH_UP",
    "CATCHES_UP",
    "PROBLEMS",
    "ConfigurationError",
    "IncompleteSync",
    "NotificationFailed",
    "VaultSyncError",
    "World",
    "run",
]

CATCHES_UP = "older_than_hours" in VaultSelection.model_fields
"""Whether a selection may ask for those alone that are behind."""

CATCH_UP: dict[str, Any] = {
    "select": {"all": True, "older_than_hours": 26} if CATCHES_UP else {"all": True}
}
"""What a timer asks for that makes good whatever was missed."""


def run(event: Any, context: Any, world: World) -> dict[str, Any]:
    """Hand an event to the function, in a world of the test's."""
    return invocation.run(event, context, world)
