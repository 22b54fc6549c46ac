"""The real package, built once for all tests that only read it."""

from __future__ import annotations

import functools
from pathlib import Path

from deploy.package import Package, build_package

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def built_package(runtime: str = "Python3.12") -> Package:
    """Build it, or return what was built before in this run of the tests."""
    return build_package(
        ROOT / "function", ROOT / "requirements.txt", ROOT / "build" / "cache", runtime=runtime
    )
