"""Falsification by simulation: a decision resolved at samples with its ranks and with others.

No instructions are given. In each sample two rules apply whose order the other ranks change, and
few others do. The resolution is the one that the circuits are made by, over sets of samples.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import nsmallest

from specdsl.base.limits import FIRST_RANK_SAMPLES, MAX_RANK_SAMPLES
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks, bit_positions, move_bits
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
        pairs = [(i, j) for _, i, j in nsmallest(MAX_RANK_SAMPLES, self._reordered_pairs(levels))]
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
        how far apart these are. Both restrict, to different outcomes."""
        place = {rule: i for i, rule in enumerate(self._rules)}
        effects = [rule.effect_on(self._decision) for rule in self._rules]
        for before, after in zip(self._levels, levels, strict=True):
            if after is before:
                continue
            ordered = _places_above(after, place)
            for j, mask in _places_above(before, place).items():
                for i in bit_positions(mask ^ ordered.get(j, mask)):
                    a, b = effects[i], effects[j]
                    if not a.permits and not b.permits and a.outcomes != b.outcomes:
                        yield abs(i - j), i, j

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
    moved = move_bits(ranked.above, targets)
    return RankedLevel(
        ranked.level, tuple(ranked.rules[i] for i in kept), tuple(moved[i] for i in kept)
    )


def _result_samples(graph: SampleGraph, found: Resolution) -> list[int]:
    """Return the samples with each flag and each outcome."""
    return [graph.samples_of(one) for one in (found.conflicted, found.decided, *found.outcome)]
