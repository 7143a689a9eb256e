"""Atoms where some facts are fixed: what an example gives turns circuits into smaller ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from specdsl.circuit.graph import (
    FALSE,
    TRUE,
    Atom,
    Graph,
    Input,
    Linear,
    Outcome,
    Size,
    TextRelation,
)
from specdsl.circuit.terms import Affine, combine, compare, compare_text
from specdsl.circuit.values import Facts, FactValue, facts_in, number
from specdsl.model.folding import folded
from specdsl.model.nodes import Fact


def fixing(graph: Graph, values: Mapping[Fact, FactValue]) -> Callable[[Atom], int | None]:
    """What to put for each atom when these facts have these values."""
    facts = Facts(values)

    def put(atom: Atom) -> int | None:
        about = facts_in(atom)
        fixed = [fact for fact in about if fact in values]
        if not fixed:
            return None
        if any(values[fact] is None for fact in fixed) and len(about) > 1:
            return FALSE  # its value does not matter: `Known` stands beside it
        if len(fixed) == len(about):
            return TRUE if facts.holds(atom) else FALSE
        if isinstance(atom, Linear):
            return _linear(graph, atom, values)
        assert isinstance(atom, TextRelation)
        left, right = values.get(atom.left, atom.left), values.get(atom.right, atom.right)
        assert isinstance(left, str | Fact)
        assert isinstance(right, str | Fact)
        if atom.folding:
            left, right = (folded(x) if isinstance(x, str) else x for x in (left, right))
        return compare_text(graph, left, atom.op, right, atom.folding)

    return put


def _linear(graph: Graph, atom: Linear, values: Mapping[Fact, FactValue]) -> int:
    """What is left of the relation once the fixed facts are numbers."""
    rest: list[tuple[Fact | Size, Fraction]] = []
    constant = Fraction(0)
    for variable, coefficient in atom.terms:
        fact = variable.fact if isinstance(variable, Size) else variable
        if fact in values:
            constant += coefficient * number(values[fact])
        else:
            rest.append((variable, coefficient))
    return compare(graph, Affine(tuple(rest), constant), atom.op, Affine((), atom.bound))


def renamed(graph: Graph, atom: Atom, fact: Fact, other: Fact) -> int:
    """The same test of another fact of the same type."""

    def put(found: Fact) -> Fact:
        return other if found is fact else found

    match atom:
        case Linear():
            terms = tuple(
                (Size(put(v.fact)) if isinstance(v, Size) else put(v), c) for v, c in atom.terms
            )
            left = combine((c, Affine(((v, Fraction(1)),), Fraction(0))) for v, c in terms)
            return compare(graph, left, atom.op, Affine((), atom.bound))
        case TextRelation():
            return compare_text(graph, put(atom.left), atom.op, put(atom.right))
        case Outcome() | Input():
            return graph.atom(atom)
        case _:
            return graph.atom(replace(atom, fact=put(atom.fact)))
