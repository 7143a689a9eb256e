"""Symbolic values: what a variable of an emitted function may be, over all situations.

Conditions are literals of an and-inverter graph. A mask of outcomes is a literal for each bit; what
is one of finitely many constants is a literal for each of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Literal
from specdsl.semantics.lower_terms import Affine

Constant = str | int | float | bool | None | tuple[object, ...] | frozenset[object]


class UnreadableCode(Exception):
    """Code that the symbolic reader does not know. It is rejected."""

    def __init__(self, node: ast.AST, what: str) -> None:
        super().__init__(what)
        self.line: int = getattr(node, "lineno", 0)
        self.what = what


@dataclass(frozen=True, slots=True)
class FactTerm:
    """The value of a fact."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class OutcomeTerm:
    """The outcome of another decision."""

    decision: DecisionModel


@dataclass(frozen=True, slots=True)
class QuantityTerm:
    """An affine term; `exact` says that no float stands for a fact in it."""

    affine: Affine


@dataclass(frozen=True, slots=True)
class TruthTerm:
    """A bool."""

    literal: Literal


@dataclass(frozen=True, slots=True)
class MaskTerm:
    """An integer as bits, the lowest first; higher ones are 0."""

    bits: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class LowestBit:
    """The lowest bit that is set in a mask."""

    mask: MaskTerm


@dataclass(frozen=True, slots=True)
class ConstantTerm:
    value: Constant


@dataclass(frozen=True, slots=True)
class ChoiceTerm:
    """A choice between constants, each under its literal; the literals exclude each other."""

    cases: tuple[tuple[Constant, Literal], ...]


@dataclass(frozen=True, slots=True)
class TableTerm:
    """A mapping of constants."""

    rows: tuple[tuple[Constant, Constant], ...]


@dataclass(frozen=True, slots=True)
class NumbersTerm:
    """A list of numbers, each of which is in it under its literal."""

    numbers: tuple[tuple[int, Literal], ...] = ()


@dataclass(frozen=True, slots=True)
class FactsTerm:
    """The values of all facts: a tuple in the order of the spec, or a mapping."""

    by_name: bool


@dataclass(frozen=True, slots=True)
class OutcomesTerm:
    """The outcomes of the decisions that were taken, by name."""

    decisions: tuple[DecisionModel, ...]


Term = (
    FactTerm
    | OutcomeTerm
    | QuantityTerm
    | TruthTerm
    | MaskTerm
    | LowestBit
    | ConstantTerm
    | ChoiceTerm
    | TableTerm
    | NumbersTerm
    | FactsTerm
    | OutcomesTerm
)


def choice_of(graph: AndInverterGraph, cases: Iterable[tuple[Constant, Literal]]) -> ChoiceTerm:
    """Return the choice of constants, equal ones together."""
    found: dict[str, tuple[Constant, list[Literal]]] = {}
    for value, literal in cases:
        if literal != FALSE:  # `True` and 1 are equal, but not the same.
            found.setdefault(repr(value), (value, []))[1].append(literal)
    return ChoiceTerm(tuple((value, graph.any_of(some)) for value, some in found.values()))


def as_choice(term: Term) -> ChoiceTerm | None:
    match term:
        case ChoiceTerm():
            return term
        case ConstantTerm():
            return ChoiceTerm(((term.value, TRUE),))
        case _:
            return None


def as_mask(term: Term) -> MaskTerm | None:
    """Return the term as bits, if it is a mask or a natural number."""
    match term:
        case MaskTerm():
            return term
        case ConstantTerm(value=int() as value) if value is not True and value is not False:
            if 0 <= value < 1 << 200:
                bits = (TRUE if value >> i & 1 else FALSE for i in range(value.bit_length()))
                return MaskTerm(tuple(bits))
    return None


def choose(graph: AndInverterGraph, condition: Literal, one: Literal, other: Literal) -> Literal:
    """Return if-then-else of literals, of which few are more than one of the literals."""
    if one == other:
        return one
    if other == FALSE:
        return graph.all_of((condition, one))
    if one == FALSE:
        return graph.all_of((condition ^ 1, other))
    return graph.ite(condition, one, other)


def ite_terms(graph: AndInverterGraph, condition: Literal, one: Term, other: Term) -> Term | None:
    """Return if-then-else of two terms; None if they are not of one kind."""
    if one == other or condition == TRUE:
        return one
    if condition == FALSE:
        return other
    if isinstance(one, NumbersTerm) and isinstance(other, NumbersTerm):
        return _ite_numbers(graph, condition, one, other)
    if isinstance(one, TruthTerm) and isinstance(other, TruthTerm):
        return TruthTerm(choose(graph, condition, one.literal, other.literal))
    if isinstance(one, MaskTerm) or isinstance(other, MaskTerm):
        left, right = as_mask(one), as_mask(other)
        if left is None or right is None:
            return None
        pairs = zip_longest(left.bits, right.bits, fillvalue=FALSE)
        return MaskTerm(tuple(choose(graph, condition, a, b) for a, b in pairs))
    first, second = as_choice(one), as_choice(other)
    if first is None or second is None:
        return None
    return choice_of(
        graph,
        (
            *((value, graph.all_of((condition, lit))) for value, lit in first.cases),
            *((value, graph.all_of((condition ^ 1, lit))) for value, lit in second.cases),
        ),
    )


def _ite_numbers(
    graph: AndInverterGraph, condition: Literal, one: NumbersTerm, other: NumbersTerm
) -> NumbersTerm:
    first, second = dict(one.numbers), dict(other.numbers)
    names = dict.fromkeys((*first, *second))
    return NumbersTerm(
        tuple(
            (name, choose(graph, condition, first.get(name, FALSE), second.get(name, FALSE)))
            for name in names
        )
    )


Environment = Mapping[str, Term]
