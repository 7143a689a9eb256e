"""Expressions of the syntax tree → typed conditions and terms."""

from __future__ import annotations

from specdsl.model import nodes as m
from specdsl.model.instead import of_comparison
from specdsl.model.membership import Membership
from specdsl.model.sorts import LITERAL_SORTS, ORDERED, Faulty, Sort, Typed, text_of
from specdsl.model.terms import Terms
from specdsl.syntax import tree as t


class Typer(Membership, Terms):
    """Types expressions in a scope. Every expression reports at most one fault."""

    def any(self, expr: t.Expr) -> Typed | None:
        try:
            return self.typed(expr)
        except Faulty:
            return None

    def typed(self, expr: t.Expr) -> Typed:
        match expr:
            case t.NameRef():
                return self.name(expr.name, expr.span)
            case t.Literal():
                return Typed(LITERAL_SORTS[expr.kind], m.Constant(expr.value, expr.span))
            case t.TextLiteral():
                return Typed(Sort.TEXT, m.TextConstant(expr.value, expr.span))
            case t.SetLiteral():
                raise self.fail(
                    "a list in `{…}` stands only after `in`, `=`, `!=` or `of`", expr.span
                )
            case t.IfElse():
                return self._if_else(expr)
            case t.Prefix(op="-") | t.Arithmetic() | t.MinMax() | t.SizeOf():
                return self._term(expr)
            case _:
                return Typed(Sort.CONDITION, self._test(expr))

    def _if_else(self, expr: t.IfElse) -> Typed:
        condition = self.wanted_condition(expr.condition)
        then, other = self.typed(expr.then), self.typed(expr.other)
        for branch, tree in ((then, expr.then), (other, expr.other)):
            if branch.node is None:
                raise self.unlike(tree, branch, "a condition, a number, a date, a time or a text")
        if then.sort is not other.sort:
            raise self.apart(expr.then, then, expr.other, other, "one `if` … `else`")
        one, two, ignoring = self.alike(expr.then, then, expr.other, other, "one `if` … `else`")
        assert one is not None
        assert two is not None
        node = m.IfElse(condition, one, two, expr.span)
        return Typed(then.sort, node, ignoring_case=ignoring)

    def _test(self, expr: t.Expr) -> m.Expr:
        match expr:
            case t.Logic():
                items = self.every(expr.items)
                return m.And(items, expr.span) if expr.op == "and" else m.Or(items, expr.span)
            case t.Prefix():
                inner = self.wanted_condition(expr.operand)
                make = m.Not if expr.op == "not" else m.Possibly
                return make(inner, expr.span)
            case t.Compare():
                return self._compare(expr)
            case t.Is():
                return self.negated(self._is(expr), expr.negated)
            case t.IsKnown():
                return self._is_known(expr)
            case t.In():
                return self.negated(self._in(expr), expr.negated)
            case t.Has():
                return self._has(expr)
            case t.Like():
                return self._like(expr)
            case _:
                raise AssertionError(expr)

    def _compare(self, expr: t.Compare) -> m.Expr:
        left = self.typed(expr.left)
        if isinstance(expr.right, t.SetLiteral):
            return self._compare_set(expr, left, expr.right)
        right = self.typed(expr.right)
        if left.sort in ORDERED and left.sort is right.sort:
            where = f"a comparison with `{expr.op}`"
            one, two, _ = self.alike(expr.left, left, expr.right, right, where)
            assert one is not None
            assert two is not None
            return m.Compare(expr.op, one, two, left.sort is Sort.TEXT, expr.span)
        if left.fact is None or right.fact is None or left.sort is not right.sort:
            where = f"a comparison with `{expr.op}`"
            help_ = of_comparison(expr, left, right)
            raise self.apart(expr.left, left, expr.right, right, where, *help_)
        if expr.op not in ("=", "!="):
            message = (
                f"`{text_of(expr.left)}` is {left.sort.value}: `{expr.op}` is for numbers, texts, "
                "dates and times"
            )
            raise self.fail(message, expr.span)
        if left.sort is not Sort.CONDITION:
            self.same_members(left.fact, right.fact, expr.span)
        return self.negated(m.Same(left.fact, right.fact, expr.span), expr.op == "!=")
