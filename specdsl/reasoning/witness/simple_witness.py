"""A simple situation that has a property.

In this order it is preferred that there are few instructions, few unknown facts, and few facts
named, so that the property holds whatever the others are; then the simplest value fact by fact, in
the order of their names; then the plainest effects of instructions. Nothing in the situation can be
left out on its own. That no other is simpler is not promised: each step makes the situation that is
there simpler, and none goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from specdsl.base.statistics import SITUATIONS, count_event
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.prover import Prover, Undetermined, sort_by_nearness, sort_by_simplicity
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.simulation.ternary import ThreeValues
from specdsl.reasoning.witness.plain_instructions import Said, Slot, holds, plainer
from specdsl.semantics.aig import (
    FALSE,
    TRUE,
    AndInverterGraph,
    Atom,
    Input,
    Known,
    Linear,
    Size,
    TextRelation,
)
from specdsl.semantics.fact_values import FactValue, FactValues, as_number, default_value, facts_in
from specdsl.semantics.lower_terms import CALENDAR, grid_step

WORK = 4_000_000  # for one step of making a situation simpler
MOST_VALUES = 40  # of a fact that are tried
MOST_ASKED = 4  # of those of a number in a relation, with the solver
ROUNDS = 3  # of making values simpler
FEW = 1  # fact, with which no situation with fewer is looked for
UNLIKE = 2  # situations unlike the one found that may have fewer facts


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


def simple_witness(
    graph: AndInverterGraph, question: Question, limits: Limits, prover: Prover | None = None
) -> Witness | None:
    """A simple situation, or None where there is none. Raises `Undetermined`.

    `prover`, where one is given, is made for the question's literals at least.
    """
    q = question
    if q.claim == FALSE or q.possible == FALSE:
        return None
    count_event(SITUATIONS)
    prover = prover or Prover(graph, (q.claim, q.possible, q.valid, *q.used), limits)
    try:
        return _Search(graph, q, prover).run()
    finally:
        prover.set_budget(limits.work)


def any_witness(graph: AndInverterGraph, question: Question, limits: Limits) -> Witness | None:
    """The first situation that is found, with every fact named, or None where there is none. Raises
    `Undetermined`."""
    q = question
    if q.claim == FALSE or q.possible == FALSE:
        return None
    prover = Prover(graph, (q.claim, q.possible, q.valid, *q.used), limits)
    settled = prover.is_satisfiable(q.claim, q.possible, q.valid)
    return as_found(graph, q, prover) if settled else None


def as_found(graph: AndInverterGraph, question: Question, prover: Prover) -> Witness:
    """The situation of the prover's last YES to the question, as it is: every fact named."""
    return _Search(graph, question, prover).found()


def superfluous(
    graph: AndInverterGraph,
    question: Question,
    prover: Prover,
    facts: Mapping[Fact, FactValue],
    doubtful: Collection[Fact],
) -> tuple[Fact, ...]:
    """Of facts that decide the claim alone, where nobody says anything: those of some doubtful ones
    that can be left out, all together, so that then none of these can be. None where that cannot be
    settled."""
    search = _Search(graph, question, prover)
    parts = search.parts(facts)
    sure = [literal for named, literal in parts if named[0] not in doubtful]
    open_ = [part for part in parts if part[0][0] in doubtful]
    kept = prover.minimal_subset((question.claim ^ 1, question.possible, *sure), open_)
    named = {fact for some in kept for fact in some}
    return tuple(fact for fact in facts if fact in doubtful and fact not in named)


class _Search:
    def __init__(self, graph: AndInverterGraph, question: Question, prover: Prover) -> None:
        self.graph = graph
        self.question = question
        self.prover = prover
        self.whole = (question.claim, question.possible, question.valid)
        atoms = graph.support((*self.whole, *question.used))
        found = {fact.name: fact for atom in atoms for fact in facts_in(atom)}
        self.facts = tuple(found[name] for name in sorted(found))
        self.inputs = tuple(graph.atom(atom) for atom in atoms if isinstance(atom, Input))
        self.relations = [a for a in atoms if isinstance(a, Linear) and len(a.terms) > 1]
        self.texts = [atom for atom in atoms if isinstance(atom, TextRelation)]

    @cached_property
    def three(self) -> ThreeValues:
        return ThreeValues(self.graph, self.whole)

    def found(self) -> Witness:
        values = self._values(self.facts)
        return Witness(values, values, self._evaluator(values, self._said()))

    def run(self) -> Witness | None:
        prover = self.prover
        if not prover.is_satisfiable(*self.whole):
            return None
        prover.set_budget(WORK)
        fewest = self._fewest(self.question.used, ())
        unknown = [self._known(fact) ^ 1 for fact in self.facts if fact.optional]
        limits = (*fewest, *self._fewest(unknown, fewest))
        values, said = self._few(limits)
        values = self._simpler(values, said)
        values = {fact: values[fact] for fact in self._enough(values, said)}
        said = self._plainer(values, said)
        every = self._complete(values, said)
        return Witness(values, every, self._evaluator(every, said))

    def _known(self, fact: Fact) -> int:
        return self.graph.atom(Known(fact))

    def _fewest(self, literals: Sequence[int], also: Sequence[int]) -> tuple[int, ...]:
        """The bound on how many of the literals hold that can just be kept."""
        none = tuple(literal ^ 1 for literal in literals)
        if self.prover.check(*self.whole, *also, *none) is Answer.SAT:
            return none
        for most in range(1, len(literals)):
            bound = self.prover.at_most(literals, most)
            if self.prover.check(*self.whole, *also, bound) is Answer.SAT:
                return (bound,)
        if self.prover.check(*self.whole, *also) is not Answer.SAT:
            raise Undetermined
        return ()

    # --- the situation found last ---

    def _values(self, facts: Iterable[Fact]) -> dict[Fact, FactValue]:
        return {fact: self.prover.value(fact) for fact in facts}

    def _said(self) -> tuple[int, ...]:
        """The inputs, each as the literal that holds."""
        return tuple(i if self.prover.holds(i) else i ^ 1 for i in self.inputs)

    # --- facts that decide the claim alone ---

    def _few(self, limits: Sequence[int]) -> tuple[dict[Fact, FactValue], tuple[int, ...]]:
        """Of the situation found last and of some that are unlike it, that with the fewest facts
        that decide the claim: these, and what is said."""
        values, said = self._deciding()
        for _ in range(UNLIKE):
            if len(values) <= FEW:
                break
            unlike = [literal ^ 1 for literal in self._same(values)]
            self.prover.prefer_phases(unlike)
            found = self.prover.check(*self.whole, *limits)
            other = self._deciding() if found is Answer.SAT else None
            self.prover.prefer_phases(literal | 1 for literal in unlike)  # as it was
            if other is None or len(other[0]) >= len(values):
                break
            values, said = other
        return values, said

    def _deciding(self) -> tuple[dict[Fact, FactValue], tuple[int, ...]]:
        """Of the situation found last, said plainly: facts that decide the claim, what is said."""
        values = self._values(self.facts)
        said = self._plainer(values, self._said())
        return {fact: values[fact] for fact in self._enough(values, said)}, said

    def _breaks(self, said: Sequence[int]) -> tuple[int, ...]:
        """The claim is false under these instructions, in a situation that can be."""
        return (self.question.claim ^ 1, self.question.possible, *said)

    def _enough(self, values: Mapping[Fact, FactValue], said: Sequence[int]) -> tuple[Fact, ...]:
        """Some of the facts that decide the claim alone, none of which can be left out."""
        kept = self.prover.minimal_subset(self._breaks(said), self.parts(values))
        named = {fact for facts in kept for fact in facts}
        return tuple(fact for fact in values if fact in named)

    def parts(self, values: Mapping[Fact, FactValue]) -> list[tuple[tuple[Fact, ...], int]]:
        """What holds of the facts, each with a literal: their values, and how texts compare."""
        parts: list[tuple[tuple[Fact, ...], int]] = [
            ((fact,), self.prover.equals(fact, value)) for fact, value in values.items()
        ]
        facts = FactValues(values)
        for atom in self.texts:
            if atom.left in values and atom.right in values:
                literal = self.graph.atom(atom) ^ (not facts.holds(atom))
                parts.append(((atom.left, atom.right), literal))
        return parts

    def _same(self, values: Mapping[Fact, FactValue]) -> list[int]:
        return [literal for _, literal in self.parts(values)]

    # --- values ---

    def _simpler(self, values: dict[Fact, FactValue], said: Sequence[int]) -> dict[Fact, FactValue]:
        """Each fact in turn gets the simplest value with which the others can stay; a number in a
        relation one with which others can go along."""
        heard = frozenset(said)
        for _ in range(ROUNDS):
            before = values
            for fact in before:
                values = self._along(values, fact, heard) or values
                values = {**values, fact: self._simplest(values, fact, heard)}
            if values == before or not any(fact in self._related for fact in values):
                break
        return values

    @property
    def _related(self) -> frozenset[Fact]:
        return self.prover.domains.related

    def _simplest(
        self, values: Mapping[Fact, FactValue], fact: Fact, said: frozenset[int]
    ) -> FactValue:
        """Of one fact, while the others stay."""
        tried = self._tried(values, fact)
        if not tried:
            return values[fact]
        settled = self.three.settle_each(values, said, fact, tried)
        shown = settled.holds(self.question.claim) & settled.holds(self.question.valid)
        sure = shown & settled.holds(self.question.possible)
        for i, value in enumerate(tried):
            trial = {**values, fact: value}
            if sure >> i & 1 or (shown >> i & 1 and self._can_be(trial, said)):
                return value
        return values[fact]

    def _tried(self, values: Mapping[Fact, FactValue], fact: Fact) -> list[FactValue]:
        """Simpler values than that of the fact, the simplest first."""
        now, found = values[fact], self.prover.candidate_values(fact)
        if fact in self._related and isinstance(now, Fraction):
            numbers = [value for value in found if isinstance(value, Fraction)]
            alone = fact.type.kind in CALENDAR and not self.prover.domains.cuts.get(fact)
            order = sort_by_nearness if alone else sort_by_simplicity
            found = [*order(fact, (*numbers, *self._thresholds(values, fact), now))]
        known: list[FactValue] = [value for value in found if value is not None]
        simpler = known[: known.index(now)] if now in known else known
        return [*dict.fromkeys((*simpler[:MOST_VALUES], *_rounded(now, simpler)))]

    def _thresholds(self, values: Mapping[Fact, FactValue], fact: Fact) -> Iterator[Fraction]:
        """Where relations of the fact with others that are named begin or cease to hold."""
        for relation in self.relations:
            others, own = Fraction(0), Fraction(0)
            for variable, coefficient in relation.terms:
                of = variable.fact if isinstance(variable, Size) else variable
                value = values.get(of)
                if of is fact:
                    own += coefficient
                elif value is not None:
                    others += coefficient * as_number(value)
            if own:
                at, step = (relation.bound - others) / own, grid_step(fact) or Fraction(1)
                yield from (at // step * step + n * step for n in (-1, 0, 1, 2))

    def _along(
        self, values: Mapping[Fact, FactValue], fact: Fact, said: frozenset[int]
    ) -> dict[Fact, FactValue] | None:
        """Of a number in a relation a simpler value, with which other numbers in relations, later
        by their names, move too."""
        others = [f for f in values if f in self._related and f.name > fact.name]
        if fact not in self._related or not others:
            return None
        prover, moving = self.prover, set(others)
        stay = self._same({f: v for f, v in values.items() if f not in moving and f is not fact})
        tried = self._tried(values, fact)
        for value in dict.fromkeys((*tried[:MOST_ASKED], *_rounded(values[fact], tried))):
            same = prover.equals(fact, value)
            if prover.check(*self.whole, *said, *stay, same) is Answer.SAT:
                trial = {**values, fact: value, **self._values(others)}
                more = any(trial[f] is None and values[f] is not None for f in others)
                if not more and self.three.settle(trial, said).holds(self.question.claim):
                    return trial
        return None

    def _can_be(self, values: Mapping[Fact, FactValue], said: Iterable[int]) -> bool:
        return self.prover.check(*self.whole, *said, *self._same(values)) is Answer.SAT

    def _complete(
        self, values: Mapping[Fact, FactValue], said: Sequence[int]
    ) -> dict[Fact, FactValue]:
        """Values for the facts that do not matter: unknown or the simplest, if that can be."""
        prover = self.prover
        others = [fact for fact in self.facts if fact not in values]
        free: dict[Fact, FactValue] = {f: None if f.optional else default_value(f) for f in others}
        every = {fact: free[fact] if fact in free else values[fact] for fact in self.facts}
        settled = self.three.settle(every, frozenset(said))
        if all(settled.holds(literal) for literal in self.whole):
            return every
        fixed = [*said, *self._same(values)]
        for fact in others:
            name = prover.equals(fact, free[fact])
            if prover.check(*self.whole, *fixed, name) is not Answer.SAT:
                if prover.check(*self.whole, *fixed) is not Answer.SAT:
                    raise Undetermined
                free[fact] = prover.value(fact)
                name = prover.equals(fact, free[fact])
            fixed.append(name)
        return {fact: free[fact] if fact in free else values[fact] for fact in self.facts}

    # --- instructions ---

    def _plainer(self, values: Mapping[Fact, FactValue], said: tuple[int, ...]) -> tuple[int, ...]:
        """What is said as plainly as can be, with the same facts."""
        now = {literal >> 1: literal for literal in said}
        for group in self.question.slots:
            while (way := self._one_plainer(group, now, values)) is not None:
                now = way
        return tuple(now.values())

    def _one_plainer(
        self, group: Sequence[Slot], now: Said, values: Mapping[Fact, FactValue]
    ) -> Said | None:
        """With one of the instructions said in a plainer way that shows the claim too."""
        used = [slot for slot in group if holds(slot.used, now)]
        free = [[s for s in group if s is slot or s not in used] for slot in used]
        ways = (w for slot, able in zip(used, free, strict=True) for w in plainer(slot, able, now))
        return next((way for way in ways if self._shows(tuple(way.values()), values)), None)

    def _shows(self, said: Sequence[int], values: Mapping[Fact, FactValue]) -> bool:
        """With these facts and instructions the claim holds, whatever the other facts are."""
        settled = self.three.settle(values, frozenset(said))
        if all(settled.holds(literal) for literal in self.whole):
            return True
        if any(settled.holds(literal ^ 1) for literal in self.whole):
            return False
        if not self._can_be(values, said):
            return False
        return self.prover.check(*self._breaks(said), *self._same(values)) is Answer.UNSAT

    def _evaluator(
        self, every: Mapping[Fact, FactValue], said: Sequence[int]
    ) -> Callable[[int], bool]:
        facts, heard = FactValues(every), set(said)

        def value(atom: Atom) -> bool:
            if isinstance(atom, Input):
                return self.graph.atom(atom) in heard
            return all(fact in every for fact in facts_in(atom)) and facts.holds(atom)

        return self.graph.evaluator(value)


def _rounded(value: FactValue, tried: Sequence[FactValue]) -> list[FactValue]:
    """The whole numbers beside a fraction, of those that are tried."""
    if not isinstance(value, Fraction) or value.denominator == 1:
        return []
    below = Fraction(value // 1)
    return [whole for whole in (below, below + 1) if whole in tried]
