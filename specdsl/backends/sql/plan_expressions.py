"""Code generator for decisions of which the first rule that applies decides: a plan → nested CASE.

Each part of a plan is an expression that is NULL where it leaves the decision open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from specdsl.backends.axes import Axis
from specdsl.backends.decision_plan import (
    Chain,
    Conjunct,
    DecisionPlan,
    Gather,
    Node,
    PlannedRule,
    Split,
    chains,
    is_sequential,
)
from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.result_codes import fallback_code, result_code
from specdsl.backends.sql.sql_conditions import ConditionTranslator, has_other_text


def is_first_match(plan: DecisionPlan) -> bool:
    """Return whether the first rule that applies decides."""
    leaves = [one.rules for part in plan.parts for one in chains(part)]
    single = all(rule.outcomes.bit_count() == 1 for rules in leaves for rule in rules)
    return single and all(is_sequential(rules, plan.settled) for rules in leaves)


@dataclass(eq=False)
class PlanExpressions:
    """Writes a plan of a decision."""

    plan: DecisionPlan
    translator: ConditionTranslator

    def result_expression(self) -> s.Sql:
        """Return the code of the decision's result."""
        parts = [self._node_expression(part) for part in self.plan.parts]
        fallback = s.integer(fallback_code(self.plan.decision))
        return s.coalesce([*parts, s.with_comment(fallback, "nothing decides")])

    def _node_expression(self, node: Node) -> s.Sql:
        match node:
            case Split():
                cases = _ordered_cases(node)
                return self._case_by_class(
                    node.axis, [(mask, self._node_expression(child)) for mask, child in cases]
                )
            case Gather():
                return self._gather_expression(node)
            case Chain():
                return self._chain_expression(node.rules, None)

    def _chain_expression(self, rules: Sequence[PlannedRule], numbers: int | None) -> s.Sql:
        """Return the result of the first rule that applies; with `numbers`, how many codes there
        are, it is preceded by the number of the rule.
        """
        cases: list[s.Case] = []
        for rule in rules:
            code = result_code(rule.outcomes.bit_length() - 1)
            number = code if numbers is None else rule.number * numbers + code
            value = s.with_comment(s.integer(number), rule.rule.name)
            if not rule.tests:
                return s.case_of(cases, value)
            cases.append((self._test_of_rule(rule.tests), value))
        return s.case_of(cases)

    def _test_of_rule(self, tests: Sequence[Conjunct]) -> s.Sql:
        ordered = sorted(tests, key=self._test_rank)
        return self.translator.test_of_all([test.literal for test in ordered])

    def _test_rank(self, test: Conjunct) -> tuple[float, int]:
        """Return a sort key: tests that seldom hold come first."""
        holds = 0.5
        if test.axis is not None:
            holds = test.allowed.bit_count() / test.axis.full.bit_count()
        size = len(self.translator.graph.support([test.literal]))
        return size / max(1 - holds, 0.05), test.literal

    def _case_by_class(self, axis: Axis, cases: Sequence[tuple[int, s.Sql]]) -> s.Sql:
        *others, (_, last) = cases
        tests = [(self.translator.class_test(axis, mask), value) for mask, value in others]
        return s.case_of(tests, last)

    # --- rules in groups ---

    def _gather_expression(self, node: Gather) -> s.Sql:
        """Return the result of the rule with the least number of all that apply in the groups."""
        codes = 4 * len(self.plan.decision.outcomes)
        nothing = node.count * codes + codes - 1  # No rule has the last code.
        found = [
            s.coalesce([one, s.integer(nothing)])
            for group in node.groups
            for one in self._group_expressions(group, codes)
        ]
        least = s.function("LEAST", *found) if len(found) > 1 else found[0]
        code = exp.Mod(this=s.in_brackets(least), expression=s.integer(codes))
        return exp.Nullif(this=code, expression=s.integer(codes - 1))

    def _group_expressions(self, node: Node, codes: int) -> list[s.Sql]:
        match node:
            case Split():
                cases = []
                for mask, child in _ordered_cases(node):
                    cases.append((mask, self._least_of(child, codes)))
                return [self._case_by_class(node.axis, cases)]
            case Gather():
                return [one for g in node.groups for one in self._group_expressions(g, codes)]
            case Chain():
                return [self._chain_expression(node.rules, codes)]

    def _least_of(self, node: Node, codes: int) -> s.Sql:
        """Return the least number of a node in a group; NULL if no rule applies."""
        found = self._group_expressions(node, codes)
        if len(found) == 1:
            return found[0]
        nothing = 10**9 * codes + codes - 1
        return s.function("LEAST", *(s.coalesce([one, s.integer(nothing)]) for one in found))


def _ordered_cases(node: Split) -> list[tuple[int, Node]]:
    """Return the cases in the order in which they are tested: the unknown first, where it is a case
    of its own, since quantities are tested for being below a cut; and all other texts last, since
    they have no test.
    """
    axis = node.axis

    def test_order(case: tuple[int, Node]) -> tuple[bool, bool]:
        return has_other_text(axis, case[0]), case[0] != axis.unknown

    return sorted(node.cases, key=test_order)
