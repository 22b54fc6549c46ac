"""What FunctionGraph calls. Everything else is in `vault_sync`."""

from __future__ import annotations

import gc
from typing import Any

gc.disable()  # the imports leave no garbage: looking for it costs a cold start a tenth of its time
from vault_sync import invocation  # noqa: E402 - see above

gc.freeze()  # else the first collection walks all that was imported
gc.enable()


def initializer(context: Any) -> None:
    """Prepare an instance: importing this module has done it, before the first event comes."""
    del context


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Handle an event; see `vault_sync.invocation.run` for what is returned and raised."""
    return invocation.run(event, context)
