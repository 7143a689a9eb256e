"""Workloads of the decision benchmark: prioritised rules over 20 facts, as data and in languages.

Every rule is a conjunction of 2 to 4 conditions and asks for one of four outcomes; the first rule
that applies decides. *uniform*: conditions on any of the facts, so an early rule often applies.
*scoped*: most rules pin an attribute or two of many values, so that few rules concern a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

ENUMS = {
    "action": 24,
    "resource": 24,
    "team": 16,
    "region": 6,
    "channel": 5,
    "tier": 4,
    "device": 4,
    "purpose": 6,
}
BOOLS = ("urgent", "verified", "internal", "weekend", "trusted", "sensitive")
INTS = ("amount", "age", "score", "attempts", "distance", "duration_s")
HIGHEST = 1_000
OUTCOMES = ("allow", "review", "limit", "deny")
SCOPES = ("action", "resource", "team")


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a fact with a value; `operator` is one of == != in >= <."""

    fact: str
    operator: str
    value: Any

    def holds(self, facts: Mapping[str, Any]) -> bool:
        got = facts[self.fact]
        match self.operator:
            case "==":
                return bool(got == self.value)
            case "!=":
                return bool(got != self.value)
            case "in":
                return got in self.value
            case ">=":
                return bool(got >= self.value)
            case _:
                return bool(got < self.value)


@dataclass(frozen=True, slots=True)
class PrioritisedRule:
    conditions: tuple[Condition, ...]
    outcome: str


def members(fact: str) -> tuple[str, ...]:
    return tuple(f"{fact}_{i}" for i in range(ENUMS[fact]))


def prioritised_rules(kind: str, count: int, seed: int = 1) -> tuple[PrioritisedRule, ...]:
    """Return that many rules, the first of which ranks highest."""
    random = Random(f"{kind}/{count}/{seed}")
    draw = _scoped_facts if kind == "scoped" else _uniform_facts
    return tuple(
        PrioritisedRule(
            tuple(_condition(random, fact, kind) for fact in draw(random)),
            random.choice(OUTCOMES),
        )
        for _ in range(count)
    )


def _uniform_facts(random: Random) -> list[str]:
    return random.sample((*ENUMS, *BOOLS, *INTS), random.randint(2, 4))


def _scoped_facts(random: Random) -> list[str]:
    scopes = random.sample(SCOPES, 1 if random.random() < 0.1 else 2)
    others = [fact for fact in (*ENUMS, *BOOLS, *INTS) if fact not in SCOPES]
    return [*scopes, *random.sample(others, random.randint(1, 2))]


def _condition(random: Random, fact: str, kind: str) -> Condition:
    if fact in BOOLS:
        return Condition(fact, "==", random.random() < 0.5)
    if fact in INTS:
        return Condition(fact, random.choice((">=", "<")), random.randint(1, HIGHEST))
    if kind == "scoped" and fact in SCOPES:
        return Condition(fact, "==", random.choice(members(fact)))
    many = random.randint(1, ENUMS[fact] - 1)
    some = sorted(random.sample(members(fact), many))
    return Condition(fact, "in", frozenset(some))


def requests(count: int, seed: int = 2) -> list[dict[str, Any]]:
    """Return requests in which every value of a fact is equally likely."""
    random = Random(seed)
    return [
        {fact: random.choice(members(fact)) for fact in ENUMS}
        | {fact: random.random() < 0.5 for fact in BOOLS}
        | {fact: random.randint(0, HIGHEST) for fact in INTS}
        for _ in range(count)
    ]


def first_outcome(rules: tuple[PrioritisedRule, ...], facts: Mapping[str, Any]) -> str:
    """Return the outcome of the first rule that applies: what every engine has to say."""
    for rule in rules:
        if all(condition.holds(facts) for condition in rule.conditions):
            return rule.outcome
    return OUTCOMES[0]


# --- as a spec -----------------------------------------------------------------------------------


def spec_text(rules: tuple[PrioritisedRule, ...]) -> str:
    """Return the rules as a spec, in which each overrides the next."""
    return "\n".join(_spec_lines(rules))


def _spec_lines(rules: tuple[PrioritisedRule, ...]) -> Iterator[str]:
    yield "authority owner"
    for fact in ENUMS:
        yield f"fact {fact}: {{{', '.join(members(fact))}}}"
    yield f"fact {', '.join(BOOLS)}: bool"
    yield f"fact {', '.join(INTS)}: int 0..{HIGHEST}"
    yield f"decision answer: {' > '.join(OUTCOMES)}"
    for i, rule in enumerate(rules):
        conditions = " and ".join(map(_condition_text, rule.conditions))
        after = f" overrides r{i + 1}" if i + 1 < len(rules) else ""
        yield f"rule r{i} at owner when {conditions} then answer is {rule.outcome}{after}"


def _condition_text(one: Condition) -> str:
    if isinstance(one.value, bool):
        return one.fact if one.value else f"not {one.fact}"
    if isinstance(one.value, frozenset):
        return f"{one.fact} in {{{', '.join(sorted(one.value))}}}"
    if one.operator == "==":
        return f"{one.fact} is {one.value}"
    return f"{one.fact} {one.operator} {one.value}"
