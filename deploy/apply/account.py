"""The account, seen through FunctionGraph's official SDK; failures in plain words.

Bodies and answers are plain JSON objects here: the SDK sends a mapping unchanged, and its models
would lose what they do not know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.auth.provider import CredentialProviderChain
from huaweicloudsdkcore.exceptions.exceptions import (
    ApiValueError,
    ConnectionException,
    SdkException,
    ServiceResponseException,
)
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkfunctiongraph import v2 as sdk
from huaweicloudsdkfunctiongraph.v2.region.functiongraph_region import FunctionGraphRegion
from requests.exceptions import RequestException

from deploy.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_SECONDS = 10
READ_SECONDS = 120
"""Uploading a package takes its time on a slow line."""

NOT_FOUND = 404
SAME_CODE = "FSS.0409"

ADVICE = {
    401: "check HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, for temporary keys "
    "HUAWEICLOUD_SDK_SECURITY_TOKEN too, and this machine's clock",
    403: "the access key lacks the permission; FunctionGraph FullAccess has it "
    "(docs/permissions.md)",
    429: "wait a little and run the command again",
}
TEMPORARY = "FunctionGraph is having trouble; run the command again, it goes on where it stopped"


@dataclass
class Account:
    """One project in one region."""

    region: str
    project_id: str
    client: Any = field(repr=False)

    def urn(self, package: str, name: str) -> str:
        """A function's URN without a version."""
        return f"urn:fss:{self.region}:{self.project_id}:function:{package}:{name}"

    def show_function(self, urn: str) -> dict[str, Any] | None:
        """The function's configuration, or None where there is no such function."""
        request = sdk.ShowFunctionConfigRequest(function_urn=f"{urn}:latest")
        return self._found("look up the function", self.client.show_function_config, request)

    def create_function(self, body: dict[str, Any]) -> dict[str, Any]:
        """Create a function with its code."""
        request = sdk.CreateFunctionRequest(body=body)
        return self._done("create the function", self.client.create_function, request)

    def update_code(self, urn: str, body: dict[str, Any]) -> None:
        """Replace the code. That the service has it already is no error."""
        request = sdk.UpdateFunctionCodeRequest(function_urn=f"{urn}:latest", body=body)
        try:
            self.client.update_function_code(request)
        except ServiceResponseException as error:
            if error.error_code != SAME_CODE:
                raise _in_plain_words("send the code", error) from error
        except (SdkException, RequestException) as error:
            raise _in_plain_words("send the code", error) from error

    def update_config(self, urn: str, body: dict[str, Any]) -> None:
        """Replace the configuration: what the body leaves out goes back to its default."""
        request = sdk.UpdateFunctionConfigRequest(function_urn=f"{urn}:latest", body=body)
        self._done("change the configuration", self.client.update_function_config, request)

    def update_max_instances(self, urn: str, number: int) -> None:
        """Set how many instances the function may have."""
        request = sdk.UpdateFunctionMaxInstanceConfigRequest(
            function_urn=f"{urn}:latest", body={"max_instance_num": number}
        )
        call = self.client.update_function_max_instance_config
        self._done("change the number of instances", call, request)

    def delete_function(self, urn: str) -> None:
        """Delete a function; the URN must not carry a version."""
        request = sdk.DeleteFunctionRequest(function_urn=urn)
        self._found("delete the function", self.client.delete_function, request)

    def show_async_policy(self, urn: str) -> dict[str, Any] | None:
        """The asynchronous policy, or None where there is none."""
        request = sdk.ShowFunctionAsyncInvokeConfigRequest(function_urn=f"{urn}:latest")
        call = self.client.show_function_async_invoke_config
        return self._found("look up the asynchronous policy", call, request)

    def update_async_policy(self, urn: str, body: dict[str, Any]) -> None:
        """Set the asynchronous policy."""
        request = sdk.UpdateFunctionAsyncInvokeConfigRequest(
            function_urn=f"{urn}:latest", body=body
        )
        call = self.client.update_function_async_invoke_config
        self._done("set the asynchronous policy", call, request)

    def delete_async_policy(self, urn: str) -> None:
        """Delete the asynchronous policy, if there is one."""
        request = sdk.DeleteFunctionAsyncInvokeConfigRequest(function_urn=f"{urn}:latest")
        call = self.client.delete_function_async_invoke_config
        self._found("delete the asynchronous policy", call, request)

    def list_triggers(self, urn: str) -> list[dict[str, Any]]:
        """The function's triggers."""
        request = sdk.ListFunctionTriggersRequest(function_urn=f"{urn}:latest")
        what = "list the triggers"
        try:
            found = _document(what, self.client.list_function_triggers(request))
        except (SdkException, RequestException) as error:
            raise _in_plain_words(what, error) from error
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise AccountError(f"could not {what}: the answer is no list of triggers")
        return found

    def create_trigger(self, urn: str, body: dict[str, Any]) -> dict[str, Any]:
        """Create a trigger."""
        request = sdk.CreateFunctionTriggerRequest(function_urn=f"{urn}:latest", body=body)
        return self._done("create a trigger", self.client.create_function_trigger, request)

    def update_trigger_status(self, urn: str, type_code: str, identity: str, status: str) -> None:
        """Enable (ACTIVE) or disable (DISABLED) a trigger."""
        request = sdk.UpdateTriggerRequest(
            function_urn=f"{urn}:latest",
            trigger_type_code=type_code,
            trigger_id=identity,
            body={"trigger_status": status},
        )
        self._done("switch a trigger", self.client.update_trigger, request)

    def delete_trigger(self, urn: str, type_code: str, identity: str) -> None:
        """Delete a trigger, if it is there."""
        request = sdk.DeleteFunctionTriggerRequest(
            function_urn=f"{urn}:latest", trigger_type_code=type_code, trigger_id=identity
        )
        self._found("delete a trigger", self.client.delete_function_trigger, request)

    def _done(self, what: str, call: Callable[[Any], Any], request: Any) -> dict[str, Any]:
        try:
            return _object(what, call(request))
        except (SdkException, RequestException) as error:
            raise _in_plain_words(what, error) from error

    def _found(self, what: str, call: Callable[[Any], Any], request: Any) -> dict[str, Any] | None:
        """The answer, or None where the service says that there is no such thing."""
        try:
            return _object(what, call(request))
        except ServiceResponseException as error:
            if error.status_code == NOT_FOUND:
                return None
            raise _in_plain_words(what, error) from error
        except (SdkException, RequestException) as error:
            raise _in_plain_words(what, error) from error


def connect(region: str, project_id: str, endpoint: str | None) -> Account:
    """A client for a project, with credentials found in the SDK's usual ways.

    Those are HUAWEICLOUD_SDK_AK, _SK and _SECURITY_TOKEN, the profile
    ``~/.huaweicloud/credentials`` and the metadata of a cloud server, in this order.

    Raises:
        AccountError: there are no credentials, or the region has no FunctionGraph.
    """
    try:
        chain = CredentialProviderChain.get_basic_credential_provider_chain()
        found = chain.get_credentials()
    except (SdkException, RequestException) as error:
        raise AccountError(
            "there are no credentials: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, "
            "or write ~/.huaweicloud/credentials"
        ) from error
    credentials = BasicCredentials(found.ak, found.sk, project_id)
    if found.security_token:
        credentials.with_security_token(found.security_token)
    config = HttpConfig(
        timeout=(CONNECT_SECONDS, READ_SECONDS), retry_times=0, user_agent="vault-sync-deploy"
    )
    builder = sdk.FunctionGraphClient.new_builder().with_http_config(config)
    builder = builder.with_credentials(credentials).with_endpoint(endpoint or _endpoint(region))
    try:
        return Account(region, project_id, builder.build())
    except (ApiValueError, SdkException) as error:
        raise AccountError(f"the SDK cannot be set up: {error}") from error


def _endpoint(region: str) -> str:
    try:
        return str(FunctionGraphRegion.value_of(region).endpoints[0])
    except KeyError as error:
        raise AccountError(
            f"the SDK knows no FunctionGraph in {region}; correct REGION or SMN_TOPIC_URN, "
            "or give --endpoint"
        ) from error


def _document(what: str, response: Any) -> Any:
    content = response.raw_content
    try:
        return json.loads(content) if content else {}
    except ValueError as error:
        raise AccountError(f"could not {what}: the answer is no JSON; is it --endpoint?") from error


def _object(what: str, response: Any) -> dict[str, Any]:
    found = _document(what, response)
    if not isinstance(found, dict):
        raise AccountError(f"could not {what}: the answer is no JSON object")
    return found


def _in_plain_words(what: str, error: Exception) -> AccountError:
    """What failed, what the service said, what to do."""
    if isinstance(error, ServiceResponseException):
        advice = ADVICE.get(error.status_code) or (TEMPORARY if error.status_code >= 500 else "")  # noqa: PLR2004 - the server's own failures
        said = f"{error.status_code} {error.error_code}: {error.error_msg}"
        request = f" (request {error.request_id})" if error.request_id else ""
        return AccountError(
            f"could not {what}: {said}{request}" + (f"; {advice}" if advice else "")
        )
    if isinstance(error, (ConnectionException, RequestException)):
        return AccountError(
            f"could not {what}: FunctionGraph did not answer; check the network, REGION and "
            "--endpoint, then run the command again"
        )
    return AccountError(f"could not {what}: {error}")
