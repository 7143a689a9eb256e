"""Transplants circuits into one graph over shared facts, so that equal formulas are one literal."""

from __future__ import annotations

from specdsl.semantics.aig import TRUE, AndInverterGraph, Atom, Literal
from specdsl.semantics.circuit import Circuit, RuleCircuit
from specdsl.verification.two_specs.matched_facts import SharedFacts, translate_atom


def transplant(circuit: Circuit, graph: AndInverterGraph, facts: SharedFacts) -> Circuit:
    """Copy the conditions of a circuit into `graph`. Claims and clauses are not copied."""

    def home_literal(atom: Atom) -> Literal:
        return translate_atom(graph, atom, facts)

    move = circuit.graph.fold(home_literal, graph.all_of, TRUE)
    rules = {
        rule: RuleCircuit(move(found.applies), move(found.possible), ())
        for rule, found in circuit.rules.items()
    }
    delegates = {delegate: move(literal) for delegate, literal in circuit.delegates.items()}
    assumes = {assume: move(literal) for assume, literal in circuit.assumes.items()}
    return Circuit(circuit.spec, circuit.ranks, graph, rules, delegates, assumes, {}, {})
