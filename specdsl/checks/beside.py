"""A decision beside itself with a part of the spec left out: does anything change?

Decisions come in an order in which each is after those that it reads. What is left out bears on
some of them directly; the first of these that comes out otherwise in some situation shows that it
matters, and before that one nothing is otherwise. So every decision is compared with itself while
what it reads is left as it is, and no other has to be looked at: only its own instructions are
shared by two worlds, and no decision that reads it can change where it does not.

All parts of one decision are left out in one second world, each under a literal of its own. What
ranks others otherwise has a world to itself, and so has a part on which that takes too long: there
all that does not bear on it is the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from specdsl.circuit.graph import FALSE, TRUE, Graph, Input
from specdsl.circuit.instructions import SharedInstructions, no_instructions
from specdsl.circuit.nodes import Circuit, Clause
from specdsl.circuit.resolve import Resolution, World
from specdsl.model.nodes import Decision, Level, Rule
from specdsl.model.walk import decisions_read
from specdsl.priority.ranks import RankedLevel, Ranks
from specdsl.priority.without import Ranking
from specdsl.solver.engines import Answer
from specdsl.solver.prover import Prover
from specdsl.source import Span

QUICK = 500_000  # work for a question about one part of many

if TYPE_CHECKING:
    from specdsl.checks.context import Context

Part = Rule | Level | Span
"""A rule's effect on the decision; that of all rules of a level; a written clause of conditions."""


class Besides:
    """Of one spec: each decision beside itself. Questions raise `Unsettled`.

    What changes something mostly does so without instructions; that is asked first, being far
    easier. A proof that nothing changes is about any instructions.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.ranking = Ranking(context.spec, context.circuit.ranks)
        self._made: dict[tuple[Decision, bool], Beside] = {}

    def of(self, decision: Decision, quiet: bool = False) -> Beside:
        """Made once; where `quiet`, nobody says anything."""
        key = (decision, quiet)
        if key not in self._made:
            self._made[key] = Beside(self.context, decision, self.ranking, quiet)
        return self._made[key]

    def changes(self, part: Part, decisions: Iterable[Decision]) -> bool:
        """Without the part, which bears on these decisions directly, something is otherwise in
        some situation."""
        decisions = tuple(decisions)
        return any(self.of(d, quiet).changes(part) for quiet in (True, False) for d in decisions)

    def changes_ranked(self, levels: Mapping[Decision, Sequence[RankedLevel]]) -> bool:
        """With these ranks, something is otherwise in some situation."""
        return any(
            self.of(decision, quiet).changes_ranked(found)
            for quiet in (True, False)
            for decision, found in levels.items()
        )


class Beside:
    """One decision, and what is asked of it."""

    def __init__(self, context: Context, decision: Decision, ranking: Ranking, quiet: bool) -> None:
        self.context = context
        self.graph = context.circuit.graph
        self.decision = decision
        self.ranking = ranking
        self.rules = tuple(r for one in context.circuit.ranks.levels[decision] for r in one.rules)
        self.world = context.quiet if quiet else context.world  # of what is read
        shared = SharedInstructions(context.circuit)
        self._steps = no_instructions if quiet else shared.steps
        self.here = self.resolve(context.circuit)
        self.given = (*context.given((decision,)), shared.valid())
        self._changes: dict[Part, bool] = {}

    @cached_property
    def prover(self) -> Prover:
        here = self.here
        roots = [*self.given, here.ready, here.conflicted, here.decided, *here.outcome]
        # Conditions that drop out here may come back where something is left out.
        world, spec = self.world, self.context.spec
        roots += (world.literal(clause.holds) for _, clause in self._clauses)
        roots += (world.active(d) for d in spec.delegates if self.decision in d.decisions)
        prover = Prover(self.graph, roots, self.context.limits)
        prover.always(*self.given)
        return prover

    def resolve(self, circuit: Circuit, levels: Sequence[RankedLevel] = ()) -> Resolution:
        """The decision in another circuit, or with other ranks; what it reads is as it is."""
        earlier = {d: self.world.decide(d) for d in self.context.before(self.decision)}
        del earlier[self.decision]
        ranks = Ranks({self.decision: tuple(levels)}, {}) if levels else None
        world = World(circuit, self._steps, ranks=ranks, resolutions=earlier)
        return world.decide(self.decision)

    # --- questions; each raises `Unsettled` ---

    def changes(self, part: Part) -> bool:
        """Without the part, something is otherwise in some situation. Remembered."""
        if part not in self._changes:
            self._changes[part] = self._frees(part) or self._differs_without(part)
        return self._changes[part]

    def changes_ranked(self, levels: Sequence[RankedLevel]) -> bool:
        """With these ranks, something is otherwise in some situation."""
        other = self.resolve(self.context.circuit, levels)
        return self.prover.settle(self.here.ready, differ(self.graph, self.here, other))

    def _differs_without(self, part: Part) -> bool:
        if isinstance(part, Rule):
            levels = self.ranking.without_rule(part, self.decision)
            if levels is not None:
                return self.changes_ranked(levels)
        self.prover.hurry(QUICK)
        answer = self.prover.ask(self.here.ready, self._without[part], self._differ)
        self.prover.hurry(self.context.limits.work)
        if answer is not Answer.UNSETTLED:
            return answer is Answer.YES
        alone = self.resolve(self._lessened(lambda other: TRUE if other == part else FALSE))
        return self.prover.settle(self.here.ready, differ(self.graph, self.here, alone))

    def reasons(self, rule: Rule) -> tuple[Rule, ...]:
        """Of a rule without which nothing changes: a minimal set of other rules that make it so,
        whatever the rest do. Raises `Unsettled`."""
        graph, free = self.graph, self._free
        levels = self.ranking.without_rule(rule, self.decision)
        gone = {rule: replace(free.rules[rule], applies=FALSE)}
        without = self.resolve(replace(free, rules={**free.rules, **gone}), levels or ())
        hard = (self.here.ready, differ(graph, self.resolve(free), without))
        others = [other for other in reversed(self.rules) if other is not rule]
        soft = [graph.same(free.rules[r].applies, self.here.applies[r]) for r in (*others, rule)]
        kept, _ = self.prover.core(hard, soft)
        return tuple(others[i] for i in kept if i < len(others))

    @cached_property
    def _free(self) -> Circuit:
        """A circuit in which each rule applies or not as it likes."""
        circuit = self.context.circuit
        freed = {
            rule: replace(circuit.rules[rule], applies=self.graph.atom(Input(f"free {rule.name}")))
            for rule in self.rules
        }
        return replace(circuit, rules={**circuit.rules, **freed})

    # --- the world in which one part is left out ---

    @cached_property
    def _without(self) -> dict[Part, int]:
        """By part, the literal that it is the one left out."""
        parts: dict[Part, None] = dict.fromkeys(self.rules)
        parts |= dict.fromkeys(rule.level for rule in self.rules)
        parts |= dict.fromkeys(clause.expr.span for _, clause in self._clauses)
        name = f"{self.decision.name} without"
        return dict(zip(parts, one_of(self.graph, name, len(parts)), strict=True))

    @property
    def _clauses(self) -> list[tuple[Rule, Clause]]:
        circuits = self.context.circuit.rules
        return [(rule, clause) for rule in self.rules for clause in circuits[rule].clauses]

    @cached_property
    def _differ(self) -> int:
        return differ(
            self.graph, self.here, self.resolve(self._lessened(self._without.__getitem__))
        )

    def _lessened(self, without: Callable[[Part], int]) -> Circuit:
        """A circuit without what is left out where the literals of the parts hold."""
        circuit, graph = self.context.circuit, self.graph
        rules = dict(circuit.rules)
        for rule in self.rules:
            found = circuit.rules[rule]
            clauses = (graph.any_of((c.holds, without(c.expr.span))) for c in found.clauses)
            there = (without(rule) ^ 1, without(rule.level) ^ 1)
            rules[rule] = replace(found, applies=graph.all_of((*there, *clauses)))
        return replace(circuit, rules=rules)

    # --- decisions that are read by nothing else ---

    def _frees(self, part: Part) -> bool:
        """Without the part the decision no longer reads one that can fail."""
        read = self.context.spec.reads[self.decision]
        kept = [d for d in read if not self._readers[d] <= self._inside(part)]
        if len(kept) == len(read):
            return False
        return self.prover.settle(self.world.taken(kept), self.here.ready ^ 1)

    @cached_property
    def _readers(self) -> Mapping[Decision, frozenset[object]]:
        """By decision read, who reads it: rules with a clause, and delegations."""
        found: dict[Decision, set[object]] = {}
        for rule, clause in self._clauses:
            for decision in decisions_read(clause.expr):
                found.setdefault(decision, set()).add((rule, clause.expr.span))
        for delegate in self.context.spec.delegates:
            if self.decision in delegate.decisions:
                for decision in decisions_read(delegate.when):
                    found.setdefault(decision, set()).add(delegate)
        return {decision: frozenset(readers) for decision, readers in found.items()}

    def _inside(self, part: Part) -> frozenset[object]:
        return frozenset(
            (rule, clause.expr.span)
            for rule, clause in self._clauses
            if part in (rule, rule.level, clause.expr.span)
        )


def one_of(graph: Graph, name: str, count: int) -> list[int]:
    """So many literals of which at most one holds, and each of which can."""
    bits = [graph.atom(Input(f"{name} {i}")) for i in range(count.bit_length())]
    return [
        graph.all_of(bit ^ (not number >> i & 1) for i, bit in enumerate(bits))
        for number in range(1, count + 1)
    ]


def differ(graph: Graph, one: Resolution, two: Resolution) -> int:
    """Another outcome or flag, where both read what was taken. Failing is a flag."""
    pairs = zip(
        (one.conflicted, one.decided, *one.outcome),
        (two.conflicted, two.decided, *two.outcome),
        strict=True,
    )
    return graph.any_of(graph.same(a, b) ^ 1 for a, b in pairs)
