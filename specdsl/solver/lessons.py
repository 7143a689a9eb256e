"""What a situation in which a claim fails teaches about the facts that could decide it.

A guess names some facts, each with a value, and is *valid* when the claim holds whatever the others
are. A situation in which the claim fails, though it agrees with a guess on what it names, shows
that the guess was not. A lesson is a condition that every valid guess meets, over the literals that
a fact is named, and the values of facts in the guess; it is as strong as what makes the claim fail
is weak.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from specdsl.circuit.graph import FALSE, Graph, Linear
from specdsl.circuit.terms import Affine, compare, step_of
from specdsl.circuit.values import FactValue, facts_in
from specdsl.model.nodes import Fact
from specdsl.solver.prover import Prover

MOST_RELATED = 3  # facts of a relation whose bounds are worked out

End = tuple[Fraction, bool]  # of an interval; whether it is included


@dataclass(frozen=True, slots=True)
class _Part:
    """A literal that holds in a situation: about a fact, about several in a relation, or about
    what is said (no fact)."""

    literal: int
    facts: tuple[Fact, ...]


class Lessons:
    """Lessons about one claim. `assumed` are the facts that an assumption is about."""

    def __init__(
        self,
        prover: Prover,
        claim: int,
        facts: Sequence[Fact],
        assumed: Iterable[Fact],
        chosen: Mapping[Fact, int],
    ) -> None:
        self.prover = prover
        self.graph: Graph = prover.graph
        self.claim = claim
        self.facts = facts
        self.assumed = frozenset(assumed)
        self.chosen = chosen
        atoms = self.graph.atoms_of((claim,))
        self.relations = {
            self.graph.atom(atom): facts for atom in atoms if len(facts := facts_in(atom)) > 1
        }
        related = {fact for facts in self.relations.values() for fact in facts}
        self.tied = sorted(related | self.assumed, key=lambda fact: fact.name)

    def learn(self, said: Sequence[int], fixed: Collection[int] = ()) -> int:
        """From the situation of the prover's last YES, with what is said in it; what is `fixed`
        is never otherwise."""
        prover = self.prover
        values = {fact: prover.value(fact) for fact in self.tied}
        parts = [_Part(lit ^ (not prover.truth(lit)), f) for lit, f in self.relations.items()]
        parts += [_Part(lit, (f,)) for f in self.facts for lit in prover.described(f)]
        settled = frozenset(fixed)
        parts += [_Part(lit, ()) for lit in said if lit not in settled]
        same = [prover.equals(fact, values[fact]) for fact in self.tied if fact in self.assumed]
        kept = prover.needed((self.claim, *same, *fixed), [(part, part.literal) for part in parts])
        return self.graph.any_of(self._ways_out(kept, values))

    def _ways_out(self, kept: Sequence[_Part], values: Mapping[Fact, FactValue]) -> Iterator[int]:
        """A fact that is named is not as in one of the parts, or something else is said."""
        relations = [part for part in kept if len(part.facts) > 1]
        for part in kept:
            if not part.facts:
                yield part.literal ^ 1
            elif len(part.facts) == 1:
                yield self._named(part.facts[0], part.literal ^ 1)
        for fact in self.tied:
            if fact in self.assumed:
                yield self._named(fact, self.prover.equals(fact, values[fact]) ^ 1)
        if relations:
            bounded = self._bounded(relations[0], kept) if len(relations) == 1 else None
            yield self._otherwise(relations, values) if bounded is None else bounded

    def _named(self, fact: Fact, literal: int) -> int:
        return self.graph.all_of((self.chosen[fact], literal))

    def _otherwise(self, relations: Sequence[_Part], values: Mapping[Fact, FactValue]) -> int:
        """One of the relations is otherwise, and so is a fact in them that is named."""
        facts = {fact for part in relations for fact in part.facts}
        moved = (
            self._named(fact, self.prover.equals(fact, values[fact]) ^ 1)
            for fact in sorted(facts, key=lambda fact: fact.name)
        )
        broken = self.graph.any_of(part.literal ^ 1 for part in relations)
        return self.graph.all_of((broken, self.graph.any_of(moved)))

    # --- one relation, by the bounds of its facts ---

    def _bounded(self, relation: _Part, kept: Sequence[_Part]) -> int | None:
        """Whatever those in the relation that are not named are, within what is kept of them, it
        does not hold. None where this cannot be said by bounds."""
        atom = self.graph.atoms[relation.literal >> 1]
        facts = relation.facts
        if not isinstance(atom, Linear) or atom.op == "=" or len(facts) > MOST_RELATED:
            return None
        if any(not isinstance(variable, Fact) for variable, _ in atom.terms):
            return None
        terms = {fact: c for fact, c in atom.terms if isinstance(fact, Fact)}
        strict, bound = atom.op == "<", atom.bound
        if relation.literal & 1:  # not (sum <= bound): -sum < -bound
            terms = {fact: -c for fact, c in terms.items()}
            strict, bound = not strict, -bound
        ways = (
            self._beyond(terms, named, strict, bound, kept)
            for size in range(1, len(facts) + 1)
            for named in combinations(facts, size)
        )
        return self.graph.any_of(ways)

    def _beyond(
        self,
        terms: Mapping[Fact, Fraction],
        named: Sequence[Fact],
        strict: bool,
        bound: Fraction,
        kept: Sequence[_Part],
    ) -> int:
        """Just these are named, and the least that the others can add is too much."""
        least, reached = Fraction(0), True
        for fact, coefficient in terms.items():
            if fact not in named:
                end = _ends(self.graph, fact, kept)[coefficient < 0]
                if end is None:
                    return FALSE
                least += coefficient * end[0]
                reached = reached and end[1]
        total = Affine(tuple((f, c) for f, c in terms.items() if f in named), Fraction(0))
        op = ">=" if strict or not reached else ">"
        beyond = compare(self.graph, total, op, Affine((), bound - least))
        just = [self.chosen[fact] ^ (fact not in named) for fact in terms]
        return self.graph.all_of((*just, beyond))


def _ends(graph: Graph, fact: Fact, kept: Sequence[_Part]) -> tuple[End | None, End | None]:
    """The lowest and the highest value of a fact within its range and what is kept of it."""
    low: End | None = None if fact.type.low is None else (fact.type.low, True)
    high: End | None = None if fact.type.high is None else (fact.type.high, True)
    step = step_of(fact)
    for part in kept:
        atom = graph.atoms[part.literal >> 1]
        if part.facts != (fact,) or not isinstance(atom, Linear):
            continue
        if part.literal & 1:  # above the cut
            end = (atom.bound, atom.op == "<") if step is None else (atom.bound + step, True)
            low = end if low is None else max(low, end, key=lambda e: (e[0], not e[1]))
        else:
            end = (atom.bound, atom.op == "<=")
            high = end if high is None else min(high, end, key=lambda e: (e[0], e[1]))
    return low, high
