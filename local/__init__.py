"""Huawei Cloud on a desk: CBR, SMN, FunctionGraph and IAM, as far as the function needs them.

The names are imported when they are first used, so that `import local` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.cloud.account import Credential as Credential
    from local.cloud.account import Project as Project
    from local.cloud.cbr.models import Vault as Vault
    from local.cloud.clock import Clock as Clock
    from local.cloud.clock import SystemClock as SystemClock
    from local.cloud.cloud import Cloud as Cloud
    from local.cloud.effects import (
        AnswerLost as AnswerLost,
    )
    from local.cloud.effects import (
        ConnectionClosed as ConnectionClosed,
    )
    from local.cloud.effects import (
        ConnectionRefused as ConnectionRefused,
    )
    from local.cloud.effects import (
        CutShort as CutShort,
    )
    from local.cloud.effects import (
        EmptyBody as EmptyBody,
    )
    from local.cloud.effects import (
        Error as Error,
    )
    from local.cloud.effects import (
        HostUnresolvable as HostUnresolvable,
    )
    from local.cloud.effects import (
        HtmlAnswer as HtmlAnswer,
    )
    from local.cloud.effects import (
        Latency as Latency,
    )
    from local.cloud.effects import (
        MissingResult as MissingResult,
    )
    from local.cloud.effects import (
        Throttle as Throttle,
    )
    from local.cloud.effects import (
        TruncatedJson as TruncatedJson,
    )
    from local.cloud.effects import (
        WrongTypes as WrongTypes,
    )
    from local.cloud.faults import Rule as Rule
    from local.cloud.journal import Entry as Entry
    from local.cloud.journal import Journal as Journal
    from local.cloud.readings import Readings as Readings
    from local.cloud.smn.messages import Delivery as Delivery
    from local.cloud.smn.messages import Message as Message
    from local.cloud.smn.models import Topic as Topic
    from local.cloud.sync_tasks import (
        AfterReads as AfterReads,
    )
    from local.cloud.sync_tasks import (
        AfterSeconds as AfterSeconds,
    )
    from local.cloud.sync_tasks import (
        Course as Course,
    )
    from local.cloud.sync_tasks import (
        Failed as Failed,
    )
    from local.cloud.sync_tasks import (
        Immediately as Immediately,
    )
    from local.cloud.sync_tasks import (
        Skipped as Skipped,
    )
    from local.cloud.sync_tasks import (
        Success as Success,
    )
    from local.cloud.sync_tasks import (
        SyncTask as SyncTask,
    )
    from local.cloud.sync_tasks import (
        TimedOut as TimedOut,
    )
    from local.in_process import mock_huaweicloud as mock_huaweicloud
    from local.sample import sample_cloud as sample_cloud
    from local.server import LocalCloud as LocalCloud

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
    "Delivery": "local.cloud.smn.messages",
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
    "Message": "local.cloud.smn.messages",
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


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'local' has no attribute {name!r}")
    return getattr(import_module(home), name)
