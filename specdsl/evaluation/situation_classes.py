"""Classes of situations: rows with the same truth of every atom that a decision reads.

All rows of a class are decided alike, so a log of any length is decided class by class. What a
decision reads becomes a bit mask in SQL; the circuit is evaluated on the masks of all classes at
once, a bit for each class (bit-parallel simulation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specdsl.backends.sql.decision_query import condition_translator
from specdsl.backends.sql.sql_dialects import dialect_named
from specdsl.base.limits import MAX_NAMED_COMBINATIONS, MAX_NAMED_MEMBERS
from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind, Rule
from specdsl.semantics.aig import (
    CONSTANT_NODE,
    Atom,
    IsEnumMember,
    IsTrue,
    Known,
    Literal,
    Node,
)
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.instruction_inputs import no_instructions
from specdsl.semantics.resolution_circuit import World

BITS = 60  # Of a mask in one column of SQL.


@dataclass(frozen=True, eq=False)
class ClassifiedDecision:
    """A decision in situations without instructions, by the atoms that it reads."""

    circuit: Circuit
    decision: DecisionModel
    world: World = field(init=False)
    atoms: tuple[Node, ...] = field(init=False)
    roots: tuple[Literal, ...] = field(init=False)

    def __post_init__(self) -> None:
        world = World(self.circuit, no_instructions)
        found = world.resolution_of(self.decision)
        stands = [one.stands for one in found.rules.values()]
        roots = (
            *(*found.outcome, found.taken, found.decided, found.conflicted, found.ready),
            *(*stands, *found.applies.values(), world.assumptions_hold()),
        )
        graph = self.circuit.graph
        read = [node for node in graph.cone(roots) if graph.atoms[node] is not None]
        named = (graph.atom(atom) >> 1 for atom in _named_values(self.circuit, read))
        atoms = tuple(dict.fromkeys((*read, *named)))
        for name, value in (("world", world), ("roots", roots), ("atoms", atoms)):
            object.__setattr__(self, name, value)

    def mask_columns(self) -> tuple[str, ...]:
        """Return the names of the columns of the mask."""
        count = -(-len(self.atoms) // BITS)
        return tuple(f"_mask_{self.decision.name}_{i}" for i in range(max(1, count)))

    def mask_expressions(self, dialect: str) -> Iterator[str]:
        """Yield the expression of each column of the mask, over the columns of facts."""
        translator = condition_translator(self.circuit, dialect_named(dialect))
        for start in range(0, max(1, len(self.atoms)), BITS):
            bits = [
                f"(CASE WHEN {translator.expression(Literal(node << 1)).sql(dialect)}"
                f" THEN {1 << i} ELSE 0 END)"
                for i, node in enumerate(self.atoms[start : start + BITS])
            ]
            yield f"CAST({' + '.join(bits) or '0'} AS BIGINT)"

    def evaluate(self, masks: Sequence[Sequence[int]]) -> ClassTruth:
        """Return the truth of all roots in classes, each given by the columns of its mask."""
        every = (1 << len(masks)) - 1
        truth: dict[Node, int] = {CONSTANT_NODE: every}
        for place, node in enumerate(self.atoms):
            column, bit = divmod(place, BITS)
            found = (i for i, mask in enumerate(masks) if mask[column] >> bit & 1)
            truth[node] = sum_of_bits(found)
        graph = self.circuit.graph
        for node in graph.cone(self.roots):
            if node not in truth:
                holds = every
                for literal in graph.inputs[node]:
                    part = truth[literal >> 1]
                    holds &= part ^ every if literal & 1 else part
                truth[node] = holds
        return ClassTruth(self, truth, every)


def _named_values(circuit: Circuit, nodes: Iterable[Node]) -> Iterator[Atom]:
    """Yield atoms of values that no rule tells apart, so that what happened can be told by them:
    of the facts that the decision reads, and of others as long as the classes stay few.
    """
    atoms = circuit.graph.atoms
    read = {fact for node in nodes if (atom := atoms[node]) is not None for fact in facts_in(atom)}
    yield from (atom for fact in circuit.spec.facts if fact in read for atom in _values_of(fact))
    combinations = 1
    for fact in circuit.spec.facts:
        if fact not in read:
            found = _values_of(fact)
            combinations *= max(2, len(found)) if found else 1
            if combinations > MAX_NAMED_COMBINATIONS:
                return
            yield from found


def _values_of(fact: Fact) -> list[Atom]:
    """Return the atoms of the values of a fact that has few, and whether it is known."""
    found: list[Atom] = [Known(fact)] if fact.optional else []
    if fact.type.kind is Kind.BOOL:
        found.append(IsTrue(fact))
    elif fact.type.kind is Kind.ENUM and len(fact.type.members) <= MAX_NAMED_MEMBERS:
        found += (IsEnumMember(fact, i) for i in range(len(fact.type.members)))
    return found


@dataclass(frozen=True, eq=False)
class ClassTruth:
    """By node, a mask of the classes in which it holds."""

    classified: ClassifiedDecision
    truth: Mapping[Node, int]
    every: int

    def mask_of(self, literal: Literal) -> int:
        """Return a mask of the classes in which a literal holds."""
        found = self.truth[literal >> 1]
        return found ^ self.every if literal & 1 else found

    def column_of(self, literal: Literal) -> Any:
        """Return a literal over the atoms as an array of NumPy: whether it holds in each class."""
        import numpy

        graph, truth = self.classified.circuit.graph, dict(self.truth)
        for node in graph.cone((literal,)):
            if node not in truth:
                holds = self.every
                for part in graph.inputs[node]:
                    found = truth[part >> 1]
                    holds &= found ^ self.every if part & 1 else found
                truth[node] = holds
        mask = truth[literal >> 1] ^ (self.every if literal & 1 else 0)
        size = self.every.bit_length()
        data = numpy.frombuffer(mask.to_bytes((size + 7) // 8, "little"), dtype=numpy.uint8)
        return numpy.unpackbits(data, bitorder="little", count=size).astype(bool)

    def outcomes(self) -> list[str | None]:
        """Return the outcome in each class; None where the decision contradicts itself or reads one
        that does.
        """
        resolution = self.classified.world.resolution_of(self.classified.decision)
        taken = self.mask_of(resolution.taken)
        found: list[str | None] = [None] * self.every.bit_length()
        pairs = zip(self.classified.decision.outcomes, resolution.outcome, strict=True)
        for name, literal in pairs:
            for place in bits_of(self.mask_of(literal) & taken):
                found[place] = name
        return found

    def standing_rules(self) -> dict[Rule, int]:
        """Return for each rule on the decision a mask of the classes in which it stands."""
        resolution = self.classified.world.resolution_of(self.classified.decision)
        return {rule: self.mask_of(one.stands) for rule, one in resolution.rules.items()}

    def possible(self) -> int:
        """Return a mask of the classes in which no assumption is false."""
        return self.mask_of(self.classified.world.assumptions_hold())


def sum_of_bits(places: Iterable[int]) -> int:
    """Return a mask with these bits."""
    marks = bytearray()
    for place in places:
        byte = place >> 3
        if byte >= len(marks):
            marks.extend(bytes(byte + 1 - len(marks)))
        marks[byte] |= 1 << (place & 7)
    return int.from_bytes(marks, "little")


def bits_of(mask: int) -> Iterator[int]:
    """Yield the places of the bits of a mask, in order."""
    for at, byte in enumerate(mask.to_bytes((mask.bit_length() + 7) // 8, "little")):
        while byte:
            low = byte & -byte
            yield at * 8 + low.bit_length() - 1
            byte ^= low


def masks_as_rows(rows: Iterable[Sequence[Any]], width: int) -> list[tuple[int, ...]]:
    """Return the first columns of some rows, which are those of a mask."""
    return [tuple(int(value) for value in row[:width]) for row in rows]
