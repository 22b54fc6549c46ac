"""Deployed code, unpacked for reading."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from local.emulator.functiongraph.archives import (
    MAX_UNPACKED_BYTES,
    ArchiveError,
    unpack,
    unpacked_bytes,
)

if TYPE_CHECKING:
    from local.emulator.functiongraph.models import Code, Function

READ_ONLY_FOLDER = 0o555
READ_ONLY_FILE = 0o444


class CodeError(Exception):
    """The code cannot be run; the text says why."""


class _Unpacked(NamedTuple):
    """A folder, and every path that was put into it."""

    folder: Path
    paths: tuple[Path, ...]

    def is_whole(self) -> bool:
        """Tell whether it is as it was made: temporary files may be cleared away."""
        return self.folder.is_dir() and all(path.exists() for path in self.paths)


class CodeFolders:
    """One folder for each code, for as long as the engine lives."""

    def __init__(self) -> None:
        self._root: tempfile.TemporaryDirectory[str] | None = None
        self._made: dict[tuple[str, str], _Unpacked] = {}
        self._lock = threading.Lock()

    def folder(self, function: Function) -> Path:
        """Return the folder with a function's code; the same again for the same code.

        One from which something has vanished is made anew.

        Raises:
            CodeError: The code or a dependency is not here, it cannot be unpacked, or is more than
                FunctionGraph unpacks.
        """
        if function.depend_version_list:
            raise CodeError("dependencies are not emulated: put them into the zip")
        code = function.code
        key = (code.kind, code.digest)
        with self._lock:
            made = self._made.get(key)
            if made is None or not made.is_whole():
                made = self._made[key] = self._unpacked(code)
            return made.folder

    def close(self) -> None:
        """Delete all of it."""
        with self._lock:
            if self._root is not None:
                self._root.cleanup()
            self._root = None
            self._made = {}

    def _unpacked(self, code: Code) -> _Unpacked:
        if not code.data:
            raise CodeError("the code is in OBS, which the local cloud does not have: upload a zip")
        if code.kind == "inline":
            folder = self._new_folder()
            (folder / "index.py").write_bytes(code.data)
        else:
            folder = self._from_zip(code.data)
        paths = tuple(folder.rglob("*"))
        for path in paths:
            path.chmod(READ_ONLY_FOLDER if path.is_dir() else READ_ONLY_FILE)
        folder.chmod(READ_ONLY_FOLDER)
        return _Unpacked(folder, paths)

    def _from_zip(self, data: bytes) -> Path:
        try:
            size = unpacked_bytes(data)
            if size > MAX_UNPACKED_BYTES:
                raise CodeError(f"{size:,} bytes unpacked, {MAX_UNPACKED_BYTES:,} are allowed")
            folder = self._new_folder()
            unpack(data, folder)
        except ArchiveError as error:
            raise CodeError(str(error)) from error
        return folder

    def _new_folder(self) -> Path:
        if self._root is not None and not Path(self._root.name).is_dir():
            self._root.cleanup()
            self._root = None
        if self._root is None:
            self._root = tempfile.TemporaryDirectory(
                prefix="functions-", ignore_cleanup_errors=True
            )
        return Path(tempfile.mkdtemp(dir=self._root.name))
