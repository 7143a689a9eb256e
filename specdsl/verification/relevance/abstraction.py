"""Does a part of a spec change a decision, whatever most rules do?

Two worlds side by side, in which every rule applies or not as it likes: the same in both, unless it
is one on which the part bears. Where nothing is otherwise even so, a few rules are the reason, and
the conditions of all others need not be looked at. Where something is, the rules that did not do as
their conditions say are held to them, and it is asked again; soon with all of them held, since then
something is most likely otherwise indeed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from specdsl.base.limits import HELD_TIMES
from specdsl.frontend.model.nodes import Rule
from specdsl.reasoning.prover import Prover
from specdsl.semantics.aig import AndInverterGraph
from specdsl.verification.relevance.free_rules import free
from specdsl.verification.relevance.removable_parts import Bearing

Applies = Mapping[Rule, int]


class Freed:
    """One decision; `applies` says by rule where it does, `differ` where it comes out otherwise
    between rules that apply like this and like that. Questions raise `Undetermined`."""

    def __init__(
        self, graph: AndInverterGraph, applies: Applies, differ: Callable[[Applies, Applies], int]
    ) -> None:
        self._graph = graph
        self.mine = free(graph, applies, "free")
        self.alike = {rule: graph.iff(self.mine[rule], one) for rule, one in applies.items()}
        self._apart = free(graph, applies, "apart")
        self._other = free(graph, applies, "other")
        self._differ = differ(
            self.mine,
            {r: graph.ite(self._apart[r], self._other[r], self.mine[r]) for r in applies},
        )

    def without(self, bearing: Bearing) -> tuple[int, ...]:
        """What holds where something is otherwise if rules apply as the bearing says."""
        apart = {rule for rule, _ in bearing}
        return (
            self._differ,
            *(literal ^ (rule not in apart) for rule, literal in self._apart.items()),
            *(self._graph.iff(self._other[rule], one) for rule, one in bearing),
        )

    def nothing(
        self, prover: Prover, asked: tuple[int, ...], rules: Collection[Rule] = ()
    ) -> frozenset[Rule] | None:
        """Why no situation has what is asked: these rules, and those that are found to be needed,
        apply as they do, and the others may do as they like. None where one has it."""
        found, times = set(rules), 0
        while prover.is_satisfiable(*asked, *self._held(found)):
            unlike = {rule for rule, alike in self.alike.items() if not prover.holds(alike)}
            if not unlike:
                return None
            times += 1
            found |= unlike if times < HELD_TIMES else set(self.alike)
        return frozenset(found)

    def _held(self, rules: Collection[Rule]) -> list[int]:
        return [alike for rule, alike in self.alike.items() if rule in rules]
