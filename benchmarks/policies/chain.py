"""An ordered list, written as a chain of overrides: each rule comes before the next one."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule, draw_some

TOPICS = ("invoice", "delivery", "warranty", "account", "press", "jobs", "complaint", "praise")
FLAGS = ("signed_in", "business", "repeated", "urgent", "insured", "abroad", "overdue", "on_phone")
ROUTES = ("bot", "front", "expert", "lead", "lawyer")


def chain(rules: int, draw: random.Random) -> Policy:
    """All rules are of one level, and of one decision."""
    names = [f"line_{i}" for i in range(rules - 1)]
    following = [*names[1:], ""]
    return Policy(
        "chain",
        ("house", "desk"),
        ("agent at desk implied at desk",),
        (("care", "cost"),),
        (
            ("topic", f"{{{', '.join(TOPICS)}}}"),
            (", ".join(FLAGS[:6]), "bool"),
            (", ".join(FLAGS[6:]), "bool?"),
            ("minutes", "int 0..10000"),
            ("amount", "number 0.."),
        ),
        (),
        (f"route: {' > '.join(ROUTES)} steered by nobody",),
        (
            Rule("threats", "house", ("topic is complaint", "amount > 90000"), "route is lawyer"),
            *(_line(draw, *both) for both in zip(names, following, strict=True)),
        ),
        (Example("a lot of money", ("topic is complaint", "amount = 90001"), "route is lawyer"),),
    )


def _line(draw: random.Random, name: str, following: str) -> Rule:
    conditions = [*draw_some(draw, FLAGS, draw.randrange(3))]
    conditions.append(
        draw.choice(
            (
                f"topic in {{{', '.join(draw_some(draw, TOPICS, draw.randrange(1, 4)))}}}",
                f"minutes > {draw.randrange(1, 100) * 30}",
                f"amount <= {draw.randrange(1, 200) * 25}",
            )
        )
    )
    return Rule(
        name, "desk", tuple(conditions), f"route is {draw.choice(ROUTES)}", "care", (), following
    )
