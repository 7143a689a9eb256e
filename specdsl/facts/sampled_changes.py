"""Samples of what is left of decisions, and for each fact a twin of each with another value of it.

They show most of the facts that can change a result, and how much each of them tells. All of them
are evaluated at once (`ternary_batch.py`): first the samples, then for each fact its twins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle, islice
from random import Random

from specdsl.base.limits import MAX_OPEN_FACTS_CASES, OPEN_FACTS_SAMPLES
from specdsl.facts.residual_decisions import ResidualDecisions
from specdsl.facts.telling_order import order_facts
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.domains.representatives import Representatives
from specdsl.reasoning.simulation.samples import Sampler, Samples
from specdsl.reasoning.simulation.ternary_batch import PartialAssignments, TernarySimulator


class SampledChanges:
    """Samples with their twins, evaluated."""

    def __init__(self, residual: ResidualDecisions) -> None:
        possible, literals = residual.possible, residual.literals
        sampler = Sampler(residual.graph, (*literals, possible))
        self._columns = sampler.columns
        few = MAX_OPEN_FACTS_CASES // max(1, len(self._columns)) ** 2
        self._count = min(OPEN_FACTS_SAMPLES, max(2, few))
        aims = [(possible, literal ^ sign) for literal in literals for sign in (0, 1)]
        starts = next(sampler.batches(list(islice(cycle(aims), self._count))))
        self._cases = _with_twins(starts, self._count)
        simulator = TernarySimulator(residual.graph, sampler.nodes, self._columns)
        truth = simulator.evaluate(self._cases)
        self._possible = truth.holds(possible)
        self._results = [truth.holds(literal) for literal in literals]

    def changing_facts(self) -> set[Fact]:
        """Return the facts of which a sample and its twin show that they change a result."""
        every, found = (1 << self._count) - 1, set()
        for i, column in enumerate(self._columns, 1):
            shift = self._count * i
            both = self._possible & (self._possible >> shift) & every
            changed = any((mask ^ (mask >> shift)) & both for mask in self._results)
            if changed and len(column.facts) == 1:
                found.add(column.facts[0])
        return found

    def order(self, facts: Iterable[Fact]) -> list[Fact]:
        """Return the facts, the most telling first."""
        values = {
            fact: masks
            for column, chosen in zip(self._columns, self._cases.masks, strict=True)
            for fact, masks in _value_masks(column, chosen)
        }
        return order_facts(facts, self._results, self._possible, values)


def _with_twins(starts: Samples, count: int) -> PartialAssignments:
    """Return the samples, and for each column a twin of each sample with a random value in it."""
    draw, columns = Random(0), starts.columns
    total = count * (len(columns) + 1)
    repeated = ((1 << total) - 1) // ((1 << count) - 1)
    masks: list[Mapping[int, int]] = []
    for i, (column, chosen) in enumerate(zip(columns, starts.choices, strict=True), 1):
        others = [draw.randrange(len(column.values)) for _ in chosen]
        own = ((1 << count) - 1) << count * i
        found = {value: mask * repeated & ~own for value, mask in _masks_by_value(chosen).items()}
        for value, mask in _masks_by_value(others).items():
            found[value] = found.get(value, 0) | mask << count * i
        masks.append(found)
    return PartialAssignments(total, tuple(masks))


def _masks_by_value(chosen: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for sample, value in enumerate(chosen):
        found[value] = found.get(value, 0) | 1 << sample
    return found


def _value_masks(
    column: Representatives, chosen: Mapping[int, int]
) -> Iterator[tuple[Fact, list[int]]]:
    """Yield each fact of a column with a mask of the cases for each of its values."""
    for at, fact in enumerate(column.facts):
        found: dict[object, int] = {}
        for place, mask in chosen.items():
            value = column.values[place][at]
            found[value] = found.get(value, 0) | mask
        yield fact, list(found.values())
