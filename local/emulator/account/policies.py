"""Policy documents: which actions they allow.

Two forms are read: custom policies, `"Version": "1.1"` (support.huaweicloud.com/usermanual-iam/
iam_01_0017.html), and identity policies, `"Version": "5.0"` (support.huaweicloud.com/
usermanual-iam5/iam_01_0934.html). What would narrow a statement further (a resource, a condition)
is refused and not passed over: the local cloud could not judge it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSIONS = ("1.1", "5.0")
_KEYS = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource"})


class PolicyError(ValueError):
    """A document is no policy, or one that the local cloud cannot judge."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one statement allows or denies: its actions, or all but its actions."""

    allows: bool
    patterns: tuple[str, ...]
    all_but: bool

    def covers(self, action: str) -> bool:
        """Tell whether the statement is about an action."""
        named = any(fnmatchcase(action, pattern) for pattern in self.patterns)
        return named is not self.all_but


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of one document."""

    statements: tuple[Statement, ...]


def allows(policies: Iterable[Policy], action: str) -> bool:
    """Tell whether policies allow an action: one must allow it, and none deny it."""
    found = [s for policy in policies for s in policy.statements if s.covers(action)]
    return bool(found) and all(statement.allows for statement in found)


def read_policy(document: Mapping[str, Any]) -> Policy:
    """Read a policy document.

    Raises:
        PolicyError: with the place and what should stand there.
    """
    if not isinstance(document, dict) or document.get("Version") not in VERSIONS:
        raise PolicyError(f"Version: should be {' or '.join(VERSIONS)}")
    statements = document.get("Statement")
    if not isinstance(statements, list) or not statements:
        raise PolicyError("Statement: should be a list of at least one statement")
    return Policy(tuple(_statement(f"Statement[{n}]", s) for n, s in enumerate(statements)))


def _statement(place: str, statement: Any) -> Statement:
    if not isinstance(statement, dict):
        raise PolicyError(f"{place}: should be an object")
    unknown = sorted(set(statement) - _KEYS)
    if unknown:
        raise PolicyError(f"{place}: the local cloud does not judge {', '.join(unknown)}")
    if statement.get("Resource", ["*"]) not in (["*"], "*"):
        raise PolicyError(f'{place}.Resource: the local cloud judges only ["*"]')
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"{place}.Effect: should be Allow or Deny")
    if ("Action" in statement) is ("NotAction" in statement):
        raise PolicyError(f"{place}: should have either Action or NotAction")
    all_but = "NotAction" in statement
    patterns = statement["NotAction" if all_but else "Action"]
    if not isinstance(patterns, list) or not all(_is_action(pattern) for pattern in patterns):
        raise PolicyError(f"{place}: an action is service:resource:operation, such as cbr:vaults:*")
    return Statement(statement["Effect"] == "Allow", tuple(patterns), all_but)


def _is_action(pattern: object) -> bool:
    return isinstance(pattern, str) and (pattern == "*" or pattern.count(":") == 2)  # noqa: PLR2004 - two colons, three parts
