"""What a layer may not do: its author's authority ends at a level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.diagnostics import Label, Note, fault
from specdsl.model import nodes as m
from specdsl.model.codes import LAYER
from specdsl.model.files import Unit
from specdsl.model.names import Scope
from specdsl.model.walk import parts
from specdsl.source import Span
from specdsl.syntax import tree as t

LEAVE = Note("help", "leave it to the base, whose author answers for who may say what")
IN_WHEN = "write what is assumed into the `when` of the layer's own rules"
OWN_VALUES = "order values that the layer declares, or let its base order these"


def enforce(
    scope: Scope,
    units: Sequence[Unit],
    tree: t.Layer,
    spec: m.Spec,
) -> None:
    """Records a fault for everything that the layer has no authority for."""
    ceiling = scope.level(tree.level)
    if ceiling is None:
        return
    layer = _Layer(scope, tree, ceiling)
    own = [unit.tree for unit in units if not unit.in_base]
    for file in own:
        for statement in file.statements:
            layer.statement(statement, None)
    layer.facts(spec)
    layer.assumptions(spec)
    layer.overrides(spec)
    layer.order(spec)


class _Layer:
    def __init__(self, scope: Scope, tree: t.Layer, ceiling: m.Level) -> None:
        self.scope = scope
        self.tree = tree
        self.ceiling = ceiling

    def fault(self, message: str, span: Span, *more: Label | Note) -> None:
        here = Label(self.tree.span, f"a layer at `{self.ceiling.name}`")
        self.scope.faults.append(fault(LAYER, message, span, "", here, *more))

    def statement(self, statement: t.Statement, level: t.Name | None) -> None:
        match statement:
            case t.Authority():
                message = "a layer does not declare levels: `authority` is its base's"
                self.fault(message, statement.span, LEAVE)
            case t.Principal():
                message = f"a layer does not declare principals: `{statement.name.text}`"
                self.fault(message, statement.span, LEAVE)
            case t.Delegate():
                name = statement.principal.text
                self.fault(f"a layer does not lend authority: `{name}`", statement.span, LEAVE)
            case t.Policy():
                for inner in statement.body:
                    self.statement(inner, statement.level or level)
            case t.Rule():
                self.rule(statement, statement.level or level)
            case _:
                pass

    def rule(self, rule: t.Rule, level: t.Name | None) -> None:
        found = self.scope.levels.get(level.text) if level is not None else None
        if level is not None and found is not None and found.rank < self.ceiling.rank:
            message = (
                f"rule `{rule.name.text}` claims authority at `{level.text}`, above the layer's "
                f"`{self.ceiling.name}`"
            )
            help_ = f"write `at {self.ceiling.name}`: what stands higher is for its base to say"
            self.fault(message, level.span, Note("help", help_))

    def facts(self, spec: m.Spec) -> None:
        for fact in spec.facts:
            if not fact.in_base and not fact.optional:
                note = Note("help", "put `?` behind its type: callers of the base do not give it")
                self.fault(
                    f"a fact of a layer may be unknown: `{fact.name}` has no `?`", fact.span, note
                )

    def assumptions(self, spec: m.Spec) -> None:
        for assume in spec.assumes:
            if assume.in_base:
                continue
            about = sorted({f.name for f in facts_of(assume.expr) if f.in_base})
            if about:
                message = f"a layer assumes nothing about facts of its base: `{about[0]}`"
                here, own = Label(assume.expr.span, "here"), Note("help", IN_WHEN)
                self.fault(message, assume.span, here, own)

    def overrides(self, spec: m.Spec) -> None:
        seen: set[tuple[int, int]] = set()
        for override in spec.overrides:
            place = (override.span.start, override.span.end)
            if override.target.in_base and not override.rule.in_base and place not in seen:
                seen.add(place)
                message = f"a layer does not override a rule of its base: `{override.span.text}`"
                there = Label(override.target.name_span, "of the base")
                self.fault(message, override.span, there, self.way_past(override))

    def way_past(self, override: m.Override) -> Note:
        """How a layer gets past a rule of its base: only from a level above."""
        target, ceiling = override.target, self.ceiling.name
        if target.level.rank > self.ceiling.rank:
            how = f"put `{override.rule.name}` at `{ceiling}`, above `{target.level.name}`"
            return Note("help", f"{how}: there it needs no `overrides`")
        how = f"its base can put `{target.name}` below `{ceiling}`"
        return Note("help", f"where it is a default, {how}: then it yields without `overrides`")

    def order(self, spec: m.Spec) -> None:
        """Two values of the base are ordered by the base alone.

        Every new order of such values has a step from one to another that only pairs of the layer
        and values of its own lie on: those steps are what is reported.
        """
        base = _lower(p for p in spec.priorities if p.in_base)
        own = _lower(p for p in spec.priorities if not p.in_base)
        for higher in [value for value in own if value.in_base]:
            known = _reached(base, higher)
            for lower, way in _ways(own, higher).items():
                if lower.in_base and lower is not higher and lower not in known:
                    message = (
                        f"a layer does not order values of its base: it puts `{higher.name}` above "
                        f"`{lower.name}`"
                    )
                    labels = [Label(pair.span, "and by this") for pair in way[:-1]]
                    self.fault(message, way[-1].span, *labels, Note("help", OWN_VALUES))


_Pairs = dict[m.Value, list[m.Priority]]


def _lower(pairs: Iterable[m.Priority]) -> _Pairs:
    """By higher value the pairs that it is in."""
    found: _Pairs = {}
    for pair in pairs:
        found.setdefault(pair.higher, []).append(pair)
    return found


def _reached(pairs: _Pairs, start: m.Value) -> set[m.Value]:
    """All values below one."""
    found: set[m.Value] = set()
    stack = [start]
    while stack:
        for pair in pairs.get(stack.pop(), ()):
            if pair.lower not in found:
                found.add(pair.lower)
                stack.append(pair.lower)
    return found


def _ways(pairs: _Pairs, start: m.Value) -> dict[m.Value, tuple[m.Priority, ...]]:
    """To each value below one the pairs that lead there, past values of the layer alone."""
    before: dict[m.Value, m.Priority] = {}
    stack = [start]
    while stack:
        for pair in pairs.get(stack.pop(), ()):
            if pair.lower not in before:
                before[pair.lower] = pair
                if not pair.lower.in_base:
                    stack.append(pair.lower)
    return {value: _back(before, value, start) for value in before if value.in_base}


def _back(
    before: dict[m.Value, m.Priority], value: m.Value, start: m.Value
) -> tuple[m.Priority, ...]:
    way = [before[value]]
    while way[-1].higher is not start:
        way.append(before[way[-1].higher])
    return tuple(reversed(way))


def facts_of(expr: m.Expr) -> Iterator[m.Fact]:
    """The facts that an expression reads, through defines too."""
    stack: list[m.Expr] = [expr]
    seen: set[m.Define] = set()
    while stack:
        item = stack.pop()
        match item:
            case m.DefineRef():
                if item.define not in seen:
                    seen.add(item.define)
                    stack.append(item.define.expr)
            case m.Same():
                yield item.left
                yield item.right
            case m.HasSet():
                yield item.fact
                yield item.other
            case m.HasFact():
                yield item.fact
                yield item.member
            case (
                m.BoolFact()
                | m.IsKnown()
                | m.IsMember()
                | m.SetIs()
                | m.HasMembers()
                | m.QuantityFact()
                | m.TextFact()
                | m.SizeOf()
            ):
                yield item.fact
            case _:
                stack.extend(parts(item))
