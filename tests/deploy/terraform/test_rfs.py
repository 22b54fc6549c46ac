"""`deploy render rfs` keeps to what RFS takes.

The rules are those of support.huaweicloud.com/tr-aos/rf_05_0028.html (what a template may use),
api-aos/ErrorCode.html (the archive) and productdesc-aos/rf_02_0006.html (versions of the provider).
"""

from __future__ import annotations

import io
import re
import zipfile
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import hcl2
import pytest
from typer.testing import CliRunner

from deploy.__main__ import app
from deploy.rfs import archive
from tests.deploy.terraform.command import MODULE, Terraform
from tests.deploy.terraform.test_schemas import plain

if TYPE_CHECKING:
    from tests.deploy.terraform.conftest import Serving

LARGEST = 1_048_576
FORBIDDEN_FUNCTIONS = {
    *("abspath", "basename", "dirname", "pathexpand", "templatefile", "fileexists", "fileset"),
    *("file", "filebase64", "filebase64sha256", "filebase64sha512"),
    *("filemd5", "filesha1", "filesha256", "filesha512"),
}
FORBIDDEN_RESOURCES = (
    *("huaweicloud_vod_*", "huaweicloud_compute_keypair", "huaweicloud_identity_access_key"),
    *("huaweicloud_images_image_v2", "huaweicloud_kps_keypair", "huaweicloud_obs_bucket_object"),
    *("huaweicloud_iotda_batchtask*", "huaweicloud_cce_chart", "huaweicloud_cse_microservice"),
    *("huaweicloud_cdm_*", "huaweicloud_iec_*", "huaweicloud_meeting_*", "huaweicloud_ges_*"),
    *("huaweicloud_ucs_*", "huaweicloud_cloudtable_*", "huaweicloud_bcs_*", "huaweicloud_dis_*"),
    *("huaweicloud_sdrs_*", "huaweicloud_codearts_deploy_*", "huaweicloud_asm_*"),
    "huaweicloud_cph_*",
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """What the archive holds, by name."""
    with zipfile.ZipFile(io.BytesIO(archive())) as opened:
        return {name: opened.read(name).decode("utf-8") for name in opened.namelist()}


@pytest.fixture(scope="module")
def documents(files: dict[str, str]) -> list[dict[str, Any]]:
    read = [plain(hcl2.loads(text)) for text in files.values()]
    assert all(isinstance(document, dict) for document in read)
    return read


def blocks(documents: list[dict[str, Any]], kind: str) -> list[Any]:
    return [block for document in documents for block in document.get(kind, [])]


def test_the_archive_is_one_that_rfs_opens(files: dict[str, str]) -> None:
    """At most 100 files and 1 MB, before and after; text in UTF-8 without a mark; no values."""
    assert len(files) <= 100
    assert len(archive()) <= LARGEST
    assert sum(len(text.encode()) for text in files.values()) <= LARGEST
    assert all(name.endswith(".tf") for name in files)
    assert all(".." not in name and not name.startswith("/") for name in files)
    assert not [name for name, text in files.items() if text.startswith("\ufeff")]


def test_the_provider_is_the_one_that_rfs_has(documents: list[dict[str, Any]]) -> None:
    """Its own source; versions from one on, because exact ones are retired; only the region set."""
    (terraform,) = blocks(documents, "terraform")
    assert set(terraform) == {"required_version", "required_providers"}
    (providers,) = terraform["required_providers"]
    assert providers == {
        "huaweicloud": {
            "source": '"huawei.com/provider/huaweicloud"',
            "version": '">= 1.75.2"',
        }
    }
    assert blocks(documents, "provider") == [{"huaweicloud": {"region": "${var.region}"}}]


def test_nothing_is_used_that_rfs_forbids(
    files: dict[str, str], documents: list[dict[str, Any]]
) -> None:
    """No function that reads files, no forbidden resource, no provisioner, no module from afar."""
    text = "\n".join(files.values())
    assert not set(re.findall(r"\b([a-z0-9]+)\(", text)) & FORBIDDEN_FUNCTIONS
    kinds = {kind for block in blocks(documents, "resource") for kind in block}
    assert kinds
    assert not [kind for kind in kinds for no in FORBIDDEN_RESOURCES if fnmatch(kind, no)]
    assert not re.search(r"\b(provisioner|backend|cloud)\b[^\n]*\{", text)
    for block in blocks(documents, "module"):
        for module in block.values():
            source = PurePosixPath(module["source"].strip('"'))
            assert f"{source}/main.tf" in files


def test_the_function_comes_from_obs(documents: list[dict[str, Any]]) -> None:
    """The only way of code into RFS."""
    (function,) = (
        named["function"]
        for block in blocks(documents, "resource")
        for kind, named in block.items()
        if kind == "huaweicloud_fgs_function"
    )
    assert function["code_type"] == '"obs"'
    assert function["code_url"] == "${var.code_url}"


def test_the_archive_is_the_module_and_nothing_else(files: dict[str, str]) -> None:
    """Each file as it stands, but for the provider's source; the same bytes each time."""
    changed = {"versions.tf", "provider.tf"}
    module = {
        path.relative_to(MODULE).as_posix(): path.read_text(encoding="utf-8")
        for path in MODULE.rglob("*.tf")
        if "example" not in path.parts
    }
    assert set(files) == {*module, "provider.tf"}
    assert {name for name in module if files[name] != module[name]} == changed & set(module)
    assert archive() == archive()


def test_the_command_writes_it(tmp_path: Path) -> None:
    """Into a folder that it makes, and says what the stack will ask for."""
    output = tmp_path / "new" / "rfs.zip"
    ran = CliRunner().invoke(app, ["render", "rfs", "--output", str(output)])
    assert ran.exit_code == 0
    assert output.read_bytes() == archive()
    assert "region and code_url" in " ".join(ran.output.split())


def test_terraform_plans_what_is_in_the_archive(tmp_path: Path, serving: Serving) -> None:
    """A real Terraform takes it under RFS's source, with the two variables that it asks for."""
    with zipfile.ZipFile(io.BytesIO(archive())) as opened:
        opened.extractall(tmp_path)
    with serving("huawei.com/provider/huaweicloud") as environment:
        plan = (
            Terraform(tmp_path, environment)
            .init()
            .plan(region="eu-west-101", code_url="https://packages.obs.example/vault-sync.zip")
        )
    assert plan.of_type("fgs_function")
