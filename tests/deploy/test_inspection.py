from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from deploy.errors import PackageError
from deploy.package.inspection import inspect
from tests.support.package import built_package

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulator import Cloud
    from tests.deploy.conftest import Commands

INDEX = "from steps import handler\n\ndef initializer(context): pass\n"
HANDLERS = ("index.handler", "index.initializer")
MODULE = "pydantic_core/_pydantic_core.{}.so"


def zip_of(**files: str) -> bytes:
    """A zip of these files; `index` stands for index.py."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr("index.py" if name == "index" else name, text)
    return buffer.getvalue()


def damaged(data: bytes) -> bytes:
    """The zip with a byte of its first file's content turned."""
    begin = 30 + sum(struct.unpack_from("<HH", data, 26))
    return data[:begin] + bytes([data[begin] ^ 0xFF]) + data[begin + 1 :]


def encrypted(data: bytes) -> bytes:
    """The zip with its entry marked as encrypted, in the directory at its end."""
    place = data.index(b"PK\x01\x02") + 8
    return data[:place] + b"\x01" + data[place + 1 :]


REFUSED = {
    "a text": (b"def handler(event, context): ...", "this is no zip"),
    "nothing": (b"", "this is no zip"),
    "a zip that was cut": (zip_of(index=INDEX)[:-20], "this is no zip"),
    "a file that is broken": (damaged(zip_of(index=INDEX)), "broken"),
    "an encrypted file": (encrypted(zip_of(index=INDEX)), "is encrypted"),
    "a folder too deep": (zip_of(**{"function/index.py": INDEX}), "index.py is not at its root"),
    "no handler": (zip_of(index="def initializer(context): pass"), "index.py has no handler"),
    "no initializer": (zip_of(index="handler = print"), "index.py has no initializer"),
    "an index.py that is no Python": (zip_of(index="def handler("), "index.py is no Python"),
    "modules of another version": (
        zip_of(index=INDEX, **{MODULE.format("cpython-310-x86_64-linux-gnu"): ""}),
        "cannot be loaded by Python3.12",
    ),
    "modules of another processor": (
        zip_of(index=INDEX, **{MODULE.format("cpython-312-aarch64-linux-gnu"): ""}),
        "on x86_64-linux-gnu",
    ),
    "modules of another system": (
        zip_of(index=INDEX, **{"pydantic_core/_pydantic_core.cp312-win_amd64.pyd": ""}),
        "another system",
    ),
    "byte code of another version": (
        zip_of(index=INDEX, **{"__pycache__/index.cpython-310.pyc": ""}),
        "--runtime Python3.12",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_package_that_could_not_run_is_refused(name: str) -> None:
    """It is refused with what is wrong with it, before FunctionGraph has it."""
    data, words = REFUSED[name]
    with pytest.raises(PackageError, match=words):
        inspect(data, "Python3.12", HANDLERS)


def test_a_package_for_several_runtimes_is_taken() -> None:
    """What another interpreter needs besides does no harm, and neither does what all can load."""
    both = [MODULE.format(f"cpython-{tag}-x86_64-linux-gnu") for tag in ("310", "312")]
    data = zip_of(index=INDEX, **dict.fromkeys([*both, "lib.abi3.so", "libs/libssl-1.1.so"], ""))
    for runtime in ("Python3.10", "Python3.12"):
        inspect(data, runtime, HANDLERS)


@pytest.mark.package
@pytest.mark.parametrize(
    ("runtime", "other"), [("Python3.12", "Python3.10"), ("Python3.10", "Python3.12")]
)
def test_what_is_built_for_a_runtime_is_taken_for_it_alone(runtime: str, other: str) -> None:
    """The real package passes; for the other runtime it is refused."""
    data = built_package(runtime).data
    inspect(data, runtime, HANDLERS)
    with pytest.raises(PackageError, match=f"cannot be loaded by {other}"):
        inspect(data, other, HANDLERS)


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_refused_package_costs_no_call(
    cloud: Cloud, commands: Commands, tmp_path: Path, command: str
) -> None:
    """The command names the file and ends, before anything is asked of the account."""
    commands.zip_file = tmp_path / "other.zip"
    commands.zip_file.write_bytes(REFUSED["a text"][0])
    ran = commands.run(command)
    assert ran.status == 1
    assert "other.zip: this is no zip" in " ".join(ran.output.split())
    commands.zip_file.unlink()
    assert "No such file" in commands.run(command).output
    assert len(cloud.journal) == 0
