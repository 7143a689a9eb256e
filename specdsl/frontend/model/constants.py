"""Constant folding: values of terms that read no facts, through defines as well."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from specdsl.base.limits import MAX_CHOICES, MAX_CONSTANT_DIGITS
from specdsl.frontend.model import nodes as m

MAX_BITS = MAX_CONSTANT_DIGITS * 10 // 3


class ConstantValues:
    """Values of constant terms. Each define is evaluated once."""

    def __init__(self) -> None:
        self._values: dict[m.Define, Fraction | None] = {}
        self._choices: dict[m.Define, tuple[Fraction, ...] | None] = {}

    def learn_define(self, define: m.Define) -> None:
        """Evaluate a define; the defines that it uses come first."""
        self._values[define] = self.value_of(define.expr)
        self._choices[define] = self.choices_of(define.expr)

    def value_of(self, node: m.Expr) -> Fraction | None:
        """Return the value of a constant term; None for any other term."""
        match node:
            case m.Constant():
                return node.value
            case m.DefineRef():
                return self._values[node.define]
            case m.Sum():
                return self._sum_value(node)
            case m.MinMax():
                found = [self.value_of(item) for item in node.items]
                known = [value for value in found if value is not None]
                pick = min if node.op == "min" else max
                return pick(known) if len(known) == len(found) else None
            case m.QuantityFact() | m.TextFact() | m.TextConstant() | m.SizeOf():
                return None
            case m.BoolFact() | m.Not() | m.Possibly() | m.And() | m.Or() | m.IfElse():
                return None
            case m.IsKnown() | m.Compare() | m.OneOf() | m.Matches() | m.HasOutcome():
                return None
            case m.IsMember() | m.Same() | m.SetIs() | m.HasMembers() | m.HasSet() | m.HasFact():
                return None
            case _:
                assert_never(node)

    def _sum_value(self, node: m.Sum) -> Fraction | None:
        total = Fraction(0)
        for factor, item in node.items:
            value = self.value_of(item)
            if value is None or bit_size(value) > MAX_BITS:
                return None
            total += factor * value
        return total

    def choices_of(self, node: m.Expr) -> tuple[Fraction, ...] | None:
        """Return the values of a constant or of an `if else` of constants; None for any
        other term.
        """
        if isinstance(node, m.DefineRef):
            return self._choices[node.define]
        if isinstance(node, m.IfElse):
            then, other = self.choices_of(node.then), self.choices_of(node.other)
            if then is None or other is None or len(then) + len(other) > MAX_CHOICES:
                return None
            return then + other
        value = self.value_of(node)
        return None if value is None else (value,)


def bit_size(value: Fraction) -> int:
    """Return the number of bits of numerator and denominator."""
    return value.numerator.bit_length() + value.denominator.bit_length()
