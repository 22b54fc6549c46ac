"""The local cloud some way off, and not always as tidy as its documentation."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from local.emulator import Cloud
from local.emulator.transfer import Answer, Reply, Request

LATENCY_SECONDS = 0.05
"""From a call to its answer, on average, where nobody says otherwise."""

_SIGNED_BY = re.compile(r"Access=([^,]+)")
_OFFSET = re.compile(r"&?offset=(\d+)")
_LISTS = {"ListOpLogs": "operation_logs", "ListVault": "vaults"}


@dataclass(frozen=True)
class EntryDamage:
    """What is wrong with some entries of a list that is answered with 200.

    Attributes:
        part: The field that is damaged; `times` are all of a task's, `entry` is the whole entry.
        becomes: What stands there instead; `missing` takes the field away.
        every: Every n-th entry is damaged, the first one included.
        probability: Of an answer to be damaged.
    """

    operation: Literal["ListOpLogs", "ListVault"]
    part: Literal["id", "vault_id", "operation_type", "status", "times", "entry", "name"]
    becomes: Literal["missing", "null", "number", "text"] = "missing"
    every: int = 1
    probability: float = 1.0


@dataclass
class Exchange:
    """One request as its sender knows it: the journal's entry has the rest.

    Attributes:
        answered_at: When the answer has come, if it came.
        target: Path and query.
        offset: Of a list's page.
        unreadable: The vaults whose entries cannot be read in the answer; None for one that does
            not say whose it is.
    """

    access_key: str | None
    answered_at: float
    target: str = ""
    offset: int = 0
    unreadable: frozenset[str | None] = frozenset()


class DistantCloud(Cloud):
    """A local cloud whose every answer takes a while, drawn from half to one and a half of it.

    Attributes:
        latency_seconds: On average.
        page_size: The most entries that a list gives at once, whatever was asked for.
        endless: Whether each page of a list is the first one again, and none says that it ends.
        damages: What is wrong with entries of lists.
        expiries: When an access key's time runs out.
        exchanges: One for each entry of the journal, in its order.
    """

    def __init__(
        self, *, seed: int = 0, latency_seconds: float = LATENCY_SECONDS, **traits: Any
    ) -> None:
        self.latency_seconds = latency_seconds
        self.page_size: int | None = None
        self.endless = False
        self.damages: tuple[EntryDamage, ...] = ()
        self.expiries: dict[str, float] = {}
        self.exchanges: list[Exchange] = []
        self._first_pages: dict[str, list[Any]] = {}
        self._chance = random.Random(seed)  # noqa: S311 - chance for tests, not for secrets
        super().__init__(seed=seed, **traits)

    def reset(self) -> None:
        """Go back to the beginning."""
        super().reset()
        self.exchanges.clear()

    def answer(self, request: Request) -> Reply:
        """Answer one request; the transport waits for the latency, as for a slow service's."""
        with self.lock:
            now = self.clock.now()
            access_key = _signer(request)
            if access_key in self.expiries and now >= self.expiries[access_key]:
                self.expire(access_key)
            reply = super().answer(request)
            latency = reply.latency + self.latency_seconds * (0.5 + self._chance.random())
            exchange = Exchange(access_key, now + latency, request.target, _offset(request))
            self.exchanges.append(exchange)
            if self.page_size or self.endless or self.damages:
                reply = self._altered(reply, exchange, request)
        return replace(reply, latency=latency)

    def _altered(self, reply: Reply, exchange: Exchange, request: Request) -> Reply:
        entry = self.journal.entries[-1]
        if reply.answer is None or entry.operation not in _LISTS or not entry.applied:
            return reply
        try:
            document = json.loads(reply.answer.body)
            entries = document[_LISTS[entry.operation]]
        except (ValueError, KeyError, TypeError):  # damaged already
            return reply
        if not isinstance(entries, list):
            return reply
        if self.endless:
            document["count"] = 10**6
            same_list = _OFFSET.sub("", request.target)
            entries = (
                self._first_pages.setdefault(same_list, entries) if exchange.offset else entries
            )
            self._first_pages[same_list] = entries
        document[_LISTS[entry.operation]] = entries = entries[: self.page_size]
        exchange.unreadable = frozenset(self._damage(entry.operation, entries))
        body = json.dumps(document).encode()
        return replace(reply, answer=Answer(reply.answer.status, body, reply.answer.headers))

    def _damage(self, operation: str, entries: list[Any]) -> set[str | None]:
        unreadable: set[str | None] = set()
        for damage in self.damages:
            if damage.operation != operation or self._chance.random() >= damage.probability:
                continue
            for index in range(0, len(entries), damage.every):
                if not isinstance(entries[index], dict):
                    continue
                vault = entries[index].get("vault_id")
                entries[index] = _damaged(entries[index], damage)
                if damage.part in {"vault_id", "entry"}:
                    unreadable.add(None)
                elif damage.part in {"id", "operation_type", "status", "times"}:
                    unreadable.add(vault)
        return unreadable


_INSTEAD: dict[str, Any] = {"null": None, "number": 17, "text": "\u202e none"}


def _damaged(entry: dict[str, Any], damage: EntryDamage) -> Any:
    if damage.part == "entry":
        return _INSTEAD.get(damage.becomes)
    names = ("created_at", "started_at") if damage.part == "times" else (damage.part,)
    kept = {name: value for name, value in entry.items() if name not in names}
    if damage.becomes == "missing":
        return kept
    return kept | dict.fromkeys(names, _INSTEAD[damage.becomes])


def _signer(request: Request) -> str | None:
    found = _SIGNED_BY.search(request.headers.get("authorization", ""))
    return found[1] if found else None


def _offset(request: Request) -> int:
    found = _OFFSET.search(request.target)
    return int(found[1]) if found else 0
