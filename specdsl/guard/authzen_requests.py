"""Requests of the AuthZEN Authorization API 1.0: what they ask, as calls and instructions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specdsl.base.exact_json import parse_json
from specdsl.base.limits import MAX_EVALUATIONS, MAX_REQUEST
from specdsl.facts.fact_names import fact_name
from specdsl.guard.conversation import ToolCall
from specdsl.runtime.results import BadInput, Fault

SEMANTICS = ("execute_all", "deny_on_first_deny", "permit_on_first_permit")
SAYS = "says"
"""The field of a context that has instructions."""
IDENTIFIED = ("subject", "resource")
PARTS = (*IDENTIFIED, "action", "context")


class BadRequest(ValueError):
    """The request is none of the API; the message says what is wrong."""


@dataclass(frozen=True)
class Evaluation:
    """A question: may this subject do this to this resource?"""

    parts: Mapping[str, Mapping[str, Any]]

    @property
    def call(self) -> ToolCall:
        """Return the question as a call of the tool that the action names."""
        return ToolCall(self.parts["action"]["name"])

    def find_facts(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is said of its parts, by the names of facts. Whoever asks knows it, so it is
        context of the call. Raises `BadInput` where two properties are one fact.
        """
        found: dict[str, Any] = {}
        for key, value in self._named_values(declared):
            if key in found:
                expected = "one property for it"
                raise BadInput((Fault(key, "two properties are this fact", expected),))
            found[key] = value
        return found

    def _named_values(self, declared: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the values by facts: `subject_role` for the role of a subject, or else `role`."""
        for names, value in self._possible_names():
            known = (fact for name in names if (fact := fact_name(name)) in declared)
            if (found := next(known, None)) is not None:
                yield found, value

    def _possible_names(self) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Yield the values, each with the names that it may have, the most specific first."""
        for part, fields in self.parts.items():
            properties = fields if part == "context" else fields.get("properties", {})
            for key, value in properties.items():
                if (part, key) != ("context", SAYS):
                    yield (f"{part}_{key}", key), value
            if part in IDENTIFIED:
                for key in ("type", "id"):
                    yield (f"{part}_{key}",), fields[key]
        yield ("action_name", "action"), self.parts["action"]["name"]

    @property
    def says(self) -> Sequence[Any]:
        """Return the instructions of the context. Raises `BadInput`."""
        found = self.parts["context"].get(SAYS, ())
        if not isinstance(found, list | tuple):
            raise BadInput((Fault(SAYS, "it is no list", "a list of instructions"),))
        return found


def read_body(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a request. Raises `BadRequest`."""
    if len(body) > MAX_REQUEST:
        raise BadRequest(f"the request is larger than {MAX_REQUEST >> 20} MiB")
    try:
        found = parse_json(body)
    except ValueError as problem:
        raise BadRequest(f"the request cannot be read: {problem}") from None
    if not isinstance(found, dict):
        raise BadRequest("the request is no JSON object")
    return found


def read_evaluation(
    request: Mapping[str, Any], defaults: Mapping[str, Any] | None = None
) -> Evaluation:
    """Return the question of a request; what it leaves out is that of the defaults. Raises
    `BadRequest` with everything that is wrong.
    """
    given = {part: request.get(part, (defaults or {}).get(part)) for part in PARTS}
    if given["context"] is None:
        given["context"] = {}
    wrong = list(_wrong_parts(given))
    if wrong:
        raise BadRequest("; ".join(wrong))
    return Evaluation(given)


def _wrong_parts(given: Mapping[str, Any]) -> Iterator[str]:
    for part, found in given.items():
        if found is None:
            yield f"`{part}` is missing"
        elif not isinstance(found, dict):
            yield f"`{part}` is no object"
        else:
            wanted = {"action": ("name",), "context": ()}.get(part, ("type", "id"))
            for field in wanted:
                if not isinstance(found.get(field), str):
                    yield f"`{part}.{field}` is no text"
            if part != "context" and not isinstance(found.get("properties", {}), dict):
                yield f"`{part}.properties` is no object"


def read_batch(request: Mapping[str, Any]) -> tuple[list[Any], str]:
    """Return the evaluations of a request, empty for a single one, and what ends them. Raises
    `BadRequest`.
    """
    found, options = request.get("evaluations", []), request.get("options", {})
    if not isinstance(found, list) or len(found) > MAX_EVALUATIONS:
        raise BadRequest(f"`evaluations` is a list of at most {MAX_EVALUATIONS:,}")
    if not isinstance(options, dict):
        raise BadRequest("`options` is no object")
    semantic = options.get("evaluations_semantic", SEMANTICS[0])
    if semantic not in SEMANTICS:
        raise BadRequest(f"`evaluations_semantic` is one of {', '.join(SEMANTICS)}")
    return found, semantic
