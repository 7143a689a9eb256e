"""A decision tried with and without its parts, hundreds of situations at a time.

Each point is a situation with what somebody says in it. It is decided as it is, and once more as
if one part were not there: the same circuit, in which every rule applies or not as it is told to.
So what is seen to come out otherwise does. Nothing follows from what is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from specdsl.checks.apart import Apart, Picks, Wanted
from specdsl.checks.attempts import Attempt, Attempts
from specdsl.checks.parts import Bearing, Part
from specdsl.checks.told import Told, any_of
from specdsl.circuit.graph import FALSE
from specdsl.model.nodes import Decision, Rule

if TYPE_CHECKING:
    from specdsl.checks.context import Context

MOST_POINTS = 256  # at a time
ROUNDS = 12
FRUITFUL = 10  # a round follows one that shows one part in so many
PASSES = 4  # over the same points, each with other parts
MOST_KEPT = 32  # points to start from, for each thing that is said


@dataclass(slots=True)
class Untried:
    """A part, the points at which it may still be tried, the one that was drawn for it, and by rule
    on which it bears where that applies otherwise without it."""

    part: Part
    points: int
    own: int
    otherwise: Sequence[tuple[Rule, int]]


@dataclass(frozen=True, slots=True)
class Tried:
    """Some situations, one a point. `truth`: by node of the facts and instructions, where it holds;
    `applies`: where each rule does; `first`: how the decision comes out; `real`: the points that
    are situations indeed."""

    truth: Mapping[int, int]
    applies: Mapping[Rule, int]
    first: Sequence[int]
    real: int
    every: int


class Trials:
    """Of one decision and parts that bear on it; `seen` are those without which something is seen
    to come out otherwise."""

    def __init__(
        self, context: Context, decision: Decision, bearings: Mapping[Part, Bearing]
    ) -> None:
        circuit, quiet = context.circuit, context.quiet
        here = quiet.decide(decision)
        self.seen: set[Part] = set()
        self._bearings = bearings
        self._applies = here.applies
        self._real = circuit.graph.all_of((quiet.possible(), here.ready))
        self._told = Told(context, decision)
        levels = circuit.ranks.levels[decision]
        self._attempts = Attempts(decision, levels, self._told.resolution)
        lent = [d for d in circuit.spec.delegates if decision in d.decisions]
        settled = [self._real, *(quiet.active(d) for d in lent)]
        without = [literal for bearing in bearings.values() for _, literal in bearing]
        self._points = Apart(circuit.graph, [*settled, *without], list(self._applies.values()))
        self._random = Random(0)
        self._kept: dict[object, list[Picks]] = {}
        self._alike = not circuit.spec.reads[decision]

    @property
    def _rest(self) -> list[Part]:
        return [part for part in self._bearings if part not in self.seen]

    def run(self) -> None:
        """Tries every part, again and again as long as that shows some."""
        most = min(MOST_POINTS, self._points.most)
        for _ in range(ROUNDS):
            rest, before = self._rest, len(self.seen)
            for start in range(0, len(rest), most):
                self._try([p for p in rest[start : start + most] if p not in self.seen])
            if (len(self.seen) - before) * FRUITFUL <= len(rest):
                break

    def replay(self, truth: Callable[[int], bool]) -> None:
        """Tries all parts in one situation, in which the decision is ready: what is true in it of
        conditions and instructions. Of a decision that reads others it is of no use."""
        if not self._alike:
            return
        applies = {rule: truth(literal) for rule, literal in self._applies.items()}
        rest: list[Untried] = []
        for part in self._rest:
            flips = [rule for rule, one in self._bearings[part] if truth(one) != applies[rule]]
            if flips:
                point = 1 << len(rest)
                rest.append(Untried(part, point, point, [(rule, point) for rule in flips]))
        every = (1 << len(rest)) - 1
        known = {node: every if truth(2 * node) else 0 for node in self._told.atoms}
        everywhere = {rule: every if holds else 0 for rule, holds in applies.items()}
        first = self._told.decide(known, everywhere, every)
        self._show(Tried(known, everywhere, first, first[0], every), rest)

    # --- parts ---

    def _try(self, parts: Sequence[Part]) -> None:
        """At points drawn for these parts, and what else shows there."""
        attempts, wanted = self._wanted(parts)
        drawn = self._points.draw(wanted)
        truth = self._told.settled(drawn.truth) | self._said(attempts)
        applies = {rule: drawn.holding(literal) for rule, literal in self._applies.items()}
        first = self._told.decide(truth, applies, drawn.every)
        real = drawn.holding(self._real) & first[0]
        tried = Tried(truth, applies, first, real, drawn.every)
        own = {part: 1 << point for point, part in enumerate(parts)}
        rest: list[Untried] = []
        for part in self._rest:
            pairs = [(r, drawn.holding(one) ^ applies[r]) for r, one in self._bearings[part]]
            points = any_of(where for _, where in pairs) & real
            rest.append(Untried(part, points, own.get(part, 0), pairs))
        shown = 0
        for _ in range(PASSES):
            shown |= self._show(tried, rest)
            rest = [one for one in rest if one.part not in self.seen]
        for point, attempt in enumerate(attempts):
            if shown >> point & 1:
                self._keep(attempt, [values[point] for values in drawn.chosen])

    def _show(self, tried: Tried, rest: Sequence[Untried]) -> int:
        """The points at which leaving out a part, one at each, changes something."""
        at, applies = _without(rest, tried)
        second = self._told.decide(tried.truth, applies, tried.every)
        pairs = zip(tried.first, second, strict=True)
        changed = any_of(one ^ other for one, other in pairs) & tried.real
        self.seen.update(part for part, point in at.items() if point & changed)
        return changed

    # --- situations ---

    def _wanted(self, parts: Sequence[Part]) -> tuple[list[Attempt], list[Wanted]]:
        attempts: list[Attempt] = []
        wanted: list[Wanted] = []
        for part in parts:
            rule, without = self._random.choice(self._bearings[part])
            applies = self._applies[rule]
            inside = (applies,) if without == FALSE else (without, applies ^ 1)
            attempt = self._attempts.of(rule)
            kept = self._kept.get(attempt.said)
            near = self._random.choice(kept) if kept else None
            attempts.append(attempt)
            wanted.append(Wanted((*inside, self._real), attempt.hiding, near))
        return attempts, wanted

    def _keep(self, attempt: Attempt, picks: Picks) -> None:
        kept = self._kept.setdefault(attempt.said, [])
        if len(kept) < MOST_KEPT:
            kept.append(picks)
        else:
            kept[self._random.randrange(MOST_KEPT)] = picks

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


def _without(
    rest: Sequence[Untried], tried: Tried
) -> tuple[Mapping[Part, int], Mapping[Rule, int]]:
    """At each point one part less: by part its point, and where then each rule applies. A point
    that was drawn for a part is its own; the others go to those that come first."""
    applies = dict(tried.applies)
    at: dict[Part, int] = {}
    taken = any_of(one.own & one.points for one in rest)
    for one in rest:
        free = one.own & one.points or one.points & ~taken
        if free:
            at[one.part] = point = free & -free
            taken |= point
            one.points &= ~point
            for rule, otherwise in one.otherwise:
                applies[rule] ^= otherwise & point
    return at, applies
