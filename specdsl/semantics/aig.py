"""And-inverter graph, hash-consed over atoms: the boolean part of every decision circuit.

A *literal* is twice the index of a node, plus one if it is negated (as in the AIGER format). `TRUE`
and `FALSE` are literals of node 0. The constructors simplify, so equal conditions are often the
same literal, and many queries never reach a solver. Literals and nodes are plain integers when the
program runs; the type checker keeps them apart from each other and from bit masks.

Atoms are two-valued tests. An atom about a fact that may be unknown has a meaning only if the fact
is known: the lowering conjoins each of them with `Known`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from fractions import Fraction
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from specdsl.base.limits import MAX_CONJUNCTIONS_KNOWN
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Fact

T = TypeVar("T")

if TYPE_CHECKING:

    class Node(int):
        """The index of a node; twice of it is its literal."""

        def __rmul__(self, two: int, /) -> Literal: ...

    class Literal(int):
        """Twice a node, plus one if it is negated."""

        def __xor__(self, negated: int, /) -> Literal: ...
        def __or__(self, negated: int, /) -> Literal: ...
        def __rshift__(self, one: int, /) -> Node: ...

else:
    Node = Literal = int

TRUE = Literal(0)
FALSE = Literal(1)
CONSTANT_NODE = Node(0)

V = TypeVar("V", Literal, int)


@dataclass(frozen=True, slots=True)
class Known:
    """The (optional) fact is known."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class IsTrue:
    """The bool fact is true."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class IsEnumMember:
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
    """The number of members of a set fact: a variable of `Linear`."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Linear:
    """Σ coefficient × variable `op` bound, with `op` one of <= < =.

    In normal form: at least one term, no coefficient zero, terms ordered by the names of their
    facts. The coefficient of a single term is 1 (or -1, if `op` is an inequality), and that of the
    first of several terms is 1 or -1.
    """

    terms: tuple[tuple[Fact | Size, Fraction], ...]
    op: str
    bound: Fraction
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.terms, self.op, self.bound)))

    def __hash__(self) -> int:
        """Return the stored hash, since hashing fractions is slow."""
        return self._hash

    def __reduce__(self) -> tuple[type[Linear], tuple[Any, ...]]:
        """Pickle it without the hash, which another process does not share."""
        return Linear, (self.terms, self.op, self.bound)


@dataclass(frozen=True, slots=True)
class TextCompare:
    """The text fact `op` value, by code point, with `op` one of = < <=. `folding`: the text is
    folded first, because one of two compared specs ignores the fact's case.
    """

    fact: Fact
    op: str
    value: str
    folding: bool = False


@dataclass(frozen=True, slots=True)
class TextMatches:
    r"""The text fact matches the pattern (`*` any run, `?` one character, `\\c` is c), `folding` as
    above.
    """

    fact: Fact
    pattern: str
    folding: bool = False


@dataclass(frozen=True, slots=True)
class TextRelation:
    """left `op` right: two different text facts, by code point, with `op` one of = < (`<=` is the
    negation of `<` with the sides exchanged). For `=` the facts are ordered by name. `folding` as
    above.
    """

    left: Fact
    op: str
    right: Fact
    folding: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision's outcome is this one (an index). It is read only if the decision was taken."""

    decision: DecisionModel
    outcome: int


@dataclass(frozen=True, slots=True)
class Input:
    """A free boolean of a query, such as a bit of an instruction."""

    name: str


Atom = (
    Known
    | IsTrue
    | IsEnumMember
    | HasMember
    | Linear
    | TextCompare
    | TextMatches
    | TextRelation
    | Outcome
    | Input
)


class AndInverterGraph:
    """The nodes of an and-inverter graph. A literal is valid until its node is rolled back."""

    def __init__(self) -> None:
        self.atoms: list[Atom | None] = [None]  # By node; None for a conjunction.
        self.inputs: list[tuple[Literal, ...]] = [
            ()
        ]  # By node: the sorted literals of a conjunction.
        self._atom_index: dict[Atom, Node] = {}
        self._and_index: dict[tuple[Literal, ...], Node] = {}
        self._conjunctions: dict[tuple[Literal, ...], Literal] = {}  # By the literals as given.
        self._asked = RLock()  # The threads of a policy take turns with their queries.
        self._derived: dict[str, Any] = {}

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """Roll back all nodes made within, so that no result depends on earlier queries: the
        numbering of nodes may influence which situation a solver finds. One thread at a time may
        make nodes.
        """
        with self._asked:
            size, remembered = len(self.atoms), (self._derived, self._conjunctions)
            self._derived, self._conjunctions = {}, {}
            try:
                yield
            finally:
                self._roll_back(size)
                self._derived, self._conjunctions = remembered

    def get_or_make(self, name: str, make: Callable[[], T]) -> T:
        """Return derived data of the graph, made once and kept until nodes made meanwhile are
        rolled back.
        """
        if name not in self._derived:
            self._derived[name] = make()
        found: T = self._derived[name]
        return found

    def _roll_back(self, size: int) -> None:
        for atom, inputs in zip(self.atoms[size:], self.inputs[size:], strict=True):
            if atom is None:
                del self._and_index[inputs]
            else:
                del self._atom_index[atom]
        del self.atoms[size:], self.inputs[size:]

    def atom(self, atom: Atom) -> Literal:
        """Return the literal of an atom."""
        node = self._atom_index.get(atom)
        if node is None:
            node = self._atom_index[atom] = Node(len(self.atoms))
            self.atoms.append(atom)
            self.inputs.append(())
        return 2 * node

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        """Return the conjunction. Half of those asked for in a check were made before."""
        given = tuple(literals)
        found = self._conjunctions.get(given)
        if found is None:
            if len(self._conjunctions) >= MAX_CONJUNCTIONS_KNOWN:
                self._conjunctions.clear()
            found = self._conjunctions[given] = self._conjoin(given)
        return found

    def _conjoin(self, literals: tuple[Literal, ...]) -> Literal:
        """Make the conjunction, or return the one with the same parts."""
        flat: set[Literal] = set()
        inputs = self.inputs
        for literal in literals:
            if literal == FALSE:
                return FALSE
            below = () if literal & 1 else inputs[literal >> 1]
            if below and len(below) <= 8:
                flat.update(below)
            elif literal:  # The literal is not `TRUE`.
                flat.add(literal)
        if len(flat) < 2:
            return flat.pop() if flat else TRUE
        if not flat.isdisjoint([literal ^ 1 for literal in flat]):
            return FALSE
        key = tuple(sorted(flat))
        found = self._and_index.get(key)
        if found is None:
            found = self._and_index[key] = Node(len(self.atoms))
            self.atoms.append(None)
            self.inputs.append(key)
        return 2 * found

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """Return the disjunction."""
        return self.all_of(literal ^ 1 for literal in literals) ^ 1

    def ite(self, condition: Literal, then: Literal, other: Literal) -> Literal:
        """Return if-then-else: `then` if the condition is true, and `other` if not."""
        return self.any_of((self.all_of((condition, then)), self.all_of((condition ^ 1, other))))

    def iff(self, left: Literal, right: Literal) -> Literal:
        """Return the equivalence: both or neither."""
        return self.ite(left, right, right ^ 1)

    def at_most_one_of(self, name: str, count: int) -> list[Literal]:
        """Return `count` satisfiable literals over fresh inputs, of which at most one is true at a
        time.
        """
        bits = [self.atom(Input(f"{name} {i}")) for i in range(count.bit_length())]
        return [
            self.all_of(bit ^ (not number >> i & 1) for i, bit in enumerate(bits))
            for number in range(1, count + 1)
        ]

    def exactly_one_of(self, bits: Sequence[Literal]) -> list[Literal]:
        """Return one literal more than there are bits, of which exactly one is true (one-hot)."""
        return [
            self.all_of((*(bit ^ 1 for bit in bits[:k]), *bits[k : k + 1]))
            for k in range(len(bits) + 1)
        ]

    def cone(self, literals: Iterable[Literal]) -> list[Node]:
        """Return the cone of influence: the nodes that the literals depend on, and node 0, in
        topological order.
        """
        seen: set[Node] = {CONSTANT_NODE}
        inputs = self.inputs
        stack = [literal >> 1 for literal in literals]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack += [literal >> 1 for literal in inputs[node]]
        return sorted(seen)

    def support(self, literals: Iterable[Literal]) -> list[Atom]:
        """Return the support: the atoms that the literals depend on, in the order in which they
        were made.
        """
        found = (self.atoms[node] for node in self.cone(literals))
        return [atom for atom in found if atom is not None]

    def rewriter(self, replace: Callable[[Atom], Literal | None]) -> Callable[[Literal], Literal]:
        """Return a memoized function from literals to literals that substitutes `replace(atom)` for
        each atom; None leaves the atom.
        """

        def literal(atom: Atom) -> Literal:
            new = replace(atom)
            return self.atom(atom) if new is None else new

        return self.fold(literal, self.all_of, TRUE)

    def evaluator(self, value: Callable[[Atom], bool]) -> Callable[[Literal], bool]:
        """Return a memoized function from literals to truth, given the truth of the atoms."""
        truth = self.fold(value, all, int(True))
        return lambda literal: bool(truth(literal))

    def fold(
        self, leaf: Callable[[Atom], V], conjoin: Callable[[Iterable[V]], V], true: V
    ) -> Callable[[Literal], V]:
        """Return a memoized function from literals to values, which `x ^ 1` negates: literals of
        this graph or another one, or truths. `leaf` gives the value of an atom, `conjoin` that of a
        conjunction, and `true` is that of the constant. Each node is visited once.
        """
        memo: dict[Node, V] = {CONSTANT_NODE: true}

        def visit(root: Literal) -> V:
            stack = [root >> 1]
            while stack:
                node = stack[-1]
                if node in memo:
                    stack.pop()
                    continue
                atom = self.atoms[node]
                if atom is not None:
                    memo[node] = leaf(atom)
                    continue
                todo = [lit >> 1 for lit in self.inputs[node] if lit >> 1 not in memo]
                if todo:
                    stack.extend(todo)
                else:
                    memo[node] = conjoin(memo[lit >> 1] ^ (lit & 1) for lit in self.inputs[node])
            return memo[root >> 1] ^ (root & 1)

        return visit
