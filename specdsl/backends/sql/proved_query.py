"""Emission of a query with proof: what is written is parsed again before anybody gets it."""

from __future__ import annotations

from specdsl.backends.artifact_proof import UnprovedArtifact
from specdsl.backends.settled_decisions import settled_decisions
from specdsl.backends.sql.decision_query import QueryOptions, emit_query
from specdsl.backends.sql.query_proof import prove_query
from specdsl.semantics.circuit import Circuit


def emit_proved_query(circuit: Circuit, proof: str, options: QueryOptions) -> str:
    """Return the text of the query, which says that it is proved. Raises `UnprovedArtifact` and
    `UnsupportedArtifact`.
    """
    text = emit_query(circuit, options, proof, settled_decisions(circuit), proved=True)
    for fault in prove_query(text, circuit).faults:
        raise UnprovedArtifact(f"line {fault.line}: {fault.message}")
    return text
