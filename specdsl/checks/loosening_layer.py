"""A layer that promises to tighten its base, and loosens it.

`layer … tightening` promises that no decision of the base ever has a more preferred outcome with
the layer than without it. The finding shows a situation in which one has: the same facts and
instructions, decided by the base alone and with the layer. A decision that failed is not compared.

Why: whoever relies on the base may be harmed by what the layer permits.

Example:

    layer guest on "platform.spec" tightening

    rule hasty at guest for service
      when trial
      then answer is yes

Instead: correct the rule of the layer that lifts or displaces a rule of the base, or drop
`tightening`.

    layer guest on "platform.spec" tightening

    rule careful at guest for service
      when trial
      then answer is no
"""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.code_names import LOOSENING_LAYER
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.checks.check_support import run_per_part, situation_fields, situation_notes
from specdsl.frontend.model.nodes import DecisionModel, Layer
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.paired_worlds import PairedWorlds

CODE = Code(*LOOSENING_LAYER, Severity.ERROR, __doc__ or "")


def find_loosened_decisions(session: CheckSession) -> Findings:
    layer = session.spec.layer
    if layer is None or not layer.tightening:
        return Findings()
    pair = PairedWorlds.with_and_without_layer(session)
    decisions = [decision for decision in session.spec.decisions if decision.in_base]

    def find(session: CheckSession, decision: DecisionModel) -> Iterator[Diagnostic]:
        return _find_loosening(session, layer, pair, decision)

    return run_per_part(session, decisions, find, lambda decision: decision.name)


CHECK = Check(CODE, find_loosened_decisions)


def _find_loosening(
    session: CheckSession, layer: Layer, pair: PairedWorlds, decision: DecisionModel
) -> Iterator[Diagnostic]:
    graph = session.circuit.graph
    alone, layered = (world.resolution_of(decision) for world in pair.worlds)
    if alone.outcome == layered.outcome:
        return  # Nothing of the layer bears on it.
    better = graph.any_of(
        graph.all_of((alone.outcome[o], graph.any_of(layered.outcome[:o])))
        for o in range(len(decision.outcomes))
    )
    claim = graph.all_of((alone.taken, layered.taken, better))
    found = pair.situations(claim, (decision,))
    if found is None:
        return
    situation = found[1]
    trace = session.replay(situation.to_replay())[decision.name]
    base = session.replay_base(situation.to_replay())[decision.name]
    decides = Note("decides", f"{base.outcome} without the layer, {trace.outcome} with it")
    fields = {
        "decision": decision.name,
        **situation_fields(situation),
        "outcome": trace.outcome,
        "base_outcome": base.outcome,
    }
    label = Label(layer.span, "promises to tighten", primary=True)
    message = f"the layer loosens `{decision.name}` of its base"
    notes = situation_notes(session, situation, decides)
    yield Diagnostic(CODE, message, (label,), notes, fields=fields)
