"""Transplants circuits into one graph over shared facts, so that equal formulas are one literal."""

from __future__ import annotations

from collections.abc import Callable

from specdsl.semantics.aig import TRUE, AndInverterGraph, Atom
from specdsl.semantics.circuit import Circuit, RuleCircuit
from specdsl.verification.two_specs.matched_facts import SharedFacts, translate_atom


def transplant(circuit: Circuit, graph: AndInverterGraph, facts: SharedFacts) -> Circuit:
    """Copy the conditions of a circuit into `graph`. Claims and clauses are not copied."""
    move = copy_literals(circuit.graph, graph, lambda atom: translate_atom(graph, atom, facts))
    rules = {
        rule: RuleCircuit(move(found.applies), move(found.possible), ())
        for rule, found in circuit.rules.items()
    }
    delegates = {delegate: move(literal) for delegate, literal in circuit.delegates.items()}
    assumes = {assume: move(literal) for assume, literal in circuit.assumes.items()}
    return Circuit(circuit.spec, circuit.ranks, graph, rules, delegates, assumes, {}, {})


def copy_literals(
    source: AndInverterGraph, target: AndInverterGraph, put: Callable[[Atom], int]
) -> Callable[[int], int]:
    """Return a function from the literals of one graph to literals of another; `put` translates
    atoms. Each node is copied once."""
    memo: dict[int, int] = {0: TRUE}

    def move(root: int) -> int:
        stack = [root >> 1]
        while stack:
            node = stack[-1]
            if node in memo:
                stack.pop()
                continue
            atom = source.atoms[node]
            todo = [lit >> 1 for lit in source.inputs[node] if lit >> 1 not in memo]
            if atom is not None:
                memo[node] = put(atom)
            elif todo:
                stack.extend(todo)
            else:
                memo[node] = target.all_of(memo[i >> 1] ^ (i & 1) for i in source.inputs[node])
        return memo[root >> 1] ^ (root & 1)

    return move
