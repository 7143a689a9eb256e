"""Facts of a tool call, by the names that `specdsl facts` gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from specdsl.base.exact_json import parse_json
from specdsl.base.limits import MAX_NESTED_OBJECTS
from specdsl.facts.fact_names import TOOL_FACTS, argument_names, member_name
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.runtime.results import BadInput, Fault

if TYPE_CHECKING:
    from specdsl.facts.schema_types import Path

EXPECTED = "an object"


class FactDeclarations(Protocol):
    """A policy, as far as its declared facts go."""

    @property
    def facts(self) -> Sequence[Fact]: ...


def of_call(
    policy: FactDeclarations,
    name: str,
    arguments: Mapping[str, Any] | str | None,
    context: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the facts of the call of a tool: the tool, its arguments (an object, or the text of
    one), and the facts of the context, which the service knows itself.

    A fact that the context names, also with None, is never taken from the arguments, and neither
    is a `judged` one: whoever writes these cannot claim it. Arguments that the spec does not
    declare are left out. Raises `BadInput` where the arguments are no object, or two of them are
    the same fact.
    """
    if not isinstance(name, str):
        raise BadInput((Fault(TOOL_FACTS[0], "it is not a text", "the name of a tool"),))
    given = dict(read_object(context, "context"))
    able = (fact for fact in policy.facts if fact.name not in given and not fact.judged)
    facts = {fact.name: fact for fact in able}
    found: dict[str, tuple[Path, Any]] = {}
    faults: list[Fault] = []
    for path, value in _paths_of(read_object(arguments, "arguments")):
        fact = next((n for n in argument_names(name, path) if n in facts), None)
        if fact is None:
            continue
        if fact in found:
            pair = " and ".join(f"`{'.'.join(p)}`" for p in (found[fact][0], path))
            faults.append(Fault(fact, f"{pair} are both this fact", "one argument for it"))
        found[fact] = (path, _value_of(facts[fact], value))
    if faults:
        raise BadInput(tuple(faults))
    called = {fact: _member_of(facts[fact], name) for fact in TOOL_FACTS if fact in facts}
    return {**called, **{fact: value for fact, (_, value) in found.items()}, **given}


def read_object(given: Any, name: str) -> Mapping[str, Any]:
    """Read an object, or the text of one in JSON; None is an empty one. Raises `BadInput` that
    calls it by this name.
    """
    found = given
    if isinstance(given, str):
        try:
            found = parse_json(given) if given.strip() else {}
        except ValueError:
            problem = "they cannot be read as JSON"
            raise BadInput((Fault(name, problem, EXPECTED),)) from None
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise BadInput((Fault(name, "they are no object", EXPECTED),))
    return found


def _paths_of(arguments: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the arguments with their paths; an object's fields instead of the object."""
    for name, value in arguments.items():
        path = (*above, str(name))
        if isinstance(value, Mapping) and len(path) < MAX_NESTED_OBJECTS:
            yield from _paths_of(value, path)
        else:
            yield path, value


def _value_of(fact: Fact, value: Any) -> Any:
    """Return the value as the fact has it: members by the names that they have in the spec."""
    if fact.type.kind is Kind.ENUM:
        return _member_of(fact, value)
    if fact.type.kind is Kind.SET and isinstance(value, list | tuple):
        return [_member_of(fact, item) for item in value]
    return value


def _member_of(fact: Fact, value: Any) -> Any:
    """Return the member that a text names; what names none stays, and is bad input."""
    if not isinstance(value, str) or value in fact.type.members:
        return value
    found = member_name(value)
    return found if found in fact.type.members else value
