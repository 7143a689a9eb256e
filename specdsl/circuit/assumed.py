"""What a layer may not assume: callers of its base give none of its facts, and an assumption that
is false there would refuse all that they ask."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.circuit.given import fixing
from specdsl.circuit.graph import TRUE
from specdsl.circuit.lower import Lowering
from specdsl.diagnostics import Diagnostic, Label, Note, fault
from specdsl.model import nodes as m
from specdsl.model.codes import LAYER

HELP = "callers of the base do not give them: assume only what is not false where nobody knows them"


def of_layers(spec: m.Spec) -> tuple[Diagnostic, ...]:
    """A fault for each assumption of the layer, and of layers below it, that is false where all
    facts of its own are unknown. It reads no others, so that there is one such situation."""
    found: list[Diagnostic] = []
    layer: m.Layer | None
    while (layer := spec.layer) is not None:
        found += [_fault(assume, layer) for assume in _false(spec)]
        spec = layer.base
    return tuple(found)


def _false(spec: m.Spec) -> Iterator[m.Assume]:
    own = [assume for assume in spec.assumes if not assume.in_base]
    if not own:
        return
    lowering = Lowering()
    lowering.define(spec.defines)
    graph = lowering.graph
    unknown = {fact: None for fact in spec.facts if not fact.in_base}
    settled = graph.rewriter(fixing(graph, unknown))
    for assume in own:
        if settled(lowering.condition(assume.expr).false) == TRUE:
            yield assume


def _fault(assume: m.Assume, layer: m.Layer) -> Diagnostic:
    return fault(
        LAYER,
        f"assumption `{assume.name}` of a layer is false where the layer's own facts are unknown",
        assume.span,
        "",
        Label(layer.span, f"a layer at `{layer.level.name}`"),
        Label(assume.expr.span, "false there"),
        Note("help", HELP),
    )
