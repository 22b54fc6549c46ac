"""SMN's refusals, with status, code and text.

As in its error code table: support.huaweicloud.com/api-smn/ErrorCode.html; the English texts:
github.com/opentelekomcloud-docs/simple-message-notification,
api-ref/source/public_parameters/error_codes.rst.
"""

from __future__ import annotations

import re

from local.emulator.service import Refusal

NOT_PERMITTED = Refusal(403, "SMN.0001", "No permission to request resources.")
INVALID_NAME = Refusal(400, "SMN.0002", "Parameter: Name is invalid.")
INVALID_DISPLAY_NAME = Refusal(400, "SMN.0003", "Parameter: DisplayName is invalid.")
TOO_MANY_TOPICS = Refusal(403, "SMN.0004", "Exceeded topic limit.")
INVALID_URN = Refusal(400, "SMN.0005", "Parameter: TopicUrn is invalid.")
NO_SUCH_TOPIC = Refusal(404, "SMN.0006", "Topic not found.")
TOO_MANY_SUBSCRIPTIONS = Refusal(403, "SMN.0007", "Exceeded subscription limit.")
INVALID_SUBJECT = Refusal(403, "SMN.0008", "Parameter: Subject is invalid.")
INVALID_MESSAGE = Refusal(403, "SMN.0009", "Parameter: Message is invalid.")
INVALID_PROTOCOL = Refusal(400, "SMN.0011", "Parameter: Protocol is invalid.")
INVALID_ENDPOINT = Refusal(400, "SMN.0012", "Parameter: Endpoint is invalid.")
NO_SUCH_SUBSCRIPTION = Refusal(404, "SMN.0013", "Subscription resource not found.")
INVALID_SUBSCRIPTION_URN = Refusal(400, "SMN.0014", "Parameter: SubscriptionUrn is invalid.")
INVALID_PAGE = Refusal(400, "SMN.0015", "Parameter: Offset or limit is invalid.")
INVALID_REMARK = Refusal(400, "SMN.0017", "Parameter: Remark is invalid.")
INVALID_STRUCTURE = Refusal(400, "SMN.0021", "MessageStructure is invalid.")
INVALID_STATUS = Refusal(400, "SMN.0077", "Parameter: Status is invalid.")

_NEWER = re.compile(r"SMN\.[0-9]{8}")
_KNOWN_NEWER = {
    NO_SUCH_TOPIC.code: (400, "SMN.00010008"),
    INVALID_SUBSCRIPTION_URN.code: (400, "SMN.00011027"),
}
"""Status and number. Sources: terraform-provider-huaweicloud, resource_huaweicloud_smn_logtank.go;
the sample of BatchCreateSubscriptionsFilterPolices in the API reference named above."""


def denial(action: str) -> Refusal:
    """Refuse an action that no policy of the key allows."""
    return Refusal(403, "SMN.00308", f"Policy doesn't allow {action} to be performed.")


def newer(refusal: Refusal) -> Refusal:
    """Number a refusal of SMN's with eight digits, as some of its newer answers do."""
    service, _, number = refusal.code.partition(".")
    if service != "SMN":
        return refusal
    status, code = _KNOWN_NEWER.get(refusal.code, (refusal.status, f"SMN.{int(number):08d}"))
    return Refusal(status, code, refusal.message)


def render_error(refusal: Refusal, request_id: str) -> object:
    """Word a refusal as SMN v2 does; with a number of eight digits in the newer form."""
    if _NEWER.fullmatch(refusal.code):
        return {"error_code": refusal.code, "error_msg": refusal.message}
    return {"request_id": request_id, "code": refusal.code, "message": refusal.message}
