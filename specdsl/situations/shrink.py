"""Situations with a property in which few facts are named, with simple values; without a solver.

What is settled where only some facts are named does not hang on the others. So facts are left out
as long as the property stays settled, and values are made simpler as long as it does. A fact that
is kept may still not matter: what holds in each of several cases need not be settled before it is
known which of them it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from specdsl.base.limits import LEAN_ORDERS, LEAN_STARTS
from specdsl.base.statistics import SITUATIONS, count_event
from specdsl.frontend.model.nodes import Fact, Kind, Spec
from specdsl.reasoning.domains.representatives import Representatives, Values
from specdsl.reasoning.simulation.samples import Points
from specdsl.reasoning.simulation.ternary_batch import (
    Cases,
    Partial,
    Picks,
    Places,
    including,
    picked,
    put,
    told,
    vague,
)
from specdsl.semantics.aig import AndInverterGraph
from specdsl.semantics.fact_values import FactValue, FactValues, simplicity_key
from specdsl.situations.needed_facts import NeedTrials
from specdsl.situations.situation import Situation, completed

Superfluous = Callable[[int, int, Mapping[Fact, FactValue], Collection[Fact]], Collection[Fact]]
"""Of facts that decide a claim where something is possible, those of some doubtful ones that can be
left out, all together."""

Judge = Callable[[Cases], tuple[int, int]]
"""Partial situations, as bits: those in which the property is settled; those that surely can be."""


@dataclass(frozen=True, slots=True)
class Lean:
    """`named`: what has to be known of the situation, save what is `unneeded`; `whole`: one with
    all facts."""

    columns: tuple[Representatives, ...]
    named: Picks
    whole: Picks
    unneeded: frozenset[Fact] = frozenset()

    @property
    def unknown(self) -> int:
        """How many of the facts named are unknown."""
        return sum(value is None for value in self.facts().values())

    def facts(self) -> dict[Fact, FactValue]:
        """Those that are named."""
        found = picked(self.columns, self.named)
        return {fact: value for fact, value in found.items() if fact not in self.unneeded}

    def without(self, gone: Collection[Fact]) -> Lean:
        """These of the facts are not named."""
        return replace(self, unneeded=frozenset(gone))

    def filled(
        self, spec: Spec, can_be: Callable[[Mapping[Fact, FactValue]], bool]
    ) -> dict[Fact, FactValue] | None:
        """All facts of the spec. Those that are not named are unknown or the simplest, if that can
        be, else as in the whole situation; None where that cannot be either."""
        whole = picked(self.columns, self.whole)
        ways = (completed(spec, self.facts()), completed(spec, whole))
        return next((every for every in ways if can_be(every)), None)


def lean(
    columns: tuple[Representatives, ...],
    judge: Judge,
    starts: Sequence[Picks],
    fixed: int | None = None,
) -> Lean:
    """From some of the starts, which have the property, the one that leaves the fewest unknown and
    then the fewest facts. The column `fixed` stays as it is."""
    search = _Search(columns, judge, fixed)
    starts = [start for start in search.clear(starts) for _ in range(LEAN_ORDERS)]
    found = zip(search.dropped(starts, starts), starts, strict=True)
    named, whole = min(found, key=lambda one: search.size(one[0]))
    named, whole = search.simpler(named, whole)
    (named,) = search.dropped([named], [whole])
    return Lean(columns, named, whole)


class _Search:
    def __init__(
        self, columns: tuple[Representatives, ...], judge: Judge, fixed: int | None
    ) -> None:
        self.columns = columns
        self.places = tuple(Places.of(column) for column in columns)
        self.judge = judge
        self.fixed = fixed
        self._random = Random(0)

    def clear(self, starts: Sequence[Picks]) -> list[Picks]:
        """Of the starts, and of the same with nothing unknown, those that leave few unknown."""
        tried = [self._told(start) for start in starts]
        settled, can_be = self.judge(Cases.of(tried))
        fine = [start for i, start in enumerate(tried) if settled & can_be & 1 << i]
        return sorted((*fine, *starts), key=lambda one: vague(one, self.places))[:LEAN_STARTS]

    def _told(self, start: Picks) -> Picks:
        known = told(start, self.places, self._random)
        return tuple(start[i] if i == self.fixed else pick for i, pick in enumerate(known))

    def size(self, named: Picks) -> tuple[int, int]:
        """How many are unknown, and how many are named."""
        return vague(named, self.places), sum(pick is not None for pick in named)

    def dropped(self, some: Sequence[Picks], wholes: Sequence[Picks]) -> list[Picks]:
        """Each without columns that do not matter, in an order of its own in which those that are
        unknown come first. What is settled with fewer facts is settled with more, so the first
        column of an order that must stay is found at once."""
        found: list[Picks] = [*some]
        loose = {tuple(one): self._loose(one) for one in dict.fromkeys(map(tuple, some))}
        orders = [self._order(loose[tuple(n)], w) for n, w in zip(some, wholes, strict=True)]
        while any(orders):
            settled, _ = self.judge(self._prefixes(found, orders))
            for i, order in enumerate(orders):
                fine = min((~settled & (settled + 1)).bit_length() - 1, len(order))
                settled >>= len(order)
                found[i], orders[i] = _without(found[i], order[:fine]), order[fine + 1 :]
        return found

    def _prefixes(self, some: Sequence[Picks], orders: Sequence[Sequence[int]]) -> Cases:
        """Each without the first column of its order, without the first two and so on."""
        named: list[dict[int, int]] = [{} for _ in self.columns]
        start = 0
        for picks, order in zip(some, orders, strict=True):
            still = dict.fromkeys(range(len(picks)), (1 << len(order)) - 1)
            still.update((column, (1 << n) - 1) for n, column in enumerate(order))
            for column, pick in enumerate(picks):
                if pick is not None and still[column]:
                    at = named[column]
                    at[pick] = at.get(pick, 0) | still[column] << start
            start += len(order)
        return Cases(start, tuple(named))

    def _loose(self, named: Picks) -> list[int]:
        """Columns of which each alone can be left out; those that cannot must always stay."""
        kept = [i for i, pick in enumerate(named) if pick is not None and i != self.fixed]
        alone = self._prefixes([named] * len(kept), [[i] for i in kept])
        settled, _ = self.judge(alone)
        return [i for n, i in enumerate(kept) if settled >> n & 1]

    def _order(self, loose: Sequence[int], whole: Picks) -> list[int]:
        order = self._random.sample(loose, len(loose))
        return sorted(order, key=lambda i: whole[i] not in self.places[i].unknown)

    def simpler(self, named: Picks, whole: Picks) -> tuple[Picks, Picks]:
        """Each column in turn with the simplest value that will do."""
        for i, pick in enumerate(named):
            if pick is not None and i != self.fixed:
                values = simplest_first(self.columns[i])
                named, whole = self._simplest(named, whole, i, values[: values.index(pick)])
        return named, whole

    def _simplest(
        self, named: Picks, whole: Picks, column: int, values: Sequence[int]
    ) -> tuple[Picks, Picks]:
        """With the first of the values that will do."""
        if not values:
            return named, whole
        settled, _ = self.judge(Cases.varied(named, column, values))
        fits = settled and settled & self.judge(Cases.varied(whole, column, values))[1]
        if not fits:
            return named, whole
        best = values[(fits & -fits).bit_length() - 1]
        return put(named, column, best), put(whole, column, best)


def lean_situation(
    spec: Spec,
    graph: AndInverterGraph,
    claim: int,
    possible: int,
    facts: Mapping[Fact, FactValue],
    superfluous: Superfluous | None = None,
) -> Situation | None:
    """One with few facts in which the claim, a literal in whose circuit nobody says anything,
    holds; `facts` are of one in which it does. None where this is not seen at once.
    `superfluous` is asked about facts of which no trial shows that they are needed."""
    count_event(SITUATIONS)
    points = Points(graph, (claim, possible))
    columns, start = including(graph, points.columns, completed(spec, facts))
    partial = Partial(graph, points.nodes, columns)

    def judge(cases: Cases) -> tuple[int, int]:
        settled = partial.settle(cases)
        return settled.holds(claim), settled.holds(possible)

    if judge(Cases.of([start])) != (1, 1):
        return None
    found = lean(columns, judge, [start])
    if superfluous is not None:
        doubtful = NeedTrials(graph, partial, claim, possible).doubtful(found.named)
        if doubtful:
            found = found.without(superfluous(claim, possible, found.facts(), doubtful))
    filled = found.filled(spec, holds(graph, possible))
    return None if filled is None else Situation(found.facts(), filled)


def holds(graph: AndInverterGraph, literal: int) -> Callable[[Mapping[Fact, FactValue]], bool]:
    """Whether a literal holds with these facts, all those below it among them."""
    return lambda facts: graph.evaluator(FactValues(facts).holds)(literal)


def _without(picks: Picks, columns: Sequence[int]) -> Picks:
    gone = set(columns)
    return tuple(None if i in gone else pick for i, pick in enumerate(picks))


def simplest_first(column: Representatives) -> list[int]:
    """The places of the values, the simplest first; what leaves facts unknown comes last."""
    return sorted(range(len(column.values)), key=lambda i: _simplicity(column, column.values[i]))


def _simplicity(column: Representatives, values: Values) -> tuple[Any, ...]:
    return tuple(
        (value is None, () if value is None else _rank(fact, value))
        for fact, value in zip(column.facts, values, strict=True)
    )


def _rank(fact: Fact, value: FactValue) -> tuple[Any, ...]:
    match value:
        case frozenset():
            return len(value), sorted(value)
        case str():
            return len(value), value
        case Fraction() if fact.type.kind not in (Kind.DATE, Kind.TIME):
            return simplicity_key(value)
        case _:
            return (value,)
