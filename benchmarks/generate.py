"""Seeded specs of a realistic shape and any size: with planted contradictions and shadowed rules
and no other contradiction, or tangled, with as many as chance gives.

Six decisions, five levels, eight values in a partial order and thirty facts: booleans, enumerations
of 4 to 16 members, bounded and unbounded numbers, and a few linear relations between two of them.
The same seed and size give the same text everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

MAX_RULES = 100_000
LEVELS = ("root", "system", "developer", "user", "guideline")
VALUES = ("safety", "honesty", "privacy", "fairness", "care", "clarity", "helpfulness", "thrift")
PLANTED = "thrift"
PRIORITIES = (
    ("safety", "honesty", "helpfulness", PLANTED),
    ("safety", "privacy", "clarity", PLANTED),
    ("fairness", "care", "helpfulness", PLANTED),
)
DECISIONS = {
    "reply": ("full", "partial", "hint", "declined"),
    "tone": ("warm", "plain", "formal"),
    "refund": ("pay", "ask_manager", "decline"),
    "escalate": ("no", "team", "lead", "police"),
    "access": ("grant", "read_only", "deny"),
    "store": ("keep", "redact", "drop"),
}
BOOLS = tuple(f"flag_{i}" for i in range(12))
ENUMS = {f"kind_{size}": tuple(f"k{size}_{i}" for i in range(size)) for size in range(4, 17, 2)}
INTS: dict[str, tuple[int, int] | None] = {
    "amount": (0, 5000),
    "days": (0, 365),
    "attempts": (0, 20),
    "age": (0, 130),
    "balance": None,
    "limit_left": None,
    "score": (-100, 100),
    "items": (1, 50),
    "distance": None,
    "hours": (0, 240),
    "budget": None,
}
RELATIONS = (
    "amount > balance",
    "amount + 50 > limit_left",
    "distance - hours > 100",
    "budget < 2 * amount",
    "score + items <= attempts",
)


@dataclass(frozen=True, slots=True)
class Generated:
    """A spec's text and what was planted in it: the pairs that clash, the rules that are shadowed.

    There is no other contradiction. Chance may have made more rules unreachable.
    """

    text: str
    clashes: tuple[tuple[str, str], ...]
    shadowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    level: str
    value: str
    conditions: tuple[str, ...]
    effect: str

    def __str__(self) -> str:
        when = "\n   and ".join(self.conditions)
        return (
            f"rule {self.name} at {self.level} for {self.value}\n"
            f"  when {when}\n  then {self.effect}\n"
        )


class _Orders:
    """What keeps unplanned rules from clashing: the values used for a decision at a level are a
    chain, and what the rules of one value ask for there is nested, by one order of the outcomes."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.found: dict[tuple[str, ...], tuple[str, ...]] = {}

    def values(self, decision: str, level: str) -> tuple[str, ...]:
        chain = self.found.setdefault((decision, level), self.draw.choice(PRIORITIES))
        return chain[:-1]  # the last one is for what is planted

    def outcomes(self, decision: str, level: str, value: str) -> tuple[str, ...]:
        names = DECISIONS[decision]
        shuffled = tuple(self.draw.sample(names, len(names)))
        return self.found.setdefault((decision, level, value), shuffled)


def spec(rules: int, seed: int = 1) -> Generated:
    """A spec of that many rules: of every 50 two clash as planted, and one is shadowed by another.
    What clashes and what shadows has the first level for itself, so that no other rule is above
    it, and a day or an hour of its own, so that none of them meets another."""
    draw = random.Random(f"{seed}/{rules}")
    orders = _Orders(draw)
    clashes = [_clash(draw, i) for i in range(rules // 50)]
    covers = [_cover(draw, orders, i) for i in range(rules // 50)]
    made = [rule for pair in (*clashes, *covers) for rule in pair]
    made += [_rule(draw, orders, f"rule_{i}") for i in range(rules - len(made))]
    draw.shuffle(made)
    text = _head(rules) + "\n" + "\n".join(map(str, made))
    pairs = tuple((one.name, other.name) for one, other in clashes)
    return Generated(text, pairs, tuple(shadowed.name for _, shadowed in covers))


def tangle(rules: int, seed: int = 1) -> Generated:
    """A spec of that many rules that nothing keeps from clashing, with nothing planted: each is at
    any level, for any value and asks for anything, in one of 32 cases (two enumerations). 5,000 of
    them have some thousands of contradictions."""
    draw = random.Random(f"tangle/{seed}/{rules}")
    made = [_tangled(draw, f"rule_{i}") for i in range(rules)]
    return Generated(_head(rules) + "\n" + "\n".join(map(str, made)), (), ())


def _tangled(draw: random.Random, name: str) -> _Rule:
    decision = draw.choice(tuple(DECISIONS))
    outcomes = draw.sample(DECISIONS[decision], len(DECISIONS[decision]))
    effect = _effect(draw, decision, tuple(outcomes))
    case = {fact: f"{fact} is {draw.choice(ENUMS[fact])}" for fact in ("kind_4", "kind_8")}
    conditions = _conditions(draw, draw.randint(4, 5), case)
    return _Rule(name, draw.choice(LEVELS), draw.choice(VALUES), conditions, effect)


def _head(rules: int) -> str:
    lines = [f'spec bench_{rules} "A generated policy of {rules} rules"', ""]
    lines.append(f"authority {' > '.join(LEVELS)}")
    lines += ["principal developer at developer", "principal user at user"]
    lines += [f"value {value}" for value in VALUES]
    lines += [f"priority {' > '.join(chain)}" for chain in PRIORITIES]
    lines += [f"fact {name}: bool{'?' if i % 4 == 0 else ''}" for i, name in enumerate(BOOLS)]
    lines += [f"fact {name}: {{{', '.join(members)}}}" for name, members in ENUMS.items()]
    for name, bounds in INTS.items():
        lines.append(
            f"fact {name}: int" + (f" {bounds[0]}..{_last(name, rules)}" if bounds else "")
        )
    for name, outcomes in DECISIONS.items():
        lines.append(f"decision {name}: {' > '.join(outcomes)}")
    return "\n".join(lines) + "\n"


def _last(name: str, rules: int) -> int:
    """The upper bound of a number: what is planted has a day or an hour of its own, however many
    there are."""
    bounds = INTS[name]
    assert bounds is not None
    return max(bounds[1], rules // 50) if name in {"days", "hours"} else bounds[1]


def _rule(draw: random.Random, orders: _Orders, name: str) -> _Rule:
    decision, level = draw.choice(tuple(DECISIONS)), draw.choice(LEVELS[1:])
    value = draw.choice(orders.values(decision, level))
    effect = _effect(draw, decision, orders.outcomes(decision, level, value))
    return _Rule(name, level, value, _conditions(draw, draw.randint(2, 4)), effect)


def _effect(draw: random.Random, decision: str, order: tuple[str, ...]) -> str:
    roll = draw.random()
    if roll < 0.1:
        return f"{decision} may be {draw.choice(order)}"
    if roll < 0.5:
        return f"{decision} is {order[0]}"
    if roll < 0.75 and len(order) > 3:
        return f"{decision} in {{{', '.join(sorted(order[:2]))}}}"
    return f"{decision} is not {order[-1]}"


def _clash(draw: random.Random, number: int) -> tuple[_Rule, _Rule]:
    """Two rules that nothing orders, with opposite demands, on a day of their own."""
    decision = draw.choice(tuple(DECISIONS))
    best, *_, worst = DECISIONS[decision]
    day, flags = f"days = {number}", draw.sample(BOOLS, 2)
    return (
        _Rule(f"clash_{number}_a", "root", PLANTED, (day, flags[0]), f"{decision} is {best}"),
        _Rule(f"clash_{number}_b", "root", PLANTED, (day, flags[1]), f"{decision} is {worst}"),
    )


def _cover(draw: random.Random, orders: _Orders, number: int) -> tuple[_Rule, _Rule]:
    """A rule that nothing is above, and a lower one that applies only where the first does and asks
    for another outcome."""
    decision = draw.choice(tuple(DECISIONS))
    value = orders.values(decision, "root")[0]
    first, *others = orders.outcomes(decision, "root", value)
    conditions = (f"hours = {number}", draw.choice(BOOLS))
    more = (*conditions, draw.choice(RELATIONS))
    other = f"{decision} is {draw.choice(others)}"
    return (
        _Rule(f"cover_{number}", "root", value, conditions, f"{decision} is {first}"),
        _Rule(f"shadowed_{number}", "guideline", PLANTED, more, other),
    )


def _conditions(
    draw: random.Random, count: int, given: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """So many, each on another fact, so that the rule is not dead. `given` is there already."""
    found = dict(given or {})
    while len(found) < count:
        condition = _condition(draw)
        found.setdefault(condition.removeprefix("not ").split(" ")[0], condition)
    return tuple(found.values())


def _condition(draw: random.Random) -> str:
    roll = draw.random()
    if roll < 0.4:
        name = draw.choice(BOOLS)
        return name if draw.random() < 0.6 else f"not {name}"
    if roll < 0.7:
        name = draw.choice(tuple(ENUMS))
        some = sorted(draw.sample(ENUMS[name], draw.randint(1, 3)))
        return f"{name} is {some[0]}" if len(some) == 1 else f"{name} in {{{', '.join(some)}}}"
    if roll < 0.95:
        name = draw.choice(tuple(INTS))
        low, high = INTS[name] or (-1000, 1000)
        return f"{name} {draw.choice(('<', '<=', '>', '>='))} {draw.randint(low + 1, high - 1)}"
    return draw.choice(RELATIONS)
