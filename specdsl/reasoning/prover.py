"""Yes-or-no questions about literals, answered over all situations.

A `Prover` is made for some literals of a graph, and may be asked about them and about what is built
from them. It knows what values the facts below them can have (`domains`), so every answer is about
situations that exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar
from weakref import proxy

from specdsl.base.statistics import QUESTIONS, count_event
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning import effort
from specdsl.reasoning.domains.cuts import Cut, Domains, interval_value, split
from specdsl.reasoning.sat.encode import ONE, Encoder, counts
from specdsl.reasoning.sat.engine import Answer, Engine, Limits, engine
from specdsl.reasoning.texts.sample_texts import samples
from specdsl.semantics import aig as g
from specdsl.semantics.fact_values import (
    EARLIEST,
    FactValue,
    FactValues,
    clamp_to_range,
    facts_in,
    simplicity_key,
)
from specdsl.semantics.lower_terms import CALENDAR, grid_step

K = TypeVar("K")
FEW = 10  # small numbers that are tried where a relation may ask for any
MOST_SUBSETS = 10  # members of a set of which all subsets are tried


class Unsettled(Exception):
    """A question on which everything depends was given up."""


class Prover:
    """Answers about the literals below `roots`."""

    def __init__(self, graph: g.AndInverterGraph, roots: Iterable[int], limits: Limits) -> None:
        """Raises `Unsettled` where the time of the whole check is used up."""
        if limits.over:
            effort.refused(effort.TIME)
            raise Unsettled
        self.graph = graph
        self.domains: Domains = split(graph.support(roots))
        self._engine: Engine = engine(limits, graph)
        self._encoder = Encoder(graph, self.domains, self._engine)
        self._ranges = self._encoder.ranges
        self._truth: Callable[[int], bool] | None = None
        self._counted: dict[tuple[int, ...], list[int]] = {}

    def hurry(self, work: int) -> None:
        """From now on give up on a question after so much work."""
        self._engine.hurry(work)

    def prefer(self, literals: Iterable[int]) -> None:
        """Of situations that will do, rather find those in which these hold."""
        self._engine.prefer([self._encoder.literal(lit) for lit in literals if lit > g.FALSE])

    # --- questions ---

    def ask(self, *literals: int) -> Answer:
        """Whether some situation has all the literals."""
        count_event(QUESTIONS)
        if g.FALSE in literals:
            return Answer.NO
        assumed = [self._encoder.literal(literal) for literal in literals if literal != g.TRUE]
        fixed = [*assumed, *(r for _, r in self._ranges)]
        closed = [-escape for escape in self._encoder.escapes]
        answer = self._engine.solve([*fixed, *closed])
        if answer is Answer.NO and (needed := self._engine.core().intersection(closed)):
            answer = self._engine.solve(fixed)
            if answer is not Answer.NO:
                self._engine.spelling.given_up([-escape for escape in needed])
                return Answer.UNSETTLED
        if answer is Answer.YES:
            self._truth = self._evaluator()
        return answer

    def _evaluator(self) -> Callable[[int], bool]:
        """No cycle: a prover holds much memory, which is to be free when nobody asks any more."""
        me = proxy(self)

        def holds(atom: g.Atom) -> bool:
            return bool(me._atom_holds(atom))

        return self.graph.evaluator(holds)

    def settle(self, *literals: int) -> bool:
        """The same as a bool; raises `Unsettled` where it was given up."""
        answer = self.ask(*literals)
        if answer is Answer.UNSETTLED:
            raise Unsettled
        return answer is Answer.YES

    def always(self, *literals: int) -> None:
        """From now on these hold."""
        for literal in literals:
            self._encoder.always(literal)

    def core(self, hard: Sequence[int], soft: Sequence[int]) -> tuple[list[int], list[Fact]]:
        """Of literals that no situation has together: a minimal part of `soft` (as indices), and
        the facts whose ranges are needed, such that with `hard` still no situation has them."""
        literal = self._encoder.literal
        parts: list[tuple[int | Fact, int]] = [
            (i, literal(lit)) for i, lit in enumerate(soft) if lit != g.TRUE
        ]
        kept = self._minimal([literal(lit) for lit in hard], [*self._ranges, *parts])
        return (
            [key for key in kept if isinstance(key, int)],
            [key for key in kept if isinstance(key, Fact)],
        )

    def enough(self, hard: Sequence[int], soft: Sequence[int]) -> list[int]:
        """Of literals that no situation has together: some of `soft` (as indices) with which, and
        with `hard`, no situation has them; not all of them need be needed."""
        count_event(QUESTIONS)
        literal = self._encoder.literal
        fixed = [literal(lit) for lit in hard] + [r for _, r in self._ranges]
        parts = [(i, literal(lit)) for i, lit in enumerate(soft) if lit != g.TRUE]
        if self._engine.solve([*fixed, *(lit for _, lit in parts)]) is not Answer.NO:
            raise Unsettled
        return [i for i, _ in self._in_core(parts)]

    def needed(self, hard: Sequence[int], parts: Sequence[tuple[K, int]]) -> tuple[K, ...]:
        """Of things with literals, with which no situation has `hard`: those of which none can be
        left out. All of them where that cannot be settled."""
        literal = self._encoder.literal
        fixed = [literal(lit) for lit in hard] + [r for _, r in self._ranges]
        try:
            return tuple(self._minimal(fixed, [(key, literal(lit)) for key, lit in parts]))
        except Unsettled:
            return tuple(key for key, _ in parts)

    def _minimal(self, fixed: list[int], parts: Sequence[tuple[K, int]]) -> list[K]:
        """Deletion from the first: what comes last is most likely to be kept."""
        count_event(QUESTIONS)
        if self._engine.solve([*fixed, *(literal for _, literal in parts)]) is not Answer.NO:
            raise Unsettled
        parts = self._in_core(parts)
        i = 0
        while i < len(parts):
            trial = [*parts[:i], *parts[i + 1 :]]
            found = self._engine.solve([*fixed, *(literal for _, literal in trial)])
            if found is Answer.NO:
                parts = self._in_core(trial)  # those before i are in every core
            else:
                i += 1
        return [key for key, _ in parts]

    def _in_core(self, parts: Sequence[tuple[K, int]]) -> list[tuple[K, int]]:
        core = self._engine.core()
        return [part for part in parts if part[1] in core]

    # --- literals to ask with ---

    def fresh(self, stem: str) -> int:
        """A new unknown of the asker's own."""
        return self.graph.atom(g.Input(f"{stem} {len(self.graph.atoms)}"))

    def at_most(self, literals: Iterable[int], most: int) -> int:
        """At most so many of the literals hold."""
        counted = self._counted.get(key := tuple(literals))
        if counted is None:
            counted = self._counted[key] = counts(self.graph, key)
        return counted[most] ^ 1 if most < len(counted) else g.TRUE

    def equals(self, fact: Fact, value: FactValue) -> int:
        """The fact has this value (or one of the same class)."""
        known = self.graph.atom(g.Known(fact)) if fact.optional else g.TRUE
        if value is None:
            return known ^ 1
        return self.graph.all_of((known, *self._same(fact, value)))

    def _same(self, fact: Fact, value: FactValue) -> list[int]:
        graph = self.graph
        match value:
            case bool():
                return [graph.atom(g.IsTrue(fact)) ^ (not value)]
            case Fraction():
                return self._same_quantity(fact, value)
            case int():
                members = self.domains.members.get(fact, ())
                return [graph.atom(g.IsEnumMember(fact, i)) ^ (i != value) for i in members]
            case frozenset():
                members = self.domains.members.get(fact, ())
                return [graph.atom(g.HasMember(fact, i)) ^ (i not in value) for i in members]
            case _:
                assert isinstance(value, str)
                own = FactValues({fact: value})
                return [graph.atom(atom) ^ (not own.holds(atom)) for atom in self._texts(fact)]

    def _same_quantity(self, fact: Fact, value: Fraction) -> list[int]:
        if fact in self.domains.related:
            return [self.graph.atom(g.Linear(((fact, ONE),), "=", value))]
        return [
            self._cut(fact, cut) ^ (not _within(value, cut))
            for cut in self.domains.cuts.get(fact, ())
        ]

    def _cut(self, fact: Fact, cut: Cut) -> int:
        return self.graph.atom(g.Linear(((fact, ONE),), "<=" if cut[1] else "<", cut[0]))

    def _texts(self, fact: Fact) -> list[g.Atom]:
        """The atoms about the text fact alone."""
        return [
            atom
            for _, atoms in self.domains.texts
            for atom in atoms
            if not isinstance(atom, g.TextRelation) and atom.fact is fact
        ]

    # --- what a situation of the last YES looks like ---

    def truth(self, literal: int) -> bool:
        """The truth of a literal in the situation of the last YES."""
        node = literal >> 1
        found = self._encoder.found.get(node)
        if found is not None:
            return self._engine.true(-found if literal & 1 else found)
        assert self._truth is not None
        return self._truth(literal)

    def _atom_holds(self, atom: g.Atom) -> bool:
        found = self._encoder.found.get(self.graph.atom(atom) >> 1)
        if found is not None:
            return self._engine.true(found)
        if not isinstance(atom, g.Linear) or not set(facts_in(atom)) <= set(self.domains.facts):
            return False
        return FactValues({fact: self.value(fact) for fact in facts_in(atom)}).holds(atom)

    def value(self, fact: Fact) -> FactValue:
        """The simplest value of the fact's class in the situation of the last YES."""
        if fact.optional and not self.truth(self.graph.atom(g.Known(fact))):
            return None
        match fact.type.kind:
            case Kind.BOOL:
                return self.truth(self.graph.atom(g.IsTrue(fact)))
            case Kind.ENUM:
                return self._member(fact)
            case Kind.SET:
                members = self.domains.members.get(fact, ())
                return frozenset(
                    i for i in members if self.truth(self.graph.atom(g.HasMember(fact, i)))
                )
            case Kind.TEXT:
                return self._engine.spelling.text(fact) or ""
            case _:
                number = self._engine.number(fact) if fact in self.domains.related else None
                return interval_value(fact, *self.interval(fact)) if number is None else number

    def _member(self, fact: Fact) -> int:
        tested = self.domains.members.get(fact, ())
        for i in tested:
            if self.truth(self.graph.atom(g.IsEnumMember(fact, i))):
                return i
        return next((i for i in range(len(fact.type.members)) if i not in tested), 0)

    def interval(self, fact: Fact) -> tuple[Cut | None, Cut | None]:
        """The neighbouring cuts between which the quantity lies."""
        after: Cut | None = None
        for cut in self.domains.cuts.get(fact, ()):
            if self._engine.true(self._encoder.literal(self._cut(fact, cut))):
                return after, cut
            after = cut
        return after, None

    # --- the values to try ---

    def simplest_values(self, fact: Fact) -> list[FactValue]:
        """A value of each class of the fact, the simplest first; unknown last."""
        known: list[FactValue]
        match fact.type.kind:
            case Kind.BOOL:
                known = [False, True]
            case Kind.ENUM:
                known = list(range(len(fact.type.members)))
            case Kind.SET:
                known = _subsets(self.domains.members.get(fact, ()))
            case Kind.TEXT:
                known = list(self._simplest_texts(fact))
            case _:
                known = list(self._simplest_numbers(fact))
        return [*known, None] if fact.optional else known

    def _simplest_texts(self, fact: Fact) -> list[str]:
        for facts, atoms in self.domains.texts:
            if fact in facts:
                at = facts.index(fact)
                found = {texts[at] for texts in samples(facts, atoms).texts}
                return sorted(found, key=lambda text: (len(text), text))
        return [""]

    def _simplest_numbers(self, fact: Fact) -> list[Fraction]:
        cuts = (None, *self.domains.cuts.get(fact, ()), None)
        numbers = {interval_value(fact, *pair) for pair in pairwise(cuts)}
        if fact in self.domains.related and fact.type.kind in (Kind.INT, Kind.NUMBER):
            numbers |= {n for n in map(Fraction, range(FEW)) if clamp_to_range(fact, n) == n}
        return in_simple_order(fact, numbers)


def in_simple_order(fact: Fact, numbers: Iterable[Fraction]) -> list[Fraction]:
    """Those that the fact can be, once each, the simplest first; moments in their order."""
    low, high, step = fact.type.low, fact.type.high, grid_step(fact)
    fitting = {
        number
        for number in numbers
        if (low is None or number >= low)
        and (high is None or number <= high)
        and (step is None or number % step == 0)
    }
    if fact.type.kind in CALENDAR:
        first, end = CALENDAR[fact.type.kind]
        return sorted(number for number in fitting if first <= number < end)
    return sorted(fitting, key=simplicity_key)


def in_order_of_moments(fact: Fact, numbers: Iterable[Fraction]) -> list[Fraction]:
    """The same of moments that are only compared with others: those near a day of our choice."""
    fitting = in_simple_order(fact, (*numbers, EARLIEST))
    return sorted(fitting, key=lambda moment: (abs(moment - EARLIEST), moment))


def _within(value: Fraction, cut: Cut) -> bool:
    return value <= cut[0] if cut[1] else value < cut[0]


def _subsets(members: Sequence[int]) -> list[FactValue]:
    """All subsets of the first members, small ones first."""
    members = members[:MOST_SUBSETS]
    masks = sorted(
        range(1 << len(members)),
        key=lambda m: (m.bit_count(), [-(m >> i & 1) for i in range(len(members))]),
    )
    return [frozenset(x for i, x in enumerate(members) if mask >> i & 1) for mask in masks]
