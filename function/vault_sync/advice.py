"""What to do about an error, in one sentence, for whoever reads the notification."""

from __future__ import annotations

from vault_sync.errors import ErrorDetail

_BY_CODE = {
    "InvalidRequest": "Correct the message at this place and send it again.",
    "InvalidEvent": "Send events in the shape that the trigger delivers; see docs/operations.md.",
    "EmptyEvent": "Check what the trigger sends; an event without messages asks for nothing.",
    "OwnNotification": "Take the function's subscription to its own topic away.",
    "EventTooLarge": "Lower the trigger's batch size, or split the request.",
    "MessageTooLarge": "Split the request into several messages.",
    "ProjectNotAllowed": "Add the project to ALLOWED_PROJECTS, if it is meant to be reached.",
    "EmptySelection": "Check the selection against the names and tags of the hybrid vaults.",
    "UnknownRegion": "Correct the region, or set CBR_ENDPOINT.",
    "DeadlineReached": "Run the event again, or raise the function's timeout.",
    "OutcomeUnknown": "Look at the vault's tasks in CBR, then run the event again.",
    "AnswerLost": "Run the event again; what started is found and not started twice.",
    "UnreadableAnswer": "Run the event again; what started is found and not started twice.",
    "ConnectionFailed": "Check the endpoint, and the function's way out of its VPC.",
    "BackupService.6105": "Check the vault id and its project; the vault is not there.",
    "BackupService.6112": "Check the vault's status in CBR: frozen, locked or being deleted?",
    "BackupService.7300": "Name hybrid-cloud vaults only; this one cannot be synchronised.",
    "BackupService.7302": "Nothing: CBR is at it. Allow cbr:tasks:list to learn the task's id.",
    "BackupService.9900": "Correct the vault id.",
    "APIGW.0301": "Check the agency and the clock; a locked access key opens after 5 minutes.",
    "APIGW.0308": "Lower MAX_CALLS_PER_SECOND, or spread the timers.",
}


def for_error(error: ErrorDetail | None) -> str:
    """Return what to do next; there is always something."""
    if error is None:
        return "See the function's log."
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if error.code in {"HTTP 403", "SMN.00308"} or "doesn't allow" in error.message:
        return "Allow the action in the policy of the function's agency; see docs/permissions.md."
    return "See docs/operations.md for the code; the request id helps Huawei's support."
