"""What changes nothing in any situation: rules, permissions, priorities, overrides, facts, levels,
conjuncts."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.table_rows import table_cells
from specdsl.semantics.reference.read_instructions import read_instructions
from tests.bruteforce import variants
from tests.bruteforce.study import Study
from tests.bruteforce.worlds import Side


def changes(study: Study, spec: m.SpecModel) -> bool:
    """In some situation something is otherwise than in the spec studied."""
    other = study.variant(spec)
    return any(
        study.explorer.changes(Side(study.meaning, profile), Side(other, profile))
        for profile in study.distinct
    )


def removable(study: Study) -> Iterator[m.Rule]:
    """Rules that stand somewhere, without which nothing changes."""
    stand = {name for name, _ in study.seen.stands}
    for rule in study.spec.rules:
        if rule.name in stand and not changes(study, variants.without_rule(study.spec, rule)):
            yield rule


def idle_permissions(study: Study) -> Iterator[tuple[str, str]]:
    for rule in study.spec.rules:
        for effect in rule.effects:
            decision = effect.decision
            able = effect.permits and (rule.name, decision.name) in study.seen.stands
            made = variants.without_effect(study.spec, rule, decision)
            if able and not changes(study, made):
                yield rule.name, decision.name


def idle_priorities(study: Study) -> Iterator[str]:
    for pair in study.spec.priorities:
        if not changes(study, variants.without_pair(study.spec, pair)):
            yield f"{pair.higher.name} > {pair.lower.name}"


def idle_overrides(study: Study) -> Iterator[tuple[str, ...]]:
    """The rule and all that one name after its `overrides` stands for."""
    written: dict[object, list[m.Override]] = {}
    for override in study.spec.overrides:
        written.setdefault((override.span.source, override.span.start), []).append(override)
    for several in written.values():
        made = variants.without_overrides(study.spec, several)
        if made is not None and not changes(study, made):
            yield several[0].rule.name, *(override.target.name for override in several)


def idle_facts(study: Study) -> Iterator[str]:
    """Facts of the main file with which, whatever they are, nothing is otherwise."""
    spec = study.spec
    own = [fact for fact in spec.facts if fact.span.source is spec.sources[-1]]
    for fact in own if spec.decisions else ():
        if not any(study.explorer.changes(*pair) for pair in study.otherwise(fact)):
            yield fact.name


def idle_levels(study: Study) -> Iterator[str]:
    """Levels of the main file where nothing can be said and without whose rules nothing is
    otherwise."""
    spec = study.spec
    heard = {level for level in spec.levels if any(_sayable(spec, level))}
    own = [level for level in spec.levels if level.span.source is spec.sources[-1]]
    for level in own if spec.decisions else ():
        if level not in heard and not changes(study, variants.without_level(spec, level)):
            yield level.name


Clause = tuple[str, str, str]
"""A rule, a clause or an alternative as reports have it, and of an alternative the clause."""


def _sayable(spec: m.SpecModel, level: m.Level) -> Iterator[bool]:
    """Of instructions at the level, whether they are no bad input."""
    for principal in spec.principals:
        for decision in spec.decisions:
            effect = f"{decision.name} is {decision.outcomes[0]}"
            said = {"by": principal.name, "effect": effect, "at": level.name}
            yield not read_instructions(spec, [said])[1]


def dead_conjuncts(study: Study) -> Iterator[Clause]:
    """Conjuncts of a `when`, and every `unless`, without which nothing is otherwise, and of the
    others the alternatives; of rules that take effect and could not be deleted."""
    form = table_cells(study.written.rules)
    return (item for item, span in _dead_clauses(study) if span not in form)


def dead_cells(study: Study) -> Iterator[Clause]:
    """The same of clauses that are the form of a table: only what the rest of the condition implies
    is a finding."""
    form = table_cells(study.written.rules)
    return (item for item, span in _dead_clauses(study) if span in form)


def _dead_clauses(study: Study) -> Iterator[tuple[Clause, Span]]:
    counting = {name for name, _ in study.seen.stands} - {r.name for r in removable(study)}
    written: dict[int, tuple[str, m.Expr, list[m.Rule]]] = {}
    for rule in study.spec.rules:
        clauses = [("when", one) for one in rule.whens] + [("unless", o) for o in rule.unlesses]
        for keyword, clause in clauses:
            written.setdefault(id(clause), (keyword, clause, []))[2].append(rule)
    for keyword, clause, rules in written.values():
        if any(rule.name in counting for rule in rules):
            for (text, of), span in _dead_in(study, keyword, clause):
                yield from (((rule.name, text, of), span) for rule in rules)


def _dead_in(study: Study, keyword: str, clause: m.Expr) -> Iterator[tuple[tuple[str, str], Span]]:
    text = f"{keyword} {clause.span.in_a_line}"
    if not changes(study, variants.without_clause(study.spec, clause)):
        yield (text, ""), clause.span
        return
    for one in study.spared:
        made = variants.without_alternative(study.spec, one)
        if one.clause is clause and not changes(study, made):
            yield (f"or {one.alternative.span.in_a_line}", text), one.alternative.span
