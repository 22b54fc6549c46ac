"""Which operations of Huawei Cloud are emulated, as data and as a page.

`python -m local.emulator.coverage > docs/emulated-operations.md` writes the page anew.
"""

from __future__ import annotations

from local.emulator.operations import KNOWN
from local.emulator.services import SERVICES

_BEGINNING = """# Emulated operations

The emulated cloud carries out {emulated} of the {known} operations that the official SDKs of CBR,
SMN and FunctionGraph know, and IAM's `KeystoneListProjects`. Each of the others gets an answer of
its own: 501 with code `Local.NotEmulated` and the operation's name. So does a parameter that an
emulated operation does not take into account. A request that fits no operation gets API Gateway's
404 `APIGW.0101`.

`GET /_local/operations` gives the same list as JSON. This page is made from the code:
`python -m local.emulator.coverage > docs/emulated-operations.md`.
"""


def operations() -> list[dict[str, object]]:
    """List every known operation by service and name, with whether it is emulated."""
    served = {(service.name, route.operation) for service in SERVICES for route in service.routes}
    return [
        {**known._asdict(), "emulated": (known.service, known.name) in served} for known in KNOWN
    ]


def page() -> str:
    """Write the list as Markdown, service by service: first what is emulated, then the rest."""
    listed = operations()
    emulated = sum(bool(operation["emulated"]) for operation in listed)
    parts = [_BEGINNING.format(emulated=emulated, known=len(listed))]
    for service in dict.fromkeys(operation["service"] for operation in listed):
        own = [operation for operation in listed if operation["service"] == service]
        done = [operation for operation in own if operation["emulated"]]
        left = [f"`{operation['name']}`" for operation in own if not operation["emulated"]]
        rows = [f"| `{o['name']}` | `{o['method']} {o['path']}` |" for o in done]
        parts.append(
            f"\n## {service}: {len(done)} of {len(own)}\n\n| operation | request |\n|---|---|"
        )
        parts.append("\n".join(rows))
        parts.append(f"\nNot emulated: {', '.join(left)}.")
    return "\n".join(parts)


if __name__ == "__main__":
    print(page())  # noqa: T201 - what the command is for
