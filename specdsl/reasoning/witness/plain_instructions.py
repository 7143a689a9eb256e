"""Plainer instructions for a witness: `is` before `is not` and `in`, before `may be`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from specdsl.semantics.aig import FALSE, TRUE, Literal, Node


class SlotLiterals(Protocol):
    """The literals of an instruction: whether it is given, and which outcomes it names."""

    @property
    def permits(self) -> bool: ...
    @property
    def used(self) -> Literal: ...
    @property
    def outcomes(self) -> tuple[Literal, ...]: ...


InputValues = dict[Node, Literal]
"""The literal that holds, by node of an input."""


def plainer_instructions(
    slot: SlotLiterals, slots: Sequence[SlotLiterals], inputs: InputValues
) -> Iterator[InputValues]:
    """Yield input values in which the instruction of a slot is replaced by a plainer one, in this
    slot or an unused one: the plainest first, and last the same with fewer outcomes.
    """
    restricting = [one for one in slots if not one.permits]
    every = range(len(slot.outcomes))
    named = tuple(o for o in every if input_holds(slot.outcomes[o], inputs))
    ways: list[tuple[SlotLiterals, tuple[int, ...]]] = [
        (r, (o,)) for o in every for r in restricting
    ]
    if len(every) > 2:
        ways += [(one, tuple(p for p in every if p != o)) for o in every for one in restricting]
    ways += [(slot, (o,)) for o in every if slot.permits]
    for one, outcomes in ways:
        if one is slot and outcomes == named:
            return
        yield _replace_instruction(inputs, slot, one, outcomes)
    for o in named if len(named) > 1 else ():
        yield _replace_instruction(inputs, slot, slot, tuple(p for p in named if p != o))


def input_holds(literal: Literal, inputs: InputValues) -> bool:
    """Return whether a literal of an input, or a constant, holds."""
    if literal in (TRUE, FALSE):
        return literal == TRUE
    return inputs.get(literal >> 1, literal ^ 1) == literal


def _replace_instruction(
    inputs: InputValues, old: SlotLiterals, new: SlotLiterals, outcomes: Sequence[int]
) -> InputValues:
    bits = dict.fromkeys((old.used, *old.outcomes), False)
    bits |= {bit: o in outcomes for o, bit in enumerate(new.outcomes)} | {new.used: True}
    return inputs | {bit >> 1: bit if on else bit ^ 1 for bit, on in bits.items()}
