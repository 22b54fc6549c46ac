"""Checks across several keys, and of texts that have a grammar of their own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from deploy.template.checks.schedules import check_schedules
from deploy.template.checks.settings import check_settings, check_timeout, check_user_events
from deploy.template.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deploy.template.tree import Entry, Node

MAX_ENVIRONMENT_CHARACTERS = 4096
MAX_VARIABLES = 20
MAX_TRIGGERS = 10
"""Triggers per function version (productdesc-functiongraph/functiongraph_01_0150.html)."""

QUEUES = ("KAFKA", "RABBITMQ", "ROCKETMQ")


def check_function(function: Node, folder: Path, *, everything: bool) -> Iterator[Finding]:
    """Every check of meaning. ``everything``: switched-off events are part of ``function`` too."""
    yield from check_schedules(function, events(function))
    yield from check_environment(function)
    yield from check_failures_are_told(function)
    yield from check_topics(function)
    yield from check_continuation(function)
    yield from check_queues(function)
    yield from check_code_source(function)
    yield from check_initializer(function)
    if not everything:
        yield from check_number_of_triggers(function)
    yield from check_timer_names(function)
    yield from check_settings(function, folder)
    yield from check_timeout(function, folder)
    yield from check_user_events(function, events(function), folder)


def events(function: Node) -> dict[str, Entry]:
    """The events by their names."""
    node = function.child("Events")
    return node.value if node is not None and isinstance(node.value, dict) else {}


def check_environment(function: Node) -> Iterator[Finding]:
    """Environment variables stay within FunctionGraph's limits, plain and encrypted each."""
    for key in ("Variables", "Encrypted"):
        node = function.child("Environment", key)
        if node is None or not isinstance(node.value, dict):
            continue
        characters = sum(
            len(name) + len(str(entry.node.value)) for name, entry in node.value.items()
        )
        if characters > MAX_ENVIRONMENT_CHARACTERS:
            message = (
                f"Environment.{key}: {characters} characters, "
                f"but FunctionGraph takes {MAX_ENVIRONMENT_CHARACTERS}"
            )
            yield node.finding(message)
        if len(node.value) > MAX_VARIABLES:
            message = f"Environment.{key}: {len(node.value)} entries, but 20 are allowed"
            yield node.finding(message)


def check_topics(function: Node) -> Iterator[Finding]:
    """Topics are in the function's region and project; no topic triggers its own publisher."""
    own = function.child("Environment", "Variables", "SMN_TOPIC_URN")
    topics = [("Environment.Variables.SMN_TOPIC_URN", own)]
    topics += [
        (f"AsyncInvoke.{key}.TopicUrn", function.child("AsyncInvoke", key, "TopicUrn"))
        for key in ("OnFailure", "OnSuccess")
    ]
    for name, entry in events(function).items():
        path, topic = f"Events.{name}.Properties.topic_urn", entry.node.child(*EVENT_TOPIC)
        topics.append((path, topic))
        if topic is not None and own is not None and topic.value == own.value:
            message = "is the topic that the function publishes to; each run would start the next"
            yield topic.finding(f"{path}: {message}")
    for path, topic in topics:
        if topic is not None:
            yield from _check_place(path, "topic", topic, own, function)


def check_failures_are_told(function: Node) -> Iterator[Finding]:
    """Without an asynchronous policy and its OnFailure nobody hears of a run that failed."""
    policy = function.child("AsyncInvoke")
    if policy is None:
        text = "AsyncInvoke is missing: a run that fails is not repeated, and nobody hears of it"
        yield function.finding(text, is_warning=True)
    elif policy.child("OnFailure") is None:
        text = "AsyncInvoke.OnFailure is missing: nobody hears of a run that failed for good"
        yield policy.finding(text, is_warning=True)


EVENT_TOPIC = ("Properties", "topic_urn")
URN_PARTS = 5
"""``urn:smn:region:project:name``."""

FUNCTION_URN_PARTS = 7
"""``urn:fss:region:project:function:package:name``, and a version or an alias."""


def check_continuation(function: Node) -> Iterator[Finding]:
    """A chain goes on in this very function, and not in another one."""
    urn = function.child("Environment", "Variables", "CONTINUE_AS")
    if urn is None or "the Example of" in urn.origin:
        return
    path = "Environment.Variables.CONTINUE_AS"
    topic = function.child("Environment", "Variables", "SMN_TOPIC_URN")
    yield from _check_place(path, "URN", urn, topic, function)
    found = str(urn.value).split(":")
    package, name = function.child("Package"), function.child("Name")
    own = [str(package.value) if package else "default", str(name.value) if name else ""]
    if len(found) >= FUNCTION_URN_PARTS and found[5:7] != own:
        message = f"names the function {':'.join(found[5:7])}, this one is {':'.join(own)}"
        yield urn.finding(f"{path}: {message}")


def _check_place(
    path: str, kind: str, urn: Node, own: Node | None, function: Node
) -> Iterator[Finding]:
    """The URN is where REGION and PROJECT_ID say, else where the function's own topic is."""
    found = str(urn.value).split(":")
    if len(found) < URN_PARTS:
        return  # the schema, or the function itself, reports a wrong URN
    for what, part, variable in (("region", 2, "REGION"), ("project", 3, "PROJECT_ID")):
        chosen = function.child("Environment", "Variables", variable)
        wanted = ""
        if chosen is not None and _comparable(urn, chosen):
            wanted = str(chosen.value)
        elif own is not None and _comparable(urn, own):
            parts = str(own.value).split(":")
            wanted = parts[part] if len(parts) == URN_PARTS else ""
        if wanted and found[part] != wanted:
            message = f"the {kind}'s {what} is {found[part]}, the function's is {wanted}"
            yield urn.finding(f"{path}: {message}")


def _comparable(one: Node, other: Node) -> bool:
    """Whether two values may be held against each other: not an example and a given value."""
    kinds = {"example" if "the Example of" in node.origin else node.origin for node in (one, other)}
    return "example" not in kinds or not any(" from " in kind for kind in kinds)


def check_queues(function: Node) -> Iterator[Finding]:
    """A queue trigger needs the function inside the queue's VPC."""
    if function.child("Vpc", "VpcId") is not None and function.child("Vpc", "SubnetId") is not None:
        return
    for name, entry in events(function).items():
        kind = entry.node.child("Type")
        if kind is not None and kind.value in QUEUES:
            message = (
                f"Events.{name}: a {kind.value} trigger needs the function in the queue's VPC; "
                "give Vpc.VpcId and Vpc.SubnetId (VPC_ID and SUBNET_ID)"
            )
            yield kind.finding(message)


def check_code_source(function: Node) -> Iterator[Finding]:
    """Code from OBS has a URL, code from here has none."""
    kind, url = function.child("CodeType"), function.child("CodeUrl")
    if kind is not None and kind.value == "obs" and url is None:
        yield kind.finding("CodeType: obs needs CodeUrl, the zip's URL in OBS")
    if url is not None and (kind is None or kind.value != "obs"):
        yield url.finding("CodeUrl: is used with CodeType: obs only")


def check_initializer(function: Node) -> Iterator[Finding]:
    """InitializerHandler and InitializerTimeout go together."""
    handler = function.child("InitializerHandler")
    timeout = function.child("InitializerTimeout")
    if handler is not None and timeout is None:
        yield handler.finding("InitializerHandler: needs InitializerTimeout, 1 to 300")
    if timeout is not None and handler is None:
        yield timeout.finding("InitializerTimeout: there is no InitializerHandler")


def check_number_of_triggers(function: Node) -> Iterator[Finding]:
    """A function version has ten triggers at most."""
    found = events(function)
    if len(found) > MAX_TRIGGERS:
        place = list(found.values())[MAX_TRIGGERS].key_place
        yield Finding(place, f"Events: {len(found)} triggers, but {MAX_TRIGGERS} are allowed")


def check_timer_names(function: Node) -> Iterator[Finding]:
    """Two timers do not bear one name; the name is what tells them apart in the account."""
    names = [
        (str(node.value), node.place, event)
        for event, entry in events(function).items()
        if (node := entry.node.child("Properties", "name")) is not None
    ]
    counts = Counter(name for name, _, _ in names)
    for name, place, event in names:
        if counts[name] > 1:
            yield Finding(place, f"Events.{event}.Properties.name: {name} names two timers")
