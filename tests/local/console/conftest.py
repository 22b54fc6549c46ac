from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.console.exchange import Console
from local.emulator import Cloud, LocalCloud

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER_SECONDS = 20.0


@dataclass
class Visitor:
    """Asks as the page in a browser asks."""

    url: str
    cloud: Cloud

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=5)

    def post(self, name: str, order: object, **headers: str) -> requests.Response:
        sent = {"Origin": self.url, **headers}
        return requests.post(f"{self.url}/_console/{name}", json=order, headers=sent, timeout=5)

    def view(self) -> Any:
        return self.get("/_console/view").json()

    def ended(self, identifier: str) -> Any:
        """Wait for an invocation to end, and return what the page shows of it."""
        for _ in range(int(ANSWER_SECONDS / 0.02)):
            for shown in self.view()["invocations"]["shown"]:
                if shown["id"] == identifier and shown["ended_at"] is not None:
                    return shown
            threading.Event().wait(0.02)
        raise AssertionError(f"{identifier} did not end in {ANSWER_SECONDS:g} s")


@pytest.fixture
def visitor(cloud: Cloud) -> Iterator[Visitor]:
    with LocalCloud(cloud, page=Console) as served:
        yield Visitor(served.url, cloud)
