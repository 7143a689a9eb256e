"""The simplest situation that has a property.

In this order: fewest instructions; fewest unknown facts; fewest facts named, so that the property
holds whatever the others are; then the simplest value fact by fact, in the order of their names;
then the plainest effects of instructions.
Numbers of facts are minimised exactly by guessing facts and values, asking for a completion that
breaks the property, and learning from it (counterexample-guided, as for 2QBF), within a budget;
where it is used up the facts are still such that none of them can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from specdsl.circuit.graph import FALSE, TRUE, Atom, Graph, Input, Known
from specdsl.circuit.values import Facts, FactValue, facts_in, filler
from specdsl.model.nodes import Fact
from specdsl.solver.engines import Answer, Limits
from specdsl.solver.lessons import Lessons
from specdsl.solver.plainer import Said, Slot, holds, plainer
from specdsl.solver.prover import Prover
from specdsl.statistics import SITUATIONS, tally

MOST_GUESSES = 400
MOST_SAID = 200  # inputs about what is said; with more it stays as found while facts are left out
WORK = 4_000_000  # for one step of making a situation simpler
MOST_VALUES = 40


@dataclass(slots=True)
class Guesses:
    """How many more may be made to find the fewest facts: one budget for several questions."""

    left: int = MOST_GUESSES


@dataclass(frozen=True, slots=True)
class Question:
    """`claim` is looked for among situations with `possible` (no assumption false); `valid` says
    that the instructions are well formed, `used` are the literals that one is given. `slots`: the
    instructions, group by group of those of which one may say what another does."""

    claim: int
    possible: int = TRUE
    valid: int = TRUE
    used: tuple[int, ...] = ()
    slots: tuple[tuple[Slot, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Witness:
    """`named`: the facts that matter, with their values. `every`: all facts below the question,
    a completion. `holds`: the truth of any literal there."""

    named: Mapping[Fact, FactValue]
    every: Mapping[Fact, FactValue]
    holds: Callable[[int], bool]


def simplest(
    graph: Graph,
    question: Question,
    limits: Limits,
    prover: Prover | None = None,
    guesses: Guesses | None = None,
) -> Witness | None:
    """The simplest situation, or None where there is none. Raises `Unsettled`.

    `prover`, where one is given, is made for the question's literals at least. With no `guesses`
    left fewer facts may do, though none of those named can be left out.
    """
    q = question
    if q.claim == FALSE or q.possible == FALSE:
        return None
    tally(SITUATIONS)
    prover = prover or Prover(graph, (q.claim, q.possible, q.valid, *q.used), limits)
    try:
        return _Search(graph, q, prover).run(guesses or Guesses())
    finally:
        prover.hurry(limits.work)


def any_witness(graph: Graph, question: Question, limits: Limits) -> Witness | None:
    """The first situation that is found, with every fact named, or None where there is none. Raises
    `Unsettled`."""
    q = question
    if q.claim == FALSE or q.possible == FALSE:
        return None
    prover = Prover(graph, (q.claim, q.possible, q.valid, *q.used), limits)
    settled = prover.settle(q.claim, q.possible, q.valid)
    return as_found(graph, q, prover) if settled else None


def as_found(graph: Graph, question: Question, prover: Prover) -> Witness:
    """The situation of the prover's last YES to the question, as it is: every fact named."""
    return _Search(graph, question, prover).found()


class _Search:
    def __init__(self, graph: Graph, question: Question, prover: Prover) -> None:
        self.graph = graph
        self.question = question
        self.prover = prover
        self.whole = (question.claim, question.possible, question.valid)
        atoms = graph.atoms_of((*self.whole, *question.used))
        found = {fact.name: fact for atom in atoms for fact in facts_in(atom)}
        self.facts = tuple(found[name] for name in sorted(found))
        self.inputs = tuple(graph.atom(atom) for atom in atoms if isinstance(atom, Input))
        self.assumed = {f for atom in graph.atoms_of((question.possible,)) for f in facts_in(atom)}

    def found(self) -> Witness:
        values = self._values(self.facts)
        return Witness(values, values, self._evaluator(values, self._said()))

    def run(self, guesses: Guesses) -> Witness | None:
        prover = self.prover
        if not prover.settle(*self.whole):
            return None
        prover.hurry(WORK)
        fewest = self._fewest(self.question.used, ())
        unknown = [self._known(fact) ^ 1 for fact in self.facts if fact.optional]
        limits = (*fewest, *self._fewest(unknown, fewest))
        values, said = self._values(self.facts), self._said()
        if len(said) > MOST_SAID:
            said = self._plainer(values, said, self.facts)
        named = self._enough(values, said)
        if guesses.left:
            values, said, named = self._fewer(values, said, named, limits, guesses)
        values = self._simpler(values, said, named)
        said = self._plainer(values, said, named)
        every = self._complete(values, said, named)
        return Witness({fact: values[fact] for fact in named}, every, self._evaluator(every, said))

    def _known(self, fact: Fact) -> int:
        return self.graph.atom(Known(fact))

    def _fewest(self, literals: Sequence[int], also: Sequence[int]) -> tuple[int, ...]:
        """The bound on how many of the literals hold that can just be kept."""
        for most in count():
            bound = self.prover.at_most(literals, most)
            if self.prover.ask(*self.whole, *also, bound) is Answer.YES:
                return (bound,)
        raise AssertionError

    # --- the situation found last ---

    def _values(self, facts: Iterable[Fact]) -> dict[Fact, FactValue]:
        return {fact: self.prover.value(fact) for fact in facts}

    def _said(self) -> tuple[int, ...]:
        """The inputs, each as the literal that holds."""
        return tuple(i if self.prover.truth(i) else i ^ 1 for i in self.inputs)

    # --- facts that decide the claim alone ---

    def _breaks(self, said: Sequence[int]) -> tuple[int, ...]:
        """The claim is false under these instructions, in a situation that can be."""
        return (self.question.claim ^ 1, self.question.possible, *said)

    def _enough(self, values: Mapping[Fact, FactValue], said: Sequence[int]) -> tuple[Fact, ...]:
        """Some of the facts that decide the claim alone, none of which can be left out."""
        parts = [(fact, self.prover.equals(fact, value)) for fact, value in values.items()]
        return self.prover.needed(self._breaks(said), parts)

    def _fewer(
        self,
        values: dict[Fact, FactValue],
        said: tuple[int, ...],
        named: tuple[Fact, ...],
        limits: Sequence[int],
        guesses: Guesses,
    ) -> tuple[dict[Fact, FactValue], tuple[int, ...], tuple[Fact, ...]]:
        prover = self.prover
        chosen = {fact: prover.fresh("named") for fact in self.facts}
        guard = prover.fresh("guess")
        lessons = Lessons(prover, self.question.claim, self.facts, self.assumed, chosen)
        fixed = said if len(said) > MOST_SAID else ()
        while len(named) > 1 and guesses.left:
            guesses.left -= 1
            bound = prover.at_most(tuple(chosen.values()), len(named) - 1)
            if prover.ask(*self.whole, *limits, *fixed, guard, bound) is not Answer.YES:
                break
            trial = tuple(fact for fact in self.facts if prover.truth(chosen[fact]))
            new_said, picked = self._said(), self._values(trial)
            same = [prover.equals(fact, value) for fact, value in picked.items()]
            answer = prover.ask(*self._breaks(new_said), *same)
            if answer is Answer.UNSETTLED:
                break
            if answer is Answer.YES:
                prover.always(self.graph.any_of((guard ^ 1, lessons.learn(new_said, fixed))))
            else:
                values, said, named = {**values, **picked}, new_said, trial
        return values, said, named

    # --- values ---

    def _simpler(
        self, values: dict[Fact, FactValue], said: Sequence[int], named: Sequence[Fact]
    ) -> dict[Fact, FactValue]:
        """Each named fact in turn gets the simplest value with which the rest can go on."""
        fixed = list(said)
        for fact in named:
            for value in self.prover.simplest_values(fact)[:MOST_VALUES]:
                if value == values[fact]:
                    break
                trial = self._with(fact, value, fixed, values, named, said)
                if trial is not None:
                    kept = {f: values[f] for f in named if f.name < fact.name}
                    values = {**values, **trial, **kept}
                    break
            fixed.append(self.prover.equals(fact, values[fact]))
        return values

    def _with(
        self,
        fact: Fact,
        value: FactValue,
        fixed: Sequence[int],
        values: Mapping[Fact, FactValue],
        named: Sequence[Fact],
        said: Sequence[int],
    ) -> dict[Fact, FactValue] | None:
        """Values of those named, this one among them, that still decide the claim alone and leave
        no more unknown."""
        prover = self.prover
        beside = self._beside(fact, values, named)
        for rest in (beside, []) if beside else ([],):
            if prover.ask(*self.whole, *fixed, prover.equals(fact, value), *rest) is Answer.YES:
                trial = {**self._values(named), fact: value}
                few = self._unknown(trial, named) <= self._unknown(values, named)
                if few and self._decides(trial, named, said):
                    return trial
        return None

    def _beside(
        self, fact: Fact, values: Mapping[Fact, FactValue], named: Sequence[Fact]
    ) -> list[int]:
        """With a number in a relation rather only others in relations move."""
        tied = self.prover.domains.related
        if fact not in tied:
            return []
        return [self.prover.equals(f, values[f]) for f in named if f not in tied]

    @staticmethod
    def _unknown(values: Mapping[Fact, FactValue], named: Sequence[Fact]) -> int:
        return sum(values[fact] is None for fact in named)

    def _decides(
        self, values: Mapping[Fact, FactValue], named: Sequence[Fact], said: Sequence[int]
    ) -> bool:
        same = [self.prover.equals(fact, values[fact]) for fact in named]
        return self.prover.ask(*self._breaks(said), *same) is Answer.NO

    def _complete(
        self, values: Mapping[Fact, FactValue], said: Sequence[int], named: Sequence[Fact]
    ) -> dict[Fact, FactValue]:
        """Values for the facts that do not matter: unknown or the simplest, if that can be."""
        prover = self.prover
        fixed = [*said, *(prover.equals(fact, values[fact]) for fact in named)]
        others = [fact for fact in self.facts if fact not in set(named)]
        free: dict[Fact, FactValue] = {f: None if f.optional else filler(f) for f in others}
        names = {fact: prover.equals(fact, value) for fact, value in free.items()}
        if prover.ask(*self.whole, *fixed, *names.values()) is not Answer.YES:
            for fact in others:
                if prover.ask(*self.whole, *fixed, names[fact]) is Answer.YES:
                    fixed.append(names[fact])
                elif prover.ask(*self.whole, *fixed) is Answer.YES:
                    free[fact] = prover.value(fact)
                    fixed.append(prover.equals(fact, free[fact]))
        return {fact: free[fact] if fact in free else values[fact] for fact in self.facts}

    # --- instructions ---

    def _plainer(
        self, values: Mapping[Fact, FactValue], said: tuple[int, ...], named: Sequence[Fact]
    ) -> tuple[int, ...]:
        """What is said as plainly as can be, with the same facts."""
        now = {literal >> 1: literal for literal in said}
        same = [self.prover.equals(fact, values[fact]) for fact in named]
        for group in self.question.slots:
            while (way := self._one_plainer(group, now, same)) is not None:
                now = way
        return tuple(now.values())

    def _one_plainer(self, group: Sequence[Slot], now: Said, same: Sequence[int]) -> Said | None:
        """With one of the instructions said in a plainer way that shows the claim too."""
        used = [slot for slot in group if holds(slot.used, now)]
        free = [[s for s in group if s is slot or s not in used] for slot in used]
        ways = (w for slot, able in zip(used, free, strict=True) for w in plainer(slot, able, now))
        return next((way for way in ways if self._shows(tuple(way.values()), same)), None)

    def _shows(self, said: Sequence[int], same: Sequence[int]) -> bool:
        """With these facts and instructions the claim holds, whatever the other facts are."""
        can_be = self.prover.ask(*self.whole, *said, *same) is Answer.YES
        return can_be and self.prover.ask(*self._breaks(said), *same) is Answer.NO

    def _evaluator(
        self, every: Mapping[Fact, FactValue], said: Sequence[int]
    ) -> Callable[[int], bool]:
        facts, heard = Facts(every), set(said)

        def value(atom: Atom) -> bool:
            if isinstance(atom, Input):
                return self.graph.atom(atom) in heard
            return all(fact in every for fact in facts_in(atom)) and facts.holds(atom)

        return self.graph.evaluator(value)
