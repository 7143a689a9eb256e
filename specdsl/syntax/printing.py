"""Expressions, effects and types as text: one blank between words, no bracket too many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from specdsl.syntax import tree as t

WIDTH = 100
ARITHMETIC = {"+": 5, "-": 5, "*": 6, "/": 6}
LOOSEST, OR, AND, NOT, TEST, SUM, PRODUCT, UNARY, ATOM = range(9)


def expression(expr: t.Expr, needed: int = LOOSEST) -> str:
    """The expression on one line, in brackets where it binds less tightly than `needed`."""
    text = _bare(expr)
    return f"({text})" if binding(expr) < needed else text


def binding(expr: t.Expr) -> int:
    """How tightly the outermost operator binds."""
    match expr:
        case t.IfElse():
            return LOOSEST
        case t.Logic(op):
            return OR if op == "or" else AND
        case t.Prefix(op):
            return UNARY if op == "-" else NOT
        case t.Compare() | t.Is() | t.IsKnown() | t.In() | t.Has() | t.Like():
            return TEST
        case t.Arithmetic(op):
            return ARITHMETIC[op]
        case t.Literal(value=value):
            return UNARY if value < 0 and expr.span.text.startswith("-") else ATOM
        case _:
            return ATOM


def _bare(expr: t.Expr) -> str:
    match expr:
        case t.NameRef(name):
            return name
        case t.Literal(span=span):
            return "".join(span.text.split())
        case t.TextLiteral(span=span):
            return span.text
        case t.SetLiteral(items):
            return "{" + ", ".join(map(expression, items)) + "}"
        case t.IfElse(then, condition, other):
            rest = f"if {expression(condition, OR)} else {expression(other)}"
            return f"{expression(then, OR)} {rest}"
        case t.Logic(op, items):
            return f" {op} ".join(operands(op, items))
        case t.Prefix("-", operand):
            return f"-{expression(operand, UNARY)}"
        case t.Prefix(op, operand):
            return f"{op} {expression(operand, NOT)}"
        case t.Arithmetic(op, left, right):
            bind = ARITHMETIC[op]
            return f"{expression(left, bind)} {op} {expression(right, bind + 1)}"
        case t.SizeOf(operand):
            return f"size of {operand.text}"
        case t.MinMax(op, items):
            return f"{op}({', '.join(map(expression, items))})"
        case _:
            return _test(expr)


def operands(op: str, items: Sequence[t.Expr]) -> list[str]:
    """The operands of `and` or `or`, each bracketed where it must be."""
    return [expression(item, NOT if op == "and" else AND) for item in items]


def _test(
    expr: t.Compare | t.Is | t.IsKnown | t.In | t.Has | t.Like,
) -> str:
    match expr:
        case t.Compare(op, left, right):
            return f"{expression(left, SUM)} {op} {expression(right, SUM)}"
        case t.Is(operand, member, negated):
            return f"{expression(operand, SUM)} is {'not ' * negated}{member.text}"
        case t.IsKnown(operand, known):
            return f"{expression(operand, SUM)} is {'known' if known else 'unknown'}"
        case t.In(operand, container, negated):
            return f"{expression(operand, SUM)} {'not ' * negated}in {_container(container)}"
        case t.Has(operand, quantifier, members):
            many = f"{quantifier} of " if quantifier else ""
            return f"{expression(operand, SUM)} has {many}{_container(members)}"
        case t.Like(operand, pattern):
            return f"{expression(operand, SUM)} like {pattern.span.text}"
        case _:
            assert_never(expr)


def _container(item: t.SetLiteral | t.Name) -> str:
    return item.text if isinstance(item, t.Name) else expression(item)


def wrapped(expr: t.Expr, room: int, depth: int = 0) -> list[str]:
    """Lines of at most `room` characters where that can be: broken before `and` and `or`, then
    before `if` and `else`; the lines after the first are indented by two blanks a level."""
    line = expression(expr)
    pad = "  " * (depth + 1)
    match expr:
        case t.Logic(op, items) if len(line) > room:
            parts = [_part(op, item, room - len(pad) - 4, depth + 1) for item in items]
            lines = list(parts[0])
            for part in parts[1:]:
                lines += [f"{pad}{op} {part[0]}", *part[1:]]
            return lines
        case t.IfElse(then, condition, other) if len(line) > room:
            tail = wrapped(other, room - len(pad), depth + 1)
            middle = wrapped(condition, room - len(pad), depth + 1)
            head = wrapped(then, room, depth) if binding(then) >= OR else [expression(then, OR)]
            if binding(condition) < OR:
                middle[0] = f"({middle[0]}"
                middle[-1] += ")"
            first = [f"{pad}if {middle[0]}", *middle[1:]]
            return [*head, *first, f"{pad}else {tail[0]}", *tail[1:]]
        case t.Prefix(op, operand) if len(line) > room and op != "-":
            lines = wrapped(operand, room - len(op) - 3, depth)
            if binding(operand) < NOT:
                lines = [f"({lines[0]}", *lines[1:-1], f"{lines[-1]})"]
            return [f"{op} {lines[0]}", *lines[1:]]
        case _:
            return [line]


def _part(op: str, item: t.Expr, room: int, depth: int) -> list[str]:
    least = NOT if op == "and" else AND
    if binding(item) >= least:
        return wrapped(item, room, depth)
    lines = wrapped(item, room - 2, depth)
    lines[0] = f"({lines[0]}"
    lines[-1] += ")"
    return lines


def effect(item: t.Effect) -> str:
    """`reply in {a, b}`, `reply may be a or b` and so on."""
    outcomes = [name.text for name in item.outcomes]
    match item.verb:
        case "in" | "not in":
            return f"{item.decision.text} {item.verb} {{{', '.join(outcomes)}}}"
        case verb:
            return f"{item.decision.text} {verb} {' or '.join(outcomes)}"


def names(items: Iterable[t.Name]) -> str:
    return ", ".join(name.text for name in items)


def chain(items: Iterable[t.Name]) -> str:
    return " > ".join(name.text for name in items)


def type_text(kind: t.Type) -> str:
    """`int 0..10`, `{a, b}`, `set of {a, b}`."""
    match kind.kind:
        case "enum":
            return f"{{{names(kind.members)}}}"
        case "set":
            return f"set of {{{names(kind.members)}}}"
        case plain:
            plain += " ignoring case" if kind.ignoring_case else ""
            return plain + (f" {_range(kind.range)}" if kind.range else "")


def _range(limits: t.Range) -> str:
    low = expression(limits.low) if limits.low else ""
    high = expression(limits.high) if limits.high else ""
    return f"{low}..{high}"


def given(item: t.Given) -> str:
    """An item of `given`."""
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
            return f"{item.fact.text} = {expression(value)}"


def filled(start: str, words: Sequence[str], indent: int) -> list[str]:
    """`start` and the words in lines that fit; those after the first stand two blanks deeper."""
    lines = [start]
    for word in words:
        if len(lines[-1]) + 1 + len(word) + indent <= WIDTH or lines[-1] == start:
            lines[-1] += f" {word}"
        else:
            lines.append(f"  {word}")
    return lines


def separated(items: Sequence[str], separator: str) -> list[str]:
    """The items, each but the last with what follows it."""
    return [item + (separator if i < len(items) - 1 else "") for i, item in enumerate(items)]
