"""What the interpreter answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one decision.

    `outcome` is None where it failed (a contradiction that no `on conflict` settles) and where it
    was not taken (it reads one that failed). `because` has the winners, an instruction by its
    principal; `clashes` the rules of each minimal clash. The other tuples have candidates: a rule's
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
    def taken(self) -> bool:
        return self.outcome is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """`faults` names all that is bad in the input, sorted, once each; with any, nothing is decided.
    Otherwise `verdicts` has every decision, in the spec's order."""

    faults: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the whole call fails."""
        return any(verdict.failed for verdict in self.verdicts)

    def __getitem__(self, decision: str) -> Verdict:
        return next(verdict for verdict in self.verdicts if verdict.decision == decision)
