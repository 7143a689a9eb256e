"""Clashes that are seen at points at which nobody says anything: most of them, without a solver.

Points are drawn inside two rules of a level that nothing orders, that ask for different outcomes
and that can apply together as far as this can be told fact by fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice

from specdsl.checks.context import Context
from specdsl.circuit.graph import FALSE
from specdsl.circuit.resolve import Resolution
from specdsl.circuit.values import FactValue
from specdsl.model.nodes import Decision, Fact, Rule
from specdsl.priority.ranks import RankedLevel
from specdsl.runtime.resolution import covers
from specdsl.solver.points import Drawn, Points

MOST_PAIRS = 4_096  # of rules inside which points are drawn
MOST_LOOKED_AT = 400_000  # pairs of rules
MOST_SETS = 100  # at a point
MOST_STEPS = 2_000  # on the way to them
FRUITFUL = 100  # points are drawn as long as one in so many shows something new

RuleSet = frozenset[Rule]
Seen = dict[RuleSet, Mapping[Fact, FactValue]]


def seen_clashes(context: Context, decision: Decision) -> Seen:
    """The rules of minimal clashes, each with the facts of a situation in which they clash."""
    quiet = context.quiet.decide(decision)
    if quiet.conflicted == FALSE:
        return {}
    possible = context.quiet.possible()
    excluding = {rule: s.excludes for rule, s in quiet.rules.items() if set(s.excludes) - {FALSE}}
    real = context.circuit.graph.all_of((quiet.conflicted, quiet.ready, possible))
    parts = (literal for excludes in excluding.values() for literal in excludes)
    points = Points(context.circuit.graph, [real, *quiet.applies.values(), *parts])
    pairs = _pairs(context, decision, quiet, points)
    wanted = [(quiet.applies[one], quiet.applies[two], possible) for one, two in pairs]
    found: Seen = {}
    while wanted:
        before = len(found)
        for drawn in points.draws(wanted):
            for point, sets in _at(drawn, excluding, drawn.holding(real)):
                facts = drawn.facts(point)
                for rules in sets:
                    found.setdefault(rules, facts)
        if (len(found) - before) * FRUITFUL < len(wanted):
            break
    return found


# --- pairs inside which to look ---


def _pairs(
    context: Context, decision: Decision, quiet: Resolution, points: Points
) -> list[tuple[Rule, Rule]]:
    found: list[tuple[Rule, Rule]] = []
    needs = {rule: points.needs(literal) for rule, literal in quiet.applies.items()}
    looked = 0
    for ranked in context.circuit.ranks.levels[decision]:
        for one, two in _opposed(ranked, decision):
            looked += 1
            if looked > MOST_LOOKED_AT or len(found) == MOST_PAIRS:
                return found
            if _together(needs[one], needs[two]):
                found.append((one, two))
    return found


def _together(one: Mapping[int, int], two: Mapping[int, int]) -> bool:
    """Each fact has a value that suits both."""
    return all(mask & two.get(i, mask) for i, mask in one.items())


def _opposed(ranked: RankedLevel, decision: Decision) -> Iterator[tuple[Rule, Rule]]:
    """Two restrictions that nothing orders and that no outcome suits."""
    alike: dict[tuple[int, int], int] = {}  # those under the same rules that ask for the same
    for i, rule in enumerate(ranked.rules):
        effect = rule.on(decision)
        if not effect.permits:
            key = (effect.outcomes, ranked.above[i])
            alike[key] = alike.get(key, 0) | 1 << i
    for ((asks, above), some), ((others_ask, over), others) in combinations(alike.items(), 2):
        if not asks & others_ask and some & ~over and others & ~above:
            for i in _bits(some & ~over):
                for j in _bits(others & ~above):
                    yield ranked.rules[i], ranked.rules[j]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


# --- minimal clashes at a point ---


def _at(
    drawn: Drawn, excluding: Mapping[Rule, Sequence[int]], clashing: int
) -> Iterator[tuple[int, list[RuleSet]]]:
    """By point the minimal sets of rules that exclude every outcome."""
    excluded: dict[int, dict[Rule, int]] = {point: {} for point in _bits(clashing)}
    for rule, literals in excluding.items():
        for outcome, literal in enumerate(literals):
            for point in _bits(drawn.holding(literal) & clashing):
                here = excluded[point]
                here[rule] = here.get(rule, 0) | 1 << outcome
    for point, rules in excluded.items():
        masks, every = list(rules.values()), 0
        for mask in masks:
            every |= mask
        steps = islice(covers(masks, every), MOST_STEPS)
        groups = dict.fromkeys(islice(filter(None, steps), MOST_SETS))
        names = list(rules)
        yield point, [frozenset(names[i] for i in group) for group in groups]
