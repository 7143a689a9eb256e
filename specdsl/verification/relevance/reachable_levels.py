"""A comparison of levels in the states that the levels above them can lead to.

The states are an over-approximation: the instructions of a level leave any outcomes of all that
were left, at least one, and permit any of these. So a level that acts the same in all of them acts
the same in every situation, and what the rules above leave is taken into account. (The two versions
are the same above the first level that differs, so one state serves both.)
"""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.limits import SLOW_WORK
from specdsl.frontend.model.nodes import DecisionModel, Level
from specdsl.semantics.aig import Input, Literal
from specdsl.semantics.resolution_circuit import apply_rules
from specdsl.verification.check_session import CheckSession
from specdsl.verification.class_resolution import Activations
from specdsl.verification.relevance.level_comparison import LevelComparison, StateBefore


class ReachableLevelComparison(LevelComparison):
    """The levels of one decision, each in the reachable states before it."""

    work = SLOW_WORK

    def __init__(self, session: CheckSession, decision: DecisionModel) -> None:
        super().__init__(session, decision)
        self._states: dict[tuple[Literal, ...], list[StateBefore]] = {}

    def _state_before(self, i: int, applies: Activations) -> StateBefore:
        """Return the reachable states before the rules of a level, if rules apply like this."""
        key = tuple(applies.values())
        if key not in self._states:
            self._states[key] = [*self._states_with(applies)]
        return self._states[key][i]

    def _states_with(self, applies: Activations) -> Iterator[StateBefore]:
        """Yield the reachable states before the rules of each level."""
        state = StateBefore.untouched(self.decision)
        for ranked in self.levels:
            if self._can_be_steered(ranked):
                state = self._after_instructions(ranked.level, state)
            yield state
            left, permitted = [*state.left], [*state.permitted]
            found = apply_rules(self.graph, self.decision, ranked, applies, left, permitted)
            stands = (one.stands for one in found.values() if one.excludes)
            state = StateBefore(left, permitted, self.graph.any_of((state.decided, *stands)))

    def _after_instructions(self, level: Level, before: StateBefore) -> StateBefore:
        """Return the states that instructions at a level can lead to, over free inputs."""
        all_of, any_of = self.graph.all_of, self.graph.any_of
        restricts = self._new_input(level, "restricts")
        kept = [
            all_of((o, self._new_input(level, f"keeps {i}"))) for i, o in enumerate(before.left)
        ]
        narrows = all_of((restricts, any_of(kept)))
        left = [
            all_of((old, any_of((narrows ^ 1, new))))
            for old, new in zip(before.left, kept, strict=True)
        ]
        permitted = [
            any_of((old, all_of((here, self._new_input(level, f"permits {i}")))))
            for i, (old, here) in enumerate(zip(before.permitted, left, strict=True))
        ]
        return StateBefore(left, permitted, any_of((before.decided, narrows)))

    def _new_input(self, level: Level, what: str) -> Literal:
        return self.graph.atom(Input(f"{self.decision.name} at {level.name} {what}"))
