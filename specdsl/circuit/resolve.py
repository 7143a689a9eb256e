"""Resolution of a decision as literals (design: semantics, 'Resolution').

A `World` is one way in which a spec may be put to use: which instructions are given (as `Step`s)
and what is put for atoms. Worlds share a graph, so two of them can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from specdsl.circuit.graph import FALSE, TRUE, Atom, Graph, Outcome
from specdsl.circuit.nodes import Circuit
from specdsl.model.nodes import Decision, Delegate, Effect, Level, Rule
from specdsl.priority.ranks import RankedLevel, Ranks, bit_positions

Bits = tuple[int, ...]  # a literal for each outcome


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction where it counts: `active` says whether it is given (and counts here),
    `outcomes` which outcomes it names; `stated`: by a principal whose own level this is. `key` is
    the asker's own."""

    key: Any
    active: int
    permits: bool
    outcomes: Bits
    stated: bool = False


Steps = Callable[["World", Decision, Level], Sequence[Step]]
"""The instructions of a level's places on a decision, highest first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a candidate. `stands`: it stands; `excludes`: by outcome, it stands and does
    not leave it (a restriction); `permits`: by outcome, it lifts it (a permission). `would`: by
    outcome, a restriction of a rule excludes it if the rule applies."""

    stands: int
    excludes: Bits
    permits: Bits
    would: Bits = ()


@dataclass(frozen=True, slots=True)
class LevelState:
    """What is left when the rules of a level have their turn, and after them."""

    level: Level
    before: Bits
    after: Bits
    conflict: int  # the rules of this level leave nothing of what was left


@dataclass(frozen=True, eq=False)
class Resolution:
    """One decision in one world. All literals speak of situations in which the decisions that it
    reads were taken, save `taken`."""

    decision: Decision
    rules: dict[Rule, Standing]
    applies: dict[Rule, int]
    steps: tuple[tuple[Level, Step, Standing], ...]
    levels: tuple[LevelState, ...]
    left: Bits
    conflicted: int
    decided: int
    outcome: Bits
    ready: int  # the decisions that it reads were taken
    taken: int  # ready, and not failed


@dataclass(eq=False)
class World:
    """The resolutions of some decisions. `replace` puts literals for atoms; `ranks` are the
    circuit's unless only some rules are to count."""

    circuit: Circuit
    steps: Steps
    replace: Callable[[Atom], int | None] = lambda atom: None
    ranks: Ranks | None = None
    resolutions: dict[Decision, Resolution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rewrite = self.circuit.graph.rewriter(self._put)

    @property
    def graph(self) -> Graph:
        return self.circuit.graph

    def _put(self, atom: Atom) -> int | None:
        if isinstance(atom, Outcome):
            return self.decide(atom.decision).outcome[atom.outcome]
        return self.replace(atom)

    def literal(self, literal: int) -> int:
        """The literal in this world: over facts and inputs alone."""
        return self._rewrite(literal)

    def possible(self) -> int:
        """No assumption is false."""
        return self.graph.all_of(self.literal(a) for a in self.circuit.assumes.values())

    def active(self, delegate: Delegate) -> int:
        return self.literal(self.circuit.delegates[delegate])

    def taken(self, decisions: Iterable[Decision]) -> int:
        """All these decisions are taken."""
        return self.graph.all_of(self.decide(decision).taken for decision in decisions)

    def decide(self, decision: Decision) -> Resolution:
        found = self.resolutions.get(decision)
        if found is None:
            for earlier in self.circuit.spec.reads[decision]:
                self.decide(earlier)
            found = self.resolutions[decision] = _resolve(self, decision)
        return found


def _resolve(world: World, decision: Decision) -> Resolution:
    graph = world.graph
    left: list[int] = [TRUE] * len(decision.outcomes)
    permitted: list[int] = [FALSE] * len(decision.outcomes)
    found = (world.ranks or world.circuit.ranks).levels[decision]
    spoken = [world.steps(world, decision, ranked.level) for ranked in found]
    asked = _asked_below(graph, decision, spoken)
    rules: dict[Rule, Standing] = {}
    applies: dict[Rule, int] = {}
    taken_steps: list[tuple[Level, Step, Standing]] = []
    levels: list[LevelState] = []
    for ranked, steps, named in zip(found, spoken, asked, strict=True):
        standings = _take_steps(graph, steps, named, left, permitted)
        taken_steps += ((ranked.level, *pair) for pair in zip(steps, standings, strict=True))
        before = tuple(left)
        present = _take_level(world, decision, ranked, left, permitted, applies)
        rules.update(present)
        clash = graph.all_of((graph.any_of(before), graph.any_of(left) ^ 1))
        levels.append(LevelState(ranked.level, before, tuple(left), clash))
    standing_restrictions = [s.stands for s in rules.values() if s.excludes]
    standing_restrictions += [s.stands for _, _, s in taken_steps if s.excludes]
    conflicted = graph.any_of(left) ^ 1
    ready = world.taken(world.circuit.spec.reads[decision])
    fails = conflicted if decision.on_conflict is None else FALSE
    return Resolution(
        decision,
        rules,
        applies,
        tuple(taken_steps),
        tuple(levels),
        tuple(left),
        conflicted,
        graph.any_of(standing_restrictions),
        _outcome(graph, decision, left, levels),
        ready,
        graph.all_of((ready, fails ^ 1)),
    )


def _asked_below(
    graph: Graph, decision: Decision, spoken: Sequence[Sequence[Step]]
) -> list[list[int]]:
    """By level and outcome: somebody who states something at a lower level names it."""
    below = [FALSE] * len(decision.outcomes)
    found: list[list[int]] = []
    for steps in reversed(spoken):
        found.append(below)
        stated = [step for step in steps if step.stated and not step.permits]
        below = [
            graph.any_of((bit, *(graph.all_of((s.active, s.outcomes[o])) for s in stated)))
            for o, bit in enumerate(below)
        ]
    return found[::-1]


def _take_steps(
    graph: Graph, steps: Sequence[Step], asked: Sequence[int], left: list[int], permitted: list[int]
) -> list[Standing]:
    """What the instructions of a level do; changes what is left and permitted for those below.
    Of what higher levels permit they are held to what is asked for below; what one of them permits
    holds against those after it as it is."""
    lifted = [graph.all_of(pair) for pair in zip(permitted, asked, strict=True)]
    standings: list[Standing] = []
    for step in steps:
        standing = _take_step(graph, step, left, lifted)
        standings.append(standing)
        for o, bit in enumerate(standing.permits):
            lifted[o] = graph.any_of((lifted[o], bit))
            permitted[o] = graph.any_of((permitted[o], bit))
    return standings


def _take_step(graph: Graph, step: Step, left: list[int], lifted: Sequence[int]) -> Standing:
    """What an instruction does where this is left, and is permitted against it."""
    outcomes = range(len(left))
    if step.permits:
        permits = tuple(graph.all_of((step.active, step.outcomes[o], left[o])) for o in outcomes)
        return Standing(graph.any_of(permits), (), permits)
    meets = graph.any_of(graph.all_of((step.outcomes[o], left[o])) for o in outcomes)
    stands = graph.all_of((step.active, meets))
    excludes = tuple(graph.all_of((stands, step.outcomes[o] ^ 1, lifted[o] ^ 1)) for o in outcomes)
    for o in outcomes:
        left[o] = graph.all_of((left[o], excludes[o] ^ 1))
    return Standing(stands, excludes, ())


def _take_level(
    world: World,
    decision: Decision,
    ranked: RankedLevel,
    left: list[int],
    permitted: list[int],
    applies: dict[Rule, int],
) -> dict[Rule, Standing]:
    """What the rules of a level do; rules under the same others share what is left to them."""
    graph = world.graph
    standings: list[Standing] = []
    under: dict[int, tuple[Bits, Bits]] = {}
    for rule, above in zip(ranked.rules, ranked.above, strict=True):
        if above not in under:
            under[above] = _under(graph, standings, above, left, permitted)
        effect = rule.on(decision)
        applies[rule] = world.literal(world.circuit.rules[rule].applies)
        standings.append(_stand(graph, effect, applies[rule], *under[above]))
    after = _under(graph, standings, (1 << len(standings)) - 1, left, permitted)
    left[:], permitted[:] = after
    return dict(zip(ranked.rules, standings, strict=True))


def _under(
    graph: Graph, standings: list[Standing], above: int, left: list[int], permitted: list[int]
) -> tuple[Bits, Bits]:
    """What is left and permitted below the rules of the mask."""
    higher = [standings[i] for i in bit_positions(above)]
    restrictions = [s for s in higher if s.excludes]
    permissions = [s for s in higher if s.permits]
    outcomes = range(len(left))
    return (
        tuple(
            graph.all_of((left[o], *(s.excludes[o] ^ 1 for s in restrictions))) for o in outcomes
        ),
        tuple(graph.any_of((permitted[o], *(s.permits[o] for s in permissions))) for o in outcomes),
    )


def _stand(graph: Graph, effect: Effect, applies: int, left: Bits, permitted: Bits) -> Standing:
    named = [o for o in range(len(left)) if effect.outcomes >> o & 1]
    some = graph.any_of(left[o] for o in named)
    stands = graph.all_of((applies, some))
    if effect.permits:
        lifts = tuple(
            graph.all_of((applies, left[o])) if o in named else FALSE for o in range(len(left))
        )
        return Standing(stands, (), lifts)
    excludes = tuple(
        FALSE if o in named else graph.all_of((stands, permitted[o] ^ 1)) for o in range(len(left))
    )
    would = tuple(
        FALSE if o in named else graph.all_of((some, permitted[o] ^ 1)) for o in range(len(left))
    )
    return Standing(stands, excludes, (), would)


def _outcome(
    graph: Graph, decision: Decision, left: Sequence[int], levels: list[LevelState]
) -> Bits:
    """By outcome: it is the decision's. Where it is conflicted, what `on conflict` settles."""
    chosen = list(_first(graph, left, decision.choice_order))
    settled = decision.on_conflict
    if settled is not None:
        as_listed = range(len(left))
        for state in levels:
            kept = state.before[settled]
            for o, best in enumerate(_first(graph, state.before, as_listed)):
                here = kept if o == settled else FALSE
                way = graph.any_of((here, graph.all_of((kept ^ 1, best))))
                chosen[o] = graph.any_of((chosen[o], graph.all_of((state.conflict, way))))
    return tuple(chosen)


def _first(graph: Graph, left: Sequence[int], order: Sequence[int]) -> Bits:
    """By outcome: it is left, and none that comes before it in the order."""
    found = list(left)
    for i, outcome in enumerate(order):
        found[outcome] = graph.all_of((left[outcome], *(left[o] ^ 1 for o in order[:i])))
    return tuple(found)
