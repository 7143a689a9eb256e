"""Assumptions that resolve a contradiction: an order of two facts, without which the rules would
never apply together, though the spec does not state it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations

from specdsl.api import Spec
from specdsl.base.limits import MAX_ASSUMED_PAIRS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import facts_read, subexpressions
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.instruction_inputs import no_instructions
from specdsl.semantics.lower_terms import Affine, compare_quantities
from specdsl.semantics.resolution_circuit import World

NUMBERS = (m.Kind.INT, m.Kind.NUMBER)
MOMENTS = (m.Kind.DATE, m.Kind.TIME)


@dataclass(frozen=True, slots=True)
class FactOrder:
    """`high` is greater than `low`, or, unless `strict`, equal to it."""

    high: m.Fact
    low: m.Fact
    strict: bool

    @property
    def text(self) -> str:
        return f"{self.high.name} {'>' if self.strict else '>='} {self.low.name}"

    @property
    def name(self) -> str:
        """Return a name for an assumption of it."""
        words = ("after", "not_before") if self.high.type.kind in MOMENTS else ("above", "at_least")
        return f"{self.high.name}_{words[not self.strict]}_{self.low.name}"


def separating_orders(spec: Spec, rules: Sequence[m.Rule]) -> Iterator[FactOrder]:
    """Yield orders of two facts under which the rules never apply together, at most one for each
    pair. The facts are not compared with each other, but both with a third one.
    """
    graph = spec.circuit.graph
    with graph.scratch():
        world = World(spec.circuit, no_instructions)
        here = [
            world.assumptions_hold(),
            *(world.literal(spec.circuit.rules[r].applies) for r in rules),
        ]
        for pair in indirectly_compared(rules)[:MAX_ASSUMED_PAIRS]:
            for relation in _candidate_orders(pair):
                op = ">" if relation.strict else ">="
                holds = compare_quantities(
                    graph, _affine_term(relation.high), op, _affine_term(relation.low)
                )
                if Prover(graph, (*here, holds), Limits()).check(*here, holds) is Answer.UNSAT:
                    yield relation
                    break


def _candidate_orders(pair: tuple[m.Fact, m.Fact]) -> Iterator[FactOrder]:
    """Yield the possible orders, the weakest first."""
    for strict in (False, True):
        yield from (FactOrder(high, low, strict) for high, low in permutations(pair))


def _affine_term(fact: m.Fact) -> Affine:
    return Affine(((fact, Fraction(1)),), Fraction(0))


def indirectly_compared(rules: Iterable[m.Rule]) -> list[tuple[m.Fact, m.Fact]]:
    """Return pairs of comparable facts that are compared with a common third fact, and not with
    each other.
    """
    near: dict[m.Fact, dict[m.Fact, None]] = {}
    for rule in rules:
        for compared in _comparisons((*rule.whens, *rule.unlesses)):
            found = dict.fromkeys(fact for fact in facts_read(compared) if _is_quantity(fact))
            for one, two in permutations(found, 2):
                near.setdefault(one, {})[two] = None
    pairs = ((a, b) for around in near.values() for a, b in combinations(around, 2))
    apart = (
        pair for pair in pairs if pair[1] not in near.get(pair[0], {}) and _are_comparable(*pair)
    )
    return list({frozenset(pair): pair for pair in apart}.values())


def _comparisons(exprs: Iterable[m.Expr]) -> Iterator[m.Expr]:
    for expr in exprs:
        match expr:
            case m.Compare(text=False):
                yield expr
            case m.DefineRef(define):
                yield from _comparisons((define.expr,))
            case _:
                yield from _comparisons(subexpressions(expr))


def _is_quantity(fact: m.Fact) -> bool:
    return fact.type.kind in (*NUMBERS, *MOMENTS, m.Kind.DURATION)


def _are_comparable(one: m.Fact, two: m.Fact) -> bool:
    kinds = {one.type.kind, two.type.kind}
    return len(kinds) == 1 or kinds <= {*NUMBERS}
