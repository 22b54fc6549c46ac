"""SMN's refusals, with status, code and text.

As in its error code table: support.huaweicloud.com/api-smn/ErrorCode.html.
"""

from __future__ import annotations

from local.emulator.service import Refusal, ServiceError

NOT_PERMITTED = Refusal(403, "SMN.0001", "You do not have permission to access the resource.")
INVALID_URN = Refusal(400, "SMN.0005", "Invalid topic_urn.")
NO_SUCH_TOPIC = Refusal(404, "SMN.0006", "The topic cannot be found.")
NO_SUCH_TEMPLATE = Refusal(404, "SMN.0027", "The message template cannot be found.")
NO_DEFAULT_TEMPLATE = Refusal(404, "SMN.0076", "The default message template cannot be found.")


def _refuse(status: int, code: str, message: str, detail: str) -> ServiceError:
    return ServiceError(Refusal(status, code, f"{message} {detail}".rstrip()))


def invalid_subject(detail: str) -> ServiceError:
    """Refuse a subject."""
    return _refuse(403, "SMN.0008", "Invalid subject.", detail)


def invalid_message(detail: str) -> ServiceError:
    """Refuse a message, or a parameter that goes with it."""
    return _refuse(403, "SMN.0009", "Invalid message.", detail)


def invalid_structure(detail: str) -> ServiceError:
    """Refuse a message_structure."""
    return _refuse(400, "SMN.0021", "Invalid message_structure.", detail)


def invalid_template_name() -> ServiceError:
    """Refuse the name of a template."""
    return _refuse(400, "SMN.0032", "Invalid message_template_name.", "")


def invalid_tag(detail: str) -> ServiceError:
    """Refuse the values for a template's placeholders."""
    return _refuse(400, "SMN.0038", "Invalid tag.", detail)


def denial(action: str) -> Refusal:
    """Refuse an action that no policy of the key allows."""
    return Refusal(403, "SMN.00308", f"Policy doesn't allow {action} to be performed")


def render_error(refusal: Refusal, request_id: str) -> object:
    """Word a refusal as SMN v2 does."""
    return {"request_id": request_id, "code": refusal.code, "message": refusal.message}
