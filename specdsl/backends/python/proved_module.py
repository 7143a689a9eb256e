"""Emission with proof: what is written is read back before anybody gets it.

A decision on which the prover gives up is written anew, so that the shared part resolves its rules:
then only the conditions of its rules have to be proved.
"""

from __future__ import annotations

from specdsl.backends.artifact_proof import UnprovedArtifact
from specdsl.backends.python.decision_functions import function_name
from specdsl.backends.python.module import emit_module
from specdsl.backends.python.module_proof import prove_module
from specdsl.backends.settled_decisions import settled_decisions
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.circuit import Circuit

WORK = 5_000_000  # Of the question about one function; see `Limits`.


def emit_proved_module(circuit: Circuit, proof: str) -> str:
    """Return the text of the module, which says that it is proved. Raises `UnprovedArtifact`."""
    settled = settled_decisions(circuit)
    tabular: frozenset[DecisionModel] = frozenset()
    while True:
        text = emit_module(circuit, proof, settled, proved=True, tabular=tabular)
        faults = prove_module(text, circuit, Limits(work=WORK).with_deadline()).faults
        if not faults:
            return text
        given_up = {fault.undetermined for fault in faults}
        more = frozenset(one for one in circuit.spec.decisions if function_name(one) in given_up)
        if not more:
            break
        tabular |= more
    # What is left takes more work, or is wrong.
    for fault in prove_module(text, circuit).faults:
        raise UnprovedArtifact(f"line {fault.line}: {fault.message}")
    return text
