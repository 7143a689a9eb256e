"""Many levels, roles and voters on one outcome of several."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule, braces, draw_some, list_names

LEVELS = ("charter", "council", "chair", "committee", "member", "guest", "custom")
SPEAKERS = (
    "president at council", "secretary at chair implied at member", "treasurer at committee",
    "delegate_north at member implied at guest", "delegate_south at member", "expert at guest",
    "public without authority",
)  # fmt: skip
ROLES = ("founder", "donor", "auditor", "editor", "reviewer", "fellow", "trainee", "retired")
VOTERS = list_names("voter", 9)
MOTIONS = ("adopt", "adopt_in_part", "try_out", "send_back", "postpone", "table_it", "reject")


def council(rules: int, draw: random.Random) -> Policy:
    """One decision that everybody may steer, and one that nobody may."""
    return Policy(
        "council",
        LEVELS,
        SPEAKERS,
        (("mission", "prudence", "peace"), ("mission", "openness", "peace")),
        (
            ("roles", f"set of {braces(ROLES)}"),
            (", ".join(VOTERS), "{yes, no, abstains}?"),
            ("urgent", "bool"),
            ("costs", "int 0.."),
        ),
        ("define quorum = voter_0 is known and voter_1 is known and voter_2 is known",),
        (
            f"motion: {' > '.join(MOTIONS)} on conflict postpone",
            "minutes: short > full steered by nobody on conflict full",
        ),
        (
            Rule("no_debts", "charter", ("costs > 1000000",), "motion is reject", "mission"),
            *(_rule(draw, i) for i in range(rules - 1)),
        ),
        (Example("more than there is", ("costs = 1000001",), "motion is reject"),),
    )


def _rule(draw: random.Random, number: int) -> Rule:
    voters = draw_some(draw, VOTERS, draw.randrange(1, 3))
    conditions = [_vote(draw, voter) for voter in voters]
    conditions.append(
        draw.choice(
            (
                f"roles has {draw.choice(ROLES)}",
                "urgent",
                "quorum",
                f"costs > {draw.randrange(1, 90) * 1000}",
            )
        )
    )
    exceptions = (f"roles has {draw.choice(ROLES)}",) if draw.random() < 0.2 else ()
    value = draw.choice(("mission", "prudence", "peace", "openness"))
    return Rule(
        f"v{number}",
        draw.choice(LEVELS[1:]),
        tuple(conditions),
        _effect(draw),
        value,
        exceptions,
    )


def _vote(draw: random.Random, voter: str) -> str:
    vote = draw.choice(("yes", "no", "abstains"))
    return draw.choice((f"{voter} is {vote}", f"{voter} is not {vote}", f"possibly {voter} is no"))


def _effect(draw: random.Random) -> str:
    some = draw_some(draw, MOTIONS, draw.randrange(2, 5))
    return draw.choice(
        (
            f"motion is {some[0]}",
            f"motion in {braces(some)}",
            f"motion not in {braces(some[:2])}",
            f"motion may be {some[0]}",
            "minutes is full",
        )
    )
