"""A complete decision table, with the slips that a hand makes in it."""

from __future__ import annotations

import dataclasses
import random
from itertools import pairwise

from benchmarks.policies.written import Example, Policy, Rule

GOODS = ("food", "books", "tools", "furniture")
PRICES = ("free", "low", "normal", "high")
FARTHEST, HEAVIEST = 10_000, 2_000


def table(rules: int, draw: random.Random) -> Policy:
    """Every good, distance and weight has one row; then some rows are not as they should be."""
    rows = _rows(rules - 2, draw)
    for number in draw.sample(range(len(rows)), max(3, rules // 40)):
        rows[number] = _with_slip(draw, rows[number])
    left = rules - 1 - len(rows)
    extra = [_with_slip(draw, dataclasses.replace(rows[i], name=f"again{i}")) for i in range(left)]
    return Policy(
        "table",
        ("house", "shop"),
        ("clerk at shop",),
        (("margin", "service"),),
        (
            ("good", f"{{{', '.join(GOODS)}}}"),
            ("distance", f"int 0..{FARTHEST}"),
            ("weight", f"number 0..{HEAVIEST}"),
            ("member", "bool"),
        ),
        (),
        (f"price: {' > '.join(PRICES)} steered by nobody",),
        (Rule("gift", "house", ("member", "weight = 0"), "price is free"), *rows, *extra),
        (Example("nothing to carry", ("member", "weight = 0"), "price is free"),),
    )


def _rows(most: int, draw: random.Random) -> list[Rule]:
    """As many bands of distance as of weight, or a few more."""
    bands = max(1, most // len(GOODS))
    far = max(1, int(bands**0.5))
    found: list[Rule] = []
    for good in GOODS:
        for near, next_one in _bands(draw, far, FARTHEST):
            for light, heavier in _bands(draw, bands // far, HEAVIEST):
                where = (f"distance >= {near}", f"distance < {next_one}")
                what = (f"weight >= {light}", f"weight < {heavier}")
                price = f"price is {draw.choice(PRICES)}"
                conditions = (f"good is {good}", *where, *what)
                found.append(Rule(f"t{len(found)}", "shop", conditions, price, "margin"))
    return found


def _bands(draw: random.Random, count: int, last: int) -> list[tuple[int, int]]:
    """So many that follow each other, from 0 to the last number and that one too."""
    return [*pairwise([0, *sorted(draw.sample(range(1, last), count - 1)), last + 1])]


def _with_slip(draw: random.Random, row: Rule) -> Rule:
    """A bound that includes one number too many, another price, another good."""
    good, near, next_one, *weights = row.conditions
    match draw.randrange(3):
        case 0:
            return dataclasses.replace(
                row, conditions=(good, near, next_one.replace("< ", "<= "), *weights)
            )
        case 1:
            return dataclasses.replace(row, effect=f"price is {draw.choice(PRICES)}")
        case _:
            other = f"good is {draw.choice(GOODS)}"
            return dataclasses.replace(row, conditions=(other, near, next_one, *weights))
