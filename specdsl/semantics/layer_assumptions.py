"""Fault: an assumption of a layer that is false where the layer's own facts are unknown.

Callers of the base do not supply these facts, so such an assumption would reject all of their
situations.
"""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.diagnostics import Diagnostic, Label, Note, fault
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.model_codes import LAYER
from specdsl.semantics.aig import TRUE
from specdsl.semantics.lower import Lowering
from specdsl.semantics.substitution import substitute_facts

HELP = "callers of the base do not give them: assume only what is not false where nobody knows them"


def layer_assumption_faults(spec: m.SpecModel) -> tuple[Diagnostic, ...]:
    """Return a fault for each assumption of the layer, and of layers below it, that is false where
    all of its own facts are unknown. It reads no other facts, so there is one such situation.
    """
    found: list[Diagnostic] = []
    layer: m.Layer | None
    while (layer := spec.layer) is not None:
        found += [_assumption_fault(assume, layer) for assume in _false_assumptions(spec)]
        spec = layer.base
    return tuple(found)


def _false_assumptions(spec: m.SpecModel) -> Iterator[m.Assume]:
    own = [assume for assume in spec.assumes if not assume.in_base]
    if not own:
        return
    lowering = Lowering()
    lowering.lower_defines(spec.defines)
    graph = lowering.graph
    unknown = {fact: None for fact in spec.facts if not fact.in_base}
    settled = graph.rewriter(substitute_facts(graph, unknown))
    for assume in own:
        if settled(lowering.lower_condition(assume.expr).false) == TRUE:
            yield assume


def _assumption_fault(assume: m.Assume, layer: m.Layer) -> Diagnostic:
    return fault(
        LAYER,
        f"assumption `{assume.name}` of a layer is false where the layer's own facts are unknown",
        assume.span,
        "",
        Label(layer.span, f"a layer at `{layer.level.name}`"),
        Label(assume.expr.span, "false there"),
        Note("help", HELP),
    )
