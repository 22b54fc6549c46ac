"""The local Huawei Cloud: regions and projects with their state, behind one gateway."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from local.emulator.account.account import Account, Project
from local.emulator.account.agencies import Agency
from local.emulator.account.credentials import Actions, Credential
from local.emulator.clock import Clock, SystemClock
from local.emulator.faults.rules import FaultRules
from local.emulator.gateway.gatekeeper import Gatekeeper
from local.emulator.gateway.reception import Reception
from local.emulator.gateway.routing import route_table
from local.emulator.identifiers import Identifiers
from local.emulator.journal import Journal
from local.emulator.readings import Readings
from local.emulator.service import Service
from local.emulator.services import SERVICES
from local.emulator.sync_tasks import Course

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from local.emulator.cbr.models import CbrBackend
    from local.emulator.functiongraph.engine.engine import Engine
    from local.emulator.functiongraph.models import FunctionGraphBackend
    from local.emulator.smn.models import SmnBackend
    from local.emulator.transfer import Reply, Request

DEFAULT_REGION = "cn-north-4"
DEFAULT_PROJECT_ID = "f841e01fd2b14e7fa41b6ae7aa6b0594"
DEFAULT_DOMAIN_ID = "d78cbac186b744899480f25bd022f468"


class Cloud:
    """One account of a local Huawei Cloud. Safe to use from many threads.

    region, project_id: the project every account has in a region; `add_project` adds more.
    seed: determines every id and every draw of chance.
    clock: what the time is, and how a latency in process is waited for.
    signing_clock: what X-Sdk-Date is compared with; the SDK signs with the real time always.
    populate: fills the account, now and after every reset.
    course: how a sync goes where its vault says nothing else.
    readings: the choices where the documentation leaves a question open.
    """

    def __init__(  # noqa: PLR0913 - each is one independent trait of a cloud, all by keyword
        self,
        *,
        region: str = DEFAULT_REGION,
        project_id: str = DEFAULT_PROJECT_ID,
        seed: int = 0,
        clock: Clock | None = None,
        signing_clock: Clock | None = None,
        populate: Callable[[Cloud], None] | None = None,
        course: Course | None = None,
        readings: Readings | None = None,
        services: Sequence[Service] = SERVICES,
    ) -> None:
        self.region = region
        self.project_id = project_id
        self.clock = clock or SystemClock()
        self.readings = readings or Readings()
        self.course = course or Course()
        self.lock = threading.RLock()
        self.journal = Journal(self.lock)
        self.faults = FaultRules(self.lock, seed)
        self._seed = seed
        self._signing_clock = signing_clock or SystemClock()
        self._populate = populate
        self._services = {service.name: service for service in services}
        self._routes = route_table(tuple(services))
        self.engine: Engine | None = None
        self._start_afresh()

    def _start_afresh(self) -> None:
        self.identifiers = Identifiers(self._seed)
        self.account = Account(DEFAULT_DOMAIN_ID)
        self.gatekeeper = Gatekeeper(self.account, self.clock, self._signing_clock)
        self._reception = Reception(self, self._routes, self.gatekeeper)
        self._backends: dict[tuple[str, str], object] = {}
        self.add_project(self.project_id, self.region)
        if self._populate is not None:
            self._populate(self)

    def reset(self) -> None:
        """Go back to the beginning: the first state, no faults, an empty journal.

        Everything is made anew and nothing undone, so that only giving the old memory back
        takes longer the more has happened.
        """
        with self.lock:
            self.faults.clear()
            self.journal.clear()
            self._start_afresh()
            if self.engine is not None:
                self.engine.reset()

    # -- the account ------------------------------------------------------------------

    def add_project(self, project_id: str, region: str, name: str | None = None) -> Project:
        """Add an IAM project; without a name it is the region's own, which bears its name."""
        project = Project(project_id, region, name or region)
        with self.lock:
            self.account.projects[project_id] = project
        return project

    def add_credentials(
        self,
        access_key: str,
        secret_key: str,
        security_token: str | None = None,
        *,
        projects: Collection[str] | None = None,
        actions: Actions | None = None,
    ) -> Credential:
        """Let an access key in: to all projects or some, for all IAM actions or some.

        With a security token it is a temporary key, whose every request must carry the token.
        Several keys are valid side by side; the same key again replaces the former one.
        """
        credential = Credential(
            access_key,
            secret_key,
            security_token,
            None if projects is None else frozenset(projects),
            actions,
        )
        with self.lock:
            self.account.credentials[access_key] = credential
        return credential

    def add_agency(self, name: str, *documents: Mapping[str, Any]) -> Agency:
        """Add an agency that FunctionGraph may act by, with its policy documents.

        Raises PolicyError for a document that cannot be judged. The same name again replaces the
        policies of the former one.
        """
        with self.lock:
            agency = self.account.agencies.get(name) or Agency(name)
            agency.grant(documents)
            self.account.agencies[name] = agency
        return agency

    def add_app_code(self, code: str) -> None:
        """Let an APIG app in by its AppCode, to every API with app authentication."""
        with self.lock:
            self.account.app_codes.add(code)

    def revoke(self, access_key: str) -> None:
        """Delete an access key: 401, the key does not exist. KeyError for an unknown key."""
        with self.lock:
            del self.account.credentials[access_key]

    def expire(self, access_key: str) -> None:
        """Let a key's time run out: 401, the token has expired. KeyError for an unknown key."""
        with self.lock:
            self.account.credentials[access_key].expired = True

    # -- the state --------------------------------------------------------------------

    def cbr(self, project_id: str | None = None) -> CbrBackend:
        """Return the vaults and operation logs of a project, by default the cloud's own."""
        backend: CbrBackend = self.backend("CBR", project_id or self.project_id)
        return backend

    def smn(self, project_id: str | None = None) -> SmnBackend:
        """Return the topics and messages of a project, by default the cloud's own."""
        backend: SmnBackend = self.backend("SMN", project_id or self.project_id)
        return backend

    def functiongraph(self, project_id: str | None = None) -> FunctionGraphBackend:
        """Return the functions of a project, by default the cloud's own."""
        backend: FunctionGraphBackend = self.backend("FunctionGraph", project_id or self.project_id)
        return backend

    def backend(self, service: str, project_id: str) -> Any:
        """Return the state of a service in a project. KeyError if there is no such project."""
        with self.lock:
            backend = self._backends.get((service, project_id))
            if backend is None:
                project = self.account.projects[project_id]
                backend = self._services[service].new_backend(self, project)
                self._backends[service, project_id] = backend
            return backend

    # -- requests ---------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request. Never sleeps: a latency is for the transport to wait."""
        with self.lock:
            return self._reception.receive(request)
