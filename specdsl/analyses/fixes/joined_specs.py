"""A spec and an edit of it in one graph, over the same facts, decisions and rules.

A fix changes ranks, or the condition of a rule. All that it leaves unchanged has the same literals
(hash-consing), so the decisions that need no proof are found by comparing literals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from specdsl.api import Spec
from specdsl.base.code_names import CONTRADICTION
from specdsl.base.diagnostics import Diagnostic
from specdsl.base.limits import CLAIMS_FOR_RULES
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import (
    Assertion,
    CannotChange,
    DecisionModel,
    Example,
    Holds,
    Rule,
)
from specdsl.frontend.model.traversal import decisions_read
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks
from specdsl.frontend.syntax import tree as t
from specdsl.semantics.aig import TRUE, Atom, Literal, Outcome
from specdsl.semantics.circuit import Circuit, RuleCircuit
from specdsl.verification.two_specs.matched_facts import SharedFacts, kind_family, translate_atom


@dataclass(frozen=True, slots=True)
class JoinedSpecs:
    """The circuits of both specs, with the examples and assertions about changed decisions.
    `changed`: the decisions with other ranks, with a rule of another condition, or with such a
    dependency; all others are the same in both.
    """

    old: Circuit
    new: Circuit
    changed: tuple[DecisionModel, ...]

    @property
    def cost(self) -> int:
        """Return how much has to be checked again, in rules."""
        spec, some = self.new.spec, frozenset(self.changed)
        rules = sum(any(e.decision in some for e in rule.effects) for rule in spec.rules)
        paired = sum(isinstance(one.claim, CannotChange) for one in spec.assertions)
        claims = rules * (len(spec.assertions) + paired) // CLAIMS_FOR_RULES
        return rules + len(spec.examples) + claims

    def concerns(self, finding: Diagnostic) -> bool:
        """Return whether an error of the old spec is about something that changed."""
        fields, spec = finding.fields, self.old.spec
        if "title" in fields:
            titles = {*(e.title for e in spec.examples), *(a.title for a in spec.assertions)}
            return fields["title"] in titles
        if finding.code.id == CONTRADICTION.id:
            return any(one.name == fields["decision"] for one in self.changed)
        rule = next(rule for rule in spec.rules if rule.name == fields["rules"][0])
        return any(effect.decision in self.changed for effect in rule.effects)


def join_specs(old: Spec, new: Spec) -> JoinedSpecs | None:
    """Copy the edited spec into the graph of the old one; return None if there is a layer, or if
    the edit changed more than ranks and conditions of rules.
    """
    if old.model.layer is not None or not _same_but_rules(old, new):
        return None
    circuit = _transplant_circuit(old.circuit, new.circuit)
    if circuit is None:
        return None
    changed, model = tuple(_changed_decisions(old.circuit, circuit)), circuit.spec
    some = frozenset(changed)
    if not some.isdisjoint(decisions_read(*(one.expr for one in model.assumes))):
        return None  # The assumptions admit other situations than before.
    examples = (one for one in model.examples if not some.isdisjoint(_expected_decisions(one)))
    claims = (
        one for one in model.assertions if not some.isdisjoint(_claimed_decisions(circuit, one))
    )
    touched = tuple(examples), tuple(claims)
    return JoinedSpecs(
        _restrict_claims(old.circuit, *touched), _restrict_claims(circuit, *touched), changed
    )


def _restrict_claims(
    circuit: Circuit, examples: tuple[Example, ...], assertions: tuple[Assertion, ...]
) -> Circuit:
    """Return the circuit with only these examples and assertions."""
    return replace(circuit, spec=replace(circuit.spec, examples=examples, assertions=assertions))


# --- comparison of the texts ---------------------------------------------------------------------


def _same_but_rules(old: Spec, new: Spec) -> bool:
    """Return whether everything but rules and priorities is written as before, in the same order,
    and the rules have the same names, levels and effects.
    """
    files = old.loaded.files, new.loaded.files
    if len(files[0]) != len(files[1]) or not all(map(_same_statements, *files)):
        return False
    rules = old.model.rules, new.model.rules
    return len(rules[0]) == len(rules[1]) and all(map(_same_rule, *rules))


def _same_statements(old: t.File, new: t.File) -> bool:
    if old.source.name != new.source.name:
        return False
    return old.source.text == new.source.text or [*_statement_keys(old.statements)] == [
        *_statement_keys(new.statements)
    ]


def _statement_keys(statements: Iterable[t.Statement]) -> Iterator[tuple[Any, ...]]:
    """Yield the text of each statement, the name alone of a rule, and nothing of a priority."""
    for one in statements:
        match one:
            case t.PriorityNode():
                pass
            case t.RuleNode():
                yield "rule", one.name.text
            case t.PolicyNode(body=body) if body:
                head = one.span.source.text[one.span.start : body[0].span.start]
                yield "policy", head, *_statement_keys(body)
            case _:
                yield "other", one.span.text


def _same_rule(one: Rule, two: Rule) -> bool:
    effects = (
        [(e.decision.name, e.outcomes, e.permits) for e in rule.effects] for rule in (one, two)
    )
    same = (one.name, one.level.name, one.in_base) == (two.name, two.level.name, two.in_base)
    return same and next(effects) == next(effects)


# --- the circuit ---------------------------------------------------------------------------------


def _transplant_circuit(old: Circuit, new: Circuit) -> Circuit | None:
    """Copy the new circuit into the old graph, over the old decisions and rules of the same
    names.
    """
    decisions = {one.name: one for one in old.spec.decisions}
    if [*decisions] != [one.name for one in new.spec.decisions]:
        return None
    move = new.graph.fold(_atom_translation(old, decisions), old.graph.all_of, TRUE)
    rules = {one.name: one for one in old.spec.rules}
    conditions = {
        rules[rule.name]: RuleCircuit(move(found.applies), move(found.possible), ())
        for rule, found in new.rules.items()
    }
    delegates = zip(old.delegates, (move(one) for one in new.delegates.values()), strict=True)
    assumes = zip(old.assumes, (move(one) for one in new.assumes.values()), strict=True)
    claims = (tuple(map(move, both)) for both in new.assertions.values())
    readers = (tuple(decisions[one.name] for one in read) for read in new.readers.values())
    reads = {
        decisions[one.name]: tuple(decisions[read.name] for read in found)
        for one, found in new.spec.reads.items()
    }
    return Circuit(
        replace(old.spec, reads=reads),
        Ranks(_new_levels(old, new, rules)),
        old.graph,
        conditions,
        dict(delegates),
        dict(assumes),
        {one: (when, holds) for one, (when, holds) in zip(old.assertions, claims, strict=True)},
        dict(zip(old.readers, readers, strict=True)),
    )


def _atom_translation(
    old: Circuit, decisions: dict[str, DecisionModel]
) -> Callable[[Atom], Literal]:
    """Return the function from an atom of the new graph to its literal in the old one."""
    homes = {(fact.name, kind_family(fact.type)): fact for fact in old.spec.facts}
    facts, graph = SharedFacts((), homes), old.graph

    def home_literal(atom: Atom) -> Literal:
        if isinstance(atom, Outcome):
            return graph.atom(Outcome(decisions[atom.decision.name], atom.outcome))
        return translate_atom(graph, atom, facts)

    return home_literal


def _new_levels(
    old: Circuit, new: Circuit, rules: dict[str, Rule]
) -> dict[DecisionModel, tuple[RankedLevel, ...]]:
    """Return the new ranks of the old rules."""
    after = {decision.name: found for decision, found in new.ranks.levels.items()}
    return {
        decision: tuple(
            replace(now, level=was.level, rules=tuple(rules[rule.name] for rule in now.rules))
            for was, now in zip(levels, after[decision.name], strict=True)
        )
        for decision, levels in old.ranks.levels.items()
    }


# --- comparison of the circuits ------------------------------------------------------------------


def _changed_decisions(old: Circuit, new: Circuit) -> Iterator[DecisionModel]:
    """Yield the changed decisions, in dependency order."""
    whole = [*old.assumes.values()] != [*new.assumes.values()]
    whole |= [*old.delegates.values()] != [*new.delegates.values()]
    found: set[DecisionModel] = set()
    for decision in new.spec.decisions:
        reads = new.spec.reads[decision]
        same = reads == old.spec.reads[decision] and found.isdisjoint(reads)
        if (
            whole
            or not same
            or _ranks_and_conditions(old, decision) != _ranks_and_conditions(new, decision)
        ):
            found.add(decision)
            yield decision


def _ranks_and_conditions(circuit: Circuit, decision: DecisionModel) -> list[Any]:
    """Return all on which a decision depends, except other decisions."""
    levels = circuit.ranks.levels[decision]
    applies = ([circuit.rules[rule].applies for rule in one.rules] for one in levels)
    return [[one.rules, one.above, found] for one, found in zip(levels, applies, strict=True)]


def _expected_decisions(example: Example) -> Iterator[DecisionModel]:
    """Return the decisions of which it expects something."""
    return (one.effect.decision for one in example.expectations)


def _claimed_decisions(circuit: Circuit, assertion: Assertion) -> Iterator[DecisionModel]:
    """Yield the decisions that it is about."""
    yield from circuit.readers[assertion]
    if not isinstance(assertion.claim, Holds):
        yield assertion.claim.decision
