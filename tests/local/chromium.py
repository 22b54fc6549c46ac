"""A real browser for tests: Chromium, driven by playwright, where both are installed."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MILLISECONDS = 20_000


@contextmanager
def browser(*flags: str) -> Iterator[Any]:
    """Start Chromium with more flags; the test is skipped where it cannot be started."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed (make browser)"
    )
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("chromium is not installed (apt install chromium)")
    sync_api.expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        yield started
        started.close()
