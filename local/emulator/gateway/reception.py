"""The way of one request: route, faults, gatekeeper, service, answer, journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from local.emulator.faults import effects
from local.emulator.faults.rules import NOTHING, Meeting, Target
from local.emulator.gateway import errors
from local.emulator.gateway.damage import damaged_reply
from local.emulator.gateway.errors import refusal_answer
from local.emulator.gateway.gatekeeper import Gatekeeper
from local.emulator.gateway.routing import RouteTable
from local.emulator.journal import JournalEntry
from local.emulator.service import Call, Refusal, Result, Route, Service, ServiceError
from local.emulator.transfer import MAX_BODY_BYTES, Answer, Reply, Request, json_answer

if TYPE_CHECKING:
    from local.emulator.service import CloudState


@dataclass(slots=True)
class _Progress:
    """What is known so far of a request on its way."""

    request: Request
    service: Service
    route: Route
    call: Call
    vault_id: str | None
    meeting: Meeting = NOTHING
    result: Result | None = None
    refusal: Refusal | None = None


class Reception:
    """Takes requests for a cloud. Its caller holds the cloud's lock."""

    def __init__(self, cloud: CloudState, routes: RouteTable, gatekeeper: Gatekeeper) -> None:
        self._cloud = cloud
        self._routes = routes
        self._gatekeeper = gatekeeper

    def receive(self, request: Request) -> Reply:
        """Carry a request out, or refuse it, and write it into the journal."""
        now = self._cloud.clock.now()
        request_id = self._cloud.identifiers.hexadecimal()
        path, _, query = request.target.partition("?")
        found = self._routes.find(request.method, path, request.service_host)
        if found is None:
            return self._refuse_unmatched(request, path, now, request_id)
        service, route, parameters = found
        call = Call(
            parameters,
            parse_qs(query, keep_blank_values=True) if query else {},
            request.body,
            request_id,
            now,
            region=request.region or "",
            project_id=parameters.get("project_id", ""),
            headers=request.headers,
        )
        if not call.region:
            project = self._cloud.account.projects.get(call.project_id)
            call.region = project.region if project else self._cloud.region
        progress = _Progress(request, service, route, call, route.vault_id(call))
        answer = self._carry_out(progress)
        if answer is not None:
            answer = replace(answer, headers={**answer.headers, "Date": self._gatekeeper.date()})
        meeting = progress.meeting
        reply = damaged_reply(meeting.effect, answer, meeting.latency, service, request_id)
        self._write_down(progress, reply)
        later = progress.result.later if progress.result else None
        if later is None:
            return reply

        def work() -> Reply:
            return damaged_reply(meeting.effect, later(), 0.0, service, request_id)

        return Reply(None, meeting.latency, work=work)

    def _carry_out(self, progress: _Progress) -> Answer | None:
        """Return the answer without damage; None where a fault keeps the service from acting."""
        call = progress.call
        target = Target(
            progress.service.name,
            progress.route.operation,
            progress.vault_id,
            call.project_id or None,
            call.region,
        )
        faults = self._cloud.faults
        progress.meeting = faults.meet_before_reading(target, call.now)
        if progress.meeting.rule is not None:
            return None
        try:
            self._let_in(progress)
            progress.meeting = faults.meet_after_reading(target, call.now)
            effect = progress.meeting.effect
            if effect is not None and not effect.applied:
                return None
            progress.result = progress.route.respond(call)
        except ServiceError as error:
            progress.refusal = error.refusal
            return refusal_answer(error.refusal, progress.service, call.request_id)
        return json_answer(progress.result.status, progress.result.body, call.request_id)

    def _let_in(self, progress: _Progress) -> None:
        call = progress.call
        if len(progress.request.body) > MAX_BODY_BYTES:
            raise ServiceError(errors.BODY_TOO_LARGE)
        credential = self._gatekeeper.authenticate(progress.request)
        call.access_key = credential.access_key
        if call.project_id:
            self._gatekeeper.admit(progress.request, credential, call.project_id)
        action = progress.route.action
        if action is not None and not credential.may(action):
            raise ServiceError(progress.service.denial(action))
        call.account = self._cloud.account
        project_id = call.project_id or self._cloud.project_id
        call.backend = self._cloud.backend(progress.service.name, project_id)

    def _refuse_unmatched(self, request: Request, path: str, now: float, request_id: str) -> Reply:
        refusal = errors.NO_SUCH_API
        self._cloud.journal.append(
            JournalEntry(
                number=self._cloud.journal.next_number(),
                time=now,
                method=request.method,
                path=path,
                request_id=request_id,
                region=request.region,
                status=refusal.status,
                error_code=refusal.code,
            )
        )
        return Reply(refusal_answer(refusal, None, request_id))

    def _write_down(self, progress: _Progress, reply: Reply) -> None:
        call, result, meeting = progress.call, progress.result, progress.meeting
        rule = meeting.named_rule
        self._cloud.journal.append(
            JournalEntry(
                number=self._cloud.journal.next_number(),
                time=call.now,
                method=progress.request.method,
                path=progress.request.target.partition("?")[0],
                request_id=call.request_id,
                service=progress.service.name,
                operation=progress.route.operation,
                region=call.region,
                project_id=call.project_id or None,
                access_key=call.access_key,
                vault_id=progress.vault_id or (result.vault_id if result else None),
                status=None if reply.answer is None else reply.answer.status,
                error_code=_error_code(meeting.effect, progress.refusal),
                fault=meeting.kind,
                rule=None if rule is None else rule.name,
                latency=meeting.latency,
                applied=result is not None,
                operation_log_id=result.operation_log_id if result else None,
                message_id=result.message_id if result else None,
            )
        )


def _error_code(effect: effects.Effect | None, refusal: Refusal | None) -> str | None:
    if isinstance(effect, effects.Error):
        return effect.code
    if isinstance(effect, effects.Throttle):
        return errors.THROTTLED.code
    return None if refusal is None else refusal.code
