"""What the author of a spec may take for granted of two facts: where rules clash only if one of
them is beyond the other, though nothing says how they relate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

from specdsl.api import Spec
from specdsl.base.limits import MOST_ASSUMED_PAIRS
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.layers import facts_read
from specdsl.frontend.model.traversal import subexpressions
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.instruction_inputs import no_instructions
from specdsl.semantics.lower_terms import Affine, compare_quantities
from specdsl.semantics.resolution_circuit import World

NUMBERS = (m.Kind.INT, m.Kind.NUMBER)
MOMENTS = (m.Kind.DATE, m.Kind.TIME)


@dataclass(frozen=True, slots=True)
class Relation:
    """`high` is greater than `low`, or where it is not `strict` at least as great."""

    high: m.Fact
    low: m.Fact
    strict: bool

    @property
    def text(self) -> str:
        return f"{self.high.name} {'>' if self.strict else '>='} {self.low.name}"

    @property
    def name(self) -> str:
        """What an assumption of it may be called."""
        words = ("after", "not_before") if self.high.type.kind in MOMENTS else ("above", "at_least")
        return f"{self.high.name}_{words[not self.strict]}_{self.low.name}"


def relations(spec: Spec, rules: Sequence[m.Rule]) -> Iterator[Relation]:
    """Those that keep the rules from applying together. Of two facts that the rules do not compare
    with each other, but both with a third; at most one of two facts."""
    graph = spec.circuit.graph
    with graph.scratch():
        world = World(spec.circuit, no_instructions)
        here = [
            world.assumptions_hold(),
            *(world.literal(spec.circuit.rules[r].applies) for r in rules),
        ]
        for pair in pairs_of(rules)[:MOST_ASSUMED_PAIRS]:
            for relation in _ways(pair):
                op = ">" if relation.strict else ">="
                holds = compare_quantities(graph, _term(relation.high), op, _term(relation.low))
                if Prover(graph, (*here, holds), Limits()).ask(*here, holds) is Answer.NO:
                    yield relation
                    break


def _ways(pair: tuple[m.Fact, m.Fact]) -> Iterator[Relation]:
    """What excludes least comes first."""
    for strict in (False, True):
        yield from (Relation(high, low, strict) for high, low in permutations(pair))


def _term(fact: m.Fact) -> Affine:
    return Affine(((fact, Fraction(1)),), Fraction(0))


def pairs_of(rules: Iterable[m.Rule]) -> list[tuple[m.Fact, m.Fact]]:
    """Facts of a kind that are compared with the same other fact, and not with each other."""
    near: dict[m.Fact, dict[m.Fact, None]] = {}
    for rule in rules:
        for compared in _comparisons((*rule.whens, *rule.unlesses)):
            found = dict.fromkeys(fact for fact in facts_read(compared) if _is_quantity(fact))
            for one, two in permutations(found, 2):
                near.setdefault(one, {})[two] = None
    pairs = ((a, b) for around in near.values() for a, b in combinations(around, 2))
    apart = (pair for pair in pairs if pair[1] not in near.get(pair[0], {}) and _alike(*pair))
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


def _alike(one: m.Fact, two: m.Fact) -> bool:
    kinds = {one.type.kind, two.type.kind}
    return len(kinds) == 1 or kinds <= {*NUMBERS}
