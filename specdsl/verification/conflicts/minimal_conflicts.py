"""Minimal conflicts of a decision: restrictions that take effect together and leave no outcome,
none of which can be left out.

They are the minimal unsatisfiable subsets (MUSes) that some situation has, and are enumerated with
a blocking clause for each (compare Liffiton and Malik 2013).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

from specdsl.base.diagnostics import Severity
from specdsl.base.limits import (
    MAX_CONFLICTS,
    MAX_FIRST_CONFLICTS,
    MAX_PEERS,
    MAX_SHRUNK_CONFLICTS,
    MAX_SIMPLE_CONFLICTS,
)
from specdsl.frontend.model.nodes import DecisionModel, Fact, Level, Rule
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.reasoning.witness.simple_witness import (
    Witness,
    WitnessQuery,
    model_reader,
    simple_witness,
    superfluous_facts,
)
from specdsl.semantics.aig import FALSE, TRUE, Input, Literal
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.instruction_inputs import (
    PLACES,
    FreeInstructions,
    eligible_speakers,
    group_by_level,
    no_instructions,
    some_can_speak,
)
from specdsl.semantics.resolution_circuit import (
    InstructionSource,
    PlacedInstruction,
    World,
)
from specdsl.situations.shrink import shrink_situation
from specdsl.situations.situation import Situation, complete_facts
from specdsl.verification.check_session import CheckSession, ReplayedDecision
from specdsl.verification.class_resolution import class_activations, resolve_classes
from specdsl.verification.conflicts.conflict_formula import (
    ConflictFormula,
    ResolvedDecision,
    RuleSet,
    any_conflict,
    conflict_of,
)
from specdsl.verification.conflicts.overlap import Overlaps
from specdsl.verification.conflicts.sampled_conflicts import (
    SampledConflicts,
    sample_conflicts,
)
from specdsl.verification.conflicts.unordered_restrictions import ranks_allow_conflicts


def possible_conflicts(session: CheckSession, decision: DecisionModel) -> MinimalConflicts | None:
    """Return the queries about the conflicts of a decision; None if its ranks allow none."""
    if not ranks_allow_conflicts(session, decision):
        return None
    return MinimalConflicts(session, decision)


class MinimalConflicts:
    """Queries about the conflicts of one decision."""

    def __init__(self, session: CheckSession, decision: DecisionModel) -> None:
        self.session = session
        self.graph = session.circuit.graph
        self.decision = decision
        # Two restrictions a level: one in the conflict, one that excludes what would settle it.
        self.instructions = FreeInstructions(session.circuit, restrictions=2)
        self.classes = session.rule_classes(decision)
        self.ruled = self._resolve_in(session.world, self._placed_instructions)
        cone = session.dependencies(decision)
        self.slots = [s for d in cone for s in self._instructions_on(d).slots.get(d, ())]
        self.well_formed = self.graph.all_of(slot.well_formed(self.graph) for slot in self.slots)
        self._facts_by_rules: dict[RuleSet, Mapping[Fact, FactValue] | None] = {}
        self._replayed: dict[str, ReplayedDecision] = {}
        self._unsettled: frozenset[RuleSet] | None = None  # Once all of them are known.
        self._needs: dict[RuleSet, bool] = {}  # Whether a conflict takes instructions.
        self._seen: dict[RuleSet, Situation] = {}  # Situations of models that came along.

    def _instructions_on(self, decision: DecisionModel) -> FreeInstructions:
        return self.instructions if decision is self.decision else self.session.instructions

    def _placed_instructions(
        self, world: World, decision: DecisionModel, level: Level
    ) -> Sequence[PlacedInstruction]:
        return self._instructions_on(decision).steps(world, decision, level)

    def _resolve_in(self, read: World, steps: InstructionSource) -> ResolvedDecision:
        """Resolve the decision with instructions; what it reads is taken from the world `read`."""
        rules = self.session.circuit.rules
        applies = {
            rule: read.literal(rules[rule].applies) for rule in self.classes.representative_of
        }
        some = class_activations(self.graph, self.classes, applies)
        found = resolve_classes(self.session, read, steps, self.decision, self.classes, some)
        return ResolvedDecision(self.classes, applies, found)

    @cached_property
    def uninstructed_decision(self) -> ResolvedDecision:
        return self._resolve_in(self.session.uninstructed_world, no_instructions)

    @cached_property
    def formula(self) -> ConflictFormula:
        """Return the formula of any conflict."""
        return any_conflict(self.graph, self.ruled)

    @cached_property
    def _prover(self) -> Prover:
        """Return a prover that knows that there is a conflict."""
        used = (slot.used for slot in self.slots)
        delegations = (
            self.session.world.delegation_active(delegate)
            for delegate in self.session.spec.delegates
        )
        known = (
            self.session.assumptions_hold,
            self.well_formed,
            self.formula.holds,
            self._some_peers_overlap(),
        )
        prover = Prover(
            self.graph,
            (*known, self._on_conflict_unavailable, *used, *delegations),
            self.session.limits,
        )
        prover.assert_always(*known)
        prover.prefer_phases(chosen for _, chosen in self.formula.instructions)
        return prover

    @cached_property
    def _conflicted_prover(self) -> Prover:
        """Return a prover that knows that nothing is left."""
        found = self.ruled.resolution
        known = (
            self.session.assumptions_hold,
            self.well_formed,
            found.ready,
            found.conflicted,
        )
        standing = (*found.rules.values(), *(standing for _, _, standing in found.steps))
        roots = [literal for one in standing for literal in one.excludes]
        used = (slot.used for slot in self.slots)
        return Prover(
            self.graph, (*known, *self.ruled.applies.values(), *roots, *used), self.session.limits
        )

    @cached_property
    def _on_conflict_unavailable(self) -> Literal:
        """Return the literal that the outcome of `on conflict` is excluded above the conflict."""
        settled = self.decision.on_conflict
        if settled is None:
            return FALSE
        return self.graph.any_of(
            self.graph.all_of((s.conflict, s.left_before[settled] ^ 1))
            for s in self.ruled.resolution.levels
        )

    def enumerate_conflicts(self) -> tuple[list[RuleSet], bool]:
        """Return the rules of all minimal conflicts, small sets first, and whether they are
        complete."""
        if self.ruled.resolution.conflicted == FALSE:
            return [], True
        found = dict.fromkeys(self.sampled_conflicts)
        try:
            every = self._enumerate_rest(found)
        except Undetermined:
            every = False
        return sorted(found, key=lambda rules: (len(rules), sorted(r.name for r in rules))), every

    @property
    def existence_suffices(self) -> bool:
        """Return whether one conflict suffices: they are no errors, and only errors are shown."""
        return self.session.errors_only and self.decision.on_conflict is not None

    def find_any(self) -> tuple[list[RuleSet], bool]:
        """Return the rules of any conflict, if there is one. Raises `Undetermined`."""
        if self.ruled.resolution.conflicted == FALSE:
            return [], True
        if self.sampled_conflicts:
            return [next(iter(self.sampled_conflicts))], True
        return [self._conflict_of_model()] if self._prover.is_satisfiable() else [], True

    def _enumerate_rest(self, found: dict[RuleSet, None]) -> bool:
        """Add the conflicts that are not found yet; return whether these are all. Those that
        `on conflict` does not settle come first, so that of each it is known. Raises
        `Undetermined`."""
        unavailable, blocked = self._on_conflict_unavailable, dict[RuleSet, None]()
        if unavailable != FALSE:
            try:
                every = self._enumerate_where(unavailable, blocked)
            finally:
                found.update(blocked)
            if not every:
                if self.session.first_only:  # Of the others it is not known.
                    for here in found.keys() - blocked:
                        del found[here]
                    self._unsettled = frozenset(blocked)
                return False
            self._unsettled = frozenset(blocked)
        for here in found:
            if here not in blocked:
                self._block_conflict(here)
        return self._enumerate_where(TRUE, found)

    def _enumerate_where(self, claim: Literal, found: dict[RuleSet, None]) -> bool:
        """Add the conflicts with the claim that are not blocked yet, and block them; return whether
        these are all. Raises `Undetermined`."""
        while len(found) < self.most:
            if not self._prover.is_satisfiable(self._another_conflict, claim):
                return True
            here = self._conflict_of_model()
            found[here] = None
            self._block_conflict(here)
        return False

    @property
    def most(self) -> int:
        """Return the number of conflicts at which the enumeration ends."""
        return MAX_FIRST_CONFLICTS if self.session.first_only else MAX_CONFLICTS

    def _block_conflict(self, rules: RuleSet) -> None:
        """Have the prover find these rules no longer if it is asked for another conflict."""
        other = (self._another_conflict ^ 1, self._exactly(rules) ^ 1)
        self._prover.assert_always(self.graph.any_of(other))

    @cached_property
    def _another_conflict(self) -> Literal:
        return self.graph.atom(Input(f"{self.decision.name} conflict another"))

    def _conflict_of_model(self) -> RuleSet:
        """Return the rules of the conflict in the last model, the first that is picked of each
        class."""
        truth, found = self._prover.holds, dict[Rule, Rule]()
        for rule, pick in self.formula.rules.items():
            if truth(pick):
                found.setdefault(self.classes.representative_of[rule], rule)
        return frozenset(found.values())

    @cached_property
    def sampled_conflicts(self) -> SampledConflicts:
        """Return conflicts without instructions that sampling finds, with their facts; if one
        suffices, those of one sample."""
        return sample_conflicts(
            self.session, self.decision, self._overlaps, any_=self.existence_suffices
        )

    @cached_property
    def _overlaps(self) -> Overlaps:
        applies = self.session.uninstructed_world.resolution_of(self.decision).applies
        points = Sampler(self.graph, applies.values())
        return Overlaps(self.decision, self.classes, applies, points)

    def _some_peers_overlap(self) -> Literal:
        """Return the literal that two unordered restrictions of one level with different effects
        apply; otherwise each standing restriction leaves part of what those above it leave."""
        if self.session.limits.z3_only or self.session.spec.reads[self.decision]:
            return TRUE
        pairs, applies = self._overlaps.overlapping_peers(MAX_PEERS), self.ruled.applies
        if pairs is None:
            return TRUE
        return self.graph.any_of(self.graph.all_of((applies[a], applies[b])) for a, b in pairs)

    def _exactly(self, rules: RuleSet) -> Literal:
        return self.formula.exactly_rules(self.graph, rules)

    def needs_instructions(self, rules: RuleSet) -> bool:
        """Return whether the rules conflict only together with instructions."""
        if rules in self.sampled_conflicts:
            return False
        if rules not in self._needs:
            not_chosen = (chosen ^ 1 for _, chosen in self.formula.instructions)
            self._needs[rules] = not self._prover.is_satisfiable(self._exactly(rules), *not_chosen)
        return self._needs[rules]

    def _uninstructed_facts(self, rules: RuleSet) -> Mapping[Fact, FactValue] | None:
        """Return the facts of a situation in which they conflict without instructions."""
        if rules not in self._facts_by_rules:
            self._facts_by_rules[rules] = self.sampled_conflicts.get(
                rules
            ) or self._find_uninstructed_facts(rules)
        return self._facts_by_rules[rules]

    def _find_uninstructed_facts(self, rules: RuleSet) -> Mapping[Fact, FactValue] | None:
        if self.needs_instructions(rules):
            return None
        unused = (slot.used ^ 1 for slot in self.slots)
        if not self._prover.is_satisfiable(self._exactly(rules), *unused):
            return None
        return self._read_model().all_facts

    @cached_property
    def _read_model(self) -> Callable[[], Witness]:
        return model_reader(self.graph, self._query_of(self.formula.holds), self._prover)

    def severity(self, rules: RuleSet) -> Severity:
        """Return the severity: whether `on conflict` settles the conflict."""
        if self.decision.on_conflict is None:
            return Severity.ERROR
        if self._unsettled is not None:
            bad = rules in self._unsettled
        else:
            bad = self._on_conflict_unavailable != FALSE and self._prover.is_satisfiable(
                self._exactly(rules), self._on_conflict_unavailable
            )
        return Severity.WARNING if bad else Severity.NOTE

    def completing_places(self, rules: RuleSet) -> tuple[str, ...]:
        """Return the places whose instructions can complete the conflict, highest first."""
        here, left = self._exactly(rules), dict(self._completions)
        while left and self._prover.is_satisfiable(here, self.graph.any_of(left.values())):
            if rules not in self._seen:
                self._seen[rules] = self._situation_of_model()
            shown = [place for place, completes in left.items() if self._prover.holds(completes)]
            for place in shown:
                del left[place]
        return tuple(place for place in self._completions if place not in left)

    @cached_property
    def _completions(self) -> Mapping[str, Literal]:
        """Return the literal by place, highest first, that one of its instructions is chosen."""
        places = ((level, place) for level in self.session.spec.levels for place in PLACES)
        found = {
            f"{place} at {level.name}": self._is_chosen(level, place) for level, place in places
        }
        return {place: chosen for place, chosen in found.items() if chosen != FALSE}

    def _is_chosen(self, level: Level, place: str) -> Literal:
        speakers = eligible_speakers(self.session.spec, self.decision, level)
        able = some_can_speak(self.session.world, (one for one in speakers if one.place == place))
        chosen = self.graph.any_of(
            chosen
            for slot, chosen in self.formula.instructions
            if slot.level is level and place in slot.places
        )
        return self.graph.all_of((able, chosen))

    def situation(self, rules: RuleSet, number: int) -> Situation:
        """Return a simple situation with the conflict; beyond the first numbers, one as it was
        found."""
        facts, brief = (
            self._uninstructed_facts(rules),
            self.session.brief or self.existence_suffices,
        )
        if facts is not None:
            shrinking = number < MAX_SHRUNK_CONFLICTS and not brief
            unshrunk = Situation(facts, complete_facts(self.session.spec, facts))
            return self._shrink_situation(rules, facts) or unshrunk if shrinking else unshrunk
        if number < MAX_SIMPLE_CONFLICTS and not brief:
            found = simple_witness(
                self.graph,
                self._minimality_query(rules),
                self.session.limits,
                self._conflicted_prover,
            )
        elif rules in self._seen:
            return self._seen[rules]
        elif self._prover.is_satisfiable(self._exactly(rules)):
            return self._situation_of_model()
        else:
            found = None
        if found is None:
            raise Undetermined
        return self._situation_of(found)

    def _situation_of_model(self) -> Situation:
        """Return the situation of the prover's last model."""
        values = {fact: self._prover.value(fact) for fact in self._facts}
        return self._situation_of(Witness(values, values, self._prover.holds))

    @cached_property
    def _facts(self) -> tuple[Fact, ...]:
        """Return the facts that the prover knows, by name."""
        return tuple(sorted(self._prover.domains.facts, key=lambda fact: fact.name))

    def _situation_of(self, found: Witness) -> Situation:
        says = self.session.given_instructions(self.slots, found)
        return Situation(
            found.relevant_facts, complete_facts(self.session.spec, found.all_facts), says
        )

    def replay_situation(self, situation: Situation) -> ReplayedDecision:
        """Return what the decision function makes of a situation, once for all its conflicts."""
        replay = situation.to_replay()
        key = repr(replay)
        if key not in self._replayed:
            self._replayed[key] = self.session.replay(replay)[self.decision.name]
        return self._replayed[key]

    def _shrink_situation(
        self, rules: RuleSet, facts: Mapping[Fact, FactValue]
    ) -> Situation | None:
        """Return a shrunk situation without instructions, which has far fewer influences."""
        claim = conflict_of(self.graph, self.uninstructed_decision, rules)
        possible = self.session.uninstructed_world.assumptions_hold()
        return shrink_situation(
            self.session.spec,
            self.graph,
            claim,
            possible,
            facts,
            self._superfluous,
            self._uninstructed_sampler,
        )

    def _superfluous(
        self,
        claim: Literal,
        possible: Literal,
        facts: Mapping[Fact, FactValue],
        doubtful: Collection[Fact],
    ) -> tuple[Fact, ...]:
        question = WitnessQuery(claim, possible)
        return superfluous_facts(self.graph, question, self._uninstructed_prover, facts, doubtful)

    @cached_property
    def _uninstructed_prover(self) -> Prover:
        """Return a prover for any conflict without instructions."""
        return Prover(self.graph, self._uninstructed_literals, self.session.limits)

    @cached_property
    def _uninstructed_sampler(self) -> Sampler:
        """Return a sampler for any conflict without instructions."""
        return Sampler(self.graph, self._uninstructed_literals)

    @cached_property
    def _uninstructed_literals(self) -> tuple[Literal, ...]:
        """Return the literals that any conflict without instructions is made of."""
        found = self.uninstructed_decision.resolution
        some = [self.session.uninstructed_world.assumptions_hold(), found.ready]
        some += self.uninstructed_decision.applies.values()
        for standing in found.rules.values():
            some += (*standing.excludes, *standing.excludes_if_applied)
        return tuple(some)

    def _minimality_query(self, rules: RuleSet) -> WitnessQuery:
        return self._query_of(conflict_of(self.graph, self.ruled, rules))

    def _query_of(self, conflict: Literal) -> WitnessQuery:
        used = tuple(slot.used for slot in self.slots)
        return WitnessQuery(
            conflict,
            self.session.assumptions_hold,
            self.well_formed,
            used,
            group_by_level(self.slots),
        )
