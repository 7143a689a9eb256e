"""Emission with proof: what is written is read back before anybody gets it."""

from __future__ import annotations

from specdsl.backends.python.module import emit_module
from specdsl.backends.python.module_proof import prove_module
from specdsl.backends.settled_decisions import settled_decisions
from specdsl.semantics.circuit import Circuit


class UnprovedModule(Exception):
    """An emitted module could not be proved to decide as its spec."""


def emit_proved_module(circuit: Circuit, proof: str) -> str:
    """Return the text of the module, which says that it is proved. Raises `UnprovedModule`."""
    text = emit_module(circuit, proof, settled_decisions(circuit), proved=True)
    for fault in prove_module(text, circuit).faults:
        raise UnprovedModule(f"line {fault.line}: {fault.message}")
    return text
