"""Where one rule is likely to show: what somebody might say there, and which rules would hide it.

A guess only. Whether anything comes out otherwise is found by deciding it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from specdsl.base.limits import BELOW_SHARE, SILENT_SHARE
from specdsl.frontend.model.nodes import Decision, Effect, Rule
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.semantics.instruction_inputs import InstructionSlot
from specdsl.semantics.resolution_circuit import Resolution


@dataclass(frozen=True, slots=True)
class Attempt:
    """`hiding`: the rules that had better not apply, as bits in the order of the ranks. `slot`: the
    instruction that is given, if any; `names`: the outcomes that it names, as bits."""

    hiding: int
    slot: InstructionSlot | None = None
    names: int = 0

    @property
    def said(self) -> tuple[InstructionSlot | None, int]:
        """What tells two attempts apart in which something else is said."""
        return self.slot, self.names


class Attempts:
    """Of one decision. The same attempts in the same order on every run."""

    def __init__(
        self, decision: Decision, levels: Sequence[RankedLevel], resolution: Resolution
    ) -> None:
        self.decision = decision
        self.rules = tuple(rule for one in levels for rule in one.rules)
        self.every = (1 << len(decision.outcomes)) - 1
        slots = [step.key[0] for _, step, _ in resolution.steps]
        self.slots: list[InstructionSlot] = [slot for slot in slots if not slot.permits]
        self._effects = [rule.effect_on(decision) for rule in self.rules]
        self._random = Random(0)
        self._kept: dict[tuple[object, ...], int] = {}

    def of(self, rule: Rule) -> Attempt:
        """One where the rule may show."""
        effect, rank = rule.effect_on(self.decision), rule.level.rank
        above = [slot for slot in self.slots if slot.level.rank <= rank]
        below = [slot for slot in self.slots if slot.level.rank > rank]
        if effect.permits:
            return self._lifted(effect, rank)
        roll = self._random.random()
        if not (above or below) or roll < SILENT_SHARE:
            return Attempt(self._restrictions)
        if below and (not above or roll < BELOW_SHARE):
            return self._against(effect, rank, below[0])
        return self._choosing(effect, rank, above[0])

    def _against(self, effect: Effect, rank: int, slot: InstructionSlot) -> Attempt:
        """Somebody below asks for what the rule excludes."""
        asked = self._one_of(self.every & ~effect.outcomes)
        closed = self._bits(("closed", asked, slot.level.rank), _closing(asked, slot.level.rank))
        lifted = self._bits(("lifted", asked, rank + 1), _lifting(asked, rank + 1))
        return Attempt(closed | lifted, slot, asked)

    def _choosing(self, effect: Effect, rank: int, slot: InstructionSlot) -> Attempt:
        """Somebody above leaves two outcomes, one of which the rule excludes."""
        asked = self._one_of(self.every & ~effect.outcomes)
        later = effect.outcomes & self._after(asked)
        if not later:
            return Attempt(self._restrictions)
        two, until = asked | self._one_of(later), slot.level.rank
        telling = self._bits(("telling", two, until), _telling(two, until))
        lifted = self._bits(("lifted", asked, rank + 1), _lifting(asked, rank + 1))
        if two == self.every:
            return Attempt(telling | lifted)
        return Attempt(telling | lifted, slot, two)

    def _lifted(self, effect: Effect, rank: int) -> Attempt:
        """Nobody says anything: it is rules below that exclude what the permission lifts."""
        lifted = self._one_of(effect.outcomes)
        closed = self._bits(("closed", lifted, rank + 1), _closing(lifted, rank + 1))
        others = self._bits(("lifted", lifted, rank + 1), _lifting(lifted, rank + 1))
        return Attempt(closed | others)

    # --- sets of rules and outcomes ---

    @cached_property
    def _restrictions(self) -> int:
        return self._bits(("restrictions",), lambda effect, _: not effect.permits)

    def _bits(self, key: tuple[object, ...], suits: Callable[[Effect, int], bool]) -> int:
        if key not in self._kept:
            pairs = enumerate(zip(self._effects, self.rules, strict=True))
            found = (1 << i for i, (e, rule) in pairs if suits(e, rule.level.rank))
            self._kept[key] = sum(found)
        return self._kept[key]

    def _after(self, outcome: int) -> int:
        """The outcomes that are chosen only where this one is not left."""
        order = [1 << o for o in self.decision.choice_order]
        return sum(order[order.index(outcome) + 1 :])

    def _one_of(self, outcomes: int) -> int:
        bits = [1 << o for o in range(outcomes.bit_length()) if outcomes >> o & 1]
        return self._random.choice(bits)


def _closing(outcome: int, until: int) -> Callable[[Effect, int], bool]:
    """Restrictions above a level that exclude an outcome."""
    return lambda e, rank: not e.permits and not e.outcomes & outcome and rank < until


def _lifting(outcome: int, until: int) -> Callable[[Effect, int], bool]:
    """Permissions of an outcome above a level."""
    return lambda e, rank: bool(e.permits and e.outcomes & outcome and rank < until)


def _telling(two: int, until: int) -> Callable[[Effect, int], bool]:
    """Restrictions that exclude one of two outcomes; above a level, those that exclude both too."""

    def suits(effect: Effect, rank: int) -> bool:
        named = effect.outcomes & two
        return not effect.permits and named != two and (named != 0 or rank < until)

    return suits
