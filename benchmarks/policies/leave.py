"""Who may be away, and when: dates, days of leave, notice, what a doctor says."""

from __future__ import annotations

import random

from benchmarks.policies.written import Example, Policy, Rule

KINDS = ("holiday", "illness", "care", "study", "parental", "unpaid", "moving", "mourning")


def leave(rules: int, draw: random.Random) -> Policy:
    """Some decisions read the others, as an approval reads who has to be asked."""
    return Policy(
        "leave",
        ("law", "agreement", "company", "team", "habit"),
        ("boss at company", "works_council at agreement", "colleague at team implied at habit"),
        (("health", "family", "service"), ("lawful", "service"), ("equal", "comfort")),
        (
            ("kind", f"{{{', '.join(KINDS)}}}"),
            ("from_day, to_day, asked_on, entry", "date 1990-01-01..2060-12-31"),
            ("busy_from, busy_to", "date 1990-01-01..2060-12-31?"),
            ("days, taken", "number 0..400"),
            ("carried_over", "number 0..60?"),
            ("away, colleagues", "int 0..500"),
            ("note, expecting, disabled", "bool?"),
            ("probation", "bool"),
            ("shift", "duration 0s..24h"),
        ),
        (
            "define notice = from_day - asked_on",
            "define length = to_day - from_day",
            "define served = asked_on - entry",
            "define left = 28 + carried_over - taken",
            "define busy = from_day <= busy_to and to_day >= busy_from",
            "assume forwards: from_day <= to_day and entry <= asked_on",
            "assume not_all: away <= colleagues",
        ),
        (
            "answer: grant > shorten > ask > refuse steered by boss, works_council on conflict ask",
            "pay: whole > most > nothing steered by nobody on conflict most",
            "who: nobody_else > lead > head > board steered by boss on conflict head",
            "proof: none > note_needed steered by nobody on conflict note_needed",
        ),
        (
            Rule(
                "before_and_after_birth",
                "law",
                ("expecting", "kind is parental"),
                "answer is grant",
                "health",
            ),
            *(_rule(draw, i) for i in range(rules - 1)),
        ),
        (Example("a child comes", ("expecting", "kind is parental"), "answer is grant"),),
    )


def _rule(draw: random.Random, number: int) -> Rule:
    conditions = [f"kind is {draw.choice(KINDS)}"] if draw.random() < 0.6 else []
    conditions += draw.sample(_circumstances(draw), draw.randrange(1, 4))
    effect = draw.choice(
        (
            "answer is refuse",
            "answer is grant",
            "answer in {ask, refuse}",
            "answer is not grant",
            "answer may be grant",
            "pay is whole",
            "pay is nothing",
            "pay is not whole",
            "who is lead",
            "who in {head, board}",
            "proof is note_needed",
            "proof is none",
        )
    )
    if not effect.startswith("who") and draw.random() < 0.1:
        conditions.append(f"who is {draw.choice(('lead', 'head', 'board'))}")
    value = draw.choice(("health", "family", "service", "lawful", "equal", "comfort"))
    level = draw.choice(("agreement", "company", "company", "team", "habit"))
    exceptions = (draw.choice(("note", "disabled", "busy")),) if draw.random() < 0.25 else ()
    return Rule(f"l{number}", level, tuple(conditions), effect, value, exceptions)


def _circumstances(draw: random.Random) -> list[str]:
    return [
        f"notice < {draw.randrange(1, 9)}w",
        f"length > {draw.randrange(2, 40)}d",
        f"served < {draw.randrange(1, 10) * 183}d",
        "days > left",
        f"days + taken > {draw.randrange(20, 40)}",
        f"left <= {draw.randrange(1, 12)}",
        "busy",
        f"away * {draw.randrange(2, 5)} >= colleagues",
        draw.choice(("note", "possibly expecting", "possibly disabled", "note is unknown")),
        draw.choice(("probation", "not probation")),
        f"shift > {draw.randrange(6, 14)}h",
        f"max(days, taken) >= {draw.randrange(5, 60)}",
    ]
