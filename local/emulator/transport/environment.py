"""The settings and credentials with which a program reaches a served local cloud."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from local.emulator.hosts import SERVICE_NAMES, sdk_endpoints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.emulator.cloud import Cloud


def environment(cloud: Cloud, url: str) -> dict[str, str]:
    """Return environment variables for the function, the SDK and the deploy command.

    The credentials are the first of the account that are valid; the topic is the first of
    the cloud's own project. What the account does not have is left out.
    """
    settings = {"REGION": cloud.region, "PROJECT_ID": cloud.project_id}
    topics = list(cloud.smn().topics)
    if topics:
        settings["SMN_TOPIC_URN"] = topics[0]
    for service in SERVICE_NAMES:
        settings[f"{service}_ENDPOINT"] = url
    settings.update(_credentials(cloud))
    settings["HUAWEICLOUD_SDK_PROJECT_ID"] = cloud.project_id
    settings["HUAWEICLOUD_SDK_IAM_ENDPOINT"] = url
    settings.update(sdk_endpoints(url, [cloud.region]))
    return settings


def _credentials(cloud: Cloud) -> dict[str, str]:
    for credential in cloud.account.credentials.values():
        if credential.expired:
            continue
        found = {
            "HUAWEICLOUD_SDK_AK": credential.access_key,
            "HUAWEICLOUD_SDK_SK": credential.secret_key,
        }
        if credential.security_token is not None:
            found["HUAWEICLOUD_SDK_SECURITY_TOKEN"] = credential.security_token
        return found
    return {}


def export_lines(settings: Mapping[str, str]) -> str:
    """Write variables as a shell reads them: `export NAME=value`, quoted where needed."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in settings.items())
