"""Expressions of the syntax tree → typed conditions and terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from specdsl.diagnostics import Label, did_you_mean, fault
from specdsl.model import nodes as m
from specdsl.model.codes import AMBIGUOUS, TYPE, UNKNOWN_NAME
from specdsl.model.names import Scope
from specdsl.source import Span
from specdsl.syntax import tree as t

ONE = Fraction(1)


class Sort(Enum):
    """What an expression is, in the words of a message."""

    CONDITION = "a condition"
    NUMBER = "a number"
    DATE = "a date"
    TIME = "a time"
    DURATION = "a duration"
    TEXT = "a text"
    ENUM = "an enumeration"
    SET = "a set"
    DECISION = "a decision"


QUANTITY = frozenset({Sort.NUMBER, Sort.DATE, Sort.TIME, Sort.DURATION})
ORDERED = QUANTITY | {Sort.TEXT}
SORT_OF = {
    m.Kind.BOOL: Sort.CONDITION,
    m.Kind.INT: Sort.NUMBER,
    m.Kind.NUMBER: Sort.NUMBER,
    m.Kind.TEXT: Sort.TEXT,
    m.Kind.ENUM: Sort.ENUM,
    m.Kind.SET: Sort.SET,
    m.Kind.DATE: Sort.DATE,
    m.Kind.TIME: Sort.TIME,
    m.Kind.DURATION: Sort.DURATION,
}
LITERAL_SORTS = {
    "number": Sort.NUMBER,
    "date": Sort.DATE,
    "time": Sort.TIME,
    "duration": Sort.DURATION,
}


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression with its sort. `node` is None for a bare fact that is an enumeration or set
    and for a decision; `fact` is there for every bare fact."""

    sort: Sort
    node: m.Expr | None
    fact: m.Fact | None = None
    decision: m.Decision | None = None


class Faulty(Exception):
    """A fault was recorded; the expression around it has no type."""


def names_in(expr: t.Expr) -> Iterator[tuple[str, Span]]:
    """The names that an expression mentions outside lists."""
    stack: list[t.Expr] = [expr]
    while stack:
        item = stack.pop()
        match item:
            case t.NameRef():
                yield item.name, item.span
            case t.SizeOf():
                yield item.operand.text, item.operand.span
            case t.IfElse():
                stack += [item.then, item.condition, item.other]
            case t.Logic() | t.MinMax():
                stack += item.items
            case t.Compare() | t.Arithmetic():
                stack += [item.left, item.right]
            case t.Prefix() | t.Is() | t.IsKnown() | t.In() | t.Has() | t.Like():
                stack.append(item.operand)
            case _:
                pass


class Typer:
    """Types expressions in a scope. Every expression reports at most one fault."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    # --- entry points: None after a fault ---

    def condition(self, expr: t.Expr) -> m.Expr | None:
        try:
            return self._condition(expr)
        except Faulty:
            return None

    def any(self, expr: t.Expr) -> Typed | None:
        try:
            return self._typed(expr)
        except Faulty:
            return None

    # --- faults ---

    def _fail(self, message: str, span: Span, *more: Label) -> Faulty:
        self.scope.faults.append(fault(TYPE, message, span, "", *more))
        return Faulty()

    def _unlike(self, expr: t.Expr, found: Typed, wanted: str) -> Faulty:
        declared = [Label(found.fact.span, "declared here")] if found.fact is not None else []
        text = _text(expr)
        return self._fail(f"`{text}` is {found.sort.value}, not {wanted}", expr.span, *declared)

    # --- conditions ---

    def _condition(self, expr: t.Expr) -> m.Expr:
        found = self._typed(expr)
        if found.sort is not Sort.CONDITION or found.node is None:
            raise self._unlike(expr, found, "a condition")
        return found.node

    def _typed(self, expr: t.Expr) -> Typed:
        match expr:
            case t.NameRef():
                return self._name(expr.name, expr.span)
            case t.Literal():
                return Typed(LITERAL_SORTS[expr.kind], m.Constant(expr.value, expr.span))
            case t.TextLiteral():
                return Typed(Sort.TEXT, m.TextConstant(expr.value, expr.span))
            case t.SetLiteral():
                raise self._fail(
                    "a list in `{…}` stands only after `in`, `=`, `!=` or `of`", expr.span
                )
            case t.IfElse():
                return self._if_else(expr)
            case t.Prefix(op="-") | t.Arithmetic() | t.MinMax() | t.SizeOf():
                return self._term(expr)
            case _:
                return Typed(Sort.CONDITION, self._test(expr))

    def _name(self, name: str, span: Span) -> Typed:
        scope = self.scope
        if name in scope.facts:
            return _fact(scope.facts[name], span)
        if name in scope.defines:
            define = scope.defines[name]
            if define is None:
                raise Faulty
            return Typed(Sort(scope.sorts[name]), m.DefineRef(define, span))
        if name in scope.decisions:
            return Typed(Sort.DECISION, None, decision=scope.decisions[name])
        if name in scope.broken:
            raise Faulty
        if name in scope.principals:
            raise self._fail(f"`{name}` is a principal, not a fact", span)
        hint = did_you_mean(name, [*scope.facts, *scope.defines, *scope.decisions])
        message = f"there is no fact, define or decision `{name}`{hint}"
        self.scope.faults.append(fault(UNKNOWN_NAME, message, span))
        raise Faulty

    def _if_else(self, expr: t.IfElse) -> Typed:
        condition = self._condition(expr.condition)
        then, other = self._typed(expr.then), self._typed(expr.other)
        for branch, tree in ((then, expr.then), (other, expr.other)):
            if branch.node is None:
                raise self._unlike(tree, branch, "a condition, a number, a date, a time or a text")
        if then.sort is not other.sort:
            raise self._apart(expr.then, then, expr.other, other, "one `if` … `else`")
        assert then.node is not None
        assert other.node is not None
        return Typed(then.sort, m.IfElse(condition, then.node, other.node, expr.span))

    def _apart(self, one: t.Expr, a: Typed, two: t.Expr, b: Typed, where: str) -> Faulty:
        message = f"`{_text(one)}` is {a.sort.value} and `{_text(two)}` is {b.sort.value}"
        return self._fail(f"{message}: they do not fit into {where}", one.span.to(two.span))

    def _test(self, expr: t.Expr) -> m.Expr:
        match expr:
            case t.Logic():
                items = self._all(expr.items)
                return m.And(items, expr.span) if expr.op == "and" else m.Or(items, expr.span)
            case t.Prefix():
                inner = self._condition(expr.operand)
                make = m.Not if expr.op == "not" else m.Possibly
                return make(inner, expr.span)
            case t.Compare():
                return self._compare(expr)
            case t.Is():
                return self._negated(self._is(expr), expr.negated)
            case t.IsKnown():
                return self._is_known(expr)
            case t.In():
                return self._negated(self._in(expr), expr.negated)
            case t.Has():
                return self._has(expr)
            case t.Like():
                return self._like(expr)
            case _:
                raise AssertionError(expr)

    def _all(self, items: Sequence[t.Expr]) -> tuple[m.Expr, ...]:
        """All conjuncts, so that each faulty one is reported."""
        found = [self.condition(item) for item in items]
        if any(item is None for item in found):
            raise Faulty
        return tuple(item for item in found if item is not None)

    @staticmethod
    def _negated(node: m.Expr, negated: bool) -> m.Expr:
        return m.Not(node, node.span) if negated else node

    def _is_known(self, expr: t.IsKnown) -> m.Expr:
        found = self._typed(expr.operand)
        if found.fact is None:
            raise self._fail(
                f"`{_text(expr.operand)}` is no fact: only a fact is known or unknown",
                expr.operand.span,
            )
        if not found.fact.optional:
            message = f"`{found.fact.name}` is never unknown: its type has no `?`"
            raise self._fail(message, expr.span, Label(found.fact.span, "declared here"))
        return m.IsKnown(found.fact, expr.known, expr.span)

    def _is(self, expr: t.Is) -> m.Expr:
        found = self._typed(expr.operand)
        if found.decision is not None:
            outcome = self.scope.outcome(found.decision, expr.member)
            if outcome is None:
                raise Faulty
            return m.HasOutcome(found.decision, 1 << outcome, expr.span)
        if found.sort is not Sort.ENUM or found.fact is None:
            raise self._unlike(
                expr.operand, found, "an enumeration or a decision: `is` compares with a member"
            )
        members = self._members(found.fact, [expr.member])
        return m.IsMember(found.fact, members, expr.span)

    def _members(self, fact: m.Fact, names: Sequence[t.Name | t.NameRef]) -> frozenset[int]:
        wanted = [t.Name(_name_of(name), name.span) for name in names]
        found = self.scope.members(fact, wanted)
        if len(found) < len(wanted):
            raise Faulty
        return frozenset(found)

    # --- in, has ---

    def _in(self, expr: t.In) -> m.Expr:
        found = self._typed(expr.operand)
        if isinstance(expr.container, t.Name):
            return self._in_set_fact(expr, found, expr.container)
        items = expr.container.items
        if found.decision is not None:
            names = self._only_names(items, "outcomes")
            outcomes = [self.scope.outcome(found.decision, name) for name in names]
            if None in outcomes:
                raise Faulty
            mask = sum({1 << o for o in outcomes if o is not None})
            return m.HasOutcome(found.decision, mask, expr.span)
        if found.sort is Sort.ENUM and found.fact is not None:
            names = self._only_names(items, "members")
            return m.IsMember(found.fact, self._members(found.fact, names), expr.span)
        if found.sort not in ORDERED or found.node is None:
            raise self._unlike(expr.operand, found, "something that is in a list")
        constants = tuple(self._constant(item, found.sort, expr.operand) for item in items)
        return m.OneOf(found.node, constants, found.sort is Sort.TEXT, expr.span)

    def _only_names(self, items: Sequence[t.Expr], what: str) -> list[t.Name]:
        for item in items:
            if not isinstance(item, t.NameRef):
                raise self._fail(f"`{_text(item)}` cannot stand in a list of {what}", item.span)
        return [t.Name(item.name, item.span) for item in items if isinstance(item, t.NameRef)]

    def _constant(self, item: t.Expr, sort: Sort, operand: t.Expr) -> Fraction | str:
        if isinstance(item, t.TextLiteral) and sort is Sort.TEXT:
            return item.value
        if isinstance(item, t.Literal) and LITERAL_SORTS[item.kind] is sort:
            return item.value
        message = f"`{_text(item)}` is not {sort.value} as `{_text(operand)}` is"
        raise self._fail(message, item.span)

    def _in_set_fact(self, expr: t.In, found: Typed, name: t.Name) -> m.Expr:
        tags = self._set_fact(name)
        if found.sort is not Sort.ENUM or found.fact is None:
            raise self._unlike(
                expr.operand, found, f"an enumeration with the members of `{name.text}`"
            )
        self._unambiguous(name, found.fact)
        self._same_members(found.fact, tags, expr.span)
        return m.HasFact(tags, found.fact, expr.span)

    def _set_fact(self, name: t.Name) -> m.Fact:
        found = self._name(name.text, name.span)
        if found.sort is not Sort.SET or found.fact is None:
            raise self._unlike(t.NameRef(name.text, name.span), found, "a set")
        return found.fact

    def _unambiguous(self, name: t.Name, fact: m.Fact) -> None:
        if name.text in fact.type.members and name.text in self.scope.facts:
            message = f"`{name.text}` is a fact and also a member of `{fact.name}`"
            self.scope.faults.append(fault(AMBIGUOUS, message, name.span))
            raise Faulty

    def _same_members(self, one: m.Fact, two: m.Fact, span: Span) -> None:
        if set(one.type.members) != set(two.type.members):
            message = f"`{one.name}` and `{two.name}` do not have the same members"
            places = (Label(one.type_span, "these"), Label(two.type_span, "and these"))
            raise self._fail(message, span, *places)

    def _has(self, expr: t.Has) -> m.Expr:
        found = self._typed(expr.operand)
        if found.sort is not Sort.SET or found.fact is None:
            raise self._unlike(expr.operand, found, "a set")
        tags = found.fact
        if isinstance(expr.members, t.Name):
            if not expr.quantifier:
                return self._has_one(tags, expr.members, expr.span)
            other = self._set_fact(expr.members)
            self._unambiguous(expr.members, tags)
            self._same_members(tags, other, expr.span)
            return m.HasSet(tags, expr.quantifier, other, expr.span)
        return self._has_listed(tags, expr.quantifier, expr.members, expr.span)

    def _has_listed(
        self, tags: m.Fact, quantifier: str, listed: t.SetLiteral, span: Span
    ) -> m.Expr:
        names = self._only_names(listed.items, "members")
        if all(
            name.text not in self.scope.facts or name.text in tags.type.members for name in names
        ):
            for name in names:
                self._unambiguous(name, tags)
            return m.HasMembers(tags, quantifier, self._members(tags, names), span)
        tests = tuple(self._has_one(tags, name, span) for name in names)
        if quantifier == "all":
            return m.And(tests, span)
        some = m.Or(tests, span)
        return some if quantifier == "any" else m.Not(some, span)

    def _has_one(self, tags: m.Fact, name: t.Name, span: Span) -> m.Expr:
        self._unambiguous(name, tags)
        fact = self.scope.facts.get(name.text)
        if fact is None or name.text in tags.type.members:
            return m.HasMembers(tags, "any", self._members(tags, [name]), span)
        if fact.type.kind is not m.Kind.ENUM:
            raise self._unlike(
                t.NameRef(name.text, name.span), _fact(fact, span), "a member of an enumeration"
            )
        self._same_members(tags, fact, span)
        return m.HasFact(tags, fact, span)

    def _like(self, expr: t.Like) -> m.Expr:
        found = self._typed(expr.operand)
        if found.sort is not Sort.TEXT or found.node is None:
            raise self._unlike(expr.operand, found, "a text")
        return m.Matches(found.node, expr.pattern.value, expr.span)

    # --- comparisons ---

    def _compare(self, expr: t.Compare) -> m.Expr:
        left = self._typed(expr.left)
        if isinstance(expr.right, t.SetLiteral):
            return self._compare_set(expr, left, expr.right)
        right = self._typed(expr.right)
        if left.sort in ORDERED and left.sort is right.sort:
            assert left.node is not None
            assert right.node is not None
            return m.Compare(expr.op, left.node, right.node, left.sort is Sort.TEXT, expr.span)
        if left.fact is None or right.fact is None or left.sort is not right.sort:
            raise self._apart(expr.left, left, expr.right, right, f"a comparison with `{expr.op}`")
        if expr.op not in ("=", "!="):
            message = f"`{_text(expr.left)}` is {left.sort.value}: `{expr.op}` is for numbers, texts, dates and times"
            raise self._fail(message, expr.span)
        if left.sort is not Sort.CONDITION:
            self._same_members(left.fact, right.fact, expr.span)
        return self._negated(m.Same(left.fact, right.fact, expr.span), expr.op == "!=")

    def _compare_set(self, expr: t.Compare, left: Typed, listed: t.SetLiteral) -> m.Expr:
        if left.sort is not Sort.SET or left.fact is None:
            raise self._unlike(expr.left, left, "a set")
        if expr.op not in ("=", "!="):
            raise self._fail(
                f"sets are compared with `=` and `!=`, not with `{expr.op}`", expr.span
            )
        members = self._members(left.fact, self._only_names(listed.items, "members"))
        return self._negated(m.SetIs(left.fact, members, expr.span), expr.op == "!=")

    # --- terms ---

    def _term(self, expr: t.Expr) -> Typed:
        match expr:
            case t.SizeOf():
                fact = self._set_fact(expr.operand)
                return Typed(Sort.NUMBER, m.SizeOf(fact, expr.span))
            case t.MinMax():
                return self._min_max(expr)
            case t.Prefix():
                found = self._typed(expr.operand)
                if found.sort not in (Sort.NUMBER, Sort.DURATION):
                    raise self._unlike(
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
        found = [self._typed(item) for item in expr.items]
        for item, one in zip(expr.items, found, strict=True):
            if one.sort not in QUANTITY:
                raise self._unlike(item, one, f"something with a {expr.op}")
            if one.sort is not found[0].sort:
                raise self._apart(expr.items[0], found[0], item, one, f"one `{expr.op}`")
        nodes = tuple(one.node for one in found if one.node is not None)
        return Typed(found[0].sort, m.MinMax(expr.op, nodes, expr.span))

    def _sum(self, expr: t.Arithmetic) -> Typed:
        left, right = self._typed(expr.left), self._typed(expr.right)
        sort = _sum_sort(expr.op, left.sort, right.sort)
        if sort is None or left.node is None or right.node is None:
            raise self._apart(expr.left, left, expr.right, right, f"`{expr.op}`")
        factor = ONE if expr.op == "+" else -ONE
        items = left.node.items if isinstance(left.node, m.Sum) else ((ONE, left.node),)
        return Typed(sort, m.Sum((*items, (factor, right.node)), expr.span))

    def _scaled(self, factor: Fraction, found: Typed, span: Span) -> Typed:
        assert found.node is not None
        value = constant(found.node)
        if value is not None:
            return Typed(found.sort, m.Constant(factor * value, span))
        return Typed(found.sort, m.Sum(((factor, found.node),), span))

    def _product(self, expr: t.Arithmetic) -> Typed:
        left, right = self._typed(expr.left), self._typed(expr.right)
        for tree, found in ((expr.left, left), (expr.right, right)):
            if found.sort not in (Sort.NUMBER, Sort.DURATION):
                raise self._unlike(tree, found, "a number or a duration")
        assert left.node is not None
        assert right.node is not None
        if expr.op == "/":
            return self._quotient(expr, left, right)
        if choices(right.node) is not None and right.sort is Sort.NUMBER:
            return self._times(left, right.node, expr.span, divide=False)
        if choices(left.node) is not None and left.sort is Sort.NUMBER:
            return self._times(right, left.node, expr.span, divide=False)
        if Sort.NUMBER in (left.sort, right.sort) and _durations_by(left, right):
            fixed, other = (right, left) if choices(right.node) is not None else (left, right)
            assert fixed.node is not None
            found = self._times(other, fixed.node, expr.span, divide=False)
            return Typed(Sort.DURATION, found.node)
        message = f"`{_text(expr)}` is not linear: one side of `*` must be a constant"
        if left.sort is Sort.DURATION and right.sort is Sort.DURATION:
            message = f"`{_text(expr)}` multiplies two durations"
        raise self._fail(message, expr.span)

    def _quotient(self, expr: t.Arithmetic, left: Typed, right: Typed) -> Typed:
        assert right.node is not None
        divisors = choices(right.node)
        if divisors is None or right.sort is not Sort.NUMBER:
            raise self._fail(
                f"`{_text(expr.right)}` is no constant number: `/` divides by one", expr.right.span
            )
        if 0 in divisors:
            raise self._fail(
                f"`{_text(expr)}` divides by zero: `{_text(expr.right)}`", expr.right.span
            )
        return self._times(left, right.node, expr.span, divide=True)

    def _times(self, found: Typed, factor: m.Expr, span: Span, divide: bool) -> Typed:
        """The term times a constant, or times an `if else` of constants: an `if else` of terms."""
        if isinstance(factor, m.DefineRef):
            factor = factor.define.expr
        if isinstance(factor, m.IfElse):
            then = self._times(found, factor.then, span, divide).node
            other = self._times(found, factor.other, span, divide).node
            assert then is not None
            assert other is not None
            return Typed(found.sort, m.IfElse(factor.condition, then, other, span))
        value = constant(factor)
        assert value is not None
        return self._scaled(1 / value if divide else value, found, span)


def _name_of(name: t.Name | t.NameRef) -> str:
    return name.text if isinstance(name, t.Name) else name.name


def _text(expr: t.Expr) -> str:
    """The source of an expression, for a message."""
    text = " ".join(expr.span.text.split())
    return text if len(text) <= 60 else f"{text[:57]}…"


def _fact(fact: m.Fact, span: Span) -> Typed:
    sort = SORT_OF[fact.type.kind]
    node: m.Expr | None = None
    if sort is Sort.CONDITION:
        node = m.BoolFact(fact, span)
    elif sort is Sort.TEXT:
        node = m.TextFact(fact, span)
    elif sort in QUANTITY:
        node = m.QuantityFact(fact, span)
    return Typed(sort, node, fact)


def _sum_sort(op: str, left: Sort, right: Sort) -> Sort | None:
    """What `+` and `-` make, or None where they do not fit."""
    points = (Sort.DATE, Sort.TIME)
    if left is right and left in (Sort.NUMBER, Sort.DURATION):
        return left
    if left in points and right is Sort.DURATION:
        return left
    if op == "+" and left is Sort.DURATION and right in points:
        return right
    if op == "-" and left is right and left in points:
        return Sort.DURATION
    return None


def _durations_by(left: Typed, right: Typed) -> bool:
    """A constant duration times a number."""
    assert left.node is not None
    assert right.node is not None
    return choices(left.node) is not None or choices(right.node) is not None


def constant(node: m.Expr) -> Fraction | None:
    """The value of a term without facts, or None."""
    match node:
        case m.Constant():
            return node.value
        case m.Sum():
            values = [constant(item) for _, item in node.items]
            if any(value is None for value in values):
                return None
            pairs = zip(node.items, values, strict=True)
            return sum((f * v for (f, _), v in pairs if v is not None), Fraction(0))
        case m.MinMax():
            found = [constant(item) for item in node.items]
            known = [value for value in found if value is not None]
            pick = min if node.op == "min" else max
            return pick(known) if len(known) == len(found) else None
        case m.DefineRef():
            return constant(node.define.expr)
        case _:
            return None


def choices(node: m.Expr) -> list[Fraction] | None:
    """The values of a constant or of an `if else` of constants; None for any other term."""
    if isinstance(node, m.DefineRef):
        return choices(node.define.expr)
    if isinstance(node, m.IfElse):
        then, other = choices(node.then), choices(node.other)
        return None if then is None or other is None else then + other
    value = constant(node)
    return None if value is None else [value]
