"""The function on a desk: the real handler, the real SDK, the local cloud, a clock of its own."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.emulator import Cloud, mock_huaweicloud
from local.emulator.sample import ACCESS_KEY, SECRET_KEY, TOPIC_URN, populate
from tests.support.context import Context
from tests.support.distant_cloud import DistantCloud
from tests.support.virtual_time import VirtualTime
from vault_sync import invocation
from vault_sync.errors import VaultSyncError


@dataclass
class Ended:
    """How one invocation ended: its result, or the project's own error; and what it logged."""

    result: dict[str, Any] | None
    error: VaultSyncError | None
    log: list[dict[str, Any]]
    took: float
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """The outcomes in the final log line: there also when the invocation raised."""
        return list(self.document.get("outcomes", []))

    @property
    def statuses(self) -> list[str]:
        """The status of each outcome, in the order of the event."""
        return [outcome["status"] for outcome in self.outcomes]

    def of(self, vault_id: str) -> dict[str, Any]:
        """Return the one outcome of a vault."""
        (outcome,) = [one for one in self.outcomes if one["vault_id"] == vault_id]
        return outcome


class Desk:
    """Runs the function against a local cloud, both on one virtual clock."""

    def __init__(self, seed: int = 0, cloud: Cloud | None = None) -> None:
        self.time = VirtualTime(seed)
        self.cloud = cloud or DistantCloud(seed=seed, clock=self.time, populate=populate)
        self.settings: dict[str, str] = {"SMN_TOPIC_URN": TOPIC_URN}
        self.credentials: dict[str, str | None] = {
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
        }

    def run(
        self, event: Any, settings: Mapping[str, str] | None = None, *, timeout: float = 60.0
    ) -> Ended:
        """Hand one event to the function, with settings on top of the desk's."""
        context = Context(
            self.settings | dict(settings or {}),
            access_key=self.credentials["access_key"] or "",
            secret_key=self.credentials["secret_key"] or "",
            security_token=self.credentials.get("security_token"),
            timeout=timeout,
            now=self.time.now,
        )
        began = self.time.now()
        result, error = None, None
        with contextlib.redirect_stdout(io.StringIO()) as output:
            try:
                result = invocation.run(event, context, self.time.system())
            except VaultSyncError as raised:
                error = raised
        log = [json.loads(line) for line in output.getvalue().splitlines()]
        documents = [line for line in log if "outcomes" in line]
        return Ended(
            result, error, log, self.time.now() - began, documents[-1] if documents else {}
        )

    def documents(self) -> list[dict[str, Any]]:
        """Return the machine-readable body of every message the topic accepted, in order."""
        return [
            json.loads(str(message.text_for("https")))
            for message in self.cloud.smn().messages(self.settings["SMN_TOPIC_URN"])
        ]


@contextlib.contextmanager
def desk(seed: int = 0) -> Iterator[Desk]:
    """Give a desk whose cloud answers every request of this process."""
    one = Desk(seed)
    with mock_huaweicloud(one.cloud):
        yield one
