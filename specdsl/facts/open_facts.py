"""Open facts: the unknown facts of a partial situation that can still change an outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from specdsl.base.limits import MAX_KNOWN_INSTRUCTIONS, MAX_KNOWN_SITUATIONS, MAX_KNOWN_TEXT
from specdsl.facts.changing_facts import changing_facts
from specdsl.facts.partial_situation import PartialReader, PartialSituation
from specdsl.facts.possible_values import possible_values
from specdsl.facts.residual_decisions import DecisionLiterals, ResidualDecisions
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning import effort
from specdsl.reasoning.prover import Undetermined
from specdsl.runtime.read_situation import GivenInstruction
from specdsl.runtime.results import BadInput, Fault
from specdsl.runtime.tables import Tables
from specdsl.semantics.aig import FALSE, TRUE
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.lower import lower_spec
from specdsl.situations.situation import to_json


class OpenFacts(tuple[str, ...]):
    """The names of the open facts, the most telling first; it equals a list of the same names.
    `unproved` are those among them of which it could not be settled whether they can change an
    outcome.
    """

    unproved: frozenset[str]

    def __new__(cls, names: Iterable[str] = (), unproved: Iterable[str] = ()) -> OpenFacts:
        found = super().__new__(cls, names)
        found.unproved = frozenset(unproved)
        return found

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, list | tuple) else NotImplemented

    __hash__ = tuple.__hash__

    def __reduce__(self) -> tuple[type[OpenFacts], tuple[Any, ...]]:
        return OpenFacts, (tuple(self), self.unproved)


class OpenFactsAnalysis:
    """Finds the open facts of one policy. It keeps the circuits of some lists of instructions, and
    the results of some situations; threads take turns.
    """

    def __init__(self, circuit: Circuit, tables: Tables) -> None:
        self._reader = PartialReader(circuit.spec.facts, tables)
        self._origin = circuit
        self._circuit: Circuit | None = None
        self._literals: dict[tuple[GivenInstruction, ...], DecisionLiterals] = {}
        self._results: dict[Any, OpenFacts] = {}
        self._lock = Lock()

    @property
    def fact_names(self) -> Collection[str]:
        """Return the names of the declared facts."""
        return self._reader.rows.keys()

    def find(
        self,
        facts: Mapping[str, Any],
        says: Iterable[Any],
        looked_up: Collection[str],
        decisions: Collection[str] | None,
        first: bool = False,
    ) -> OpenFacts:
        """Return the open facts of the decisions with these names, or of all; if `first`, only the
        most telling one may be found. Raises `BadInput`.
        """
        situation = self._reader.read(facts, says, looked_up, decisions)
        wanted = None if decisions is None else frozenset(decisions)
        known = frozenset((fact.name, value) for fact, value in situation.known.items())
        key = known, situation.given, wanted, first
        with self._lock:
            found = self._results.pop(key, None)
            if found is None:
                found = self._find(situation, wanted, first)
            if not any(isinstance(v, str) and len(v) > MAX_KNOWN_TEXT for _, v in known):
                self._results[key] = found  # It is the last to go now.
            if len(self._results) > MAX_KNOWN_SITUATIONS:
                del self._results[next(iter(self._results))]
            return found

    def complete(
        self, facts: Mapping[str, Any], says: Iterable[Any], looked_up: Collection[str]
    ) -> dict[str, Any]:
        """Return values for the facts that are not known, with which no assumption is false: plain
        ones where these do, and unknown rather than known. Raises `BadInput`.
        """
        situation = self._reader.read(facts, says, looked_up)
        with self._lock:
            values = self._completion(situation)
        return {fact.name: to_json(fact, value) for fact, value in values.items()}

    # --- finding ---

    def _find(
        self, situation: PartialSituation, decisions: frozenset[str] | None, first: bool
    ) -> OpenFacts:
        with self._residual(situation, decisions) as residual:
            found = changing_facts(residual, first)
            if not found.facts:
                self._require_possible(residual, situation)
        return OpenFacts((f.name for f in found.facts), (f.name for f in found.unproved))

    def _completion(self, situation: PartialSituation) -> dict[Fact, FactValue]:
        with self._residual(situation, frozenset()) as residual:
            return self._require_possible(residual, situation)

    @contextmanager
    def _residual(
        self, situation: PartialSituation, decisions: frozenset[str] | None
    ) -> Iterator[ResidualDecisions]:
        """Provide what is left of the decisions, in a graph that is made smaller again."""
        effort.resume_component(effort.QueryEffort())
        circuit, whole = self._literals_of(situation.given)
        with circuit.graph.scratch():
            yield ResidualDecisions.with_known(circuit.graph, whole, situation.known, decisions)

    def _literals_of(self, given: tuple[GivenInstruction, ...]) -> tuple[Circuit, DecisionLiterals]:
        """Return what distinguishes results if these instructions are given, in a circuit of its
        own, which other queries of the policy do not make smaller.
        """
        if self._circuit is None or len(self._literals) >= MAX_KNOWN_INSTRUCTIONS:
            self._literals = {}
            self._circuit, _ = lower_spec(self._origin.spec, self._origin.ranks)
        circuit = self._circuit
        assert circuit is not None, "a spec that was lowered can be lowered again"
        if given not in self._literals:
            self._literals[given] = DecisionLiterals.of_instructions(circuit, given)
        return circuit, self._literals[given]

    def _require_possible(
        self, residual: ResidualDecisions, situation: PartialSituation
    ) -> dict[Fact, FactValue]:
        """Return values of the facts that are not known with which no assumption is false. Raises
        `BadInput` with the assumptions if there are none, or if that could not be settled.
        """
        graph, wanted = residual.graph, "what it assumes"
        unknown = [fact for fact in self._reader.facts if fact not in situation.known]
        problem = "this assumption is false here, whatever the other facts"
        try:
            values = possible_values(graph, residual.possible, unknown)
        except Undetermined:
            values, problem = None, "whether this assumption can hold here could not be settled"
        if values is not None:
            return values
        false = [name for name, literal in residual.assumptions.items() if literal == FALSE]
        some = false or [name for name, literal in residual.assumptions.items() if literal != TRUE]
        raise BadInput(tuple(Fault(name, problem, wanted) for name in some))
