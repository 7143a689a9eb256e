"""Parts of a decision that bear on one rule each: which of them change something?

Without such a part one team of rules may have it otherwise, and only where no other rule of the
team applies. So two worlds in which any one team may have it otherwise answer for all parts; and
one question is asked of many parts of a team together, again and again until none that is left
shows. That proves it of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate

from specdsl.base.limits import SAME_WORK
from specdsl.frontend.model.nodes import Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import TRUE, AndInverterGraph
from specdsl.verification.relevance.free_rules import any_in
from specdsl.verification.relevance.removable_parts import Part


class Alone:
    """Of one decision. `applies`: by rule where it does; `bearings`: by part the rule on which it
    bears and where that applies without it; `given`: what holds of every situation that counts;
    `differ`: where it comes out otherwise between teams that apply like this and like that."""

    def __init__(
        self,
        graph: AndInverterGraph,
        limits: Limits,
        teams: RuleClasses,
        applies: Mapping[Rule, int],
        bearings: Mapping[Part, tuple[Rule, int]],
        given: Sequence[int],
        differ: Callable[[Mapping[Rule, int], Mapping[Rule, int]], int],
    ) -> None:
        self.graph = graph
        self._teams = teams
        self._applies = applies
        self.bearings = bearings
        some = any_in(graph, teams, applies)
        names = graph.at_most_one_of("apart", len(some))
        self._apart = dict(zip(some, names, strict=True))
        otherwise = {first: graph.iff(one, self._apart[first]) ^ 1 for first, one in some.items()}
        self._differ = differ(some, otherwise)
        self._alone: dict[Rule, int] = {}  # where no other rule of its team applies
        self._team: dict[Rule, list[Part]] = {}
        for part, (rule, _) in bearings.items():
            self._team.setdefault(teams.representative_of[rule], []).append(part)
        without = [literal for _, literal in bearings.values()]
        roots = (*given, self._differ, *applies.values(), *without)
        self._work = limits.work
        self.prover = Prover(graph, roots, limits)
        self.prover.assert_always(*given)

    def alike(self, part: Part) -> list[Part]:
        """The parts that bear on rules of the same team."""
        return self._team[self._teams.representative_of[self.bearings[part][0]]]

    def ask(self, parts: Sequence[Part]) -> dict[Part, bool]:
        """Of parts alike, which of them change something; what cannot be settled is left out."""
        found: dict[Part, bool] = {}
        try:
            self._look(parts, found)
        except Undetermined:
            left = [part for part in parts if part not in found]
            half = len(left) // 2
            for some in (left[:half], left[half:]) if half else ():
                found |= self.ask(some)
        return found

    def quickly(self, parts: Sequence[Part]) -> dict[Part, bool]:
        """The same of what is soon settled, of the first part at least."""
        found: dict[Part, bool] = {}
        self.prover.set_budget(SAME_WORK)
        for some in (parts, parts[:1]):
            if parts[0] not in found:
                with suppress(Undetermined):
                    self._look(some, found)
        self.prover.set_budget(self._work)
        return found

    def _look(self, parts: Sequence[Part], found: dict[Part, bool]) -> None:
        """Adds what is found of the parts. Raises `Undetermined`."""
        left = list(parts)
        while left and self._shows(left):
            found.update((part, True) for part in left if self.prover.holds(self._own(part)))
            left = [part for part in left if part not in found]
        found.update((part, False) for part in left)

    def _shows(self, parts: Sequence[Part]) -> bool:
        """Some situation shows one of the parts. Raises `Undetermined`."""
        first = self._teams.representative_of[self.bearings[parts[0]][0]]
        some = self.graph.any_of(self._own(part) for part in parts)
        return self.prover.is_satisfiable(self._differ, self._apart[first], some)

    def _own(self, part: Part) -> int:
        """The team has it otherwise without the part."""
        rule, otherwise = self.bearings[part]
        changes = self.graph.iff(self._applies[rule], otherwise) ^ 1
        return self.graph.all_of((changes, self._no_other(rule)))

    def _no_other(self, rule: Rule) -> int:
        """No other rule of the team applies."""
        if rule not in self._alone:
            rules = self._teams.members_of[self._teams.representative_of[rule]]
            none = [self._applies[one] ^ 1 for one in rules]
            before = self._running(none)
            after = self._running(none[::-1])[::-1]
            for i, one in enumerate(rules):
                self._alone[one] = self.graph.all_of((before[i], after[i + 1]))
        return self._alone[rule]

    def _running(self, literals: Sequence[int]) -> list[int]:
        """Of each beginning of the row, the empty one first: all of it."""
        return list(accumulate(literals, lambda *both: self.graph.all_of(both), initial=TRUE))
