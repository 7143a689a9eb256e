"""Interchangeable rules: only whether any of them is active matters.

Rules of one level are interchangeable for a decision if they outrank the same rules, are outranked
by the same rules and have the same effect. Thousands of rules may fall into few such classes. (The
term is from constraint programming: interchangeable values, Freuder 1991.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.ranking.ranks import RankedLevel, bit_positions


@dataclass(frozen=True, eq=False)
class RuleClasses:
    """The classes of interchangeable rules of one decision: its ranks reduced to one representative
    for each class, the members of the class by representative (itself first), and the
    representative by rule.
    """

    levels: tuple[RankedLevel, ...]
    members_of: Mapping[Rule, tuple[Rule, ...]]
    representative_of: Mapping[Rule, Rule]


def interchangeable_rules(decision: DecisionModel, levels: Sequence[RankedLevel]) -> RuleClasses:
    """Return the largest classes of interchangeable rules."""
    members: dict[Rule, tuple[Rule, ...]] = {}
    reduced: list[RankedLevel] = []
    for ranked in levels:
        found = _classes_of_level(decision, ranked)
        places = [team[0] for team in found]
        kept = {place: i for i, place in enumerate(places)}
        masks = [
            sum(1 << i for place, i in kept.items() if ranked.above[one] >> place & 1)
            for one in places
        ]
        firsts = tuple(ranked.rules[place] for place in places)
        reduced.append(RankedLevel(ranked.level, firsts, tuple(masks)))
        members.update((ranked.rules[t[0]], tuple(ranked.rules[i] for i in t)) for t in found)
    first = {rule: one for one, team in members.items() for rule in team}
    return RuleClasses(tuple(reduced), members, first)


def _classes_of_level(decision: DecisionModel, ranked: RankedLevel) -> Iterable[Sequence[int]]:
    """Return the positions of the members of each class, in the order of the ranks."""
    below = outranked_keys(ranked)
    found: dict[tuple[int, int, bool, int], list[int]] = {}
    for i, rule in enumerate(ranked.rules):
        effect = rule.effect_on(decision)
        key = (ranked.above[i], below[i], effect.permits, effect.outcomes)
        found.setdefault(key, []).append(i)
    return found.values()


def outranked_keys(ranked: RankedLevel) -> list[int]:
    """Return a key for each rule of what it outranks: two rules have the same key if they outrank
    the same rules. One bit stands for all rules that have the same rules above them.
    """
    found = [0] * len(ranked.rules)
    for bit, mask in enumerate(dict.fromkeys(ranked.above)):
        for place in bit_positions(mask):
            found[place] |= 1 << bit
    return found
