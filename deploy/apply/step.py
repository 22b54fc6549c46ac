"""One thing that `apply` does, as `plan` shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.apply.account import Account
    from deploy.apply.differences import Difference


@dataclass(frozen=True)
class Step:
    """One thing to do. ``sign`` is + for new, ~ for changed, - for deleted.

    ``losses`` names what the step takes away and what would be missed: a trigger, the VPC, the
    asynchronous policy, a destination.
    """

    sign: str
    title: str
    differences: tuple[Difference, ...]
    run: Callable[[Account], object] = field(repr=False)
    losses: tuple[str, ...] = ()
