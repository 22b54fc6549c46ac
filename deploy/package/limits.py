"""FunctionGraph's limits for a package (productdesc-functiongraph/functiongraph_01_0150.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Mapping

MB = 1024 * 1024
MAX_CONSOLE_BYTES = 40 * MB
MAX_ZIP_BYTES = 50 * MB
"""Sent with the API; the console takes 40 MB, a zip in OBS may have 300 MB."""

MAX_UNZIPPED_BYTES = 1500 * MB
MAX_FILES = 30_000
HANDLER_FILE = "index.py"


def check_limits(sizes: Mapping[str, int], zip_bytes: int) -> None:
    """Refuse what FunctionGraph would refuse.

    Args:
        sizes: The bytes of each file, unzipped.
        zip_bytes: Those of the zip.

    Raises:
        PackageError: names the limit and what was found.
    """
    unzipped = sum(sizes.values())
    problems = []
    if zip_bytes > MAX_ZIP_BYTES:
        problems.append(f"the zip has {zip_bytes:,} bytes, {MAX_ZIP_BYTES:,} are allowed")
    if unzipped > MAX_UNZIPPED_BYTES:
        problems.append(f"unzipped it has {unzipped:,} bytes, {MAX_UNZIPPED_BYTES:,} are allowed")
    if len(sizes) > MAX_FILES:
        problems.append(f"it has {len(sizes):,} files, {MAX_FILES:,} are allowed")
    if HANDLER_FILE not in sizes:
        problems.append(f"{HANDLER_FILE} is not at its root")
    problems += [f"{name}: a name may not end in ~" for name in sizes if name.endswith("~")]
    if problems:
        raise PackageError("FunctionGraph would refuse the package: " + "; ".join(problems))
