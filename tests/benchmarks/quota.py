"""A share of one core, as FunctionGraph gives it: by the kernel's CPU quota (cgroups v1 or v2)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PERIOD_MICROSECONDS = 100_000
_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")


class QuotaUnavailableError(Exception):
    """This machine does not let us limit the CPU; says why."""


class Quota:
    """A control group that grants its processes a share of one core."""

    def __init__(self, share: float, folder: Path) -> None:
        self.share = share
        self._folder = folder

    def command(self, command: Sequence[str]) -> list[str]:
        """Return a command that enters the group and then becomes `command`."""
        enter = 'echo $$ > "$0" && exec "$@"'
        return ["/bin/sh", "-c", enter, str(self._folder / "cgroup.procs"), *command]


@contextmanager
def cpu_quota(share: float) -> Iterator[Quota]:
    """Make a group for as long as it is needed.

    Raises:
        QuotaUnavailableError: The machine has no CPU controller that we may use.
    """
    folder = _group_root() / f"vault-sync-bench-{os.getpid()}"
    microseconds = int(share * PERIOD_MICROSECONDS)
    try:
        folder.mkdir()
    except OSError as error:
        raise QuotaUnavailableError(f"{folder.parent}: {error.strerror}") from error
    try:
        try:
            if (folder / "cpu.max").exists():
                (folder / "cpu.max").write_text(f"{microseconds} {PERIOD_MICROSECONDS}")
            else:
                (folder / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
                (folder / "cpu.cfs_quota_us").write_text(str(microseconds))
        except OSError as error:
            raise QuotaUnavailableError(f"{folder}: {error.strerror}") from error
        yield Quota(share, folder)
    finally:
        folder.rmdir()


def _group_root() -> Path:
    if (_V1 / "cpu.cfs_quota_us").exists():
        return _V1
    controllers = _V2 / "cgroup.subtree_control"
    if controllers.exists() and "cpu" in controllers.read_text().split():
        return _V2
    raise QuotaUnavailableError(
        "no CPU controller of cgroups v1 or v2 is mounted at /sys/fs/cgroup"
    )
