"""Reading a list page by page, to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from vault_sync.calls import Calls, Operation
from vault_sync.cloud.cbr import PAGE_SIZE, Page

T = TypeVar("T")


def read_each(calls: Calls, operation: Operation, fetch: Callable[[int], Page[T]]) -> Iterator[T]:
    """Yield everything a service lists, one page in memory at a time.

    A page that fails is asked for again. The documentation does not say whether `count` is of the
    page or of all, nor whether a service may send fewer than it was asked for; a list ends where a
    page is short and no total says that there is more, and in any case where a page is empty.

    Raises:
        CallFailed: A page could not be read.
    """
    offset = 0
    while True:
        page = calls.repeated(operation, lambda at=offset: fetch(at))  # type: ignore[misc] # mypy cannot type the default
        yield from page.items
        offset += page.size
        more_said = page.total is not None and page.total > offset
        if page.size == 0 or (page.size < PAGE_SIZE and not more_said):
            return


def read_all(calls: Calls, operation: Operation, fetch: Callable[[int], Page[T]]) -> list[T]:
    """Return everything a service lists; see `read_each`."""
    return list(read_each(calls, operation, fetch))
