"""docs/local.md says what is true."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "local.md").read_text(encoding="utf-8")


def test_every_sample_event_is_described() -> None:
    """The page names each file of events/, and no other."""
    described = set(re.findall(r"`([a-z0-9-]+\.json)`", TEXT))
    assert described == {path.name for path in (ROOT / "events").iterdir()}
