"""Resolution of one decision as a walk down its places, with sets of outcomes as bit masks.

Between two places all that counts of what came before is what is *left* (the intersection of what
the standing restrictions leave), what is *permitted* (the union of the standing permissions), what
of that is *lifted* against the instructions of a level, and whether a restriction stands: an
instruction ranks strictly below all of them, and so does the lowest rule of a level. So a place of
instructions, whatever is said there and however much, is a walk among such states, one instruction
a step, the latest first; and since there are finitely many states, all that any number of
instructions can lead to is what can be reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.naive_ranks import effect_on, outranking_pairs

FAILED = -1
NOT_TAKEN = -2


class State(NamedTuple):
    left: int
    permitted: int
    lifted: int
    decided: bool


@dataclass(frozen=True, slots=True)
class Result:
    """`outcome` is a number, FAILED or NOT_TAKEN. (No tuple: it must not equal a state.)"""

    outcome: int
    decided: bool
    conflicted: bool


UNTAKEN = Result(NOT_TAKEN, False, False)
Walked = State | Result


class Said(NamedTuple):
    """What an instruction asks for."""

    mask: int
    permits: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule as one decision sees it; `above` are the numbers of those of its level above it."""

    rule: m.Rule
    mask: int
    permits: bool
    above: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Ruled:
    """A decision with its rules: by level, each after all that rank above it."""

    decision: m.DecisionModel
    levels: tuple[tuple[int, ...], ...]
    entries: tuple[Entry, ...]

    @property
    def every(self) -> int:
        return (1 << len(self.decision.outcomes)) - 1

    @cached_property
    def letters(self) -> tuple[Said, ...]:
        return letters(len(self.decision.outcomes))

    def start(self) -> State:
        return State(self.every, 0, 0, False)

    def end(self, state: Walked) -> Result:
        if isinstance(state, Result):
            return state
        return Result(self.choose(state.left), state.decided, False)

    def choose(self, left: int) -> int:
        """The default where it is left, else the most preferred."""
        default = self.decision.default
        return default if default is not None and left >> default & 1 else best(left)

    def silent(self, applies: int) -> Result:
        """What becomes of it where nobody says anything."""
        state: Walked = self.start()
        for level in self.levels:
            state = obey(self, level, applies, state)
        return self.end(state)

    def clash(self, left_above: int) -> Result:
        """What a contradiction comes to, of what stands above it."""
        settled = self.decision.on_conflict
        if settled is None:
            return Result(FAILED, False, True)
        chosen = settled if left_above >> settled & 1 else best(left_above)
        return Result(chosen, True, True)


def ruled(spec: m.SpecModel, decision: m.DecisionModel) -> Ruled:
    """The decision as the spec has it."""
    pairs = outranking_pairs(spec, decision)
    rules = [rule for rule in spec.rules if effect_on(rule, decision) is not None]
    higher = {r: [s for s in rules if (s, r) in pairs and s.level is r.level] for r in rules}
    rules.sort(key=lambda rule: (rule.level.rank, len(higher[rule])))
    entries = []
    for rule in rules:
        effect = effect_on(rule, decision)
        assert effect is not None
        over = tuple(rules.index(other) for other in higher[rule])
        entries.append(Entry(rule, effect.outcomes, effect.permits, over))
    ranks = max((level.rank for level in spec.levels), default=-1) + 1
    levels = tuple(
        tuple(i for i, entry in enumerate(entries) if entry.rule.level.rank == rank)
        for rank in range(ranks)
    )
    return Ruled(decision, levels, tuple(entries))


def letters(outcomes: int) -> tuple[Said, ...]:
    """All that may be said: restrictions that leave an outcome and not all; permissions, of one
    outcome each, since a permission of several does what one of each does."""
    every = (1 << outcomes) - 1
    restrictions = [Said(mask, False) for mask in range(1, every)]
    return (*restrictions, *(Said(1 << number, True) for number in range(outcomes)))


def best(mask: int) -> int:
    """The number of the most preferred."""
    return (mask & -mask).bit_length() - 1


def enter(state: Walked, asked: int) -> Walked:
    """The state above the instructions of a level, where below it these outcomes are named by those
    who state something."""
    if isinstance(state, Result):
        return state
    return state._replace(lifted=state.permitted & asked)


def hear(state: Walked, said: Said) -> Walked:
    """The state after an instruction."""
    if isinstance(state, Result) or not said.mask & state.left:
        return state
    left, permitted, lifted, decided = state
    if said.permits:
        new = said.mask & left
        return State(left, permitted | new, lifted | new, decided)
    return State(left & (said.mask | lifted), permitted, lifted, True)


def standing(found: Ruled, level: Sequence[int], applies: int, state: State) -> dict[int, int]:
    """Of a level's rules that apply, those that stand, with what each leaves or permits."""
    stands: dict[int, int] = {}
    for number in level:
        if not applies >> number & 1:
            continue
        entry = found.entries[number]
        left, permitted = state.left, state.permitted
        for other in entry.above:
            if other in stands and found.entries[other].permits:
                permitted |= stands[other]
            elif other in stands:
                left &= stands[other]
        if entry.mask & left:
            stands[number] = entry.mask & left if entry.permits else entry.mask | permitted
    return stands


def obey(found: Ruled, level: Sequence[int], applies: int, state: Walked) -> Walked:
    """The state after a level's rules; a result where they clash, since nothing below counts."""
    if isinstance(state, Result):
        return state
    left, permitted, _, decided = state
    for number, does in standing(found, level, applies, state).items():
        if found.entries[number].permits:
            permitted |= does
        else:
            left, decided = left & does, True
    return State(left, permitted, 0, decided) if left else found.clash(state.left)
