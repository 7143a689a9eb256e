"""Stimuli that make a rule's effect observable: an instruction, and the rules that would hide it.

This is test pattern generation (ATPG): a stimulus justifies the rule's condition and propagates its
effect to the outcome. It is a guess, which simulation confirms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from random import Random

from specdsl.base.limits import BELOW_SHARE, SILENT_SHARE
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Effect, Rule
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.semantics.instruction_inputs import InstructionSlot
from specdsl.semantics.resolution_circuit import Resolution


@dataclass(frozen=True, slots=True)
class Stimulus:
    """A way to observe a rule: `blockers` are the rules that should not apply, as bits in the order
    of ranks; `slot` is the instruction that is given, if any, and `names` its outcomes, as bits."""

    blockers: int
    slot: InstructionSlot | None = None
    names: int = 0

    @property
    def instruction_key(self) -> tuple[InstructionSlot | None, int]:
        """Return the instruction in comparable form."""
        return self.slot, self.names


class Stimuli:
    """The stimuli of one decision: a deterministic sequence."""

    def __init__(
        self, decision: DecisionModel, levels: Sequence[RankedLevel], resolution: Resolution
    ) -> None:
        self.decision = decision
        self.rules = tuple(rule for one in levels for rule in one.rules)
        self.every = (1 << len(decision.outcomes)) - 1
        slots = [step.key[0] for _, step, _ in resolution.steps]
        self.slots: list[InstructionSlot] = [slot for slot in slots if not slot.permits]
        self._effects = [rule.effect_on(decision) for rule in self.rules]
        self._random = Random(0)
        self._kept: dict[tuple[object, ...], int] = {}

    def stimulus_for(self, rule: Rule) -> Stimulus:
        """Return a stimulus under which the rule may change the outcome."""
        effect, rank = rule.effect_on(self.decision), rule.level.rank
        above = [slot for slot in self.slots if slot.level.rank <= rank]
        below = [slot for slot in self.slots if slot.level.rank > rank]
        if effect.permits:
            return self._exercise_permission(effect, rank)
        roll = self._random.random()
        if not (above or below) or roll < SILENT_SHARE:
            return Stimulus(self._restrictions)
        if below and (not above or roll < BELOW_SHARE):
            return self._opposing_instruction(effect, rank, below[0])
        return self._two_outcomes_left(effect, rank, above[0])

    def _opposing_instruction(self, effect: Effect, rank: int, slot: InstructionSlot) -> Stimulus:
        """Let somebody below ask for an outcome that the rule excludes."""
        asked = self._random_outcome(self.every & ~effect.outcomes)
        closed = self._rule_bits(
            ("closed", asked, slot.level.rank), _blocks(asked, slot.level.rank)
        )
        lifted = self._rule_bits(("lifted", asked, rank + 1), _permits(asked, rank + 1))
        return Stimulus(closed | lifted, slot, asked)

    def _two_outcomes_left(self, effect: Effect, rank: int, slot: InstructionSlot) -> Stimulus:
        """Let somebody above leave two outcomes, one of which the rule excludes."""
        asked = self._random_outcome(self.every & ~effect.outcomes)
        later = effect.outcomes & self._later_outcomes(asked)
        if not later:
            return Stimulus(self._restrictions)
        two, until = asked | self._random_outcome(later), slot.level.rank
        distinguishing = self._rule_bits(("distinguishing", two, until), _distinguishes(two, until))
        lifted = self._rule_bits(("lifted", asked, rank + 1), _permits(asked, rank + 1))
        if two == self.every:
            return Stimulus(distinguishing | lifted)
        return Stimulus(distinguishing | lifted, slot, two)

    def _exercise_permission(self, effect: Effect, rank: int) -> Stimulus:
        """Give no instruction: rules below exclude what the permission lifts."""
        lifted = self._random_outcome(effect.outcomes)
        closed = self._rule_bits(("closed", lifted, rank + 1), _blocks(lifted, rank + 1))
        others = self._rule_bits(("lifted", lifted, rank + 1), _permits(lifted, rank + 1))
        return Stimulus(closed | others)

    # --- sets of rules and outcomes ---

    @cached_property
    def _restrictions(self) -> int:
        return self._rule_bits(("restrictions",), lambda effect, _: not effect.permits)

    def _rule_bits(self, key: tuple[object, ...], suits: Callable[[Effect, int], bool]) -> int:
        if key not in self._kept:
            pairs = enumerate(zip(self._effects, self.rules, strict=True))
            found = (1 << i for i, (e, rule) in pairs if suits(e, rule.level.rank))
            self._kept[key] = sum(found)
        return self._kept[key]

    def _later_outcomes(self, outcome: int) -> int:
        """Return the outcomes that are chosen only if this one is not left."""
        order = [1 << o for o in self.decision.choice_order]
        return sum(order[order.index(outcome) + 1 :])

    def _random_outcome(self, outcomes: int) -> int:
        bits = [1 << o for o in range(outcomes.bit_length()) if outcomes >> o & 1]
        return self._random.choice(bits)


def _blocks(outcome: int, until: int) -> Callable[[Effect, int], bool]:
    """Select restrictions above a level that exclude an outcome."""
    return lambda e, rank: not e.permits and not e.outcomes & outcome and rank < until


def _permits(outcome: int, until: int) -> Callable[[Effect, int], bool]:
    """Select permissions of an outcome above a level."""
    return lambda e, rank: bool(e.permits and e.outcomes & outcome and rank < until)


def _distinguishes(two: int, until: int) -> Callable[[Effect, int], bool]:
    """Select restrictions that exclude one of two outcomes, and above a level also both."""

    def suits(effect: Effect, rank: int) -> bool:
        named = effect.outcomes & two
        return not effect.permits and named != two and (named != 0 or rank < until)

    return suits
