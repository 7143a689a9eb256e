"""Type checker: expressions of the syntax tree → typed conditions and terms."""

from __future__ import annotations

from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.membership import MembershipTyping
from specdsl.frontend.model.terms import TermTyping
from specdsl.frontend.model.type_hints import help_for_comparison
from specdsl.frontend.model.types import (
    LITERAL_SORTS,
    ORDERED,
    FaultRecorded,
    Sort,
    TypedExpr,
    text_of,
)
from specdsl.frontend.syntax import tree as t


class TypeChecker(MembershipTyping, TermTyping):
    """Types expressions in a scope. Each expression reports at most one fault."""

    def type_or_none(self, expr: t.Expr) -> TypedExpr | None:
        try:
            return self.type_of(expr)
        except FaultRecorded:
            return None

    def type_of(self, expr: t.Expr) -> TypedExpr:
        match expr:
            case t.NameRef():
                return self.type_of_name(expr.name, expr.span)
            case t.QuantityLiteral():
                return TypedExpr(LITERAL_SORTS[expr.kind], m.Constant(expr.value, expr.span))
            case t.TextLiteral():
                return TypedExpr(Sort.TEXT, m.TextConstant(expr.value, expr.span))
            case t.SetLiteral():
                raise self.type_fault(
                    "a list in `{…}` stands only after `in`, `=`, `!=` or `of`", expr.span
                )
            case t.IfElseNode():
                return self._type_if_else(expr)
            case t.PrefixNode(op="-") | t.ArithmeticNode() | t.MinMaxNode() | t.SizeOfNode():
                return self._type_term(expr)
            case _:
                return TypedExpr(Sort.CONDITION, self._type_test(expr))

    def _type_if_else(self, expr: t.IfElseNode) -> TypedExpr:
        condition = self.require_condition(expr.condition)
        then, other = self.type_of(expr.then), self.type_of(expr.other)
        for branch, tree in ((then, expr.then), (other, expr.other)):
            if branch.node is None:
                raise self.mismatch_with(
                    tree, branch, "a condition, a number, a date, a time or a text"
                )
        if then.sort is not other.sort:
            raise self.mismatch_between(expr.then, then, expr.other, other, "one `if` … `else`")
        one, two, ignoring = self.same_case_folding(
            expr.then, then, expr.other, other, "one `if` … `else`"
        )
        assert one is not None
        assert two is not None
        node = m.IfElse(condition, one, two, expr.span)
        return TypedExpr(then.sort, node, ignoring_case=ignoring)

    def _type_test(self, expr: t.Expr) -> m.Expr:
        match expr:
            case t.LogicNode():
                items = self.all_conditions(expr.items)
                return m.And(items, expr.span) if expr.op == "and" else m.Or(items, expr.span)
            case t.PrefixNode():
                inner = self.require_condition(expr.operand)
                make = m.Not if expr.op == "not" else m.Possibly
                return make(inner, expr.span)
            case t.CompareNode():
                return self._type_comparison(expr)
            case t.IsNode():
                return self.negate_if(self._type_is(expr), expr.negated)
            case t.IsKnownNode():
                return self._type_is_known(expr)
            case t.InNode():
                return self.negate_if(self._type_in(expr), expr.negated)
            case t.HasNode():
                return self._type_has(expr)
            case t.LikeNode():
                return self._type_like(expr)
            case _:
                raise AssertionError(expr)

    def _type_comparison(self, expr: t.CompareNode) -> m.Expr:
        left = self.type_of(expr.left)
        if isinstance(expr.right, t.SetLiteral):
            return self._type_set_comparison(expr, left, expr.right)
        right = self.type_of(expr.right)
        if left.sort in ORDERED and left.sort is right.sort:
            where = f"a comparison with `{expr.op}`"
            one, two, _ = self.same_case_folding(expr.left, left, expr.right, right, where)
            assert one is not None
            assert two is not None
            return m.Compare(expr.op, one, two, left.sort is Sort.TEXT, expr.span)
        if left.fact is None or right.fact is None or left.sort is not right.sort:
            where = f"a comparison with `{expr.op}`"
            help_ = help_for_comparison(expr, left, right)
            raise self.mismatch_between(expr.left, left, expr.right, right, where, *help_)
        if expr.op not in ("=", "!="):
            message = (
                f"`{text_of(expr.left)}` is {left.sort.value}: `{expr.op}` is for numbers, texts, "
                "dates and times"
            )
            raise self.type_fault(message, expr.span)
        if left.sort is not Sort.CONDITION:
            self.require_same_members(left.fact, right.fact, expr.span)
        return self.negate_if(m.Same(left.fact, right.fact, expr.span), expr.op == "!=")
