"""Reads given instructions, and finds the names at fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.effects import EffectPhrase, read_effect
from specdsl.semantics.reference.given_values import plain_value

MISSHAPEN = "says"  # The name at fault if an item is no instruction at all.


@dataclass(frozen=True, slots=True)
class ReadInstruction:
    """A valid instruction. `position` is its index in the input; `at` is None without a level."""

    position: int
    principal: m.Principal
    decision: m.DecisionModel
    outcomes: frozenset[str]
    permits: bool
    implied: bool
    at: m.Level | None


def read_instructions(
    spec: m.SpecModel, says: Iterable[object]
) -> tuple[tuple[ReadInstruction, ...], frozenset[str]]:
    """Return the valid instructions, and the faults of the others.

    A fault is named by the decision, or by the principal if the speaker, the level or the syntax of
    the effect is at fault."""
    if isinstance(says, Set):  # Instructions need an order.
        return (), frozenset({MISSHAPEN})
    read: list[ReadInstruction] = []
    faults: set[str] = set()
    for position, raw in enumerate(says):
        fields = {key: plain_value(raw[key]) for key in raw} if isinstance(raw, Mapping) else {}
        if not isinstance(fields.get("by"), str):
            faults.add(MISSHAPEN)
            continue
        found, wrong = _InstructionReader(spec, fields).read_instruction(position)
        faults |= wrong
        read += [found] if found else []
    return tuple(read), frozenset(faults)


class _InstructionReader:
    """Reads one instruction and finds all its faults."""

    def __init__(self, spec: m.SpecModel, raw: Mapping[str, object]) -> None:
        self.spec = spec
        self.by = str(raw["by"])
        self.phrase: EffectPhrase | None = read_effect(raw.get("effect"))
        implied = raw.get("implied")  # A null is as if left out, like that of `at`.
        self.implied, self.level = False if implied is None else implied, raw.get("at")
        name = self.phrase.decision if self.phrase else None
        self.principal = next((p for p in spec.principals if p.name == self.by), None)
        self.decision = next((d for d in spec.decisions if d.name == name), None)
        self.at = next((level for level in spec.levels if level.name == self.level), None)

    def read_instruction(self, position: int) -> tuple[ReadInstruction | None, set[str]]:
        outcomes = self._read_outcomes()
        wrong = set()
        if self._has_speaker_fault():
            wrong.add(self.by)
        if self.phrase is not None and outcomes is None:
            wrong.add(self.phrase.decision)
        if wrong or not (self.principal and self.decision and self.phrase and outcomes):
            return None, wrong
        permits, implied = self.phrase.permits, bool(self.implied)
        given = (self.principal, self.decision, outcomes, permits, implied, self.at)
        return ReadInstruction(position, *given), wrong

    def _read_outcomes(self) -> frozenset[str] | None:
        if self.phrase is None or self.decision is None:
            return None
        return self.phrase.outcomes_on(self.decision)

    def _has_speaker_fault(self) -> bool:
        unreadable = self.phrase is None or not isinstance(self.implied, bool)
        no_level = self.level is not None and self.at is None
        return unreadable or no_level or self.principal is None or self._is_too_high()

    def _is_too_high(self) -> bool:
        """Tell whether the level is above the highest at which the principal may speak."""
        if self.at is None or self.principal is None:
            return False
        if self.principal.level is None:
            lent = [d.level for d in self.spec.delegates if self._may_lend(d)]
            return bool(lent) and all(self.at.rank < level.rank for level in lent)
        own = self.principal.level
        may = (self.principal.implied or own) if self.implied else own
        return self.at.rank < may.rank

    def _may_lend(self, delegate: m.Delegate) -> bool:
        """Tell whether a delegation, active or not, is to this speaker on this decision."""
        return delegate.principal is self.principal and self.decision in delegate.decisions
