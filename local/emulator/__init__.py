"""Huawei Cloud on a desk: CBR, SMN, FunctionGraph and IAM, as far as they are emulated.

These are the public names. README.md shows how they are used.
"""

from local.emulator.account.account import Project
from local.emulator.account.credentials import Credential
from local.emulator.cbr.models import Vault
from local.emulator.clock import Clock, MovableClock, SystemClock
from local.emulator.cloud import Cloud
from local.emulator.faults.effects import (
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
from local.emulator.faults.rules import Rule
from local.emulator.journal import Journal, JournalEntry
from local.emulator.readings import Readings
from local.emulator.sample import sample_cloud
from local.emulator.smn.messages import Delivery, Message, Topic
from local.emulator.sync_tasks import (
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
from local.emulator.transport.in_process import mock_huaweicloud
from local.emulator.transport.server import LocalCloud
