"""Questions about a tightening layer: no decision of its base gets a more preferred outcome."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.code_names import LOOSENING_LAYER
from specdsl.frontend.model.nodes import DecisionModel, Layer, SpecModel
from specdsl.second_opinion.free_situations import spec_and_part
from specdsl.second_opinion.question import QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.reduced_specs import base_spec
from specdsl.second_opinion.reported_findings import ReportedFindings
from specdsl.second_opinion.smtlib_text import NotCovered
from specdsl.second_opinion.world_difference import is_more_preferred

CODE = LOOSENING_LAYER.name


def layer_questions(
    spec: SpecModel, findings: ReportedFindings
) -> Iterator[SmtQuestion | tuple[str, str]]:
    layer = spec.layer
    if layer is None or not layer.tightening or not findings.was_run(CODE):
        return
    for decision in spec.decisions:
        if decision.in_base:
            try:
                yield _loosening_question(spec, findings, layer, decision)
            except NotCovered as reason:
                yield f"`{decision.name}` with the layer", str(reason)


def _loosening_question(
    spec: SpecModel, findings: ReportedFindings, layer: Layer, decision: DecisionModel
) -> SmtQuestion:
    script, whole, base = spec_and_part(spec, base_spec(spec), "base", [decision])
    claim = is_more_preferred(base, whole, decision)
    wording = QuestionWording(
        CODE,
        f"`{decision.name}` with the layer",
        "is there a situation in which its outcome is more preferred than with the base alone?",
        "the layer loosens it",
        "the layer never loosens it",
        layer.span,
    )
    found = findings.has_finding(CODE, decision=decision.name)
    return make_question(wording, script, (claim,), findings.expected_answer(CODE, found, "sat"))
