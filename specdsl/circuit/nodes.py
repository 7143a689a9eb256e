"""Decision circuits: a spec lowered to two-valued conditions and ranked candidates.

This is the one definition of what a spec means (design: semantics). Conditions are literals of a
`Graph`; who outranks whom is in `ranks`. The emitters print it and the solver proves things of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from specdsl.circuit.graph import Graph
from specdsl.model.nodes import Assertion, Assume, Decision, Delegate, Expr, Rule, Spec
from specdsl.priority.ranks import Ranks


@dataclass(frozen=True, slots=True)
class Condition:
    """A three-valued condition as two literals: it is true; it is false. Neither: unknown."""

    true: int
    false: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of what a clause joins by `or`; `others`: the clause without it, a literal."""

    expr: Expr
    others: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of what makes a rule apply: one conjunct of a `when`, or an `unless` as a whole.

    `holds` is the literal that must be true for the rule to apply; `own` is false for a `when` of
    a policy around the rule. `alternatives`: at least two, or none.
    """

    keyword: str
    expr: Expr
    holds: int
    own: bool
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleCircuit:
    """`applies`: the conjunction of the clauses. `possible`: the whens are not false."""

    applies: int
    possible: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, eq=False)
class Circuit:
    """Decisions come in the order of `spec.decisions`, each after those that it reads."""

    spec: Spec
    ranks: Ranks
    graph: Graph
    rules: dict[Rule, RuleCircuit]
    delegates: dict[Delegate, int]  # the literal: the delegation is active
    assumes: dict[Assume, int]  # the literal: it is not false
    assertions: dict[Assertion, tuple[int, int]]  # `when` is true; a Holds claim is true
    readers: dict[Assertion, tuple[Decision, ...]]  # the decisions that claim and `when` read
