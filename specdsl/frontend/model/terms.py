"""Type checker of terms: sums, products by constants, minima and maxima."""

from __future__ import annotations

from fractions import Fraction

from specdsl.base.limits import MAX_CONSTANT_DIGITS
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.constants import MAX_BITS, bit_size
from specdsl.frontend.model.lookup import TypingScope
from specdsl.frontend.model.types import QUANTITY, Sort, TypedExpr, sum_sort, text_of
from specdsl.frontend.syntax import tree as t

ONE = Fraction(1)


class TermTyping(TypingScope):
    def _type_term(self, expr: t.Expr) -> TypedExpr:
        match expr:
            case t.SizeOfNode():
                fact = self.set_fact(expr.operand)
                return TypedExpr(Sort.NUMBER, m.SizeOf(fact, expr.span))
            case t.MinMaxNode():
                return self._type_min_max(expr)
            case t.PrefixNode():
                found = self.type_of(expr.operand)
                if found.sort not in (Sort.NUMBER, Sort.DURATION):
                    raise self.mismatch_with(
                        expr.operand, found, "a number or a duration, which have a sign"
                    )
                return self._scale_term(-ONE, found, expr.span)
            case t.ArithmeticNode(op="+" | "-"):
                return self._type_sum(expr)
            case t.ArithmeticNode():
                return self._type_product(expr)
            case _:
                raise AssertionError(expr)

    def _type_min_max(self, expr: t.MinMaxNode) -> TypedExpr:
        found = [self.type_of(item) for item in expr.items]
        for item, one in zip(expr.items, found, strict=True):
            if one.sort not in QUANTITY:
                raise self.mismatch_with(item, one, f"something with a {expr.op}")
            if one.sort is not found[0].sort:
                raise self.mismatch_between(expr.items[0], found[0], item, one, f"one `{expr.op}`")
        nodes = tuple(one.node for one in found if one.node is not None)
        return TypedExpr(found[0].sort, m.MinMax(expr.op, nodes, expr.span))

    def _type_sum(self, expr: t.ArithmeticNode) -> TypedExpr:
        left, right = self.type_of(expr.left), self.type_of(expr.right)
        sort = sum_sort(expr.op, left.sort, right.sort)
        if sort is None or left.node is None or right.node is None:
            raise self.mismatch_between(expr.left, left, expr.right, right, f"`{expr.op}`")
        factor = ONE if expr.op == "+" else -ONE
        items = left.node.items if isinstance(left.node, m.Sum) else ((ONE, left.node),)
        return TypedExpr(sort, m.Sum((*items, (factor, right.node)), expr.span))

    def _scale_term(self, factor: Fraction, found: TypedExpr, span: Span) -> TypedExpr:
        assert found.node is not None
        value = self.constants.value_of(found.node)
        if bit_size(factor) + (0 if value is None else bit_size(value)) > MAX_BITS:
            product = f"`{found.node.span.in_a_line}` times a constant"
            message = f"{product} has more than {MAX_CONSTANT_DIGITS} digits"
            raise self.type_fault(message, span)
        if value is not None:
            return TypedExpr(found.sort, m.Constant(factor * value, span))
        return TypedExpr(found.sort, m.Sum(((factor, found.node),), span))

    def _type_product(self, expr: t.ArithmeticNode) -> TypedExpr:
        left, right = self.type_of(expr.left), self.type_of(expr.right)
        for tree, found in ((expr.left, left), (expr.right, right)):
            if found.sort not in (Sort.NUMBER, Sort.DURATION):
                raise self.mismatch_with(tree, found, "a number or a duration")
        assert left.node is not None
        assert right.node is not None
        if expr.op == "/":
            return self._type_quotient(expr, left, right)
        if left.sort is Sort.DURATION and right.sort is Sort.DURATION:
            raise self.type_fault(f"`{text_of(expr)}` multiplies two durations", expr.span)
        sort = Sort.DURATION if Sort.DURATION in (left.sort, right.sort) else Sort.NUMBER
        if self.constants.choices_of(right.node) is not None:
            return self._multiply_by_constant(
                TypedExpr(sort, left.node), right.node, expr.span, divide=False
            )
        if self.constants.choices_of(left.node) is not None:
            return self._multiply_by_constant(
                TypedExpr(sort, right.node), left.node, expr.span, divide=False
            )
        message = f"`{text_of(expr)}` is not linear: one side of `*` must be a constant"
        raise self.type_fault(message, expr.span)

    def _type_quotient(
        self, expr: t.ArithmeticNode, left: TypedExpr, right: TypedExpr
    ) -> TypedExpr:
        assert right.node is not None
        divisors = self.constants.choices_of(right.node)
        if divisors is None or right.sort is not Sort.NUMBER:
            raise self.type_fault(
                f"`{text_of(expr.right)}` is no constant number: `/` divides by one",
                expr.right.span,
            )
        if 0 in divisors:
            raise self.type_fault(
                f"`{text_of(expr)}` divides by zero: `{text_of(expr.right)}`", expr.right.span
            )
        return self._multiply_by_constant(left, right.node, expr.span, divide=True)

    def _multiply_by_constant(
        self, found: TypedExpr, factor: m.Expr, span: Span, divide: bool
    ) -> TypedExpr:
        """Multiply by a constant, or by an `if else` of constants: an `if else` of terms."""
        value = self.constants.value_of(factor)
        while isinstance(factor, m.DefineRef):
            factor = factor.define.expr
        if isinstance(factor, m.IfElse):
            then = self._multiply_by_constant(found, factor.then, span, divide).node
            other = self._multiply_by_constant(found, factor.other, span, divide).node
            assert then is not None
            assert other is not None
            return TypedExpr(found.sort, m.IfElse(factor.condition, then, other, span))
        assert value is not None
        return self._scale_term(1 / value if divide else value, found, span)
