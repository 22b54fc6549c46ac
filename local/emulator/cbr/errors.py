"""CBR's refusals, with status, code and text.

As in its error code table: support.huaweicloud.com/api-cbr/ErrorCode.html.
"""

from __future__ import annotations

from local.emulator.service import Refusal, ServiceError

NO_SUCH_VAULT = Refusal(404, "BackupService.6105", "The vault does not exist.")
WRONG_VAULT_STATUS = Refusal(400, "BackupService.6112", "Invalid vault status.")
NO_SUCH_OPERATION_LOG = Refusal(404, "BackupService.6500", "Operation log does not exist.")
NOT_SYNCHRONISABLE = Refusal(
    400, "BackupService.7300", "The vault does not support synchronization."
)
BEING_SYNCHRONISED = Refusal(400, "BackupService.7302", "Backups are being synchronized.")


def invalid(name: str) -> ServiceError:
    """Refuse a parameter: 9900, in the words seen for a malformed vault id."""
    return ServiceError(Refusal(400, "BackupService.9900", f"Invalid {name} provided."))


def denial(action: str) -> Refusal:
    """Refuse an action that no policy of the key allows. The code is not documented."""
    return Refusal(403, "BackupService.8600", f"Policy doesn't allow {action} to be performed")


def render_error(refusal: Refusal, _request_id: str) -> object:
    """Word a refusal as CBR does."""
    return {"error_code": refusal.code, "error_msg": refusal.message}
