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
from vault_sync.outcomes import Status
from vault_sync.system import System

__all__ = [
    "CATCH_UP",
    "PROBLEMS",
    "ConfigurationError",
    "IncompleteSync",
    "NotificationFailed",
    "System",
    "VaultSyncError",
    "run",
]

PROBLEMS = frozenset(str(status) for status in Status if status.problem)

CATCH_UP: dict[str, Any] = {"select": {"all": True, "older_than_hours": 26}}
"""What a timer asks for that makes good whatever was missed."""


def run(event: Any, context: Any, system: System) -> dict[str, Any]:
    """Hand an event to the function, on a test's clock and with its chance."""
    return invocation.run(event, context, system)
