"""Decision circuits: a spec lowered to two-valued conditions and ranked candidates.

This is the one definition of what a spec means (design: semantics). Conditions are literals of an
`AndInverterGraph`; `ranks` tells who outranks whom. The emitters print circuits, and the solver
proves properties of them.
"""

from __future__ import annotations

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import (
    Assertion,
    Assume,
    DecisionModel,
    Delegate,
    Expr,
    Rule,
    SpecModel,
)
from specdsl.frontend.ranking.ranks import Ranks
from specdsl.semantics.aig import AndInverterGraph, Literal


@dataclass(frozen=True, slots=True)
class Condition:
    """A three-valued condition in dual-rail encoding: the literals that it is true and that it is
    false. It is unknown if neither is.
    """

    true: Literal
    false: Literal


@dataclass(frozen=True, slots=True)
class Alternative:
    """A disjunct of a clause; `others` is the literal of the clause without it."""

    expr: Expr
    others: Literal


@dataclass(frozen=True, slots=True)
class Clause:
    """A conjunct of a rule's condition: a conjunct of a `when`, or a whole `unless`.

    `holds` is the literal that it allows the rule to apply; `own` is false for a `when` of a policy
    around the rule. `alternatives` has at least two disjuncts, or none.
    """

    keyword: str
    expr: Expr
    holds: Literal
    own: bool
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleCircuit:
    """A rule's condition. `applies` is the conjunction of the clauses; `possible`: no
    `when` is false.
    """

    applies: Literal
    possible: Literal
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, eq=False)
class Circuit:
    """The circuit of a spec. Decisions come in the order of `spec.decisions`, each after those it
    reads.
    """

    spec: SpecModel
    ranks: Ranks
    graph: AndInverterGraph
    rules: dict[Rule, RuleCircuit]
    delegates: dict[Delegate, Literal]  # The literal that the delegation is active.
    assumes: dict[Assume, Literal]  # The literal that it is not false.
    # The literals that `when` is true and that a Holds claim is true.
    assertions: dict[Assertion, tuple[Literal, Literal]]
    readers: dict[
        Assertion, tuple[DecisionModel, ...]
    ]  # The decisions that the claim and `when` read.
