"""A compositional comparison: do the rules of each level, taken alone, act the same in two
versions?

What is left and permitted before a level (unless it is the first that acts), and the outcomes that
are read, are free inputs. If each level acts the same for all inputs, the versions are equivalent,
whatever the instructions. Most irrelevant parts are recognised from their own level alone; a
difference at a level proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from specdsl.base.limits import SAME_WORK
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import FALSE, TRUE, Atom, Input, Literal, Outcome
from specdsl.semantics.instruction_inputs import eligible_speakers
from specdsl.semantics.resolution_circuit import apply_rules
from specdsl.verification.check_session import CheckSession
from specdsl.verification.class_resolution import Activations
from specdsl.verification.relevance.abstraction import AbstractedRules, RedundancyCore
from specdsl.verification.relevance.removable_parts import (
    RemovablePart,
    Residuals,
    residual_conditions,
)

Levels = Sequence[RankedLevel]


@dataclass(frozen=True, slots=True)
class StateBefore:
    """What the rules of a level meet: by outcome whether it is left, and whether it is permitted;
    and whether anything above decided."""

    left: Sequence[Literal]
    permitted: Sequence[Literal]
    decided: Literal

    @staticmethod
    def untouched(decision: DecisionModel) -> StateBefore:
        """Return the state before anything acts."""
        count = len(decision.outcomes)
        return StateBefore([TRUE] * count, [FALSE] * count, FALSE)


class LevelComparison:
    """The levels of one decision, as circuits over facts and free inputs. A query about one of them
    has a budget of `work`."""

    work = SAME_WORK

    def __init__(self, session: CheckSession, decision: DecisionModel) -> None:
        circuit = session.circuit
        self.session = session
        self.graph = circuit.graph
        self.decision = decision
        self.levels = circuit.ranks.levels[decision]
        self._read: dict[DecisionModel, list[Literal]] = {}
        self.literal = self.graph.rewriter(self.free_outcome)
        rules = [rule for one in self.levels for rule in one.rules]
        self.applies = {rule: self.literal(circuit.rules[rule].applies) for rule in rules}
        self._any_state = StateBefore(
            self._state_inputs("left"),
            self._state_inputs("permitted"),
            self.graph.atom(Input(f"{decision.name} decided before")),
        )
        self._results: dict[int, list[Literal]] = {}

    def _state_inputs(self, name: str) -> list[Literal]:
        outcomes = self.decision.outcomes
        stem = f"{self.decision.name} {name} before"
        return [self.graph.atom(Input(f"{stem}/{outcome}")) for outcome in outcomes]

    def free_outcome(self, atom: Atom) -> Literal | None:
        """Replace an outcome that is read by a free input."""
        if not isinstance(atom, Outcome):
            return None
        read = atom.decision
        if read not in self._read:
            stem = f"{self.decision.name} reads {read.name}"
            self._read[read] = self.graph.at_most_one_of(stem, len(read.outcomes))
        return self._read[read][atom.outcome]

    @cached_property
    def residuals(self) -> Mapping[RemovablePart, Residuals]:
        """Return the residuals of each part of the decision."""
        return residual_conditions(self.session.circuit, self.applies, self.literal)

    @cached_property
    def _prover(self) -> Prover:
        return self.prover(literal for some in self.residuals.values() for _, literal in some)

    def prover(self, roots: Iterable[Literal]) -> Prover:
        """Return a prover for these literals that knows what holds of the rules."""
        circuit, graph = self.session.circuit, self.graph
        given = [self.literal(one) for one in circuit.assumes.values()]
        given += [graph.any_of(found) for found in self._read.values()]
        # What is not left any more was decided.
        before = self._any_state
        given.append(graph.any_of((before.decided, graph.all_of(before.left))))
        found = Prover(graph, [*given, *self.applies.values(), *roots], self.session.limits)
        found.assert_always(*given)
        found.set_budget(self.work)
        return found

    def equal_without_part(self, part: RemovablePart, levels: Levels = ()) -> bool:
        """Return whether every level is proved to act the same without the part, given ranks."""
        applies = {**self.applies, **dict(self.residuals[part])}
        return self.levels_are_equal(self._prover, applies, levels or self.levels)

    def equal_with_ranks(self, levels: Levels) -> bool:
        """Return whether every level is proved to act the same with these ranks."""
        return self.levels_are_equal(self._prover, self.applies, levels)

    def redundancy_core(self, rule: Rule, levels: Levels = ()) -> RedundancyCore | None:
        """Return the core of a rule without which every level acts the same, given ranks; None if
        that is not proved."""
        mine = self._abstraction.free_activation
        asked = self._some_level_differs(mine, {**mine, rule: FALSE}, levels or self.levels)
        rules = [one for level in self.levels for one in level.rules]
        try:
            return self._abstraction.redundancy_core(self._prover, (asked,), rule, rules)
        except Undetermined:
            return None

    @cached_property
    def _abstraction(self) -> AbstractedRules:
        found = AbstractedRules(self.graph, self.applies, self._some_level_differs)
        self._prover.prefer_phases(found.agrees.values())
        return found

    def _some_level_differs(
        self, one: Activations, two: Activations, levels: Levels = ()
    ) -> Literal:
        """Return the literal that some level acts differently under two activations of rules, the
        second with other ranks."""
        unequal: list[Literal] = []
        for i, ranked in enumerate(levels or self.levels):
            before = self._state_before(i, one)
            first = self._result_of_level(i, self.levels[i], one, before)
            unequal.append(self._unequal(first, self._result_of_level(i, ranked, two, before)))
        return self.graph.any_of(unequal)

    def levels_are_equal(
        self, prover: Prover, applies: Activations, levels: Levels, given: Sequence[Literal] = ()
    ) -> bool:
        """Return whether every level is proved to act the same if rules apply like this, with these
        ranks, wherever the given literals hold."""
        return all(
            prover.check(*given, self._differs(i, applies, ranked)) is Answer.UNSAT
            for i, ranked in enumerate(levels)
            if ranked is not self.levels[i] or self._activation_changes(ranked, applies)
        )

    def _activation_changes(self, ranked: RankedLevel, applies: Activations) -> bool:
        return any(self.applies[rule] != applies[rule] for rule in ranked.rules)

    def _differs(self, i: int, applies: Activations, ranked: RankedLevel) -> Literal:
        before = self._state_before(i, self.applies)
        if i not in self._results:
            self._results[i] = self._result_of_level(i, self.levels[i], self.applies, before)
        return self._unequal(self._results[i], self._result_of_level(i, ranked, applies, before))

    def _unequal(self, one: Sequence[Literal], two: Sequence[Literal]) -> Literal:
        pairs = zip(one, two, strict=True)
        return self.graph.any_of(self.graph.iff(a, b) ^ 1 for a, b in pairs)

    def _result_of_level(
        self, i: int, ranked: RankedLevel, applies: Activations, before: StateBefore
    ) -> list[Literal]:
        """Return what is left after a level, whether anything decided, and what is permitted if a
        restriction below can meet it."""
        graph = self.graph
        left, permitted, decided = [*before.left], [*before.permitted], before.decided
        found = apply_rules(graph, self.decision, ranked, applies, left, permitted)
        stands = [one.stands for one in found.values() if one.excludes]
        after = [*left, graph.any_of((decided, *stands))]
        if i in self._restricted_below:
            after += (graph.all_of(pair) for pair in zip(left, permitted, strict=True))
        return after

    def _state_before(self, i: int, applies: Activations) -> StateBefore:
        """Return the state before the rules of a level, if rules apply like this: any state."""
        if i < self._first_touched:
            return StateBefore.untouched(self.decision)
        return self._any_state

    @cached_property
    def _first_touched(self) -> int:
        """Return the index of the first level before whose rules anything can act."""
        for i, one in enumerate(self.levels):
            if self._can_be_steered(one):
                return i
            if one.rules:
                return i + 1
        return len(self.levels)

    @cached_property
    def _restricted_below(self) -> frozenset[int]:
        """Return the indices of levels below which something may restrict."""
        lowest = max((i for i, one in enumerate(self.levels) if self._may_restrict(one)), default=0)
        return frozenset(range(lowest))

    def _may_restrict(self, ranked: RankedLevel) -> bool:
        rules = (rule.effect_on(self.decision).permits for rule in ranked.rules)
        return not all(rules) or self._can_be_steered(ranked)

    def _can_be_steered(self, ranked: RankedLevel) -> bool:
        return bool(eligible_speakers(self.session.spec, self.decision, ranked.level))
