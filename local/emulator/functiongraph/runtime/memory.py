"""How much memory a process uses, from Linux's /proc; other systems do not tell.

A limit on the address space (RLIMIT_AS) would not do: each thread reserves 64 MB of it and uses
next to nothing, so a limit of 256 MB would stop a function at its fourth thread. What counts, here
as in FunctionGraph, is the memory that is resident.
"""

from __future__ import annotations

from pathlib import Path

_KIB_PER_MB = 1024


def peak_mb(process_id: int) -> float | None:
    """Return the most a process has used since `reset_peak`; None where that cannot be known."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / _KIB_PER_MB
    return None


def reset_peak(process_id: int) -> bool:
    """Let `peak_mb` begin anew; tell whether the system allowed it."""
    try:
        Path(f"/proc/{process_id}/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True
