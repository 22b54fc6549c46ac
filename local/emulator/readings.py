"""Where the documentation leaves a question open, which answer the local cloud gives.

A client is right only when it is right under every reading; tests switch them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Readings:
    """The choices.

    end_time_compares: the time of a task that ListOpLogs' `end_time` is compared with; a
        task without that time (still running) does not pass. The API page says only
        "end time of a task" (support.huaweicloud.com/api-cbr/ListOpLogs.html).
    time_bounds: whether a task exactly at `start_time` or `end_time` is listed.
    log_delay_seconds: how long after its start a task is not yet in the operation logs; whether
        a just-returned id is readable at once is not documented.
    name_filter: whether ListVault's `name` (and the `resource_name` match of the search by
        tags) wants the whole name or a part of it.
    message_size: whether SMN's 256 KB limit counts the message itself (of `message_structure` the
        whole JSON), the text of each protocol in it, or the request body.
    """

    end_time_compares: Literal["started_at", "ended_at"] = "started_at"
    time_bounds: Literal["inclusive", "exclusive"] = "inclusive"
    log_delay_seconds: float = 0.0
    name_filter: Literal["exact", "part"] = "exact"
    message_size: Literal["message", "text", "request"] = "message"
