"""The real package, built once for all tests that only read it, in whatever process they run."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
from pathlib import Path

from deploy.package import Package, build_package

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "cache"


@functools.cache
def built_package(runtime: str = "Python3.12", *, plain: bool = False) -> Package:
    """Build it, or return what was built before from the same sources."""
    kind = "plain-" * plain
    folder = CACHE / "tests" / f"{runtime}-{kind}{_digest_of_sources()}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        facts = folder / "facts.json"
        if not facts.exists():
            package = build_package(
                ROOT / "function", ROOT / "requirements.txt", CACHE, runtime=runtime, plain=plain
            )
            folder.mkdir(exist_ok=True)
            (folder / "function.zip").write_bytes(package.data)
            facts.write_text(
                json.dumps([package.file_count, package.unzipped_bytes, package.compiled_by])
            )
        return Package((folder / "function.zip").read_bytes(), *json.loads(facts.read_text()))


def _digest_of_sources() -> str:
    """Return what a package follows from: the function, the pins, and the code that packs them."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for folder in ("function", "deploy/package"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
