"""FunctionGraph's `context`, as documented and no wider.

The getters are those of support.huaweicloud.com/devg-functiongraph/functiongraph_02_0502.html, and
`getProjectID`, which Huawei's own samples use. What only other runtimes have is left out, so that
code which relies on it fails here and not in the cloud.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from .frames import Credentials, Invocation


@dataclass(frozen=True)
class Surroundings:
    """What the process's environment says about the function, the same for all invocations."""

    project_id: str
    function_name: str
    version: str
    package: str
    handler: str
    initializer: str | None
    timeout: int
    memory: int
    cpu: int
    max_response_bytes: int
    code_root: str
    runtime_root: str
    user_data: dict[str, str] = field(repr=False)


def surroundings(environment: Mapping[str, str]) -> Surroundings:
    """Read the variables that FunctionGraph presets (`RUNTIME_...`)."""
    return Surroundings(
        project_id=environment["RUNTIME_PROJECT_ID"],
        function_name=environment["RUNTIME_FUNC_NAME"],
        version=environment["RUNTIME_FUNC_VERSION"],
        package=environment["RUNTIME_PACKAGE"],
        handler=environment["RUNTIME_HANDLER"],
        initializer=environment.get("RUNTIME_INITIALIZER_HANDLER"),
        timeout=int(environment["RUNTIME_TIMEOUT"]),
        memory=int(environment["RUNTIME_MEMORY"]),
        cpu=int(environment["RUNTIME_CPU"]),
        max_response_bytes=int(environment["RUNTIME_MAX_RESP_BODY_SIZE"]),
        code_root=environment["RUNTIME_CODE_ROOT"],
        runtime_root=environment["RUNTIME_ROOT"],
        user_data=json.loads(environment["RUNTIME_USERDATA"]),
    )


class Logger:
    """What `context.getLogger()` gives: each line is time, request id, level and content."""

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id

    def debug(self, message: object) -> None:
        """Write a line of level DEBUG."""
        self._write("DEBUG", message)

    def info(self, message: object) -> None:
        """Write a line of level INFO."""
        self._write("INFO", message)

    def warn(self, message: object) -> None:
        """Write a line of level WARN."""
        self._write("WARN", message)

    def error(self, message: object) -> None:
        """Write a line of level ERROR."""
        self._write("ERROR", message)

    def _write(self, level: str, message: object) -> None:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time()))
        sys.stdout.write(f"{moment} {self._request_id} {level} {message}\n")


class Context:
    """The facts and the credentials of one invocation."""

    def __init__(self, around: Surroundings, invocation: Invocation) -> None:
        self._around = around
        self._request_id = invocation.request_id
        self._credentials: Credentials = invocation.credentials
        self._ends_at = time.monotonic() + invocation.seconds

    def getRequestID(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the id of the request."""
        return self._request_id

    def getRemainingTimeInMilliSeconds(self) -> int:  # noqa: N802 - FunctionGraph's name
        """Return the milliseconds until the timeout; never below zero."""
        return max(0, int((self._ends_at - time.monotonic()) * 1000))

    def getSecurityAccessKey(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the temporary access key of the agency, empty where there is no agency."""
        return self._credentials.access_key

    def getSecuritySecretKey(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the temporary secret key of the agency, empty where there is no agency."""
        return self._credentials.secret_key

    def getSecurityToken(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the token that belongs to the temporary keys, empty where there is no agency."""
        return self._credentials.security_token

    def getToken(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the agency's IAM token. There is none here, as for a function without agency."""
        return ""

    def getAccessKey(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Fail: FunctionGraph no longer maintains this getter, and what it gives is unusable."""
        raise NotImplementedError("getAccessKey is unusable: call getSecurityAccessKey")

    def getSecretKey(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Fail: FunctionGraph no longer maintains this getter, and what it gives is unusable."""
        raise NotImplementedError("getSecretKey is unusable: call getSecuritySecretKey")

    def getUserData(self, key: str, default: str | None = None) -> str | None:  # noqa: N802 - FunctionGraph's name
        """Return an environment variable of the function's configuration."""
        return self._around.user_data.get(key, default)

    def getFunctionName(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the function's name."""
        return self._around.function_name

    def getVersion(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the function's version."""
        return self._around.version

    def getAlias(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the alias it was invoked by; empty, as for an invocation of a version."""
        return ""

    def getPackage(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the application (group) the function is in."""
        return self._around.package

    def getProjectID(self) -> str:  # noqa: N802 - FunctionGraph's name
        """Return the project the function is in."""
        return self._around.project_id

    def getRunningTimeInSeconds(self) -> int:  # noqa: N802 - FunctionGraph's name
        """Return the configured timeout in seconds, not what has passed of it."""
        return self._around.timeout

    def getMemorySize(self) -> int:  # noqa: N802 - FunctionGraph's name
        """Return the configured memory in MB."""
        return self._around.memory

    def getCPUNumber(self) -> int:  # noqa: N802 - FunctionGraph's name
        """Return the CPU share in millicores."""
        return self._around.cpu

    def getLogger(self) -> Logger:  # noqa: N802 - FunctionGraph's name
        """Return a logger whose lines carry this request's id."""
        return Logger(self._request_id)
