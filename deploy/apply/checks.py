"""What could go wrong, looked up before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from deploy.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deploy.apply.account import Account
    from deploy.apply.plan import Observed
    from deploy.template.model import Function

CLOCK_SECONDS = 60
"""A clock that is further off is reported; requests are refused from 15 minutes on (API signing
guide, support.huaweicloud.com/devg-apisign/)."""

MAY_NOT = (401, 403)


class Verdict(Enum):
    """WRONG stops ``apply``; UNKNOWN and NOTE do not."""

    OK = "ok"
    NOTE = "note"
    UNKNOWN = "not looked up"
    WRONG = "wrong"


@dataclass(frozen=True)
class Check:
    """What was looked up, and what was found."""

    verdict: Verdict
    subject: str
    text: str


def make_checks(
    account: Account, function: Function, observe: Callable[[], Observed], *, adopt: bool
) -> Iterator[Check]:
    """Look up all that a deployment relies on; a key that is refused ends it."""
    try:
        observed = observe()
    except AccountError as error:
        yield from _clock(account)
        yield Check(Verdict.WRONG, "credentials, project", str(error))
        return
    yield Check(Verdict.OK, "credentials", "FunctionGraph took the key")
    yield from _clock(account)
    yield Check(Verdict.OK, "region, project", f"{account.region}, {account.project_id}")
    yield _name(observed, adopt=adopt)
    yield from _agencies(account, function)
    yield from _topics(account, function)


def _clock(account: Account) -> Iterator[Check]:
    offset = account.functiongraph.clock_offset
    if offset is None:
        yield Check(Verdict.UNKNOWN, "clock", "FunctionGraph's answer has no time")
    elif abs(offset) > CLOCK_SECONDS:
        direction = "behind" if offset > 0 else "ahead of"
        text = f"this machine is {abs(offset):.0f} s {direction} FunctionGraph"
        yield Check(Verdict.NOTE, "clock", f"{text}; from 900 s on requests are refused")
    else:
        yield Check(Verdict.OK, "clock", "as FunctionGraph's, to the minute")


def _name(observed: Observed, *, adopt: bool) -> Check:
    if observed.config is None:
        return Check(Verdict.OK, "name", f"{observed.urn} is free")
    if not observed.is_foreign:
        return Check(Verdict.OK, "name", f"{observed.urn} was deployed by this tool")
    text = f"{observed.urn} is there and does not bear this tool's mark"
    if adopt:
        return Check(Verdict.NOTE, "name", f"{text}; it is adopted")
    advice = "give another FUNCTION_NAME, or --adopt to take the function over"
    return Check(Verdict.WRONG, "name", f"{text}; {advice}")


def _agencies(account: Account, function: Function) -> Iterator[Check]:
    """FunctionGraph itself lists the agencies that trust it."""
    wanted = dict.fromkeys([function.agency, function.execution_agency or function.agency])
    try:
        trusted = account.trusted_agencies()
    except AccountError as error:
        yield Check(Verdict.UNKNOWN, f"agency {', '.join(wanted)}", str(error))
        return
    for name in wanted:
        if name in trusted:
            yield Check(Verdict.OK, f"agency {name}", "trusts FunctionGraph")
        else:
            text = "no agency of this name trusts FunctionGraph (docs/deploy.md, Before)"
            yield Check(Verdict.WRONG, f"agency {name}", text)


def _topics(account: Account, function: Function) -> Iterator[Check]:
    own = function.environment.variables.get("SMN_TOPIC_URN", "")
    policy = function.async_invoke
    destinations = [policy.on_failure, policy.on_success] if policy else []
    urns = dict.fromkeys([own, *(d.topic_urn for d in destinations if d)])
    for urn in urns:
        try:
            found = account.has_topic(urn)
        except AccountError as error:
            yield Check(Verdict.UNKNOWN, f"topic {urn}", str(error))
            continue
        text = "is there" if found else "SMN has no such topic in this project"
        yield Check(Verdict.OK if found else Verdict.WRONG, f"topic {urn}", text)
    if policy and policy.on_failure and policy.on_failure.topic_urn == own:
        text = "is the function's own topic; FAILURE_TOPIC_URN names another"
        yield Check(Verdict.NOTE, "failure destination", text)
