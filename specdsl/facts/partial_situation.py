"""Partial situations: what is known of one, read as a decision function reads all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.runtime.read_situation import GivenInstruction, read_situation
from specdsl.runtime.results import BadInput, Fault
from specdsl.runtime.tables import Tables
from specdsl.semantics.fact_values import FactValue, to_fact_value


@dataclass(frozen=True, slots=True)
class PartialSituation:
    """A situation of which some facts are not known yet. `known` has the values of the others; None
    where a fact stays unknown for good.
    """

    known: Mapping[Fact, FactValue]
    given: tuple[GivenInstruction, ...]


class PartialReader:
    """Reads partial situations of one spec."""

    def __init__(self, facts: Iterable[Fact], tables: Tables) -> None:
        self.facts = tuple(facts)
        self.rows = tables.facts
        self._decisions = frozenset(row.name for row in tables.decisions)
        self._any = {name: replace(row, optional=True) for name, row in tables.facts.items()}
        self._tables = replace(tables, assumes={})

    def read(
        self,
        facts: Mapping[str, Any],
        says: Iterable[Any],
        looked_up: Collection[str],
        decisions: Collection[str] | None = None,
    ) -> PartialSituation:
        """Read what is known: facts that are `looked_up` are required where the spec requires them.
        No assumption is tested. Raises `BadInput` with every fault, also of the other names.
        """
        faults = [*self._unknown_names(looked_up, decisions)]
        wanted = {name: self.rows[name] for name in looked_up if name in self.rows}
        values: dict[str, Any] = {}
        given: list[GivenInstruction] = []
        try:
            tables = replace(self._tables, facts={**self._any, **wanted})
            values, given = read_situation(tables, facts, says)
        except BadInput as problem:
            faults += problem.faults
        if faults:
            raise BadInput(tuple(faults))
        known = {
            fact: to_fact_value(fact, values[fact.name])
            for fact in self.facts
            if values[fact.name] is not None or fact.name in looked_up
        }
        return PartialSituation(known, tuple(given))

    def _unknown_names(
        self, looked_up: Collection[str], decisions: Collection[str] | None
    ) -> Iterator[Fault]:
        for name in sorted(set(looked_up) - self.rows.keys()):
            yield Fault(name, "there is no such fact", "a declared fact")
        for name in sorted(set(decisions or ()) - self._decisions):
            yield Fault(name, "there is no such decision", "a declared one")
