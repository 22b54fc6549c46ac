"""The function's runtime dependencies, and nothing else of what is installed here.

The virtual environment holds the tools of development too. So that a function which needs one of
them fails here and not in the cloud, its process does not get the environment's `site-packages`
but a directory of links: one for each top-level file and folder of the distributions that
`requirements.txt` pins, in the layout of a package's root. For an unpacked package, which brings
its dependencies along, no such directory is needed.
"""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement


class LibrariesError(Exception):
    """What is installed is not what the requirements pin."""


def link_pinned(requirements: Path, directory: Path) -> None:
    """Fill a directory with links to the distributions that a requirements file pins.

    Raises:
        LibrariesError: One is missing, or installed in another version.
    """
    for requirement in _pinned(requirements):
        installed = _installed(requirement)
        for top in _top_level(installed):
            link = directory / top
            if not link.is_symlink():
                link.symlink_to(Path(str(installed.locate_file(top))).resolve())


def _pinned(requirements: Path) -> list[Requirement]:
    """Read the lines that apply to this interpreter; hashes and comments are not for us."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - a served cloud starts faster without it

    found = []
    for line in requirements.read_text(encoding="utf-8").splitlines():
        text = line.split("--hash", 1)[0].rstrip().removesuffix("\\").strip()
        if not text or text.startswith(("#", "-")):
            continue
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            found.append(requirement)
    return found


def _installed(requirement: Requirement) -> Distribution:
    try:
        found = distribution(requirement.name)
    except PackageNotFoundError:
        raise LibrariesError(
            f"{requirement} is pinned but not installed: `make test` sets everything up, or run "
            "pip install -r requirements.txt"
        ) from None
    if not requirement.specifier.contains(found.version, prereleases=True):
        raise LibrariesError(
            f"{requirement} is pinned but {found.version} is installed: run "
            "pip install -r requirements.txt"
        )
    return found


def _top_level(installed: Distribution) -> set[str]:
    tops = {file.parts[0] for file in installed.files or ()}
    return {top for top in tops if top not in {"..", "__pycache__"}}
