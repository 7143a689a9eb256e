"""Conflict resolution as literals (design: semantics, 'Resolution').

A `World` is one way of using a spec: the instructions that are given, and substitutions of atoms.
Worlds share a graph, so that two of them can be compared (as in self-composition).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Delegate, Effect, Level, Rule
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks, bit_positions
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Atom, Literal, Outcome
from specdsl.semantics.circuit import Circuit

Bits = tuple[Literal, ...]  # A literal for each outcome.


@dataclass(frozen=True, slots=True)
class PlacedInstruction:
    """An instruction at a place where it may count. `active`: it is given and counts here;
    `outcomes`: which outcomes it names; `stated`: its principal speaks at its own level. `key`
    belongs to the source.
    """

    key: Any
    active: Literal
    permits: bool
    outcomes: Bits
    stated: bool = False


InstructionSource = Callable[["World", DecisionModel, Level], Sequence[PlacedInstruction]]
"""A source of instructions: those of a level's places on a decision, highest first."""


@dataclass(frozen=True, slots=True)
class CandidateStanding:
    """The effect of a candidate, by outcome. `excludes`: it stands and does not leave the outcome
    (a restriction); `permits`: it permits it (a permission); `excludes_if_applied`: a rule's
    restriction excludes it if the rule applies.
    """

    stands: Literal
    excludes: Bits
    permits: Bits
    excludes_if_applied: Bits = ()


@dataclass(frozen=True, slots=True)
class LevelState:
    """The outcomes that are left before and after the rules of a level."""

    level: Level
    left_before: Bits
    left_after: Bits
    conflict: Literal  # The rules of this level exclude everything that was left.


@dataclass(frozen=True, eq=False)
class Resolution:
    """A decision in a world. All literals except `taken` assume that the decisions it reads were
    taken.
    """

    decision: DecisionModel
    rules: dict[Rule, CandidateStanding]
    applies: dict[Rule, Literal]
    steps: tuple[tuple[Level, PlacedInstruction, CandidateStanding], ...]
    levels: tuple[LevelState, ...]
    left: Bits
    conflicted: Literal
    decided: Literal
    outcome: Bits
    ready: Literal  # The decisions that it reads were taken.
    taken: Literal  # It is ready and has not failed.


@dataclass(eq=False)
class World:
    """Resolves decisions on demand. `replace` substitutes atoms; `ranks` are those of the circuit
    unless others are given.
    """

    circuit: Circuit
    steps: InstructionSource
    replace: Callable[[Atom], Literal | None] = lambda atom: None
    ranks: Ranks | None = None
    resolutions: dict[DecisionModel, Resolution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rewrite = self.circuit.graph.rewriter(self._substitute)

    @property
    def graph(self) -> AndInverterGraph:
        return self.circuit.graph

    def _substitute(self, atom: Atom) -> Literal | None:
        if isinstance(atom, Outcome):
            return self.resolution_of(atom.decision).outcome[atom.outcome]
        return self.replace(atom)

    def literal(self, literal: Literal) -> Literal:
        """Return the literal in this world: over facts and inputs alone."""
        return self._rewrite(literal)

    def assumptions_hold(self) -> Literal:
        """Return the literal that no assumption is false."""
        return self.graph.all_of(self.literal(a) for a in self.circuit.assumes.values())

    def delegation_active(self, delegate: Delegate) -> Literal:
        return self.literal(self.circuit.delegates[delegate])

    def all_taken(self, decisions: Iterable[DecisionModel]) -> Literal:
        """Return the literal that all these decisions are taken."""
        return self.graph.all_of(self.resolution_of(decision).taken for decision in decisions)

    def resolution_of(self, decision: DecisionModel) -> Resolution:
        found = self.resolutions.get(decision)
        if found is None:
            for earlier in self.circuit.spec.reads[decision]:
                self.resolution_of(earlier)
            found = self.resolutions[decision] = _resolve_decision(self, decision)
        return found


@dataclass(frozen=True, eq=False)
class _Candidates:
    """The inputs of the resolution of a decision in a world, all of them. `spoken`: the
    instructions of each level.
    """

    ranked: Sequence[RankedLevel]
    spoken: Sequence[Sequence[PlacedInstruction]]
    applies: dict[Rule, Literal]
    ready: Literal


def _resolve_decision(world: World, decision: DecisionModel) -> Resolution:
    """Resolve a decision, once for all worlds of a graph in which the same candidates are active
    alike. Instructions are the same if their source returns the same tuple again.
    """
    circuit = world.circuit
    ranked = (world.ranks or circuit.ranks).levels[decision]
    spoken = [world.steps(world, decision, one.level) or () for one in ranked]
    rules = (rule for one in ranked for rule in one.rules)
    applies = {rule: world.literal(circuit.rules[rule].applies) for rule in rules}
    ready = world.all_taken(circuit.spec.reads[decision])
    found = _Candidates(ranked, spoken, applies, ready)
    known = world.graph.get_or_make(
        "resolutions", dict[tuple[object, ...], tuple[_Candidates, Resolution]]
    )
    # What is known by its identity is kept beside the resolution, so its identity stays its own.
    key = (decision, id(ranked), *map(id, spoken), ready, *applies.values())
    if key not in known:
        known[key] = found, _resolve_candidates(world.graph, decision, found)
    return known[key][1]


def _resolve_candidates(
    graph: AndInverterGraph, decision: DecisionModel, found: _Candidates
) -> Resolution:
    left: list[Literal] = [TRUE] * len(decision.outcomes)
    permitted: list[Literal] = [FALSE] * len(decision.outcomes)
    asked = _outcomes_asked_below(graph, decision, found.spoken)
    rules: dict[Rule, CandidateStanding] = {}
    taken_steps: list[tuple[Level, PlacedInstruction, CandidateStanding]] = []
    levels: list[LevelState] = []
    for ranked, steps, named in zip(found.ranked, found.spoken, asked, strict=True):
        standings = _apply_instructions(graph, steps, named, left, permitted)
        taken_steps += ((ranked.level, *pair) for pair in zip(steps, standings, strict=True))
        before = tuple(left)
        rules.update(apply_rules(graph, decision, ranked, found.applies, left, permitted))
        clash = graph.all_of((graph.any_of(before), graph.any_of(left) ^ 1))
        levels.append(LevelState(ranked.level, before, tuple(left), clash))
    standing_restrictions = [s.stands for s in rules.values() if s.excludes]
    standing_restrictions += [s.stands for _, _, s in taken_steps if s.excludes]
    conflicted = graph.any_of(left) ^ 1
    fails = conflicted if decision.on_conflict is None else FALSE
    return Resolution(
        decision,
        rules,
        found.applies,
        tuple(taken_steps),
        tuple(levels),
        tuple(left),
        conflicted,
        graph.any_of(standing_restrictions),
        _outcome_literals(graph, decision, left, levels),
        found.ready,
        graph.all_of((found.ready, fails ^ 1)),
    )


def _outcomes_asked_below(
    graph: AndInverterGraph, decision: DecisionModel, spoken: Sequence[Sequence[PlacedInstruction]]
) -> list[list[Literal]]:
    """Return, by level and outcome, the literal that a restriction stated at a lower
    level names it.
    """
    state_below = [FALSE] * len(decision.outcomes)
    found: list[list[Literal]] = []
    for steps in reversed(spoken):
        found.append(state_below)
        stated = [step for step in steps if step.stated and not step.permits]
        state_below = [
            graph.any_of((bit, *(graph.all_of((s.active, s.outcomes[o])) for s in stated)))
            for o, bit in enumerate(state_below)
        ]
    return found[::-1]


def _apply_instructions(
    graph: AndInverterGraph,
    steps: Sequence[PlacedInstruction],
    asked: Sequence[Literal],
    left: list[Literal],
    permitted: list[Literal],
) -> list[CandidateStanding]:
    """Apply the instructions of a level, updating what is left and permitted for lower levels.
    Permissions of higher levels count against them only for outcomes asked for below; permissions
    of this level count against the later ones without this condition.
    """
    lifted = [graph.all_of(pair) for pair in zip(permitted, asked, strict=True)]
    standings: list[CandidateStanding] = []
    for step in steps:
        standing = apply_instruction(graph, step, left, lifted)
        standings.append(standing)
        for o, bit in enumerate(standing.permits):
            lifted[o] = graph.any_of((lifted[o], bit))
            permitted[o] = graph.any_of((permitted[o], bit))
    return standings


def apply_instruction(
    graph: AndInverterGraph, step: PlacedInstruction, left: list[Literal], lifted: Sequence[Literal]
) -> CandidateStanding:
    """Apply an instruction to what is left and what is permitted against it."""
    outcomes = range(len(left))
    if step.permits:
        permits = tuple(graph.all_of((step.active, step.outcomes[o], left[o])) for o in outcomes)
        return CandidateStanding(graph.any_of(permits), (), permits)
    meets = graph.any_of(graph.all_of((step.outcomes[o], left[o])) for o in outcomes)
    stands = graph.all_of((step.active, meets))
    excludes = tuple(graph.all_of((stands, step.outcomes[o] ^ 1, lifted[o] ^ 1)) for o in outcomes)
    for o in outcomes:
        left[o] = graph.all_of((left[o], excludes[o] ^ 1))
    return CandidateStanding(stands, excludes, ())


def apply_rules(
    graph: AndInverterGraph,
    decision: DecisionModel,
    ranked: RankedLevel,
    applies: Mapping[Rule, Literal],
    left: list[Literal],
    permitted: list[Literal],
) -> dict[Rule, CandidateStanding]:
    """Apply the rules of a level where these literals say that they do. Rules with the same ones
    above them share the state that they meet; where one more is above, as in a list in which each
    outranks the next, that state is built on theirs.
    """
    standings: list[CandidateStanding] = []
    under: dict[int, tuple[Bits, Bits]] = {0: (tuple(left), tuple(permitted))}

    def state_below(above: int) -> tuple[Bits, Bits]:
        if above not in under:
            last = 1 << above.bit_length() - 1
            start, more = (above ^ last, last) if above ^ last in under else (0, above)
            under[above] = _state_below(graph, standings, more, *under[start])
        return under[above]

    for rule, above in zip(ranked.rules, ranked.above, strict=True):
        found = state_below(above)
        standings.append(_standing_of(graph, rule.effect_on(decision), applies[rule], *found))
    left[:], permitted[:] = state_below((1 << len(standings)) - 1)
    return dict(zip(ranked.rules, standings, strict=True))


def _state_below(
    graph: AndInverterGraph,
    standings: list[CandidateStanding],
    above: int,
    left: Bits,
    permitted: Bits,
) -> tuple[Bits, Bits]:
    """Return what is left and permitted below the rules of the mask, where they meet this."""
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


def _standing_of(
    graph: AndInverterGraph, effect: Effect, applies: Literal, left: Bits, permitted: Bits
) -> CandidateStanding:
    named = [o for o in range(len(left)) if effect.outcomes >> o & 1]
    some = graph.any_of(left[o] for o in named)
    stands = graph.all_of((applies, some))
    if effect.permits:
        lifts = tuple(
            graph.all_of((applies, left[o])) if o in named else FALSE for o in range(len(left))
        )
        return CandidateStanding(stands, (), lifts)
    excludes = tuple(
        FALSE if o in named else graph.all_of((stands, permitted[o] ^ 1)) for o in range(len(left))
    )
    would = tuple(
        FALSE if o in named else graph.all_of((some, permitted[o] ^ 1)) for o in range(len(left))
    )
    return CandidateStanding(stands, excludes, (), would)


def _outcome_literals(
    graph: AndInverterGraph,
    decision: DecisionModel,
    left: Sequence[Literal],
    levels: list[LevelState],
) -> Bits:
    """Return, by outcome, the literal that it is the decision's. In a conflict, `on conflict`
    settles it.
    """
    chosen = list(_most_preferred(graph, left, decision.choice_order))
    settled = decision.on_conflict
    if settled is not None:
        as_listed = range(len(left))
        for state in levels:
            kept = state.left_before[settled]
            for o, best in enumerate(_most_preferred(graph, state.left_before, as_listed)):
                here = kept if o == settled else FALSE
                way = graph.any_of((here, graph.all_of((kept ^ 1, best))))
                chosen[o] = graph.any_of((chosen[o], graph.all_of((state.conflict, way))))
    return tuple(chosen)


def _most_preferred(graph: AndInverterGraph, left: Sequence[Literal], order: Sequence[int]) -> Bits:
    """Return, by outcome, the literal that it is left and none that precedes it in the order is."""
    found = list(left)
    for i, outcome in enumerate(order):
        found[outcome] = graph.all_of((left[outcome], *(left[o] ^ 1 for o in order[:i])))
    return tuple(found)
