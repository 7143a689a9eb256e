"""The minimal clashes of a decision: restrictions that stand together, leave no outcome, and of
which none can be left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from specdsl.base.diagnostics import Severity
from specdsl.base.limits import MOST_CLASHES, MOST_LEAN_CLASHES, MOST_PEERS, MOST_SIMPLE_CLASHES
from specdsl.frontend.model.nodes import Decision, Fact, Level, Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.encode import unary_counter
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.reasoning.witness.simple_witness import (
    WitnessQuery,
    simple_witness,
    superfluous_facts,
    witness_of_model,
)
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Input
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.instruction_inputs import (
    PLACES,
    FreeInstructions,
    InstructionSlot,
    eligible_speakers,
    group_by_level,
    no_instructions,
)
from specdsl.semantics.resolution_circuit import (
    InstructionSource,
    PlacedInstruction,
    Resolution,
    World,
)
from specdsl.situations.shrink import shrink_situation
from specdsl.situations.situation import Situation, complete_facts
from specdsl.verification.check_session import CheckSession, ReplayedDecision
from specdsl.verification.conflicts.overlap import Overlaps
from specdsl.verification.conflicts.sampled_conflicts import (
    RuleSet,
    SampledConflicts,
    sample_conflicts,
)
from specdsl.verification.relevance.free_rules import class_activations, resolve_classes


@dataclass(frozen=True, slots=True)
class ConflictMember:
    """What may be part of a clash: a rule, a team of rules by its first one, or an instruction.
    `chosen`: it is, a literal of its own; `excludes` by outcome."""

    source: Rule | InstructionSlot
    chosen: int
    excludes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ResolvedDecision:
    """A decision in a world: `applies` says by rule where it does."""

    teams: RuleClasses
    applies: Mapping[Rule, int]
    resolution: Resolution


@dataclass(frozen=True, eq=False)
class ConflictFormula:
    """A minimal clash in a world, as literals. `holds`: the chosen members are one, each of the
    `rules` that is picked applies and is of a chosen team, and one of each such team is picked;
    `more` by i: of more than i teams. `instructions`: those that may be chosen, and what chooses
    them."""

    holds: int
    rules: Mapping[Rule, int]
    instructions: tuple[tuple[InstructionSlot, int], ...]
    more: tuple[int, ...]

    def exactly_rules(self, graph: AndInverterGraph, rules: RuleSet) -> int:
        """These rules are a clash. No minimal clash has more than outcomes, or two of a team."""
        enough = self.more[len(rules)] ^ 1 if len(rules) < len(self.more) else TRUE
        return graph.all_of((enough, *(self.rules[rule] for rule in rules)))


def any_conflict(graph: AndInverterGraph, ruled: ResolvedDecision) -> ConflictFormula:
    """Any of the minimal clashes."""
    found = ruled.resolution
    name = found.decision.name
    teams: list[ConflictMember] = []
    parts: list[int] = []
    picked: dict[Rule, int] = {}
    for first, standing in found.rules.items():
        if any(one != FALSE for one in standing.excludes):
            chosen = graph.atom(Input(f"{name} clash {first.name}"))
            teams.append(ConflictMember(first, chosen, standing.excludes))
            mine = {
                r: graph.atom(Input(f"{name} pick {r.name}")) for r in ruled.teams.members_of[first]
            }
            picked |= mine
            parts.append(graph.any_of((chosen ^ 1, *mine.values())))
            for rule, pick in mine.items():
                parts.append(graph.any_of((pick ^ 1, graph.all_of((ruled.applies[rule], chosen)))))
    said = _said(graph, found)
    parts.append(_minimal_clash(graph, found, [*teams, *said]))
    more = unary_counter(graph, [team.chosen for team in teams], most=len(found.left))
    instructions = tuple(
        (one.source, one.chosen) for one in said if isinstance(one.source, InstructionSlot)
    )
    return ConflictFormula(graph.all_of(parts), picked, instructions, tuple(more))


def conflict_of(graph: AndInverterGraph, ruled: ResolvedDecision, rules: RuleSet) -> int:
    """These rules are those of a minimal clash."""
    found = ruled.resolution
    members: list[ConflictMember] = []
    for rule in sorted(rules, key=lambda rule: rule.name):
        team = found.rules[ruled.teams.representative_of[rule]]
        excludes = tuple(
            graph.all_of((ruled.applies[rule], one)) for one in team.excludes_if_applied
        )
        members.append(ConflictMember(rule, TRUE, excludes))
    return _minimal_clash(graph, found, [*members, *_said(graph, found)])


def _said(graph: AndInverterGraph, resolution: Resolution) -> list[ConflictMember]:
    """The instructions that restrict."""
    name = resolution.decision.name
    return [
        ConflictMember(
            step.key, graph.atom(Input(f"{name} clash instruction {i}")), standing.excludes
        )
        for i, (_, step, standing) in enumerate(resolution.steps)
        if any(one != FALSE for one in standing.excludes)
    ]


def _minimal_clash(
    graph: AndInverterGraph, resolution: Resolution, members: Sequence[ConflictMember]
) -> int:
    """Every outcome is excluded by a chosen one (so the decision is conflicted), and each excludes
    one that no other does."""
    outcomes = range(len(resolution.left))
    alone: list[list[int]] = [[] for _ in members]
    parts = [resolution.ready]
    for o in outcomes:
        bits = [graph.all_of((m.chosen, m.excludes[o])) for m in members]
        parts.append(graph.any_of(bits))
        after = [FALSE] * (len(bits) + 1)
        for i in reversed(range(len(bits))):
            after[i] = graph.any_of((bits[i], after[i + 1]))
        before = FALSE
        for i, bit in enumerate(bits):
            if bit != FALSE:
                alone[i].append(graph.all_of((bit, before ^ 1, after[i + 1] ^ 1)))
            before = graph.any_of((before, bit))
    for member, own in zip(members, alone, strict=True):
        parts.append(graph.any_of((member.chosen ^ 1, *own)))
    return graph.all_of(parts)


class MinimalConflicts:
    """What can be asked about the clashes of one decision."""

    def __init__(self, session: CheckSession, decision: Decision) -> None:
        self.session = session
        self.graph = session.circuit.graph
        self.decision = decision
        # Two restrictions a level: one that is part of the clash, one that only clears its way.
        self.instructions = FreeInstructions(session.circuit, restrictions=2)
        self.teams = session.rule_classes(decision)
        self.ruled = self._in(session.world, self._steps)
        cone = session.dependencies(decision)
        self.slots = [s for d in cone for s in self._of(d).slots.get(d, ())]
        self.well_formed = self.graph.all_of(slot.well_formed(self.graph) for slot in self.slots)
        self._silent: dict[RuleSet, Mapping[Fact, FactValue] | None] = {}
        self._replayed: dict[str, ReplayedDecision] = {}

    def _of(self, decision: Decision) -> FreeInstructions:
        return self.instructions if decision is self.decision else self.session.instructions

    def _steps(self, world: World, decision: Decision, level: Level) -> Sequence[PlacedInstruction]:
        return self._of(decision).steps(world, decision, level)

    def _in(self, read: World, steps: InstructionSource) -> ResolvedDecision:
        """The decision with instructions, in a world like the one that it reads."""
        rules = self.session.circuit.rules
        applies = {rule: read.literal(rules[rule].applies) for rule in self.teams.representative_of}
        some = class_activations(self.graph, self.teams, applies)
        found = resolve_classes(self.session, read, steps, self.decision, self.teams, some)
        return ResolvedDecision(self.teams, applies, found)

    @cached_property
    def uninstructed(self) -> ResolvedDecision:
        return self._in(self.session.uninstructed_world, no_instructions)

    @cached_property
    def formula(self) -> ConflictFormula:
        """Any of them."""
        return any_conflict(self.graph, self.ruled)

    @cached_property
    def _prover(self) -> Prover:
        """Knows that there is a clash."""
        used = (slot.used for slot in self.slots)
        lent = (
            self.session.world.delegation_active(delegate)
            for delegate in self.session.spec.delegates
        )
        known = (
            self.session.assumptions_hold,
            self.well_formed,
            self.formula.holds,
            self._peers_meet(),
        )
        prover = Prover(self.graph, (*known, self._undone, *used, *lent), self.session.limits)
        prover.assert_always(*known)
        return prover

    @cached_property
    def _undone(self) -> int:
        """What `on conflict` names is not left by what stands above the clash."""
        settled = self.decision.on_conflict
        if settled is None:
            return FALSE
        return self.graph.any_of(
            self.graph.all_of((s.conflict, s.left_before[settled] ^ 1))
            for s in self.ruled.resolution.levels
        )

    def enumerate_conflicts(self) -> tuple[list[RuleSet], bool]:
        """The rules of each minimal clash, small sets first; and whether these are all."""
        if self.ruled.resolution.conflicted == FALSE:
            return [], True
        found = list(self.sampled)
        try:
            every = self._find(found)
        except Undetermined:
            every = False
        return sorted(found, key=lambda rules: (len(rules), sorted(r.name for r in rules))), every

    @property
    def existence_suffices(self) -> bool:
        """Of none of them more is read than that there is one: they are no errors."""
        return self.session.errors_only and self.decision.on_conflict is not None

    def find_any(self) -> tuple[list[RuleSet], bool]:
        """Return the rules of any conflict, if there is one. Raises `Undetermined`."""
        if self.ruled.resolution.conflicted == FALSE:
            return [], True
        if self.sampled:
            return [next(iter(self.sampled))], True
        return [self._picked()] if self._prover.is_satisfiable() else [], True

    def _find(self, found: list[RuleSet]) -> bool:
        """Adds the others; whether it comes to an end. Raises `Undetermined`."""
        prover = self._prover
        another = self.graph.atom(Input(f"{self.decision.name} clash another"))
        for here in found:
            prover.assert_always(self.graph.any_of((another ^ 1, self._exactly(here) ^ 1)))
        while prover.is_satisfiable(another):
            here = self._picked()
            found.append(here)
            prover.assert_always(self.graph.any_of((another ^ 1, self._exactly(here) ^ 1)))
            if len(found) >= MOST_CLASHES:
                return False
        return True

    def _picked(self) -> RuleSet:
        """In the last situation: of each team of the clash the first that is picked."""
        truth, found = self._prover.holds, dict[Rule, Rule]()
        for rule, pick in self.formula.rules.items():
            if truth(pick):
                found.setdefault(self.teams.representative_of[rule], rule)
        return frozenset(found.values())

    @cached_property
    def sampled(self) -> SampledConflicts:
        """Clashes where nobody says anything that need no looking for, with the facts."""
        return sample_conflicts(self.session, self.decision, self._meeting)

    @cached_property
    def _meeting(self) -> Overlaps:
        applies = self.session.uninstructed_world.resolution_of(self.decision).applies
        points = Sampler(self.graph, applies.values())
        return Overlaps(self.decision, self.teams, applies, points)

    def _peers_meet(self) -> int:
        """Of some level two restrictions apply that nothing orders and that do not do the same:
        else every one that stands leaves something of what those above it leave."""
        if self.session.limits.z3_only or self.session.spec.reads[self.decision]:
            return TRUE
        pairs, applies = self._meeting.overlapping_peers(MOST_PEERS), self.ruled.applies
        if pairs is None:
            return TRUE
        return self.graph.any_of(self.graph.all_of((applies[a], applies[b])) for a, b in pairs)

    def _exactly(self, rules: RuleSet) -> int:
        return self.formula.exactly_rules(self.graph, rules)

    def needs_instructions(self, rules: RuleSet) -> bool:
        """The rules clash only together with instructions."""
        if self._clash_quietly(rules):
            return False
        silent = (chosen ^ 1 for _, chosen in self.formula.instructions)
        return not self._prover.is_satisfiable(self._exactly(rules), *silent)

    def _clash_quietly(self, rules: RuleSet) -> bool:
        """They clash where nobody says anything."""
        return self._facts_of(rules) is not None

    def _facts_of(self, rules: RuleSet) -> Mapping[Fact, FactValue] | None:
        """A situation in which they clash where nobody says anything."""
        if rules not in self._silent:
            self._silent[rules] = self.sampled.get(rules) or self._quiet_facts(rules)
        return self._silent[rules]

    def _quiet_facts(self, rules: RuleSet) -> Mapping[Fact, FactValue] | None:
        unused = (slot.used ^ 1 for slot in self.slots)
        if not self._prover.is_satisfiable(self._exactly(rules), *unused):
            return None
        return witness_of_model(
            self.graph, self._question(self.formula.holds), self._prover
        ).all_facts

    def severity(self, rules: RuleSet) -> Severity:
        """How grave it is: by whether `on conflict` settles it."""
        if self.decision.on_conflict is None:
            return Severity.ERROR
        bad = self._undone != FALSE and self._prover.is_satisfiable(
            self._exactly(rules), self._undone
        )
        return Severity.WARNING if bad else Severity.NOTE

    def completing_places(self, rules: RuleSet) -> tuple[str, ...]:
        """The places whose instructions can complete the clash, highest first."""
        here, instructions = self._exactly(rules), self.formula.instructions
        if not self._prover.is_satisfiable(
            here, self.graph.any_of(chosen for _, chosen in instructions)
        ):
            return ()
        return tuple(
            f"{place} at {level.name}"
            for level in self.session.spec.levels
            for place in PLACES
            if self._completes(here, level, place)
        )

    def _completes(self, here: int, level: Level, place: str) -> bool:
        found = eligible_speakers(self.session.spec, self.decision, level)
        able = [carrier.delegate for carrier in found if carrier.place == place]
        lent = self.graph.any_of(
            TRUE if d is None else self.session.world.delegation_active(d) for d in able
        )
        chosen = self.graph.any_of(
            c
            for slot, c in self.formula.instructions
            if slot.level is level and place in slot.places
        )
        return bool(able) and self._prover.is_satisfiable(here, chosen, lent)

    def situation(self, rules: RuleSet, number: int) -> Situation:
        """A simple situation with the clash; for a `number` beyond the first ones, one as it was
        found."""
        facts, brief = self._facts_of(rules), self.session.brief or self.existence_suffices
        if facts is not None:
            lean = number < MOST_LEAN_CLASHES and not brief
            quiet = Situation(facts, complete_facts(self.session.spec, facts))
            return self._lean(rules, facts) or quiet if lean else quiet
        if number < MOST_SIMPLE_CLASHES and not brief:
            found = simple_witness(self.graph, self._loud(rules), self.session.limits)
        elif self._prover.is_satisfiable(self._exactly(rules)):
            found = witness_of_model(self.graph, self._question(self.formula.holds), self._prover)
        else:
            found = None
        if found is None:
            raise Undetermined
        says = self.session.given_instructions(self.slots, found)
        return Situation(
            found.relevant_facts, complete_facts(self.session.spec, found.all_facts), says
        )

    def replay_situation(self, situation: Situation) -> ReplayedDecision:
        """What the decision function makes of it: of one in which many clash, once."""
        replay = situation.to_replay()
        key = repr(replay)
        if key not in self._replayed:
            self._replayed[key] = self.session.replay(replay)[self.decision.name]
        return self._replayed[key]

    def _lean(self, rules: RuleSet, facts: Mapping[Fact, FactValue]) -> Situation | None:
        """One where nobody says anything: far fewer things bear on it."""
        claim = conflict_of(self.graph, self.uninstructed, rules)
        possible = self.session.uninstructed_world.assumptions_hold()
        return shrink_situation(
            self.session.spec, self.graph, claim, possible, facts, self._superfluous
        )

    def _superfluous(
        self,
        claim: int,
        possible: int,
        facts: Mapping[Fact, FactValue],
        doubtful: Collection[Fact],
    ) -> tuple[Fact, ...]:
        question = WitnessQuery(claim, possible)
        return superfluous_facts(self.graph, question, self._quiet_prover, facts, doubtful)

    @cached_property
    def _quiet_prover(self) -> Prover:
        """Of whatever clashes where nobody says anything."""
        found = self.uninstructed.resolution
        roots = [
            self.session.uninstructed_world.assumptions_hold(),
            found.ready,
            *self.uninstructed.applies.values(),
        ]
        for standing in found.rules.values():
            roots += (*standing.excludes, *standing.excludes_if_applied)
        return Prover(self.graph, roots, self.session.limits)

    def _loud(self, rules: RuleSet) -> WitnessQuery:
        return self._question(conflict_of(self.graph, self.ruled, rules))

    def _question(self, clash: int) -> WitnessQuery:
        used = tuple(slot.used for slot in self.slots)
        return WitnessQuery(
            clash, self.session.assumptions_hold, self.well_formed, used, group_by_level(self.slots)
        )
