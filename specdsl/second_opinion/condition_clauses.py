"""Removable clauses: the conjuncts of a `when`, each `unless`, and the disjuncts of a clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specdsl.base.code_names import DEAD_CONJUNCT
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.table_rows import table_cells
from specdsl.second_opinion.expected_effects import rule_is_relevant
from specdsl.second_opinion.reduced_specs import (
    alternatives_of,
    conjuncts_of,
    remove_alternative,
    remove_clause,
)
from specdsl.second_opinion.removals import QuestionedPart
from specdsl.second_opinion.reported_findings import ReportedFindings

CODE = DEAD_CONJUNCT.name


@dataclass(frozen=True, slots=True)
class WrittenClause:
    """A clause with the rules that have it: all rules of a policy if the clause is the policy's."""

    keyword: str
    clause: m.Expr
    rules: list[m.Rule]

    @property
    def text(self) -> str:
        return f"{self.keyword} {self.clause.span.in_a_line}"

    @property
    def names(self) -> list[str]:
        return sorted(rule.name for rule in self.rules)


def removable_clauses(spec: m.SpecModel, findings: ReportedFindings) -> Iterator[QuestionedPart]:
    """Yield the clauses of relevant rules, and the disjuncts of relevant clauses. A clause of a
    policy is removed from all its rules together."""
    form = table_cells(spec.rules)
    for one in _written_clauses(spec):
        if not one.clause.span.source.shipped:
            counts = _some_rule_is_relevant(findings, one.rules)
            found = _is_reported(findings, one.names, clause=one.text)
            without = remove_clause(spec, one.clause)
            is_form = one.clause.span in form  # A cell of a table is never reported.
            asked = False if is_form else counts
            yield QuestionedPart(
                CODE, _part_name(one, one.text), one.clause.span, without, found, asked
            )
            if not found:
                yield from _removable_alternatives(spec, findings, one, asked)


def _removable_alternatives(
    spec: m.SpecModel, findings: ReportedFindings, one: WrittenClause, counts: bool | None
) -> Iterator[QuestionedPart]:
    found = list(alternatives_of(one.clause))
    for item in found if len(found) > 1 else ():
        text = f"or {item.span.in_a_line}"
        without = remove_alternative(spec, one.clause, item)
        is_found = _is_reported(findings, one.names, clause=text, of=one.text)
        yield QuestionedPart(CODE, _part_name(one, text), item.span, without, is_found, counts)


def _part_name(one: WrittenClause, text: str) -> str:
    whose = f"rule `{one.names[0]}`" if len(one.names) == 1 else f"{len(one.names)} rules"
    return f"`{text}` of {whose}"


def _is_reported(findings: ReportedFindings, names: Sequence[str], **fields: str) -> bool:
    """Tell whether a finding names these rules, possibly among others."""
    wanted = {"of": None, **fields}.items()
    return any(
        set(names) <= set(d.fields["rules"]) and all(d.fields.get(k) == v for k, v in wanted)
        for d in findings.findings_of(CODE)
    )


def _written_clauses(spec: m.SpecModel) -> Sequence[WrittenClause]:
    found: dict[int, WrittenClause] = {}
    for rule in spec.rules:
        whens = [("when", one) for when in rule.whens for one in conjuncts_of(when)]
        unlesses = [("unless", one) for one in rule.unlesses]
        for keyword, clause in (*whens, *unlesses):
            found.setdefault(id(clause), WrittenClause(keyword, clause, [])).rules.append(rule)
    return tuple(found.values())


def _some_rule_is_relevant(findings: ReportedFindings, rules: Sequence[m.Rule]) -> bool | None:
    answers = {rule_is_relevant(findings, rule) for rule in rules}
    return next(answer for answer in (True, None, False) if answer in answers)
