"""Verify SDK-HMAC-SHA256, the signature of Huawei Cloud's API requests.

The algorithm: support.huaweicloud.com/devg-apisign/, and the official SDK's
huaweicloudsdkcore/signer/signer.py, which signs what is verified here.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

if TYPE_CHECKING:
    from local.emulator.transfer import Request

ALGORITHM = "SDK-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
_AUTHORIZATION = re.compile(
    r"SDK-HMAC-SHA256 Access=(?P<access>[^,\s]+), ?"
    r"SignedHeaders=(?P<headers>[^,\s]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_DATE = "%Y%m%dT%H%M%SZ"
_DATE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Authorization:
    """The parts of an Authorization header."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


def parse_authorization(header: str) -> Authorization | None:
    """Take an Authorization header apart; None if it is not of the algorithm's form."""
    found = _AUTHORIZATION.fullmatch(header)
    if found is None:
        return None
    return Authorization(found["access"], tuple(found["headers"].split(";")), found["signature"])


def signing_time(header: str) -> float | None:
    """Read X-Sdk-Date (`20261123T080000Z`) as seconds since 1970; None if it is no such date."""
    if len(header) != _DATE_LENGTH:
        return None
    try:
        moment = datetime.strptime(header, _DATE).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return moment.timestamp()


def is_valid(request: Request, authorization: Authorization, secret_key: str) -> bool:
    """Tell whether the secret key made the request's signature, and nothing signed has changed."""
    payload_hash = _payload_hash(request, authorization.signed_headers)
    if payload_hash is None or "x-sdk-date" not in request.headers:
        return False
    path, _, query = request.target.partition("?")
    canonical = "\n".join(
        (
            request.method.upper(),
            canonical_path(path),
            _canonical_query(query),
            *(
                f"{name}:{request.headers.get(name, '').strip()}"
                for name in authorization.signed_headers
            ),
            "",
            ";".join(authorization.signed_headers),
            payload_hash,
        )
    )
    digest = sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{request.headers['x-sdk-date']}\n{digest}"
    expected = hmac.new(secret_key.encode(), to_sign.encode(), sha256).hexdigest()
    return hmac.compare_digest(expected, authorization.signature)


def canonical_path(path: str) -> str:
    """Encode every segment anew, and end in a slash."""
    encoded = "/".join(quote(segment, safe="~") for segment in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)


def _payload_hash(request: Request, signed_headers: tuple[str, ...]) -> str | None:
    """Return the hash that was signed, or None if the body does not have it."""
    actual = sha256(request.body).hexdigest()
    declared = request.headers.get("x-sdk-content-sha256")
    if declared is None or not request.body or "x-sdk-content-sha256" not in signed_headers:
        return actual
    return declared if declared in {UNSIGNED_PAYLOAD, actual} else None
