"""Bit-parallel simulation of a decision over free activations: each rule class is an input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from specdsl.base.limits import MAX_DECISION_BITS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.semantics.aig import CONSTANT_NODE, Input, Literal, Node
from specdsl.semantics.instruction_inputs import TwoWorldInstructions
from specdsl.verification.check_session import CheckSession
from specdsl.verification.class_resolution import free_inputs, resolve_classes

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """Samples of a decision, one bit each: `truth` by node, of all facts and instructions that the
    decision depends on; `active` by representative, where some rule of its class applies."""

    truth: Mapping[Node, int]
    active: Mapping[Rule, int]
    every: int

    def repeat_factor(self, times: int) -> int:
        """Return the factor that repeats the samples so many times in a row."""
        return ((1 << self.every.bit_length() * times) - 1) // self.every

    def repeat_flipped(self, flips: Sequence[Mapping[Rule, int]]) -> SampleBatch:
        """Return the samples repeated for each of the flips, which negate some classes."""
        row = self.repeat_factor(len(flips))
        some = {first: points * row for first, points in self.active.items()}
        for i, flipped in enumerate(flips):
            for first, points in flipped.items():
                some[first] ^= points << i * self.every.bit_length()
        truth = {node: points * row for node, points in self.truth.items()}
        return SampleBatch(truth, some, self.every * row)


class DecisionOverFreeRules:
    """A decision in which the activation of each rule class is an input, evaluated by bit-parallel
    simulation. The decisions that it reads are taken without instructions."""

    def __init__(
        self, session: CheckSession, decision: DecisionModel, classes: RuleClasses
    ) -> None:
        graph = session.circuit.graph
        shared = TwoWorldInstructions(session.circuit)
        inputs = free_inputs(graph, classes.members_of, "told")
        self.resolution = resolve_classes(
            session, session.uninstructed_world, shared.steps, decision, classes, inputs
        )
        self.class_nodes = {first: literal >> 1 for first, literal in inputs.items()}
        found = self.resolution
        self._observed = (shared.well_formed(), found.conflicted, found.decided, *found.outcome)
        self._nodes = tuple(graph.cone(self._observed))
        self._graph = graph
        self.atoms = [n for n in self._nodes if graph.atoms[n] is not None]
        self.inputs = [n for n in self.atoms if isinstance(graph.atoms[n], Input)]

    def restrict_truth(self, truth: Mapping[Node, int]) -> dict[Node, int]:
        """Return what is known of the nodes that the decision depends on."""
        return {node: truth[node] for node in self._nodes if node in truth}

    def decide_samples(self, batch: SampleBatch) -> tuple[int, ...]:
        """Return the samples whose instructions are valid, and the samples with each flag and each
        outcome."""
        every, found = batch.every, {CONSTANT_NODE: batch.every, **batch.truth}
        found.update((self.class_nodes[first], points) for first, points in batch.active.items())
        for node in self._nodes:
            if node not in found:
                found[node] = _conjunction_of(self._graph.inputs[node], found, every)
        return tuple(found[one >> 1] ^ (every if one & 1 else 0) for one in self._observed)

    def changed_samples(
        self, batch: SampleBatch, flips: Mapping[K, Mapping[Rule, int]]
    ) -> dict[K, int]:
        """Return by key the samples with valid instructions at which the decision has another
        result if the classes are flipped as the key's value says."""
        keys, most = list(flips), max(1, MAX_DECISION_BITS // batch.every.bit_length())
        first, found = self.decide_samples(batch), dict[K, int]()
        for start in range(0, len(keys), most):
            chosen = keys[start : start + most]
            row, second = (
                batch.repeat_factor(len(chosen)),
                batch.repeat_flipped([flips[key] for key in chosen]),
            )
            pairs = zip(first, self.decide_samples(second), strict=True)
            differs = union_of(one * row ^ two for one, two in pairs)
            for i, key in enumerate(chosen):
                found[key] = differs >> i * batch.every.bit_length() & first[0]
        return found


def _conjunction_of(literals: Sequence[Literal], truth: Mapping[Node, int], every: int) -> int:
    """Return the samples at which all literals hold, the inputs of a node that is no atom."""
    assert literals, "what is known of every atom comes from outside"
    holds = every
    for literal in literals:
        part = truth[literal >> 1]
        holds &= part ^ every if literal & 1 else part
        if not holds:
            break
    return holds


def union_of(points: Iterable[int]) -> int:
    """Return the union of sets of samples."""
    found = 0
    for some in points:
        found |= some
    return found
