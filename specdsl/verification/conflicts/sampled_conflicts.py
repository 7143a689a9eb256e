"""Minimal conflicts found by simulation: most conflicts occur in samples without instructions.

Samples are drawn inside pairs of peers that leave no outcome and whose conditions overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_

from specdsl.base.limits import (
    CONFLICT_MIN_YIELD,
    MAX_CONFLICTS_OF_SAMPLE,
    MAX_COVER_STEPS,
    MAX_SAMPLED_PAIRS,
)
from specdsl.frontend.model.nodes import DecisionModel, Fact, Rule
from specdsl.frontend.ranking.ranks import bit_positions
from specdsl.reasoning.simulation.samples import Sampler, Samples
from specdsl.runtime.minimal_covers import search_covers
from specdsl.semantics.aig import FALSE, Literal
from specdsl.semantics.fact_values import FactValue
from specdsl.verification.check_session import CheckSession
from specdsl.verification.conflicts.conflict_formula import RuleSet
from specdsl.verification.conflicts.overlap import Overlaps

SampledConflicts = dict[RuleSet, Mapping[Fact, FactValue]]


def sample_conflicts(
    session: CheckSession, decision: DecisionModel, overlaps: Overlaps, any_: bool = False
) -> SampledConflicts:
    """Return the rules of minimal conflicts, each with the facts of a situation in which they
    conflict; if `any_`, those of one sample suffice."""
    uninstructed = session.uninstructed_world.resolution_of(decision)
    if uninstructed.conflicted == FALSE:
        return {}
    possible = session.uninstructed_world.assumptions_hold()
    excluding = {
        rule: s.excludes for rule, s in uninstructed.rules.items() if set(s.excludes) - {FALSE}
    }
    real = session.circuit.graph.all_of((uninstructed.conflicted, uninstructed.ready, possible))
    parts = (literal for excludes in excluding.values() for literal in excludes)
    points = Sampler(session.circuit.graph, [real, *uninstructed.applies.values(), *parts])
    pairs = overlaps.conflicting_peers(MAX_SAMPLED_PAIRS)
    targets = [
        (uninstructed.applies[one], uninstructed.applies[two], possible) for one, two in pairs
    ]
    found: SampledConflicts = {}
    while targets:
        before = len(found)
        for drawn in points.batches(targets):
            for point, sets in _conflicts_at(drawn, excluding, drawn.mask_of(real)):
                facts = drawn.facts_at(point)
                for rules in sets:
                    found.setdefault(rules, facts)
                if any_ and found:
                    return found
        if (len(found) - before) * CONFLICT_MIN_YIELD < len(targets):
            break
    return found


# --- minimal conflicts of a sample ---


def _conflicts_at(
    drawn: Samples, excluding: Mapping[Rule, Sequence[Literal]], conflicted_points: int
) -> Iterator[tuple[int, list[RuleSet]]]:
    """Yield by sample the minimal sets of rules that exclude every outcome."""
    excluded: dict[int, dict[Rule, int]] = {point: {} for point in bit_positions(conflicted_points)}
    for rule, literals in excluding.items():
        for outcome, literal in enumerate(literals):
            for point in bit_positions(drawn.mask_of(literal) & conflicted_points):
                here = excluded[point]
                here[rule] = here.get(rule, 0) | 1 << outcome
    for point, rules in excluded.items():
        masks = list(rules.values())
        every = reduce(or_, masks, 0)
        steps = islice(search_covers(masks, every, len(masks)), MAX_COVER_STEPS)
        covers = (taken for rest, taken in filter(None, steps) if not rest)
        groups = dict.fromkeys(islice(covers, MAX_CONFLICTS_OF_SAMPLE))
        names = list(rules)
        yield (
            point,
            [
                frozenset(names[i] for i in group)
                for group in groups
                if _is_minimal_cover([masks[i] for i in group], every)
            ],
        )


def _is_minimal_cover(masks: list[int], every: int) -> bool:
    """Return whether the masks cover every outcome, and none can be left out. This is the
    definition: it confirms what the search found, which the replay of a situation shares.
    """
    without = (reduce(or_, masks[:i] + masks[i + 1 :], 0) for i in range(len(masks)))
    return reduce(or_, masks, 0) == every and all(rest != every for rest in without)
