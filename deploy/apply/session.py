"""What the commands share: the template, the account, the package, the plan."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.apply.checks import Check, make_checks
from deploy.apply.connection import connect
from deploy.apply.desired_state import Code, DesiredState, desired_state
from deploy.apply.plan import Observed, make_plan, observe
from deploy.apply.step import Step
from deploy.apply.versions import code_of_version, keep_version, version_to_return_to
from deploy.errors import AccountError, PackageError
from deploy.package import build_package
from deploy.package.inspection import inspect
from deploy.template.document import Document, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from deploy.apply.account import Account
    from deploy.template.parameters import Given

CACHE = Path("build/cache")


@dataclass
class Session:
    """One run of a command against one account."""

    document: Document
    account: Account
    notice: Callable[[str], object]

    def observe(self) -> Observed:
        """What the account holds now."""
        function = self.document.function
        return observe(self.account, function.package, function.name)

    def checks(self, *, adopt: bool) -> Iterator[Check]:
        """What a deployment relies on, looked up."""
        return make_checks(self.account, self.document.function, self.observe, adopt=adopt)

    def desired(self, zip_file: Path | None, python: str | None) -> DesiredState:
        """What it should hold, with the package built or read from ``zip_file``."""
        document = self.document
        if zip_file is None and document.function.code_type != "obs":
            self.notice(f"Building the package for {document.function.runtime} ...")
        secrets = frozenset(
            str(value.value) for value in document.values.values() if value.secret and value.value
        )
        return desired_state(document.function, code_of(document, zip_file, python), secrets)

    def plan(
        self, observed: Observed, desired: DesiredState, *, resend_secrets: bool
    ) -> tuple[Step, ...]:
        """The steps between the two."""
        return make_plan(observed, desired, resend_secrets=resend_secrets)

    def own(self, *, adopt: bool) -> Observed:
        """What the account holds of the function. Raises AccountError for another's function."""
        observed = self.observe()
        if observed.is_foreign and not adopt:
            raise AccountError(
                f"{observed.urn} does not bear this tool's mark, so it is left alone; give --adopt "
                "to treat it as this tool's own"
            )
        return observed

    def delete(self, observed: Observed) -> None:
        """Delete the function. Triggers first: while they are there, they fire."""
        for trigger in observed.triggers:
            kind, identity = trigger["trigger_type_code"], trigger["trigger_id"]
            self.account.delete_trigger(observed.urn, kind, identity)
        if observed.async_policy is not None:
            self.account.delete_async_policy(observed.urn)
        self.account.delete_function(observed.urn)

    def roll_back(self, observed: Observed, wanted: str) -> str:
        """Bring a version's code back, the newest other one by default; return its name.

        Raises:
            AccountError: there is no function or version, or its code cannot be had.
        """
        if observed.config is None:
            raise AccountError(f"{observed.urn}: there is no such function")
        digest = str(observed.config.get("digest", ""))
        version = version_to_return_to(self.account, observed.urn, digest, wanted)
        body = code_of_version(self.account, observed.urn, version)
        keep_version(self.account, observed.urn, digest.lower())
        self.account.update_code(observed.urn, body)
        return str(version["version"])

    def dry_run_event(self) -> dict[str, Any]:
        """What the first timer asks for, or all vaults, as a dry run."""
        for event in self.document.function.events.values():
            request = json.loads(getattr(event.properties, "user_event", "") or "{}")
            if isinstance(request, dict) and request and request.get("action") != "report":
                return {**request, "dry_run": True}
        return {"select": {"all": True}, "dry_run": True}


def open_session(
    template: Path,
    given: Mapping[str, Given],
    endpoint: str | None,
    notice: Callable[[str], object] = lambda _: None,
) -> Session:
    """Read the template and connect to the account that it names.

    ``endpoint`` wins over the SDK's HUAWEICLOUD_SDK_REGION_..., which wins over the region's.
    """
    document = load(template, given)
    region, project_id = document.place()
    return Session(document, connect(region, project_id, endpoint, notice), notice)


def code_of(document: Document, zip_file: Path | None, python: str | None) -> Code:
    """The function's code: from OBS, from a zip that was built before, or built now.

    Raises:
        PackageError: It cannot be built, or the zip cannot be read or could not run.
    """
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
    handlers = filter(None, (function.handler, function.initializer_handler))
    try:
        data = zip_file.read_bytes()
        inspect(data, function.runtime, handlers)
    except OSError as error:
        raise PackageError(f"--zip {zip_file}: {error.strerror}") from error
    except PackageError as error:
        raise PackageError(f"--zip {zip_file}: {error}") from error
    return Code(hashlib.sha512(data).hexdigest(), data)
