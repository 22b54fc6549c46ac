from __future__ import annotations

import base64
import io
import json
import textwrap
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkfunctiongraph import v2 as sdk

from local.emulator import Cloud, LocalCloud
from local.emulator.clock import MovableClock
from local.emulator.sample import ACCESS_KEY, AGENCY, PROJECT_ID, REGION, SECRET_KEY, populate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.emulator.functiongraph.engine.engine import Engine
    from local.emulator.functiongraph.engine.records import Record

URN = f"urn:fss:{REGION}:{PROJECT_ID}:function:default:"


def zipped(files: Mapping[str, str]) -> str:
    """A package in base64."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return base64.b64encode(buffer.getvalue()).decode()


@dataclass
class Account:
    """A served account, and the official SDK's client for it."""

    served: LocalCloud
    client: Any = field(repr=False)

    @property
    def clock(self) -> MovableClock:
        """The clock that the test moves, where it has one."""
        assert isinstance(self.cloud.clock, MovableClock)
        return self.cloud.clock

    @property
    def cloud(self) -> Cloud:
        return self.served.cloud

    @property
    def engine(self) -> Engine:
        assert self.cloud.engine is not None
        return self.cloud.engine

    def deploy(self, code: str, name: str = "f", **settings: Any) -> str:
        """Create a function from the text of its index.py, and return its URN."""
        body = {
            "func_name": name,
            "package": "default",
            "runtime": "Python3.12",
            "timeout": 10,
            "handler": "index.handler",
            "memory_size": 128,
            "xrole": AGENCY,
            "code_type": "zip",
            "code_filename": "f.zip",
            "func_code": {"file": zipped({"index.py": textwrap.dedent(code)})},
            **settings,
        }
        self.client.create_function(sdk.CreateFunctionRequest(body=body))
        return f"{URN}{name}:latest"

    def trigger(self, urn: str, kind: str, data: dict[str, Any], status: str = "ACTIVE") -> Any:
        body = {"trigger_type_code": kind, "trigger_status": status, "event_data": data}
        request = sdk.CreateFunctionTriggerRequest(function_urn=urn, body=body)
        created = self.client.create_function_trigger(request)
        if created.trigger_status != status:
            change = sdk.UpdateTriggerRequest(
                function_urn=urn,
                trigger_type_code=kind,
                trigger_id=created.trigger_id,
                body={"trigger_status": status},
            )
            self.client.update_trigger(change)
        return created

    def policy(self, urn: str, retries: int, age: int = 3600, **destinations: Any) -> None:
        """Set the asynchronous policy; a destination is (kind, parameter)."""
        config = {
            name: {"destination": kind, "param": json.dumps(parameter)}
            for name, (kind, parameter) in destinations.items()
        }
        body = {
            "max_async_retry_attempts": retries,
            "max_async_event_age_in_seconds": age,
            "destination_config": config,
        }
        request = sdk.UpdateFunctionAsyncInvokeConfigRequest(function_urn=urn, body=body)
        self.client.update_function_async_invoke_config(request)

    def invoke(self, urn: str, event: Any, **headers: str) -> Any:
        """Invoke as the SDK's users do, with the answer's log."""
        options = {"x_cff_request_version": "v1", "x_cff_log_type": "tail", **headers}
        request = sdk.InvokeFunctionRequest(function_urn=urn, body=event, **options)
        return self.client.invoke_function(request)

    def result(self, urn: str, event: Any) -> Any:
        return json.loads(self.invoke(urn, event).result)

    def submit(self, urn: str, event: Any) -> str:
        request = sdk.AsyncInvokeFunctionRequest(function_urn=urn, body=event)
        return str(self.client.async_invoke_function(request).request_id)

    def attend(self) -> list[Record]:
        """Run what is due now, one after the other."""
        done = [self.engine.handle(request) for request in self.engine.due()]
        return [record for record in done if record is not None]

    def go_on(self, seconds: float) -> list[Record]:
        """Let time pass, from one thing that is due to the next; return what was run."""
        until = self.clock.now() + seconds
        done = self.attend()
        while (moment := self.engine.next_due()) is not None and moment <= until:
            self.clock.move_to(moment)
            done += self.attend()
        self.clock.move_to(until)
        return done + self.attend()

    def admin(self, method: str, path: str, document: Any = None) -> Any:
        answer = requests.request(
            method, f"{self.served.url}/_local/{path}", json=document, timeout=10
        )
        return answer.json() if answer.ok else answer


def client_of(url: str) -> sdk.FunctionGraphClient:
    """Return the official SDK's client of a cloud that is served there."""
    return (
        sdk.FunctionGraphClient.new_builder()
        .with_credentials(BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT_ID))
        .with_endpoint(url)
        .build()
    )


@pytest.fixture
def account() -> Iterator[Account]:
    """The sample account, whose functions run when the test says so."""
    with LocalCloud(Cloud(populate=populate, clock=MovableClock()), fires=False) as served:
        yield Account(served, client_of(served.url))
