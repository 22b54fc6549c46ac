"""Huawei Cloud on a desk: CBR, SMN, FunctionGraph and IAM, as far as the function needs them.

The names are imported when they are first used, so that `import local` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.emulator.account import Credential as Credential
    from local.emulator.account import Project as Project
    from local.emulator.cbr.models import Vault as Vault
    from local.emulator.clock import Clock as Clock
    from local.emulator.clock import SystemClock as SystemClock
    from local.emulator.cloud import Cloud as Cloud
    from local.emulator.effects import (
        AnswerLost as AnswerLost,
    )
    from local.emulator.effects import (
        ConnectionClosed as ConnectionClosed,
    )
    from local.emulator.effects import (
        ConnectionRefused as ConnectionRefused,
    )
    from local.emulator.effects import (
        CutShort as CutShort,
    )
    from local.emulator.effects import (
        EmptyBody as EmptyBody,
    )
    from local.emulator.effects import (
        Error as Error,
    )
    from local.emulator.effects import (
        HostUnresolvable as HostUnresolvable,
    )
    from local.emulator.effects import (
        HtmlAnswer as HtmlAnswer,
    )
    from local.emulator.effects import (
        Latency as Latency,
    )
    from local.emulator.effects import (
        MissingResult as MissingResult,
    )
    from local.emulator.effects import (
        Throttle as Throttle,
    )
    from local.emulator.effects import (
        TruncatedJson as TruncatedJson,
    )
    from local.emulator.effects import (
        WrongTypes as WrongTypes,
    )
    from local.emulator.faults import Rule as Rule
    from local.emulator.in_process import mock_huaweicloud as mock_huaweicloud
    from local.emulator.journal import Entry as Entry
    from local.emulator.journal import Journal as Journal
    from local.emulator.readings import Readings as Readings
    from local.emulator.sample import sample_cloud as sample_cloud
    from local.emulator.server import LocalCloud as LocalCloud
    from local.emulator.smn.messages import Delivery as Delivery
    from local.emulator.smn.messages import Message as Message
    from local.emulator.smn.models import Topic as Topic
    from local.emulator.sync_tasks import (
        AfterReads as AfterReads,
    )
    from local.emulator.sync_tasks import (
        AfterSeconds as AfterSeconds,
    )
    from local.emulator.sync_tasks import (
        Course as Course,
    )
    from local.emulator.sync_tasks import (
        Failed as Failed,
    )
    from local.emulator.sync_tasks import (
        Immediately as Immediately,
    )
    from local.emulator.sync_tasks import (
        Skipped as Skipped,
    )
    from local.emulator.sync_tasks import (
        Success as Success,
    )
    from local.emulator.sync_tasks import (
        SyncTask as SyncTask,
    )
    from local.emulator.sync_tasks import (
        TimedOut as TimedOut,
    )

_HOME = {
    "AfterReads": "local.emulator.sync_tasks",
    "AfterSeconds": "local.emulator.sync_tasks",
    "AnswerLost": "local.emulator.effects",
    "Clock": "local.emulator.clock",
    "Cloud": "local.emulator.cloud",
    "ConnectionClosed": "local.emulator.effects",
    "ConnectionRefused": "local.emulator.effects",
    "Course": "local.emulator.sync_tasks",
    "Credential": "local.emulator.account",
    "CutShort": "local.emulator.effects",
    "Delivery": "local.emulator.smn.messages",
    "EmptyBody": "local.emulator.effects",
    "Entry": "local.emulator.journal",
    "Error": "local.emulator.effects",
    "Failed": "local.emulator.sync_tasks",
    "HostUnresolvable": "local.emulator.effects",
    "HtmlAnswer": "local.emulator.effects",
    "Immediately": "local.emulator.sync_tasks",
    "Journal": "local.emulator.journal",
    "Latency": "local.emulator.effects",
    "LocalCloud": "local.emulator.server",
    "Message": "local.emulator.smn.messages",
    "MissingResult": "local.emulator.effects",
    "Project": "local.emulator.account",
    "Readings": "local.emulator.readings",
    "Rule": "local.emulator.faults",
    "Skipped": "local.emulator.sync_tasks",
    "Success": "local.emulator.sync_tasks",
    "SyncTask": "local.emulator.sync_tasks",
    "SystemClock": "local.emulator.clock",
    "Throttle": "local.emulator.effects",
    "TimedOut": "local.emulator.sync_tasks",
    "Topic": "local.emulator.smn.models",
    "TruncatedJson": "local.emulator.effects",
    "Vault": "local.emulator.cbr.models",
    "WrongTypes": "local.emulator.effects",
    "mock_huaweicloud": "local.emulator.in_process",
    "sample_cloud": "local.emulator.sample",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'local' has no attribute {name!r}")
    return getattr(import_module(home), name)
