"""CBR's refusals, with status, code and text.

As in its error code table: support.huaweicloud.com/api-cbr/ErrorCode.html.
"""

from __future__ import annotations

from local.emulator.service import Refusal, ServiceError


def _refusal(status: int, number: str, text: str) -> Refusal:
    return Refusal(status, f"BackupService.{number}", text)


NO_SUCH_POLICY = _refusal(404, "6000", "The policy does not exist.")
INVALID_CAPACITY = _refusal(400, "6101", "Invalid vault capacity.")
WRONG_RESOURCE_TYPE = _refusal(400, "6102", "The vault does not support this resource type.")
RESOURCE_IN_A_VAULT = _refusal(400, "6103", "The resource has been associated with a vault.")
RESOURCE_TWICE = _refusal(400, "6104", "Duplicate vault resources.")
NO_SUCH_VAULT = _refusal(404, "6105", "The vault does not exist.")
VAULT_NOT_UPDATED = _refusal(400, "6110", "The vault cannot be updated.")
VAULT_IN_USE = _refusal(400, "6111", "The vault cannot be deleted.")
WRONG_VAULT_STATUS = _refusal(400, "6112", "Invalid vault status.")
NO_POLICY_WITH_HYBRID = _refusal(
    400, "6136", "Backup policies cannot be applied with hybrid cloud backup vaults."
)
NO_SUCH_BACKUP = _refusal(404, "6200", "The backup does not exist.")
NO_SUCH_OPERATION_LOG = _refusal(404, "6500", "Operation log does not exist.")
TOO_MANY_TAGS = _refusal(
    400, "6600", "The maximum number of tags has been reached for the resource."
)
NO_SUCH_TAG = _refusal(404, "6601", "The key does not exist.")
NOT_SYNCHRONISABLE = _refusal(400, "7300", "The vault does not support synchronization.")
BEING_SYNCHRONISED = _refusal(400, "7302", "Backups are being synchronized.")


def invalid(name: str) -> ServiceError:
    """Refuse a parameter: 9900, in the words seen for a malformed vault id."""
    return ServiceError(_refusal(400, "9900", f"Invalid {name} provided."))


def denial(action: str) -> Refusal:
    """Refuse an action that no policy of the key allows. The code is not documented."""
    return _refusal(403, "8600", f"Policy doesn't allow {action} to be performed")


def render_error(refusal: Refusal, _request_id: str) -> object:
    """Word a refusal as CBR does."""
    return {"error_code": refusal.code, "error_msg": refusal.message}
