"""Zips that users upload: looked at, and unpacked."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_UNPACKED_BYTES = 1500 * 1024 * 1024
"""Source: support.huaweicloud.com/productdesc-functiongraph/functiongraph_01_0150.html."""

_BROKEN = (
    EOFError,
    NotImplementedError,  # a method of compression that is not known here
    OSError,  # also two names of which one would be the other's folder
    RuntimeError,  # a password
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What zipfile raises for what is no zip, or a broken one."""


class ArchiveError(Exception):
    """A zip cannot be unpacked; the text says why."""


def unpacked_bytes(data: bytes) -> int:
    """Return how many bytes a zip says it has inside. It cannot give more than it says.

    Raises:
        ArchiveError: It is no zip, or its directory cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except _BROKEN as error:
        raise ArchiveError(f"it is no zip: {error}") from error


def unpack(data: bytes, folder: Path) -> None:
    """Unpack a zip into a folder; every name stays inside it.

    Raises:
        ArchiveError: It cannot be unpacked; the folder may have some of it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(folder)
    except _BROKEN as error:
        raise ArchiveError(f"the zip cannot be unpacked: {error}") from error
