"""Falsification by simulation: a decision sampled with and without its parts.

Each sample is a situation with an instruction. It is decided as it is, and once more for each rule
class with its activation flipped. If this changes the result at a sample where removing a part
flips the class, the part is relevant. Sampling never shows that a part is irrelevant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random

from specdsl.base.limits import (
    MAX_REMOVAL_SAMPLES,
    MAX_STARTS_KEPT,
    REMOVAL_MIN_YIELD,
    REMOVAL_ROUNDS,
)
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.reasoning.simulation.targeted_samples import (
    ColumnChoices,
    SampleTarget,
    TargetedSampler,
)
from specdsl.semantics.aig import FALSE, Literal, Node
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.free_rules import DecisionOverFreeRules, SampleBatch, union_of
from specdsl.verification.relevance.removable_parts import (
    RemovablePart,
    Residuals,
    narrowing_alternatives,
)
from specdsl.verification.relevance.stimuli import Stimuli, Stimulus


class RemovalSampling:
    """Samples of one decision and its parts; `relevant` are the parts whose removal changes some
    sample."""

    def __init__(
        self,
        session: CheckSession,
        decision: DecisionModel,
        classes: RuleClasses,
        residuals: Mapping[RemovablePart, Residuals],
    ) -> None:
        circuit, world = session.circuit, session.uninstructed_world
        here = world.resolution_of(decision)
        self.relevant: set[RemovablePart] = set()
        self._classes = classes
        self.residuals = residuals
        self._applies = here.applies
        self._narrowing = narrowing_alternatives(circuit, here.applies)
        self._real = circuit.graph.all_of((world.assumptions_hold(), here.ready))
        self._decision = DecisionOverFreeRules(session, decision, classes)
        levels = circuit.ranks.levels[decision]
        self._stimuli = Stimuli(decision, levels, self._decision.resolution)
        delegates = [d for d in circuit.spec.delegates if decision in d.decisions]
        roots = [self._real, *(world.delegation_active(d) for d in delegates)]
        without = [literal for residual in residuals.values() for _, literal in residual]
        self._points = TargetedSampler(
            circuit.graph, [*roots, *without], list(self._applies.values())
        )
        self._random = Random(0)
        self._kept: dict[object, list[ColumnChoices]] = {}

    def sample_parts(self, parts: Iterable[RemovablePart]) -> None:
        """Sample these parts, in rounds as long as they show enough relevant ones."""
        most = min(MAX_REMOVAL_SAMPLES, self._points.batch_size)
        rest = self._undecided_parts(parts)
        for _ in range(REMOVAL_ROUNDS):
            before = len(rest)
            for start in range(0, before, most):
                if left := self._undecided_parts(rest[start : start + most]):
                    self._sample_round(left)
            rest = self._undecided_parts(rest)
            if (before - len(rest)) * REMOVAL_MIN_YIELD <= before:
                break

    def _undecided_parts(self, parts: Iterable[RemovablePart]) -> list[RemovablePart]:
        return [part for part in parts if part not in self.relevant]

    def _sample_round(self, parts: Sequence[RemovablePart]) -> None:
        """Draw samples for these parts, and note all parts that they show to be relevant."""
        stimuli, targets = self._targets_for(parts)
        drawn = self._points.sample(targets)
        truth = self._decision.restrict_truth(drawn.truth) | self._instruction_truth(stimuli)
        shown = self._show(truth, drawn.mask_of, drawn.mask_of(self._real), drawn.every)
        for point, (part, stimulus) in enumerate(zip(parts, stimuli, strict=True)):
            if shown.get(part, 0) >> point & 1:
                self._keep_assignment(stimulus, [values[point] for values in drawn.choices])

    def _show(
        self, truth: Mapping[Node, int], holding: Callable[[Literal], int], real: int, every: int
    ) -> Mapping[RemovablePart, int]:
        """Return by undecided part the samples that show it to be relevant. `truth`: by node of
        facts and instructions, where it holds; `real`: the samples that meet all assumptions."""
        flips = ClassFlips(self._classes, self._applies, holding)
        left = [
            _removed_part(part, flips.flips_of(self.residuals[part]), every)
            for part in self._undecided_parts(self.residuals)
        ]
        batch = SampleBatch(truth, flips.active, every)
        changed = self._decision.changed_samples(batch, {one.tried: one.flips for one in left})
        shown = {one.part: one.where & changed[one.tried] & real for one in left}
        self.relevant.update(part for part, where in shown.items() if where)
        return shown

    # --- situations ---

    def _targets_for(
        self, parts: Sequence[RemovablePart]
    ) -> tuple[list[Stimulus], list[SampleTarget]]:
        stimuli: list[Stimulus] = []
        targets: list[SampleTarget] = []
        for part in parts:
            rule, without = self._random.choice(self.residuals[part])
            applies = self._applies[rule]
            inside: tuple[Literal, ...] = (without, applies ^ 1)
            if without == FALSE:
                inside = (applies,)
            elif part in self._narrowing:
                inside = (applies, without ^ 1)
            stimulus = self._stimuli.stimulus_for(rule)
            kept = self._kept.get(stimulus.instruction_key)
            near = self._random.choice(kept) if kept else None
            stimuli.append(stimulus)
            targets.append(SampleTarget((*inside, self._real), stimulus.blockers, near))
        return stimuli, targets

    def _keep_assignment(self, stimulus: Stimulus, picks: ColumnChoices) -> None:
        kept = self._kept.setdefault(stimulus.instruction_key, [])
        if len(kept) < MAX_STARTS_KEPT:
            kept.append(picks)
        else:
            kept[self._random.randrange(MAX_STARTS_KEPT)] = picks

    def _instruction_truth(self, stimuli: Sequence[Stimulus]) -> dict[Node, int]:
        """Return by node the samples at which it holds, as the stimuli's instructions say."""
        truth = dict.fromkeys(self._decision.inputs, 0)
        for point, stimulus in enumerate(stimuli):
            if stimulus.slot is not None:
                bits = enumerate(stimulus.slot.outcomes)
                named = [bit for o, bit in bits if stimulus.names >> o & 1]
                for literal in (stimulus.slot.used, *named):
                    truth[literal >> 1] |= 1 << point
        return truth


@dataclass(frozen=True, slots=True)
class RemovedPart:
    """A removed part and the samples at which that flips a class. If it flips one class only, it is
    decided as if that were flipped everywhere (`tried`), so that parts share results."""

    part: RemovablePart
    where: int
    tried: RemovablePart
    flips: Mapping[Rule, int]


def _removed_part(part: RemovablePart, flips: Mapping[Rule, int], every: int) -> RemovedPart:
    where = union_of(flips.values())
    if len(flips) > 1:
        return RemovedPart(part, where, part, flips)
    first = next(iter(flips))
    return RemovedPart(part, where, first, {first: every})


class ClassFlips:
    """Flips of rule classes by removed parts. `active`: by representative, the samples at which
    some rule of its class applies."""

    def __init__(
        self,
        classes: RuleClasses,
        applies: Mapping[Rule, Literal],
        holding: Callable[[Literal], int],
    ) -> None:
        self._classes = classes
        self._holding = holding
        self._applies = {rule: holding(literal) for rule, literal in applies.items()}
        self.active: dict[Rule, int] = {}
        self._only: dict[Rule, int] = {}  # where just one rule applies
        for first, rules in classes.members_of.items():
            active = more = 0
            for rule in rules:
                more |= active & self._applies[rule]
                active |= self._applies[rule]
            self.active[first], self._only[first] = active, active & ~more

    def flips_of(self, residual: Residuals) -> Mapping[Rule, int]:
        """Return by representative the samples at which the class flips with these residuals."""
        found: dict[Rule, dict[Rule, int]] = {}
        for rule, literal in residual:
            found.setdefault(self._classes.representative_of[rule], {})[rule] = self._holding(
                literal
            )
        return {
            first: self.active[first] ^ self._activation_without(first, mine)
            for first, mine in found.items()
        }

    def _activation_without(self, first: Rule, mine: Mapping[Rule, int]) -> int:
        """Return the samples at which the class is active if these rules apply as given."""
        if len(mine) == 1:
            ((rule, residual),) = mine.items()
            return self.active[first] & ~(self._applies[rule] & self._only[first]) | residual
        members = self._classes.members_of[first]
        return union_of(mine.get(rule, self._applies[rule]) for rule in members)
