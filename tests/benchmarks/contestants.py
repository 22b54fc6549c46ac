"""Who takes part: the packaged function, the naive package, and the floor."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from deploy.package import Package, build_package
from deploy.package.interpreters import find_interpreter
from deploy.package.requirements import requirements_for
from deploy.package.target import Target
from deploy.package.wheels import unpacked_wheels

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build" / "cache"
REQUIREMENTS = ROOT / "requirements.txt"
HERE = Path(__file__).parent

FLOOR_LIBRARIES = (
    "annotated_types",
    "certifi",
    "charset_normalizer",
    "idna",
    "pydantic",
    "pydantic_core",
    "requests",
    "typing_extensions.py",
    "typing_inspection",
    "urllib3",
)


@dataclass(frozen=True)
class Contestant:
    """A function on disk: its interpreter, and the folders that it is imported from."""

    name: str
    interpreter: str
    folders: tuple[Path, ...]


@dataclass(frozen=True)
class Contestants:
    """Those who are compared, all with the same interpreter and the same pinned libraries."""

    function: Contestant
    naive: Contestant
    floor: Contestant
    package: Package


def prepare(runtime: str, scratch: Path) -> Contestants:
    """Build each contestant's folder.

    Raises:
        RuntimeError: No interpreter of the runtime's version is installed.
        PackageError: The package cannot be built.
    """
    target = Target(runtime)
    interpreter = find_interpreter(target)
    if interpreter is None:
        raise RuntimeError(f"no interpreter for {runtime} is installed; try another --runtime")
    package = build_package(ROOT / "function", REQUIREMENTS, CACHE, runtime=runtime)
    wheels = unpacked_wheels(target, requirements_for(target, REQUIREMENTS), CACHE)
    folders = {name: scratch / name for name in ("function", "naive", "floor")}
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        archive.extractall(folders["function"])
    _copy_without_byte_code(wheels, folders["naive"])
    shutil.copy(HERE / "naive" / "index.py", folders["naive"])
    _make_floor(wheels, folders["floor"], interpreter)
    for path in scratch.rglob("*"):
        path.chmod(0o555)  # as FunctionGraph's code folder: nothing can be written
    found = {name: Contestant(name, interpreter, (path,)) for name, path in folders.items()}
    return Contestants(found["function"], found["naive"], found["floor"], package)


def _copy_without_byte_code(source: Path, destination: Path) -> None:
    shutil.copytree(source, destination, ignore=shutil.ignore_patterns("__pycache__"))


def _make_floor(wheels: Path, folder: Path, interpreter: str) -> None:
    """Only what the floor imports, compiled: what it would be with nothing in its way."""
    folder.mkdir()
    for name in FLOOR_LIBRARIES:
        source = wheels / name
        if source.is_dir():
            _copy_without_byte_code(source, folder / name)
        else:
            shutil.copy(source, folder)
    shutil.copy(HERE / "floor" / "index.py", folder)
    subprocess.run(
        [interpreter, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "."],
        cwd=folder,
        check=True,
    )
