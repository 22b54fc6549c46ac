"""A fleet of vaults that is synchronised and reported on, in as many invocations as that takes.

The real function, SDK and threads; the emulated cloud and its clock. The processor's time is not on
that clock: each call takes what the network takes, and nothing besides.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from local.emulator import AfterSeconds, Course, Throttle, mock_huaweicloud
from local.emulator.sample import ACCESS_KEY, PROJECT_ID, REGION, SECRET_KEY
from tests.histories.stage import NextInvocations
from tests.support.context import Context
from tests.support.distant_cloud import DistantCloud
from tests.support.function import run
from tests.support.virtual_time import VirtualTime

CALLS_PER_SECOND = 50
"""CBR's quota of a project."""

TIMEOUT_SECONDS = 300.0
SYNC_SECONDS = 60.0
MEMORY_GB = 0.25
PAUSE_BEFORE_INVOCATION_SECONDS = 1.0
"""From the hand-over to the next invocation's beginning."""

VAULTS_OF_A_SELECTION = 10_000
"""A selection that finds more than 20,000 vaults is refused, so a large project needs several."""

TOPIC = "fleet"
TOPIC_URN = f"urn:smn:{REGION}:{PROJECT_ID}:{TOPIC}"


class NotAsPromised(AssertionError):  # noqa: N818 - reads as what happened
    """A vault has no outcome or two, or was not told."""


@dataclass(frozen=True)
class Figures:
    """What a run took.

    Attributes:
        seconds: From the first event to the end of the last invocation, on the cloud's clock.
        billed_seconds: Of all invocations together.
        largest: Bytes of the largest message.
    """

    seconds: float
    billed_seconds: float
    invocations: int
    calls: int
    throttled: int
    messages: int
    message_bytes: int
    largest: int
    log_bytes: int

    @property
    def gb_seconds(self) -> float:
        """With 256 MB."""
        return self.billed_seconds * MEMORY_GB


class Fleet:
    """So many vaults, spread evenly over so many projects."""

    def __init__(self, vaults: int, projects: int) -> None:
        self.time = VirtualTime()
        self.cloud = DistantCloud(clock=self.time, course=Course(AfterSeconds(SYNC_SECONDS)))
        self.cloud.add_credentials(ACCESS_KEY, SECRET_KEY)
        self.cloud.smn().add_topic(TOPIC)
        self.projects = [PROJECT_ID, *(f"{number:032x}" for number in range(1, projects))]
        self._next = NextInvocations(self.cloud)
        self._in_project = vaults // projects
        self.vaults = set(self._populated())

    def _populated(self) -> Iterator[tuple[str, str]]:
        for project in self.projects:
            if project != PROJECT_ID:
                self.cloud.add_project(project, REGION, project)
            self.cloud.faults.add(
                Throttle(),
                service="CBR",
                project_id=project,
                rate=CALLS_PER_SECOND,
                burst=CALLS_PER_SECOND,
            )
            cbr = self.cloud.cbr(project)
            for number in range(self._in_project):
                part = number // VAULTS_OF_A_SELECTION
                yield project, cbr.add_vault(f"part-{part}-{number}").id

    def synchronise(self) -> Figures:
        """Let one event name every vault.

        Raises:
            NotAsPromised: A vault was not told exactly once, as started.
        """
        parts = -(-self._in_project // VAULTS_OF_A_SELECTION)
        requests = [
            {"select": {"name": f"part-{part}-*"}, "projects": self._named()}
            for part in range(parts)
        ]
        event = {
            "trigger_type": "KAFKA",
            "event_time": int(self.time.now()),
            "records": [{"messages": [json.dumps(one) for one in requests], "topic_id": "t"}],
        }
        figures, documents = self._handled(event)
        told = Counter(
            (one["project_id"], one["vault_id"], one["status"])
            for document in documents
            for one in document["outcomes"]
        )
        expected = Counter((project, vault, "started") for project, vault in self.vaults)
        if told != expected:
            wrong = list(((told - expected) + (expected - told)).items())[:5]
            raise NotAsPromised(f"not told exactly once as started, for example: {wrong}")
        return figures

    def report(self) -> Figures:
        """Let one event ask how those syncs ended.

        Raises:
            NotAsPromised: The report does not have each sync exactly once.
        """
        self.time.sleep(2 * SYNC_SECONDS)
        event = {"action": "report", "window_minutes": 24 * 60, "projects": self._named()}
        figures, documents = self._handled(event)
        told = Counter(
            (task["project_id"], task["vault_id"], task["status"])
            for document in documents
            for task in document["tasks"]
        )
        if told != Counter((project, vault, "success") for project, vault in self.vaults):
            raise NotAsPromised(f"the report has {told.total()} syncs, not {len(self.vaults)}")
        return figures

    def _named(self) -> list[dict[str, str]]:
        return [{"project_id": project} for project in self.projects]

    def _handled(self, event: dict[str, Any]) -> tuple[Figures, list[dict[str, Any]]]:
        """Run the function with an event, and with what it hands over, until nothing is left."""
        began, calls_before = self.time.now(), len(self.cloud.journal)
        published_before = len(self.cloud.smn().messages(TOPIC_URN))
        durations: list[float] = []
        log = io.StringIO()
        waiting = [event]
        with mock_huaweicloud(self.cloud), contextlib.redirect_stdout(log):
            while waiting:
                taken = len(self._next.submitted)
                self.time.run_together([self._life(one, durations) for one in waiting])
                waiting = [one.event for one in self._next.submitted[taken:]]
                if waiting:
                    self.time.sleep(PAUSE_BEFORE_INVOCATION_SECONDS)
        seconds = self.time.now() - began
        self.time.settle()
        messages = self.cloud.smn().messages(TOPIC_URN)[published_before:]
        texts = [str(message.text_for("https")) for message in messages]
        sizes = [sum(len(str(text).encode()) for text in one.texts.values()) for one in messages]
        entries = self.cloud.journal.entries[calls_before:]
        figures = Figures(
            seconds,
            sum(durations),
            len(durations),
            len(entries),
            sum(entry.status == 429 for entry in entries),
            len(messages),
            sum(sizes),
            max(sizes),
            len(log.getvalue().encode()),
        )
        return figures, [json.loads(text) for text in texts]

    def _life(self, event: dict[str, Any], durations: list[float]) -> Callable[[], None]:
        settings = {
            "SMN_TOPIC_URN": TOPIC_URN,
            "CONTINUE_AS": self._next.function_urn,
            "ALLOWED_PROJECTS": ",".join(self.projects),
        }

        def life() -> None:
            context = Context(
                settings,
                access_key=ACCESS_KEY,
                secret_key=SECRET_KEY,
                timeout=TIMEOUT_SECONDS,
                now=self.time.now,
            )
            began = self.time.now()
            run(event, context, self.time.system())
            durations.append(self.time.now() - began)

        return life
