"""Tool definitions → declarations: a `.spec` file with the facts that a call of a tool has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from specdsl.base.plain_text import visible
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source
from specdsl.facts.fact_names import (
    PRINCIPAL_NAMES,
    TOOL_FACTS,
    argument_names,
    fact_name,
    member_name,
)
from specdsl.facts.schema_types import SchemaArgument, schema_arguments
from specdsl.facts.tool_definitions import ToolDefinition, UnreadableTools
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.situations.situation import decimal_text

MAX_ARGUMENTS = 1_000
"""Arguments of a tool: a schema that contains itself has more than anybody writes rules about."""


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


def declare_facts(tools: Sequence[ToolDefinition], origin: str) -> str:
    """Return the file of declarations, in canonical layout. Raises `UnreadableTools` if two tools
    or two arguments of one tool would have the same name in it.
    """
    read = [_read_arguments(tool) for tool in tools]
    facts = _assign_facts(read)
    if problems := [*_name_problems(read), *_argument_problems(facts)]:
        raise UnreadableTools(tuple(problems))
    named = [one for one in read if one.member is not None]
    text = "\n".join(
        [
            *_heading(read, origin),
            *_tool_lines(named),
            *(_fact_line(fact, read) for fact in facts),
            "",
            *_listed_numbers(facts),
            *_complete_calls(named, facts, read),
            *_left_out(read, facts),
        ]
    )
    return format_text(Source("<facts>", text + "\n"))


def _read_arguments(tool: ToolDefinition) -> ToolArguments:
    found = tuple(islice(schema_arguments(tool.schema), MAX_ARGUMENTS + 1))
    return ToolArguments(tool, None if tool.name is None else member_name(tool.name), found)


def _assign_facts(read: Sequence[ToolArguments]) -> list[ArgumentFact]:
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


def _name_problems(read: Sequence[ToolArguments]) -> Iterator[str]:
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
        if len(one.arguments) > MAX_ARGUMENTS:
            yield f"tool `{one.tool.name}` has more than {MAX_ARGUMENTS} arguments"


def _argument_problems(facts: Iterable[ArgumentFact]) -> Iterator[str]:
    for fact in facts:
        users = Counter(id(one) for one, _ in fact.uses)
        types = {a.type.values for _, a in fact.uses if a.type is not None}
        if len(types) > 1 or max(users.values()) > 1:
            paths = " and ".join(f"`{_written_path(*use)}`" for use in fact.uses)
            yield f"{paths} would have the same name `{fact.name}`"


def _written_path(one: ToolArguments, argument: SchemaArgument) -> str:
    return ".".join((one.tool.name, *argument.path) if one.tool.name else argument.path)


# --- lines ---------------------------------------------------------------------------------------


def _heading(read: Sequence[ToolArguments], origin: str) -> Iterator[str]:
    yield f"# Written by `specdsl facts --from {_comment(origin)}`."
    for one in read:
        if one.tool.name is not None:
            name, said = _comment(one.tool.name), _comment(one.tool.description)
            yield f"#   `{name}`: {said}" if said else f"#   `{name}`"


def _tool_lines(named: Sequence[ToolArguments]) -> Iterator[str]:
    if named:
        members = ", ".join(one.member for one in named if one.member is not None)
        yield f'fact {TOOL_FACTS[0]}: {{{members}}} "The tool that is called."'


def _fact_line(fact: ArgumentFact, read: Sequence[ToolArguments]) -> str:
    mark = "?" if _is_optional(fact, read) else ""
    said = _documentation(fact)
    return f"fact {fact.name}: {fact.type_text}{mark}" + (f' "{said}"' if said else "")


def _is_optional(fact: ArgumentFact, read: Sequence[ToolArguments]) -> bool:
    """Return whether some call does not have the fact."""
    always = [a for _, a in fact.uses if a.required and a.type is not None and not a.type.nullable]
    return len(always) < len(read)


def _documentation(fact: ArgumentFact) -> str:
    """Return what the tools say of the argument; each for itself where they differ."""
    said = {one.member: _one_line(argument.doc) for one, argument in fact.uses if argument.doc}
    if len(set(said.values())) < 2:
        return next(iter(said.values()), "")
    return " ".join(f"{member}: {text}" for member, text in said.items())


def _listed_numbers(facts: Iterable[ArgumentFact]) -> Iterator[str]:
    for fact in facts:
        listed = next((a.type.listed for _, a in fact.uses if a.type and a.type.listed), ())
        if listed:
            numbers = ", ".join(map(decimal_text, listed))
            yield f"assume {fact.name}_is_listed: {fact.name} in {{{numbers}}}"


def _complete_calls(
    named: Sequence[ToolArguments], facts: Sequence[ArgumentFact], read: Sequence[ToolArguments]
) -> Iterator[str]:
    """Yield, by tool, the assumption that a call has all the arguments that it must have."""
    for one in named:
        needed = [
            f"{fact.name} is known"
            for fact in facts
            if _is_optional(fact, read) and any(u is one and _is_needed(a) for u, a in fact.uses)
        ]
        if needed:
            known = " and ".join(needed)
            rest = known if len(needed) == 1 else f"({known})"
            yield f"assume {one.member}_is_complete: not {TOOL_FACTS[0]} is {one.member} or {rest}"


def _is_needed(argument: SchemaArgument) -> bool:
    return argument.required and argument.type is not None and not argument.type.nullable


def _left_out(read: Sequence[ToolArguments], facts: Sequence[ArgumentFact]) -> Iterator[str]:
    """Yield comments on what is not declared, and on what is lost of what is."""
    absent = [
        f"`{_written_path(one, argument)}`: {argument.problem or 'its name cannot be written here'}"
        for one in read
        for argument in one.arguments
        if argument.type is None or fact_name("_".join(argument.path)) is None
    ]
    absent += [f"`{one.tool.name}`: its arguments" for one in read if not one.tool.described]
    lost = [
        f"`{_written_path(one, argument)}`: {' and '.join(argument.type.lost)}"
        for fact in facts
        for one, argument in fact.uses
        if argument.type is not None and argument.type.lost
    ]
    for heading, lines in (("Not declared, for want of a type", absent), ("Not kept", lost)):
        if lines:
            yield f"\n# {heading}:"
            yield from (f"#   {_comment(line)}" for line in lines)


def _comment(text: str) -> str:
    return visible(" ".join(text.split()))


def _one_line(text: str) -> str:
    """Return the text as the inside of a string of the language."""
    return _comment(text).replace("\\", "\\\\").replace('"', '\\"')
