"""The engine: takes invocations, runs them on instances, and lets triggers fire.

Whoever drives it asks for `due()` and runs each of the requests it gets, in threads of its own or
one after the other: the engine itself has no thread, and no clock but the cloud's.
"""

from __future__ import annotations

import time
import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine import platform
from local.emulator.functiongraph.engine.code_folders import CodeError, CodeFolders
from local.emulator.functiongraph.engine.destinations import Destinations
from local.emulator.functiongraph.engine.instances import Instances, Slot, start
from local.emulator.functiongraph.engine.interpreters import interpreter_for
from local.emulator.functiongraph.engine.queues import QUEUES, Queues
from local.emulator.functiongraph.engine.records import Record, Records, Source
from local.emulator.functiongraph.engine.requests import (
    RETRY_SECONDS,
    THROTTLED_SECONDS,
    AsyncRequest,
    RequestQueue,
)
from local.emulator.functiongraph.engine.timers import Timers
from local.emulator.functiongraph.engine.topics import Topics
from local.emulator.functiongraph.engine.triggered import ActiveTrigger
from local.emulator.functiongraph.models import LATEST
from local.emulator.functiongraph.runtime.instance_process.frames import Credentials
from local.emulator.hosts import sdk_endpoints

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.emulator.functiongraph.models import Function
    from local.emulator.service import CloudState

DESTINATION = Source("DESTINATION")


class Engine:
    """Runs the functions of a cloud. Safe to use from many threads.

    url: where the cloud is served; the functions' calls go there.
    """

    def __init__(self, cloud: CloudState, url: str) -> None:
        self._cloud = cloud
        self._network = {"HUAWEICLOUD_SDK_IAM_ENDPOINT": url}
        self.url = url
        self._folders = CodeFolders()
        self._begin()

    def _begin(self) -> None:
        self.platform = platform.Platform(self._cloud)
        self.records = Records()
        self.queues = Queues(self.platform)
        self._timers = Timers()
        self._topics = Topics(self._cloud)
        self._requests = RequestQueue()
        self._instances = Instances(self._cloud.lock, self._detach)
        self._destinations = Destinations(self._cloud, self.platform, self._hand_on)

    def reset(self) -> None:
        """Forget everything and end every instance, as the cloud begins anew."""
        with self._cloud.lock:
            self._instances.end_all()
            self._requests.forget()
            self._begin()

    def close(self) -> None:
        """End every instance and delete the unpacked code."""
        with self._cloud.lock:
            self._instances.end_all()
        self._folders.close()

    # -- what comes in ----------------------------------------------------------------

    def accept(self, function: Function, event: str, source: Source) -> tuple[Record, Slot] | None:
        """Take a synchronous invocation, to be `run`; None where no instance is free."""
        with self._cloud.lock:
            slot = self._instances.take(function)
            if slot is None:
                return None
            request_id = str(uuid.uuid4())
            now = self._cloud.clock.now()
            record = Record(request_id, function.versioned_urn, source, event, False, now)
            return self.records.add(record), slot

    def submit(
        self,
        function: Function,
        event: str,
        source: Source,
        *,
        by_hand: bool = False,
        ended: Callable[[bool], object] = lambda _: None,
    ) -> str:
        """Take an asynchronous invocation and return its request id.

        by_hand, ended: as in `AsyncRequest`.

        Raises:
            TooManyRequestsError: The queue is full.
        """
        with self._cloud.lock:
            now = self._cloud.clock.now()
            request_id = str(uuid.uuid4())
            self._requests.add(
                AsyncRequest(
                    request_id, function, source, event, now, now, by_hand=by_hand, ended=ended
                )
            )
            return request_id

    # -- time -------------------------------------------------------------------------

    def due(self) -> list[AsyncRequest]:
        """Let time have its effects, and take the requests that are to be `handle`d now."""
        with self._cloud.lock:
            now = self._cloud.clock.now()
            functions = self.functions()
            self._instances.end_idle(now, self._is_there)
            for fired in (
                *self._timers.due(self.active("TIMER"), now),
                *self.queues.due(self.active(*QUEUES), now),
                *self._topics.due(self.active("SMN"), functions),
            ):
                self.submit(fired.function, fired.event, fired.source)
            return self._requests.take_due(self._now())  # later than now, as what has just come

    def next_due(self) -> float | None:
        """Return when time has its next effect: a timer, a retry, the end of an idle instance."""
        with self._cloud.lock:
            moments = (
                self._timers.next_due(self.active("TIMER"), self._cloud.clock.now()),
                self._requests.next_due(),
                self._instances.next_end(),
            )
            return min((moment for moment in moments if moment is not None), default=None)

    def handle(self, request: AsyncRequest) -> Record | None:
        """Run one asynchronous request, and decide what becomes of it.

        Returns:
            What happened; None where nothing did, because no instance was free or the function is
            gone.
        """
        with self._cloud.lock:
            now = self._cloud.clock.now()
            if not self._is_there(request.function):
                request.ended(False)
                return None  # the function was deleted, and with it what waited for it
            if request.is_too_old(now):
                record = self._new_record(request, now)
                record.refuse("EventExpired", "the request's validity has run out", now, "DISCARD")
                self._over(request, record)
                return record
            slot = self._instances.take(request.function)
            if slot is None:
                request.due_at = now + THROTTLED_SECONDS
                self._requests.add(request)
                return None
            request.attempts += 1
            record = self._new_record(request, now)
        self.run(record, slot)
        with self._cloud.lock:
            if not self._is_there(request.function):
                request.ended(False)  # the function was deleted while it ran
            elif record.status == "FAIL" and request.may_repeat():
                request.due_at = self._cloud.clock.now() + RETRY_SECONDS
                self._requests.add(request)
            else:
                self._over(request, record)
        return record

    def _over(self, request: AsyncRequest, record: Record) -> None:
        self._destinations.tell(request, record)
        request.ended(True)

    def run(self, record: Record, slot: Slot) -> Record:
        """Run the function on an instance that was taken for it. Never holds the cloud's lock."""
        instances = self._instances
        with ExitStack() as starting:
            taken = instances.ready(slot, starting)
            if taken is None:
                record.refuse("PlatformError", "the local cloud has ended it", self._now())
                return record
            try:
                self._run(record, taken, started=starting.close)
            finally:
                with self._cloud.lock:
                    if record.status == "RUNNING":
                        record.refuse("PlatformError", "the local cloud failed", self._now())
                    instances.give_back(taken, self._now())
        return record

    def _run(self, record: Record, slot: Slot, started: Callable[[], None]) -> None:
        function = slot.function
        with self._cloud.lock:
            record.began_at, record.status = self._now(), "RUNNING"
            credentials = self._credentials(function)
            why = self._why_not_attached(slot)
        if why is not None:
            record.refuse("PermissionDenied", why, self._now())
            return
        slot.lines = record.log
        try:
            if slot.instance is None:
                code = self._folders.folder(function)
                slot.instance = start(slot, code, self._environment())
                remark = interpreter_for(function.settings["runtime"]).remark
                if remark:
                    record.log.append(remark)
        except (CodeError, ValueError) as error:
            record.refuse("CodeError", str(error), self._now())
            return
        shift = self._now() - time.time()
        ended = slot.instance.invoke(
            record.event, credentials, record.request_id, clock_shift=shift, started=started
        )
        record.end(ended, self._now())

    # -- what is there ----------------------------------------------------------------

    def functions(self) -> dict[str, Function]:
        """Return every function of the account by its URN without version."""
        return {
            urn: function
            for project_id in self._cloud.account.projects
            for urn, function in self._cloud.backend("FunctionGraph", project_id).functions.items()
        }

    def active(self, *type_codes: str) -> list[ActiveTrigger]:
        """Return the active triggers of some types."""
        return [
            ActiveTrigger(function, trigger, urn.split(":")[2])
            for urn, function in self.functions().items()
            for trigger in function.triggers.values()
            if trigger.type_code in type_codes and trigger.status == "ACTIVE"
        ]

    def _is_there(self, function: Function) -> bool:
        """Tell whether a function has not been deleted meanwhile, in the version that it is."""
        latest = self.functions().get(function.urn)
        versions = {} if latest is None else {LATEST: latest, **latest.versions}
        return versions.get(function.version) is function

    def remarks(self) -> list[str]:
        """Return what is not as in the cloud: runtimes for which there is no interpreter here."""
        runtimes = {str(one.settings["runtime"]) for one in self.functions().values()}
        found = [interpreter_for(runtime).remark for runtime in sorted(runtimes)]
        return [remark for remark in found if remark is not None]

    # -- what FunctionGraph does around a function --------------------------------------

    def _now(self) -> float:
        return self._cloud.clock.now()

    def _new_record(self, request: AsyncRequest, now: float) -> Record:
        record = Record(
            request.id, request.function.versioned_urn, request.source, request.event, True, now
        )
        record.accepted_at, record.attempt = request.accepted_at, max(1, request.attempts)
        return self.records.add(record)

    def _credentials(self, function: Function) -> Credentials:
        """Return the keys of the execution agency; none where it has none."""
        name = function.settings["app_xrole"] or function.settings["xrole"]
        agency = self._cloud.account.agencies.get(name)
        if agency is None:
            return Credentials()
        key = agency.credential(self._cloud.account.credentials, self._now())
        return Credentials(key.access_key, key.secret_key, key.security_token or "")

    def _environment(self) -> dict[str, str]:
        """Lead the SDK's host names of every region that the account has projects in here."""
        regions = {project.region for project in self._cloud.account.projects.values()}
        return self._network | sdk_endpoints(self.url, regions)

    def _why_not_attached(self, slot: Slot) -> str | None:
        """Say why a new instance cannot be attached to the function's VPC."""
        if slot.instance is not None or not slot.function.settings["func_vpc"]:
            return None
        refused = self.platform.refusal(
            slot.function, platform.ATTACH, "attach the function to its VPC"
        )
        return None if refused is None else str(refused)

    def _detach(self, function: Function) -> None:
        if function.settings["func_vpc"]:
            self.platform.refusal(function, platform.DETACH, "take its network card out of the VPC")

    def _hand_on(self, urn: str, text: str) -> str | None:
        """Give a notification to another function; return why that failed."""
        function = self.functions().get(urn.removesuffix(f":{LATEST}"))
        if function is None:
            return f"there is no function {urn}"
        self.submit(function, text, DESTINATION)
        return None
