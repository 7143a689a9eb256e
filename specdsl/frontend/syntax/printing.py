"""Pretty-printer of expressions, effects and types: single blanks, and only necessary brackets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from specdsl.frontend.syntax import tree as t

WIDTH = 100
ARITHMETIC = {"+": 5, "-": 5, "*": 6, "/": 6}
LOOSEST, OR, AND, NOT, TEST, SUM, PRODUCT, UNARY, ATOM = range(9)


def print_expression(expr: t.Expr, needed: int = LOOSEST) -> str:
    """Return the expression on one line, in brackets if it binds less tightly than `needed`."""
    text = _print_without_brackets(expr)
    return f"({text})" if binding_strength(expr) < needed else text


def binding_strength(expr: t.Expr) -> int:
    """Return how tightly the outermost operator binds."""
    match expr:
        case t.IfElseNode():
            return LOOSEST
        case t.LogicNode(op):
            return OR if op == "or" else AND
        case t.PrefixNode(op):
            return UNARY if op == "-" else NOT
        case (
            t.CompareNode() | t.IsNode() | t.IsKnownNode() | t.InNode() | t.HasNode() | t.LikeNode()
        ):
            return TEST
        case t.ArithmeticNode(op):
            return ARITHMETIC[op]
        case t.QuantityLiteral(value=value):
            return UNARY if value < 0 and expr.span.text.startswith("-") else ATOM
        case t.NameRef() | t.TextLiteral() | t.SetLiteral() | t.SizeOfNode() | t.MinMaxNode():
            return ATOM
        case _:
            assert_never(expr)


def _print_without_brackets(expr: t.Expr) -> str:
    match expr:
        case t.NameRef(name):
            return name
        case t.QuantityLiteral(span=span):
            return "".join(span.text.split())
        case t.TextLiteral(span=span):
            return span.text
        case t.SetLiteral(items):
            return "{" + ", ".join(map(print_expression, items)) + "}"
        case t.IfElseNode(then, condition, other):
            rest = f"if {print_expression(condition, OR)} else {print_expression(other)}"
            return f"{print_expression(then, OR)} {rest}"
        case t.LogicNode(op, items):
            return f" {op} ".join(print_operands(op, items))
        case t.PrefixNode("-", operand):
            return f"-{print_expression(operand, UNARY)}"
        case t.PrefixNode(op, operand):
            return f"{op} {print_expression(operand, NOT)}"
        case t.ArithmeticNode(op, left, right):
            bind = ARITHMETIC[op]
            return f"{print_expression(left, bind)} {op} {print_expression(right, bind + 1)}"
        case t.SizeOfNode(operand):
            return f"size of {operand.text}"
        case t.MinMaxNode(op, items):
            return f"{op}({', '.join(map(print_expression, items))})"
        case _:
            return _print_test(expr)


def print_operands(op: str, items: Sequence[t.Expr]) -> list[str]:
    """Return the operands of `and` or `or`, in brackets if necessary."""
    return [print_expression(item, NOT if op == "and" else AND) for item in items]


def _print_test(
    expr: t.CompareNode | t.IsNode | t.IsKnownNode | t.InNode | t.HasNode | t.LikeNode,
) -> str:
    match expr:
        case t.CompareNode(op, left, right):
            return f"{print_expression(left, SUM)} {op} {print_expression(right, SUM)}"
        case t.IsNode(operand, member, negated):
            return f"{print_expression(operand, SUM)} is {'not ' * negated}{member.text}"
        case t.IsKnownNode(operand, known):
            return f"{print_expression(operand, SUM)} is {'known' if known else 'unknown'}"
        case t.InNode(operand, container, negated):
            test = f"{print_expression(operand, SUM)} {'not ' * negated}"
            return f"{test}in {_print_container(container)}"
        case t.HasNode(operand, quantifier, members):
            many = f"{quantifier} of " if quantifier else ""
            return f"{print_expression(operand, SUM)} has {many}{_print_container(members)}"
        case t.LikeNode(operand, pattern):
            return f"{print_expression(operand, SUM)} like {pattern.span.text}"
        case _:
            assert_never(expr)


def _print_container(item: t.SetLiteral | t.Name) -> str:
    return item.text if isinstance(item, t.Name) else print_expression(item)


def wrap_expression(expr: t.Expr, room: int, depth: int = 0) -> list[str]:
    """Return lines of at most `room` characters if possible: broken before `and` and `or`, then
    before `if` and `else`; continuation lines are indented by two blanks for each level.
    """
    line = print_expression(expr)
    pad = "  " * (depth + 1)
    match expr:
        case t.LogicNode(op, items) if len(line) > room:
            parts = [_wrap_operand(op, item, room - len(pad) - 4, depth + 1) for item in items]
            lines = list(parts[0])
            for part in parts[1:]:
                lines += [f"{pad}{op} {part[0]}", *part[1:]]
            return lines
        case t.IfElseNode(then, condition, other) if len(line) > room:
            tail = wrap_expression(other, room - len(pad), depth + 1)
            middle = wrap_expression(condition, room - len(pad), depth + 1)
            head = (
                wrap_expression(then, room, depth)
                if binding_strength(then) >= OR
                else [print_expression(then, OR)]
            )
            if binding_strength(condition) < OR:
                middle[0] = f"({middle[0]}"
                middle[-1] += ")"
            first = [f"{pad}if {middle[0]}", *middle[1:]]
            return [*head, *first, f"{pad}else {tail[0]}", *tail[1:]]
        case t.PrefixNode(op, operand) if len(line) > room and op != "-":
            lines = wrap_expression(operand, room - len(op) - 3, depth)
            if binding_strength(operand) < NOT:
                lines = [f"({lines[0]}", *lines[1:-1], f"{lines[-1]})"]
            return [f"{op} {lines[0]}", *lines[1:]]
        case _:
            return [line]


def _wrap_operand(op: str, item: t.Expr, room: int, depth: int) -> list[str]:
    least = NOT if op == "and" else AND
    if binding_strength(item) >= least:
        return wrap_expression(item, room, depth)
    lines = wrap_expression(item, room - 2, depth)
    lines[0] = f"({lines[0]}"
    lines[-1] += ")"
    return lines


def print_effect(item: t.EffectNode) -> str:
    """Return an effect, such as `reply in {a, b}` or `reply may be a or b`."""
    outcomes = [name.text for name in item.outcomes]
    match item.verb:
        case "in" | "not in":
            return f"{item.decision.text} {item.verb} {{{', '.join(outcomes)}}}"
        case verb:
            return f"{item.decision.text} {verb} {' or '.join(outcomes)}"


def print_names(items: Iterable[t.Name]) -> str:
    return ", ".join(name.text for name in items)


def print_chain(items: Iterable[t.Name]) -> str:
    return " > ".join(name.text for name in items)


def type_text(kind: t.TypeNode) -> str:
    """Return a type, such as `int 0..10`, `{a, b}` or `set of {a, b}`."""
    match kind.kind:
        case "enum":
            return f"{{{print_names(kind.members)}}}"
        case "set":
            return f"set of {{{print_names(kind.members)}}}"
        case plain:
            plain += " ignoring case" if kind.ignoring_case else ""
            return plain + (f" {_print_range(kind.range)}" if kind.range else "")


def _print_range(limits: t.RangeNode) -> str:
    low = print_expression(limits.low) if limits.low else ""
    high = print_expression(limits.high) if limits.high else ""
    return f"{low}..{high}"


def print_given(item: t.GivenNode) -> str:
    """Return an item of `given`."""
    match item.value:
        case True:
            return item.fact.text
        case False:
            return f"not {item.fact.text}"
        case None:
            return f"{item.fact.text} is unknown"
        case t.Name(text):
            return f"{item.fact.text} is {text}"
        case value:
            return f"{item.fact.text} = {print_expression(value)}"


def fill_lines(start: str, words: Sequence[str], indent: int) -> list[str]:
    """Return `start` and the words in lines that fit; continuation lines are indented by
    two blanks.
    """
    lines = [start]
    for word in words:
        if len(lines[-1]) + 1 + len(word) + indent <= WIDTH or lines[-1] == start:
            lines[-1] += f" {word}"
        else:
            lines.append(f"  {word}")
    return lines


def append_separator(items: Sequence[str], separator: str) -> list[str]:
    """Return the items, each except for the last followed by the separator."""
    return [item + (separator if i < len(items) - 1 else "") for i, item in enumerate(items)]
