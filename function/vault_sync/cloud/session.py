"""An SDK client made for one invocation: its credentials, its deadline, no retries of its own.

What is changed about the SDK, and why (SDK: huaweicloudsdkcore 3.1.219):

* `client.py` signs each request in a pool of eight threads that `close()` does not end; signing
  takes less than a millisecond, so it is done in place and no thread outlives the invocation.
* `http/http_client.py` lets urllib3 turn a 429 on a GET into an error without its body and its
  `Retry-After`; the adapter here leaves all answers alone.
* `http/http_config.py` has one timeout for the client's life; here it is what is left of the time
  of the call that is being made.
* `http/http_client.py` takes a redirect for a success; here it is an error. It is never followed.
* `requests` looks at the machine it runs on: a `default` entry in ~/.netrc replaces the signature,
  and proxies come from the environment. Neither happens here (`trust_env`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from huaweicloudsdkcore.auth import credentials as sdk_credentials
from huaweicloudsdkcore.exceptions.exception_handler import DefaultExceptionHandler
from huaweicloudsdkcore.exceptions.exceptions import (
    ClientRequestException,
    SdkError,
    ServiceResponseException,
)
from huaweicloudsdkcore.http.http_config import HttpConfig
from requests.adapters import HTTPAdapter

from vault_sync.cloud.credentials import Credentials

T = TypeVar("T")

LONGEST_CONNECT_SECONDS = 3.0
LONGEST_READ_SECONDS = 30.0
SHORTEST_SECONDS = 0.01


class _Signed(Generic[T]):
    """A finished result in the place of the SDK's future."""

    def __init__(self, value: T) -> None:
        self._value = value

    def result(self) -> T:
        return self._value


class BasicCredentials(sdk_credentials.BasicCredentials):  # type: ignore[misc] # untyped SDK
    """Sign in place. The name is the SDK's own, because its builder insists on it."""

    def process_auth_request(self, request: Any, http_client: Any) -> _Signed[Any]:
        """Sign a request; the SDK hands it to a thread here."""
        del http_client
        return _Signed(self.sign_request(request))


class _DeadlineConfig(HttpConfig):  # type: ignore[misc] # untyped SDK
    """Timeouts that follow from the time left when a call is made."""

    def __init__(self, seconds_left: Callable[[], float], connections: int) -> None:
        super().__init__(
            retry_times=0,
            pool_connections=2,
            pool_maxsize=connections,
            user_agent="vault-sync",
        )
        self._seconds_left = seconds_left

    @property
    def timeout(self) -> tuple[float, float]:
        """Return (connect, read) seconds, neither longer than what is left.

        Should both be used up, or a peer send a byte now and then, the invocation does not wait
        for it: `System.run_together` has a limit of its own.
        """
        left = max(SHORTEST_SECONDS, self._seconds_left())
        return min(LONGEST_CONNECT_SECONDS, left), min(LONGEST_READ_SECONDS, left)


def _refuse_redirect(response: Any, **_: Any) -> Any:
    """Turn a redirect into an error of the SDK's own kind."""
    if 300 <= response.status_code < 400:  # noqa: PLR2004 - HTTP's redirects
        why = SdkError(error_code=str(response.status_code), error_msg="redirects are not followed")
        error = ClientRequestException(response.status_code, why)
        error.response = response
        raise error
    return response


class _KeepAnswer(DefaultExceptionHandler):  # type: ignore[misc] # untyped SDK
    """Attach the answer to the SDK's exception: its headers carry what the exception loses."""

    def handle_exception(self, request: Any, response: Any) -> None:
        """Raise as the SDK does, with `response` attached."""
        try:
            super().handle_exception(request, response)
        except ServiceResponseException as error:
            error.response = response
            raise


def build_client(  # noqa: PLR0913 - each is a fact about the client, none derives from another
    client_class: Any,
    *,
    endpoint: str,
    project_id: str,
    credentials: Credentials,
    seconds_left: Callable[[], float],
    connections: int,
) -> Any:
    """Build a client of the official SDK for one service, project and invocation.

    Args:
        client_class: The SDK's client class.
        endpoint: Scheme and host; no other host is ever contacted.
        project_id: Given explicitly: the SDK would ask IAM for it, or send a literal placeholder.
        credentials: Of this invocation.
        seconds_left: What is left of the time of the call that this thread makes.
        connections: How many to keep open; as many as there are workers.
    """
    signing = BasicCredentials(credentials.access_key, credentials.secret_key, project_id)
    if credentials.security_token:
        signing.with_security_token(credentials.security_token)
    client = (
        client_class.new_builder()
        .with_http_config(_DeadlineConfig(seconds_left, connections))
        .with_credentials(signing)
        .with_exception_handler(_KeepAnswer())
        .with_endpoint(endpoint)
        .build()
    )
    # The SDK logs failures to stderr, in lines of its own; the outcome says them better.
    logging.getLogger(f"HuaweiCloud-SDK-{client_class.__name__}").disabled = True
    session = client.get_http_client()._session  # noqa: SLF001 - the SDK has no way to give it an adapter
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=connections, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.trust_env = False
    session.hooks["response"] = [_refuse_redirect]
    return client
