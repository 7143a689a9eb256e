"""A company's assistant: 40 decisions, every kind of fact, values in a partial order."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule, braces, draw_some, list_names

DECISIONS = 40
PRIORITIES = (
    ("lawful", "safe", "honest", "loyal", "quick"),
    ("safe", "private", "fair", "quick"),
    ("honest", "fair", "kind", "thrifty"),
    ("private", "loyal", "thrifty"),
)
VALUES = tuple(dict.fromkeys(value for chain in PRIORITIES for value in chain))
KINDS, FLAGS, TEXTS, SETS, NUMBERS, DATES = 18, 30, 6, 6, 9, 4
TAGS = ("north", "south", "retail", "bulk", "export", "partner", "audit")


def company(rules: int, draw: random.Random) -> Policy:
    """Decisions that read the one before them in groups of five."""
    return Policy(
        "company",
        ("board", "legal", "division", "team", "custom"),
        ("manager at division", "employee at team implied at custom"),
        PRIORITIES,
        _facts(),
        ("assume signed_in_order: day_0 <= day_1",),
        tuple(_decision(i) for i in range(DECISIONS)),
        (
            Rule("embargo", "board", ("flag_1", "kind_0 is kind_0_0"), "matter_0 is a", "lawful"),
            *(_rule(draw, i) for i in range(rules - 1)),
        ),
        (Example("an embargo", ("flag_1", "kind_0 is kind_0_0"), "matter_0 is a"),),
    )


def _outcomes(decision: int) -> tuple[str, ...]:
    return ("a", "b", "c", "d", "e")[: 2 + decision % 4]


def _decision(number: int) -> str:
    falls_back = " on conflict b" if number % 3 else ""
    return f"matter_{number}: {' > '.join(_outcomes(number))}{falls_back}"


def _facts() -> tuple[tuple[str, str], ...]:
    found = [(f"kind_{i}", braces(list_names(f"kind_{i}", 3 + i % 7))) for i in range(KINDS)]
    found += [(f"flag_{i}", "bool" if i % 3 else "bool?") for i in range(FLAGS)]
    found += [(f"text_{i}", "text") for i in range(TEXTS)]
    found += [(f"tags_{i}", f"set of {braces(TAGS)}") for i in range(SETS)]
    found += [(f"sum_{i}", "number 0..?" if i == 0 else "int 0..200000") for i in range(NUMBERS)]
    found += [(f"day_{i}", "date") for i in range(DATES)]
    return tuple(found)


def _rule(draw: random.Random, number: int) -> Rule:
    decision = draw.randrange(DECISIONS)
    conditions = [_condition(draw) for _ in range(draw.randrange(1, 5))]
    if decision % 5 and draw.random() < 0.3:
        conditions.append(f"matter_{decision - 1} is {draw.choice(_outcomes(decision - 1))}")
    outcome = draw.choice(_outcomes(decision))
    level = draw.choice(("legal", "division", "team", "team", "custom"))
    effect = f"matter_{decision} {draw.choice(('is', 'is not'))} {outcome}"
    return Rule(f"c{number}", level, tuple(dict.fromkeys(conditions)), effect, draw.choice(VALUES))


def _condition(draw: random.Random) -> str:
    kind, flag = draw.randrange(KINDS), f"flag_{draw.randrange(FLAGS)}"
    tags, amount = f"tags_{draw.randrange(SETS)}", f"sum_{draw.randrange(NUMBERS)}"
    text = f"text_{draw.randrange(TEXTS)}"
    members = draw_some(draw, list_names(f"kind_{kind}", 3 + kind % 7), draw.randrange(1, 3))
    return draw.choice(
        (
            f"kind_{kind} in {braces(members)}",
            f"kind_{kind} is not {members[0]}",
            flag,
            f"not {flag}",
            f"possibly {flag}",
            f"{tags} has {draw.choice(TAGS)}",
            f"{tags} has any of {braces(draw_some(draw, TAGS, 2))}",
            f"{amount} >= {draw.randrange(1, 400) * 500}",
            f"{amount} < {draw.randrange(1, 400) * 500}",
            f'{text} like "{draw.choice("klmnop")}*{draw.choice("rst")}"',
            f'{text} = "case {draw.randrange(60)}"',
            f"day_{draw.randrange(DATES)} > 2025-{draw.randrange(1, 13):02}-01",
        )
    )
