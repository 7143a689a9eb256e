"""Conflicts of relations are put as weakly as can be, and stay conflicts. Z3 is the judge."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
import z3

from specdsl.api import loads
from specdsl.reasoning.sat.generalize import FarkasCache, SumBounds, Terms, generalize_conflict
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.semantics.aig import Linear
from specdsl.semantics.lower_terms import Variable

SPEC = """
authority root
decision d: a > b
fact x, y, z: KIND
rule r at root when x + y + z > 0 then d is b
"""
BOUNDS = range(-4, 5)


class Drawn:
    """Sums of numbers, each with several bounds, and Z3's word on which exclude each other."""

    def __init__(self, kind: str, random: Random) -> None:
        self.numbers = tuple(loads(SPEC.replace("KIND", kind)).model.facts)
        sort = z3.Int if kind == "int" else z3.Real
        self.unknowns: dict[Variable, z3.ArithRef] = {
            fact: sort(fact.name) for fact in self.numbers
        }
        self.meant: dict[SatLiteral, Linear] = {}
        self.cache = FarkasCache()
        self.bounds: dict[Terms, SumBounds] = {}
        self.sum_of: dict[SatLiteral, SumBounds] = {}
        for terms in (*(((fact, Fraction(1)),) for fact in self.numbers), *self._sums(random)):
            for bound in BOUNDS if terms not in self.bounds else ():
                variable = SatLiteral(len(self.meant) + 1)
                op = "<=" if kind == "int" or random.random() < 0.5 else "<"
                self.meant[variable] = Linear(terms, op, Fraction(bound))
                one = self.bounds.setdefault(terms, SumBounds(terms, self.cache.number_of(terms)))
                one.insert_bound(Fraction(bound), op == "<=", variable)
                self.sum_of[variable] = one

    def _sums(self, random: Random) -> list[Terms]:
        found: list[Terms] = []
        for _ in range(3):
            some: list[Variable] = random.sample(self.numbers, random.choice([2, 2, 3]))
            factors = [Fraction(1), *(Fraction(random.choice([1, -1, 2, -2])) for _ in some[1:])]
            found.append(tuple(zip(some, factors, strict=True)))
        return found

    def literals(self, random: Random) -> tuple[SatLiteral, ...]:
        """One of each of some sums."""
        chains = random.sample(list(self.bounds.values()), random.randint(2, len(self.bounds)))
        return tuple(
            SatLiteral(random.choice([1, -1]) * random.choice(chain.variables)) for chain in chains
        )

    def exclude(self, literals: tuple[SatLiteral, ...]) -> bool:
        """They cannot be together."""
        solver = z3.Solver()
        for literal in literals:
            relation = self.meant[abs(literal)]
            total = z3.Sum([int(c) * self.unknowns[v] for v, c in relation.terms])
            bound = int(relation.bound)
            holds = total <= bound if relation.op == "<=" else total < bound
            solver.add(holds if literal > 0 else z3.Not(holds))
        return bool(solver.check() == z3.unsat)

    def core(self, random: Random) -> tuple[SatLiteral, ...]:
        """Some that exclude each other, and none of which can be left out."""
        while not self.exclude(found := self.literals(random)):
            pass
        for literal in found:
            fewer = tuple(one for one in found if one != literal)
            found = fewer if self.exclude(fewer) else found
        return found

    def weaker(self, literal: SatLiteral) -> SatLiteral | None:
        """The one that says the least more."""
        chain = self.sum_of[abs(literal)].variables
        at = chain.index(abs(literal)) + (1 if literal > 0 else -1)
        return (chain[at] if literal > 0 else -chain[at]) if 0 <= at < len(chain) else None


@pytest.mark.parametrize("kind", ["int", "number"])
def test_weaker_relations_still_exclude_each_other(kind: str) -> None:
    several = 0
    for seed in range(40):
        random = Random(seed)
        drawn = Drawn(kind, random)
        core = drawn.core(random)
        found = generalize_conflict(core, drawn.sum_of, drawn.cache)
        assert found is not None or kind == "int", "no reason of whole numbers alone"
        if found is None:
            continue
        assert drawn.exclude(found)
        assert {drawn.meant[abs(one)].terms for one in found} == {
            drawn.meant[abs(one)].terms for one in core
        }
        several += sum(len(drawn.meant[abs(one)].terms) > 1 for one in found) > 1
        for literal in found if kind == "number" else ():
            weaker = drawn.weaker(literal)
            others = tuple(one for one in found if one != literal)
            assert weaker is None or not drawn.exclude((*others, weaker))
    assert several > 5


def test_what_is_no_conflict_has_no_reason() -> None:
    random = Random(0)
    drawn = Drawn("number", random)
    tried = [pair for pair in combinations(drawn.meant, 2) if not drawn.exclude(pair)]
    assert all(generalize_conflict(pair, drawn.sum_of, drawn.cache) is None for pair in tried[:50])
