"""Open facts: the unknown facts of a partial situation that can still change an outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Any

from specdsl.base.limits import MAX_KNOWN_INSTRUCTIONS, MAX_KNOWN_SITUATIONS
from specdsl.base.quick_dataclass import dataclass
from specdsl.facts.changing_facts import changing_facts
from specdsl.facts.possible_values import possible_values
from specdsl.facts.residual_decisions import DecisionLiterals, ResidualDecisions
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning import effort
from specdsl.reasoning.prover import Undetermined
from specdsl.runtime.read_situation import GivenInstruction, expected_values, read_situation
from specdsl.runtime.results import BadInput, Fault
from specdsl.runtime.tables import Tables
from specdsl.semantics.aig import FALSE, TRUE
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import FactValue, to_fact_value
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


@dataclass(frozen=True, slots=True)
class PartialSituation:
    """A situation of which some facts are not known yet. `known` has the values of the others; None
    where a fact stays unknown for good.
    """

    all_facts: tuple[Fact, ...]
    known: Mapping[Fact, FactValue]
    given: tuple[GivenInstruction, ...]


class OpenFactsAnalysis:
    """Finds the open facts of one policy. It keeps the circuits of some lists of instructions, and
    the results of some situations; threads take turns.
    """

    def __init__(self, circuit: Circuit, tables: Tables) -> None:
        rows = {name: replace(row, optional=True) for name, row in tables.facts.items()}
        self._tables = tables
        self._partial = replace(tables, facts=rows, assumes={})
        self._origin = circuit
        self._circuit: Circuit | None = None
        self._literals: dict[tuple[GivenInstruction, ...], DecisionLiterals] = {}
        self._results: dict[Any, OpenFacts] = {}
        self._lock = Lock()

    @property
    def fact_names(self) -> Collection[str]:
        """Return the names of the declared facts."""
        return self._tables.facts.keys()

    def find(
        self,
        facts: Mapping[str, Any],
        says: Iterable[Any],
        looked_up: Collection[str],
        decisions: Collection[str] | None,
    ) -> OpenFacts:
        """Return the open facts of the decisions with these names, or of all. Raises `BadInput`."""
        situation = self.read(facts, says, looked_up, decisions)
        wanted = None if decisions is None else frozenset(decisions)
        known = frozenset((fact.name, value) for fact, value in situation.known.items())
        key = known, situation.given, wanted
        with self._lock:
            found = self._results.pop(key, None)
            if found is None:
                found = self._find(situation, wanted)
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
        situation = self.read(facts, says, looked_up, None)
        with self._lock:
            values = self._completion(situation)
        return {fact.name: to_json(fact, value) for fact, value in values.items()}

    # --- reading ---

    def read(
        self,
        facts: Mapping[str, Any],
        says: Iterable[Any],
        looked_up: Collection[str],
        decisions: Collection[str] | None,
    ) -> PartialSituation:
        """Read what is known. Raises `BadInput` with every fault."""
        faults = [*self._unknown_names(looked_up, decisions)]
        values: dict[str, Any] = {}
        given: list[GivenInstruction] = []
        try:
            values, given = read_situation(self._partial, facts, says)
        except BadInput as problem:
            faults += problem.faults
        for name, row in self._tables.facts.items():
            if name in looked_up and values.get(name) is None and not row.optional and not faults:
                faults.append(Fault(name, "it is missing", expected_values(row)))
        if faults:
            raise BadInput(tuple(faults))
        known = {
            fact: to_fact_value(fact, values[fact.name])
            for fact in self._origin.spec.facts
            if values[fact.name] is not None or fact.name in looked_up
        }
        return PartialSituation(tuple(self._origin.spec.facts), known, tuple(given))

    def _unknown_names(
        self, looked_up: Collection[str], decisions: Collection[str] | None
    ) -> Iterable[Fault]:
        rows = {row.name for row in self._tables.decisions}
        for name in sorted(set(looked_up) - self._tables.facts.keys()):
            yield Fault(name, "there is no such fact", "a declared fact")
        for name in sorted(set(decisions or ()) - rows):
            yield Fault(name, "there is no such decision", "a declared one")

    # --- finding ---

    def _find(self, situation: PartialSituation, decisions: frozenset[str] | None) -> OpenFacts:
        with self._residual(situation, decisions) as residual:
            found = changing_facts(residual)
            if not found.facts:
                _require_possible(residual, situation)
        return OpenFacts((f.name for f in found.facts), (f.name for f in found.unproved))

    def _completion(self, situation: PartialSituation) -> dict[Fact, FactValue]:
        with self._residual(situation, frozenset()) as residual:
            return _require_possible(residual, situation)

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
    residual: ResidualDecisions, situation: PartialSituation
) -> dict[Fact, FactValue]:
    """Return values of the facts that are not known with which no assumption is false. Raises
    `BadInput` with the assumptions if there are none, or if that could not be settled.
    """
    graph, wanted = residual.graph, "what it assumes"
    unknown = [fact for fact in situation.all_facts if fact not in situation.known]
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
