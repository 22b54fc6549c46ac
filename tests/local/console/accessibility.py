"""What axe-core finds wrong with a page."""

from __future__ import annotations

from typing import Any


def violations(page: Any) -> list[str]:
    """Return a line for each thing that keeps someone out, by every rule axe-core has on.

    What it cannot judge by itself counts too (`incomplete`): nothing is left open.
    """
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - not everywhere

    found = Axe().run(page).response
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in [*found["violations"], *found["incomplete"]]
        for node in rule["nodes"]
    ]
