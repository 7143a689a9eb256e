"""Situations on the command line: `name=value`, `--say`, `--facts`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_never

import click

from specdsl.apps.cli import standard_input
from specdsl.apps.cli.output import exit_on_file
from specdsl.base.diagnostics import did_you_mean
from specdsl.base.exact_json import parse_json
from specdsl.frontend.model.nodes import Fact, Kind, SpecModel

WHOLE = re.compile(r"-?[0-9]+")


def parse_facts(spec: SpecModel, file: str | None, arguments: Iterable[str]) -> dict[str, Any]:
    """Return the facts of a file, overridden by those of the command line."""
    found = dict(_facts_of_file(file)) if file else {}
    declared = {fact.name: fact for fact in spec.facts}
    typed: set[str] = set()
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if not equals:
            # The argument could be the value of a secret fact.
            secret = any(fact.secret for fact in spec.facts)
            shown = "an argument" if secret else f"`{argument}`"
            raise click.UsageError(f"{shown} is not of the form name=value")
        fact = declared.get(name.strip())
        if fact is None:
            hint = did_you_mean(name, declared)
            raise click.UsageError(f"there is no fact `{name}`{hint}")
        if fact.name in typed:
            raise click.UsageError(f"`{fact.name}` is given twice")
        typed.add(fact.name)
        found[fact.name] = parse_value(fact, text.strip())
    return found


def fill_in_facts(spec: SpecModel, found: dict[str, Any]) -> dict[str, Any]:
    """Fill in the facts that are not named: unknown, or the simplest value."""
    from specdsl.situations.situation import default_of, to_json

    every = {fact.name: to_json(fact, default_of(fact)) for fact in spec.facts}
    return {**every, **found}


def parse_situation(data: bytes) -> Any:
    """Parse a situation. Raises `ValueError` that says what is wrong."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ValueError(f"it is no JSON: {problem}") from None
    return parse_json(text, parse_float=Decimal)


def _facts_of_file(file: str) -> dict[str, Any]:
    try:
        data = standard_input.read_input() if file == "-" else Path(file).read_bytes()
        found = parse_situation(data)
    except OSError as problem:
        exit_on_file(file, problem)
    except ValueError as problem:
        exit_on_file(file, f"{problem}")
    if isinstance(found, dict) and isinstance(found.get("facts"), dict):
        found = found["facts"]
    if not isinstance(found, dict):
        exit_on_file(file, "a JSON object of facts is expected")
    return found


def parse_value(fact: Fact, text: str) -> Any:
    """Parse a value by the type of its fact; invalid values are left to the decision function."""
    if text in ("unknown", "null") and text not in _members_of(fact):
        return None
    match fact.type.kind:
        case Kind.BOOL:
            return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)
        case Kind.INT:
            return int(text) if len(text) < 400 and WHOLE.fullmatch(text) else text
        case Kind.SET:
            inner = text.removeprefix("{").removesuffix("}")
            return [member.strip() for member in inner.split(",") if member.strip()]
        case Kind.TEXT:
            return _unquote(text)
        case Kind.ENUM | Kind.NUMBER | Kind.DATE | Kind.TIME | Kind.DURATION:
            return text
        case _:
            assert_never(fact.type.kind)


def _members_of(fact: Fact) -> tuple[str, ...]:
    """Return the members of an enumeration, which take precedence over words."""
    return fact.type.members if fact.type.kind is Kind.ENUM else ()


def _unquote(text: str) -> str:
    """Return a text as it stands, or unquoted as in JSON."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            found = json.loads(text, strict=False)
        except ValueError:
            return text
        return str(found)
    return text


def parse_instructions(
    typed: Sequence[str], said: Sequence[str], implied: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the stated and implied instructions in the order in which they were typed."""
    says, implies = iter(said), iter(implied)
    found: list[dict[str, Any]] = []
    value = False  # Whether the previous word is an option that takes this one as its value.
    for word in typed:
        name, equals, _ = word.partition("=")
        if value:
            value = False
        elif name in ("--say", "--imply"):
            text = next(says if name == "--say" else implies, None)
            if text is not None:
                found.append(parse_instruction(text, name == "--imply"))
            value = not equals
        elif word in ("--facts", "--batch", "--output-format"):
            value = True
        elif word == "--":
            break
    return found


def parse_instruction(text: str, implied: bool) -> dict[str, Any]:
    """Parse `developer: reply is untrue` or `… at LEVEL`."""
    by, colon, effect = text.partition(":")
    if not colon:
        raise click.UsageError(f"`{text}` is not of the form `principal: decision is outcome`")
    found: dict[str, Any] = {"by": by.strip(), "effect": effect.strip(), "implied": implied}
    lower = re.fullmatch(r"(.*\S)\s+at\s+(\S+)", effect.strip(), re.DOTALL)
    if lower:
        found["effect"], found["at"] = lower.groups()
    return found
