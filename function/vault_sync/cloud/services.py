"""The services of one invocation, each client built when it is first needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from huaweicloudsdkcbr.v1.cbr_client import CbrClient
from huaweicloudsdkcbr.v1.region.cbr_region import CbrRegion
from huaweicloudsdksmn.v2.region.smn_region import SmnRegion
from huaweicloudsdksmn.v2.smn_client import SmnClient

from vault_sync.cloud.cbr import CbrService
from vault_sync.cloud.session import build_client
from vault_sync.cloud.smn import SmnService
from vault_sync.credentials import Credentials
from vault_sync.deadline import Deadline
from vault_sync.errors import BadInput, ConfigurationError
from vault_sync.orders import Place
from vault_sync.settings import Settings
from vault_sync.text import shown

if TYPE_CHECKING:
    from vault_sync.continuation import FunctionGraph


class Services:
    """CBR in each place that is asked for, and SMN where the topic is."""

    def __init__(self, settings: Settings, credentials: Credentials, deadline: Deadline) -> None:
        self._settings = settings
        self._credentials = credentials
        self._deadline = deadline
        self._lock = threading.Lock()
        self._clients: list[Any] = []
        self._cbr: dict[Place, CbrService] = {}
        smn_endpoint = settings.smn_endpoint or _endpoint(SmnRegion, settings.topic.place)
        cbr_endpoint = settings.cbr_endpoint or _endpoint(CbrRegion, settings.place)
        unknown = [
            f"{name}: the region {shown(place.region)} is not known to the SDK; correct it, or set "
            f"{endpoint_name}"
            for name, endpoint, place, endpoint_name in (
                ("SMN_TOPIC_URN", smn_endpoint, settings.topic.place, "SMN_ENDPOINT"),
                ("REGION", cbr_endpoint, settings.place, "CBR_ENDPOINT"),
            )
            if endpoint is None
        ]
        if unknown or smn_endpoint is None:
            raise ConfigurationError("wrong settings: " + "; ".join(unknown))
        self._smn_endpoint = smn_endpoint

    def cbr(self, place: Place) -> CbrService:
        """Return CBR in a project and region.

        Raises:
            BadInput: The region is unknown, so there is no endpoint to call.
        """
        with self._lock:
            if place not in self._cbr:
                self._cbr[place] = self._new_cbr(place)
            return self._cbr[place]

    def _new_cbr(self, place: Place) -> CbrService:
        endpoint = self._settings.cbr_endpoint or _endpoint(CbrRegion, place)
        if endpoint is None:
            raise BadInput(
                "UnknownRegion",
                f"region: {shown(place.region)} is not known to the SDK as a region of CBR",
            )
        client = build_client(
            CbrClient,
            endpoint=endpoint,
            project_id=place.project_id,
            credentials=self._credentials,
            seconds_left=self._deadline.for_calls,
            connections=self._settings.max_concurrency,
        )
        self._clients.append(client)
        return CbrService(client, self._credentials.redact)

    def smn(self) -> SmnService:
        """Return SMN in the topic's project and region."""
        client = build_client(
            SmnClient,
            endpoint=self._smn_endpoint,
            project_id=self._settings.topic.place.project_id,
            credentials=self._credentials,
            seconds_left=self._deadline.for_notification,
            connections=self._settings.max_concurrency,
        )
        self._clients.append(client)
        return SmnService(client, self._credentials.redact)

    def functiongraph(self, place: Place) -> FunctionGraph:
        """Return FunctionGraph where the function is; its SDK is imported only now.

        Raises:
            BadInput: The region is unknown, so there is no endpoint to call.
        """
        from huaweicloudsdkfunctiongraph.v2.functiongraph_client import FunctionGraphClient  # noqa: PLC0415, I001 - a plain sync does without it
        from huaweicloudsdkfunctiongraph.v2.region.functiongraph_region import FunctionGraphRegion  # noqa: PLC0415 - the same
        from vault_sync.cloud.functiongraph import FunctionGraphService  # noqa: PLC0415 - the same

        endpoint = self._settings.functiongraph_endpoint or _endpoint(FunctionGraphRegion, place)
        if endpoint is None:
            raise BadInput(
                "UnknownRegion", f"CONTINUE_AS: {shown(place.region)} is not known to the SDK"
            )
        client = build_client(
            FunctionGraphClient,
            endpoint=endpoint,
            project_id=place.project_id,
            credentials=self._credentials,
            seconds_left=self._deadline.for_continuation,
            connections=1,
        )
        self._clients.append(client)
        return FunctionGraphService(client, self._credentials.redact)

    def close(self) -> None:
        """Close every connection that was opened."""
        for client in self._clients:
            client.close()


def _endpoint(regions: Any, place: Place) -> str | None:
    """Ask the SDK's region table, which also honours its environment variables."""
    try:
        return str(regions.value_of(place.region).endpoints[0])
    except KeyError:
        return None
