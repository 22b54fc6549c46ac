from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "function", Path(sysconfig.get_path("platlib"))]

_IMPORT = """
import gc, sys
sys.path[:0] = {folders!r}
import index
print(gc.isenabled(), gc.get_freeze_count() > 10_000, *sorted(sys.modules))
"""


def _imported(home: Path) -> list[str]:
    """Import the handler in an interpreter that has loaded nothing yet; return what it printed."""
    code = _IMPORT.format(folders=[str(folder) for folder in FOLDERS])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.split()


def test_what_only_some_events_need_is_imported_by_them(tmp_path: Path) -> None:
    """A plain sync starts without reports, waiting, chains and FunctionGraph's SDK."""
    loaded = set(_imported(tmp_path))
    for late in ("report", "waiting", "continuation", "cloud.functiongraph"):
        assert f"vault_sync.{late}" not in loaded
    assert not [name for name in loaded if name.startswith("huaweicloudsdkfunctiongraph")]


def test_the_collector_goes_on_after_the_imports_and_does_not_walk_them(tmp_path: Path) -> None:
    """It rests while the handler is imported; what was imported is frozen."""
    assert _imported(tmp_path)[:2] == ["True", "True"]
