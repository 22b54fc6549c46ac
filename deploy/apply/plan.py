"""What has to be done so that the account holds what the template says, in which order.

Each step leaves a state that the next plan understands, so that a run which was cut off is
repaired by the next one.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huaweicloudsdkfunctiongraph.v2 import UpdateFunctionConfigRequestBody

from deploy.apply import trigger_steps
from deploy.apply.desired_state import (
    MANAGED_TYPES,
    MARK,
    ZIP_NAME,
    Code,
    DesiredState,
)
from deploy.apply.differences import (
    NOTHING,
    Difference,
    async_differences,
    new_settings,
    settings_differences,
)
from deploy.apply.step import Step
from deploy.apply.versions import keep_version
from deploy.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.apply.account import Account

DEFAULT_INSTANCES = 400
"""FunctionGraph's own number, which a function gets back that was switched off with 0."""


@dataclass(frozen=True)
class Observed:
    """What the account holds of the function now."""

    urn: str
    config: Mapping[str, Any] | None
    async_policy: Mapping[str, Any] | None
    triggers: tuple[Mapping[str, Any], ...]

    @property
    def is_foreign(self) -> bool:
        """Whether there is a function that this tool did not make."""
        return self.config is not None and MARK not in str(self.config.get("description"))

    @property
    def instances(self) -> int | None:
        """How many instances there may be; 0 is a function that is switched off."""
        strategy: Mapping[str, Any] = (self.config or {}).get("strategy_config") or {}
        return strategy.get("concurrency")


def observe(account: Account, package: str, name: str) -> Observed:
    """Read the function, its policy and its triggers from the account."""
    urn = account.urn(package, name)
    config = account.show_function(urn)
    if config is None:
        return Observed(urn, None, None, ())
    triggers = tuple(account.list_triggers(urn))
    return Observed(urn, config, account.show_async_policy(urn), triggers)


def make_plan(
    observed: Observed, desired: DesiredState, *, resend_secrets: bool = False
) -> tuple[Step, ...]:
    """The steps from what is there to what should be; none when nothing differs.

    ``resend_secrets`` sends passwords and encrypted variables again: FunctionGraph does not show
    them, so that a changed one cannot be seen.

    Raises:
        AccountError: the template asks for what cannot be changed.
    """
    return tuple(_steps(observed, desired, resend_secrets=resend_secrets))


def _steps(observed: Observed, desired: DesiredState, *, resend_secrets: bool) -> Iterator[Step]:
    present = trigger_steps.present_triggers(observed.triggers, desired.triggers)
    # First what must go: a queue's trigger holds on to the VPC that the function may leave.
    for found in observed.triggers:
        if found["trigger_type_code"] in MANAGED_TYPES and found not in present.values():
            yield trigger_steps.deletion(observed.urn, found)
    if observed.config is None:
        yield _creation(desired)
    else:
        yield from _code_step(observed, desired)
        yield from _config_step(observed, desired, resend_secrets=resend_secrets)
    yield from _instances_step(observed, desired)
    yield from _async_step(observed, desired)
    for trigger in desired.triggers:
        match = present.get(trigger.key)
        yield from trigger_steps.step_for(
            observed.urn, trigger, match, resend_secrets=resend_secrets
        )


def _creation(desired: DesiredState) -> Step:
    body = {
        "func_name": desired.name,
        "package": desired.package,
        "type": "v2",
        **_present(desired.settings),
        **code_body(desired.code),
    }
    if desired.dependencies:
        body["depend_version_list"] = list(desired.dependencies)
    if desired.log_config:
        body["log_config"] = dict(desired.log_config)
    return Step(
        "+",
        f"function {desired.name}",
        (*new_settings(desired), Difference("code", NOTHING, _code_name(desired.code))),
        lambda account: account.create_function(body),
    )


def _code_step(observed: Observed, desired: DesiredState) -> Iterator[Step]:
    """The old code is kept as a version before it is replaced."""
    config = observed.config or {}
    code, digest = desired.code, str(config.get("digest", "")).lower()
    if code.url:
        same = config.get("code_type") == "obs" and config.get("code_url") == code.url
    else:
        same = digest == code.digest
    former, wanted = list(config.get("depend_version_list") or []), list(desired.dependencies)
    differences = [] if same else [Difference("code", f"SHA-512 {digest[:16]}…", _code_name(code))]
    if former != wanted:
        differences.append(Difference("depend_version_list", str(former), str(wanted)))
    if not differences:
        return
    body = {**code_body(code), "depend_version_list": wanted}
    urn = observed.urn

    def run(account: Account) -> None:
        keep_version(account, urn, digest)
        account.update_code(urn, body)

    title = "code (the old one is kept as a version: `rollback` goes back to it)"
    yield Step("~", title, tuple(differences), run)


def code_body(code: Code) -> dict[str, Any]:
    """The fields with which CreateFunction and UpdateFunctionCode take code."""
    if code.url:
        return {"code_type": "obs", "code_url": code.url}
    return {
        "code_type": "zip",
        "code_filename": ZIP_NAME,
        "func_code": {"file": base64.b64encode(code.data).decode("ascii")},
    }


def _code_name(code: Code) -> str:
    return code.url or f"SHA-512 {code.digest[:16]}…, {len(code.data):,} bytes"


def _config_step(
    observed: Observed, desired: DesiredState, *, resend_secrets: bool
) -> Iterator[Step]:
    config = observed.config or {}
    found = settings_differences(config, desired, resend_secrets=resend_secrets)
    if not found:
        return
    if any(difference.name == "runtime" for difference in found):
        raise AccountError(
            f"the runtime of a function cannot be changed ({config.get('runtime')} to "
            f"{desired.settings['runtime']}); run destroy first, or give another FUNCTION_NAME"
        )
    body = {**_carried_over(config), "func_name": desired.name, **_present(desired.settings)}
    if desired.log_config:
        body["log_config"] = dict(desired.log_config)
    urn = observed.urn
    losses = ("VPC",) if _loses(found, "func_vpc.vpc_id") else ()
    yield Step("~", "configuration", found, lambda a: a.update_config(urn, body), losses)


def _loses(differences: tuple[Difference, ...], name: str) -> bool:
    return any(d.name == name and d.after == NOTHING for d in differences)


def _present(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without those that are empty: leaving one out sets it back."""
    return {name: value for name, value in settings.items() if value not in (None, "", 0)}


NOT_CARRIED = frozenset({"log_config", "encrypted_user_data", "extend_config"})


def _carried_over(config: Mapping[str, Any]) -> dict[str, Any]:
    """What the template does not decide and an update would set back: sent again as it is."""
    names = set(UpdateFunctionConfigRequestBody.openapi_types) - NOT_CARRIED - set(_TEMPLATE_OWNS)
    carried = {name: config[name] for name in sorted(names) if config.get(name) not in (None, "")}
    group, stream = config.get("log_group_id"), config.get("log_stream_id")
    if group and stream:
        carried["log_config"] = {"group_id": group, "stream_id": stream}
    return carried


_TEMPLATE_OWNS = (
    *("runtime", "handler", "memory_size", "timeout", "description", "xrole", "app_xrole"),
    *("initializer_handler", "initializer_timeout", "func_vpc", "enable_lts_log", "user_data"),
)


def _instances_step(observed: Observed, desired: DesiredState) -> Iterator[Step]:
    now, wanted = observed.instances, desired.max_instances
    if wanted is None:
        wanted = DEFAULT_INSTANCES if now == 0 else now
    if wanted is None or now == wanted:
        return
    number, urn = wanted, observed.urn
    difference = Difference("max_instance_num", NOTHING if now is None else str(now), str(number))
    title = "number of instances (the function is switched off)" if now == 0 else _INSTANCES
    yield Step("~", title, (difference,), lambda a: a.update_max_instances(urn, number))


_INSTANCES = "number of instances"
_ANSWERED = ("func_urn", "created_time", "last_modified")


def _async_step(observed: Observed, desired: DesiredState) -> Iterator[Step]:
    """What somebody set beside the policy in the console, such as status logs, is sent again."""
    urn, title, wanted = observed.urn, "asynchronous policy", desired.async_policy
    found = async_differences(observed.async_policy, wanted)
    if not found:
        return
    if wanted is None:
        yield Step("-", title, found, lambda a: a.delete_async_policy(urn), (title,))
        return
    kept = {n: v for n, v in (observed.async_policy or {}).items() if n not in _ANSWERED}
    body = {**kept, **wanted}
    losses = tuple(name for name in ("on_failure", "on_success") if _loses(found, name))
    sign = "~" if observed.async_policy else "+"
    yield Step(sign, title, found, lambda a: a.update_async_policy(urn, body), losses)
