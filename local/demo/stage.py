"""What the demo plays on: a local cloud whose time can be moved on, and one function instance."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from local.emulator.cbr.render import task_document
from local.emulator.clock import MovableClock
from local.emulator.functiongraph.runtime.instance import Instance
from local.emulator.sample import sample_cloud
from local.emulator.sync_tasks import AfterSeconds, Course, Failed, Success
from local.emulator.transport.server import LocalCloud
from local.invoke.destination import of_cloud
from local.invoke.function import FUNCTION, configured
from local.sample_event import EVENTS, dated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.cbr.models import Vault
    from local.emulator.cloud import Cloud
    from local.emulator.functiongraph.runtime.results import Ended
    from local.emulator.smn.messages import Delivery
    from local.invoke.destination import Destination

LATER_SECONDS = 600.0
"""How far the cloud's time is moved on after each event."""

MINUTE = 60.0
DAY_SECONDS = 27 * 60 * MINUTE
"""How long "a day later" is: longer than the report's max_age_hours."""

_MEANWHILE = (
    ("prod-erp", 600, Course(AfterSeconds(240), Success(2, 1))),
    ("prod-mail", 590, Course(AfterSeconds(2400), Success(5, 5))),
    ("prod-files", 580, Course(AfterSeconds(95), Success(1, 0))),
    ("prod-files", 25, Course(AfterSeconds(300), Failed())),
)
"""Who was synchronised by others in that time: the vault, how many minutes before its end, how."""

_COURSES = {
    "prod-erp": Course(AfterSeconds(240, waiting=15), Success(7, 2)),
    "prod-files": Course(AfterSeconds(95, waiting=15), Success(1, 0)),
    "prod-mail": Course(AfterSeconds(2400, waiting=15), Success(31, 4)),
    "test-lab": Course(AfterSeconds(30, waiting=5), Success(0, 0)),
}
"""How long each vault's sync takes, in seconds, and what it finds."""


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

    def let_a_day_pass(self) -> None:
        """Move the time on; meanwhile others synchronise vaults."""
        self._clock.sleep(DAY_SECONDS)
        ids = {vault.name: vault.id for vault in self.vaults}
        for name, minutes_ago, course in _MEANWHILE:
            begun = self._clock.now() - minutes_ago * MINUTE
            self._cloud.cbr().add_task(ids[name], created_at=begun, course=course)

    def play(self, file: str, *, seconds_old: float = 0.0) -> Act:
        """Fire the event in a file of events/, and let ten minutes go by.

        seconds_old: how long before now, by the cloud's clock, the event's own time is.
        """
        known = len(self._cloud.smn().messages())
        moment = datetime.fromtimestamp(int(self._clock.now() - seconds_old), timezone.utc)
        sample = json.loads((EVENTS / file).read_text(encoding="utf-8"))
        event = json.dumps(dated(sample, moment))
        ended = self._instance.invoke(event, self._where.credentials, clock_shift=self._clock.ahead)
        document = json.loads(ended.body) if ended.body else {}
        self._clock.sleep(LATER_SECONDS)
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
