"""Comparisons that are lowered to one relation between numbers, kept for further circuits."""

from __future__ import annotations

from specdsl.frontend.model.nodes import Expr
from specdsl.semantics.aig import AndInverterGraph, Linear
from specdsl.semantics.circuit import Condition


class PlainRelations:
    """Comparisons that are one relation between numbers that are always known. A spec and each of
    its components lower the same ones."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Expr, Linear, int]] = {}  # By identity.

    @staticmethod
    def of_graph(graph: AndInverterGraph) -> PlainRelations:
        """Return those of a graph."""
        return graph.get_or_make("plain relations", PlainRelations)

    def condition(self, graph: AndInverterGraph, expr: Expr) -> Condition | None:
        """Return the condition of a comparison in a graph; None if it is not known."""
        known = self._known.get(id(expr))
        if known is None:
            return None
        literal = graph.atom(known[1]) ^ known[2]
        return Condition(literal, literal ^ 1)

    def remember(self, graph: AndInverterGraph, expr: Expr, found: Condition) -> None:
        """Remember a comparison with its condition, if that is one relation."""
        atom = graph.atoms[found.true >> 1]
        if found.false == found.true ^ 1 and isinstance(atom, Linear):
            self._known[id(expr)] = expr, atom, found.true & 1
