"""What the schema cannot say: checks of meaning, each a small function over the function's node."""

from deploy.template.checks.handler import check_handler
from deploy.template.checks.meaning import check_function

__all__ = ["check_function", "check_handler"]
