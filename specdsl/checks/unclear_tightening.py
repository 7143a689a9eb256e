"""A layer that promises to tighten a decision of which the loosest outcome is unclear.

The first outcome of a decision is its loosest: a layer with `tightening` never moves towards it. If
no rule of the base asks for the first outcome, then it may be first only because it is the default.

Why: the promise would then be the opposite of what its readers expect. In the example a layer that
opens every connection would keep its promise to tighten.

Example:

    decision connect: blocked > open

    rule known_host at platform
      when host_is_known
      then connect is open

Instead: let the base say which outcome is the loosest, and which one is the default.

    decision connect: open > blocked default blocked

    rule known_host at platform
      when host_is_known
      then connect is open

If the first outcome is indeed both the loosest and the default, the base says so:

    decision refund: pay > ask > decline default pay

Limits: only decisions that the layer affects are checked.
"""

from __future__ import annotations

from specdsl.base.code_names import UNCLEAR_TIGHTENING
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.frontend.model.nodes import DecisionModel, Layer, SpecModel
from specdsl.verification.check_session import Check, CheckSession, Findings

CODE = Code(*UNCLEAR_TIGHTENING, Severity.WARNING, __doc__ or "")


def find_unclear_decisions(session: CheckSession) -> Findings:
    spec = session.spec
    if spec.layer is None or not spec.layer.tightening:
        return Findings()
    unclear = [
        d
        for d in _affected_decisions(spec)
        if d.default is None and not _is_first_demanded(spec, d)
    ]
    return Findings(tuple(_build_finding(spec.layer, decision) for decision in unclear))


CHECK = Check(CODE, find_unclear_decisions)


def _affected_decisions(spec: SpecModel) -> list[DecisionModel]:
    """Return the decisions of the base about which the layer has rules, and all that depend on
    one of them.
    """
    found = {e.decision for rule in spec.rules if not rule.in_base for e in rule.effects}
    for decision in spec.decisions:  # These are in dependency order.
        if not found.isdisjoint(spec.reads[decision]):
            found.add(decision)
    return [decision for decision in spec.decisions if decision in found and decision.in_base]


def _is_first_demanded(spec: SpecModel, decision: DecisionModel) -> bool:
    """Return whether some rule of the base asks for the first outcome."""
    effects = (e for rule in spec.rules if rule.in_base for e in rule.effects)
    return any(e.decision is decision and not e.permits and e.outcomes & 1 for e in effects)


def _build_finding(layer: Layer, decision: DecisionModel) -> Diagnostic:
    first, *others = decision.outcomes
    turned = f"{' > '.join([*reversed(others), first])} default {first}"
    help_ = (
        f"where `{first}` is first only because it is the default, the base says "
        f"`decision {decision.name}: {turned}`; where it is the loosest, `… default {first}` after "
        "the outcomes as they are"
    )
    return Diagnostic(
        CODE,
        f"no rule of the base asks for `{first}`, the first outcome of `{decision.name}`: every "
        "other one counts as tighter",
        (
            Label(layer.span, "promises to tighten", primary=True),
            Label(decision.span, f"`{first}` is the loosest here, and what is taken by default"),
        ),
        (Note("help", help_),),
        severity=CODE.severity,
        fields={"decision": decision.name, "outcome": first},
    )
