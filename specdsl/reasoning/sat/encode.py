"""The encoding of circuits and of the domains of facts as clauses (Tseitin).

The cuts of a quantity are ordered by clauses (order encoding), and set sizes are unary counters.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import assert_never

from specdsl.base.limits import MAX_PAIRWISE_LITERALS
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning.domains.cuts import Cut, Domains, cut_below, cuts_of, range_cuts
from specdsl.reasoning.sat.engine import Engine
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.reasoning.texts.text_classes import TextAtom
from specdsl.semantics import aig as g
from specdsl.semantics.lower_terms import CALENDAR, Variable

ONE = Fraction(1)
Terms = tuple[tuple[Variable, Fraction], ...]


class Encoder:
    """The clauses of one prover. A node gets its variable at its first use."""

    def __init__(self, graph: g.AndInverterGraph, domains: Domains, engine: Engine) -> None:
        self.graph = graph
        self.domains = domains
        self.engine = engine
        true = engine.new_variable()
        engine.add_clause((true,))
        self.literal_of_node: dict[g.Node, SatLiteral] = {g.CONSTANT_NODE: true}
        self.escapes: list[SatLiteral] = []  # Literals: the texts of a group are undetermined.
        self._cuts: dict[Fact | Terms, dict[Cut, SatLiteral]] = {}
        self._announced = {fact: frozenset(cuts) for fact, cuts in domains.cuts.items()}
        self._order: dict[Fact | Terms, list[Cut]] = {}  # The cuts, sorted.
        self._sizes: dict[Fact, tuple[SatLiteral, ...]] = {}
        self._declare_facts()
        self.ranges = [
            (fact, self._range_literal(fact)) for fact in domains.facts if range_cuts(fact)
        ]

    # --- nodes ---

    def solver_literal(self, literal: g.Literal) -> SatLiteral:
        """Return the engine's literal for a literal of the graph."""
        root = literal >> 1
        if root not in self.literal_of_node:
            self._encode_cone(root)
        found = self.literal_of_node[root]
        return -found if literal & 1 else found

    def _encode_cone(self, root: g.Node) -> None:
        found, inputs = self.literal_of_node, self.graph.inputs
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
                found[node] = self._encode_atom(atom)
            else:
                parts = [-found[i >> 1] if i & 1 else found[i >> 1] for i in inputs[node]]
                found[node] = self._conjunction(parts)

    def _conjunction(self, parts: Sequence[SatLiteral]) -> SatLiteral:
        whole, add = self.engine.new_variable(), self.engine.add_clause
        for part in parts:
            add((-whole, part))
        add([whole, *[-part for part in parts]])
        return whole

    def assert_always(self, literal: g.Literal) -> None:
        """Assert a literal, which needs no variable for conjunctions that must hold."""
        node = literal >> 1
        if literal & 1 and self.graph.atoms[node] is None and node:
            self.engine.add_clause(
                [self.solver_literal(part ^ 1) for part in self.graph.inputs[node]]
            )
        elif self.graph.inputs[node]:
            for part in self.graph.inputs[node]:
                self.assert_always(part)
        else:
            self.engine.add_clause((self.solver_literal(literal),))

    def _encode_atom(self, atom: g.Atom) -> SatLiteral:
        match atom:
            case g.Linear(((variable, _),), op, bound):
                found = [self._cut_literal(variable, cut) for cut in cuts_of(variable, op, bound)]
                return self._conjunction((-found[0], found[1])) if op == "=" else found[0]
            case g.Linear(terms, op, bound):
                cuts = [(bound, False), (bound, True)] if op == "=" else [(bound, op == "<=")]
                found = [self._sum_cut_literal(terms, cut) for cut in cuts]
                return self._conjunction((-found[0], found[1])) if op == "=" else found[0]
            case g.Outcome():
                raise AssertionError("a world substitutes outcomes")
            case g.Known() | g.IsTrue() | g.IsEnumMember() | g.HasMember() | g.Input():
                return self.engine.new_variable()
            case g.TextCompare() | g.TextMatches() | g.TextRelation():
                return self.engine.new_variable()
            case _:
                assert_never(atom)

    # --- quantities and sizes ---

    def _cut_literal(self, variable: Variable, cut: Cut) -> SatLiteral:
        """Return the literal that a quantity or size is below the cut."""
        if isinstance(variable, g.Size):
            return self._size_cut_literal(variable.fact, cut)
        chain = self._cuts.setdefault(variable, {})
        name = chain.get(cut)
        if name is None:
            name = self.engine.new_variable()
            if variable in self.domains.related:
                op = "<=" if cut[1] else "<"
                self.engine.define_relation(name, g.Linear(((variable, ONE),), op, cut[0]))
            else:
                assert cut in self._announced[variable], "a cut that was not announced"
                self._bound_to_calendar(variable, cut, name)
            self._order_cut(variable, cut, name)
        return name

    def _sum_cut_literal(self, terms: Terms, cut: Cut) -> SatLiteral:
        """Return the literal that a sum of several numbers is below the cut."""
        chain = self._cuts.setdefault(terms, {})
        name = chain.get(cut)
        if name is None:
            name = self.engine.new_variable()
            self.engine.define_relation(name, g.Linear(terms, "<=" if cut[1] else "<", cut[0]))
            self._order_cut(terms, cut, name)
        return name

    def _bound_to_calendar(self, fact: Fact, cut: Cut, name: SatLiteral) -> None:
        """Assert that no moment is outside the calendar."""
        if fact.type.kind in CALENDAR:
            first, end = (cut_below(fact, moment) for moment in CALENDAR[fact.type.kind])
            if cut <= first:
                self.engine.add_clause((-name,))
            elif cut >= end:
                self.engine.add_clause((name,))

    def _order_cut(self, number: Fact | Terms, cut: Cut, name: SatLiteral) -> None:
        """Assert that each cut implies the next higher one."""
        chain = self._cuts[number]
        order = self._order.setdefault(number, [])
        at = bisect_left(order, cut)
        if at:
            self.engine.add_clause((-chain[order[at - 1]], name))
        if at < len(order):
            self.engine.add_clause((-name, chain[order[at]]))
        order.insert(at, cut)
        chain[cut] = name

    def _size_cut_literal(self, fact: Fact, cut: Cut) -> SatLiteral:
        """Return the literal that a set has at most so many members."""
        at_least, true = self._sizes[fact], self.literal_of_node[g.CONSTANT_NODE]
        most = cut[0] // 1
        if most < 0:
            return -true
        return -at_least[int(most)] if most < len(at_least) else true

    def _range_literal(self, fact: Fact) -> SatLiteral:
        """Return a literal that implies that the fact is in its range."""
        name = self.engine.new_variable()
        low, high = fact.type.low, fact.type.high
        if low is not None:
            self.engine.add_clause((-name, -self._cut_literal(fact, range_cuts(fact)[0])))
        if high is not None:
            self.engine.add_clause((-name, self._cut_literal(fact, (high, True))))
        return name

    # --- facts ---

    def _declare_facts(self) -> None:
        for fact, members in self.domains.members.items():
            if fact.type.kind is Kind.ENUM:
                self._encode_enum(fact, members)
        for fact in self.domains.sized:
            self._count_members(fact)
        for fact, cuts in self.domains.cuts.items():
            if fact.type.kind is not Kind.SET:
                for cut in cuts:
                    self._cut_literal(fact, cut)
        for facts, atoms in self.domains.texts:
            self._encode_texts(facts, atoms)

    def _encode_enum(self, fact: Fact, members: Sequence[int]) -> None:
        bits = [self.solver_literal(self.graph.atom(g.IsEnumMember(fact, i))) for i in members]
        self._assert_at_most_one(bits)
        if len(bits) == len(fact.type.members):
            self.engine.add_clause(bits)

    def _assert_at_most_one(self, bits: Sequence[SatLiteral]) -> None:
        """Assert that at most one literal holds: pairwise, or for many with auxiliary variables
        (the commander encoding).
        """
        while len(bits) > MAX_PAIRWISE_LITERALS:
            head, come = bits[: MAX_PAIRWISE_LITERALS - 1], self.engine.new_variable()
            for one, other in combinations(head, 2):
                self.engine.add_clause((-one, -other))
            for one in head:
                self.engine.add_clause((-one, come))
            bits = [come, *bits[MAX_PAIRWISE_LITERALS - 1 :]]
        for one, other in combinations(bits, 2):
            self.engine.add_clause((-one, -other))

    def _count_members(self, fact: Fact) -> None:
        """Define the unary counter of a set's members."""
        bits = [self.graph.atom(g.HasMember(fact, i)) for i in self.domains.members[fact]]
        counted = [self.solver_literal(bit) for bit in unary_counter(self.graph, bits)]
        self._sizes[fact] = tuple(counted)
        if fact in self.domains.related:
            for most, name in enumerate(counted):
                below = self.engine.new_variable()
                self.engine.add_clause((-below, -name))
                self.engine.add_clause((below, name))
                relation = g.Linear(((g.Size(fact), ONE),), "<=", Fraction(most))
                self.engine.define_relation(below, relation)

    def _encode_texts(self, facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> None:
        """Give the texts to their theory, and add what is plain of comparisons with constants."""
        bits = [self.solver_literal(self.graph.atom(atom)) for atom in atoms]
        self.escapes.append(self.engine.new_variable())
        self.engine.text_theory.add_group(facts, atoms, bits, self.escapes[-1])
        for fact in facts:
            compared = [
                (bit, atom)
                for bit, atom in zip(bits, atoms, strict=True)
                if isinstance(atom, g.TextCompare) and atom.fact is fact
            ]
            for folding in (False, True):
                self._encode_constants(
                    [(b, a.op, a.value) for b, a in compared if a.folding is folding]
                )

    def _encode_constants(self, constants: Sequence[tuple[SatLiteral, str, str]]) -> None:
        """Assert that a text equals at most one constant, and that the bounds are in order."""
        self._assert_at_most_one([bit for bit, op, _ in constants if op == "="])
        cuts = sorted((value, op == "<=", bit) for bit, op, value in constants if op != "=")
        for (*_, one), (*_, next_) in pairwise(cuts):
            self.engine.add_clause((-one, next_))
        for bit, op, value in constants:
            at = bisect_left(cuts, (value, True, 0)) if op == "=" else 0
            if op == "=" and at < len(cuts):
                self.engine.add_clause((-bit, cuts[at][2]))
            if op == "=" and at:
                self.engine.add_clause((-bit, -cuts[at - 1][2]))


def unary_counter(
    graph: g.AndInverterGraph, literals: Iterable[g.Literal], most: int | None = None
) -> list[g.Literal]:
    """Return literals of which the i-th holds if more than i of the given ones do, up to `most`."""
    found: list[g.Literal] = []
    for literal in literals:
        carried = [g.TRUE, *found]
        found = [
            graph.any_of((old, graph.all_of((less, literal))))
            for old, less in zip([*found, g.FALSE], carried, strict=True)
        ]
        if most is not None:
            del found[most + 1 :]
    return found
