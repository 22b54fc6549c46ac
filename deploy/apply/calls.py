"""One service's calls: signed by the official SDK, repeated as a person would, told in plain words.

Bodies and answers are plain JSON here: the SDK's models would lose what they do not know.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from huaweicloudsdkcore.exceptions.exceptions import (
    ConnectionException,
    SdkException,
    ServiceResponseException,
)
from requests.exceptions import RequestException

from deploy.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before the second, third ... try; each is lengthened by up to a half, by chance."""

TOO_MANY, NOT_FOUND = 429, 404
PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses after which a call that may be repeated is repeated. After 429 every call may."""

ADVICE = {
    401: "check HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, for temporary keys "
    "HUAWEICLOUD_SDK_SECURITY_TOKEN too, and this machine's clock",
    403: "the access key lacks the permission {action} (docs/permissions.md, Who deploys)",
    429: "wait a little and run the command again",
}
TEMPORARY = "the service is having trouble; run the command again, it goes on where it stopped"


@dataclass
class Calls:
    """Calls to one service. ``clock_offset``: its clock's seconds ahead of this machine's, or None.

    ``client`` is the SDK's. ``notice`` is told of each repetition; ``sleep`` takes seconds.
    """

    service: str
    client: Any = field(repr=False)
    notice: Callable[[str], object] = field(default=lambda _: None, repr=False)
    sleep: Callable[[float], object] = field(default_factory=lambda: time.sleep, repr=False)
    chance: Callable[[], float] = field(default=random.random, repr=False)
    clock_offset: float | None = None

    def call(  # noqa: PLR0913 - a call's parts, most of them by name
        self,
        what: str,
        action: str,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Call an operation and return the JSON that it answers, ``{}`` for nothing.

        Args:
            what: For people, after "could not".
            action: IAM's name of the permission that it takes.
            method: POST is repeated only when it was refused (429); others after any passing
                failure, too.
            path: With ``{project_id}``, which the SDK fills in.
            body: The request's JSON.
            query: The query's parameters.
            headers: Further headers.

        Raises:
            AccountError: It failed; ``status`` and ``code`` are the service's.
        """
        for pause in (*PAUSES, None):
            try:
                return _document(what, self.service, self._once(method, path, body, query, headers))
            except (SdkException, RequestException) as error:
                if pause is None or not _may_be_repeated(error, method):
                    raise self._in_plain_words(what, action, error) from error
            seconds = pause * (1 + self.chance() / 2)
            self.notice(f"{self.service} did not {what}; trying again in {seconds:.0f} s")
            self.sleep(seconds)
        raise AssertionError("the last try returns or raises")

    def _once(
        self,
        method: str,
        path: str,
        body: object,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> Any:
        """Send a request, signed; return the answer as it is."""
        client = self.client
        pairs, named = list((query or {}).items()), dict(headers or {})
        request = client.build_future_request(
            method, path, {}, pairs, named, body, None, None, None, None, None
        )
        return client.get_http_client().do_request_sync(request.result())

    def seen(self, response: Any) -> None:
        """Note how far the service's clock is from this machine's."""
        date = response.headers.get("Date")
        if date:
            self.clock_offset = parsedate_to_datetime(date).timestamp() - time.time()

    def _in_plain_words(self, what: str, action: str, error: Exception) -> AccountError:
        """What failed, what the service said, what to do."""
        if not isinstance(error, ServiceResponseException):
            if isinstance(error, (ConnectionException, RequestException)):
                return AccountError(
                    f"could not {what}: {self.service} did not answer; check the network, REGION "
                    "and --endpoint, then run the command again"
                )
            return AccountError(f"could not {what}: {error}")
        status, code = error.status_code, error.error_code
        said = f"{status}" if str(code) == str(status) else f"{status} {code}: {error.error_msg}"
        request = f" (request {error.request_id})" if error.request_id else ""
        advice = ADVICE.get(status, TEMPORARY if status in PASSING else "").format(action=action)
        text = f"could not {what}: {said}{request}" + (f"; {advice}" if advice else "")
        return AccountError(text, status=status, code=code)


def _may_be_repeated(error: Exception, method: str) -> bool:
    """Whether the same call again may help and can do no harm."""
    if isinstance(error, ServiceResponseException):
        return error.status_code == TOO_MANY or (method != "POST" and error.status_code in PASSING)
    return method != "POST" and isinstance(error, (ConnectionException, RequestException))


def _document(what: str, service: str, response: Any) -> Any:
    content = response.content
    try:
        return json.loads(content) if content else {}
    except ValueError as error:
        raise AccountError(
            f"could not {what}: the answer is no JSON; is --endpoint {service}'s?"
        ) from error
