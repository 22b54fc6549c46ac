"""The official SDK's clients, pointed at a local cloud by either way in."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from huaweicloudsdkcbr.v1 import (
    CbrClient,
    ImportCheckpointRequest,
    ListOpLogsRequest,
    SyncParam,
    SyncReq,
)
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdksmn.v2 import (
    PublishMessageRequest,
    PublishMessageRequestBody,
    SmnClient,
)

from local.emulator import Cloud, LocalCloud, mock_huaweicloud
from local.emulator.hosts import host_of
from local.emulator.sample import (
    ACCESS_KEY,
    HYBRID_VAULTS,
    PROJECT_ID,
    REGION,
    SECRET_KEY,
    TOPIC_URN,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Transport = Literal["in process", "http"]
TRANSPORTS: tuple[Transport, ...] = ("in process", "http")
VAULT = next(iter(HYBRID_VAULTS))
TIMEOUT = (5.0, 30.0)
"""Connect and read timeout of the clients, in seconds: longer than a busy machine needs."""


class StillClock:
    """Stands still but for its own sleep; remembers every sleep."""

    def __init__(self, now: float = 1_795_420_800.0) -> None:
        self.time = now
        self.sleeps: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds


@dataclass
class Reach:
    """A cloud, where it is reached, and clients that end with the test."""

    cloud: Cloud
    transport: Transport
    url: str | None
    closing: ExitStack = field(repr=False)
    timeout: tuple[float, float] = TIMEOUT

    def endpoint(self, service: str) -> str:
        return self.url or f"https://{host_of(service, REGION)}"

    def cbr(self, credentials: BasicCredentials | None = None) -> Any:
        return self._client(CbrClient, "cbr", credentials)

    def smn(self, credentials: BasicCredentials | None = None) -> Any:
        return self._client(SmnClient, "smn", credentials)

    def _client(self, kind: Any, service: str, credentials: BasicCredentials | None) -> Any:
        client = (
            kind.new_builder()
            .with_http_config(HttpConfig(timeout=self.timeout, user_agent="test"))
            .with_credentials(credentials or sample_credentials())
            .with_endpoint(self.endpoint(service))
            .build()
        )
        self.closing.callback(client.close)
        return client


def sample_credentials(secret_key: str = SECRET_KEY) -> BasicCredentials:
    return BasicCredentials(ACCESS_KEY, secret_key, PROJECT_ID)


@contextmanager
def reached(cloud: Cloud, transport: Transport) -> Iterator[Reach]:
    """Give a cloud a way in."""
    logging.getLogger("HuaweiCloud-SDK-CbrClient").setLevel(logging.CRITICAL)
    logging.getLogger("HuaweiCloud-SDK-SmnClient").setLevel(logging.CRITICAL)
    with ExitStack() as closing:
        if transport == "http":
            served = closing.enter_context(LocalCloud(cloud))
            yield Reach(cloud, transport, served.url, closing)
        else:
            closing.enter_context(mock_huaweicloud(cloud))
            yield Reach(cloud, transport, None, closing)


def sync(client: Any, vault_id: str = VAULT, *, auto_trigger: bool = True) -> Any:
    """Ask for a sync, and return the answer's `sync`."""
    body = SyncReq(sync=SyncParam(auto_trigger=auto_trigger, vault_id=vault_id))
    return client.import_checkpoint(ImportCheckpointRequest(body=body)).sync


def operation_logs(client: Any, **filters: Any) -> Any:
    return client.list_op_logs(ListOpLogsRequest(**filters))


def publish(client: Any, topic_urn: str = TOPIC_URN, **message: Any) -> Any:
    body = PublishMessageRequestBody(**message)
    return client.publish_message(PublishMessageRequest(topic_urn=topic_urn, body=body))
