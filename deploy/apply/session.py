"""What the commands share: the template, the account, the package, the plan."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.apply.account import Account, connect
from deploy.apply.desired_state import Code, DesiredState, desired_state
from deploy.apply.plan import Observed, Step, make_plan, observe
from deploy.errors import AccountError
from deploy.package import build_package
from deploy.package.limits import MAX_ZIP_BYTES
from deploy.template.document import Document, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.template.parameters import Given

CACHE = Path("build/cache")


@dataclass
class Session:
    """One run of a command against one account."""

    document: Document
    account: Account

    def observe(self) -> Observed:
        """What the account holds now."""
        function = self.document.function
        return observe(self.account, function.package, function.name)

    def desired(self, zip_file: Path | None, python: str | None) -> DesiredState:
        """What it should hold, with the package built or read from ``zip_file``."""
        document = self.document
        secrets = frozenset(
            str(value.value) for value in document.values.values() if value.secret and value.value
        )
        return desired_state(document.function, code_of(document, zip_file, python), secrets)

    def plan(
        self, observed: Observed, desired: DesiredState, *, resend_secrets: bool
    ) -> tuple[Step, ...]:
        """The steps between the two."""
        return make_plan(observed, desired, resend_secrets=resend_secrets)


def open_session(template: Path, given: Mapping[str, Given], endpoint: str | None) -> Session:
    """Read the template and connect to the account that it names.

    ``endpoint`` wins over FUNCTIONGRAPH_ENDPOINT, which wins over the region's.
    """
    document = load(template, given)
    region, project_id = document.place()
    chosen = endpoint or os.environ.get("FUNCTIONGRAPH_ENDPOINT") or None
    return Session(document, connect(region, project_id, chosen))


def code_of(document: Document, zip_file: Path | None, python: str | None) -> Code:
    """The function's code: from OBS, from a zip that was built before, or built now."""
    function = document.function
    if function.code_type == "obs":
        return Code("", b"", function.code_url or "")
    if zip_file is None:
        package = build_package(
            document.code_folder,
            document.folder / "requirements.txt",
            document.folder / CACHE,
            runtime=function.runtime,
            python=python,
        )
        return Code(package.digest, package.data)
    try:
        data = zip_file.read_bytes()
    except OSError as error:
        raise AccountError(f"--zip {zip_file}: {error.strerror}") from error
    if len(data) > MAX_ZIP_BYTES:
        raise AccountError(f"--zip {zip_file}: {len(data):,} bytes, {MAX_ZIP_BYTES:,} are allowed")
    return Code(hashlib.sha512(data).hexdigest(), data)
