"""Which pinned requirements the target runtime needs, whatever Python builds the package.

pip judges environment markers (``; python_full_version < '3.11'``) by the interpreter that it
runs on, even with ``--python-version``. So the lines are chosen here, for the target.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.markers import InvalidMarker, Marker

from deploy.errors import PackageError

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.package.target import Target


def requirements_for(target: Target, requirements: Path) -> str:
    """The lines of a compiled requirements file that apply to the target, without markers.

    Raises:
        PackageError: the file is missing, or a line has no exact version or no hash.
    """
    try:
        text = requirements.read_text(encoding="utf-8")
    except OSError as error:
        raise PackageError(f"{requirements}: {error.strerror}") from error
    chosen = []
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pin, *options = line.split(" --hash=")
        name, _, marker = pin.partition(";")
        if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", name.strip()) or not options:
            raise PackageError(
                f"{requirements}: {name.strip()!r} must be pinned with == and a hash; "
                "`make requirements` compiles the file"
            )
        if _applies(marker.strip(), target, requirements):
            hashes = [f"--hash={option.strip()}" for option in options]
            chosen.append(" \\\n    ".join([name.strip(), *hashes]))
    return "\n".join(chosen) + "\n"


def _applies(marker: str, target: Target, requirements: Path) -> bool:
    if not marker:
        return True
    try:
        return Marker(marker).evaluate(dict(target.marker_environment()))
    except InvalidMarker as error:
        raise PackageError(f"{requirements}: {marker!r} is not a marker") from error
