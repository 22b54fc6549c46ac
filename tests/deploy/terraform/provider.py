"""A stand-in for the provider, which tells a real Terraform the real one's schemas.

With it `terraform plan` checks every attribute and block, and evaluates every expression, without
the provider itself. It speaks Terraform's plug-in protocol 5 (docs/plugin-protocol/tfplugin5.proto
of hashicorp/terraform), as far as planning new resources goes. What the cloud would compute is
planned as `computed` says, so that whatever depends on it can be looked at, too.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc
import msgpack

from tests.deploy.terraform.schemas import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FLAGS = {"required": 4, "optional": 5, "computed": 6, "sensitive": 7}
NESTING = {"list": 2, "set": 3}


def computed(attribute: str, kind: str, name: str) -> str:
    """What is planned for a text that the cloud would compute, such as an ID."""
    return f"<{attribute}-of-{kind}-{name}>"


@contextmanager
def serving(source: str) -> Iterator[dict[str, str]]:
    """Serve the provider; yield the environment in which Terraform takes it for ``source``."""
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((_Provider(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    address = {"Network": "tcp", "String": f"127.0.0.1:{port}"}
    plugin = {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": os.getpid(), "Test": True}
    try:
        yield {"TF_REATTACH_PROVIDERS": json.dumps({source: {**plugin, "Addr": address}})}
    finally:
        server.stop(grace=None).wait()


class _Provider(grpc.GenericRpcHandler):  # type: ignore[misc] # it carries no type information
    """Answers the calls of a plan; any other is refused as unimplemented."""

    def service(self, handler_call_details: Any) -> Any:
        answers: dict[str, Callable[[bytes], bytes]] = {
            "GetSchema": lambda _: _all_schemas(),
            "PrepareProviderConfig": lambda request: _field(1, _parsed(request)[1]),
            "ValidateResourceTypeConfig": lambda _: b"",
            "Configure": lambda _: b"",
            "PlanResourceChange": _plan,
            "Stop": lambda _: b"",
        }
        answer = answers.get(handler_call_details.method.rpartition("/")[2])
        if answer is None:
            return None
        return grpc.unary_unary_rpc_method_handler(lambda request, _: answer(request))


def _plan(request: bytes) -> bytes:
    """Plan what is proposed, with a value for what the cloud computes."""
    fields = _parsed(request)
    kind, proposed = fields[1].decode(), msgpack.unpackb(_parsed(fields[3])[1])
    for name, attribute in SCHEMAS[kind]["attributes"].items():
        if attribute.get("computed") and attribute["type"] == "string" and proposed[name] is None:
            proposed[name] = computed(name, kind, str(proposed.get("name", "")))
    return _field(1, _field(1, msgpack.packb(proposed)))


def _all_schemas() -> bytes:
    region = _block({"attributes": {"region": {"type": "string", "optional": True}}})
    resources = (
        _field(2, _field(1, kind) + _field(2, _field(2, _block(block))))
        for kind, block in SCHEMAS.items()
    )
    return _field(1, _field(2, region)) + b"".join(resources)


def _block(block: Mapping[str, Any]) -> bytes:
    encoded = b""
    for name, attribute in block.get("attributes", {}).items():
        flags = b"".join(_field(number, 1) for flag, number in FLAGS.items() if attribute.get(flag))
        encoded += _field(2, _field(1, name) + _field(2, json.dumps(attribute["type"])) + flags)
    for name, nested in block.get("block_types", {}).items():
        encoded += _field(
            3,
            _field(1, name)
            + _field(2, _block(nested["block"]))
            + _field(3, NESTING[nested["nesting_mode"]])
            + _field(4, nested.get("min_items", 0))
            + _field(5, nested.get("max_items", 0)),
        )
    return encoded


# Messages are Protocol Buffers: a field is its number and its type, then a number or bytes
# (protobuf.dev/programming-guides/encoding).


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes([number])
    return bytes([number & 0x7F | 0x80]) + _varint(number >> 7)


def _parsed(message: bytes) -> dict[int, bytes]:
    """The fields of a message that hold bytes, by their numbers."""
    found, at = {}, 0

    def number() -> int:
        nonlocal at
        read = shift = 0
        while True:
            byte = message[at]
            at += 1
            read |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return read

    while at < len(message):
        key, size_or_value = number(), number()
        if key & 7 == 2:
            found[key >> 3] = message[at : at + size_or_value]
            at += size_or_value
    return found
