"""What FunctionGraph is told about a function, and the environment it makes of that."""

from __future__ import annotations

import json
import math
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_ENVIRONMENT_CHARACTERS = 4096
"""Names and values together (support.huaweicloud.com/productdesc-functiongraph/
functiongraph_01_0150.html)."""

MAX_RESPONSE_BYTES = 6_291_456


def millicores(memory_mb: int) -> int:
    """Return a function's share of the CPU: a fifth of a core, and a tenth for each 128 MB.

    Source: support.huaweicloud.com/intl/zh-cn/ally-visitor-1-api-functiongraph/
    functiongraph_06_0105.html.
    """
    return 200 + memory_mb * 100 // 128


@dataclass(frozen=True)
class FunctionConfiguration:
    """A function as FunctionGraph keeps it.

    Attributes:
        code: The directory that the package was unpacked to.
        libraries: Directories of what the package does not carry itself; searched after `code`.
        handler: `[file].[function]`.
        initializer: The same for the initializer; None if there is none.
        timeout_seconds: For one event.
        memory_mb: The process is stopped when it uses more.
        user_data: The environment variables of the configuration. A function reads them with
            `context.getUserData`, the only way that is documented for event functions; they are
            not put into `os.environ`.
        python: The interpreter; by default the running one.
        network: More environment variables of the process: what stands in for name resolution,
            where the SDK's host names must lead elsewhere.

    Raises:
        ValueError: The environment variables are more than FunctionGraph takes.
    """

    code: Path
    libraries: tuple[Path, ...] = ()
    handler: str = "index.handler"
    initializer: str | None = None
    timeout_seconds: float = 3.0
    initializer_timeout_seconds: float = 30.0
    memory_mb: int = 128
    user_data: Mapping[str, str] = field(default_factory=dict, repr=False)
    name: str = "vault-sync"
    package: str = "default"
    version: str = "latest"
    project_id: str = ""
    python: str = sys.executable
    network: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what FunctionGraph would refuse when the function is configured."""
        used = sum(len(name) + len(value) for name, value in self.user_data.items())
        if used > MAX_ENVIRONMENT_CHARACTERS:
            raise ValueError(
                f"the environment variables have {used} characters, names and values together; "
                f"FunctionGraph takes {MAX_ENVIRONMENT_CHARACTERS}"
            )

    def environment(self, scratch: Path) -> dict[str, str]:
        """Return the whole environment of an instance's process.

        Args:
            scratch: A directory of the instance's own, for what would be under /home/snuser.
        """
        preset = {
            "RUNTIME_PROJECT_ID": self.project_id,
            "RUNTIME_FUNC_NAME": self.name,
            "RUNTIME_FUNC_VERSION": self.version,
            "RUNTIME_PACKAGE": self.package,
            "RUNTIME_HANDLER": self.handler,
            "RUNTIME_TIMEOUT": str(math.ceil(self.timeout_seconds)),
            "RUNTIME_USERDATA": json.dumps(dict(self.user_data)),
            "RUNTIME_CPU": str(millicores(self.memory_mb)),
            "RUNTIME_MEMORY": str(self.memory_mb),
            "RUNTIME_MAX_RESP_BODY_SIZE": str(MAX_RESPONSE_BYTES),
            "RUNTIME_ROOT": "/home/snuser/runtime",
            "RUNTIME_CODE_ROOT": str(self.code),
            "RUNTIME_LOG_DIR": str(scratch),
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
        }
        if self.initializer:
            preset["RUNTIME_INITIALIZER_HANDLER"] = self.initializer
            preset["RUNTIME_INITIALIZER_TIMEOUT"] = str(math.ceil(self.initializer_timeout_seconds))
        return {**self.network, **preset}
