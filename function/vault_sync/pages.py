"""Reading a list page by page, to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from vault_sync.calls import Calls, Operation
from vault_sync.cloud.cbr import Page

T = TypeVar("T")

LIKELY_LIMIT = 50
"""A page whose length is a multiple of this may have been cut there by the service."""


def read_each(calls: Calls, operation: Operation, fetch: Callable[[int], Page[T]]) -> Iterator[T]:
    """Yield everything a service lists, one page in memory at a time.

    A page that fails is asked for again. The documentation does not say whether `count` is of the
    page or of all, nor whether a service may send fewer than it was asked for. So a list goes on
    after a page that is full, or that may be full by a limit of the service's own, unless a total
    that is more than the page's says that this was the end; and it ends with an empty page.

    Raises:
        CallFailed: A page could not be read.
    """
    offset = 0
    while True:
        page = calls.repeated(operation, lambda at=offset: fetch(at))  # type: ignore[misc] # mypy cannot type the default
        yield from page.items
        offset += page.size
        if page.size == 0 or not _may_go_on(page, offset):
            return


def _may_go_on(page: Page[T], offset: int) -> bool:
    if page.total is not None and page.total > page.size:  # of all, for it is not the page's own
        return page.total > offset
    return page.size % LIKELY_LIMIT == 0


def read_all(calls: Calls, operation: Operation, fetch: Callable[[int], Page[T]]) -> list[T]:
    """Return everything a service lists; see `read_each`."""
    return list(read_each(calls, operation, fetch))
