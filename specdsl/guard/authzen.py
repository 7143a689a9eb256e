"""Policy decision point with the AuthZEN Authorization API 1.0, as an ASGI app (Starlette)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specdsl.base.limits import MAX_REQUEST
from specdsl.guard.authzen_requests import (
    BadRequest,
    Evaluation,
    read_batch,
    read_body,
    read_evaluation,
)
from specdsl.guard.call_verdict import CallVerdict
from specdsl.guard.enforcement import Guard
from specdsl.guard.recorded_policy import are_safe, collect_receipts
from specdsl.guard.sdk_import import import_sdk
from specdsl.runtime.results import BadInput

EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
METADATA, STATUS = "/.well-known/authzen-configuration", "/status"
ENDS = {"deny_on_first_deny": False, "permit_on_first_permit": True}
NOT_RECORDED = CallVerdict("deny", "deny", failure="the decision could not be recorded.")
Answer = dict[str, Any]


def authzen_app(guard: Guard, address: str = "") -> Any:
    """Return the app. `address`: where it is reached from outside, if not as requests say.

    The policy of the guard may be a `PolicyHolder`: every request is answered by one version, which
    the answer names. With a policy that logs, an answer leaves when its lines are safe.
    """
    applications = import_sdk("starlette.applications", "'specdsl[serve]'")
    routing = import_sdk("starlette.routing", "'specdsl[serve]'")
    point = _DecisionPoint(guard, address.rstrip("/"))
    routes = [
        routing.Route(EVALUATION, point.answer_evaluation, methods=["POST"]),
        routing.Route(EVALUATIONS, point.answer_evaluations, methods=["POST"]),
        routing.Route(METADATA, point.describe_endpoints),
        routing.Route(STATUS, point.describe_policy),
    ]
    return applications.Starlette(routes=routes)


class _DecisionPoint:
    """The endpoints of one guard."""

    def __init__(self, guard: Guard, address: str) -> None:
        self._guard, self._address = guard, address
        self._responses = import_sdk("starlette.responses", "'specdsl[serve]'")

    async def answer_evaluation(self, request: Any) -> Any:
        """Answer one question."""
        return await self._respond(request, evaluate_one)

    async def answer_evaluations(self, request: Any) -> Any:
        """Answer several questions, by one version of the policy."""
        return await self._respond(request, evaluate_many)

    async def _respond(self, request: Any, evaluate: Any) -> Any:
        identity = request.headers.get("x-request-id")
        headers = {} if identity is None else {"x-request-id": identity}
        try:
            body = read_body(await _read_limited(request))
            with collect_receipts() as receipts:
                found = evaluate(self._guard.at_current_policy(), body)
        except BadRequest as problem:
            return self._responses.PlainTextResponse(str(problem), 400, headers)
        if not await are_safe(receipts):
            found = _deny_unrecorded(found)
        return self._responses.JSONResponse(found, headers=headers)

    async def describe_endpoints(self, request: Any) -> Any:
        """Answer where the endpoints are."""
        base = self._address or str(request.base_url).rstrip("/")
        found = {
            "policy_decision_point": base,
            "access_evaluation_endpoint": base + EVALUATION,
            "access_evaluations_endpoint": base + EVALUATIONS,
        }
        return self._responses.JSONResponse(found)

    async def describe_policy(self, request: Any) -> Any:
        """Answer which version decides, and why a newer one does not."""
        report = getattr(self._guard.policy, "report", None)
        refused = [] if report is None else [one.message for one in report.diagnostics]
        found = {"policy": _version_of(self._guard), "refused": refused}
        return self._responses.JSONResponse(found)


async def _read_limited(request: Any) -> bytes:
    """Read a request up to one byte more than it may have."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_REQUEST:
            break
    return bytes(body)


def evaluate_one(guard: Guard, request: Mapping[str, Any]) -> Answer:
    """Return the answer to a request with one question. Raises `BadRequest`."""
    return _answer_of(guard, _judge(guard, read_evaluation(request)))


def evaluate_many(guard: Guard, request: Mapping[str, Any]) -> Answer:
    """Return the answers to a request with several questions, or the one to a request without a
    list of them. Raises `BadRequest`.
    """
    items, semantic = read_batch(request)
    if not items:
        return evaluate_one(guard, request)
    answers = []
    for answer in _answers_of(guard, request, items):
        answers.append(answer)
        if answer["decision"] is ENDS.get(semantic):
            break
    return {"evaluations": answers}


def _answers_of(guard: Guard, request: Mapping[str, Any], items: list[Any]) -> Iterator[Answer]:
    for item in items:
        try:
            if not isinstance(item, dict):
                raise BadRequest("an evaluation is no object")
            question = read_evaluation(item, request)
        except BadRequest as problem:
            error = {"status": 400, "message": str(problem)}
            yield {"decision": False, "context": {"error": error}}
        else:
            yield _answer_of(guard, _judge(guard, question))


def _judge(guard: Guard, question: Evaluation) -> CallVerdict:
    try:
        facts, says = question.find_facts(guard.outline.facts), question.says
    except BadInput as problem:
        return guard.refuse(question.call, problem)
    return guard.judge(question.call, None, facts, says)


def _answer_of(guard: Guard, verdict: CallVerdict) -> Answer:
    context = {**verdict.to_dict(), "policy": _version_of(guard)}
    return {"decision": verdict.allowed, "context": context}


def _version_of(guard: Guard) -> dict[str, str]:
    outline = guard.outline
    return {"spec": outline.name, "version": outline.version, "digest": outline.digest}


def _deny_unrecorded(found: Answer) -> Answer:
    """Return a denial in place of every answer."""
    denied = {"decision": False, "context": NOT_RECORDED.to_dict()}
    several = found.get("evaluations")
    return denied if several is None else {"evaluations": [denied] * len(several)}
