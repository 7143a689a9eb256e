"""Declarations of levels, principals, values, facts and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from specdsl.base.diagnostics import Diagnostic, Label, Note, did_you_mean, fault
from specdsl.base.limits import MAX_OUTCOMES
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.files import SpecFile
from specdsl.frontend.model.model_codes import DUPLICATE, LEVEL, RANGE, TYPE, UNKNOWN_NAME
from specdsl.frontend.model.names import Scope
from specdsl.frontend.model.types import LITERAL_SORTS, SORT_OF
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.syntax_codes import TOO_LARGE

S = TypeVar("S")
NOT_PRINCIPALS = ("good", "ok", "bad")  # These names stand for answers in examples.
# Types that are single words.
TYPES = ("bool", "int", "number", "text", "date", "time", "duration")
OTHER_TYPES = {  # Names of types in other languages.
    "string": "text",
    "str": "text",
    "float": "number",
    "decimal": "number",
    "datetime": "time",
    "timestamp": "time",
    "enum": "{…}",
    "set": "set of {…}",
}
_SPLIT_DECISION = Note("help", "make it several decisions, each with fewer")
RANGED_KINDS = frozenset({m.Kind.INT, m.Kind.NUMBER, m.Kind.DATE, m.Kind.TIME, m.Kind.DURATION})


def statements_of(units: Sequence[SpecFile], kind: type[S]) -> Iterator[tuple[S, bool]]:
    """Yield the top-level statements of a class, and whether they belong to the base."""
    for unit in units:
        for statement in unit.tree.statements:
            if isinstance(statement, kind):
                yield statement, unit.in_base


def declare_levels(scope: Scope, units: Sequence[SpecFile]) -> tuple[m.Level, ...]:
    first: t.AuthorityNode | None = None
    for statement, _ in statements_of(units, t.AuthorityNode):
        if first is not None:
            message = "`authority` is declared twice: the order of the levels is said once"
            label = Label(first.span, "the first")
            scope.faults.append(fault(DUPLICATE, message, statement.span, "again", label))
            continue
        first = statement
        for rank, name in enumerate(statement.levels):
            if scope.declare("level", name):
                scope.levels[name.text] = m.Level(name.text, rank, name.span)
    return tuple(scope.levels.values())


def declare_principals(scope: Scope, units: Sequence[SpecFile]) -> tuple[m.Principal, ...]:
    for statement, _ in statements_of(units, t.PrincipalNode):
        name = statement.name
        if not scope.declare("name", name):
            continue
        if name.text in NOT_PRINCIPALS:
            message = f"no principal is called `{name.text}`: it stands for an answer in examples"
            scope.faults.append(fault(UNKNOWN_NAME, message, name.span))
        level = scope.level(statement.level) if statement.level else None
        implied = scope.level(statement.implied) if statement.implied else None
        if level and implied and implied.rank < level.rank and statement.implied:
            message = (
                f"`{name.text}` cannot be implied at `{implied.name}`, above its own `{level.name}`"
            )
            scope.faults.append(fault(LEVEL, message, statement.implied.span))
        if statement.level is not None and level is None:
            scope.broken.add(name.text)
            continue
        made = m.Principal(name.text, level, implied, doc_text(statement.doc), name.span)
        scope.principals[name.text] = made
    return tuple(scope.principals.values())


def doc_text(text: t.Text | None) -> str:
    return "" if text is None else text.value


def declare_values(scope: Scope, units: Sequence[SpecFile]) -> tuple[m.Value, ...]:
    for statement, in_base in statements_of(units, t.ValueNode):
        name = statement.name
        if scope.declare("value", name):
            scope.values[name.text] = m.Value(
                name.text, doc_text(statement.doc), name.span, in_base
            )
    return tuple(scope.values.values())


def declare_priorities(scope: Scope, units: Sequence[SpecFile]) -> tuple[m.Priority, ...]:
    found: list[m.Priority] = []
    for statement, in_base in statements_of(units, t.PriorityNode):
        if len(statement.values) < 2:
            message = (
                f"`priority` orders two values or more, here is only `{statement.values[0].text}`"
            )
            scope.faults.append(fault(UNKNOWN_NAME, message, statement.span))
        chain = [(name, scope.value(name)) for name in statement.values]
        for (a, higher), (b, lower) in pairwise(chain):
            if higher is not None and lower is not None:
                found.append(m.Priority(higher, lower, a.span.to(b.span), in_base))
    return tuple(found)


def declare_facts(scope: Scope, units: Sequence[SpecFile]) -> tuple[m.Fact, ...]:
    for statement, in_base in statements_of(units, t.FactNode):
        kind = _resolve_type(scope, statement.type)
        for name in statement.names:
            if not scope.declare("name", name):
                continue
            if kind is None:
                scope.broken.add(name.text)
                continue
            scope.facts[name.text] = m.Fact(
                name.text,
                kind,
                statement.optional,
                statement.secret,
                doc_text(statement.doc),
                name.span,
                statement.type.span,
                in_base,
                statement.judged,
            )
    return tuple(scope.facts.values())


def _resolve_type(scope: Scope, tree: t.TypeNode) -> m.Type | None:
    if not tree.members and tree.kind not in TYPES:
        meant = OTHER_TYPES.get(tree.kind)
        hint = f" (did you mean `{meant}`?)" if meant else did_you_mean(tree.kind, TYPES)
        message = f"there is no type `{tree.kind}`{hint}"
        kinds = "bool int number text {…} `set of {…}` date time duration"
        scope.faults.append(fault(TYPE, message, tree.span, f"types are {kinds}"))
        return None
    kind = m.Kind(tree.kind)
    if kind in (m.Kind.ENUM, m.Kind.SET):
        return m.Type(kind, _distinct_names(scope, tree.members))
    if tree.range is None:
        return m.Type(kind, ignoring_case=tree.ignoring_case)
    if kind not in RANGED_KINDS:
        message = f"`{tree.kind}` has no range"
        scope.faults.append(fault(RANGE, message, tree.range.span))
        return None
    return _type_with_range(scope, kind, tree.range)


def _distinct_names(scope: Scope, names: Iterable[t.Name]) -> tuple[str, ...]:
    found: dict[str, t.Name] = {}
    for name in names:
        first = found.setdefault(name.text, name)
        if first is not name:
            message = f"`{name.text}` is listed twice"
            scope.faults.append(
                fault(DUPLICATE, message, name.span, "again", Label(first.span, "the first"))
            )
    return tuple(found)


def _type_with_range(scope: Scope, kind: m.Kind, limits: t.RangeNode) -> m.Type | None:
    ends: list[Fraction | None] = []
    for end in (limits.low, limits.high):
        value = None if end is None else _end_of_range(kind, end)
        if end is not None and value is None:
            message = f"`{end.span.in_a_line}` is no end of a range of {SORT_OF[kind].value}"
            whole = " (a whole one)" if kind is m.Kind.INT else ""
            scope.faults.append(_range_fault(message + whole, limits))
            return None
        ends.append(value)
    low, high = ends
    if low is not None and high is not None and low > high:
        scope.faults.append(_range_fault(f"the range `{limits.span.in_a_line}` is empty", limits))
        return None
    return m.Type(kind, (), low, high)


def _range_fault(message: str, limits: t.RangeNode) -> Diagnostic:
    return fault(RANGE, f"{message}, in `{_line_of_range(limits)}`", limits.span)


def _line_of_range(limits: t.RangeNode) -> str:
    """Return the line of the range, for a message."""
    span = limits.span
    return span.source.line(span.line).strip()[:60]


def _end_of_range(kind: m.Kind, end: t.Expr) -> Fraction | None:
    sign = 1
    if isinstance(end, t.PrefixNode):
        sign, end = -1, end.operand
    if not isinstance(end, t.QuantityLiteral) or LITERAL_SORTS[end.kind] is not SORT_OF[kind]:
        return None
    if sign < 0 and end.kind in ("date", "time"):
        return None
    value = sign * end.value
    return None if kind is m.Kind.INT and value.denominator != 1 else value


def _notes_on_redeclaration(scope: Scope, name: t.Name, in_base: bool) -> list[Note]:
    """Explain how a layer changes a decision of its base, if it declares the decision again."""
    first = scope.decisions.get(name.text)
    if first is None or in_base or not first.in_base:
        return []
    rule = f"rule NAME at LEVEL then {name.text} is OUTCOME"
    return [Note("help", f"a layer changes the outcome, also the default, by a rule: `{rule}`")]


def declare_decisions(scope: Scope, units: Sequence[SpecFile]) -> tuple[m.DecisionModel, ...]:
    for statement, in_base in statements_of(units, t.DecisionNode):
        name = statement.name
        if not scope.declare("name", name, *_notes_on_redeclaration(scope, name, in_base)):
            continue
        outcomes = _distinct_names(scope, statement.outcomes)
        if len(statement.outcomes) > MAX_OUTCOMES:
            message = f"decision `{name.text}` has more than {MAX_OUTCOMES} outcomes"
            scope.faults.append(fault(TOO_LARGE, message, name.span, "", _SPLIT_DECISION))
        if len(statement.outcomes) < 2:
            message = f"decision `{name.text}` needs at least two outcomes"
            scope.faults.append(fault(TYPE, message, statement.span))
        steered = None
        if statement.steered is not None:
            found = [scope.principal(who) for who in statement.steered]
            steered = tuple(who for who in found if who is not None)
        made = m.DecisionModel(
            name.text, outcomes, None, steered, None, doc_text(statement.doc), name.span, in_base
        )
        default, settled = (
            None if named is None else scope.outcome(made, named)
            for named in (statement.default, statement.on_conflict)
        )
        made = replace(made, default=default, on_conflict=settled)
        scope.decisions[name.text] = made
    return tuple(scope.decisions.values())
