"""The simplest situation that has a property.

In this order: fewest instructions; fewest unknown facts; fewest facts named, so that the property
holds whatever the others are; then the simplest value fact by fact, in the order of their names.
Numbers of facts are minimised exactly by guessing facts and values, asking for a completion that
breaks the property, and learning from it (counterexample-guided, as for 2QBF), within a budget;
where it is used up the facts are still such that none of them can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import z3

from specdsl.circuit.graph import FALSE, TRUE, Atom, Graph, Input, Known
from specdsl.circuit.values import Facts, FactValue, facts_in, filler
from specdsl.model.nodes import Fact
from specdsl.solver.prover import Answer, Limits, Prover

MOST_GUESSES = 60
WORK = 4_000_000  # for one step of making a situation simpler
MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Question:
    """`claim` is looked for among situations with `possible` (no assumption false); `valid` says
    that the instructions are well formed, `used` are the literals that one is given."""

    claim: int
    possible: int = TRUE
    valid: int = TRUE
    used: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Witness:
    """`named`: the facts that matter, with their values. `every`: all facts below the question,
    a completion. `holds`: the truth of any literal there."""

    named: Mapping[Fact, FactValue]
    every: Mapping[Fact, FactValue]
    holds: Callable[[int], bool]


def simplest(graph: Graph, question: Question, limits: Limits) -> Witness | None:
    """The simplest situation, or None where there is none. Raises `Unsettled`."""
    q = question
    if q.claim == FALSE or q.possible == FALSE:
        return None
    search = _Search(graph, q, Prover(graph, (q.claim, q.possible, q.valid, *q.used), limits))
    return search.run()


class _Search:
    def __init__(self, graph: Graph, question: Question, prover: Prover) -> None:
        self.graph = graph
        self.question = question
        self.prover = prover
        self.facts = prover.domains.facts
        self.whole = (question.claim, question.possible, question.valid)

    def run(self) -> Witness | None:
        prover = self.prover
        if not prover.settle(*self.whole):
            return None
        prover.hurry(WORK)
        fewest = self._fewest(self.question.used, ())
        unknown = [self._known(fact) ^ 1 for fact in self.facts if fact.optional]
        limits = (*fewest, *self._fewest(unknown, fewest))
        values, inputs = self._read()
        named = self._enough(values, inputs)
        values, inputs, named = self._fewer(values, inputs, named, limits)
        values = self._simpler(values, inputs, named)
        every = self._complete(values, inputs, named)
        return Witness(
            {fact: values[fact] for fact in named}, every, self._evaluator(every, inputs)
        )

    def _known(self, fact: Fact) -> int:
        return self.graph.atom(Known(fact))

    def _fewest(
        self, literals: Sequence[int], also: Sequence[z3.BoolRef]
    ) -> tuple[z3.BoolRef, ...]:
        """The bound on how many of the literals hold that can just be kept."""
        for most in count():
            bound = self.prover.at_most(literals, most)
            if self.prover.ask(*self.whole, also=(*also, bound)) is Answer.YES:
                return (bound,)
        raise AssertionError

    def _read(self) -> tuple[dict[Fact, FactValue], dict[Atom, bool]]:
        """The facts and the inputs of the last situation found."""
        atoms = self.graph.atoms_of((*self.whole, *self.question.used))
        inputs: dict[Atom, bool] = {
            atom: self.prover.truth(self.graph.atom(atom))
            for atom in atoms
            if isinstance(atom, Input)
        }
        return {fact: self.prover.value(fact) for fact in self.facts}, inputs

    def _breaks(self, inputs: Mapping[Atom, bool]) -> int:
        """The claim is false under these instructions, in a situation that can be."""
        put = self.graph.rewriter(lambda a: (not inputs[a]) + 0 if a in inputs else None)
        return self.graph.all_of((put(self.question.claim) ^ 1, self.question.possible))

    def _enough(
        self, values: Mapping[Fact, FactValue], inputs: Mapping[Atom, bool]
    ) -> tuple[Fact, ...]:
        """Some of the facts that decide the claim alone, none of which can be left out."""
        breaks = self._breaks(inputs)
        if breaks == FALSE:
            return ()
        parts = [(fact, self.prover.equals(fact, value)) for fact, value in values.items()]
        return self.prover.needed((breaks,), parts)

    def _fewer(
        self,
        values: dict[Fact, FactValue],
        inputs: dict[Atom, bool],
        named: tuple[Fact, ...],
        limits: Sequence[z3.BoolRef],
    ) -> tuple[dict[Fact, FactValue], dict[Atom, bool], tuple[Fact, ...]]:
        prover = self.prover
        guesses = _Guesses(self)
        for _ in range(MOST_GUESSES):
            if len(named) <= 1:
                break
            bound = prover.most_named(guesses.chosen.values(), len(named) - 1)
            if prover.ask(*self.whole, also=(*limits, guesses.guard, bound)) is not Answer.YES:
                break
            trial = tuple(f for f in self.facts if prover.believes(guesses.chosen[f]))
            new_values, new_inputs = self._read()
            breaks = self._breaks(new_inputs)
            same = [prover.equals(f, new_values[f]) for f in trial]
            answer = prover.ask(breaks, also=same)
            if answer is Answer.UNSETTLED:
                break
            if answer is Answer.YES:
                broken = {fact: prover.value(fact) for fact in self.facts}
                guesses.learn(broken, new_inputs)
            else:
                values, inputs, named = new_values, new_inputs, trial
        return values, inputs, named

    def _simpler(
        self,
        values: dict[Fact, FactValue],
        inputs: Mapping[Atom, bool],
        named: Sequence[Fact],
    ) -> dict[Fact, FactValue]:
        """Each named fact in turn gets the simplest value with which the rest can go on."""
        breaks = self._breaks(inputs)
        fixed: list[z3.BoolRef] = [
            self.prover.extra(self.graph.atom(atom) ^ (not true)) for atom, true in inputs.items()
        ]
        for fact in named:
            for value in self.prover.simplest_values(fact)[:MOST_VALUES]:
                if value == values[fact]:
                    break
                same = self.prover.equals(fact, value)
                if self.prover.ask(*self.whole, also=(*fixed, same)) is not Answer.YES:
                    continue
                trial = {f: self.prover.value(f) for f in self.facts}
                trial[fact] = value
                if self._unknown(trial, named) > self._unknown(values, named):
                    continue
                if self._decides(trial, named, breaks):
                    values = {**trial, **{f: values[f] for f in named if f.name < fact.name}}
                    break
            fixed.append(self.prover.equals(fact, values[fact]))
        return values

    @staticmethod
    def _unknown(values: Mapping[Fact, FactValue], named: Sequence[Fact]) -> int:
        return sum(values[fact] is None for fact in named)

    def _decides(
        self, values: Mapping[Fact, FactValue], named: Sequence[Fact], breaks: int
    ) -> bool:
        same = [self.prover.equals(fact, values[fact]) for fact in named]
        return self.prover.ask(breaks, also=same) is Answer.NO

    def _complete(
        self,
        values: Mapping[Fact, FactValue],
        inputs: Mapping[Atom, bool],
        named: Sequence[Fact],
    ) -> dict[Fact, FactValue]:
        """Values for the facts that do not matter: unknown or the simplest, if that can be."""
        prover = self.prover
        fixed = [prover.extra(self.graph.atom(atom) ^ (not true)) for atom, true in inputs.items()]
        fixed += [prover.equals(fact, values[fact]) for fact in named]
        others = [fact for fact in self.facts if fact not in set(named)]
        free: dict[Fact, FactValue] = {f: None if f.optional else filler(f) for f in others}
        names = {fact: prover.equals(fact, value) for fact, value in free.items()}
        wanted = (*fixed, *names.values())
        if prover.ask(*self.whole, also=wanted) is not Answer.YES:
            for fact in others:
                if prover.ask(*self.whole, also=(*fixed, names[fact])) is Answer.YES:
                    fixed.append(names[fact])
                elif prover.ask(*self.whole, also=fixed) is Answer.YES:
                    free[fact] = prover.value(fact)
                    fixed.append(prover.equals(fact, free[fact]))
        return {fact: free[fact] if fact in free else values[fact] for fact in self.facts}

    def _evaluator(
        self, every: Mapping[Fact, FactValue], inputs: Mapping[Atom, bool]
    ) -> Callable[[int], bool]:
        facts = Facts(every)

        def value(atom: Atom) -> bool:
            if isinstance(atom, Input):
                return inputs.get(atom, False)
            return all(fact in every for fact in facts_in(atom)) and facts.holds(atom)

        return self.graph.evaluator(value)


class _Guesses:
    """Which facts are named, as unknowns of their own, and what counterexamples taught."""

    def __init__(self, search: _Search) -> None:
        self.search = search
        self.chosen = {fact: search.prover.fresh("named") for fact in search.facts}
        self.guard = search.prover.fresh("guess")

    def learn(self, broken: Mapping[Fact, FactValue], inputs: Mapping[Atom, bool]) -> None:
        """Facts that agree with a situation in which the claim fails do not decide it."""
        search, prover = self.search, self.search.prover
        equal = {fact: prover.equals(fact, value) for fact, value in broken.items()}
        if search.question.possible != TRUE:
            facts = Facts(broken)
            put = search.graph.rewriter(lambda a: (not facts.holds(a)) + 0 if facts_in(a) else None)
            claim = put(search.question.claim)  # over the instructions alone
            prover.learn(self.guard, [*self._apart(equal), prover.extra(claim)])
            return
        # No assumption ties the facts together: what makes the claim fail here does so wherever
        # it is, so only that much needs to be learnt.
        given = {a: prover.extra(search.graph.atom(a) ^ (not true)) for a, true in inputs.items()}
        parts: list[tuple[Fact | Atom, z3.BoolRef]] = [*equal.items(), *given.items()]
        kept = prover.needed((search.question.claim,), parts)
        chosen = {key: equal[key] for key in kept if isinstance(key, Fact)}
        others = [z3.Not(given[key]) for key in kept if not isinstance(key, Fact)]
        prover.learn(self.guard, [*self._apart(chosen), *others])

    def _apart(self, equal: Mapping[Fact, z3.BoolRef]) -> list[z3.BoolRef]:
        return [z3.And(self.chosen[fact], z3.Not(name)) for fact, name in equal.items()]
