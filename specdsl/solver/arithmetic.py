"""Linear relations between facts, decided by Z3."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

import z3

from specdsl.circuit.graph import Linear, Size
from specdsl.circuit.terms import CALENDAR, DAY, Variable
from specdsl.model.nodes import Fact, Kind
from specdsl.solver import effort
from specdsl.solver.engines import Answer, Limits
from specdsl.solver.weakest import weakest

PLACES = 6  # decimals of the seconds that are looked for


class Numbers:
    """The numbers that relations speak of, in one solver."""

    def __init__(self, solver: z3.Solver) -> None:
        self._solver = solver
        self._context = solver.ctx
        self._numbers: dict[Variable, z3.ArithRef] = {}

    def relation(self, atom: Linear) -> z3.BoolRef:
        """Σ c·x op b over whole coefficients."""
        weights = [(self._number(variable), c * unit(variable)) for variable, c in atom.terms]
        scale = lcm(atom.bound.denominator, *(c.denominator for _, c in weights))
        total = z3.Sum([number * int(c * scale) for number, c in weights])
        bound = int(atom.bound * scale)
        return {"=": total == bound, "<": total < bound, "<=": total <= bound}[atom.op]

    def _number(self, variable: Variable) -> z3.ArithRef:
        found = self._numbers.get(variable)
        if found is None:
            found = self._numbers[variable] = self._new(variable)
        return found

    def _new(self, variable: Variable) -> z3.ArithRef:
        name = f"number {len(self._numbers)}"
        if isinstance(variable, Size):
            size = z3.Int(name, self._context)
            self._solver.add(size >= 0, size <= len(variable.fact.type.members))
            return size
        kind = variable.type.kind
        whole = kind in (Kind.INT, Kind.DATE)
        number = (z3.Int if whole else z3.Real)(name, self._context)
        if kind in CALENDAR:
            first, end = (int(moment / unit(variable)) for moment in CALENDAR[kind])
            self._solver.add(first <= number, number < end)
        return number

    def model(self, assumed: Sequence[z3.BoolRef]) -> z3.ModelRef:
        """Of the last check: if there is one, a model whose times and durations can be written."""
        found = self._solver.model()
        spans = [
            number
            for variable, number in self._numbers.items()
            if isinstance(variable, Fact) and variable.type.kind in (Kind.TIME, Kind.DURATION)
        ]
        if all(_is_decimal(found.eval(number, model_completion=True)) for number in spans):
            return found
        self._solver.push()
        self._solver.add(*(z3.IsInt(number * 10**PLACES) for number in spans))
        if self._solver.check(*assumed) == z3.sat:
            found = self._solver.model()
        self._solver.pop()
        return found

    def value(self, variable: Variable, model: z3.ModelRef) -> Fraction | None:
        """What a number is; None where no relation speaks of it."""
        number = self._numbers.get(variable)
        if number is None:
            return None
        found = model.eval(number, model_completion=True)
        exact = found.as_fraction() if z3.is_rational_value(found) else found.as_long()
        return Fraction(exact) * unit(variable)


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

    Of the bounds on one number only the tightest two are looked at, so the asker sees to it that
    each lower bound implies the higher ones.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._share = 1.0
        self._meant: dict[int, Linear] = {}  # by variable
        self._names: dict[int, z3.BoolRef] = {}  # by literal, of those that were ever asked about
        self._relations: dict[int, Linear] = {}  # by variable, of several numbers each
        self._bounds: dict[Variable, list[tuple[Fraction, bool, int]]] = {}  # sorted, with variable
        self._model: z3.ModelRef | None = None
        self._core: tuple[int, ...] = ()
        self._last: tuple[int, ...] | None = None

    def mean(self, variable: int, relation: Linear) -> None:
        """From now on the variable says whether the relation holds; of one number it is `<` or
        `<=`, with the coefficient 1."""
        self._meant[variable] = relation
        if len(relation.terms) > 1:
            self._relations[variable] = relation
        else:
            bounds = self._bounds.setdefault(relation.terms[0][0], [])
            insort(bounds, (relation.bound, relation.op == "<=", variable))
        self._last = None

    @cached_property
    def _solver(self) -> z3.Solver:
        return bounded(self._limits, z3.Context())

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self._solver)

    def _name(self, literal: int) -> z3.BoolRef:
        if literal not in self._names:
            variable = abs(literal)
            name = z3.Bool(f"r{variable}", self._solver.ctx)
            self._solver.add(name == self._numbers.relation(self._meant[variable]))
            self._names[variable], self._names[-variable] = name, z3.Not(name)
        return self._names[literal]

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
        kept = {literal.get_id() for literal in self._solver.unsat_core()}
        self._core = self._weakest([lit for lit in literals if self._names[lit].get_id() in kept])
        return Answer.NO

    def _weakest(self, core: Sequence[int]) -> tuple[int, ...]:
        """Where one relation cannot be for its numbers' bounds, that with the weakest such."""
        among = [literal for literal in core if abs(literal) in self._relations]
        if len(among) != 1:
            return tuple(core)
        relation = self._relations[abs(among[0])]
        bounds = weakest(relation, among[0] > 0, core, self._bounds)
        return tuple(core) if bounds is None else (among[0], *bounds)

    def _tightest(self, true: Callable[[int], bool]) -> Iterator[int]:
        """The relations as they are, and of each number the bounds next to it."""
        for variable in self._relations:
            yield variable if true(variable) else -variable
        for bounds in self._bounds.values():
            first = bisect_left(bounds, True, key=lambda bound: true(bound[2]))
            if first:
                yield -bounds[first - 1][2]
            if first < len(bounds):
                yield bounds[first][2]

    def _names_of_facts(self) -> Iterator[str]:
        for relation in self._relations.values():
            yield from (v.fact.name if isinstance(v, Size) else v.name for v, _ in relation.terms)

    def _check(self, literals: Sequence[int]) -> z3.CheckSatResult:
        """Without what z3's own `check` does to each literal, which takes longer than solving."""
        if self._share != effort.share():
            self._share = effort.share()
            self._solver.set("timeout", int(self._limits.seconds * 1000 * self._share))
        asts = (z3.Ast * len(literals))(*(self._name(lit).as_ast() for lit in literals))
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
            self._model = self._numbers.model([self._names[lit] for lit in self._last])
        return self._numbers.value(variable, self._model)
