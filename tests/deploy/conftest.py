from __future__ import annotations

import io
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from deploy.__main__ import app
from local.emulator import mock_huaweicloud
from local.emulator.sample import ACCESS_KEY, SECRET_KEY, TOPIC_URN, sample_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator import Cloud

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"


@dataclass
class Ran:
    """What a command printed, on both streams, and its exit status."""

    status: int
    output: str


@dataclass
class Commands:
    """`python -m deploy`, in this process. The dry run needs a served cloud: ``--try`` asks for it.

    confirms: whether apply is told not to ask.
    """

    zip_file: Path
    template: Path = TEMPLATE
    confirms: bool = True

    def run(self, command: str, *arguments: str) -> Ran:
        options = ["--template", str(self.template)]
        if command in ("plan", "apply"):
            options += ["--zip", str(self.zip_file)]
        if command == "apply" and self.confirms:
            options += ["--yes", "--no-try"]
        result = CliRunner().invoke(app, [*command.split(), *options, *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.output)


def write_zip(path: Path, text: str) -> Path:
    """The smallest package that could run; the text makes it another one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", f"def handler(): {text!r}\ndef initializer(): pass\n")
    path.write_bytes(buffer.getvalue())
    return path


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """The sample account in process, and an environment that leads to it and nowhere else."""
    for name in list(os.environ):
        if name.startswith(("VAULT_SYNC_", "HUAWEICLOUD_SDK_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET_KEY)
    monkeypatch.setenv("VAULT_SYNC_SMN_TOPIC_URN", TOPIC_URN)
    with mock_huaweicloud(sample_cloud()) as cloud:
        yield cloud


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(write_zip(tmp_path / "function.zip", "one"))
