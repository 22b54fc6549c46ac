"""Requests to FunctionGraph that anybody can sign: the sample account's keys are published."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from local.emulator.sample import ACCESS_KEY, AGENCY, PROJECT_ID, REGION, SECRET_KEY
from tests.local.emulator.functiongraph.conftest import zipped

FUNCTIONS = f"/v2/{PROJECT_ID}/fgs/functions"
INVOCATION = f"{FUNCTIONS}/urn:fss:{REGION}:{PROJECT_ID}:function:default:f/invocations"
EVENT = "{}"


def function_body() -> str:
    """The body of a CreateFunction whose function runs whatever code it holds."""
    return json.dumps(
        {
            "func_name": "f",
            "package": "default",
            "runtime": "Python3.12",
            "timeout": 10,
            "handler": "index.handler",
            "memory_size": 128,
            "xrole": AGENCY,
            "code_type": "zip",
            "code_filename": "f.zip",
            "func_code": {"file": zipped({"index.py": "def handler(*_):\n    return 'ran'"})},
        }
    )


def signed_headers(method: str, host: str, target: str, body: str) -> dict[str, str]:
    """The headers of a request that the sample account's keys have signed, for a Host header."""
    path, _, query = target.partition("?")
    request: Any = SdkRequest(
        method=method,
        schema="http",
        host=host,
        resource_path=path,
        query_params=parse_qsl(query),
        header_params={"Content-Type": "application/json"},
        body=body,
    )
    credentials = BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT_ID)
    return dict(Signer(credentials).sign(request).header_params)
