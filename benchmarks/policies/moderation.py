"""What becomes of a post: categories, severities, ages that nobody knows, defaults, exceptions."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule, draw_some

CATEGORIES = (
    "harmless", "advertising", "nudity", "gore", "bullying", "threats", "scam", "weapons", "drugs",
    "medical", "election", "piracy", "impersonation",
)  # fmt: skip
CONTEXTS = ("news", "teaching", "parody", "art", "report", "recovery")
COUNTRIES = ("de", "fr", "us", "br", "jp", "elsewhere")
STEPS = ("show", "warn", "blur", "adults_only", "limit", "hide", "remove")


def moderation(rules: int, draw: random.Random) -> Policy:
    """A third of the rules are what happens otherwise, and the exceptions name one of them."""
    others = rules - 1
    usual = [_default(draw, i) for i in range(max(1, others // 3))]
    exceptions = [_exception(draw, i, usual) for i in range(others - len(usual))]
    return Policy(
        "moderation",
        ("law", "platform", "community", "taste"),
        (
            "moderator at platform",
            "owner_of_group at community implied at taste",
            "flag without authority",
        ),
        (("safety", "speech", "comfort"), ("law_abiding", "speech"), ("safety", "fairness")),
        (
            ("category", f"{{{', '.join(CATEGORIES)}}}"),
            ("severity", "int 0..10"),
            ("certainty", "number 0..1"),
            ("author_age, reader_age", "int 0..120?"),
            ("context", f"set of {{{', '.join(CONTEXTS)}}}"),
            ("country", f"{{{', '.join(COUNTRIES)}}}?"),
            ("strikes", "int 0.."),
            ("joined, today", "date"),
            ("verified, appealed, paid", "bool?"),
        ),
        (
            "define young = reader_age < 16 or author_age < 16",
            "define new_here = today - joined < 30d",
        ),
        (
            f"post: {' > '.join(STEPS)} steered by moderator, owner_of_group on conflict hide",
            "account: keep > pause > close steered by moderator on conflict pause",
            "review: none > one > two steered by nobody on conflict two",
        ),
        (
            Rule(
                "forbidden",
                "law",
                ("category is weapons", "severity = 10"),
                "post is remove",
                "law_abiding",
            ),
            *usual,
            *exceptions,
        ),
        (Example("arms for sale", ("category is weapons", "severity = 10"), "post is remove"),),
    )


def _default(draw: random.Random, number: int) -> Rule:
    conditions = (
        f"category is {draw.choice(CATEGORIES)}",
        draw.choice(
            (f"severity >= {draw.randrange(2, 9)}", f"certainty > 0.{draw.randrange(5, 10)}")
        ),
    )
    level = draw.choice(("platform", "platform", "community", "taste"))
    return Rule(f"usual_{number}", level, conditions, _effect(draw), _value(draw))


def _exception(draw: random.Random, number: int, usual: list[Rule]) -> Rule:
    """It takes decision, level, value and category of a usual rule, which most name."""
    of = draw.choice(usual)
    conditions = (of.conditions[0], *draw.sample(_circumstances(draw), draw.randrange(1, 3)))
    unless = ("young",) if draw.random() < 0.2 else ()
    effect = _effect(draw, of.effect.split()[0])
    named = of.name if draw.random() < 0.7 else ""
    return Rule(f"but_{number}", of.level, conditions, effect, of.value, unless, named)


def _circumstances(draw: random.Random) -> list[str]:
    return [
        f"context has {draw.choice(CONTEXTS)}",
        f"context has any of {{{', '.join(draw_some(draw, CONTEXTS, 2))}}}",
        f"country is {draw.choice(COUNTRIES)}",
        f"possibly country is {draw.choice(COUNTRIES)}",
        "possibly young",
        f"reader_age >= {draw.choice((13, 16, 18, 21))}",
        f"strikes > {draw.randrange(1, 6)}",
        "new_here",
        draw.choice(("verified", "appealed", "possibly paid", "verified is unknown")),
        f"severity < {draw.randrange(2, 9)}",
    ]


def _effect(draw: random.Random, decision: str = "") -> str:
    effects = (
        *(f"post is {step}" for step in STEPS[1:]),
        "post in {blur, adults_only, limit}",
        "post is not show",
        "post may be show",
        "account is pause",
        "account is close",
        "account is not close",
        "review is one",
        "review is not none",
    )
    return draw.choice([one for one in effects if one.startswith(decision)])


def _value(draw: random.Random) -> str:
    return draw.choice(("safety", "speech", "comfort", "law_abiding", "fairness"))
