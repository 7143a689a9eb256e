"""A decision tried with and without its parts, hundreds of situations at a time.

Each point is a situation with what somebody says in it. It is decided as it is, and once more for
each team of rules as if that had it otherwise. Where this changes something, and the team has it
otherwise without a part, the part changes something. Nothing follows from what is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from specdsl.base.limits import MOST_TRIAL_POINTS, MOST_TRIALS_KEPT, TRIAL_ROUNDS, TRIALS_FRUITFUL
from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.reasoning.simulation.targeted_samples import Apart, Picks, Wanted
from specdsl.semantics.aig import FALSE
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.free_rules import Batch, Told, any_of
from specdsl.verification.relevance.removable_parts import Bearing, Part, narrowing
from specdsl.verification.relevance.stimuli import Attempt, Attempts


class Trials:
    """Of one decision and parts that bear on it; `seen` are those without which something is seen
    to come out otherwise."""

    def __init__(
        self,
        session: CheckSession,
        decision: Decision,
        teams: RuleClasses,
        bearings: Mapping[Part, Bearing],
    ) -> None:
        circuit, quiet = session.circuit, session.uninstructed_world
        here = quiet.resolution_of(decision)
        self.seen: set[Part] = set()
        self._teams = teams
        self.bearings = bearings
        self._applies = here.applies
        self._narrowing = narrowing(circuit, here.applies)
        self._real = circuit.graph.all_of((quiet.assumptions_hold(), here.ready))
        self._told = Told(session, decision, teams)
        levels = circuit.ranks.levels[decision]
        self._attempts = Attempts(decision, levels, self._told.resolution)
        lent = [d for d in circuit.spec.delegates if decision in d.decisions]
        settled = [self._real, *(quiet.delegation_active(d) for d in lent)]
        without = [literal for bearing in bearings.values() for _, literal in bearing]
        self._points = Apart(circuit.graph, [*settled, *without], list(self._applies.values()))
        self._random = Random(0)
        self._kept: dict[object, list[Picks]] = {}

    def run(self, parts: Iterable[Part]) -> None:
        """Tries these parts, again and again as long as that shows some."""
        most = min(MOST_TRIAL_POINTS, self._points.most)
        rest = self._rest(parts)
        for _ in range(TRIAL_ROUNDS):
            before = len(rest)
            for start in range(0, before, most):
                if left := self._rest(rest[start : start + most]):
                    self._try(left)
            rest = self._rest(rest)
            if (before - len(rest)) * TRIALS_FRUITFUL <= before:
                break

    def _rest(self, parts: Iterable[Part]) -> list[Part]:
        return [part for part in parts if part not in self.seen]

    def _try(self, parts: Sequence[Part]) -> None:
        """At points drawn for these parts, and what else shows there."""
        attempts, wanted = self._wanted(parts)
        drawn = self._points.draw(wanted)
        truth = self._told.settled(drawn.truth) | self._said(attempts)
        shown = self._show(truth, drawn.holding, drawn.holding(self._real), drawn.every)
        for point, (part, attempt) in enumerate(zip(parts, attempts, strict=True)):
            if shown.get(part, 0) >> point & 1:
                self._keep(attempt, [values[point] for values in drawn.chosen])

    def _show(
        self, truth: Mapping[int, int], holding: Callable[[int], int], real: int, every: int
    ) -> Mapping[Part, int]:
        """By part that is not seen yet, the points at which it is. `truth`: by node of the facts
        and instructions, where it holds; `real`: the points that are situations indeed."""
        flips = Flips(self._teams, self._applies, holding)
        left = [
            _left_out(part, flips.of(self.bearings[part]), every)
            for part in self._rest(self.bearings)
        ]
        batch = Batch(truth, flips.some, every)
        changed = self._told.changed(batch, {one.tried: one.flips for one in left})
        shown = {one.part: one.where & changed[one.tried] & real for one in left}
        self.seen.update(part for part, where in shown.items() if where)
        return shown

    # --- situations ---

    def _wanted(self, parts: Sequence[Part]) -> tuple[list[Attempt], list[Wanted]]:
        attempts: list[Attempt] = []
        wanted: list[Wanted] = []
        for part in parts:
            rule, without = self._random.choice(self.bearings[part])
            applies = self._applies[rule]
            inside: tuple[int, ...] = (without, applies ^ 1)
            if without == FALSE:
                inside = (applies,)
            elif part in self._narrowing:
                inside = (applies, without ^ 1)
            attempt = self._attempts.of(rule)
            kept = self._kept.get(attempt.said)
            near = self._random.choice(kept) if kept else None
            attempts.append(attempt)
            wanted.append(Wanted((*inside, self._real), attempt.hiding, near))
        return attempts, wanted

    def _keep(self, attempt: Attempt, picks: Picks) -> None:
        kept = self._kept.setdefault(attempt.said, [])
        if len(kept) < MOST_TRIALS_KEPT:
            kept.append(picks)
        else:
            kept[self._random.randrange(MOST_TRIALS_KEPT)] = picks

    def _said(self, attempts: Sequence[Attempt]) -> dict[int, int]:
        """Where what holds of instructions, by node: at each point the attempt's."""
        truth = dict.fromkeys(self._told.inputs, 0)
        for point, attempt in enumerate(attempts):
            if attempt.slot is not None:
                bits = enumerate(attempt.slot.outcomes)
                named = [bit for o, bit in bits if attempt.names >> o & 1]
                for literal in (attempt.slot.used, *named):
                    truth[literal >> 1] |= 1 << point
        return truth


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that is left out, and the points at which that bears on a team. It is tried as that
    team is, if it bears on one only: everywhere."""

    part: Part
    where: int
    tried: Part
    flips: Mapping[Rule, int]


def _left_out(part: Part, flips: Mapping[Rule, int], every: int) -> LeftOut:
    where = any_of(flips.values())
    if len(flips) > 1:
        return LeftOut(part, where, part, flips)
    first = next(iter(flips))
    return LeftOut(part, where, first, {first: every})


class Flips:
    """Where parts bear on teams. `some`: by first rule of a team, where any of it applies."""

    def __init__(
        self, teams: RuleClasses, applies: Mapping[Rule, int], holding: Callable[[int], int]
    ) -> None:
        self._teams = teams
        self._holding = holding
        self._applies = {rule: holding(literal) for rule, literal in applies.items()}
        self.some: dict[Rule, int] = {}
        self._only: dict[Rule, int] = {}  # where just one applies
        for first, rules in teams.members_of.items():
            some = more = 0
            for rule in rules:
                more |= some & self._applies[rule]
                some |= self._applies[rule]
            self.some[first], self._only[first] = some, some & ~more

    def of(self, bearing: Bearing) -> Mapping[Rule, int]:
        """By first rule of each team on which a part bears: where that has it otherwise without."""
        found: dict[Rule, dict[Rule, int]] = {}
        for rule, literal in bearing:
            found.setdefault(self._teams.representative_of[rule], {})[rule] = self._holding(literal)
        return {
            first: self.some[first] ^ self._without(first, mine) for first, mine in found.items()
        }

    def _without(self, first: Rule, mine: Mapping[Rule, int]) -> int:
        """Where some rule of the team applies if these apply like this."""
        if len(mine) == 1:
            ((rule, otherwise),) = mine.items()
            return self.some[first] & ~(self._applies[rule] & self._only[first]) | otherwise
        members = self._teams.members_of[first]
        return any_of(mine.get(rule, self._applies[rule]) for rule in members)
