"""Falsification by simulation: a decision resolved at samples with its ranks and with others.

No instructions are given. In each sample two rules apply whose order the other ranks change, and
few others do. The resolution is the one that the circuits are made by, over sets of samples.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import merge
from itertools import islice

from specdsl.base.limits import FIRST_RANK_SAMPLES, MAX_RANK_SAMPLES
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks, move_bits
from specdsl.reasoning.simulation.targeted_samples import SampleTarget, TargetedSampler
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Atom, Literal
from specdsl.semantics.instruction_inputs import no_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.verification.check_session import CheckSession

Levels = Sequence[RankedLevel]


class SampleGraph(AndInverterGraph):
    """A graph whose literals stand for the samples in which they hold: a conjunction is evaluated
    when it is made."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self._samples = [every, 0]  # By literal.

    def literal_of(self, samples: int) -> Literal:
        """Return a literal that holds in these samples."""
        every = self._samples[TRUE]
        if samples in (0, every):
            return TRUE if samples else FALSE
        self._samples += (samples, samples ^ every)
        return Literal(len(self._samples) - 2)

    def samples_of(self, literal: Literal) -> int:
        """Return the samples in which a literal holds."""
        return self._samples[literal]

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        samples, holds = self._samples, self._samples[TRUE]
        for literal in literals:
            holds &= samples[literal]
            if not holds:
                return FALSE
        return self.literal_of(holds)

    def rewriter(self, replace: Callable[[Atom], Literal | None]) -> Callable[[Literal], Literal]:
        """Return the identity: there are no atoms."""
        return lambda literal: literal


class RankSampling:
    """Samples of one decision under other ranks. They refute, they never prove."""

    def __init__(
        self, session: CheckSession, decision: DecisionModel, applies: Mapping[Rule, Literal]
    ) -> None:
        self._session = session
        self._decision = decision
        self._applies = applies
        self._levels = session.circuit.ranks.levels[decision]
        self._rules = tuple(rule for one in self._levels for rule in one.rules)
        self._place = {rule: i for i, rule in enumerate(self._rules)}
        self._above = {one.level: _places_above(one, self._place) for one in self._levels}

    @cached_property
    def _real(self) -> Literal:
        """Return the literal that the assumptions hold and what is read was taken."""
        world = self._session.uninstructed_world
        taken = world.all_taken(self._session.spec.reads[self._decision])
        return world.graph.all_of((world.assumptions_hold(), taken))

    @cached_property
    def _points(self) -> TargetedSampler:
        conditions = [self._applies[rule] for rule in self._rules]
        return TargetedSampler(self._session.circuit.graph, [self._real], conditions)

    def differs(self, levels: Levels, without: Rule | None = None) -> bool:
        """Return whether these ranks change the result in a sample, also `without` a rule."""
        nearest = islice(self._reordered_pairs(levels), MAX_RANK_SAMPLES)
        pairs = [(i, j) for _, i, j in nearest]
        first, later = pairs[:FIRST_RANK_SAMPLES], pairs[FIRST_RANK_SAMPLES:]
        return any(self._shown_at(some, levels, without) for some in (first, later) if some)

    def _shown_at(
        self, pairs: Sequence[tuple[int, int]], levels: Levels, without: Rule | None
    ) -> bool:
        """Return whether one of the samples in which these pairs of rules apply, by their places,
        shows a difference."""
        drawn = self._points.sample([self._target_for(*pair) for pair in pairs])
        holding = {rule: drawn.mask_of(self._applies[rule]) for rule in self._rules}
        one = self._results(self._levels, holding, drawn.every)
        if without is not None:
            holding[without] = 0
        two = self._results(levels, holding, drawn.every)
        return any((a ^ b) & drawn.mask_of(self._real) for a, b in zip(one, two, strict=True))

    def _target_for(self, i: int, j: int) -> SampleTarget:
        both = (self._applies[self._rules[i]], self._applies[self._rules[j]])
        return SampleTarget((*both, self._real), (1 << len(self._rules)) - 1 & ~(1 << i | 1 << j))

    def _reordered_pairs(self, levels: Levels) -> Iterator[tuple[int, int, int]]:
        """Yield the pairs of rules that only one of the two ranks orders, by their places, after
        how far apart these are: the nearest first. Both restrict, to different outcomes."""
        place = self._place
        found: list[Iterator[tuple[int, int, int]]] = []
        for before, after in zip(self._levels, levels, strict=True):
            if after is before:
                continue
            ordered = _places_above(after, place)
            for j, mask in self._above[before.level].items():
                changed = (mask ^ ordered.get(j, mask)) & self._unlike[j]
                if changed:
                    found.append(_nearest_first(j, changed))
        return merge(*found)

    @cached_property
    def _unlike(self) -> list[int]:
        """Return, by the place of a rule, the places of the rules that restrict to other outcomes
        than it does, as bits; none for a permission."""
        effects = [rule.effect_on(self._decision) for rule in self._rules]
        alike: dict[int, int] = {}
        for i, effect in enumerate(effects):
            if not effect.permits:
                alike[effect.outcomes] = alike.get(effect.outcomes, 0) | 1 << i
        every = sum(alike.values())
        return [0 if one.permits else every ^ alike[one.outcomes] for one in effects]

    def _results(self, levels: Levels, holding: Mapping[Rule, int], every: int) -> list[int]:
        """Return the samples with each flag and each outcome of the decision with these ranks.
        Rules that apply nowhere are left out."""
        graph, circuit = SampleGraph(every), self._session.circuit
        applies = {rule: graph.literal_of(samples) for rule, samples in holding.items() if samples}
        rules = {
            rule: replace(circuit.rules[rule], applies=literal) for rule, literal in applies.items()
        }
        earlier = {
            one: replace(self._session.uninstructed_world.resolution_of(one), taken=TRUE)
            for one in self._session.spec.reads[self._decision]
        }
        world = World(
            replace(circuit, graph=graph, rules=rules),
            no_instructions,
            ranks=Ranks({self._decision: tuple(_restrict_to(one, applies) for one in levels)}),
            resolutions=earlier,
        )
        return _result_samples(graph, world.resolution_of(self._decision))


def _nearest_first(place: int, others: int) -> Iterator[tuple[int, int, int]]:
    """Yield a place with each of the others (bits), after how far apart they are."""
    below, above = others & ((1 << place) - 1), others >> (place + 1)
    while below or above:
        down = place + 1 - below.bit_length() if below else None
        up = (above & -above).bit_length() if above else None
        if up is None or (down is not None and down <= up):
            assert down is not None
            yield down, place - down, place
            below ^= 1 << (place - down)
        else:
            yield up, place + up, place
            above ^= 1 << (up - 1)


def _places_above(ranked: RankedLevel, place: Mapping[Rule, int]) -> dict[int, int]:
    """Return, by the place of a rule, the places of the rules that outrank it, as bits."""
    places = [place[rule] for rule in ranked.rules]
    moved = move_bits(ranked.above, [1 << i for i in places])
    return dict(zip(places, moved, strict=True))


def _restrict_to(ranked: RankedLevel, rules: Container[Rule]) -> RankedLevel:
    """Return the level with some of its rules, which are ranked as before."""
    kept = [i for i, rule in enumerate(ranked.rules) if rule in rules]
    targets = [0] * len(ranked.rules)
    for k, i in enumerate(kept):
        targets[i] = 1 << k
    places = sum(1 << i for i in kept)
    moved = move_bits([ranked.above[i] & places for i in kept], targets)
    return RankedLevel(ranked.level, tuple(ranked.rules[i] for i in kept), tuple(moved))


def _result_samples(graph: SampleGraph, found: Resolution) -> list[int]:
    """Return the samples with each flag and each outcome."""
    return [graph.samples_of(one) for one in (found.conflicted, found.decided, *found.outcome)]
