"""A decision beside itself with a part of the spec left out: does anything change?

Decisions come in an order in which each is after those that it reads. What is left out bears on
some of them directly; the first of these that comes out otherwise in some situation shows that it
matters, and before that one nothing is otherwise. So every decision is compared with itself while
what it reads is left as it is, and no other has to be looked at: only its own instructions are
shared by two worlds, and no decision that reads it can change where it does not.

What ranks others otherwise has a world to itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from specdsl.checks.freed import Freed, Nothing
from specdsl.checks.parts import Bearing, Part, bearings, may_matter
from specdsl.checks.told import told
from specdsl.checks.trials import Trials
from specdsl.checks.waiting import Waiting
from specdsl.circuit.graph import FALSE, Graph, Input
from specdsl.circuit.instructions import SharedInstructions, no_instructions
from specdsl.circuit.nodes import Circuit
from specdsl.circuit.resolve import Resolution, World
from specdsl.model.nodes import Decision, Level, Rule
from specdsl.priority.ranks import RankedLevel, Ranks
from specdsl.priority.without import Ranking
from specdsl.solver.prover import Prover, Unsettled

if TYPE_CHECKING:
    from specdsl.checks.context import Context

MOST_REASONS = 40  # rules of which it is asked whether they can be left out
MOST_WORK = 20_000_000  # of a decision: questions times the square of its rules


class Besides:
    """Of one spec: each decision beside itself. Questions raise `Unsettled`.

    Most parts that change something are seen to do so. The others are asked of the solver: a
    proof that nothing changes is about any instructions.
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
        besides = [self.of(decision) for decision in decisions]
        return any(beside.sees(part) for beside in besides) or any(
            beside.changes(part) for beside in besides
        )

    def changes_ranked(self, levels: Mapping[Decision, Sequence[RankedLevel]]) -> bool:
        """With these ranks, something is otherwise in some situation."""
        return any(self.of(decision).changes_ranked(found) for decision, found in levels.items())


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
        self._waiting = Waiting(context.circuit, decision, self.rules)
        self._changes: dict[Part, bool] = {}
        self._nothing: dict[Part, Nothing] = {}
        self._left = MOST_WORK // (1 + len(self.rules)) ** 2  # questions

    @cached_property
    def prover(self) -> Prover:
        here = self.here
        roots = [*self.given, here.ready, here.conflicted, here.decided, *here.outcome]
        # Conditions that drop out here may come back where something is left out.
        world, spec = self.world, self.context.spec
        roots += (world.literal(clause.holds) for _, clause in self._waiting.clauses)
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

    def sees(self, part: Part) -> bool:
        """Without the part something is seen to be otherwise. Where Z3 is the judge it answers for
        itself; and for the few levels it is not worth looking at all parts of a decision."""
        return not (self.context.limits.judge or isinstance(part, Level)) and (
            part in self._trials.seen
        )

    def changes(self, part: Part) -> bool:
        """Without the part, something is otherwise in some situation. Remembered."""
        if part not in self._changes:
            self._changes[part] = (
                self.sees(part) or self._frees(part) or self._differs_without(part)
            )
        return self._changes[part]

    def changes_ranked(self, levels: Sequence[RankedLevel]) -> bool:
        """With these ranks, something is otherwise in some situation."""
        self._count()
        asked = (self.here.ready, self._differ_ranked(self._freed.mine, levels))
        return self._freed.nothing(self.prover, asked) is None

    def reasons(self, rule: Rule) -> tuple[Rule, ...]:
        """Of a rule without which nothing changes: a set of other rules that make it so, whatever
        the rest do; minimal where there are not very many. Raises `Unsettled`."""
        found = self._nothing[rule]
        others = [other for other in reversed(self.rules) if other in found.rules - {rule}]
        soft = [self._freed.alike[one] for one in (*others, rule)]
        kept = self.prover.enough(found.asked, soft)
        if len(kept) <= MOST_REASONS:
            fewer, _ = self.prover.core(found.asked, [soft[i] for i in kept])
            kept = [kept[i] for i in fewer]
        return tuple(others[i] for i in kept if i < len(others))

    def _differs_without(self, part: Part) -> bool:
        """A situation that shows it may show what other parts change, too."""
        self._count()
        asked, rules = self._asked(part), [rule for rule, _ in self._bearings[part]]
        found = self._freed.nothing(self.prover, asked, rules)
        if found is not None:
            self._nothing[part] = found
        elif not self.context.limits.judge:
            self._trials.replay(self.prover.truth)
        return found is None

    def _count(self) -> None:
        """Raises `Unsettled` where so large a decision has been asked enough."""
        if not self._left:
            raise Unsettled
        self._left -= 1

    def _frees(self, part: Part) -> bool:
        """Without the part the decision no longer reads one that can fail."""
        kept = self._waiting.without(part)
        return kept is not None and self.prover.settle(self.world.taken(kept), self.here.ready ^ 1)

    # --- worlds in which a part is left out ---

    def _asked(self, part: Part) -> tuple[int, ...]:
        levels = self._levels(part)
        if levels is None:
            return (self.here.ready, *self._freed.without(self._bearings[part]))
        assert isinstance(part, Rule), "nothing else is ranked"
        return self.here.ready, self._differ_ranked({**self._freed.mine, part: FALSE}, levels)

    def _differ_ranked(self, applies: Mapping[Rule, int], levels: Sequence[RankedLevel]) -> int:
        """Where rules do as they like, and with these ranks apply like this, something differs."""
        circuit = self.context.circuit
        here = self.resolve(told(circuit, self._freed.mine))
        return differ(self.graph, here, self.resolve(told(circuit, applies), levels))

    def _levels(self, part: Part) -> Sequence[RankedLevel] | None:
        """The ranks without the part, where others are then ranked otherwise."""
        return self.ranking.without_rule(part, self.decision) if isinstance(part, Rule) else None

    @cached_property
    def _bearings(self) -> Mapping[Part, Bearing]:
        return bearings(self.world, self.decision)

    @cached_property
    def _trials(self) -> Trials:
        every = may_matter(self.context, bearings(self.context.quiet, self.decision))
        found = Trials(
            self.context,
            self.decision,
            {part: bearing for part, bearing in every.items() if self._levels(part) is None},
        )
        found.run()
        return found

    @cached_property
    def _freed(self) -> Freed:
        circuit, here = self.context.circuit, self.here
        found = Freed(circuit, here.applies, self.resolve, partial(differ, self.graph))
        self.prover.prefer(found.alike.values())
        return found


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
