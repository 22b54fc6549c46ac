"""Which operations of Huawei Cloud are emulated, as data and as a page.

`python -m local.emulator.coverage > docs/emulated-operations.md` writes the page anew.
"""

from __future__ import annotations

from local.emulator.operations import KNOWN, KnownOperation
from local.emulator.services import SERVICES

_PAGE = """# Emulated operations

The emulated cloud carries out {emulated} of the {known} operations that the official SDKs of CBR,
SMN and FunctionGraph know, and IAM's `KeystoneListProjects`. Each of the others gets an answer of
its own: 501 with code `Local.NotEmulated` and the operation's name. So do some parameters of
emulated operations, such as PublishMessage's `message_template_name`. A request that fits no
operation gets API Gateway's 404 `APIGW.0101`.

`GET /_local/operations` gives the same list as JSON. This page is made from the code:
`python -m local.emulator.coverage > docs/emulated-operations.md`."""

_PART = """
## {service}: {emulated} of {known}

| operation | request |
|---|---|
{rows}

Not emulated: {others}."""

_CARRIED_OUT = {(service.name, route.operation) for service in SERVICES for route in service.routes}


def is_emulated(known: KnownOperation) -> bool:
    """Tell whether a known operation is carried out."""
    return (known.service, known.name) in _CARRIED_OUT


def page() -> str:
    """Write the list as Markdown, service by service: first what is emulated, then the rest."""
    parts = [_PAGE.format(emulated=sum(map(is_emulated, KNOWN)), known=len(KNOWN))]
    for service in dict.fromkeys(known.service for known in KNOWN):
        own = [known for known in KNOWN if known.service == service]
        rows = [f"| `{o.name}` | `{o.method} {o.path}` |" for o in own if is_emulated(o)]
        others = ", ".join(f"`{o.name}`" for o in own if not is_emulated(o))
        text = {"rows": "\n".join(rows), "others": others}
        parts.append(_PART.format(service=service, emulated=len(rows), known=len(own), **text))
    return "\n".join(parts)


if __name__ == "__main__":
    print(page())  # noqa: T201 - what the command is for
