"""A random spec said otherwise: rewritings that must not change what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from specdsl.base.source import Source
from specdsl.frontend.model import nodes as m
from specdsl.frontend.syntax.canonical_layout import format_text
from tests.random_specs import Draft

NAMES = re.compile(r'"(?:\\.|[^"\\])*"|(?<!\w)[A-Za-z_]\w*')

Rename = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text with its library. `rename` takes a name of the original to one here; `added` are the
    rules that the original does not have."""

    text: str
    library: Mapping[str, str] = field(default_factory=dict)
    rename: Rename = str
    added: frozenset[str] = frozenset()


def reversed_(made: Draft) -> Rewritten:
    return Rewritten("\n".join((made.head, *reversed(made.statements))))


def shuffled(made: Draft, random: Random) -> Rewritten:
    """Statements in another order, and the clauses of rules too."""
    statements = [_clauses_shuffled(one, random) for one in made.statements]
    random.shuffle(statements)
    return Rewritten("\n".join((made.head, *statements)))


def _clauses_shuffled(statement: str, random: Random) -> str:
    head, *clauses = statement.split("\n")
    if not head.startswith("rule "):
        return statement
    random.shuffle(clauses)
    return "\n".join((head, *clauses))


def formatted(made: Draft) -> Rewritten:
    return Rewritten(format_text(Source("random.spec", made.text)))


def on_one_line(made: Draft) -> Rewritten:
    return Rewritten(" ".join(made.text.split("\n")))


def in_files(made: Draft, random: Random) -> Rewritten:
    """Spread over three files that the main one uses; one of them uses another."""
    files: dict[str, list[str]] = {"main": [], "one": [], "parts/two": []}
    for statement in made.statements:
        random.choice(list(files.values())).append(statement)
    used = ['use "one.spec"', 'use "parts/two.spec"']
    library = {
        "one.spec": "\n".join(files["one"]),
        "parts/two.spec": "\n".join(['use "../one.spec"', *files["parts/two"]]),
    }
    return Rewritten("\n".join((made.head, *used, *files["main"])), library)


# --- names ---------------------------------------------------------------------------------------


def names(spec: m.SpecModel) -> set[str]:
    """All that the spec declares."""
    declared: Iterable[Any] = (
        *(*spec.facts, *spec.defines, *spec.decisions, *spec.principals, *spec.rules),
        *(*spec.policies, *spec.levels, *spec.values, *spec.assumes),
    )
    members = (member for fact in spec.facts for member in fact.type.members)
    outcomes = (outcome for decision in spec.decisions for outcome in decision.outcomes)
    return {one.name for one in declared} | set(members) | set(outcomes)


def renamed(made: Draft, spec: m.SpecModel, to: Rename) -> Rewritten:
    """Every name changed, wherever it stands; texts are not."""
    known = names(spec)
    rename: Rename = lambda name: to(name) if name in known else name  # noqa: E731
    return Rewritten(in_text(made.text, rename), rename=rename)


def in_text(text: str, rename: Rename) -> str:
    return NAMES.sub(lambda found: rename(found[0]), text)


def in_situation(situation: Mapping[str, Any], rename: Rename) -> dict[str, Any]:
    """The same situation, in the names of the rewritten spec."""
    facts = {rename(name): _value(value, rename) for name, value in situation["facts"].items()}
    says = [
        {
            **one,
            "by": rename(one["by"]),
            "effect": in_text(one["effect"], rename),
            **({"at": rename(one["at"])} if one.get("at") else {}),
        }
        for one in situation["says"]
    ]
    return {"facts": facts, "says": says}


def _value(value: Any, rename: Rename) -> Any:
    if isinstance(value, list):
        return [_value(one, rename) for one in value]
    return rename(value) if isinstance(value, str) else value


# --- policies and rules --------------------------------------------------------------------------


def wrapped(made: Draft, random: Random) -> Rewritten:
    """Rules at the top put into policies, with their level, value or `when` at its head."""
    statements = [
        _wrapped(one, f"around_{number}", random) if one.startswith("rule ") else one
        for number, one in enumerate(made.statements)
    ]
    return Rewritten("\n".join((made.head, *statements)))


def _wrapped(rule: str, name: str, random: Random) -> str:
    head, *clauses = rule.split("\n")
    found = re.fullmatch(r"(rule \w+)( at \w+)( for \w+)?", head)
    assert found is not None, head
    rule_name, level, value = found[1], found[2], found[3] or ""
    policy = f"policy {name}"
    for part in (level, value):
        if random.random() < 0.5:
            policy += part
        else:
            rule_name += part
    whens = [clause for clause in clauses if clause.startswith("  when ")]
    if whens and random.random() < 0.5:
        policy += f" {whens[0].strip()}"
        clauses.remove(whens[0])
    return "\n".join((f"{policy} {{", rule_name, *clauses, "}"))


def with_copy(made: Draft, rule: str) -> Rewritten:
    """One of the rules twice. What overrides it overrides its copy too."""
    copy = f"{rule}_copy"
    at = next(i for i, one in enumerate(made.statements) if one.startswith(f"rule {rule} "))
    twin = made.statements[at].replace(f"rule {rule} ", f"rule {copy} ", 1)
    over = re.compile(rf"(overrides [^\n]*\b{rule}\b)")
    statements = [over.sub(rf"\1, {copy}", one) for one in (*made.statements, twin)]
    return Rewritten("\n".join((made.head, *statements)), added=frozenset({copy}))


def with_rule(made: Draft, rule: str, text: str) -> Rewritten:
    return Rewritten("\n".join((made.head, *made.statements, text)), added=frozenset({rule}))
