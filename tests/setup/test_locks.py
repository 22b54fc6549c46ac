from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from typing import TYPE_CHECKING

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from local.set_up import BEFORE, INSTALL, LOCKS, QUIETLY, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
LINE = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))?(?: \\)?$")


def _pins(group: str, python: str) -> dict[str, str]:
    """Return what the locks of a group, and of those it builds on, pin for a Python on Linux."""
    pins: dict[str, str] = {}
    for name in [*BEFORE[group], group]:
        for lock in LOCKS[name]:
            pins |= _pins_of((ROOT / lock).read_text(encoding="utf-8"), python)
    return pins


def _pins_of(text: str, python: str) -> dict[str, str]:
    lines = (LINE.match(line) for line in text.splitlines())
    return {
        canonicalize_name(line["name"]): line["version"]
        for line in lines
        if line and _holds(line["marker"], python)
    }


def _holds(marker: str | None, python: str, extra: str = "") -> bool:
    environment = {
        **{key: str(value) for key, value in default_environment().items()},
        "python_version": python,
        "python_full_version": f"{python}.0",
        "extra": extra,
    }
    return marker is None or Marker(marker).evaluate(environment)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("group", LOCKS)
def test_every_requirement_of_what_is_locked_is_locked(group: str, python: str) -> None:
    """With its markers and extras, on each Python: installing has nothing left to resolve."""
    pins = _pins(group, python)
    waiting = [(name, "") for name in pins]
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for requirement in _requirements(name, pins[name]):
            if not _holds(str(requirement.marker) if requirement.marker else None, python, extra):
                continue
            needed = canonicalize_name(requirement.name)
            assert needed in pins, f"{name} needs {requirement}"
            assert requirement.specifier.contains(pins[needed], prereleases=True), requirement
            waiting += [(needed, one) for one in requirement.extras]
    assert {name for name, _ in seen} == set(pins)


def _requirements(name: str, version: str) -> list[Requirement]:
    """Return what a release asks for, if this Python has it installed.

    What only other Pythons install is looked at by them: `.ci/run` runs this with each.
    """
    try:
        installed = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return []
    return [Requirement(line) for line in installed.requires or []] * (installed.version == version)


def test_every_pin_has_hashes() -> None:
    """Whatever is downloaded is what was locked."""
    for lock in (lock for locks in LOCKS.values() for lock in locks):
        blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())
        assert blocks
        for block in blocks:
            assert LINE.match(block.splitlines()[0]), block
            assert "--hash=sha256:" in block, block


def test_no_package_stands_in_two_locks() -> None:
    """So that none changes what another one installed."""
    found = [
        name
        for locks in LOCKS.values()
        for lock in locks
        for name in _pins_of((ROOT / lock).read_text(encoding="utf-8"), "3.12")
    ]
    assert sorted(found) == sorted(set(found))


def test_newer_releases_are_not_taken(tmp_path: Path) -> None:
    """An index that has a newer release of everything gives the pins all the same.

    The wheels are made up, and each asks for the others without saying which release.
    """
    index, target, lock = tmp_path / "index", tmp_path / "target", tmp_path / "lock.txt"
    index.mkdir()
    pins = {"alpha": "1.0", "beta": "2.0"}
    lines = []
    for name, version in pins.items():
        wheel = _wheel(index, name, version, asks_for=[*pins, "gamma[extra]>=1"])
        _wheel(index, name, "99.0", asks_for=[])
        lines.append(f"{name}=={version} --hash=sha256:{wheel}")
    _wheel(index, "gamma", "1.0", asks_for=[])
    lock.write_text("\n".join(lines))
    command = [sys.executable, "-m", "pip", *INSTALL, *QUIETLY]
    where = ["--no-index", "--find-links", str(index), "--target", str(target)]
    subprocess.run([*command, *where, "-r", str(lock)], check=True)
    installed = {path.stem for path in target.glob("*.dist-info")}
    assert installed == {"alpha-1.0", "beta-2.0"}


def _wheel(index: Path, name: str, version: str, *, asks_for: list[str]) -> str:
    """Make a wheel; return its hash."""
    path = index / f"{name}-{version}-py3-none-any.whl"
    folder = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in asks_for)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(
            f"{folder}/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        )
        wheel.writestr(
            f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{folder}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()
