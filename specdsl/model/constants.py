"""What is constant: known without facts, through defines too."""

from __future__ import annotations

from fractions import Fraction

from specdsl.limits import MOST_CHOICES, MOST_CONSTANT_DIGITS
from specdsl.model import nodes as m

MOST_BITS = MOST_CONSTANT_DIGITS * 10 // 3


class Constants:
    """Values of terms without facts. Each define is looked into once, when it is learned."""

    def __init__(self) -> None:
        self._values: dict[m.Define, Fraction | None] = {}
        self._choices: dict[m.Define, tuple[Fraction, ...] | None] = {}

    def learn(self, define: m.Define) -> None:
        """To be called for each define, after those that it uses."""
        self._values[define] = self.value(define.expr)
        self._choices[define] = self.choices(define.expr)

    def value(self, node: m.Expr) -> Fraction | None:
        """The value of a term without facts, or None."""
        match node:
            case m.Constant():
                return node.value
            case m.DefineRef():
                return self._values[node.define]
            case m.Sum():
                return self._sum(node)
            case m.MinMax():
                found = [self.value(item) for item in node.items]
                known = [value for value in found if value is not None]
                pick = min if node.op == "min" else max
                return pick(known) if len(known) == len(found) else None
            case _:
                return None

    def _sum(self, node: m.Sum) -> Fraction | None:
        total = Fraction(0)
        for factor, item in node.items:
            value = self.value(item)
            if value is None or bits(value) > MOST_BITS:
                return None
            total += factor * value
        return total

    def choices(self, node: m.Expr) -> tuple[Fraction, ...] | None:
        """The values of a constant or of an `if else` of constants; None for any other term."""
        if isinstance(node, m.DefineRef):
            return self._choices[node.define]
        if isinstance(node, m.IfElse):
            then, other = self.choices(node.then), self.choices(node.other)
            if then is None or other is None or len(then) + len(other) > MOST_CHOICES:
                return None
            return then + other
        value = self.value(node)
        return None if value is None else (value,)


def bits(value: Fraction) -> int:
    """How large a number is to write down."""
    return value.numerator.bit_length() + value.denominator.bit_length()
