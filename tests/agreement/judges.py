"""A situation put to all three, and everything in which their answers differ, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specdsl.api import Policy
from specdsl.frontend.model import nodes as m
from specdsl.pipeline import load_text
from specdsl.runtime.results import BadInput, Contradiction, DecisionTrace
from specdsl.semantics import aig as g
from specdsl.semantics import reference
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import FactValue, FactValues
from specdsl.semantics.instruction_inputs import listed_instructions
from specdsl.semantics.reference.read_facts import Value, read_facts
from specdsl.semantics.reference.read_instructions import ReadInstruction, read_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.semantics.substitution import substitute_facts

Situation = Mapping[str, Any]
Standing = tuple[tuple[str, str], ...]  # sorted: what became of a candidate, and its name


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a decision, in the one form of all three. None: not known to this one."""

    outcome: str | None
    decided: bool
    conflicted: bool
    failed: bool
    standing: tuple[str, ...] | None
    because: tuple[str, ...] | None = None
    clashes: frozenset[frozenset[str]] | None = None
    fallen: Standing | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: the names at fault, or a row for each decision."""

    faults: frozenset[str]
    rows: Mapping[str, Row]


class Judges:
    """All three, made ready for one spec. The text has to load."""

    def __init__(self, text: str, name: str = "agreement.spec") -> None:
        self._hear(load_text(text, name).require_circuit())

    @classmethod
    def of(cls, circuit: Circuit) -> Judges:
        """Judges of a spec that is loaded, perhaps from several files."""
        found = cls.__new__(cls)
        found._hear(circuit)
        return found

    def _hear(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.spec: m.SpecModel = self.circuit.spec
        self.policy = Policy(self.circuit)
        self.prepared = Policy(self.circuit)
        self.prepared.prepare()

    def differences(self, situation: Situation) -> list[str]:
        """Empty where all agree."""
        facts, says = situation["facts"], list(situation.get("says") or ())
        expected = by_reference(self.spec, facts, says)
        found = {
            "emitted": by_emitted(self.policy, facts, says),
            "interpreted": by_decide(self.policy, facts, says),
            "decided": by_decide(self.prepared, facts, says),
        }
        read = _read(self.spec, facts, says)
        if read is not None:
            found["circuit, fixed"] = by_circuit(self.circuit, *read, _fixed)
            found["circuit, evaluated"] = by_circuit(self.circuit, *read, _evaluated)
        return [
            f"{name}: {difference}"
            for name, answer in found.items()
            for difference in differ(expected, answer)
        ]


def differ(expected: Said, found: Said) -> Iterator[str]:
    """In which fields two answers differ."""
    if expected.faults != found.faults:
        yield f"faults {sorted(found.faults)}, reference {sorted(expected.faults)}"
        return
    for name, row in expected.rows.items():
        for field in Row.__slots__:
            theirs, ours = getattr(found.rows[name], field), getattr(row, field)
            if theirs is not None and theirs != ours:
                yield f"{name}: {field} {theirs}, reference {ours}"
        if (found.rows[name].outcome is None) is not (row.outcome is None):
            yield f"{name}: outcome {found.rows[name].outcome}, reference {row.outcome}"


# --- the reference interpreter ---


def by_reference(spec: m.SpecModel, facts: Mapping[str, Any], says: list[Any]) -> Said:
    answer = reference.decide(spec, facts, says)
    speakers = [one.get("by") if isinstance(one, Mapping) else None for one in says]

    def names(keys: Iterable[str | int]) -> tuple[str, ...]:
        return tuple(sorted("".join(speakers[k] or ()) if isinstance(k, int) else k for k in keys))

    return Said(
        frozenset(answer.faults),
        {
            v.decision: Row(
                v.outcome,
                v.decided,
                v.conflicted,
                v.failed,
                names(v.standing),
                v.because,
                v.clashes,
                _fallen(
                    ("overridden", names(v.overridden)),
                    ("superseded", names(v.superseded)),
                    ("ignored", names(v.ignored)),
                ),
            )
            for v in answer.verdicts
        },
    )


def _fallen(*groups: tuple[str, Iterable[str]]) -> Standing:
    return tuple(sorted((status, name) for status, names in groups for name in names))


# --- the emitted module ---


def by_emitted(policy: Policy, facts: Mapping[str, Any], says: list[Any]) -> Said:
    try:
        traces = policy.trace(facts, says)
    except BadInput as error:
        return Said(frozenset(fault.name for fault in error.faults), {})
    return Said(frozenset(), {taken.name: _row(taken) for taken in traces})


def by_decide(policy: Policy, facts: Mapping[str, Any], says: list[Any]) -> Said:
    """What a caller gets, who asks for no reasons."""
    try:
        found = policy.decide(facts, says)
    except BadInput as error:
        return Said(frozenset(fault.name for fault in error.faults), {})
    except Contradiction as error:
        return Said(frozenset(), {taken.name: _row(taken) for taken in error.traces})
    rows = {
        name: Row(outcome, found.decided[name], name in found.conflicted, False, None)
        for name, outcome in found.items()
    }
    assert found.traces == policy.trace(facts, says)
    return Said(frozenset(), rows)


def _row(taken: DecisionTrace) -> Row:
    standing = (part.name for part in taken.parts if part.status == "standing")
    fallen = ((part.status, (part.name,)) for part in taken.parts if part.status != "standing")
    return Row(
        taken.outcome,
        taken.decided,
        taken.conflicted,
        taken.failed,
        tuple(sorted(standing)),
        taken.because,
        frozenset(taken.clashes),
        _fallen(*fallen),
    )


# --- the circuit ---

Values = dict[m.Fact, FactValue]
Truth = Callable[[Literal], bool]
MakeWorld = Callable[[Circuit, list[m.ExampleInstruction], Values], tuple[World, Truth]]


def _read(
    spec: m.SpecModel, facts: Mapping[str, Any], says: list[Any]
) -> tuple[Values, list[m.ExampleInstruction]] | None:
    """A situation as circuits have it; None where it cannot be read."""
    values, faults = read_facts(spec, facts)
    instructions, wrong = read_instructions(spec, says)
    if faults or wrong:
        return None
    inner = {fact: _inner(fact, value) for fact, value in values.items()}
    return inner, [_said(one) for one in instructions]


def _inner(fact: m.Fact, value: Value) -> FactValue:
    members = fact.type.members
    if isinstance(value, frozenset):
        return frozenset(members.index(member) for member in value)
    if fact.type.kind is m.Kind.ENUM and value is not None:
        return members.index(str(value))
    assert value is None or isinstance(value, bool | Fraction | str)
    return value


def _said(one: ReadInstruction) -> m.ExampleInstruction:
    span = one.principal.span
    mask = sum(1 << one.decision.outcomes.index(outcome) for outcome in one.outcomes)
    effect = m.Effect(one.decision, mask, one.permits, span)
    return m.ExampleInstruction(one.principal, effect, one.implied, one.at, span)


def _fixed(
    circuit: Circuit, says: list[m.ExampleInstruction], values: Values
) -> tuple[World, Truth]:
    """Values put into the circuit, so that every literal is constant."""
    world = World(circuit, listed_instructions(says), substitute_facts(circuit.graph, values))
    return world, {g.TRUE: True, g.FALSE: False}.__getitem__


def _evaluated(
    circuit: Circuit, says: list[m.ExampleInstruction], values: Values
) -> tuple[World, Truth]:
    """The circuit of all situations with these instructions, evaluated on the values."""
    return World(circuit, listed_instructions(says)), circuit.graph.evaluator(
        FactValues(values).holds
    )


def by_circuit(
    circuit: Circuit, values: Values, says: list[m.ExampleInstruction], make: MakeWorld
) -> Said:
    world, true = make(circuit, says, values)
    if not true(world.assumptions_hold()):
        false = [a.name for a, lit in circuit.assumes.items() if not true(world.literal(lit))]
        return Said(frozenset(false), {})
    decided = ((decision, world.resolution_of(decision)) for decision in circuit.spec.decisions)
    return Said(frozenset(), {d.name: _resolved(d, one, true) for d, one in decided})


def _resolved(decision: m.DecisionModel, found: Resolution, true: Truth) -> Row:
    if not true(found.ready):
        return Row(None, False, False, False, ())
    taken = true(found.taken)
    chosen = [name for o, name in enumerate(decision.outcomes) if true(found.outcome[o])]
    standing = [rule.name for rule, one in found.rules.items() if true(one.stands)]
    standing += [step.key.principal.name for _, step, one in found.steps if true(one.stands)]
    return Row(
        " and ".join(chosen) if taken else None,
        taken and true(found.decided),
        true(found.conflicted),
        not taken,
        tuple(sorted(standing)),
    )
