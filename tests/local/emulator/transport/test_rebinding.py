"""DNS rebinding and foreign posts, from a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from local.emulator import Cloud, LocalCloud
from tests.local.chromium import PATIENCE_MILLISECONDS, browser
from tests.local.emulator.signing import EVENT, FUNCTIONS, INVOCATION, function_body, signed_headers

if TYPE_CHECKING:
    from collections.abc import Iterator

EVIL = "evil.example"
SEND = """async ([path, method, body, headers]) => {
    try {
        const answer = await fetch(path, {method, body, headers});
        return answer.status;
    } catch (error) {
        return String(error);
    }
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser to which every name of the attacker's is an address of this machine."""
    with browser(f"--host-resolver-rules=MAP {EVIL} 127.0.0.1") as started:
        yield started


@pytest.fixture
def served(cloud: Cloud) -> Iterator[LocalCloud]:
    with LocalCloud(cloud) as serving:
        yield serving


class Site:
    """A page that a browser has open, at an origin of the test's choice."""

    def __init__(self, chromium: Any, origin: str) -> None:
        self._page = chromium.new_page()
        self._page.set_default_timeout(PATIENCE_MILLISECONDS)
        self._page.goto(f"{origin}/page")  # a refusal is a page of the origin, too

    def send(self, path: str, body: str, headers: dict[str, str], method: str = "POST") -> Any:
        """Let the page fetch; return the status, or the browser's refusal as text."""
        return self._page.evaluate(SEND, [path, method, body, headers])


def sendable(host: str, path: str, body: str) -> dict[str, str]:
    """The signed headers; a page cannot set Host, the browser does."""
    signed = signed_headers("POST", host, path, body)
    return {name: value for name, value in signed.items() if name.lower() != "host"}


@pytest.mark.parametrize(("name", "status"), [(EVIL, 403), ("localhost", 200)])
def test_a_name_that_was_led_here_runs_no_code(
    chromium: Any, served: LocalCloud, name: str, status: int
) -> None:
    """A page of the attacker's name, signing by the published keys; by localhost it would work."""
    host = f"{name}:{urlsplit(served.url).port}"
    site = Site(chromium, f"http://{host}")
    body = function_body()
    for path, sent in ((FUNCTIONS, body), (INVOCATION, EVENT)):
        assert site.send(path, sent, sendable(host, path, sent)) == status
    assert len(served.cloud.functiongraph().functions) == (1 if status == 200 else 0)
    assert len(served.cloud.journal.calls("InvokeFunction")) == (1 if status == 200 else 0)


@pytest.mark.parametrize("path", ["/_local/state", "/v3/projects", "/_local/reset"])
def test_a_name_that_was_led_here_reads_and_changes_nothing(
    chromium: Any, served: LocalCloud, path: str
) -> None:
    """Neither the emulated cloud's inside nor a service."""
    site = Site(chromium, f"http://{EVIL}:{urlsplit(served.url).port}")
    served.cloud.cbr().add_vault("mine")
    assert site.send(path, "{}", {}) == 403
    assert "mine" in [vault.name for vault in served.cloud.cbr().vaults.values()]


def test_another_sites_page_cannot_ask_the_port_itself(chromium: Any, served: LocalCloud) -> None:
    """Signed, the browser asks first and is refused; unsigned, it is sent and refused."""
    address = urlsplit(served.url).netloc
    body = function_body()
    url = f"{served.url}{FUNCTIONS}"
    with LocalCloud() as another:
        site = Site(chromium, f"http://{EVIL}:{urlsplit(another.url).port}")
        signed = site.send(url, body, sendable(address, FUNCTIONS, body))
        unsigned = site.send(f"{served.url}/_local/reset", "{}", {})
    assert "Failed to fetch" in signed
    assert "Failed to fetch" in unsigned
    assert served.cloud.functiongraph().functions == {}
    assert len(served.cloud.journal) == 0
