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
                self.fault(
                    "a layer does not declare levels: `authority` is its base's", statement.span
                )
            case t.Principal():
                self.fault(
                    f"a layer does not declare principals: `{statement.name.text}`", statement.span
                )
            case t.Delegate():
                name = statement.principal.text
                self.fault(f"a layer does not lend authority: `{name}`", statement.span)
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
            self.fault(message, level.span)

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
                self.fault(message, assume.span, Label(assume.expr.span, "here"))

    def overrides(self, spec: m.Spec) -> None:
        seen: set[tuple[int, int]] = set()
        for override in spec.overrides:
            place = (override.span.start, override.span.end)
            if override.target.in_base and not override.rule.in_base and place not in seen:
                seen.add(place)
                message = f"a layer does not override a rule of its base: `{override.span.text}`"
                self.fault(message, override.span, Label(override.target.name_span, "of the base"))

    def order(self, spec: m.Spec) -> None:
        """Two values of the base are ordered by the base alone."""
        base = closure(p for p in spec.priorities if p.in_base)
        reported: set[m.Priority] = set()
        own = [p for p in spec.priorities if not p.in_base]
        for higher, lowers in closure(spec.priorities).items():
            for lower in lowers:
                if not (higher.in_base and lower.in_base) or lower in base.get(higher, ()):
                    continue
                guilty = next((p for p in reversed(own) if _between(p, higher, lower, spec)), None)
                if guilty is None or guilty in reported:
                    continue
                reported.add(guilty)
                message = (
                    f"a layer does not order values of its base: it puts `{higher.name}` above "
                    f"`{lower.name}`"
                )
                self.fault(message, guilty.span)


def _between(pair: m.Priority, higher: m.Value, lower: m.Value, spec: m.Spec) -> bool:
    """The pair lies on a way from the higher value to the lower one."""
    below = closure(spec.priorities)
    starts = pair.higher is higher or pair.higher in below.get(higher, ())
    return starts and (pair.lower is lower or lower in below.get(pair.lower, ()))


def closure(pairs: Iterable[m.Priority]) -> dict[m.Value, set[m.Value]]:
    """By value: all below it."""
    direct: dict[m.Value, set[m.Value]] = {}
    for pair in pairs:
        direct.setdefault(pair.higher, set()).add(pair.lower)
    found: dict[m.Value, set[m.Value]] = {}
    for value in direct:
        below: set[m.Value] = set()
        stack = [value]
        while stack:
            for lower in direct.get(stack.pop(), ()):
                if lower not in below:
                    below.add(lower)
                    stack.append(lower)
        found[value] = below
    return found


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
