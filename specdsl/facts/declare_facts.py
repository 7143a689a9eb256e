"""Tool definitions → declarations: a `.spec` file with the facts that a call of a tool has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.base.plain_text import visible
from specdsl.base.source import Source
from specdsl.facts.argument_facts import (
    ArgumentFact,
    ToolArguments,
    argument_problems,
    assign_facts,
    name_problems,
    read_arguments,
    written_path,
)
from specdsl.facts.fact_names import TOOL_FACTS, fact_name
from specdsl.facts.schema_types import SchemaArgument
from specdsl.facts.tool_definitions import ToolDefinition, UnreadableTools
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.literals import quote_text
from specdsl.situations.situation import decimal_text


def declare_facts(tools: Sequence[ToolDefinition], origin: str) -> str:
    """Return the file of declarations, in canonical layout. Raises `UnreadableTools` if two tools
    or two arguments of one tool would have the same name in it.
    """
    read = [read_arguments(tool) for tool in tools]
    facts = assign_facts(read)
    if problems := [*name_problems(read), *argument_problems(facts)]:
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
    return f"fact {fact.name}: {fact.type_text}{mark}" + (f" {quote_text(said)}" if said else "")


def _is_optional(fact: ArgumentFact, read: Sequence[ToolArguments]) -> bool:
    """Return whether some call does not have the fact."""
    always = [a for _, a in fact.uses if a.required and a.type is not None and not a.type.nullable]
    return len(always) < len(read)


def _documentation(fact: ArgumentFact) -> str:
    """Return what the tools say of the argument; each for itself where they differ."""
    said = {one.member: _comment(argument.doc) for one, argument in fact.uses if argument.doc}
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
        f"`{written_path(one, argument)}`: {argument.problem or 'its name cannot be written here'}"
        for one in read
        for argument in one.arguments
        if argument.type is None or fact_name("_".join(argument.path)) is None
    ]
    absent += [f"`{one.tool.name}`: its arguments" for one in read if not one.tool.described]
    lost = [
        f"`{written_path(one, argument)}`: {' and '.join(argument.type.lost)}"
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
