"""Literals of a graph, and the facts below them, as clauses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning.domains.cuts import Cut, Domains, below, cuts_of, range_cuts
from specdsl.reasoning.sat.engine import Engine
from specdsl.reasoning.texts.text_classes import TextAtom
from specdsl.semantics import aig as g
from specdsl.semantics.lower_terms import CALENDAR, Variable

ONE = Fraction(1)
Terms = tuple[tuple[Variable, Fraction], ...]
FEW = 6  # so many members are told apart in pairs


class Encoder:
    """The clauses of one prover. Every node gets its variable when it is first asked for."""

    def __init__(self, graph: g.AndInverterGraph, domains: Domains, engine: Engine) -> None:
        self.graph = graph
        self.domains = domains
        self.engine = engine
        true = engine.new()
        engine.add((true,))
        self.found: dict[int, int] = {0: true}  # by node: the engine's literal
        self.escapes: list[int] = []  # of a group of texts it is not known whether there are such
        self._cuts: dict[Fact | Terms, dict[Cut, int]] = {}
        self._announced = {fact: frozenset(cuts) for fact, cuts in domains.cuts.items()}
        self._order: dict[Fact | Terms, list[Cut]] = {}  # the cuts, sorted
        self._sizes: dict[Fact, tuple[int, ...]] = {}
        self._declare()
        self.ranges = [(fact, self._range(fact)) for fact in domains.facts if range_cuts(fact)]

    # --- nodes ---

    def literal(self, literal: int) -> int:
        """The engine's literal for one of the graph's."""
        root = literal >> 1
        if root not in self.found:
            self._encode(root)
        found = self.found[root]
        return -found if literal & 1 else found

    def _encode(self, root: int) -> None:
        found, inputs = self.found, self.graph.inputs
        stack = [root]
        while stack:
            node = stack[-1]
            if node in found:
                stack.pop()
                continue
            todo = [lit >> 1 for lit in inputs[node] if lit >> 1 not in found]
            if todo:
                stack.extend(todo)
                continue
            atom = self.graph.atoms[node]
            if atom is not None:
                found[node] = self._atom(atom)
            else:
                parts = [-found[i >> 1] if i & 1 else found[i >> 1] for i in inputs[node]]
                found[node] = self._all_of(parts)

    def _all_of(self, parts: Sequence[int]) -> int:
        whole = self.engine.new()
        for part in parts:
            self.engine.add((-whole, part))
        self.engine.add([whole, *(-part for part in parts)])
        return whole

    def always(self, literal: int) -> None:
        """From now on the literal holds."""
        node = literal >> 1
        if literal & 1 and self.graph.atoms[node] is None and node:
            self.engine.add([self.literal(part ^ 1) for part in self.graph.inputs[node]])
        elif self.graph.inputs[node]:
            for part in self.graph.inputs[node]:
                self.always(part)
        else:
            self.engine.add((self.literal(literal),))

    def _atom(self, atom: g.Atom) -> int:
        match atom:
            case g.Linear(((variable, _),), op, bound):
                found = [self._below(variable, cut) for cut in cuts_of(variable, op, bound)]
                return self._all_of((-found[0], found[1])) if op == "=" else found[0]
            case g.Linear(terms, op, bound):
                cuts = [(bound, False), (bound, True)] if op == "=" else [(bound, op == "<=")]
                found = [self._sum_below(terms, cut) for cut in cuts]
                return self._all_of((-found[0], found[1])) if op == "=" else found[0]
            case g.Outcome():
                raise AssertionError("an outcome is put in by a world")
            case _:
                return self.engine.new()

    # --- quantities and sizes ---

    def _below(self, variable: Variable, cut: Cut) -> int:
        """The quantity, or the size, is on the lower side of the cut."""
        if isinstance(variable, g.Size):
            return self._size_below(variable.fact, cut)
        chain = self._cuts.setdefault(variable, {})
        name = chain.get(cut)
        if name is None:
            name = self.engine.new()
            if variable in self.domains.related:
                op = "<=" if cut[1] else "<"
                self.engine.mean(name, g.Linear(((variable, ONE),), op, cut[0]))
            else:
                assert cut in self._announced[variable], "a cut that was not announced"
                self._dated(variable, cut, name)
            self._chain(variable, cut, name)
        return name

    def _sum_below(self, terms: Terms, cut: Cut) -> int:
        """A sum of several numbers is on the lower side of the cut."""
        chain = self._cuts.setdefault(terms, {})
        name = chain.get(cut)
        if name is None:
            name = self.engine.new()
            self.engine.mean(name, g.Linear(terms, "<=" if cut[1] else "<", cut[0]))
            self._chain(terms, cut, name)
        return name

    def _dated(self, fact: Fact, cut: Cut, name: int) -> None:
        """No moment is before or after the calendar."""
        if fact.type.kind in CALENDAR:
            first, end = (below(fact, moment) for moment in CALENDAR[fact.type.kind])
            if cut <= first:
                self.engine.add((-name,))
            elif cut >= end:
                self.engine.add((name,))

    def _chain(self, number: Fact | Terms, cut: Cut, name: int) -> None:
        """Below a lower cut is below a higher one."""
        chain = self._cuts[number]
        order = self._order.setdefault(number, [])
        at = bisect_left(order, cut)
        if at:
            self.engine.add((-chain[order[at - 1]], name))
        if at < len(order):
            self.engine.add((-name, chain[order[at]]))
        order.insert(at, cut)
        chain[cut] = name

    def _size_below(self, fact: Fact, cut: Cut) -> int:
        """At most so many members."""
        at_least = self._sizes[fact]
        most = cut[0] // 1
        if most < 0:
            return -self.found[0]
        return -at_least[int(most)] if most < len(at_least) else self.found[0]

    def _range(self, fact: Fact) -> int:
        """A name for `the fact is in its range`."""
        name = self.engine.new()
        low, high = fact.type.low, fact.type.high
        if low is not None:
            self.engine.add((-name, -self._below(fact, range_cuts(fact)[0])))
        if high is not None:
            self.engine.add((-name, self._below(fact, (high, True))))
        return name

    # --- facts ---

    def _declare(self) -> None:
        for fact, members in self.domains.members.items():
            if fact.type.kind is Kind.ENUM:
                self._one_of(fact, members)
        for fact in self.domains.sized:
            self._count(fact)
        for fact, cuts in self.domains.cuts.items():
            if fact.type.kind is not Kind.SET:
                for cut in cuts:
                    self._below(fact, cut)
        for facts, atoms in self.domains.texts:
            self._tell_texts(facts, atoms)

    def _one_of(self, fact: Fact, members: Sequence[int]) -> None:
        bits = [self.literal(self.graph.atom(g.IsEnumMember(fact, i))) for i in members]
        self._at_most_one(bits)
        if len(bits) == len(fact.type.members):
            self.engine.add(bits)

    def _at_most_one(self, bits: Sequence[int]) -> None:
        """In pairs, or with variables that say that one has come."""
        while len(bits) > FEW:
            head, come = bits[: FEW - 1], self.engine.new()
            for one, other in combinations(head, 2):
                self.engine.add((-one, -other))
            for one in head:
                self.engine.add((-one, come))
            bits = [come, *bits[FEW - 1 :]]
        for one, other in combinations(bits, 2):
            self.engine.add((-one, -other))

    def _count(self, fact: Fact) -> None:
        """What says how many members a set has."""
        bits = [self.graph.atom(g.HasMember(fact, i)) for i in self.domains.members[fact]]
        counted = [self.literal(bit) for bit in counts(self.graph, bits)]
        self._sizes[fact] = tuple(counted)
        if fact in self.domains.related:
            for most, name in enumerate(counted):
                below = self.engine.new()
                self.engine.add((-below, -name))
                self.engine.add((below, name))
                relation = g.Linear(((g.Size(fact), ONE),), "<=", Fraction(most))
                self.engine.mean(below, relation)

    def _tell_texts(self, facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> None:
        """What is known of them at once, and for the rest whom to ask."""
        bits = [self.literal(self.graph.atom(atom)) for atom in atoms]
        self.escapes.append(self.engine.new())
        self.engine.spelling.tell(facts, atoms, bits, self.escapes[-1])
        for fact in facts:
            compared = [
                (bit, atom)
                for bit, atom in zip(bits, atoms, strict=True)
                if isinstance(atom, g.TextCompare) and atom.fact is fact
            ]
            for folding in (False, True):
                self._compare([(b, a.op, a.value) for b, a in compared if a.folding is folding])

    def _compare(self, constants: Sequence[tuple[int, str, str]]) -> None:
        """A text is one of them at most, and what is before one is before those after it."""
        self._at_most_one([bit for bit, op, _ in constants if op == "="])
        cuts = sorted((value, op == "<=", bit) for bit, op, value in constants if op != "=")
        for (*_, one), (*_, next_) in pairwise(cuts):
            self.engine.add((-one, next_))
        for bit, op, value in constants:
            at = bisect_left(cuts, (value, True, 0)) if op == "=" else 0
            if op == "=" and at < len(cuts):
                self.engine.add((-bit, cuts[at][2]))
            if op == "=" and at:
                self.engine.add((-bit, -cuts[at - 1][2]))


def counts(
    graph: g.AndInverterGraph, literals: Iterable[int], most: int | None = None
) -> list[int]:
    """By i: more than i of the literals hold; for i up to `most`."""
    found: list[int] = []
    for literal in literals:
        carried = [g.TRUE, *found]
        found = [
            graph.any_of((old, graph.all_of((less, literal))))
            for old, less in zip([*found, g.FALSE], carried, strict=True)
        ]
        if most is not None:
            del found[most + 1 :]
    return found
