"""Arguments of tools → facts: which of them are one fact, and what it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from specdsl.base.limits import MAX_TOOL_ARGUMENTS
from specdsl.base.quick_dataclass import dataclass
from specdsl.facts.fact_names import PRINCIPAL_NAMES, argument_names, fact_name, member_name
from specdsl.facts.schema_types import SchemaArgument, schema_arguments
from specdsl.facts.tool_definitions import ToolDefinition


@dataclass(frozen=True, slots=True)
class ToolArguments:
    """A tool by its name in the spec (None for a plain schema), and its arguments."""

    tool: ToolDefinition
    member: str | None
    arguments: tuple[SchemaArgument, ...]


@dataclass(frozen=True, slots=True)
class ArgumentFact:
    """A fact with the arguments that it stands for, each with its tool: all of one type."""

    name: str
    uses: tuple[tuple[ToolArguments, SchemaArgument], ...]

    @property
    def type_text(self) -> str:
        return next(a.type.text for _, a in self.uses if a.type is not None)


def read_arguments(tool: ToolDefinition) -> ToolArguments:
    found = tuple(islice(schema_arguments(tool.schema), MAX_TOOL_ARGUMENTS + 1))
    return ToolArguments(tool, None if tool.name is None else member_name(tool.name), found)


def assign_facts(read: Sequence[ToolArguments]) -> list[ArgumentFact]:
    """Return the facts: arguments of one name and one type share one; if their types differ, or one
    of them has none, there is a fact for each tool.
    """
    by_name: dict[str, list[tuple[ToolArguments, SchemaArgument]]] = {}
    for one in read:
        for argument in one.arguments:
            if names := argument_names(one.tool.name, argument.path):
                by_name.setdefault(names[-1], []).append((one, argument))
    whole = [argument for one in read for argument in one.arguments if argument.type is None]
    untyped = [fact_name("_".join(argument.path)) for argument in whole]
    found: dict[str, list[tuple[ToolArguments, SchemaArgument]]] = {}
    for name, uses in by_name.items():
        types = {argument.type and argument.type.values for _, argument in uses}
        shared = len(types) == 1 and name not in PRINCIPAL_NAMES
        shared &= not any(name.startswith(f"{one}_") for one in untyped)  # As a field of it would.
        for one, argument in uses:
            if argument.type is not None:
                specific = argument_names(one.tool.name, argument.path)[0]
                found.setdefault(name if shared else specific, []).append((one, argument))
    return [ArgumentFact(name, tuple(uses)) for name, uses in found.items()]


# --- faults --------------------------------------------------------------------------------------


def name_problems(read: Sequence[ToolArguments]) -> Iterator[str]:
    named = [one for one in read if one.tool.name is not None]
    by_member: dict[str, list[str]] = {}
    for one in named:
        name = f"`{one.tool.name}`"
        if one.member is None:
            yield f"tool {name} has no letter or digit for a name"
        else:
            by_member.setdefault(one.member, []).append(name)
    for member, names in by_member.items():
        if len(names) > 1:
            yield f"{' and '.join(names)} would be the same tool `{member}`"
    if named and len(named) < len(read):
        yield "a schema without a tool stands among tools"
    for one in read:
        if len(one.arguments) > MAX_TOOL_ARGUMENTS:
            yield f"tool `{one.tool.name}` has more than {MAX_TOOL_ARGUMENTS} arguments"


def argument_problems(facts: Iterable[ArgumentFact]) -> Iterator[str]:
    for fact in facts:
        users = Counter(id(one) for one, _ in fact.uses)
        types = {a.type.values for _, a in fact.uses if a.type is not None}
        if len(types) > 1 or max(users.values()) > 1:
            paths = " and ".join(f"`{written_path(*use)}`" for use in fact.uses)
            yield f"{paths} would have the same name `{fact.name}`"


def written_path(one: ToolArguments, argument: SchemaArgument) -> str:
    return ".".join((one.tool.name, *argument.path) if one.tool.name else argument.path)
