"""Huawei Cloud on a desk: CBR, SMN and IAM, as far as the function needs them.

The names are imported when they are first used, so that `import local` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.cloud.account import Credential, Project
    from local.cloud.cbr.models import Vault
    from local.cloud.clock import Clock, SystemClock
    from local.cloud.cloud import Cloud
    from local.cloud.effects import (
        AnswerLost,
        ConnectionClosed,
        ConnectionRefused,
        CutShort,
        EmptyBody,
        Error,
        HostUnresolvable,
        HtmlAnswer,
        Latency,
        MissingResult,
        Throttle,
        TruncatedJson,
        WrongTypes,
    )
    from local.cloud.faults import Rule
    from local.cloud.journal import Entry, Journal
    from local.cloud.readings import Readings
    from local.cloud.smn.delivery import Delivery
    from local.cloud.smn.models import Message, Topic
    from local.cloud.sync_tasks import (
        AfterReads,
        AfterSeconds,
        Course,
        Failed,
        Immediately,
        Skipped,
        Success,
        SyncTask,
        TimedOut,
    )
    from local.in_process import mock_huaweicloud
    from local.sample import sample_cloud
    from local.server import LocalCloud

_HOME = {
    "AfterReads": "local.cloud.sync_tasks",
    "AfterSeconds": "local.cloud.sync_tasks",
    "AnswerLost": "local.cloud.effects",
    "Clock": "local.cloud.clock",
    "Cloud": "local.cloud.cloud",
    "ConnectionClosed": "local.cloud.effects",
    "ConnectionRefused": "local.cloud.effects",
    "Course": "local.cloud.sync_tasks",
    "Credential": "local.cloud.account",
    "CutShort": "local.cloud.effects",
    "Delivery": "local.cloud.smn.delivery",
    "EmptyBody": "local.cloud.effects",
    "Entry": "local.cloud.journal",
    "Error": "local.cloud.effects",
    "Failed": "local.cloud.sync_tasks",
    "HostUnresolvable": "local.cloud.effects",
    "HtmlAnswer": "local.cloud.effects",
    "Immediately": "local.cloud.sync_tasks",
    "Journal": "local.cloud.journal",
    "Latency": "local.cloud.effects",
    "LocalCloud": "local.server",
    "Message": "local.cloud.smn.models",
    "MissingResult": "local.cloud.effects",
    "Project": "local.cloud.account",
    "Readings": "local.cloud.readings",
    "Rule": "local.cloud.faults",
    "Skipped": "local.cloud.sync_tasks",
    "Success": "local.cloud.sync_tasks",
    "SyncTask": "local.cloud.sync_tasks",
    "SystemClock": "local.cloud.clock",
    "Throttle": "local.cloud.effects",
    "TimedOut": "local.cloud.sync_tasks",
    "Topic": "local.cloud.smn.models",
    "TruncatedJson": "local.cloud.effects",
    "Vault": "local.cloud.cbr.models",
    "WrongTypes": "local.cloud.effects",
    "mock_huaweicloud": "local.in_process",
    "sample_cloud": "local.sample",
}

__all__ = [  # noqa: PLE0604 - the names of the table above, spelt once more for readers of tools
    *_HOME
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'local' has no attribute {name!r}")
    return getattr(import_module(home), name)
