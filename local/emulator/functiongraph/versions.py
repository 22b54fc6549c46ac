"""FunctionGraph's published versions of functions, and the agencies that trust it.

API: support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0111.html (list) and
functiongraph_06_0112.html (publish); at most 20 with ``latest``
(support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0180.html);
ListUserTrustAgency.html. A version has no triggers, and its code cannot change.
"""

from __future__ import annotations

import re

from local.emulator.clock import zoned_timestamp
from local.emulator.functiongraph import errors, parameters, render
from local.emulator.functiongraph.models import LATEST, backend_of, latest_of
from local.emulator.service import Call, Result, ServiceError

MAX_VERSIONS = 20
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,30}[A-Za-z0-9])?")


def publish_version(call: Call) -> Result:
    """Keep the function as it is now. Without a name it is called after the time."""
    function, document = latest_of(call), parameters.body(call)
    stamp = zoned_timestamp(call.now)
    name = document.get("version") or "v" + re.sub(r"[-:]", "", stamp[:19]).replace("T", "-")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise errors.invalid("version.")
    if name in function.versions or name == LATEST:
        raise ServiceError(errors.ALREADY_EXISTS)
    if len(function.versions) + 1 >= MAX_VERSIONS:
        raise errors.invalid(f"The number of versions exceeds the maximum ({MAX_VERSIONS}).")
    if document.get("digest") not in (None, "", function.code.digest):
        raise errors.invalid("digest.")
    version = function.publish(name, str(document.get("description") or ""), call.now)
    return Result(render.function_config(version, backend_of(call)))


def list_versions(call: Call) -> Result:
    """List the function's versions, ``latest`` first, then the newest."""
    function, backend = latest_of(call), backend_of(call)
    versions = [function, *reversed(function.versions.values())]
    page, rest = parameters.page(call, versions)
    return Result({"versions": [render.function_config(one, backend) for one in page], **rest})


def list_aliases(call: Call) -> Result:
    """List the function's aliases: there are none, as none can be made here."""
    latest_of(call)
    return Result([])


def list_trusted_agencies(call: Call) -> Result:
    """List the agencies that trust FunctionGraph, page by page."""
    names = sorted(call.account.agencies) if call.account else []
    start, limit = parameters.count(call, "marker", 0), parameters.count(call, "limit", 100)
    page = names[start : start + limit]
    return Result([{"name": name, "expire_time": "null"} for name in page])
