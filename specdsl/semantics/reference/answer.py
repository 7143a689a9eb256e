"""The results of the reference interpreter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one decision.

    `outcome` is None if the decision failed (a contradiction without `on conflict`) or was not
    taken (it reads one that failed). `because` has the winners, an instruction by its principal;
    `clashes` has the rules of each minimal conflict. The other tuples have candidates: a rule's
    name, or the position of an instruction in `says`; `overridden` excludes the superseded.
    """

    decision: str
    outcome: str | None = None
    failed: bool = False
    decided: bool = False
    conflicted: bool = False
    because: tuple[str, ...] = ()
    clashes: frozenset[frozenset[str]] = frozenset()
    standing: tuple[str | int, ...] = ()
    overridden: tuple[str | int, ...] = ()
    superseded: tuple[str | int, ...] = ()
    ignored: tuple[str | int, ...] = ()

    @property
    def was_taken(self) -> bool:
        return self.outcome is not None


@dataclass(frozen=True, slots=True)
class ReferenceAnswer:
    """The result of a call: either the `faults` of the input, sorted, each once, or a verdict for
    every decision in the spec's order."""

    faults: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def any_failed(self) -> bool:
        """Tell whether the whole call fails."""
        return any(verdict.failed for verdict in self.verdicts)

    def __getitem__(self, decision: str) -> Verdict:
        return next(verdict for verdict in self.verdicts if verdict.decision == decision)
