"""The levels of a decision, each by itself: do its rules do the same in two ways?

What is left, and permitted, when the rules of a level have their turn is taken to be anything, and
so is what the decisions come to that are read. Where the rules then do the same in both ways, at
every level, nothing that is said matters, nor what other levels do. Most of what changes nothing
is seen from its own level alone; of what is not seen nothing follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from specdsl.base.limits import SAME_WORK
from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import Atom, Input, Outcome
from specdsl.semantics.instruction_inputs import eligible_speakers
from specdsl.semantics.resolution_circuit import apply_rules
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.removable_parts import Bearing, Part, bearings

Applies = Mapping[Rule, int]
Levels = Sequence[RankedLevel]


class Locally:
    """Of one decision. Its literals speak of facts and of what is read, which may be anything."""

    def __init__(self, session: CheckSession, decision: Decision) -> None:
        circuit = session.circuit
        self.session = session
        self.graph = circuit.graph
        self.decision = decision
        self.levels = circuit.ranks.levels[decision]
        self._read: dict[Decision, list[int]] = {}
        self.literal = self.graph.rewriter(self.put)
        rules = [rule for one in self.levels for rule in one.rules]
        self.applies = {rule: self.literal(circuit.rules[rule].applies) for rule in rules}
        self._before = [self._state("left"), self._state("permitted")]
        self._as_it_is: dict[int, list[int]] = {}
        self._decided = self.graph.atom(Input(f"{decision.name} decided before"))

    def _state(self, name: str) -> list[int]:
        outcomes = self.decision.outcomes
        stem = f"{self.decision.name} {name} before"
        return [self.graph.atom(Input(f"{stem}/{outcome}")) for outcome in outcomes]

    def put(self, atom: Atom) -> int | None:
        """What is read, as free inputs."""
        if not isinstance(atom, Outcome):
            return None
        read = atom.decision
        if read not in self._read:
            stem = f"{self.decision.name} reads {read.name}"
            self._read[read] = self.graph.at_most_one_of(stem, len(read.outcomes))
        return self._read[read][atom.outcome]

    @cached_property
    def bearings(self) -> Mapping[Part, Bearing]:
        """The parts that bear on the decision."""
        return bearings(self.session.circuit, self.applies, self.literal)

    @cached_property
    def _prover(self) -> Prover:
        return self.prover(literal for some in self.bearings.values() for _, literal in some)

    def prover(self, roots: Iterable[int]) -> Prover:
        """One for these literals and what is known of the rules."""
        circuit, graph = self.session.circuit, self.graph
        given = [self.literal(one) for one in circuit.assumes.values()]
        given += [graph.any_of(found) for found in self._read.values()]
        # What is not left any more was decided.
        given.append(graph.any_of((self._decided, graph.all_of(self._before[0]))))
        found = Prover(graph, [*given, *self.applies.values(), *roots], self.session.limits)
        found.assert_always(*given)
        found.set_budget(SAME_WORK)
        return found

    def same_without(self, part: Part, levels: Levels = ()) -> bool:
        """It is seen that without the part every level does the same; with these ranks then."""
        applies = {**self.applies, **dict(self.bearings[part])}
        return self.same(self._prover, applies, levels or self.levels)

    def same_ranked(self, levels: Levels) -> bool:
        """It is seen that every level does the same with these ranks."""
        return self.same(self._prover, self.applies, levels)

    def same(
        self, prover: Prover, applies: Applies, levels: Levels, given: Sequence[int] = ()
    ) -> bool:
        """It is seen that every level does the same if rules apply like this, with these ranks,
        where what is given holds."""
        return all(
            prover.check(*given, self._differs(i, applies, ranked)) is Answer.UNSAT
            for i, ranked in enumerate(levels)
            if ranked is not self.levels[i] or self._applies_otherwise(ranked, applies)
        )

    def _applies_otherwise(self, ranked: RankedLevel, applies: Applies) -> bool:
        return any(self.applies[rule] != applies[rule] for rule in ranked.rules)

    def _differs(self, i: int, applies: Applies, ranked: RankedLevel) -> int:
        if i not in self._as_it_is:
            self._as_it_is[i] = self._after(i, self.levels[i], self.applies)
        pairs = zip(self._as_it_is[i], self._after(i, ranked, applies), strict=True)
        return self.graph.any_of(self.graph.iff(a, b) ^ 1 for a, b in pairs)

    def _after(self, i: int, ranked: RankedLevel, applies: Applies) -> list[int]:
        """What is left after a level, whether anything decided; and what is permitted, where there
        is something below that this can be held against."""
        graph = self.graph
        left, permitted = (list(state) for state in self._before)
        found = apply_rules(graph, self.decision, ranked, applies, left, permitted)
        stands = [one.stands for one in found.values() if one.excludes]
        after = [*left, graph.any_of((self._decided, *stands))]
        if i in self._meets_below:
            after += (graph.all_of(pair) for pair in zip(left, permitted, strict=True))
        return after

    @cached_property
    def _meets_below(self) -> frozenset[int]:
        """The places of levels below which something may restrict."""
        lowest = max((i for i, one in enumerate(self.levels) if self._may_restrict(one)), default=0)
        return frozenset(range(lowest))

    def _may_restrict(self, ranked: RankedLevel) -> bool:
        rules = (rule.effect_on(self.decision).permits for rule in ranked.rules)
        return not all(rules) or bool(
            eligible_speakers(self.session.spec, self.decision, ranked.level)
        )
