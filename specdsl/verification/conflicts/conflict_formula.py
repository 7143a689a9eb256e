"""The formula of a minimal conflict: members exclude every outcome, each one that no other does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.reasoning.sat.encode import unary_counter
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Input, Literal
from specdsl.semantics.instruction_inputs import InstructionSlot
from specdsl.semantics.resolution_circuit import Resolution

RuleSet = frozenset[Rule]


@dataclass(frozen=True, slots=True)
class ConflictMember:
    """A possible member of a conflict: a rule, a class of interchangeable rules, or an instruction.
    `chosen` is the literal that it is one; `excludes` is by outcome."""

    source: Rule | InstructionSlot
    chosen: Literal
    excludes: tuple[Literal, ...]


@dataclass(frozen=True, eq=False)
class ResolvedDecision:
    """A decision in a world; `applies` gives by rule the literal that it applies."""

    classes: RuleClasses
    applies: Mapping[Rule, Literal]
    resolution: Resolution


@dataclass(frozen=True, eq=False)
class ConflictFormula:
    """A minimal conflict in a world, as literals. `holds`: the chosen members are one; each of the
    `rules` that is picked applies and is of a chosen class, and one of each chosen class is picked.
    `more` by i: of more than i classes. `instructions`: the possible members, each with the literal
    that it is chosen."""

    holds: Literal
    rules: Mapping[Rule, Literal]
    instructions: tuple[tuple[InstructionSlot, Literal], ...]
    more: tuple[Literal, ...]

    def exactly_rules(self, graph: AndInverterGraph, rules: RuleSet) -> Literal:
        """Return the literal that these rules are the conflict. A minimal conflict has at most as
        many rules as outcomes, and no two of a class."""
        enough = self.more[len(rules)] ^ 1 if len(rules) < len(self.more) else TRUE
        return graph.all_of((enough, *(self.rules[rule] for rule in rules)))


def any_conflict(graph: AndInverterGraph, ruled: ResolvedDecision) -> ConflictFormula:
    """Return the formula of any minimal conflict."""
    found = ruled.resolution
    name = found.decision.name
    members: list[ConflictMember] = []
    parts: list[Literal] = []
    picked: dict[Rule, Literal] = {}
    for first, standing in found.rules.items():
        if any(one != FALSE for one in standing.excludes):
            chosen = graph.atom(Input(f"{name} conflict {first.name}"))
            members.append(ConflictMember(first, chosen, standing.excludes))
            mine = {
                r: graph.atom(Input(f"{name} pick {r.name}"))
                for r in ruled.classes.members_of[first]
            }
            picked |= mine
            parts.append(graph.any_of((chosen ^ 1, *mine.values())))
            for rule, pick in mine.items():
                parts.append(graph.any_of((pick ^ 1, graph.all_of((ruled.applies[rule], chosen)))))
    said = _restricting_instructions(graph, found)
    parts.append(_minimality(graph, found, [*members, *said]))
    more = unary_counter(graph, [one.chosen for one in members], most=len(found.left))
    instructions = tuple(
        (one.source, one.chosen) for one in said if isinstance(one.source, InstructionSlot)
    )
    return ConflictFormula(graph.all_of(parts), picked, instructions, tuple(more))


def conflict_of(graph: AndInverterGraph, ruled: ResolvedDecision, rules: RuleSet) -> Literal:
    """Return the literal that these rules are the rules of a minimal conflict."""
    found = ruled.resolution
    members: list[ConflictMember] = []
    for rule in sorted(rules, key=lambda rule: rule.name):
        candidate = found.rules[ruled.classes.representative_of[rule]]
        excludes = tuple(
            graph.all_of((ruled.applies[rule], one)) for one in candidate.excludes_if_applied
        )
        members.append(ConflictMember(rule, TRUE, excludes))
    return _minimality(graph, found, [*members, *_restricting_instructions(graph, found)])


def _restricting_instructions(
    graph: AndInverterGraph, resolution: Resolution
) -> list[ConflictMember]:
    """Return the instructions that restrict."""
    name = resolution.decision.name
    return [
        ConflictMember(
            step.key, graph.atom(Input(f"{name} conflict instruction {i}")), standing.excludes
        )
        for i, (_, step, standing) in enumerate(resolution.steps)
        if any(one != FALSE for one in standing.excludes)
    ]


def _minimality(
    graph: AndInverterGraph, resolution: Resolution, members: Sequence[ConflictMember]
) -> Literal:
    """Return the literal that every outcome is excluded by a chosen member (so the decision is
    conflicted), and each member excludes an outcome that no other does."""
    outcomes = range(len(resolution.left))
    alone: list[list[Literal]] = [[] for _ in members]
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
