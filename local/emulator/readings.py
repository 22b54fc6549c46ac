"""Where the documentation leaves a question open, which answer the local cloud gives.

A client is right only when it is right under every reading; tests switch them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from local.emulator.strict import Strict


@dataclass(frozen=True, slots=True)
class Readings(Strict):
    """The choices.

    end_time_compares: the time of a task that ListOpLogs' `end_time` is compared with; a
        task without that time (still running) does not pass. The API page says only
        "end time of a task" (support.huaweicloud.com/api-cbr/ListOpLogs.html).
    time_bounds: whether a task exactly at `start_time` or `end_time` is listed.
    log_delay_seconds: how long after its start a task is not yet in the operation logs; whether
        a just-returned id is readable at once is not documented.
    name_filter: whether ListVault's `name` wants the whole name or a part of it.
    null_in_tag_search: whether `null` in CBR's search by tags is a field that was not given, or an
        error. One client sends it; what CBR makes of it is not known.
    message_size: what SMN's 256 KB are of: the message (of `message_structure` the whole JSON text
        in bytes, with braces, quotes and names of protocols: "JSON message content" among the
        constraints in SMN's product description), the text of each protocol in it, or the
        request's body.
    smn_errors: in which form SMN refuses: `code` and `message`, as its API pages say, or
        `error_code` and `error_msg` with a number of eight digits, as some newer answers have it.
        Of those numbers only SMN.00010008, no such topic (with status 400), and SMN.00011027, no
        subscription's URN, are known; for the others the same number is written with eight digits.
    """

    end_time_compares: Literal["started_at", "ended_at"] = "started_at"
    time_bounds: Literal["inclusive", "exclusive"] = "inclusive"
    log_delay_seconds: float = 0.0
    name_filter: Literal["exact", "part"] = "exact"
    null_in_tag_search: Literal["not given", "refused"] = "not given"
    message_size: Literal["message", "text", "request"] = "message"
    smn_errors: Literal["code", "error_code"] = "code"

    def __post_init__(self) -> None:
        if not 0 <= self.log_delay_seconds < math.inf:
            raise ValueError(
                f"log_delay_seconds must be a number from 0 on, not {self.log_delay_seconds!r}"
            )
