"""Deployed code, unpacked for reading."""

from __future__ import annotations

import io
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.emulator.functiongraph.models import Code, DependencyVersion

MAX_UNPACKED_BYTES = 1500 * 1024 * 1024
"""Source: support.huaweicloud.com/productdesc-functiongraph/functiongraph_01_0150.html."""

READ_ONLY_FOLDER = 0o555
READ_ONLY_FILE = 0o444


class CodeError(Exception):
    """The code cannot be run; the text says why."""


class CodeFolders:
    """One folder for each code with its dependencies, for as long as the engine lives."""

    def __init__(self) -> None:
        self._root: tempfile.TemporaryDirectory[str] | None = None
        self._folders: dict[tuple[str, ...], Path] = {}
        self._lock = threading.Lock()

    def folder(self, code: Code, dependencies: Sequence[DependencyVersion]) -> Path:
        """Return the folder with a function's code; the same again for the same code.

        Raises:
            CodeError: The code is not here, or is more than FunctionGraph unpacks.
        """
        key = (code.kind, code.digest, *(dependency.digest for dependency in dependencies))
        with self._lock:
            if key not in self._folders:
                self._folders[key] = self._unpacked(code, dependencies)
            return self._folders[key]

    def close(self) -> None:
        """Delete all of it."""
        with self._lock:
            if self._root is not None:
                self._root.cleanup()
            self._root = None
            self._folders = {}

    def _unpacked(self, code: Code, dependencies: Sequence[DependencyVersion]) -> Path:
        if not code.data or not all(dependency.data for dependency in dependencies):
            raise CodeError("the code is in OBS, which the local cloud does not have: upload a zip")
        if self._root is None:
            self._root = tempfile.TemporaryDirectory(
                prefix="functions-", ignore_cleanup_errors=True
            )
        folder = Path(self._root.name, str(len(self._folders)))
        folder.mkdir()
        for dependency in dependencies:
            _unpack(dependency.data, folder)
        if code.kind == "inline":
            (folder / "index.py").write_bytes(code.data)
        else:
            _unpack(code.data, folder)
        _protect(folder)
        return folder


def _unpack(data: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise CodeError(f"{size:,} bytes unpacked, {MAX_UNPACKED_BYTES:,} are allowed")
        try:
            archive.extractall(folder)  # keeps every name inside the folder
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
            raise CodeError(f"the zip cannot be unpacked: {error}") from error


def _protect(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(READ_ONLY_FOLDER if path.is_dir() else READ_ONLY_FILE)
    folder.chmod(READ_ONLY_FOLDER)
