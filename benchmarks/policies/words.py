"""A list of words that are looked for anywhere in one text, a rule each."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule

BEGINNINGS = ("ab", "cor", "de", "fan", "gri", "lom", "mer", "nu", "pal", "sti")
ENDINGS = ("ber", "dal", "fit", "gon", "lar", "mo", "nix", "rust", "tan", "vel")
WORDS = tuple(beginning + ending for beginning in BEGINNINGS for ending in ENDINGS)


def words(rules: int, draw: random.Random) -> Policy:
    """At most a hundred words: with more rules than that some are looked for again, where something
    else is so too."""
    return Policy(
        "words",
        ("house", "list"),
        ("editor at list",),
        (("manners", "openness"),),
        (("letter", "text ignoring case"), ("private", "bool"), ("length", "int 0..100000")),
        (),
        ("passes: yes > after_a_look > no on conflict no",),
        (
            Rule("much_too_long", "house", ("length > 90000",), "passes is no"),
            *(_rule(draw, i) for i in range(rules - 1)),
        ),
        (Example("a book", ("length = 90001",), "passes is no"),),
    )


def _rule(draw: random.Random, number: int) -> Rule:
    conditions = [f'letter like "*{WORDS[number * 37 % len(WORDS)]}*"']
    if number >= len(WORDS):
        conditions.append(f"length > {number}")
    exceptions = ("private",) if draw.random() < 0.2 else ()
    effect = draw.choice(("passes is no", "passes is not yes", "passes in {after_a_look, no}"))
    return Rule(f"w{number}", "list", tuple(conditions), effect, "manners", exceptions)
