"""Trial rules: the files of a spec as they are if one of its trial rules counts."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import replace

from specdsl.frontend.model.files import GatheredFiles, SpecFile
from specdsl.frontend.syntax import tree as t


def trial_rule_names(gathered: GatheredFiles) -> list[str]:
    """Return the names of the trial rules, without those of a layer's base."""
    own = (unit.tree.statements for unit in gathered.units if not unit.in_base)
    return [rule.rule.name.text for statements in own for rule in _trial_rules(statements)]


def _trial_rules(statements: Iterable[t.Statement]) -> Iterator[t.TrialRuleNode]:
    for statement in statements:
        if isinstance(statement, t.TrialRuleNode):
            yield statement
        elif isinstance(statement, t.PolicyNode):
            yield from _trial_rules(statement.body)


def count_trial_rule(gathered: GatheredFiles, name: str) -> GatheredFiles:
    """Return the files with the trial rule of that name as a rule. Other trial rules, and those of
    a layer's base, stay what they are.
    """
    return replace(gathered, units=tuple(_count_in_file(unit, name) for unit in gathered.units))


def _count_in_file(unit: SpecFile, name: str) -> SpecFile:
    statements = tuple(_count_in_statement(one, name) for one in unit.tree.statements)
    if unit.in_base or all(map(operator.is_, statements, unit.tree.statements)):
        return unit
    return replace(unit, tree=replace(unit.tree, statements=statements))


def _count_in_statement(statement: t.Statement, name: str) -> t.Statement:
    match statement:
        case t.TrialRuleNode() | t.PolicyNode():
            return _count_in_member(statement, name)
        case _:
            return statement


def _count_in_member(member: t.PolicyMember, name: str) -> t.PolicyMember:
    match member:
        case t.TrialRuleNode(rule=rule) if rule.name.text == name:
            return rule
        case t.PolicyNode(body=body):
            counted = tuple(_count_in_member(one, name) for one in body)
            same = all(map(operator.is_, counted, body))
            return member if same else replace(member, body=counted)
        case _:
            return member
