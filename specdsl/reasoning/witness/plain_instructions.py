"""The ways to say an instruction, the plainest first: `is` before `is not` and `in`, before
`may be`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from specdsl.semantics.aig import FALSE, TRUE


class Slot(Protocol):
    """An instruction that may be given, as literals: whether it is, and which outcomes it names."""

    @property
    def permits(self) -> bool: ...
    @property
    def used(self) -> int: ...
    @property
    def outcomes(self) -> tuple[int, ...]: ...


Said = dict[int, int]
"""By node of an input the literal that holds."""


def plainer(slot: Slot, slots: Sequence[Slot], said: Said) -> Iterator[Said]:
    """What can be said instead of what is said in a slot, in it or in another of the slots, which
    are not used: plainer ways, the plainest first; last of all with fewer outcomes named."""
    restricting = [one for one in slots if not one.permits]
    every = range(len(slot.outcomes))
    named = tuple(o for o in every if holds(slot.outcomes[o], said))
    ways: list[tuple[Slot, tuple[int, ...]]] = [(r, (o,)) for o in every for r in restricting]
    if len(every) > 2:
        ways += [(one, tuple(p for p in every if p != o)) for o in every for one in restricting]
    ways += [(slot, (o,)) for o in every if slot.permits]
    for one, outcomes in ways:
        if one is slot and outcomes == named:
            return
        yield _with(said, slot, one, outcomes)
    for o in named if len(named) > 1 else ():
        yield _with(said, slot, slot, tuple(p for p in named if p != o))


def holds(literal: int, said: Said) -> bool:
    """Whether a literal of an input, or a constant, holds."""
    if literal in (TRUE, FALSE):
        return literal == TRUE
    return said.get(literal >> 1, literal ^ 1) == literal


def _with(said: Said, old: Slot, new: Slot, outcomes: Sequence[int]) -> Said:
    bits = dict.fromkeys((old.used, *old.outcomes), False)
    bits |= {bit: o in outcomes for o, bit in enumerate(new.outcomes)} | {new.used: True}
    return said | {bit >> 1: bit if on else bit ^ 1 for bit, on in bits.items()}
