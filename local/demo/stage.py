"""What the demo plays on: a local cloud whose time can be moved on, and one function instance."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.cloud.cbr.render import task_document
from local.cloud.sync_tasks import AfterSeconds, Course, Success
from local.function_runtime.instance import Instance
from local.invoke.destination import of_cloud
from local.invoke.function import FUNCTION, ROOT, configured
from local.sample import sample_cloud
from local.server import LocalCloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud.cbr.models import Vault
    from local.cloud.cloud import Cloud
    from local.cloud.smn.messages import Delivery
    from local.function_runtime.results import Ended
    from local.invoke.destination import Destination

EVENTS = ROOT / "events"
LATER_SECONDS = 600.0
"""How far the cloud's time is moved on after each event."""

_COURSES = {
    "prod-erp": Course(AfterSeconds(240, waiting=15), Success(7, 2)),
    "prod-files": Course(AfterSeconds(95, waiting=15), Success(1, 0)),
    "prod-mail": Course(AfterSeconds(2400, waiting=15), Success(31, 4)),
    "test-lab": Course(AfterSeconds(30, waiting=5), Success(0, 0)),
}
"""How long each vault's sync takes, in seconds, and what it finds."""


class MovableClock:
    """This machine's time, and however much it was moved on."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)

    def move_on(self, seconds: float) -> None:
        """Let time have passed."""
        self._ahead += seconds


@dataclass(frozen=True)
class Act:
    """One event and what became of it.

    Attributes:
        tasks: The tasks of its outcomes, as CBR's operation log shows them later.
        deliveries: What the topic's subscribers received.
    """

    ended: Ended
    document: dict[str, Any]
    tasks: list[dict[str, Any]]
    deliveries: list[Delivery]


class Stage:
    """Plays events on the function, one after the other."""

    def __init__(
        self, cloud: Cloud, clock: MovableClock, instance: Instance, where: Destination
    ) -> None:
        self._cloud = cloud
        self._clock = clock
        self._instance = instance
        self._where = where

    @property
    def vaults(self) -> list[Vault]:
        """The vaults of the account."""
        return list(self._cloud.cbr().vaults.values())

    def play(self, file: str) -> Act:
        """Fire the event in a file of events/, and let ten minutes go by."""
        known = len(self._cloud.smn().messages())
        event = (EVENTS / file).read_text(encoding="utf-8")
        ended = self._instance.invoke(event, self._where.credentials)
        document = json.loads(ended.body) if ended.body else {}
        self._clock.move_on(LATER_SECONDS)
        messages = self._cloud.smn().messages()[known:]
        return Act(
            ended,
            document,
            self._tasks([outcome["operation_log_id"] for outcome in document.get("outcomes", ())]),
            [delivery for message in messages for delivery in message.deliveries],
        )

    def _tasks(self, task_ids: list[str | None]) -> list[dict[str, Any]]:
        now = self._clock.now()
        cbr = self._cloud.cbr()
        found = {task.id: task for task in cbr.tasks()}
        return [
            task_document(found[task_id], found[task_id].state(now), cbr.project_id)
            for task_id in task_ids
            if task_id in found
        ]


@contextmanager
def stage() -> Iterator[Stage]:
    """Set the stage, with the sample account, and clear it away in the end."""
    clock = MovableClock()
    cloud = sample_cloud(clock=clock)
    for vault in cloud.cbr().vaults.values():
        if vault.is_hybrid:
            vault.courses = [_COURSES[vault.name]]
    with LocalCloud(cloud) as served:
        where = of_cloud(cloud, served.url)
        with (
            configured(FUNCTION, where.settings, where.project_id) as configuration,
            Instance(configuration) as instance,
        ):
            yield Stage(cloud, clock, instance, where)
