"""The services of one invocation, each client built when it is first needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from huaweicloudsdkcbr.v1.cbr_client import CbrClient
from huaweicloudsdkcbr.v1.region.cbr_region import CbrRegion
from huaweicloudsdksmn.v2.region.smn_region import SmnRegion
from huaweicloudsdksmn.v2.smn_client import SmnClient

from vault_sync.calls import Calls
from vault_sync.cloud.cbr import Cbr
from vault_sync.cloud.credentials import Credentials
from vault_sync.cloud.session import build_client
from vault_sync.cloud.smn import Smn
from vault_sync.errors import BadInput, ConfigurationError
from vault_sync.project import Project, project_of
from vault_sync.settings import Settings
from vault_sync.text import shown

if TYPE_CHECKING:
    from vault_sync.cloud.functiongraph import FunctionGraph


class Services:
    """CBR in each project that is asked for, SMN for the topic, and FunctionGraph."""

    def __init__(self, settings: Settings, credentials: Credentials, calls: Calls) -> None:
        """Look up the endpoints of the settings.

        Raises:
            ConfigurationError: A region of the settings is unknown.
        """
        self._settings = settings
        self._credentials = credentials
        self._calls = calls
        self._lock = threading.Lock()
        self._clients: list[Any] = []
        self._cbr: dict[Project, Cbr] = {}
        topic = project_of(settings.topic_urn)
        smn_endpoint = settings.smn_endpoint or _endpoint(SmnRegion, topic)
        cbr_endpoint = settings.cbr_endpoint or _endpoint(CbrRegion, settings.project)
        unknown = [
            f"{name}: the region {shown(project.region)} is not known to the SDK; correct it, or "
            f"set {endpoint_name}"
            for name, endpoint, project, endpoint_name in (
                ("SMN_TOPIC_URN", smn_endpoint, topic, "SMN_ENDPOINT"),
                ("REGION", cbr_endpoint, settings.project, "CBR_ENDPOINT"),
            )
            if endpoint is None
        ]
        if unknown or smn_endpoint is None:
            raise ConfigurationError("wrong settings: " + "; ".join(unknown))
        self._smn_endpoint = smn_endpoint

    def cbr(self, project: Project) -> Cbr:
        """Return CBR in a project.

        Raises:
            BadInput: The region is unknown, so there is no endpoint to call.
        """
        with self._lock:
            if project not in self._cbr:
                endpoint = self._settings.cbr_endpoint or _endpoint(CbrRegion, project)
                if endpoint is None:
                    raise BadInput(
                        "UnknownRegion",
                        f"region: {shown(project.region)} is not known to the SDK as a region "
                        "of CBR",
                    )
                client = self._client(CbrClient, endpoint, project)
                self._cbr[project] = Cbr(client, project, self._calls, self._credentials.redact)
            return self._cbr[project]

    def smn(self) -> Smn:
        """Return SMN for the topic."""
        urn = self._settings.topic_urn
        client = self._client(SmnClient, self._smn_endpoint, project_of(urn))
        return Smn(client, urn, self._calls, self._credentials.redact)

    def functiongraph(self, project: Project) -> FunctionGraph:
        """Return FunctionGraph where the function is; its SDK is imported only now.

        Raises:
            BadInput: The region is unknown, so there is no endpoint to call.
        """
        from huaweicloudsdkfunctiongraph.v2.functiongraph_client import FunctionGraphClient  # noqa: PLC0415, I001 - a plain sync does without it
        from huaweicloudsdkfunctiongraph.v2.region.functiongraph_region import FunctionGraphRegion  # noqa: PLC0415 - the same
        from vault_sync.cloud.functiongraph import FunctionGraph  # noqa: PLC0415 - the same

        endpoint = self._settings.functiongraph_endpoint or _endpoint(FunctionGraphRegion, project)
        if endpoint is None:
            raise BadInput(
                "UnknownRegion", f"CONTINUE_AS: {shown(project.region)} is not known to the SDK"
            )
        client = self._client(FunctionGraphClient, endpoint, project)
        return FunctionGraph(client, project, self._calls, self._credentials.redact)

    def _client(self, client_class: Any, endpoint: str, project: Project) -> Any:
        client = build_client(
            client_class,
            endpoint=endpoint,
            project_id=project.project_id,
            credentials=self._credentials,
            seconds_left=self._calls.seconds_for_this_call,
            connections=self._settings.max_concurrency,
        )
        self._clients.append(client)
        return client

    def close(self) -> None:
        """Close every connection that was opened."""
        for client in self._clients:
            client.close()


def _endpoint(regions: Any, project: Project) -> str | None:
    """Ask the SDK's region table, which also honours its environment variables."""
    try:
        return str(regions.value_of(project.region).endpoints[0])
    except KeyError:
        return None
