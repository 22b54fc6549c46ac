"""Make the project's own virtual environment, .venv, with what a command needs and no more.

Run by the Makefile with whatever `python3` there is, so it uses the standard library alone::

    python3 local/set_up.py              # the demo, the page, invoke, the deploy commands
    python3 local/set_up.py tests        # the tests and the linters besides
    python3 local/set_up.py browser      # what the page's tests in a real browser need besides
    python3 local/set_up.py terraform    # a real Terraform besides, where there is one
    python3 local/set_up.py rabbitmq     # what `serve --rabbitmq` needs besides the tools

The locks are complete: pip resolves nothing (`--no-deps`), takes nothing that is not pinned by a
hash, and builds nothing. What was installed is written down last, in .venv/set-up.json. So an
environment is made anew that was stopped half-way, or was made by another Python, for another copy
of the project, or from other locks.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
OLDEST = (3, 10)

LOCKS = {
    "tools": ["requirements.txt", "local/requirements.txt"],
    "tests": ["tests/requirements.txt"],
    "browser": ["tests/browser-requirements.txt"],
    "terraform": ["tests/terraform-requirements.txt"],
    "rabbitmq": ["local/rabbitmq-requirements.txt"],
}
"""The locks of each group."""

BEFORE = {
    "tools": [],
    "tests": ["tools"],
    "browser": ["tools", "tests"],
    "terraform": ["tools", "tests"],
    "rabbitmq": ["tools"],
}
"""The groups that a group is installed on top of."""

INSTALL = ["install", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
"""How pip installs a lock: as it stands."""

QUIETLY = ["--quiet", "--disable-pip-version-check", "--no-input"]


class CannotSetUp(Exception):  # noqa: N818 - reads as what happened
    """The environment cannot be made; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Set up the group that is named, and those it builds on. Return the exit status."""
    wanted = arguments[0] if arguments else "tools"
    if wanted not in LOCKS:
        sys.stderr.write(f"{wanted} is not one of {', '.join(LOCKS)}\n")
        return 2
    try:
        set_up([*BEFORE[wanted], wanted])
    except CannotSetUp as error:
        sys.stderr.write(f"Set-up failed: {error}\n")
        return 1
    return 0


def set_up(groups: list[str]) -> None:
    """Make .venv what the groups need; do nothing where it is that already.

    Raises:
        CannotSetUp: This Python, this machine or the network does not allow it.
    """
    if sys.version_info < OLDEST:
        raise CannotSetUp(
            f"python3 is {platform.python_version()}; 3.10 or newer is needed "
            "(make PYTHON=python3.12 ...)"
        )
    made_by = {
        "python": platform.python_version(),
        "executable": str(Path(sys.executable).resolve()),
        "project": str(ROOT),
    }
    found = _found()
    installed = found.get("groups", {})
    fresh = all(installed[group] == _digest(group) for group in installed if group in LOCKS)
    if not installed or not fresh or found.get("made_by") != made_by:
        _make_environment()
        installed = {}
    for group in groups:
        if group not in installed:
            _install(group)
            installed = {**installed, group: _digest(group)}
            _write_down({"made_by": made_by, "groups": installed})


def _digest(group: str) -> str:
    digest = hashlib.sha256()
    for lock in LOCKS[group]:
        digest.update((ROOT / lock).read_bytes())
    return digest.hexdigest()


def _found() -> dict[str, Any]:
    """Return what a set-up wrote down at its end; nothing where none came to its end."""
    try:
        read = json.loads((VENV / "set-up.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _write_down(facts: dict[str, Any]) -> None:
    written = VENV / "set-up.json.new"
    written.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    written.replace(VENV / "set-up.json")


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _make_environment() -> None:
    if VENV.is_symlink():
        raise CannotSetUp(
            f"{VENV} is a link to {VENV.resolve()}, which is not ready for this project. "
            "It is not emptied: take the link away"
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            raise CannotSetUp(
                f"this Python has no module {module}; on Debian and Ubuntu install the package "
                f"python{version}-venv (apt-get install python{version}-venv)"
            )
    _say(f"Making {VENV.name} with Python {platform.python_version()} ...")
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode:
        raise CannotSetUp(f"python3 -m venv: {made.stdout.strip()} {made.stderr.strip()}")


def _install(group: str) -> None:
    locks = [part for lock in LOCKS[group] for part in ("-r", str(ROOT / lock))]
    many = sum((ROOT / lock).read_text(encoding="utf-8").count("==") for lock in LOCKS[group])
    _say(f"Installing {group}: at most {many} packages from {' and '.join(LOCKS[group])} ...")
    python = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [str(python), "-m", "pip", *INSTALL, *QUIETLY, *locks]
    if subprocess.run(pip, check=False).returncode:  # noqa: S603 - our own environment
        raise CannotSetUp(
            f"pip could not install {' and '.join(LOCKS[group])} (see above). It needs the package "
            "index: check the network, then run the same command again"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
