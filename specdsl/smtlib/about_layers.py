"""A layer that promises to tighten: no decision of its base gets a more preferred outcome."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.model.nodes import Decision, Layer, Spec
from specdsl.smtlib.comparing import preferred
from specdsl.smtlib.findings import Said
from specdsl.smtlib.question import Question, Wording, question
from specdsl.smtlib.situations import beside
from specdsl.smtlib.text import NotAsked
from specdsl.smtlib.without import base_of

CODE = "loosening-layer"


def questions(spec: Spec, said: Said) -> Iterator[Question | tuple[str, str]]:
    layer = spec.layer
    if layer is None or not layer.tightening or not said.ran(CODE):
        return
    for decision in spec.decisions:
        if decision.in_base:
            try:
                yield _loosens(spec, said, layer, decision)
            except NotAsked as reason:
                yield f"`{decision.name}` with the layer", str(reason)


def _loosens(spec: Spec, said: Said, layer: Layer, decision: Decision) -> Question:
    script, whole, base = beside(spec, base_of(spec), "base", [decision])
    claim = preferred(base, whole, decision)
    wording = Wording(
        CODE,
        f"`{decision.name}` with the layer",
        "is there a situation in which its outcome is more preferred than with the base alone?",
        "the layer loosens it",
        "the layer never loosens it",
        layer.span,
    )
    found = said.has(CODE, decision=decision.name)
    return question(wording, script, (claim,), said.answer(CODE, found, "sat"))
