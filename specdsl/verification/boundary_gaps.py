"""Boundary gaps: single numbers between two limits that no rule decides, as in `< 1000` and `>
1000`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice

from specdsl.base.limits import MAX_GAPS
from specdsl.reasoning.domains.cuts import Cut, cuts_of
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Atom, Known, Linear, Literal, Size
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.lower_terms import Variable, grid_step

ONE = Fraction(1)


def gap_literals(
    graph: AndInverterGraph, claim: Literal, atoms: Iterable[Atom]
) -> Iterator[Literal]:
    """Yield for each isolated number the literal that the quantity is this number and the claim
    holds, but on neither side of it, all else equal."""
    atoms = tuple(atoms)
    for variable, number in islice(_isolated_numbers(atoms), MAX_GAPS):
        away = grid_step(variable) or _distance_to_others(number, atoms, variable)
        sides = (number - away, number + away)
        fact = variable.fact if isinstance(variable, Size) else variable
        if all(_in_range(variable, side) for side in sides):
            known = graph.atom(Known(fact)) if fact.optional else TRUE
            here = graph.atom(Linear(((variable, ONE),), "=", number))
            decided = (_claim_at(graph, claim, variable, side) ^ 1 for side in sides)
            found = graph.all_of((known, here, claim, *decided))
            if found != FALSE:
                yield found


def _isolated_numbers(atoms: tuple[Atom, ...]) -> Iterator[tuple[Variable, Fraction]]:
    """Yield the numbers that two limits isolate, of quantities that are compared with no other."""
    cuts: dict[Variable, set[Cut]] = {}
    for atom in atoms:
        if isinstance(atom, Linear) and len(atom.terms) == 1:
            variable = atom.terms[0][0]
            cuts.setdefault(variable, set()).update(cuts_of(variable, atom.op, atom.bound))
    related = {f for a in atoms if isinstance(a, Linear) and len(a.terms) > 1 for f in facts_in(a)}
    for variable, found in cuts.items():
        if variable not in related:
            step = grid_step(variable)
            for bound, closed in sorted(found):
                below = (bound, False) if step is None else (bound - step, True)
                if closed and below in found:
                    yield variable, bound


def _distance_to_others(number: Fraction, atoms: Iterable[Atom], variable: Variable) -> Fraction:
    """Return a distance within which the quantity is compared with no other number."""
    others = [
        abs(atom.bound - number)
        for atom in atoms
        if isinstance(atom, Linear) and atom.terms == ((variable, ONE),) and atom.bound != number
    ]
    return min(others, default=ONE) / 2


def _in_range(variable: Variable, value: Fraction) -> bool:
    if isinstance(variable, Size):
        return 0 <= value <= len(variable.fact.type.members)
    low, high = variable.type.low, variable.type.high
    return (low is None or low <= value) and (high is None or value <= high)


def _claim_at(
    graph: AndInverterGraph, claim: Literal, variable: Variable, value: Fraction
) -> Literal:
    """Return the claim for a value of the quantity."""

    def evaluate_comparison(atom: Atom) -> Literal | None:
        if not isinstance(atom, Linear) or atom.terms != ((variable, ONE),):
            return None
        holds = {"=": value == atom.bound, "<": value < atom.bound, "<=": value <= atom.bound}
        return TRUE if holds[atom.op] else FALSE

    return graph.rewriter(evaluate_comparison)(claim)
