"""Seeded rules that two languages can say: no levels, no values, nothing unknown, nobody says
anything. They are data here and text only in `as_spec` and `as_csl`, so both texts say the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

FLAGS = tuple(f"flag_{i}" for i in range(10))
KINDS = {f"kind_{size}": tuple(f"k{size}_{i}" for i in range(size)) for size in (4, 6, 8, 12, 16)}
NUMBERS = {"amount": 5000, "days": 365, "attempts": 20, "age": 130, "items": 50}
"""Whole numbers from 0 to that."""
DECISIONS = {
    "reply": ("full", "partial", "hint", "declined"),
    "tone": ("warm", "plain", "formal"),
    "refund": ("pay", "ask_manager", "decline"),
    "escalate": ("no", "team", "lead", "police"),
}
PLANTED = {"access": ("grant", "read_only", "deny")}
"""The decision that only the planted rules speak of."""


@dataclass(frozen=True, slots=True)
class Flag:
    name: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    name: str
    operator: str  # one that both languages write alike, or =
    number: int


Condition = Flag | Member | Compared


@dataclass(frozen=True, slots=True)
class FlatRule:
    """All conditions together ask for an outcome of a decision, or for any other one."""

    name: str
    conditions: tuple[Condition, ...]
    decision: str
    asks: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Flat:
    """Rules, and the pairs of them that contradict each other: there are no others, and no set of
    more than two."""

    rules: tuple[FlatRule, ...]
    clashes: frozenset[frozenset[str]]


def flat(rules: int, seed: int = 1) -> Flat:
    """So many rules; of every 25 two contradict each other."""
    draw = random.Random(f"flat/{seed}/{rules}")
    pairs = [_pair(draw, i) for i in range(rules // 25)]
    made = [rule for pair in pairs for rule in pair]
    made += [_rule(draw, f"rule_{i}") for i in range(rules - len(made))]
    draw.shuffle(made)
    return Flat(tuple(made), frozenset(frozenset(rule.name for rule in pair) for pair in pairs))


def tangled(rules: int, seed: int = 1) -> tuple[FlatRule, ...]:
    """So many rules that each ask for any one outcome, in one of four cases: what contradicts is
    always a pair."""
    draw = random.Random(f"tangled/{seed}/{rules}")
    return tuple(_any(draw, f"rule_{i}") for i in range(rules))


def _any(draw: random.Random, name: str) -> FlatRule:
    decision = draw.choice(tuple(DECISIONS))
    outcome = draw.choice(DECISIONS[decision])
    case = Member("kind_4", (draw.choice(KINDS["kind_4"]),))
    more = tuple(one for one in _conditions(draw) if one.name != case.name)
    return FlatRule(name, (case, *more), decision, True, outcome)


def _rule(draw: random.Random, name: str) -> FlatRule:
    """The first outcome of each decision satisfies every rule about it."""
    decision = draw.choice(tuple(DECISIONS))
    first, *_, last = DECISIONS[decision]
    conditions = _conditions(draw)
    asks = draw.random() < 0.6
    return FlatRule(name, conditions, decision, asks, first if asks else last)


def _conditions(draw: random.Random) -> tuple[Condition, ...]:
    """Two to four, each on another fact."""
    found: dict[str, Condition] = {}
    while len(found) < draw.randint(2, 4):
        condition = _condition(draw)
        found.setdefault(condition.name, condition)
    return tuple(found.values())


def _pair(draw: random.Random, number: int) -> tuple[FlatRule, FlatRule]:
    """Two that apply together, on a day of their own, and ask for the opposite."""
    [(decision, (first, *_, last))] = PLANTED.items()
    day, one, other = Compared("days", "=", number), *draw.sample(FLAGS, 2)
    return (
        FlatRule(f"clash_{number}_a", (day, Flag(one, True)), decision, True, first),
        FlatRule(f"clash_{number}_b", (day, Flag(other, True)), decision, True, last),
    )


def _condition(draw: random.Random) -> Condition:
    roll = draw.random()
    if roll < 0.4:
        return Flag(draw.choice(FLAGS), draw.random() < 0.6)
    if roll < 0.7:
        name = draw.choice(tuple(KINDS))
        return Member(name, tuple(sorted(draw.sample(KINDS[name], draw.randint(1, 3)))))
    name = draw.choice(tuple(NUMBERS))
    operator = draw.choice(("<", "<=", ">", ">="))
    return Compared(name, operator, draw.randint(1, NUMBERS[name] - 1))


# --- as a .spec ----------------------------------------------------------------------------------


def as_spec(rules: Sequence[FlatRule]) -> str:
    """All at one level; declarations first."""
    lines = ["authority owner", *(f"fact {name}: bool" for name in FLAGS)]
    lines += [f"fact {name}: {{{', '.join(members)}}}" for name, members in KINDS.items()]
    lines += [f"fact {name}: int 0..{last}" for name, last in NUMBERS.items()]
    decisions = {**DECISIONS, **PLANTED}.items()
    lines += [f"decision {name}: {' > '.join(outcomes)}" for name, outcomes in decisions]
    return "\n".join([*lines, "", *(_spec_rule(rule) for rule in rules)])


def _spec_rule(rule: FlatRule) -> str:
    when = " and ".join(map(_spec_condition, rule.conditions))
    verb = "is" if rule.asks else "is not"
    return f"rule {rule.name} at owner\n  when {when}\n  then {rule.decision} {verb} {rule.outcome}"


def _spec_condition(condition: Condition) -> str:
    match condition:
        case Flag(name, holds):
            return name if holds else f"not {name}"
        case Member(name, members):
            return f"{name} in {{{', '.join(members)}}}"
        case Compared(name, operator, number):
            return f"{name} {operator} {number}"
        case _:
            assert_never(condition)


# --- in the language of csl-core -----------------------------------------------------------------


def as_csl(rules: Sequence[FlatRule]) -> str:
    """One domain; booleans are `BOOLEAN`, enumerations and decisions are sets of strings."""
    lines = [f"    {name}: BOOLEAN" for name in FLAGS]
    lines += [f"    {name}: 0..{last}" for name, last in NUMBERS.items()]
    sets = {**KINDS, **DECISIONS, **PLANTED}.items()
    lines += [f"    {name}: {{{', '.join(map(_quoted, members))}}}" for name, members in sets]
    head = [
        "CONFIG {",
        "  CHECK_LOGICAL_CONSISTENCY: TRUE",
        "}",
        "",
        "DOMAIN Bench {",
        "  VARIABLES {",
    ]
    return "\n".join([*head, *lines, "  }", "", *map(_csl_rule, rules), "}", ""])


def _csl_rule(rule: FlatRule) -> str:
    when = " AND ".join(map(_csl_condition, rule.conditions))
    verb = "MUST BE" if rule.asks else "MUST NOT BE"
    then = f"{rule.decision} {verb} {_quoted(rule.outcome)}"
    return f"  STATE_CONSTRAINT {rule.name} {{\n    WHEN {when}\n    THEN {then}\n  }}"


def _csl_condition(condition: Condition) -> str:
    match condition:
        case Flag(name, holds):
            return f"{name} == {'TRUE' if holds else 'FALSE'}"
        case Member(name, members):
            return f"({' OR '.join(f'{name} == {_quoted(member)}' for member in members)})"
        case Compared(name, operator, number):
            return f"{name} {'==' if operator == '=' else operator} {number}"
        case _:
            assert_never(condition)


def _quoted(name: str) -> str:
    return f'"{name}"'
