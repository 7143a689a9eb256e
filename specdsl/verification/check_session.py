"""What every check works with: the circuit, worlds of free instructions, and witnesses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from specdsl.base.diagnostics import Code, Diagnostic, Label
from specdsl.base.statistics import CheckEffort
from specdsl.frontend.model.nodes import Decision, Rule, Spec
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
from specdsl.semantics.aig import TRUE
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
from specdsl.situations.situation import Situation, SpokenInstruction, complete_facts
from specdsl.verification.components import Component, ComponentTask

Arguments = ParamSpec("Arguments")
Analysis = TypeVar("Analysis")


class ReplayedCandidate(Protocol):
    """What became of a candidate, by its name, and `by` whom."""

    @property
    def name(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def by(self) -> tuple[str, ...]: ...


class ReplayedDecision(Protocol):
    """What the decision function says of one decision in a situation."""

    @property
    def outcome(self) -> str | None: ...  # None where it failed or was not taken
    @property
    def decided(self) -> bool: ...
    @property
    def conflicted(self) -> bool: ...
    @property
    def failed(self) -> bool: ...
    @property
    def because(self) -> tuple[str, ...]: ...
    @property
    def clashes(self) -> tuple[frozenset[str], ...]: ...  # the rules of each minimal clash
    @property
    def complete(self) -> bool: ...  # those are all of its clashes
    @property
    def parts(self) -> Sequence[ReplayedCandidate]: ...


Replay = Callable[[Mapping[str, Any]], Mapping[str, ReplayedDecision]]
"""From a situation as JSON has it to the traces by decision: the decision function itself."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found. `unproved` says in words what it could not settle, empty if nothing;
    `why`, if that is known, each with what would help; `spent` what it took."""

    diagnostics: tuple[Diagnostic, ...] = ()
    unproved: str = ""
    why: tuple[tuple[str, str], ...] = ()
    spent: CheckEffort | None = field(default=None, compare=False)  # None where nobody measures

    def merge(self, other: Findings) -> Findings:
        """Both."""
        unproved = ", ".join(filter(None, (self.unproved, other.unproved)))
        why = tuple(dict.fromkeys((*self.why, *other.why)))
        found = (*self.diagnostics, *other.diagnostics)
        spent = [one.spent for one in (self, other) if one.spent is not None]
        return Findings(found, unproved, why, sum(spent, CheckEffort()) if spent else None)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code (whose page is the manual) and the function that runs it."""

    code: Code
    run: Callable[[CheckSession], Findings]
    further_codes: tuple[Code, ...] = ()  # further codes that its findings may carry
    per_component: bool = False  # it looks only at what is in the unit of its session


@dataclass(eq=False)
class CheckSession:
    """One spec under check. `replay` decides situations as the emitted function does, and
    `replay_base` without the rules of a layer."""

    circuit: Circuit
    replay: Replay
    replay_base: Replay
    path: str = "FILE.spec"
    limits: Limits = field(default_factory=Limits)
    component: Component | None = None  # None: the whole spec
    brief: bool = False  # nobody will read the situations of contradictions and notes
    note_lines: bool = False  # nobody will read more of notes than a line
    errors_only: bool = False  # nobody will read what is milder
    _memo: dict[tuple[object, ...], Any] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        return self.circuit.spec

    def check_deadline(self) -> CheckSession:
        """This; raises `Undetermined` where the time of the whole check is used up."""
        if self.limits.expired:
            effort.record_undetermined(effort.TIME)
            raise Undetermined
        return self

    def task_of(self, unit: Component) -> ComponentTask:
        """The unit as it is looked at here."""
        levels = {one: self.circuit.ranks.levels[one] for one in unit.spec.decisions}
        limits = replace(self.limits, deadline=None)
        return ComponentTask(
            unit, levels, self.path, limits, self.brief, self.note_lines, self.errors_only
        )

    def for_task(self, asked: ComponentTask) -> CheckSession:
        """Of one unit and what bears on it, with nothing found out yet."""
        circuit, faults = lower_spec(asked.component.spec, Ranks({**asked.levels}))
        assert circuit is not None, faults
        limits = replace(asked.limits, deadline=self.limits.deadline)
        replays = (self.replay, self.replay_base)
        found = CheckSession(circuit, *replays, asked.path, limits, asked.component)
        found.brief, found.note_lines = asked.brief, asked.note_lines
        found.errors_only = asked.errors_only
        return found

    @property
    def notes_are_brief(self) -> bool:
        """Of a note it counts only that it is one: any situation shows that."""
        return self.brief or self.note_lines

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Those of its unit."""
        return self.spec.decisions if self.component is None else self.component.decisions

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those on the decisions of its unit."""
        mine = frozenset(self.decisions)
        return tuple(rule for rule in self.spec.rules if rule.effects[0].decision in mine)

    @cached_property
    def instructions(self) -> FreeInstructions:
        return FreeInstructions(self.circuit)

    @cached_property
    def world(self) -> World:
        """Any facts, any instructions: one restriction and one permission a level are enough."""
        world = World(self.circuit, self.instructions.steps)
        for decision in self.decisions:
            world.resolution_of(decision)
        return world

    @cached_property
    def uninstructed_world(self) -> World:
        """Any facts, and nobody says anything."""
        return World(self.circuit, no_instructions)

    @cached_property
    def assumptions_hold(self) -> int:
        """No assumption is false."""
        return self.world.assumptions_hold()

    def dependencies(self, decision: Decision) -> tuple[Decision, ...]:
        """The decisions that it reads, directly or not, and itself."""
        found: dict[Decision, None] = {decision: None}
        stack = [decision]
        while stack:
            for read in self.spec.reads[stack.pop()]:
                if read not in found:
                    found[read] = None
                    stack.append(read)
        return tuple(found)

    def preconditions(self, decisions: Iterable[Decision]) -> tuple[int, int]:
        """What holds of every situation: no assumption is false; the instructions are valid."""
        cone = {d: None for decision in decisions for d in self.dependencies(decision)}
        return self.assumptions_hold, self.instructions.well_formed(cone)

    def slots(self, decisions: Iterable[Decision]) -> tuple[InstructionSlot, ...]:
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

    def prover(self, decision: Decision) -> Prover:
        """Return the prover for what becomes of a decision's candidates."""
        return self.memo(_prover_of, decision)

    def rule_classes(self, decision: Decision) -> RuleClasses:
        """Return the classes of interchangeable rules on a decision."""
        return self.memo(_rule_classes_of, decision)

    def situation(
        self, claim: int, decisions: Sequence[Decision], any_: bool = False
    ) -> Situation | None:
        """A simple situation with the claim, a literal about these decisions; or any."""
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
        """The slots that are used, spoken by the first who can. A later one ranks higher."""
        found: list[SpokenInstruction] = []
        for slot in slots:
            if witness.holds(slot.used):
                carrier = self._speaker_of(slot, witness)
                if carrier is not None:
                    mask = sum(1 << o for o, b in enumerate(slot.outcomes) if witness.holds(b))
                    found.append(
                        SpokenInstruction(
                            carrier.principal,
                            carrier.implied,
                            carrier.at,
                            slot.decision,
                            slot.permits,
                            mask,
                        )
                    )
        return tuple(reversed(found))

    def _speaker_of(self, slot: InstructionSlot, witness: Witness) -> EligibleSpeaker | None:
        for carrier in eligible_speakers(self.spec, slot.decision, slot.level):
            active = (
                TRUE if carrier.delegate is None else self.world.delegation_active(carrier.delegate)
            )
            if carrier.place in slot.places and witness.holds(active):
                return carrier
        return None


def _prover_of(session: CheckSession, decision: Decision) -> Prover:
    resolution = session.world.resolution_of(decision)
    given = session.preconditions((decision,))
    roots = [*given, resolution.ready, resolution.conflicted, *resolution.applies.values()]
    standing = [*resolution.rules.values(), *(s for _, _, s in resolution.steps)]
    roots += (literal for s in standing for literal in (s.stands, *s.excludes))
    found = Prover(session.circuit.graph, roots, session.limits)
    found.assert_always(*given)
    return found


def _rule_classes_of(session: CheckSession, decision: Decision) -> RuleClasses:
    return interchangeable_rules(decision, session.circuit.ranks.levels[decision])


def rule_label(rule: Rule, text: str, primary: bool = False) -> Label:
    return Label(rule.name_span, text, primary)
