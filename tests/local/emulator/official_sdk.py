"""What the official SDK knows: every operation of its clients for CBR, SMN and FunctionGraph.

`python -m tests.local.emulator.official_sdk > local/emulator/sdk_operations.txt` writes it anew.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import huaweicloudsdkcbr.v1 as cbr
import huaweicloudsdkfunctiongraph.v2 as functiongraph
import huaweicloudsdksmn.v2 as smn

from local.emulator.operations import KnownOperation

CLIENTS = {
    "CBR": (cbr, cbr.CbrClient),
    "SMN": (smn, smn.SmnClient),
    "FunctionGraph": (functiongraph, functiongraph.FunctionGraphClient),
}

_TAGGED = {"FunctionGraph": "functions"}
"""What `{resource_type}` stands for where a service tags one kind of resource alone. So the paths
of FunctionGraph's tags differ from those of SMN's, also where one host serves both."""


def request_of(service: str, method_name: str, values: dict[str, str]) -> Any:
    """Make a request of an operation, each parameter of its path and query taken from `values`."""
    models, _ = CLIENTS[service]
    words = method_name.split("_")
    kind = getattr(models, "".join(word.capitalize() for word in words) + "Request")
    given = {name: values[name] for name in kind.attribute_map if name in values}
    return kind(**given)


def operations() -> Iterator[tuple[str, KnownOperation]]:
    """Give each operation with the name of the client's method for it."""
    for service, (_, client) in CLIENTS.items():
        for name, build in sorted(inspect.getmembers(client, inspect.ismethod)):
            found = re.fullmatch(r"_(\w+)_http_info", name)
            if found is None:
                continue
            information = build(request_of(service, found[1], {}))
            path = information["resource_path"]
            if service in _TAGGED:
                path = path.replace("{resource_type}", _TAGGED[service])
            operation = information["request_type"].removesuffix("Request")
            yield found[1], KnownOperation(service, operation, information["method"], path)


if __name__ == "__main__":
    for _, known in operations():
        print(*known)  # noqa: T201 - what the command is for
