"""Who is helped with the rent: linear conditions between several numbers, dates and durations, min
and max, decisions that read others."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule

ANSWERS = ("is full", "is part", "is none", "is not full", "in {part, none}")


def eligibility(rules: int, draw: random.Random) -> Policy:
    """A decision for about 40 rules, each of which may read those before it."""
    decisions = max(2, rules // 40)
    return Policy(
        "eligibility",
        ("statute", "ministry", "office", "clerk"),
        ("caseworker at clerk",),
        (("need", "thrift"), ("fairness", "thrift")),
        (
            ("wage, pension, partner_wage, costs, capital", "number 0..500000"),
            ("persons, minors", "int 0..15"),
            ("birthday, registered, claimed, day", "date 1910-01-01..2090-12-31"),
            ("ill_for", "duration 0s..3650d"),
            ("carer, trainee, owns_home", "bool?"),
            ("fled", "bool"),
            ("district", "{coast, hills, city, border}"),
        ),
        (
            "define means = wage + pension + partner_wage",
            "define left_over = means - costs",
            "define lived = day - birthday",
            "assume birth_comes_first: birthday <= registered and birthday <= day",
            "assume somebody_is_grown: minors < persons",
        ),
        tuple(f"help_{i}: full > part > none on conflict none" for i in range(decisions)),
        (
            Rule("rich", "statute", ("capital > 400000",), "help_0 is none"),
            Rule("refuge", "statute", ("fled", "capital <= 400000"), "help_1 is full"),
            *(_rule(draw, i, decisions) for i in range(rules - 2)),
        ),
        (
            Example("more than anybody needs", ("capital = 450000",), "help_0 is none"),
            Example("from the war", ("fled", "capital = 10"), "help_1 is full"),
        ),
    )


def _rule(draw: random.Random, number: int, decisions: int) -> Rule:
    about = draw.randrange(decisions)
    chosen = draw.sample(_conditions(draw), draw.randrange(1, 4))
    if about and draw.random() < 0.15:
        chosen.append(f"help_{draw.randrange(about)} is {draw.choice(('full', 'part', 'none'))}")
    level = draw.choice(("ministry", "office", "clerk"))
    effect = f"help_{about} {draw.choice(ANSWERS)}"
    value = draw.choice(("", "need", "thrift", "fairness"))
    return Rule(f"e{number}", level, tuple(chosen), effect, value)


def _conditions(draw: random.Random) -> list[str]:
    """One of each kind, with numbers of its own."""
    thousands = draw.randrange(5, 70) * 1000
    return [
        f"left_over > {thousands}",
        f"means <= {thousands} + 2400 * persons",
        f"costs > 0.{draw.randrange(2, 7)} * means",
        f"capital + 3 * costs < {thousands}",
        f"max(wage, partner_wage) < {thousands}",
        f"min(wage, pension) > {thousands // 4}",
        f"lived >= {draw.randrange(18, 80) * 365}d",
        f"day - registered < {draw.randrange(1, 24) * 30}d",
        f"claimed - registered > {draw.randrange(1, 12) * 14}d",
        f"ill_for > {draw.randrange(1, 60)}w",
        f"minors >= {draw.randrange(1, 5)}",
        f"minors * 2 > persons + {draw.randrange(3)}",
        f"district is {draw.choice(('coast', 'hills', 'city', 'border'))}",
        draw.choice(
            ("possibly carer", "carer", "trainee", "owns_home is unknown", "not owns_home")
        ),
    ]
