"""Rules that do together what any one of them does alone.

Of rules of one level that outrank the same rules, are outranked by the same and ask the same of a
decision it only matters whether any of them applies. There may be thousands of rules, and few such
teams.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from specdsl.model.nodes import Decision, Rule
from specdsl.priority.ranks import RankedLevel, bits


@dataclass(frozen=True, eq=False)
class Teams:
    """Of one decision. `levels`: its ranks, with the first rule of a team for the whole of it;
    `members`: by that rule all of its team, itself first; `first`: by rule the first of its team.
    """

    levels: tuple[RankedLevel, ...]
    members: Mapping[Rule, tuple[Rule, ...]]
    first: Mapping[Rule, Rule]


def teams(decision: Decision, levels: Sequence[RankedLevel]) -> Teams:
    """The largest there are."""
    members: dict[Rule, tuple[Rule, ...]] = {}
    reduced: list[RankedLevel] = []
    for ranked in levels:
        found = _teams(decision, ranked)
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
    return Teams(tuple(reduced), members, first)


def _teams(decision: Decision, ranked: RankedLevel) -> Iterable[Sequence[int]]:
    """Places of rules; teams and rules in the order of the ranks."""
    below = _below(ranked)
    found: dict[tuple[int, int, bool, int], list[int]] = {}
    for i, rule in enumerate(ranked.rules):
        effect = rule.on(decision)
        key = (ranked.above[i], below[i], effect.permits, effect.outcomes)
        found.setdefault(key, []).append(i)
    return found.values()


def _below(ranked: RankedLevel) -> list[int]:
    """Of each rule what it outranks, as bits: all rules under the same ones share a bit."""
    found = [0] * len(ranked.rules)
    for bit, mask in enumerate(dict.fromkeys(ranked.above)):
        for place in bits(mask):
            found[place] |= 1 << bit
    return found
