"""API Gateway's own refusals, in its own words and form.

Codes and statuses: support.huaweicloud.com/devg-apisign/api-sign-errorcode.html; texts of the
authentication errors: support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-0001.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.service import Refusal, Service
from local.emulator.transfer import json_answer

if TYPE_CHECKING:
    from local.emulator.transfer import Answer

_AUTHENTICATION = "Incorrect IAM authentication information: "


def _unauthenticated(reason: str) -> Refusal:
    return Refusal(401, "APIGW.0301", _AUTHENTICATION + reason)


NO_SUCH_API = Refusal(
    404, "APIGW.0101", "The API does not exist or has not been published in the environment"
)
BODY_TOO_LARGE = Refusal(413, "APIGW.0201", "Request entity too large")
THROTTLED = Refusal(
    429,
    "APIGW.0308",
    "The throttling threshold has been reached: policy user over ratelimit,limit:10",
)
NOT_SIGNED = _unauthenticated("x-auth-token not found")
TOKEN_UNREADABLE = _unauthenticated("decrypt token fail")
WRONG_FORM = Refusal(
    401, "APIGW.0305", "Incorrect authentication information: authorization header"
)
KEY_UNKNOWN = _unauthenticated("Get secretKey failed,ak:******,err:ak not exist")
KEY_LOCKED = _unauthenticated("AK access failed to reach the limit,forbidden")
CLOCK_SKEWED = _unauthenticated("signature expired, X-Sdk-Date is more than 15 minutes off")
BAD_SIGNATURE = _unauthenticated("verify aksk signature fail")
TOKEN_MISSING = _unauthenticated("x-security-token not found")
TOKEN_WRONG = _unauthenticated("verify security token fail")
TOKEN_EXPIRED = _unauthenticated("token expires")
PROJECT_UNAVAILABLE = Refusal(403, "APIGW.0310", "The project is unavailable")
PROJECT_OF_OTHER_REGION = Refusal(
    403, "APIGW.0802", "The IAM user is forbidden in the currently selected region"
)


_OWN_CODES = ("APIGW.", "Local.")
"""How the codes begin of what the gateway refuses, and of what the emulated cloud does not do: that
has one form for all services, which every client can read."""


def gateway_document(refusal: Refusal, request_id: str) -> dict[str, str]:
    """Word a refusal as API Gateway does."""
    return {"error_code": refusal.code, "error_msg": refusal.message, "request_id": request_id}


def refusal_answer(refusal: Refusal, service: Service | None, request_id: str) -> Answer:
    """Render a refusal in the form of whoever refuses: the gateway (by the code) or the service."""
    if service is None or refusal.code.startswith(_OWN_CODES):
        document: object = gateway_document(refusal, request_id)
    else:
        document = service.render_error(refusal, request_id)
    return json_answer(refusal.status, document, request_id)
