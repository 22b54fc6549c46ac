"""FunctionGraph's published versions of functions, and the agencies that trust it.

API: support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0111.html (list) and
functiongraph_06_0112.html (publish); at most 20 with ``latest``
(support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0180.html);
ListUserTrustAgency.html. A version has no triggers, and its code cannot change.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, cast

from local.emulator.clock import zoned_timestamp
from local.emulator.functiongraph import errors, parameters, render
from local.emulator.functiongraph.models import Version
from local.emulator.service import Call, Result, ServiceError

if TYPE_CHECKING:
    from local.emulator.functiongraph.models import Function, FunctionGraphBackend

MAX_VERSIONS = 20
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,30}[A-Za-z0-9])?")


def _backend(call: Call) -> FunctionGraphBackend:
    return cast("FunctionGraphBackend", call.backend)


def publish_version(call: Call) -> Result:
    """Keep the function as it is now. Without a name it is called after the time."""
    backend, document = _backend(call), parameters.body(call)
    function = backend.find(call.parameters["function_urn"])
    stamp = zoned_timestamp(call.now)
    name = document.get("version") or "v" + re.sub(r"[-:]", "", stamp[:19]).replace("T", "-")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise errors.invalid("version.")
    if name in function.versions or name == "latest":
        raise ServiceError(errors.ALREADY_EXISTS)
    if len(function.versions) + 1 >= MAX_VERSIONS:
        raise errors.invalid(f"The number of versions exceeds the maximum ({MAX_VERSIONS}).")
    if document.get("digest") not in (None, "", function.code.digest):
        raise errors.invalid("digest.")
    version = Version(
        name, str(document.get("description") or ""), function.code, function.settings, call.now
    )
    function.versions[name] = version
    return Result(_document(function, version, backend))


def list_versions(call: Call) -> Result:
    """List the function's versions, ``latest`` first, then the newest."""
    backend = _backend(call)
    function = backend.find(call.parameters["function_urn"])
    published = [
        _document(function, version, backend) for version in reversed(function.versions.values())
    ]
    found = [render.function_config(function, backend), *published]
    return Result({"versions": found, "next_marker": len(found), "count": len(found)})


def show_code(function: Function, version: Version | None) -> Result:
    """Show a function's code; that of a version with its bytes.

    Whether the real service gives the bytes or a link to them is not documented.
    """
    document = render.code_document(function)
    if version is None:
        return Result({**document, "func_code": {"file": "", "link": ""}})
    data = base64.b64encode(version.code.data).decode("ascii")
    shown = {**document, **_identity(function, version)}
    return Result({**shown, "func_code": {"file": data, "link": ""}})


def list_trusted_agencies(call: Call) -> Result:
    """List the agencies that trust FunctionGraph, page by page."""
    names = sorted(call.account.agencies) if call.account else []
    start, limit = int(call.first("marker") or 0), int(call.first("limit") or 100)
    page = names[start : start + limit]
    return Result([{"name": name, "expire_time": "null"} for name in page])


def _document(function: Function, version: Version, backend: FunctionGraphBackend) -> object:
    return {**render.function_config(function, backend), **_identity(function, version)}


def _identity(function: Function, version: Version) -> dict[str, object]:
    return {
        "func_urn": f"{function.urn}:{version.name}",
        "version": version.name,
        "version_description": version.description,
        "code_type": version.code.kind,
        "code_url": version.code.url,
        "digest": version.code.digest,
        "code_size": version.code.size,
        "last_modified": zoned_timestamp(version.published_at),
    }
