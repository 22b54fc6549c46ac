"""docs/local.md says what is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "local.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_python_in_the_docs_runs(block: str) -> None:
    """Each sample runs as it stands; a test in it is called."""
    names: dict[str, Any] = {}
    exec(compile(block, "docs/local.md", "exec"), names)  # noqa: S102 - this project's own page
    for name, value in list(names.items()):
        if name.startswith("test_"):
            value()


def test_every_sample_event_is_described() -> None:
    """The page names each file of events/, and no other."""
    described = set(re.findall(r"`([a-z0-9-]+\.json)`", TEXT))
    assert described == {path.name for path in (ROOT / "events").iterdir()}
