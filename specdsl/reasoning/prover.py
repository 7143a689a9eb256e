"""Satisfiability of literals over all situations, with models and unsatisfiable cores.

A `Prover` is made for some literals of a graph and answers queries about them and about literals
built from them. It knows the values of the facts in their support (`domains`), so every answer is
about situations that exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar, assert_never
from weakref import proxy

from specdsl.base.limits import MAX_SMALL_NUMBERS, MAX_SUBSET_MEMBERS
from specdsl.base.statistics import QUESTIONS, count_event
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning import effort
from specdsl.reasoning.domains.cuts import Cut, Domains, domains_of_atoms, interval_value
from specdsl.reasoning.sat.encode import ONE, Encoder, unary_counter
from specdsl.reasoning.sat.engine import Answer, Engine, Limits
from specdsl.reasoning.sat.minisat_engine import LazySmtEngine
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.reasoning.texts.sample_texts import sample_texts
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


class Undetermined(Exception):
    """A query whose answer is needed was given up."""


class Prover:
    """An incremental solver for literals in the cone of `roots`."""

    def __init__(
        self, graph: g.AndInverterGraph, roots: Iterable[g.Literal], limits: Limits
    ) -> None:
        """Raises `Undetermined` if the time of the whole check is used up."""
        if limits.is_expired:
            effort.record_undetermined(effort.TIME)
            raise Undetermined
        self.graph = graph
        self.domains: Domains = domains_of_atoms(graph, graph.cone(roots))
        self._engine: Engine = _make_engine(limits, graph)
        self._encoder = Encoder(graph, self.domains, self._engine)
        self._ranges = self._encoder.ranges
        self._truth: Callable[[g.Literal], bool] | None = None
        self._counted: dict[tuple[g.Literal, ...], list[g.Literal]] = {}

    def set_budget(self, work: int) -> None:
        """Limit the work of each of the following queries."""
        self._engine.set_budget(work)

    def prefer_phases(self, literals: Iterable[g.Literal]) -> None:
        """Prefer models in which these literals hold."""
        self._engine.prefer_phases(
            [self._encoder.solver_literal(lit) for lit in literals if lit > g.FALSE]
        )

    # --- queries ---

    def check(self, *literals: g.Literal) -> Answer:
        """Return whether some situation satisfies all the literals."""
        count_event(QUESTIONS)
        if g.FALSE in literals:
            return Answer.UNSAT
        assumed = [
            self._encoder.solver_literal(literal) for literal in literals if literal != g.TRUE
        ]
        fixed = [*assumed, *(r for _, r in self._ranges)]
        closed = [-escape for escape in self._encoder.escapes]
        answer = self._engine.solve([*fixed, *closed])
        if answer is Answer.UNSAT and (needed := self._engine.unsat_core().intersection(closed)):
            answer = self._engine.solve(fixed)
            if answer is not Answer.UNSAT:
                self._engine.text_theory.record_undetermined([-escape for escape in needed])
                return Answer.UNDETERMINED
        if answer is Answer.SAT:
            self._truth = self._model_evaluator()
        return answer

    def _model_evaluator(self) -> Callable[[g.Literal], bool]:
        """Return the evaluation of literals in the last model. It refers to the prover weakly: a
        cycle would keep the prover's memory.
        """
        me = proxy(self)

        def holds(atom: g.Atom) -> bool:
            return bool(me._atom_holds(atom))

        return self.graph.evaluator(holds)

    def is_satisfiable(self, *literals: g.Literal) -> bool:
        """Return whether some situation satisfies the literals; raises `Undetermined`."""
        answer = self.check(*literals)
        if answer is Answer.UNDETERMINED:
            raise Undetermined
        return answer is Answer.SAT

    def assert_always(self, *literals: g.Literal) -> None:
        """Assert literals in all following queries."""
        for literal in literals:
            self._encoder.assert_always(literal)

    def minimal_core(
        self, hard: Sequence[g.Literal], soft: Sequence[g.Literal]
    ) -> tuple[list[int], list[Fact]]:
        """Return a minimal unsatisfiable core of unsatisfiable literals: indices of `soft`, and the
        facts whose ranges are needed, that contradict `hard`.
        """
        literal = self._encoder.solver_literal
        parts: list[tuple[int | Fact, SatLiteral]] = [
            (i, literal(lit)) for i, lit in enumerate(soft) if lit != g.TRUE
        ]
        kept = self._delete_redundant([literal(lit) for lit in hard], [*self._ranges, *parts])
        return (
            [key for key in kept if isinstance(key, int)],
            [key for key in kept if isinstance(key, Fact)],
        )

    def some_core(self, hard: Sequence[g.Literal], soft: Sequence[g.Literal]) -> list[int]:
        """Return an unsatisfiable core, not necessarily a minimal one: indices of `soft` that
        contradict `hard`. Ranges of facts count as hard.
        """
        count_event(QUESTIONS)
        literal = self._encoder.solver_literal
        fixed = [literal(lit) for lit in hard] + [r for _, r in self._ranges]
        parts = [(i, literal(lit)) for i, lit in enumerate(soft) if lit != g.TRUE]
        if self._engine.solve([*fixed, *(lit for _, lit in parts)]) is not Answer.UNSAT:
            raise Undetermined
        return [i for i, _ in self._in_last_core(parts)]

    def minimal_subset(
        self, hard: Sequence[g.Literal], parts: Sequence[tuple[K, g.Literal]]
    ) -> tuple[K, ...]:
        """Return the keys of a minimal set of parts that contradicts `hard`, where each part is a
        key with its literal and all of them do; all keys if that is undetermined.
        """
        literal = self._encoder.solver_literal
        fixed = [literal(lit) for lit in hard] + [r for _, r in self._ranges]
        try:
            return tuple(self._delete_redundant(fixed, [(key, literal(lit)) for key, lit in parts]))
        except Undetermined:
            return tuple(key for key, _ in parts)

    def _delete_redundant(
        self, fixed: list[SatLiteral], parts: Sequence[tuple[K, SatLiteral]]
    ) -> list[K]:
        """Return the keys of a minimal core by deletion from the front, so later parts are more
        likely to stay.
        """
        count_event(QUESTIONS)
        if self._engine.solve([*fixed, *(literal for _, literal in parts)]) is not Answer.UNSAT:
            raise Undetermined
        parts = self._in_last_core(parts)
        i = 0
        while i < len(parts):
            trial = [*parts[:i], *parts[i + 1 :]]
            found = self._engine.solve([*fixed, *(literal for _, literal in trial)])
            if found is Answer.UNSAT:
                parts = self._in_last_core(trial)  # Parts before i are in every core.
            else:
                i += 1
        return [key for key, _ in parts]

    def _in_last_core(self, parts: Sequence[tuple[K, SatLiteral]]) -> list[tuple[K, SatLiteral]]:
        core = self._engine.unsat_core()
        return [part for part in parts if part[1] in core]

    # --- literals for queries ---

    def fresh_input(self, stem: str) -> g.Literal:
        """Return a new free input."""
        return self.graph.atom(g.Input(f"{stem} {len(self.graph.atoms)}"))

    def at_most(self, literals: Iterable[g.Literal], most: int) -> g.Literal:
        """Return the literal that at most `most` of the literals hold."""
        counted = self._counted.get(key := tuple(literals))
        if counted is None:
            counted = self._counted[key] = unary_counter(self.graph, key)
        return counted[most] ^ 1 if most < len(counted) else g.TRUE

    def equals(self, fact: Fact, value: FactValue) -> g.Literal:
        """Return the literal that the fact has this value or another one of its class."""
        known = self.graph.atom(g.Known(fact)) if fact.optional else g.TRUE
        if value is None:
            return known ^ 1
        return self.graph.all_of((known, *self._class_literals(fact, value)))

    def _class_literals(
        self, fact: Fact, value: bool | Fraction | str | int | frozenset[int]
    ) -> list[g.Literal]:
        graph = self.graph
        match value:
            case bool():
                return [graph.atom(g.IsTrue(fact)) ^ (not value)]
            case Fraction():
                return self._quantity_literals(fact, value)
            case int():
                members = self.domains.members.get(fact, ())
                return [graph.atom(g.IsEnumMember(fact, i)) ^ (i != value) for i in members]
            case frozenset():
                members = self.domains.members.get(fact, ())
                return [graph.atom(g.HasMember(fact, i)) ^ (i not in value) for i in members]
            case str():
                own = FactValues({fact: value})
                return [graph.atom(atom) ^ (not own.holds(atom)) for atom in self._text_atoms(fact)]
            case _:
                assert_never(value)

    def _quantity_literals(self, fact: Fact, value: Fraction) -> list[g.Literal]:
        if fact in self.domains.related:
            return [self.graph.atom(g.Linear(((fact, ONE),), "=", value))]
        return [
            self._cut_literal(fact, cut) ^ (not _is_below_cut(value, cut))
            for cut in self.domains.cuts.get(fact, ())
        ]

    def _cut_literal(self, fact: Fact, cut: Cut) -> g.Literal:
        return self.graph.atom(g.Linear(((fact, ONE),), "<=" if cut[1] else "<", cut[0]))

    def _text_atoms(self, fact: Fact) -> list[g.Atom]:
        """Return the atoms about this text fact alone."""
        return [
            atom
            for _, atoms in self.domains.texts
            for atom in atoms
            if not isinstance(atom, g.TextRelation) and atom.fact is fact
        ]

    # --- the model of the last SAT ---

    def holds(self, literal: g.Literal) -> bool:
        """Return whether a literal holds in the last model."""
        node = literal >> 1
        found = self._encoder.literal_of_node.get(node)
        if found is not None:
            return self._engine.model_value(-found if literal & 1 else found)
        assert self._truth is not None
        return self._truth(literal)

    def _atom_holds(self, atom: g.Atom) -> bool:
        found = self._encoder.literal_of_node.get(self.graph.atom(atom) >> 1)
        if found is not None:
            return self._engine.model_value(found)
        if not isinstance(atom, g.Linear) or not set(facts_in(atom)) <= set(self.domains.facts):
            return False
        return FactValues({fact: self.value(fact) for fact in facts_in(atom)}).holds(atom)

    def value(self, fact: Fact) -> FactValue:
        """Return the simplest value of the fact's class in the last model."""
        if fact.optional and not self.holds(self.graph.atom(g.Known(fact))):
            return None
        match fact.type.kind:
            case Kind.BOOL:
                return self.holds(self.graph.atom(g.IsTrue(fact)))
            case Kind.ENUM:
                return self._enum_member(fact)
            case Kind.SET:
                members = self.domains.members.get(fact, ())
                return frozenset(
                    i for i in members if self.holds(self.graph.atom(g.HasMember(fact, i)))
                )
            case Kind.TEXT:
                return self._engine.text_theory.text_of(fact) or ""
            case Kind.INT | Kind.NUMBER | Kind.DATE | Kind.TIME | Kind.DURATION:
                number = self._engine.model_number(fact) if fact in self.domains.related else None
                return interval_value(fact, *self.interval(fact)) if number is None else number
            case _:
                assert_never(fact.type.kind)

    def _enum_member(self, fact: Fact) -> int:
        tested = self.domains.members.get(fact, ())
        for i in tested:
            if self.holds(self.graph.atom(g.IsEnumMember(fact, i))):
                return i
        return next((i for i in range(len(fact.type.members)) if i not in tested), 0)

    def interval(self, fact: Fact) -> tuple[Cut | None, Cut | None]:
        """Return the neighbouring cuts between which the quantity lies in the last model."""
        after: Cut | None = None
        for cut in self.domains.cuts.get(fact, ()):
            if self._engine.model_value(self._encoder.solver_literal(self._cut_literal(fact, cut))):
                return after, cut
            after = cut
        return after, None

    # --- candidate values ---

    def candidate_values(self, fact: Fact) -> list[FactValue]:
        """Return a value of each class of the fact, the simplest first and unknown last."""
        known: list[FactValue]
        match fact.type.kind:
            case Kind.BOOL:
                known = [False, True]
            case Kind.ENUM:
                known = list(range(len(fact.type.members)))
            case Kind.SET:
                known = _all_subsets(self.domains.members.get(fact, ()))
            case Kind.TEXT:
                known = list(self._candidate_texts(fact))
            case Kind.INT | Kind.NUMBER | Kind.DATE | Kind.TIME | Kind.DURATION:
                known = list(self._candidate_numbers(fact))
            case _:
                assert_never(fact.type.kind)
        return [*known, None] if fact.optional else known

    def _candidate_texts(self, fact: Fact) -> list[str]:
        for facts, atoms in self.domains.texts:
            if fact in facts:
                at = facts.index(fact)
                found = {texts[at] for texts in sample_texts(facts, atoms).texts}
                return sorted(found, key=lambda text: (len(text), text))
        return [""]

    def _candidate_numbers(self, fact: Fact) -> list[Fraction]:
        cuts = (None, *self.domains.cuts.get(fact, ()), None)
        numbers = {interval_value(fact, *pair) for pair in pairwise(cuts)}
        if fact in self.domains.related and fact.type.kind in (Kind.INT, Kind.NUMBER):
            numbers |= {
                n for n in map(Fraction, range(MAX_SMALL_NUMBERS)) if clamp_to_range(fact, n) == n
            }
        return sort_by_simplicity(fact, numbers)


def _make_engine(limits: Limits, graph: g.AndInverterGraph) -> Engine:
    if not limits.z3_only:
        return LazySmtEngine(limits, graph)
    from specdsl.reasoning.sat.z3_engine import Z3Engine

    return Z3Engine(limits)


def sort_by_simplicity(fact: Fact, numbers: Iterable[Fraction]) -> list[Fraction]:
    """Return the possible values of the fact among the numbers, the simplest first, moments in
    their order.
    """
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


def sort_by_nearness(fact: Fact, numbers: Iterable[Fraction]) -> list[Fraction]:
    """Return the possible values of a moment that is compared only with other moments: those near
    the default day first.
    """
    fitting = sort_by_simplicity(fact, (*numbers, EARLIEST))
    return sorted(fitting, key=lambda moment: (abs(moment - EARLIEST), moment))


def _is_below_cut(value: Fraction, cut: Cut) -> bool:
    return value <= cut[0] if cut[1] else value < cut[0]


def _all_subsets(members: Sequence[int]) -> list[FactValue]:
    """Return all subsets of the first members, small ones first."""
    members = members[:MAX_SUBSET_MEMBERS]
    masks = sorted(
        range(1 << len(members)),
        key=lambda m: (m.bit_count(), [-(m >> i & 1) for i in range(len(members))]),
    )
    return [frozenset(x for i, x in enumerate(members) if mask >> i & 1) for mask in masks]
