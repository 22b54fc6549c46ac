"""The dependencies' wheels for the target runtime, unpacked, in a cache under build/."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.errors import PackageError
from deploy.package.target import PLATFORM

if TYPE_CHECKING:
    from deploy.package.target import Target

PIP_SECONDS = 600


def unpacked_wheels(target: Target, requirements: str, cache: Path) -> Path:
    """A folder with the requirements' files; made once for each set of pins and each target.

    Raises:
        PackageError: pip could not fetch them, or a hash did not match.
    """
    key = hashlib.sha256(f"{target.version} {PLATFORM}\n{requirements}".encode()).hexdigest()[:16]
    folder = cache / f"wheels-{target.version}-{key}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        listed = Path(scratch) / "requirements.txt"
        listed.write_text(requirements, encoding="utf-8")
        _pip_install(target, listed, Path(scratch) / "unpacked")
        shutil.rmtree(Path(scratch) / "unpacked" / "bin", ignore_errors=True)
        try:
            (Path(scratch) / "unpacked").rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another run was first, with the same content
                raise
    return folder


def _pip_install(target: Target, requirements: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += [
        "--no-input",
        "--require-hashes",
        "--no-deps",
        "--no-compile",
        "--no-warn-conflicts",
    ]
    command += ["--platform", PLATFORM, "--implementation", "cp", "--only-binary=:all:"]
    command += ["--python-version", target.version, "--target", str(folder)]
    command += ["--requirement", str(requirements)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter's pip, arguments as a list
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=PIP_SECONDS,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
    except subprocess.TimeoutExpired as error:
        raise PackageError(
            f"pip took more than {PIP_SECONDS} s; is the index reachable?"
        ) from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise PackageError(
            f"pip could not fetch the wheels for Python {target.version} on {PLATFORM}:\n"
            + "\n".join(said or done.stderr.splitlines()[-5:])
        )
