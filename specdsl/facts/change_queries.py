"""Queries whether a fact changes a result: a miter of two copies of what is left of decisions.

The copies share all facts, except for chosen ones: by a selector each, these may have another
value in the second. Samples
answer most queries before (`sampled_changes.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from specdsl.base.limits import OPEN_FACTS_SECONDS, OPEN_FACTS_WORK
from specdsl.facts.residual_decisions import ResidualDecisions
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import TRUE, Atom, Input, Literal
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.substitution import rename_fact

LIMITS = Limits(work=OPEN_FACTS_WORK, seconds=OPEN_FACTS_SECONDS)


class ChangeMiter:
    """The miter of all results, with a selector of each fact that they or the assumptions read. At
    most one fact is selected, or any number if they may change `together`.
    """

    def __init__(self, residual: ResidualDecisions, together: bool = False) -> None:
        graph = self._graph = residual.graph
        literals, possible = residual.literals, residual.possible
        atoms = graph.support((*literals, possible))
        facts = {fact.name: fact for atom in atoms for fact in facts_in(atom)}
        names = sorted(facts)
        free = [graph.atom(Input(f"{name} differs")) for name in names if together]
        selectors = free or graph.at_most_one_of("otherwise", len(names))
        self._chosen = {facts[name]: one for name, one in zip(names, selectors, strict=True)}
        self._renamed = {fact: self._renaming_of(fact) for fact in self._chosen}
        other = graph.rewriter(self._substitute)
        differ = graph.any_of(graph.iff(one, other(one)) ^ 1 for one in literals)
        self._claim = graph.all_of((differ, possible, other(possible)))
        self._prover = Prover(graph, (self._claim, *self._chosen.values()), LIMITS)

    def _renaming_of(self, fact: Fact) -> Callable[[Literal], Literal]:
        """Return the renaming of a fact to its value in the second copy."""
        other = replace(fact, name=f"{fact.name} otherwise")

        def rename(atom: Atom) -> Literal | None:
            return rename_fact(self._graph, atom, fact, other) if fact in facts_in(atom) else None

        return self._graph.rewriter(rename)

    def _substitute(self, atom: Atom) -> Literal:
        found = self._graph.atom(atom)
        for fact in facts_in(atom):
            found = self._graph.ite(self._chosen[fact], self._renamed[fact](found), found)
        return found

    def change_alone(self, facts: Iterable[Fact]) -> dict[Fact, Answer]:
        """Return for each of the facts whether another value of it alone changes a result. Each
        query is about all facts that are left, so the last one excludes them all.
        """
        left = {fact: self._chosen[fact] for fact in facts}
        found: dict[Fact, Answer] = {}
        while left:
            answer = self._prover.check(self._claim, self._graph.any_of(left.values()))
            if answer is Answer.UNSAT:
                return found | dict.fromkeys(left, Answer.UNSAT)
            if answer is Answer.UNDETERMINED:
                check = self._prover.check
                return found | {fact: check(self._claim, one) for fact, one in left.items()}
            changed = next(fact for fact, one in left.items() if self._prover.holds(one))
            found[changed] = Answer.SAT
            del left[changed]
        return found

    def change_together(self) -> dict[Fact, Answer]:
        """Return the facts of the smallest sets that change a result together, if any do."""
        check, every = self._prover.check, tuple(self._chosen.values())
        answer, size, few = check(self._claim), 1, TRUE
        if answer is Answer.UNSAT:  # The results are settled.
            return {}
        while size < len(every):
            size += 1
            few = self._prover.at_most(every, size)
            answer = check(self._claim, few)
            if answer is not Answer.UNSAT:
                break
        if answer is Answer.UNDETERMINED:
            return dict.fromkeys(self._chosen, Answer.UNDETERMINED)
        return {fact: check(self._claim, few, chosen) for fact, chosen in self._chosen.items()}
