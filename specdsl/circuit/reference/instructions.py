"""Instructions as they are given → who says what at which level, and the names at fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from specdsl.circuit.reference.effects import Phrase, read_effect
from specdsl.circuit.reference.given import itself
from specdsl.model import nodes as m

MISSHAPEN = "says"  # names what is no instruction at all


@dataclass(frozen=True, slots=True)
class Instruction:
    """`position` in the order given, 0 first; `at` None where no level was named."""

    position: int
    principal: m.Principal
    decision: m.Decision
    outcomes: frozenset[str]
    permits: bool
    implied: bool
    at: m.Level | None


def read_instructions(
    spec: m.Spec, says: Iterable[object]
) -> tuple[tuple[Instruction, ...], frozenset[str]]:
    """Those that can be read, and what is at fault in the others: each by its decision, or by its
    principal where who speaks, the level or a text that is no effect is at fault."""
    if isinstance(says, Set):  # they count in the order in which they are given
        return (), frozenset({MISSHAPEN})
    read: list[Instruction] = []
    faults: set[str] = set()
    for position, raw in enumerate(says):
        read_ = {key: itself(raw[key]) for key in raw} if isinstance(raw, Mapping) else {}
        if not isinstance(read_.get("by"), str):
            faults.add(MISSHAPEN)
            continue
        found, wrong = _Reader(spec, read_).read(position)
        faults |= wrong
        read += [found] if found else []
    return tuple(read), frozenset(faults)


class _Reader:
    """One instruction, looked at in every respect."""

    def __init__(self, spec: m.Spec, raw: Mapping[str, object]) -> None:
        self.spec = spec
        self.by = str(raw["by"])
        self.phrase: Phrase | None = read_effect(raw.get("effect"))
        implied = raw.get("implied")  # null as if left out, like `at`
        self.implied, self.level = False if implied is None else implied, raw.get("at")
        told = self.phrase.decision if self.phrase else None
        self.principal = next((p for p in spec.principals if p.name == self.by), None)
        self.decision = next((d for d in spec.decisions if d.name == told), None)
        self.at = next((level for level in spec.levels if level.name == self.level), None)

    def read(self, position: int) -> tuple[Instruction | None, set[str]]:
        outcomes = self._outcomes()
        wrong = set()
        if self._speaker_at_fault():
            wrong.add(self.by)
        if self.phrase is not None and outcomes is None:
            wrong.add(self.phrase.decision)
        if wrong or not (self.principal and self.decision and self.phrase and outcomes):
            return None, wrong
        permits, implied = self.phrase.permits, bool(self.implied)
        given = (self.principal, self.decision, outcomes, permits, implied, self.at)
        return Instruction(position, *given), wrong

    def _outcomes(self) -> frozenset[str] | None:
        if self.phrase is None or self.decision is None:
            return None
        return self.phrase.outcomes(self.decision)

    def _speaker_at_fault(self) -> bool:
        unreadable = self.phrase is None or not isinstance(self.implied, bool)
        no_level = self.level is not None and self.at is None
        return unreadable or no_level or self.principal is None or self._too_high()

    def _too_high(self) -> bool:
        """Whether it is `at` a level above where its principal may speak."""
        if self.at is None or self.principal is None:
            return False
        if self.principal.level is None:
            lent = [d.level for d in self.spec.delegates if self._lends(d)]
            return bool(lent) and all(self.at.rank < level.rank for level in lent)
        own = self.principal.level
        may = (self.principal.implied or own) if self.implied else own
        return self.at.rank < may.rank

    def _lends(self, delegate: m.Delegate) -> bool:
        """Whether it could lend this speaker authority on this decision, active or not."""
        return delegate.principal is self.principal and self.decision in delegate.decisions
