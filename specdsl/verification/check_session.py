"""The session of a check: one spec's circuit and worlds, witnesses, and a registry of analyses."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from specdsl.base.diagnostics import Code, Diagnostic, Label
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.statistics import CheckEffort
from specdsl.frontend.model.nodes import DecisionModel, Rule, SpecModel
from specdsl.frontend.ranking.interchangeable import RuleClasses, interchangeable_rules
from specdsl.frontend.ranking.ranks import Ranks
from specdsl.reasoning import effort
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.reasoning.witness.simple_witness import (
    Witness,
    WitnessQuery,
    any_witness,
    simple_witness,
)
from specdsl.semantics.aig import TRUE, Literal
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.instruction_inputs import (
    EligibleSpeaker,
    FreeInstructions,
    InstructionSlot,
    eligible_speakers,
    group_by_level,
    no_instructions,
)
from specdsl.semantics.lower import lower_spec
from specdsl.semantics.resolution_circuit import World
from specdsl.situations.situation import PATH, Situation, SpokenInstruction, complete_facts
from specdsl.verification.components import Component, ComponentTask, independent_components
from specdsl.verification.known_answers import Key, KnownAnswers

Arguments = ParamSpec("Arguments")
Analysis = TypeVar("Analysis")


class ReplayedCandidate(Protocol):
    """The fate of a candidate of a replayed decision, by its name, and `by` whom."""

    @property
    def name(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def by(self) -> tuple[str, ...]: ...


class ReplayedDecision(Protocol):
    """The result of one decision in a situation, as the decision function gives it."""

    @property
    def outcome(self) -> str | None: ...  # None if it failed or was not taken
    @property
    def decided(self) -> bool: ...
    @property
    def conflicted(self) -> bool: ...
    @property
    def failed(self) -> bool: ...
    @property
    def because(self) -> tuple[str, ...]: ...
    @property
    def clashes(self) -> tuple[frozenset[str], ...]: ...  # The rules of each minimal conflict.
    @property
    def complete(self) -> bool: ...  # The conflicts are complete.
    @property
    def parts(self) -> Sequence[ReplayedCandidate]: ...


Replay = Callable[[Mapping[str, Any]], Mapping[str, ReplayedDecision]]
"""The decision function: from a situation as JSON to the results by decision."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of a check. `unproved` names what could not be decided, empty if nothing; `why`
    gives the reasons, each with what would help; `spent` is the effort. `more`: there may be more
    findings, of which none is shown."""

    diagnostics: tuple[Diagnostic, ...] = ()
    unproved: str = ""
    why: tuple[tuple[str, str], ...] = ()
    spent: CheckEffort | None = field(default=None, compare=False)  # None if it was not measured
    more: bool = False

    def merge(self, other: Findings) -> Findings:
        """Return the findings of both."""
        unproved = ", ".join(filter(None, (self.unproved, other.unproved)))
        why = tuple(dict.fromkeys((*self.why, *other.why)))
        found = (*self.diagnostics, *other.diagnostics)
        spent = [one.spent for one in (self, other) if one.spent is not None]
        effort = sum(spent, CheckEffort()) if spent else None
        return Findings(found, unproved, why, effort, self.more or other.more)


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its code (whose page is the manual) and the function that runs it."""

    code: Code
    run: Callable[[CheckSession], Findings]
    further_codes: tuple[Code, ...] = ()  # other codes that its findings may have
    per_component: bool = False  # it looks only at the component of its session


@dataclass(eq=False)
class CheckSession:
    """The check of one spec. `replay` decides situations as the emitted function does, and
    `replay_base` does so without the rules of a layer."""

    circuit: Circuit
    replay: Replay
    replay_base: Replay
    path: str = PATH
    limits: Limits = field(default_factory=Limits)
    component: Component | None = None  # None: the whole spec
    brief: bool = False  # any situation will do for contradictions and notes
    note_lines: bool = False  # only one line of each note is shown
    errors_only: bool = False  # milder findings are not shown
    few_situations: bool = False  # only the first findings of a code are shown with a situation
    first_only: bool = False  # only the first findings of a code are shown at all
    fills: bool = False  # the spec has facts that are always known and not in this session
    answers: KnownAnswers | None = None  # what earlier checks of other texts have settled
    _memo: dict[tuple[object, ...], Any] = field(default_factory=dict)

    @property
    def spec(self) -> SpecModel:
        return self.circuit.spec

    def check_deadline(self) -> CheckSession:
        """Return the session; raises `Undetermined` after the deadline of the whole check."""
        if self.limits.is_expired:
            effort.record_undetermined(effort.TIME)
            raise Undetermined
        return self

    def task_of(self, component: Component) -> ComponentTask:
        """Return the task to check a component as this session does."""
        limits = replace(self.limits, deadline=None)
        kept = frozenset(component.spec.facts)
        fills = any(not fact.optional and fact not in kept for fact in self.spec.facts)
        settled = any(one.on_conflict is not None for one in component.decisions)
        how = (self.brief, self.note_lines, self.errors_only and settled)
        few = (self.few_situations, self.first_only)
        return ComponentTask(component, fills, limits, *how, *few)

    def for_task(self, task: ComponentTask) -> CheckSession:
        """Return a new session for one component and the decisions that it depends on."""
        circuit, faults = lower_spec(task.component.spec, Ranks({**task.component.levels}))
        assert circuit is not None, faults
        limits = replace(task.limits, deadline=self.limits.deadline)
        replays = (self.replay, self.replay_base)
        found = CheckSession(circuit, *replays, PATH, limits, task.component)
        found.brief, found.note_lines = task.brief, task.note_lines
        found.errors_only, found.fills = task.errors_only, task.fills
        found.few_situations, found.first_only = task.few_situations, task.first_only
        found.answers = self.answers
        return found

    @cached_property
    def tasks(self) -> tuple[ComponentTask, ...]:
        """Return the tasks to check each independent component of the spec."""
        every = independent_components(self.spec, self.circuit.ranks)
        return tuple(map(self.task_of, every))

    @cached_property
    def _task_by_decision(self) -> Mapping[DecisionModel, ComponentTask]:
        return {one: task for task in self.tasks for one in task.component.decisions}

    def settle(
        self,
        question: tuple[Hashable, ...],
        decisions: Iterable[DecisionModel],
        ask: Callable[[], Analysis],
    ) -> Analysis:
        """Return the answer to a question whose answer depends on some decisions and nothing else:
        that of an earlier check if it is known. The question and the answer are plain values."""
        key = self._answer_key(question, decisions)
        if self.answers is None or key is None:
            return ask()
        return self.answers.store.find_or_make(key, ask)

    def recall(
        self, question: tuple[Hashable, ...], make: Callable[[], Analysis], length: int
    ) -> Analysis:
        """Return an answer that depends on the question alone: that of an earlier check if it is
        known. `length`: how many short answers take as much memory."""
        if self.answers is None:
            return make()
        return self.answers.store.find_or_make(question, make, length)

    def is_settled(
        self, question: tuple[Hashable, ...], decisions: Iterable[DecisionModel]
    ) -> bool:
        """Return whether an earlier check has settled the question."""
        key = self._answer_key(question, decisions)
        return self.answers is not None and key is not None and key in self.answers.store

    def _answer_key(
        self, question: tuple[Hashable, ...], decisions: Iterable[DecisionModel]
    ) -> Key | None:
        if self.answers is None or self.component is not None:
            return None
        return self.answers.key_of(question, [self._task_by_decision[one] for one in decisions])

    @property
    def notes_are_brief(self) -> bool:
        """Return whether any situation will do for a note."""
        return self.brief or self.note_lines

    @property
    def decisions(self) -> tuple[DecisionModel, ...]:
        """Return the decisions of the session's component."""
        return self.spec.decisions if self.component is None else self.component.decisions

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return the rules of the session's component."""
        return self.spec.rules if self.component is None else self.component.rules

    @cached_property
    def own_rules(self) -> frozenset[Rule]:
        """Return the set of these rules."""
        return frozenset(self.rules)

    @cached_property
    def instructions(self) -> FreeInstructions:
        return FreeInstructions(self.circuit)

    @cached_property
    def world(self) -> World:
        """Return the world of any facts and any instructions: one restriction and one permission
        per level suffice."""
        world = World(self.circuit, self.instructions.steps)
        some = self.decisions if self.component is None else self.component.concerned_decisions
        for decision in some:
            world.resolution_of(decision)
        return world

    @cached_property
    def uninstructed_world(self) -> World:
        """Return the world of any facts and no instructions."""
        return World(self.circuit, no_instructions)

    @cached_property
    def assumptions_hold(self) -> Literal:
        """Return the literal that no assumption is false."""
        return self.world.assumptions_hold()

    def dependencies(self, decision: DecisionModel) -> tuple[DecisionModel, ...]:
        """Return the decision and all decisions that it reads, directly or indirectly."""
        return self.spec.dependencies(decision)

    def preconditions(self, decisions: Iterable[DecisionModel]) -> tuple[Literal, Literal]:
        """Return the literals that hold in every situation: no assumption is false, and the
        instructions are valid."""
        cone = {d: None for decision in decisions for d in self.dependencies(decision)}
        return self.assumptions_hold, self.instructions.well_formed(cone)

    def slots(self, decisions: Iterable[DecisionModel]) -> tuple[InstructionSlot, ...]:
        cone = {d: None for decision in decisions for d in self.dependencies(decision)}
        return tuple(slot for d in cone for slot in self.instructions.slots.get(d, ()))

    def memo(
        self,
        analysis: Callable[Concatenate[CheckSession, Arguments], Analysis],
        *args: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Analysis:
        """Return what an analysis (a function or a class) makes of this session and these
        arguments. Each is made once, and the session knows none of them."""
        key = (analysis, args, *sorted(named.items()))
        if key not in self._memo:
            self._memo[key] = analysis(self, *args, **named)
        found: Analysis = self._memo[key]
        return found

    def prover(self, decision: DecisionModel) -> Prover:
        """Return the prover for what becomes of a decision's candidates."""
        return self.memo(_prover_of, decision)

    def rule_classes(self, decision: DecisionModel) -> RuleClasses:
        """Return the classes of interchangeable rules on a decision."""
        return self.memo(_rule_classes_of, decision)

    def situation(
        self, claim: Literal, decisions: Sequence[DecisionModel], any_: bool = False
    ) -> Situation | None:
        """Return a simple situation (or, if `any_`, any) that satisfies the claim, a literal about
        these decisions; None if there is none."""
        possible, valid = self.preconditions(decisions)
        slots = self.slots(decisions)
        used = tuple(slot.used for slot in slots)
        question = WitnessQuery(claim, possible, valid, used, group_by_level(slots))
        look = any_witness if any_ else simple_witness
        witness = look(self.circuit.graph, question, self.limits)
        if witness is None:
            return None
        return Situation(
            witness.relevant_facts,
            complete_facts(self.spec, witness.all_facts),
            self.given_instructions(slots, witness),
        )

    def given_instructions(
        self, slots: Iterable[InstructionSlot], witness: Witness
    ) -> tuple[SpokenInstruction, ...]:
        """Return the instructions of the slots in use, each given by the first principal who can; a
        later one ranks higher."""
        found: list[SpokenInstruction] = []
        for slot in slots:
            if witness.holds(slot.used):
                speaker = self._speaker_of(slot, witness)
                if speaker is not None:
                    mask = sum(1 << o for o, b in enumerate(slot.outcomes) if witness.holds(b))
                    found.append(
                        SpokenInstruction(
                            speaker.principal,
                            speaker.implied,
                            speaker.at,
                            slot.decision,
                            slot.permits,
                            mask,
                        )
                    )
        return tuple(reversed(found))

    def _speaker_of(self, slot: InstructionSlot, witness: Witness) -> EligibleSpeaker | None:
        for speaker in eligible_speakers(self.spec, slot.decision, slot.level):
            active = (
                TRUE if speaker.delegate is None else self.world.delegation_active(speaker.delegate)
            )
            if speaker.place in slot.places and witness.holds(active):
                return speaker
        return None


def _prover_of(session: CheckSession, decision: DecisionModel) -> Prover:
    resolution = session.world.resolution_of(decision)
    given = session.preconditions((decision,))
    roots = [*given, resolution.ready, resolution.conflicted, *resolution.applies.values()]
    standing = [*resolution.rules.values(), *(s for _, _, s in resolution.steps)]
    roots += (literal for s in standing for literal in (s.stands, *s.excludes))
    found = Prover(session.circuit.graph, roots, session.limits)
    found.assert_always(*given)
    return found


def _rule_classes_of(session: CheckSession, decision: DecisionModel) -> RuleClasses:
    return interchangeable_rules(decision, session.circuit.ranks.levels[decision])


def rule_label(rule: Rule, text: str, primary: bool = False) -> Label:
    return Label(rule.name_span, text, primary)
