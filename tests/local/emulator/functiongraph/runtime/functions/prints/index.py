from __future__ import annotations

import subprocess
import sys
from typing import Any


def handler(event: Any, context: Any) -> Any:
    print("to standard output")
    print("to standard error", file=sys.stderr)
    context.getLogger().warn("through the logger")
    subprocess.run(["echo", "from a child"], check=True)
    sys.stdout.write("no newline at the end")
