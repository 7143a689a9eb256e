"""The resolution of a decision from the activations of its rule classes.

Of interchangeable rules it matters only whether any applies, so each class has one literal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.frontend.ranking.ranks import Ranks
from specdsl.semantics.aig import AndInverterGraph, Input, Literal
from specdsl.semantics.resolution_circuit import InstructionSource, Resolution, World
from specdsl.verification.check_session import CheckSession

Activations = Mapping[Rule, Literal]
"""By rule, or by representative of a rule class, the literal that it applies."""


def resolve_classes(
    session: CheckSession,
    read: World,
    steps: InstructionSource,
    decision: DecisionModel,
    classes: RuleClasses,
    some: Activations,
) -> Resolution:
    """Return the resolution of a decision whose rule classes are active as `some` says, by the
    representative of each class. What the decision reads is taken from the world `read`."""
    circuit = session.circuit
    changed = {rule: replace(circuit.rules[rule], applies=one) for rule, one in some.items()}
    earlier = {one: read.resolution_of(one) for one in session.dependencies(decision)[1:]}
    return World(
        replace(circuit, rules={**circuit.rules, **changed}),
        steps,
        ranks=Ranks({decision: classes.levels}),
        resolutions=earlier,
    ).resolution_of(decision)


def class_activations(
    graph: AndInverterGraph, classes: RuleClasses, applies: Mapping[Rule, Literal]
) -> dict[Rule, Literal]:
    """Return by representative the literal that some rule of its class applies."""
    return {
        first: graph.any_of(applies[rule] for rule in rules)
        for first, rules in classes.members_of.items()
    }


def free_inputs(graph: AndInverterGraph, rules: Iterable[Rule], name: str) -> dict[Rule, Literal]:
    """Return an input for each rule."""
    return {rule: graph.atom(Input(f"{name} {rule.name}")) for rule in rules}
