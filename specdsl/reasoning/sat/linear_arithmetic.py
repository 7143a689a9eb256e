"""Linear relations between facts, decided by Z3."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

import z3

from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning import effort
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.generalize import Bound, Terms, weakest
from specdsl.semantics.aig import AndInverterGraph, Linear, Size
from specdsl.semantics.lower_terms import CALENDAR, DAY, Variable

PLACES = 6  # decimals of the seconds that are looked for

Conflict = tuple[tuple[Linear, bool], ...]  # relations, and whether each holds


class Relations:
    """What is known of linear relations, whoever asks about them: what Z3 has for them, and which
    of them cannot be together."""

    def __init__(self) -> None:
        self._made: dict[Linear, z3.BoolRef] = {}
        self._numbers: dict[Variable, z3.ArithRef] = {}
        self._named: dict[tuple[Linear, bool], tuple[z3.BoolRef, z3.BoolRef]] = {}
        self._conflicts: dict[Linear, list[Conflict]] = {}

    @staticmethod
    def of(graph: AndInverterGraph) -> Relations:
        """Those between the facts of a graph."""
        return graph.get_or_make("relations", Relations)

    @cached_property
    def context(self) -> z3.Context:
        return z3.Context()

    def relation(self, atom: Linear) -> z3.BoolRef:
        """Σ c·x op b over whole coefficients."""
        found = self._made.get(atom)
        if found is None:
            found = self._made[atom] = self._relation(atom)
        return found

    def named(self, atom: Linear, holds: bool) -> tuple[z3.BoolRef, z3.BoolRef]:
        """A name for that the relation holds, or does not; and what says so."""
        key = atom, holds
        found = self._named.get(key)
        if found is None:
            name, relation = z3.Bool(f"r{len(self._named)}", self.context), self.relation(atom)
            said = z3.Implies(name, relation if holds else z3.Not(relation))
            found = self._named[key] = name, said
        return found

    def _relation(self, atom: Linear) -> z3.BoolRef:
        weights = [(self.number(variable), c * unit(variable)) for variable, c in atom.terms]
        scale = lcm(atom.bound.denominator, *(c.denominator for _, c in weights))
        total = z3.Sum([number * int(c * scale) for number, c in weights])
        bound = int(atom.bound * scale)
        return {"=": total == bound, "<": total < bound, "<=": total <= bound}[atom.op]

    def number(self, variable: Variable) -> z3.ArithRef:
        found = self._numbers.get(variable)
        if found is None:
            whole = isinstance(variable, Size) or variable.type.kind in (Kind.INT, Kind.DATE)
            sort = z3.Int if whole else z3.Real
            found = sort(f"number {len(self._numbers)}", self.context)
            self._numbers[variable] = found
        return found

    def limits(self, variable: Variable) -> tuple[z3.BoolRef, ...]:
        """What holds of the number in every situation."""
        number = self.number(variable)
        if isinstance(variable, Size):
            return number >= 0, number <= len(variable.fact.type.members)
        kind = variable.type.kind
        if kind not in CALENDAR:
            return ()
        first, end = (int(moment / unit(variable)) for moment in CALENDAR[kind])
        return first <= number, number < end

    def learn(self, conflict: Conflict) -> None:
        """These cannot be so together."""
        for atom, _ in conflict:
            self._conflicts.setdefault(atom, []).append(conflict)

    def conflicts(self, atom: Linear) -> Sequence[Conflict]:
        """Those known that the relation is part of."""
        return self._conflicts.get(atom, ())


class Numbers:
    """The numbers that relations speak of, in one solver."""

    def __init__(self, solver: z3.Solver, relations: Relations) -> None:
        self._solver = solver
        self._relations = relations
        self._known: set[Variable] = set()

    def relation(self, atom: Linear) -> z3.BoolRef:
        """The relation; from now on its numbers are in their limits."""
        self._limit(atom)
        return self._relations.relation(atom)

    def named(self, atom: Linear, holds: bool) -> z3.BoolRef:
        """A name for that it holds, or does not, which the solver knows from now on."""
        self._limit(atom)
        name, said = self._relations.named(atom, holds)
        z3.Z3_solver_assert(self._solver.ctx.ref(), self._solver.solver, said.as_ast())
        return name

    def _limit(self, atom: Linear) -> None:
        for variable, _ in atom.terms:
            if variable not in self._known:
                self._known.add(variable)
                self._solver.add(*self._relations.limits(variable))

    def model(self, check: Callable[[], z3.CheckSatResult]) -> z3.ModelRef:
        """Of the last check: if there is one, a model whose times and durations can be written.
        `check` repeats it."""
        found = self._solver.model()
        spans = [
            self._relations.number(variable)
            for variable in sorted(self._known, key=_name)
            if isinstance(variable, Fact) and variable.type.kind in (Kind.TIME, Kind.DURATION)
        ]
        if all(_is_decimal(found.eval(number, model_completion=True)) for number in spans):
            return found
        self._solver.push()
        self._solver.add(*(z3.IsInt(number * 10**PLACES) for number in spans))
        if check() == z3.sat:
            found = self._solver.model()
        self._solver.pop()
        return found

    def value(self, variable: Variable, model: z3.ModelRef) -> Fraction | None:
        """What a number is; None where no relation speaks of it."""
        if variable not in self._known:
            return None
        found = model.eval(self._relations.number(variable), model_completion=True)
        exact = found.as_fraction() if z3.is_rational_value(found) else found.as_long()
        return Fraction(exact) * unit(variable)


def _name(variable: Variable) -> str:
    return variable.fact.name if isinstance(variable, Size) else variable.name


def unit(variable: Variable) -> Fraction:
    """Of what the solver's number counts: dates in days."""
    date = not isinstance(variable, Size) and variable.type.kind is Kind.DATE
    return DAY if date else Fraction(1)


def _is_decimal(value: z3.ExprRef) -> bool:
    return not z3.is_rational_value(value) or 10**PLACES % value.denominator_as_long() == 0


def bounded(limits: Limits, context: z3.Context) -> z3.Solver:
    """A solver that is the same on every run and gives up in time."""
    solver = z3.SimpleSolver(ctx=context)
    solver.set("ctrl_c", False)  # else Ctrl-C is an answer that was given up, and all goes on
    solver.set("random_seed", 0)
    solver.set("rlimit", limits.work)
    solver.set("timeout", int(limits.seconds * 1000))
    return solver


class Arithmetic:
    """Whether relations can be as some booleans say.

    Of the relations that differ in their bounds alone only the tightest two are looked at, so the
    asker sees to it that each lower bound implies the higher ones.
    """

    def __init__(self, limits: Limits, relations: Relations) -> None:
        self._limits = limits
        self._relations = relations
        self._share = 1.0
        self._meant: dict[int, Linear] = {}  # by variable
        self._variables: dict[Linear, int] = {}
        self._asts: dict[int, z3.Ast] = {}  # by literal, of those that were ever asked about
        self._literals: dict[int, int] = {}  # by the number of an ast
        self._bounds: dict[Terms, list[Bound]] = {}  # sorted
        self._model: z3.ModelRef | None = None
        self._core: tuple[int, ...] = ()
        self._last: tuple[int, ...] | None = None

    def mean(self, variable: int, relation: Linear) -> Iterator[tuple[int, ...]]:
        """From now on the variable says whether the relation holds; it is `<` or `<=`, its first
        coefficient is 1. Gives literals that are known not to be together."""
        self._meant[variable] = relation
        self._variables[relation] = variable
        bounds = self._bounds.setdefault(relation.terms, [])
        insort(bounds, (relation.bound, relation.op == "<=", variable))
        self._last = None
        for conflict in self._relations.conflicts(relation):
            if all(atom in self._variables for atom, _ in conflict):
                yield tuple(
                    self._variables[atom] if holds else -self._variables[atom]
                    for atom, holds in conflict
                )

    @cached_property
    def _solver(self) -> z3.Solver:
        return bounded(self._limits, self._relations.context)

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self._solver, self._relations)

    def _ast(self, literal: int) -> z3.Ast:
        found = self._asts.get(literal)
        if found is None:
            name = self._numbers.named(self._meant[abs(literal)], literal > 0)
            self._literals[name.get_id()] = literal
            found = self._asts[literal] = name.as_ast()
        return found

    def ask(self, true: Callable[[int], bool]) -> Answer:
        """Whether there are numbers for which all relations are as `true` says."""
        literals = tuple(self._tightest(true))
        if literals == self._last:
            return Answer.YES
        result = self._check(literals)
        if result == z3.sat:
            self._model, self._last = None, literals  # read when it is asked for
            return Answer.YES
        self._last = None
        if result != z3.unsat:
            effort.gave_up(effort.relations(self._names_of_facts()))
            return Answer.UNSETTLED
        kept = {self._literals[name.get_id()] for name in self._solver.unsat_core()}
        core = tuple(literal for literal in literals if literal in kept)
        self._core = weakest(core, self._meant, self._bounds) or core
        self._relations.learn(
            tuple((self._meant[abs(literal)], literal > 0) for literal in self._core)
        )
        return Answer.NO

    def _tightest(self, true: Callable[[int], bool]) -> Iterator[int]:
        """Of the relations that differ in their bounds alone, the bounds next to the number."""
        for bounds in self._bounds.values():
            first = bisect_left(bounds, True, key=lambda bound: true(bound[2]))
            if first:
                yield -bounds[first - 1][2]
            if first < len(bounds):
                yield bounds[first][2]

    def _names_of_facts(self) -> Iterator[str]:
        for terms in self._bounds:
            if len(terms) > 1:
                yield from (_name(variable) for variable, _ in terms)

    def _check(self, literals: Sequence[int]) -> z3.CheckSatResult:
        """Without what z3's own `check` does to each literal, which takes longer than solving."""
        if self._share != effort.share():
            self._share = effort.share()
            self._solver.set("timeout", int(self._limits.seconds * 1000 * self._share))
        asts = (z3.Ast * len(literals))(*map(self._ast, literals))
        context = self._solver.ctx.ref()
        found = z3.Z3_solver_check_assumptions(context, self._solver.solver, len(literals), asts)
        return z3.CheckSatResult(found)

    def core(self) -> tuple[int, ...]:
        """Literals of the last NO that cannot be together."""
        return self._core

    def number(self, variable: Variable) -> Fraction | None:
        """What a number is in the last YES."""
        if self._last is None:
            return None
        if self._model is None:
            last = self._last
            self._model = self._numbers.model(lambda: self._check(last))
        return self._numbers.value(variable, self._model)
