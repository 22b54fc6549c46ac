"""FunctionGraph's refusals, with the status, code and text of its error code table.

Source: support.huaweicloud.com/intl/en-us/my-kualalumpur-1-api-functiongraph/ErrorCode.html
"""

from __future__ import annotations

from local.emulator.service import Refusal, ServiceError

NO_SUCH_FUNCTION = Refusal(404, "FSS.1051", "Not found the function")
NO_SUCH_VERSION = Refusal(404, "FSS.1052", "Not found the function version")
TRIGGER_WITHOUT_FUNCTION = Refusal(500, "FSS.0500", "Function not found")
FUNCTION_GONE = Refusal(401, "FSS.0401", "Function not found")
"""Of a trigger whose function is gone: to show it, and to delete it. Source: Terraform's provider,
resource_huaweicloud_fgs_function_trigger.go, which takes both for "gone"."""

NO_SUCH_RESOURCE = Refusal(404, "FSS.0404", "The specified resource was not found.")
ALREADY_EXISTS = Refusal(409, "FSS.0409", "The specified resource already exists.")
"""Also the answer to code that is the same as before."""

NOT_JSON = Refusal(406, "FSS.0406", "Not acceptable.")
PRECONDITION = Refusal(428, "FSS.0428", "The preconditions have not been met.")
INVALID_NAME = Refusal(400, "FSS.1002", "Invalid function name.")
INVALID_HANDLER = Refusal(400, "FSS.1003", "Invalid function handler.")
INVALID_PACKAGE = Refusal(400, "FSS.1004", "Invalid Package (function app).")
INVALID_RUNTIME = Refusal(400, "FSS.1005", "Invalid runtime.")
INVALID_CODE_TYPE = Refusal(400, "FSS.1006", "Invalid function code entry mode.")
INVALID_MEMORY = Refusal(400, "FSS.1007", "Invalid function memory.")
INVALID_TIMEOUT = Refusal(400, "FSS.1008", "Invalid function timeout.")
INVALID_USER_DATA = Refusal(400, "FSS.1009", "Invalid function UserData.")
INVALID_CODE = Refusal(400, "FSS.1011", "Invalid function code.")
NO_CODE = Refusal(400, "FSS.1012", "The function code must be configured.")
TOO_MANY_VARIABLES = Refusal(
    400,
    "FSS.1017",
    "The number of environment variables exceeds the maximum allowed limit (20).",
)
VARIABLES_TOO_LARGE = Refusal(
    400,
    "FSS.1018",
    "The total size of environment variables exceeds the maximum allowed limit (4 KB).",
)
DESCRIPTION_TOO_LONG = Refusal(
    400, "FSS.1019", "The description exceeds the maximum allowed limit."
)
THROTTLED = Refusal(429, "FSS.0429", "The function is throttled.")
BODY_TOO_LARGE = Refusal(413, "FSS.1201", "The request body is too large.")
NOT_SERVED = Refusal(
    500,
    "FSS.0500",
    "Functions run where the local cloud is served: python -m local serve, or LocalCloud in Python",
)


def invalid(detail: str) -> ServiceError:
    """Refuse a parameter for which the table has no code of its own."""
    return ServiceError(Refusal(400, "FSS.0400", f"Invalid parameter. {detail}"))


def denial(action: str) -> Refusal:
    """Refuse an action that no policy of the key allows."""
    return Refusal(403, "FSS.0403", f"Forbidden. Policy doesn't allow {action} to be performed")


def render_error(refusal: Refusal, _request_id: str) -> object:
    """Word a refusal as FunctionGraph does."""
    return {"error_code": refusal.code, "error_msg": refusal.message}
