"""The Terraform module as the archive that a stack of RFS takes.

RFS has the provider under a source of its own, passes the key itself, and takes neither uploads nor
functions that read files (support.huaweicloud.com/intl/en-us/tr-aos/rf_05_0028.html): so the
example, which uploads the package, stays out.
"""

from __future__ import annotations

from pathlib import Path

from deploy.package.archive import zipped

MODULE = Path(__file__).parent / "terraform"
SOURCE = '"huaweicloud/huaweicloud"'
SOURCE_IN_RFS = '"huawei.com/provider/huaweicloud"'

PROVIDER = """\
provider "huaweicloud" {
  region = var.region
}
"""
"""What a configuration of its own needs and a module must not have."""


def archive() -> bytes:
    """The zip: the module's files, with RFS's source of the provider and its configuration.

    Raises:
        OSError: the module cannot be read.
    """
    paths = [*MODULE.glob("*.tf"), *MODULE.glob("policy/*.tf")]
    files = {
        path.relative_to(MODULE).as_posix(): path.read_text(encoding="utf-8") for path in paths
    }
    files["versions.tf"] = files["versions.tf"].replace(SOURCE, SOURCE_IN_RFS)
    files["provider.tf"] = PROVIDER
    return zipped({name: text.encode() for name, text in files.items()})
