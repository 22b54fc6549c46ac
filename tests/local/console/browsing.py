"""A real browser that looks at the page, for the tests of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.console.exchange import Console
from local.console.samples import samples
from local.emulator import Cloud, LocalCloud
from tests.local.chromium import PATIENCE_MILLISECONDS, browser

if TYPE_CHECKING:
    from collections.abc import Iterator

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed (make browser)"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.fixture
def served() -> Iterator[LocalCloud]:
    with LocalCloud(page=Console) as local_cloud:
        yield local_cloud


@pytest.fixture
def cloud(served: LocalCloud) -> Cloud:
    """The sample account, on this machine's clock."""
    return served.cloud


@pytest.fixture
def page(chromium: Any, served: LocalCloud) -> Iterator[Any]:
    """The page, opened. No script failed, nothing was refused, nothing came from elsewhere."""
    opened = chromium.new_page()
    opened.set_default_timeout(PATIENCE_MILLISECONDS)
    complaints: list[str] = []
    addresses: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("request", lambda request: addresses.append(request.url))
    opened.goto(served.url)
    opened.get_by_role("heading", name="Vaults").wait_for()
    yield opened
    opened.close()
    assert complaints == []
    assert [url for url in addresses if not url.startswith(served.url + "/")] == []


def region(page: Any, name: str) -> Any:
    return page.get_by_role("region", name=name)


def expect(found: Any) -> Any:
    return sync_api.expect(found, "on the page")


def open_samples(page: Any) -> None:
    """Open every group of samples."""
    groups = region(page, "Invoke").locator("details[id^=samples-] > summary")
    expect(groups).to_have_count(len({sample.group for sample in samples()}))
    for group in groups.all():
        group.click()


def publish(cloud: Cloud, subject: str) -> None:
    cloud.smn().publish(
        next(iter(cloud.smn().topics.values())),
        now=cloud.clock.now(),
        subject=subject,
        texts={"default": f"the text of {subject}"},
        attributes={},
        time_to_live=3600,
    )
