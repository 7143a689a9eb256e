"""A hash-consed and-inverter graph over atoms: the boolean side of every decision circuit.

A *literal* is an int: twice the index of a node, plus one where it is negated. `TRUE` and `FALSE`
are literals of node 0. The constructors simplify, so equal conditions are often the same literal
and many questions never reach a solver.

Atoms are two-valued tests. An atom on a fact that may be unknown has a meaning only where the fact
is known: the lowering puts `Known` beside each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from threading import RLock
from typing import Any, TypeVar

from specdsl.model.nodes import Decision, Fact

T = TypeVar("T")

TRUE = 0
FALSE = 1


@dataclass(frozen=True, slots=True)
class Known:
    """The fact (one that may be unknown) is known."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class IsTrue:
    """The bool fact is true."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class IsMember:
    """The enumeration fact is this member (an index)."""

    fact: Fact
    member: int


@dataclass(frozen=True, slots=True)
class HasMember:
    """The set fact has this member (an index)."""

    fact: Fact
    member: int


@dataclass(frozen=True, slots=True)
class Size:
    """How many members a set fact has: a variable of `Linear`."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Linear:
    """Σ coefficient × variable `op` bound, with `op` one of <= < =.

    At least one term, no coefficient zero, terms in the order of their facts' names; of one term
    the coefficient is 1 (or, where `op` is an inequality, 1 or -1); of several, the first has 1
    or -1.
    """

    terms: tuple[tuple[Fact | Size, Fraction], ...]
    op: str
    bound: Fraction


@dataclass(frozen=True, slots=True)
class TextCompare:
    """The text fact `op` value, by code point, with `op` one of = < <=. Where one of two specs
    takes the fact for one that ignores case, `folding` says that its text is folded first."""

    fact: Fact
    op: str
    value: str
    folding: bool = False


@dataclass(frozen=True, slots=True)
class TextMatches:
    """The text fact matches the pattern (`*` any run, `?` one character, `\\c` is c), `folding` as
    above."""

    fact: Fact
    pattern: str
    folding: bool = False


@dataclass(frozen=True, slots=True)
class TextRelation:
    """left `op` right, two different text facts, by code point, with `op` one of = < (`<=` is the
    negation of `<` the other way round); of `=` the facts are in the order of their names.
    `folding` both, as above."""

    left: Fact
    op: str
    right: Fact
    folding: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision's outcome is this one (an index). Read only where the decision was taken."""

    decision: Decision
    outcome: int


@dataclass(frozen=True, slots=True)
class Input:
    """A free boolean, made by a stage that asks a question (an instruction's bit, say)."""

    name: str


Atom = (
    Known
    | IsTrue
    | IsMember
    | HasMember
    | Linear
    | TextCompare
    | TextMatches
    | TextRelation
    | Outcome
    | Input
)


class Graph:
    """The nodes. A literal is valid until its node is forgotten."""

    def __init__(self) -> None:
        self.atoms: list[Atom | None] = [None]  # by node; None for a conjunction
        self.inputs: list[tuple[int, ...]] = [()]  # by node: sorted literals of a conjunction
        self._atom_index: dict[Atom, int] = {}
        self._and_index: dict[tuple[int, ...], int] = {}
        self._asked = RLock()  # a policy's threads ask one after the other
        self._remembered: dict[str, Any] = {}

    @contextmanager
    def forgetting(self) -> Iterator[None]:
        """What is made meanwhile is gone afterwards, so that nothing depends on whether it was
        ever made: questions may be answered by other situations where nodes are numbered otherwise.
        Of several threads one at a time makes something.
        """
        with self._asked:
            size, remembered = len(self.atoms), self._remembered
            self._remembered = {}
            try:
                yield
            finally:
                self._forget(size)
                self._remembered = remembered

    def remembered(self, name: str, make: Callable[[], T]) -> T:
        """What a stage that asks questions knows of the atoms, made once and then kept as long as
        what is made meanwhile."""
        if name not in self._remembered:
            self._remembered[name] = make()
        found: T = self._remembered[name]
        return found

    def _forget(self, size: int) -> None:
        for atom, inputs in zip(self.atoms[size:], self.inputs[size:], strict=True):
            if atom is None:
                del self._and_index[inputs]
            else:
                del self._atom_index[atom]
        del self.atoms[size:], self.inputs[size:]

    def atom(self, atom: Atom) -> int:
        """The literal of an atom."""
        node = self._atom_index.get(atom)
        if node is None:
            node = self._atom_index[atom] = len(self.atoms)
            self.atoms.append(atom)
            self.inputs.append(())
        return 2 * node

    def all_of(self, literals: Iterable[int]) -> int:
        """Their conjunction."""
        flat: set[int] = set()
        inputs = self.inputs
        for literal in literals:
            if literal == FALSE:
                return FALSE
            below = () if literal & 1 else inputs[literal >> 1]
            if below and len(below) <= 8:
                flat.update(below)
            elif literal:  # not `TRUE`
                flat.add(literal)
        if len(flat) < 2:
            return flat.pop() if flat else TRUE
        if not flat.isdisjoint([literal ^ 1 for literal in flat]):
            return FALSE
        key = tuple(sorted(flat))
        found = self._and_index.get(key)
        if found is None:
            found = self._and_index[key] = len(self.atoms)
            self.atoms.append(None)
            self.inputs.append(key)
        return 2 * found

    def any_of(self, literals: Iterable[int]) -> int:
        """Their disjunction."""
        return self.all_of(literal ^ 1 for literal in literals) ^ 1

    def choose(self, condition: int, then: int, other: int) -> int:
        """`then` where the condition is true, else `other`."""
        return self.any_of((self.all_of((condition, then)), self.all_of((condition ^ 1, other))))

    def same(self, left: int, right: int) -> int:
        """Both or neither."""
        return self.choose(left, right, right ^ 1)

    def one_of(self, name: str, count: int) -> list[int]:
        """So many literals, of inputs of this name: at most one of them holds, and each can."""
        bits = [self.atom(Input(f"{name} {i}")) for i in range(count.bit_length())]
        return [
            self.all_of(bit ^ (not number >> i & 1) for i, bit in enumerate(bits))
            for number in range(1, count + 1)
        ]

    def below(self, literals: Iterable[int]) -> list[int]:
        """The nodes below the literals and node 0, each after its inputs: as they were made."""
        seen: set[int] = {0}
        stack = [literal >> 1 for literal in literals]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(literal >> 1 for literal in self.inputs[node])
        return sorted(seen)

    def atoms_of(self, literals: Iterable[int]) -> list[Atom]:
        """The atoms below the literals, in the order in which they were made."""
        found = (self.atoms[node] for node in self.below(literals))
        return [atom for atom in found if atom is not None]

    def rewriter(self, replace: Callable[[Atom], int | None]) -> Callable[[int], int]:
        """A function from literal to literal that puts `replace(atom)` for each atom.

        `replace` gives the new literal, or None to leave the atom. Results are remembered.
        """
        memo: dict[int, int] = {0: TRUE}

        def visit(root: int) -> int:
            stack = [root >> 1]
            while stack:
                node = stack[-1]
                if node in memo:
                    stack.pop()
                    continue
                atom = self.atoms[node]
                if atom is not None:
                    new = replace(atom)
                    memo[node] = 2 * node if new is None else new
                    continue
                todo = [lit >> 1 for lit in self.inputs[node] if lit >> 1 not in memo]
                if todo:
                    stack.extend(todo)
                else:
                    parts = (memo[lit >> 1] ^ (lit & 1) for lit in self.inputs[node])
                    memo[node] = self.all_of(parts)
            return memo[root >> 1] ^ (root & 1)

        return visit

    def evaluator(self, value: Callable[[Atom], bool]) -> Callable[[int], bool]:
        """A function from literal to truth, given that of the atoms; results are remembered."""
        memo: dict[int, bool] = {0: True}

        def visit(root: int) -> bool:
            stack = [root >> 1]
            while stack:
                node = stack[-1]
                if node in memo:
                    stack.pop()
                    continue
                atom = self.atoms[node]
                if atom is not None:
                    memo[node] = value(atom)
                    continue
                todo = [lit >> 1 for lit in self.inputs[node] if lit >> 1 not in memo]
                if todo:
                    stack.extend(todo)
                else:
                    memo[node] = all(memo[lit >> 1] != bool(lit & 1) for lit in self.inputs[node])
            return memo[root >> 1] != bool(root & 1)

        return visit
