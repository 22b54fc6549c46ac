"""From the SDK's usual settings to an account: credentials, hosts, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.auth.provider import CredentialProviderChain
from huaweicloudsdkcore.exceptions.exceptions import ApiTypeError, ApiValueError, SdkException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.http.http_handler import HttpHandler
from huaweicloudsdkfunctiongraph.v2 import FunctionGraphClient
from huaweicloudsdkfunctiongraph.v2.region.functiongraph_region import FunctionGraphRegion
from huaweicloudsdksmn.v2 import SmnClient
from huaweicloudsdksmn.v2.region.smn_region import SmnRegion
from requests.exceptions import RequestException

from deploy.apply.account import Account
from deploy.apply.calls import Calls
from deploy.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_SECONDS = 10
READ_SECONDS = 120
"""Uploading a package takes its time on a slow line, and an invocation up to 90 s."""

_SDK_ERRORS = (ApiTypeError, ApiValueError, SdkException, RequestException)


def connect(
    region: str, project_id: str, endpoint: str | None, notice: Callable[[str], object]
) -> Account:
    """A project's account, with credentials and hosts found in the SDK's usual ways.

    Those are HUAWEICLOUD_SDK_AK, _SK and _SECURITY_TOKEN, the profile
    ``~/.huaweicloud/credentials`` and the metadata of a cloud server, in this order; and for the
    hosts HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>, else the region's.

    Args:
        region: Such as ``cn-north-4``.
        project_id: The project's ID.
        endpoint: One URL for all services, instead of the hosts.
        notice: Is told of calls that are repeated.

    Raises:
        AccountError: There are no credentials, or the region or the endpoint cannot be used.
    """
    credentials = _credentials(project_id)
    if endpoint is not None:
        _check_endpoint(endpoint)

    def calls(service: str, client: Any, regions: Any) -> Calls:
        made = Calls(service, None, notice)
        config = HttpConfig(
            timeout=(CONNECT_SECONDS, READ_SECONDS), retry_times=0, user_agent="vault-sync-deploy"
        )
        handler = HttpHandler().add_response_handler(lambda response, **_: made.seen(response))
        builder = client.new_builder().with_http_config(config).with_http_handler(handler)
        host = endpoint or _host(service, regions, region)
        try:
            made.client = builder.with_credentials(credentials).with_endpoint(host).build()
        except _SDK_ERRORS as error:
            raise AccountError(f"the SDK cannot be set up: {error}") from error
        return made

    return Account(
        region,
        project_id,
        calls("FunctionGraph", FunctionGraphClient, FunctionGraphRegion),
        calls("SMN", SmnClient, SmnRegion),
    )


def _credentials(project_id: str) -> Any:
    try:
        found = CredentialProviderChain.get_basic_credential_provider_chain().get_credentials()
    except _SDK_ERRORS as error:
        raise AccountError(
            "there are no credentials: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, "
            "or write ~/.huaweicloud/credentials"
        ) from error
    credentials = BasicCredentials(found.ak, found.sk, project_id)
    if found.security_token:
        credentials.with_security_token(found.security_token)
    return credentials


def _check_endpoint(endpoint: str) -> None:
    parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    if parts.path not in ("", "/") or parts.query or not parts.netloc:
        raise AccountError(
            f"--endpoint {endpoint}: only scheme, host and port can be given, such as "
            "https://functiongraph.example.com; the services' paths are fixed"
        )


def _host(service: str, regions: Any, region: str) -> str:
    try:
        return str(regions.value_of(region).endpoints[0])
    except KeyError as error:
        raise AccountError(
            f"the SDK knows no {service} in {region}; correct REGION or SMN_TOPIC_URN, "
            "or give --endpoint"
        ) from error
