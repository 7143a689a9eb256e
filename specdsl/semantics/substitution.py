"""Substitution of facts in atoms: fixed facts, such as those of an example, make circuits
smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from specdsl.frontend.model.case_folding import fold_case
from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.aig import (
    FALSE,
    TRUE,
    AndInverterGraph,
    Atom,
    HasMember,
    Input,
    IsEnumMember,
    IsTrue,
    Known,
    Linear,
    Literal,
    Outcome,
    Size,
    TextCompare,
    TextMatches,
    TextRelation,
)
from specdsl.semantics.fact_values import FactValue, FactValues, as_number, facts_in
from specdsl.semantics.lower_terms import (
    Affine,
    compare_quantities,
    compare_text_terms,
    weighted_sum,
)


def substitute_facts(
    graph: AndInverterGraph, values: Mapping[Fact, FactValue]
) -> Callable[[Atom], Literal | None]:
    """Return a substitution of atoms, for `Graph.rewriter`, that gives these facts these values."""
    facts = FactValues(values)

    def substitute(atom: Atom) -> Literal | None:
        about = facts_in(atom)
        fixed = [fact for fact in about if fact in values]
        if not fixed:
            return None
        if any(values[fact] is None for fact in fixed) and len(about) > 1:
            return FALSE  # The value does not matter, since a `Known` atom is always conjoined.
        if len(fixed) == len(about):
            return TRUE if facts.holds(atom) else FALSE
        if isinstance(atom, Linear):
            return _substitute_in_linear(graph, atom, values)
        assert isinstance(atom, TextRelation)
        left, right = values.get(atom.left, atom.left), values.get(atom.right, atom.right)
        assert isinstance(left, str | Fact)
        assert isinstance(right, str | Fact)
        if atom.folding:
            left, right = (fold_case(x) if isinstance(x, str) else x for x in (left, right))
        return compare_text_terms(graph, left, atom.op, right, atom.folding)

    return substitute


def _substitute_in_linear(
    graph: AndInverterGraph, atom: Linear, values: Mapping[Fact, FactValue]
) -> Literal:
    """Return what remains of the relation after its fixed facts are replaced by numbers."""
    rest: list[tuple[Fact | Size, Fraction]] = []
    constant = Fraction(0)
    for variable, coefficient in atom.terms:
        fact = variable.fact if isinstance(variable, Size) else variable
        if fact in values:
            constant += coefficient * as_number(values[fact])
        else:
            rest.append((variable, coefficient))
    return compare_quantities(graph, Affine(tuple(rest), constant), atom.op, Affine((), atom.bound))


def rename_fact(graph: AndInverterGraph, atom: Atom, fact: Fact, other: Fact) -> Literal:
    """Return the same atom about another fact of the same type."""

    def substitute(found: Fact) -> Fact:
        return other if found is fact else found

    match atom:
        case Linear():
            terms = tuple(
                (Size(substitute(v.fact)) if isinstance(v, Size) else substitute(v), c)
                for v, c in atom.terms
            )
            left = weighted_sum((c, Affine(((v, Fraction(1)),), Fraction(0))) for v, c in terms)
            return compare_quantities(graph, left, atom.op, Affine((), atom.bound))
        case TextRelation():
            return compare_text_terms(graph, substitute(atom.left), atom.op, substitute(atom.right))
        case Outcome() | Input():
            return graph.atom(atom)
        case Known() | IsTrue() | IsEnumMember() | HasMember() | TextCompare() | TextMatches():
            return graph.atom(replace(atom, fact=substitute(atom.fact)))
        case _:
            assert_never(atom)
