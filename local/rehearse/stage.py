"""The stage: a served local cloud, and the template deployed to it by the deploy command's code."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.apply.session import Session, open_session
from deploy.permissions import actions, policy_document
from deploy.template.document import parameter_definitions
from deploy.template.parameters import Given
from local.emulator.clock import MovableClock
from local.emulator.cloud import Cloud
from local.emulator.sample import ACCESS_KEY, PROJECT_ID, REGION, SECRET_KEY, TOPIC_URN, populate
from local.emulator.sync_tasks import AfterSeconds, Course
from local.emulator.transport.server import LocalCloud
from local.rehearse.script import OUTAGE_VAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from deploy.template.model import Function as WantedFunction
    from local.emulator.account.agencies import Agency
    from local.emulator.functiongraph.engine.engine import Engine
    from local.emulator.functiongraph.models import Function, Trigger
    from local.emulator.transport.http_exchange import MakePage

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"

REQUESTS_TOPIC = "vault-sync-requests"
SYNC_SECONDS = 600.0
"""How long a sync takes in a rehearsal."""

PARAMETERS = {
    "SMN_TOPIC_URN": TOPIC_URN,
    "VPC_ID": "0a1b2c3d-1111-4222-8333-444455556666",
    "SUBNET_ID": "1a2b3c4d-1111-4222-8333-444455556666",
    "KAFKA_TRIGGER": "true",
    "KAFKA_INSTANCE_ID": "2a3b4c5d-1111-4222-8333-444455556666",
    "KAFKA_TOPIC": "vault-sync",
    "RABBITMQ_TRIGGER": "true",
    "RABBITMQ_INSTANCE_ID": "3a4b5c6d-1111-4222-8333-444455556666",
    "RABBITMQ_EXCHANGE": "vault-sync",
    "RABBITMQ_PASSWORD": "opens-nothing",
    "CATCH_UP_SCHEDULE": "0 23 */4 * * *",
    "REPORT_SCHEDULE": "0 43 */4 * * *",
    "REPORT_WINDOW_MINUTES": "240",
    "SMN_TRIGGER": "true",
    "SMN_TRIGGER_TOPIC_URN": f"urn:smn:{REGION}:{PROJECT_ID}:{REQUESTS_TOPIC}",
}
"""With these every trigger of the template is there, and so is every permission it can need.

Reports and catching up come every four hours and not every hour: each is a cold start, and a week
of them would take two minutes more.
"""


@dataclass
class Stage:
    """A deployed function and the cloud around it.

    url: where the cloud is served.
    """

    url: str
    cloud: Cloud
    clock: MovableClock
    engine: Engine
    wanted: WantedFunction
    agency: Agency
    sync_seconds: float = SYNC_SECONDS

    @property
    def function(self) -> Function:
        """The function, as the cloud has it."""
        (found,) = self.engine.functions().values()
        return found

    @property
    def timers(self) -> list[Trigger]:
        """The function's timers."""
        return [t for t in self.function.triggers.values() if t.type_code == "TIMER"]

    @property
    def topic_urn(self) -> str:
        """The topic that the function tells."""
        return self.wanted.environment.variables["SMN_TOPIC_URN"]

    @property
    def attempts(self) -> int:
        """How often a run that fails is made, the first time included."""
        policy = self.wanted.async_invoke
        return 1 + (policy.max_retries if policy else 0)

    @property
    def patience_seconds(self) -> float:
        """How long after its time an event may still be retried."""
        policy = self.wanted.async_invoke
        return float(policy.max_age_seconds if policy else 0)

    def needed_actions(self) -> list[str]:
        """Return the actions of the least policy, each once."""
        return [action for names in actions(self.wanted).values() for action in names]

    def grant(self, *, without: str | None = None, version: str = "1.1") -> None:
        """Give the agency the policy that the deploy command prints, less one action."""
        document = policy_document(self.wanted, version)
        for statement in document["Statement"]:
            statement["Action"] = [a for a in statement["Action"] if a != without]
        document["Statement"] = [s for s in document["Statement"] if s["Action"]]
        with self.cloud.lock:
            self.agency.grant([document])


@contextmanager
def stage(
    template: Path = TEMPLATE,
    *,
    parameters: Mapping[str, str] | None = None,
    zip_file: Path | None = None,
    notice: Callable[[str], object] = lambda _: None,
    page: MakePage | None = None,
) -> Iterator[Stage]:
    """Serve a cloud, deploy the template to it, and give the agency the least permissions.

    Args:
        template: The real one, unless a test has another.
        parameters: On top of `PARAMETERS`.
        zip_file: A package that was built before; by default it is built now.
        notice: Takes a line about what is being done.
        page: Makes a page for people, for as long as the stage is there.

    Raises:
        TemplateError, ParameterError, PackageError, AccountError: As `python -m deploy apply`.
    """
    clock = MovableClock()
    course = Course(AfterSeconds(SYNC_SECONDS))
    cloud = Cloud(populate=_populate, clock=clock, course=course)
    with LocalCloud(cloud, fires=False, page=page) as served, _credentials():
        known = parameter_definitions(template)
        chosen = {name: text for name, text in PARAMETERS.items() if name in known}
        chosen.update(parameters or {})
        given = {name: Given(text, "the rehearsal") for name, text in chosen.items()}
        session = open_session(template, given, served.url, notice)
        wanted = session.document.function
        agency = cloud.add_agency(wanted.agency)
        _deploy(session, zip_file, notice)
        if cloud.engine is None:
            raise RuntimeError("a served cloud has an engine")
        made = Stage(served.url, cloud, clock, cloud.engine, wanted, agency)
        made.grant()
        yield made


def _populate(cloud: Cloud) -> None:
    populate(cloud)
    cloud.cbr().add_vault("outage-lab", vault_id=OUTAGE_VAULT)
    cloud.smn().add_topic(REQUESTS_TOPIC)


def _deploy(session: Session, zip_file: Path | None, notice: Callable[[str], object]) -> None:
    desired = session.desired(zip_file, None)
    notice("Deploying the template to a local cloud ...")
    for step in session.plan(session.observe(), desired, resend_secrets=False):
        step.run(session.account)


@contextmanager
def _credentials() -> Iterator[None]:
    """Let the SDK find the sample account's keys where it looks for them."""
    wanted = {"HUAWEICLOUD_SDK_AK": ACCESS_KEY, "HUAWEICLOUD_SDK_SK": SECRET_KEY}
    names = [*wanted, "HUAWEICLOUD_SDK_SECURITY_TOKEN"]
    former = {name: os.environ.pop(name, None) for name in names}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in former.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
