"""Expression printer: literals of an and-inverter graph → expressions of a programming language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specdsl.frontend.model.nodes import Fact
from specdsl.semantics import aig as g
from specdsl.semantics.fact_values import facts_in

MIN_SHARED_INPUTS = 3  # A shared conjunction of this many inputs becomes a variable.


class ConditionPrinter:
    """Prints literals. A conjunction that is used more than once becomes a variable (common
    subexpression elimination), assigned before its first use. A subclass knows one language.
    """

    conjunction = " and "
    disjunction = " or "

    def __init__(self, graph: g.AndInverterGraph, literals: Iterable[g.Literal]) -> None:
        self.graph = graph
        self.roots = list(literals)
        self.uses = self._count_uses()
        self.names: dict[g.Node, str] = {}
        self.lines: list[str] = []
        for node in sorted(self.uses):
            shared = self.uses[node] > 1 and len(graph.inputs[node]) >= MIN_SHARED_INPUTS
            if shared or self._is_nesting_limit(node):
                text = self._conjunction_text(node, True)
                self.names[node] = f"c{len(self.names) + 1}"
                self.lines.append(self.assignment(self.names[node], text))

    def _count_uses(self) -> dict[g.Node, int]:
        uses: dict[g.Node, int] = {}
        self.depth: dict[g.Node, int] = {}
        stack = [lit >> 1 for lit in self.roots]
        for node in stack:
            uses[node] = uses.get(node, 0) + 1
        seen: set[g.Node] = set()
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            for lit in self.graph.inputs[node]:
                uses[lit >> 1] = uses.get(lit >> 1, 0) + 1
                stack.append(lit >> 1)
        for node in sorted(uses):  # Nodes are numbered in topological order.
            below = (self.depth.get(lit >> 1, 0) for lit in self.graph.inputs[node])
            depth = 1 + max(below, default=0)
            self.depth[node] = 0 if depth > 8 else depth
        return {node: count for node, count in uses.items() if self.graph.inputs[node]}

    def _is_nesting_limit(self, node: g.Node) -> bool:
        """Return whether the node ends eight levels of nesting: it then becomes a variable, so that
        no expression nests deeply.
        """
        return self.depth[node] == 0

    def read_facts(self) -> list[Fact]:
        found = {f.name: f for atom in self.graph.support(self.roots) for f in facts_in(atom)}
        return [found[name] for name in sorted(found)]

    def text(self, literal: g.Literal) -> str:
        """Return the expression of a literal, without brackets around it."""
        node, positive = literal >> 1, not literal & 1
        if node == 0:
            return self.constant(positive)
        if node in self.names:
            return self.names[node] if positive else self.negation(self.names[node])
        atom = self.graph.atoms[node]
        if atom is not None:
            return self.atom_text(atom, positive)
        return self._conjunction_text(node, positive)

    def _conjunction_text(self, node: g.Node, positive: bool) -> str:
        return self.join_text(self.graph.inputs[node], positive)

    def join_text(self, inputs: Sequence[g.Literal], positive: bool = True) -> str:
        """Return the expression of the conjunction of literals, or of its negation."""
        bools = self._known_bools(inputs)
        parts: list[str] = []
        for lit in inputs:
            atom = self.graph.atoms[lit >> 1]
            about = atom.fact if isinstance(atom, g.Known) and not lit & 1 else None
            if about and (
                about in bools or (positive and self._is_known_by_another(about, inputs))
            ):
                continue
            if isinstance(atom, g.IsTrue) and atom.fact in bools:
                parts.append(self.known_bool_text(atom.fact, not lit & 1, positive))
            else:
                parts.append(self._operand_text(lit if positive else lit ^ 1))
        return (self.conjunction if positive else self.disjunction).join(parts)

    def all_text(self, literals: Sequence[g.Literal]) -> str:
        """Return the expression of the conjunction of some literals, one at least."""
        return self.text(literals[0]) if len(literals) == 1 else self.join_text(literals)

    def _known_bools(self, inputs: Sequence[g.Literal]) -> set[Fact]:
        """Return the bools of which the conjunction asks both that they are known and that they are
        true.
        """
        known = {
            a.fact for lit in inputs if isinstance(a := self._atom_of(lit), g.Known) and not lit & 1
        }
        return {a.fact for lit in inputs if isinstance(a := self._atom_of(lit), g.IsTrue)} & known

    def _atom_of(self, literal: g.Literal) -> g.Atom | None:
        return self.graph.atoms[literal >> 1]

    def _is_known_by_another(self, fact: Fact, inputs: Sequence[g.Literal]) -> bool:
        """Return whether another input of the conjunction is true only if the fact is known."""
        for lit in inputs:
            atom = self._atom_of(lit)
            if atom is None or isinstance(atom, g.Known) or fact not in facts_in(atom):
                continue
            if not (isinstance(atom, g.IsEnumMember | g.IsTrue) and lit & 1):
                return True
        return False

    def _operand_text(self, literal: g.Literal) -> str:
        text = self.text(literal)
        node = literal >> 1
        if node in self.names or self.graph.atoms[node] is not None:
            return text
        return f"({text})" if self.conjunction in text or self.disjunction in text else text

    # --- what a language writes ---

    def constant(self, true: bool) -> str:
        """Return the text of a truth value."""
        raise NotImplementedError

    def negation(self, name: str) -> str:
        """Return the text of the negation of a variable."""
        raise NotImplementedError

    def assignment(self, name: str, text: str) -> str:
        """Return the statement that gives a variable its value."""
        raise NotImplementedError

    def known_bool_text(self, fact: Fact, true: bool, positive: bool) -> str:
        """Return the test that a bool is known and has this value, or of the opposite."""
        raise NotImplementedError

    def atom_text(self, atom: g.Atom, positive: bool) -> str:
        """Return the test of an atom or of its negation; false if a fact that it reads is
        unknown.
        """
        raise NotImplementedError
