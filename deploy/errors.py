"""What a user can meet, apart from findings in the template."""


class ParameterError(Exception):
    """Parameters are missing or wrong; the text lists all of them."""


class AccountError(Exception):
    """The account did not do what was asked; the text says why and what to do.

    ``status`` and ``code`` are the service's own, where it answered.
    """

    def __init__(self, text: str, *, status: int = 0, code: str = "") -> None:
        self.status = status
        self.code = code
        super().__init__(text)


class PackageError(Exception):
    """The package cannot be built, or cannot run; the text says why and what to do."""
