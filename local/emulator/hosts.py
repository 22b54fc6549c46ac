"""The host names of the services, as the official SDK's region tables have them."""

from __future__ import annotations

import re
from collections.abc import Iterable

REGIONS = frozenset(
    {
        "ae-ad-1",
        "af-north-1",
        "af-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "cn-east-2",
        "cn-east-3",
        "cn-east-4",
        "cn-east-5",
        "cn-north-1",
        "cn-north-11",
        "cn-north-12",
        "cn-north-2",
        "cn-north-4",
        "cn-north-9",
        "cn-south-1",
        "cn-south-2",
        "cn-south-4",
        "cn-southwest-2",
        "cn-southwest-3",
        "eu-west-0",
        "eu-west-101",
        "la-north-2",
        "la-south-2",
        "me-east-1",
        "my-kualalumpur-1",
        "na-mexico-1",
        "ru-moscow-1",
        "ru-northwest-2",
        "sa-brazil-1",
        "tr-west-1",
    }
)
"""Every region of huaweicloudsdkcbr/v1/region/cbr_region.py."""

SERVICE_NAMES = ("CBR", "SMN", "FUNCTIONGRAPH")
"""As the SDK's variables have them."""

_DOMAIN = "myhuaweicloud.com"
_OTHER_DOMAINS = {
    ("smn", "cn-north-2"): "myhuaweicloud.cn",
    ("smn", "eu-west-101"): "myhuaweicloud.eu",
}
_MISSING = {("smn", "ru-northwest-2")}
_HOST = re.compile(r"([a-z]+)\.([a-z0-9-]+)\.(myhuaweicloud\.(?:com|cn|eu))")
_GLOBAL_IAM = "iam." + _DOMAIN


def host_of(service: str, region: str) -> str:
    """Return the host name of a service (`cbr`) in a region."""
    return f"{service}.{region}.{_OTHER_DOMAINS.get((service, region), _DOMAIN)}"


def locate(host: str) -> tuple[str, str | None] | None:
    """Return the service and region a host name stands for, or None if it is not Huawei's.

    The global IAM endpoint has no region.
    """
    if host == _GLOBAL_IAM:
        return "iam", None
    found = _HOST.fullmatch(host)
    if found is None:
        return None
    service, region, domain = found.groups()
    if region not in REGIONS or (service, region) in _MISSING:
        return None
    if domain != _OTHER_DOMAINS.get((service, region), _DOMAIN):
        return None
    return service, region


def sdk_endpoints(url: str, regions: Iterable[str]) -> dict[str, str]:
    """Return the variables that lead the official SDK's host names of regions to a URL."""
    return {
        f"HUAWEICLOUD_SDK_REGION_{service}_{region.upper().replace('-', '_')}": url
        for region in regions
        for service in SERVICE_NAMES
    }
