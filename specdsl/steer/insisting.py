"""What holds a principal back when it says what it wants and nobody else says anything.

Who wants an outcome says `D is o` and `D may be o`; who wants another, `D is not o`: on the
decision itself nothing that it could say with the same authority does more. Either that is enough
whatever the facts, or there are situations in which rules stand against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from specdsl.circuit.graph import FALSE, TRUE, Atom, Input
from specdsl.circuit.instructions import landing
from specdsl.circuit.resolve import Step, World
from specdsl.circuit.values import Facts, facts_in
from specdsl.compare.asking import Asking
from specdsl.compare.situations import completed
from specdsl.compare.worlds import cone, decision
from specdsl.limits import MOST_STOPPING_SETS
from specdsl.model.nodes import Decision, Level
from specdsl.solver.prover import Prover
from specdsl.steer.hearing import Hearing
from specdsl.steer.reach import CONTRADICTION, Aim

Sets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Insisting:
    """A speaker that insists, and nobody else."""

    hearing: Hearing
    asking: Asking

    def held_back(self, outcome: str, aim: Aim) -> Sets | None:
        """Minimal sets of rules that, where they apply, keep the speaker from it; empty where
        nothing does. None where it is not heard on the decision itself, or what it wants is no
        outcome. Of more than `MOST_STOPPING_SETS` the first. Raises `Unsettled`."""
        if outcome == CONTRADICTION:
            return None
        world = World(self.hearing.selectable, self._steps(outcome, aim))
        heard = self._heard(world)
        if heard == FALSE:
            return None
        fails = self.hearing.comes_to(world, outcome) ^ (aim is Aim.SET)
        return tuple(self._sets(world, self.hearing.graph.all_of((heard, fails)), fails))

    def _steps(self, outcome: str, aim: Aim) -> Callable[[World, Decision, Level], Sequence[Step]]:
        def steps(world: World, on: Decision, level: Level) -> Sequence[Step]:
            here = self._lands(world, on, level) if on.name == self.hearing.name else FALSE
            if here == FALSE:
                return ()
            this = tuple(TRUE if name == outcome else FALSE for name in on.outcomes)
            if aim is Aim.STOP:
                return (Step(outcome, here, False, tuple(bit ^ 1 for bit in this)),)
            return (Step(outcome, here, True, this), Step(outcome, here, False, this))

        return steps

    def _lands(self, world: World, on: Decision, level: Level) -> int:
        """It is heard at the level, with the authority that it has."""
        who = self.hearing.who
        return landing(world, who.principal, who.implied, None, on, level)[1]

    def _heard(self, world: World) -> int:
        on = decision(self.hearing.circuit.spec, self.hearing.name)
        levels = self.hearing.circuit.spec.levels
        return self.hearing.graph.any_of(self._lands(world, on, level) for level in levels)

    # --- sets of rules ---

    def _sets(self, world: World, claim: int, fails: int) -> Iterator[tuple[str, ...]]:
        """One after the other, each from a situation in which none of those before applies."""
        graph, selectors = self.hearing.graph, self.hearing.selectors
        applies = self._applies(world)
        prover = self.asking.prover(claim, *applies.values(), *selectors.values())
        for _ in range(MOST_STOPPING_SETS):
            if not prover.settle(claim, *selectors.values()):
                return
            kept = self._needed(
                prover, fails, [r for r, lit in applies.items() if prover.truth(lit)]
            )
            yield tuple(sorted(kept))
            claim = graph.all_of((claim, graph.any_of(applies[rule] ^ 1 for rule in kept)))

    def _applies(self, world: World) -> dict[str, int]:
        """By rule on the decision, or on one that it reads, where it applies."""
        spec = self.hearing.circuit.spec
        return {
            rule.name: literal
            for name in cone(spec, self.hearing.name)
            for rule, literal in world.decide(decision(spec, name)).applies.items()
        }

    def _needed(self, prover: Prover, fails: int, rules: list[str]) -> list[str]:
        """Of the rules that apply in the situation found, those without any of which the speaker
        would not be held back there."""
        facts = Facts(
            completed(self.hearing.facts, {f: prover.value(f) for f in prover.domains.facts})
        )
        names = {literal: name for name, literal in self.hearing.selectors.items()}

        def holds(some: Sequence[str]) -> bool:
            def value(atom: Atom) -> bool:
                if isinstance(atom, Input):
                    return names.get(self.hearing.graph.atom(atom)) in some
                return bool(facts_in(atom)) and facts.holds(atom)

            return self.hearing.graph.evaluator(value)(fails)

        kept = list(rules)
        for rule in rules:
            fewer = [name for name in kept if name != rule]
            if holds(fewer):
                kept = fewer
        return kept
