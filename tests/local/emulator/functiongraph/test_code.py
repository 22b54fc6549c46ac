"""Code that cannot be unpacked, or vanishes, costs nobody but its own function."""

from __future__ import annotations

import base64
import io
import json
import shutil
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from local.emulator.functiongraph.archives import (
    MAX_UNPACKED_BYTES,
    ArchiveError,
    unpack,
    unpacked_bytes,
)
from tests.local.emulator.functiongraph.conftest import zipped

if TYPE_CHECKING:
    from tests.local.emulator.functiongraph.conftest import Account

ANSWERS = "def handler(event, context):\n    return 'ran'"


def package(method: int = zipfile.ZIP_DEFLATED, text: str = ANSWERS) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("index.py", text)
    return buffer.getvalue()


def spoilt(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip whose directory is whole and whose content is not."""
    data = bytearray(package(method, ANSWERS * 100))
    begin = 30 + len("index.py")
    data[begin : begin + 40] = b"\xff" * 40
    return bytes(data)


def locked() -> bytes:
    """A zip that says its content needs a password."""
    data = bytearray(package())
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    return bytes(data)


def both_file_and_folder() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", ANSWERS)
        archive.writestr("index.py/inner.py", ANSWERS)
    return buffer.getvalue()


UNPACKABLE = {
    "deflated bytes are none": spoilt(),
    "bzip2 bytes are none": spoilt(zipfile.ZIP_BZIP2),
    "LZMA bytes are none": spoilt(zipfile.ZIP_LZMA),
    "stored bytes have changed": spoilt(zipfile.ZIP_STORED),
    "a password": locked(),
    "a file that is a folder too": both_file_and_folder(),
}


def deploy_zip(account: Account, data: bytes, name: str) -> str:
    code = {"file": base64.b64encode(data).decode()}
    return account.deploy("", name, func_code=code)


@pytest.mark.parametrize("data", UNPACKABLE.values(), ids=UNPACKABLE.keys())
def test_a_broken_zip_fails_its_own_function_alone(account: Account, data: bytes) -> None:
    """In FunctionGraph's words, each time; functions before and after it run."""
    first = account.deploy(ANSWERS, "first")
    broken = deploy_zip(account, data, "broken")
    after = account.deploy(ANSWERS + "\n#", "after")
    assert account.invoke(first, {}).result == "ran"
    for _ in range(2):
        answer = account.invoke(broken, {})
        error = json.loads(answer.result)
        assert (answer.status, error["errorType"]) == (500, "CodeError")
        assert "the zip cannot be unpacked" in error["errorMessage"]
    assert account.invoke(after, {}).result == "ran"


def corrupted(data: bytes) -> Any:
    """A valid zip with each single byte of its directory changed, one after the other."""
    for place in range(data.index(b"PK\x01\x02"), len(data)):
        yield data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


def look(data: bytes, folder: Path) -> str:
    try:
        unpacked_bytes(data)
        unpack(data, folder)
    except ArchiveError:
        return "refused"
    return "readable"


def test_whatever_is_wrong_with_a_zip_is_one_kind_of_error(tmp_path: Path) -> None:
    """Each byte of the directory changed, the zip cut at each byte: readable, or ArchiveError."""
    whole = package()
    found = {"readable": 0, "refused": 0}
    for number, data in enumerate([*corrupted(whole), *(whole[:n] for n in range(len(whole)))]):
        found[look(data, tmp_path / str(number))] += 1
    assert found["refused"] > found["readable"] > 0


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"x" * 100, package()[:-10], package().replace(b"PK\x01\x02", b"PK\x09\x09")],
    ids=["nothing", "two letters", "no zip", "cut off", "no directory"],
)
def test_what_is_no_zip_is_refused_when_it_is_uploaded(account: Account, data: bytes) -> None:
    """FSS.1011 (nothing at all: FSS.1012), and no function was made."""
    with pytest.raises(ClientRequestException) as refused:
        deploy_zip(account, data, "f")
    assert refused.value.error_code == ("FSS.1011" if data else "FSS.1012")
    assert account.cloud.functiongraph().functions == {}


def bomb() -> bytes:
    """A zip of a few hundred kilobytes whose files share their bytes: 2,000 times one megabyte."""
    content = zipfile.ZipFile(io.BytesIO(package(text="\0" * 1_000_000)))
    data = package(text="\0" * 1_000_000)
    start = content.start_dir
    entry = data[start : data.index(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"index.py", f"i{n:04}.py".encode()) for n in range(2000))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2000, 2000, len(entries), start, 0)
    return data[:start] + entries + end


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(account: Account) -> None:
    """It says it has more inside than FunctionGraph unpacks."""
    data = bomb()
    assert len(data) < 200_000
    assert unpacked_bytes(data) == 2_000_000_000 > MAX_UNPACKED_BYTES
    error = json.loads(account.invoke(deploy_zip(account, data, "bomb"), {}).result)
    assert error["errorMessage"] == "2,000,000,000 bytes unpacked, 1,572,864,000 are allowed"


def test_a_zip_that_says_less_than_it_has_gives_no_more(tmp_path: Path) -> None:
    """The size it tells is what is unpacked at most; then it does not fit its checksum."""
    data = package(text="\0" * 1_000_000)
    lying = data.replace(struct.pack("<L", 1_000_000), struct.pack("<L", 10))
    assert unpacked_bytes(lying) == 10
    with pytest.raises(ArchiveError):
        unpack(lying, tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) <= 10


def test_a_folder_that_vanishes_is_made_anew(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it, the one folder, or a file in it; by a warm instance as by a new one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    files = {"index.py": "import os\ndef handler(*_):\n    return os.getcwd()", "other.py": ""}
    urn = account.deploy("", "g", func_code={"file": zipped(files)})
    folder = Path(account.invoke(urn, {}).result)
    for gone in (folder, folder.parent):
        shutil.rmtree(gone)
        folder = Path(account.invoke(urn, {}).result)
        assert (folder / "other.py").exists()
    account.go_on(120)  # the warm instance is gone
    (folder / "other.py").unlink()
    assert (Path(account.invoke(urn, {}).result) / "other.py").exists()
