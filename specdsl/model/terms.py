"""Terms: sums, products by constants, the least and the greatest."""

from __future__ import annotations

from fractions import Fraction

from specdsl.limits import MOST_CONSTANT_DIGITS
from specdsl.model import nodes as m
from specdsl.model.constants import MOST_BITS, bits
from specdsl.model.lookup import Lookup
from specdsl.model.sorts import QUANTITY, Sort, Typed, sum_sort, text_of
from specdsl.source import Span
from specdsl.syntax import tree as t

ONE = Fraction(1)


class Terms(Lookup):
    def _term(self, expr: t.Expr) -> Typed:
        match expr:
            case t.SizeOf():
                fact = self.set_fact(expr.operand)
                return Typed(Sort.NUMBER, m.SizeOf(fact, expr.span))
            case t.MinMax():
                return self._min_max(expr)
            case t.Prefix():
                found = self.typed(expr.operand)
                if found.sort not in (Sort.NUMBER, Sort.DURATION):
                    raise self.unlike(
                        expr.operand, found, "a number or a duration, which have a sign"
                    )
                return self._scaled(-ONE, found, expr.span)
            case t.Arithmetic(op="+" | "-"):
                return self._sum(expr)
            case t.Arithmetic():
                return self._product(expr)
            case _:
                raise AssertionError(expr)

    def _min_max(self, expr: t.MinMax) -> Typed:
        found = [self.typed(item) for item in expr.items]
        for item, one in zip(expr.items, found, strict=True):
            if one.sort not in QUANTITY:
                raise self.unlike(item, one, f"something with a {expr.op}")
            if one.sort is not found[0].sort:
                raise self.apart(expr.items[0], found[0], item, one, f"one `{expr.op}`")
        nodes = tuple(one.node for one in found if one.node is not None)
        return Typed(found[0].sort, m.MinMax(expr.op, nodes, expr.span))

    def _sum(self, expr: t.Arithmetic) -> Typed:
        left, right = self.typed(expr.left), self.typed(expr.right)
        sort = sum_sort(expr.op, left.sort, right.sort)
        if sort is None or left.node is None or right.node is None:
            raise self.apart(expr.left, left, expr.right, right, f"`{expr.op}`")
        factor = ONE if expr.op == "+" else -ONE
        items = left.node.items if isinstance(left.node, m.Sum) else ((ONE, left.node),)
        return Typed(sort, m.Sum((*items, (factor, right.node)), expr.span))

    def _scaled(self, factor: Fraction, found: Typed, span: Span) -> Typed:
        assert found.node is not None
        value = self.constants.value(found.node)
        if bits(factor) + (0 if value is None else bits(value)) > MOST_BITS:
            product = f"`{found.node.span.in_a_line}` times a constant"
            message = f"{product} has more than {MOST_CONSTANT_DIGITS} digits"
            raise self.fail(message, span)
        if value is not None:
            return Typed(found.sort, m.Constant(factor * value, span))
        return Typed(found.sort, m.Sum(((factor, found.node),), span))

    def _product(self, expr: t.Arithmetic) -> Typed:
        left, right = self.typed(expr.left), self.typed(expr.right)
        for tree, found in ((expr.left, left), (expr.right, right)):
            if found.sort not in (Sort.NUMBER, Sort.DURATION):
                raise self.unlike(tree, found, "a number or a duration")
        assert left.node is not None
        assert right.node is not None
        if expr.op == "/":
            return self._quotient(expr, left, right)
        if left.sort is Sort.DURATION and right.sort is Sort.DURATION:
            raise self.fail(f"`{text_of(expr)}` multiplies two durations", expr.span)
        sort = Sort.DURATION if Sort.DURATION in (left.sort, right.sort) else Sort.NUMBER
        if self.constants.choices(right.node) is not None:
            return self._times(Typed(sort, left.node), right.node, expr.span, divide=False)
        if self.constants.choices(left.node) is not None:
            return self._times(Typed(sort, right.node), left.node, expr.span, divide=False)
        message = f"`{text_of(expr)}` is not linear: one side of `*` must be a constant"
        raise self.fail(message, expr.span)

    def _quotient(self, expr: t.Arithmetic, left: Typed, right: Typed) -> Typed:
        assert right.node is not None
        divisors = self.constants.choices(right.node)
        if divisors is None or right.sort is not Sort.NUMBER:
            raise self.fail(
                f"`{text_of(expr.right)}` is no constant number: `/` divides by one",
                expr.right.span,
            )
        if 0 in divisors:
            raise self.fail(
                f"`{text_of(expr)}` divides by zero: `{text_of(expr.right)}`", expr.right.span
            )
        return self._times(left, right.node, expr.span, divide=True)

    def _times(self, found: Typed, factor: m.Expr, span: Span, divide: bool) -> Typed:
        """The term times a constant, or times an `if else` of constants: an `if else` of terms."""
        value = self.constants.value(factor)
        while isinstance(factor, m.DefineRef):
            factor = factor.define.expr
        if isinstance(factor, m.IfElse):
            then = self._times(found, factor.then, span, divide).node
            other = self._times(found, factor.other, span, divide).node
            assert then is not None
            assert other is not None
            return Typed(found.sort, m.IfElse(factor.condition, then, other, span))
        assert value is not None
        return self._scaled(1 / value if divide else value, found, span)
